#include "matching/address/errors/address_parts.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "base/strings.h"
#include "matching/address/errors/word_tables.h"
#include "model/postcode.h"

namespace wensum::matching::address::errors {
namespace {

using Words = std::vector<std::string>;

bool HasDigit(std::string_view text) { return std::any_of(text.begin(), text.end(), IsDigit); }
bool HasLetter(std::string_view text) { return std::any_of(text.begin(), text.end(), IsLetter); }

std::string JoinWords(const Words& words, size_t begin, size_t end) {
  std::string out;
  for (size_t i = begin; i < end; ++i) {
    AppendTo(out, out.empty() ? "" : " ", words[i]);
  }
  return out;
}

// Digits, and a letter behind them if there is one; moves `at` behind both.
bool ReadNumber(std::string_view word, size_t& at) {
  const size_t start = at;
  while (at < word.size() && IsDigit(word[at])) {
    ++at;
  }
  if (at == start || at - start > 5) {
    return false;
  }
  if (at < word.size() && IsLetter(word[at])) {
    ++at;
  }
  return true;
}

// A text's segments between commas, each with its words; the postcode at the end is left out, "12 - 14" is one word.
std::vector<Words> Segments(std::string_view text) {
  if (const auto found = model::FindPostcode(text); found.has_value() && Trim(text.substr(found->end)).empty()) {
    text = text.substr(0, found->begin);
  }
  std::vector<Words> segments;
  for (const std::string_view part : Split(text, ',')) {
    Words words = WordsOf(part);
    for (size_t i = 1; i + 1 < words.size(); ++i) {
      if (words[i] == "-" && IsNumberWord(words[i - 1]) && IsNumberWord(words[i + 1])) {
        words[i - 1] = Cat(words[i - 1], "-", words[i + 1]);
        words.erase(words.begin() + static_cast<ptrdiff_t>(i), words.begin() + static_cast<ptrdiff_t>(i) + 2);
      }
    }
    if (!words.empty()) {
      segments.push_back(std::move(words));
    }
  }
  return segments;
}

// A text without commas in segments: what comes before the street's number, the street with its number, what follows.
std::vector<Words> SegmentsByWords(const Words& words) {
  size_t end = 0;
  for (const bool strong : {true, false}) {
    bool number = false;
    for (size_t i = 0; i < words.size() && (strong || end == 0); ++i) {
      const StreetType* type = FindStreetType(ToUpperAscii(words[i]));
      if (number && type != nullptr && type->strong == strong) {
        end = i + 1;
      }
      number = number || IsNumberWord(words[i]);
    }
  }
  if (end == 0) {
    return {words};
  }
  std::vector<Words> out = {Words(words.begin(), words.begin() + static_cast<ptrdiff_t>(end))};
  if (end < words.size()) {
    out.emplace_back(words.begin() + static_cast<ptrdiff_t>(end), words.end());
  }
  return out;
}

bool IsUnitId(std::string_view word) {
  if (word.size() == 1 && IsLetter(word[0])) {
    return true;
  }
  if (word.size() > 1 && word.size() <= 5 && IsLetter(word[0]) && IsDigits(word.substr(1))) {
    return true;
  }
  return IsNumberWord(word) && word.find('-') == std::string_view::npos;
}

// Reads what stands before the house number.
class HeadReader {
 public:
  HeadReader(const std::vector<Words>& segments, AddressParts* parts) : parts_(*parts) {
    for (size_t s = 0; s < segments.size(); ++s) {
      for (const std::string& word : segments[s]) {
        words_.push_back(word);
        upper_.push_back(ToUpperAscii(word));
        segment_.push_back(s);
      }
    }
  }

  // False if something is left over.
  bool Read() {
    while (at_ < words_.size()) {
      if (!ReadUnit() && !ReadFloor() && !ReadSide() && !ReadNoise() && !ReadLoneId() && !ReadBuilding()) {
        return false;
      }
    }
    std::sort(parts_.floors.begin(), parts_.floors.end());
    std::sort(parts_.sides.begin(), parts_.sides.end());
    return true;
  }

 private:
  void Take(size_t count) {
    for (size_t i = 0; i < count; ++i, ++at_) {
      const bool comma = !parts_.unit_text.empty() && segment_[at_] != last_segment_;
      AppendTo(parts_.unit_text, parts_.unit_text.empty() ? "" : comma ? ", " : " ", words_[at_]);
      last_segment_ = segment_[at_];
    }
  }
  [[nodiscard]] std::string_view Upper(size_t ahead) const {
    return at_ + ahead < upper_.size() ? std::string_view(upper_[at_ + ahead]) : std::string_view();
  }
  [[nodiscard]] static bool IsFloorWord(std::string_view word) {
    return word == "FLOOR" || word == "FLR" || word == "FLOORS" || word == "FLRS";
  }

  bool ReadUnit() {
    if (!IsUnitWord(Upper(0)) || !parts_.building.empty()) {
      return false;
    }
    if (parts_.unit_word.empty()) {
      parts_.unit_word = words_[at_];
    }
    Take(1);
    if (Upper(0) == "NO" || Upper(0) == "NO.") {
      Take(1);
    }
    if (parts_.unit_id.empty() && IsUnitId(Upper(0))) {
      parts_.unit_id = words_[at_];
      Take(1);
    }
    return true;
  }

  bool ReadFloor() {
    if (!parts_.building.empty()) {
      return false;
    }
    if (Upper(0) == "LOWER" && Upper(1) == "GROUND") {
      parts_.floors.push_back(-1);
      Take(2);
      return true;
    }
    const int floor = FloorOf(Upper(0));
    if (floor == kNoFloor) {
      return IsFloorWord(Upper(0)) && !parts_.floors.empty() && (Take(1), true);
    }
    const auto belongs = [](std::string_view word) { return IsFloorWord(word) || IsUnitWord(word); };
    const bool list = Upper(1) == "&" || Upper(1) == "AND";
    if (!belongs(Upper(1)) && !(list && FloorOf(Upper(2)) != kNoFloor) && parts_.unit_word.empty() &&
        (parts_.floors.empty() || !belongs(Upper(1)))) {
      return false;
    }
    if (std::find(parts_.floors.begin(), parts_.floors.end(), floor) == parts_.floors.end()) {
      parts_.floors.push_back(floor);
    }
    Take(list ? 2 : 1);
    return true;
  }

  bool ReadSide() {
    const char side = SideOf(Upper(0));
    if (side == 0 || !parts_.building.empty() ||
        (parts_.unit_text.empty() && !IsUnitWord(Upper(1)) && FloorOf(Upper(1)) == kNoFloor)) {
      return false;
    }
    if (parts_.sides.find(side) == std::string::npos) {
      parts_.sides.push_back(side);
    }
    Take(1);
    return true;
  }

  bool ReadNoise() {
    const bool the = Upper(0) == "THE" && (IsUnitWord(Upper(1)) || FloorOf(Upper(1)) != kNoFloor);
    const bool at = Upper(0) == "AT" && !parts_.unit_text.empty();
    if (!the && !at) {
      return false;
    }
    ++at_;
    return true;
  }

  bool ReadLoneId() {
    if (!parts_.unit_id.empty() || !parts_.building.empty() || !IsNumberWord(words_[at_]) || !IsUnitId(words_[at_])) {
      return false;
    }
    parts_.unit_id = words_[at_];
    Take(1);
    return true;
  }

  // The rest of the segment.
  bool ReadBuilding() {
    size_t end = at_;
    while (end < words_.size() && segment_[end] == segment_[at_] && !HasDigit(words_[end])) {
      ++end;
    }
    if (end == at_) {
      return false;
    }
    AppendTo(parts_.building, parts_.building.empty() ? "" : ", ", JoinWords(words_, at_, end));
    at_ = end;
    return true;
  }

  AddressParts& parts_;
  Words words_;
  Words upper_;
  std::vector<size_t> segment_;
  size_t at_ = 0;
  size_t last_segment_ = 0;
};

}  // namespace

std::string Squash(std::string_view text) {
  std::string out;
  for (const char c : ToUpperAscii(text)) {
    if (IsUpper(c) || IsDigit(c)) {
      out.push_back(c);
    }
  }
  return out;
}

bool IsNumberWord(std::string_view word) {
  size_t at = 0;
  if (!ReadNumber(word, at)) {
    return false;
  }
  if (at < word.size() && (word[at] == '-' || word[at] == '/')) {
    ++at;
    return ReadNumber(word, at) && at == word.size();
  }
  return at == word.size();
}

std::vector<std::string> WordsOf(std::string_view text) {
  std::vector<std::string> words;
  std::string word;
  for (const char c : text) {
    const bool space = IsSpace(c) || c == ',' || c == '(' || c == ')';
    if (!space) {
      word.push_back(c);
    } else if (!word.empty()) {
      words.push_back(std::move(word));
      word.clear();
    }
  }
  if (!word.empty()) {
    words.push_back(std::move(word));
  }
  return words;
}

StreetName ReadStreetName(std::string_view street) {
  const Words words = WordsOf(ToUpperAscii(street));
  StreetName name;
  size_t type_at = words.size();
  constexpr std::array<std::string_view, 4> kDirections = {"NORTH", "SOUTH", "EAST", "WEST"};
  for (size_t back = 1; back <= 2 && back < words.size(); ++back) {
    const std::string& word = words[words.size() - back];
    if (FindStreetType(word) != nullptr) {
      type_at = words.size() - back;
      break;
    }
    if (std::find(kDirections.begin(), kDirections.end(), word) == kDirections.end()) {
      break;
    }
  }
  for (size_t i = 0; i < words.size(); ++i) {
    if (i == type_at) {
      name.type = FindStreetType(words[i])->name;
    } else {
      (i < type_at ? name.core : name.rest) += Squash(words[i]);
    }
  }
  return name;
}

AddressSplitter::AddressSplitter(const FlatGazetteer& gazetteer) {
  struct Seen {
    uint32_t count = 0;
    uint32_t after_number = 0;
    std::set<std::string> before;  // at most kEnough
  };
  constexpr size_t kEnough = 4;
  absl::flat_hash_map<std::string, Seen> segments_seen;
  for (const FlatGazetteer::Address& address : gazetteer.addresses) {
    const std::vector<Words> segments = Segments(address.text);
    for (size_t i = 1; i < segments.size(); ++i) {
      const std::string segment = Squash(JoinWords(segments[i], 0, segments[i].size()));
      const StreetName name = ReadStreetName(JoinWords(segments[i], 0, segments[i].size()));
      if (!name.type.empty() && FindStreetType(name.type)->strong && segments[i].size() <= 3) {
        streets_.insert(segment);
      }
      if (HasDigit(segment)) {
        continue;
      }
      Seen& seen = segments_seen[segment];
      ++seen.count;
      const Words& before = segments[i - 1];
      if (before.size() == 1 && HasDigit(before[0])) {
        ++seen.after_number;
      } else if (seen.before.size() < kEnough) {
        const size_t skip = HasDigit(before[0]) ? 1 : 0;
        seen.before.insert(Squash(JoinWords(before, skip, before.size())));
      }
    }
  }
  const size_t enough = gazetteer.addresses.size() < 1000 ? 2 : kEnough;
  for (const auto& [segment, seen] : segments_seen) {
    if (seen.before.size() >= enough && seen.after_number * 8 < seen.count) {
      places_.insert(segment);
    }
  }
  // What follows nothing but places is a place: the county of a list that has but one town.
  for (bool more = true; more;) {
    more = false;
    for (const auto& [segment, seen] : segments_seen) {
      const bool place = !seen.before.empty() && seen.after_number == 0 &&
                         std::all_of(seen.before.begin(), seen.before.end(),
                                     [&](const std::string& before) { return places_.contains(before); });
      more = (place && places_.insert(segment).second) || more;
    }
  }
}

// A learnt place, or several of them in a row. Streets follow many different buildings too, but end in their type.
bool AddressSplitter::IsPlace(std::string_view segment) const {
  const std::string squashed = Squash(segment);
  const StreetName name = ReadStreetName(segment);
  if (!name.type.empty() && FindStreetType(name.type)->strong) {
    return false;
  }
  if (squashed.empty() || places_.contains(squashed)) {
    return true;
  }
  const Words words = WordsOf(segment);
  for (size_t i = 1; i < words.size(); ++i) {
    if (places_.contains(Squash(JoinWords(words, 0, i))) &&
        places_.contains(Squash(JoinWords(words, i, words.size())))) {
      return true;
    }
  }
  return false;
}

// "Dunwich Court Glandford Way" without a comma: the street is one that stands alone elsewhere, and what comes before
// it ends as buildings do. A number right before it is a unit's.
void AddressSplitter::PartBuilding(AddressParts* parts, bool number_first) const {
  const Words words = WordsOf(parts->street);
  for (size_t i = 2; i < words.size(); ++i) {
    const std::string before = ToUpperAscii(words[i - 1]);
    if ((!IsBuildingType(before) && FindStreetType(before) == nullptr) ||
        !streets_.contains(Squash(JoinWords(words, i, words.size())))) {
      continue;
    }
    if (!number_first || !parts->building.empty()) {
      return;
    }
    parts->building = JoinWords(words, 0, i);
    parts->street = JoinWords(words, i, words.size());
    if (!parts->number.empty() && parts->unit_id.empty()) {
      parts->unit_id = std::exchange(parts->number, {});
      AppendTo(parts->unit_text, parts->unit_text.empty() ? "" : " ", parts->unit_id);
    }
    return;
  }
}

std::optional<AddressParts> AddressSplitter::Split(std::string_view text) const {
  std::vector<Words> segments = Segments(text);
  if (segments.size() == 1) {
    segments = SegmentsByWords(segments[0]);
  }
  const auto line = [&](size_t i) { return JoinWords(segments[i], 0, segments[i].size()); };
  const auto ends_as_street = [&](size_t i) {
    const StreetName name = ReadStreetName(line(i));
    return !name.type.empty() && !name.core.empty() && FindStreetType(name.type)->strong;
  };
  // Places at the end; the first segment is none.
  size_t end = segments.size();
  while (end > 1 && !HasDigit(line(end - 1)) &&
         (IsPlace(line(end - 1)) || (ends_as_street(end - 2) && !ends_as_street(end - 1)))) {
    --end;
  }
  if (end == 0) {
    return std::nullopt;
  }
  AddressParts parts;
  for (size_t i = end; i < segments.size(); ++i) {
    parts.places.push_back(line(i));
  }
  // The street, with its number in the same segment or the one before.
  Words& street = segments[end - 1];
  size_t after_number = 0;
  for (size_t i = 0; i < street.size(); ++i) {
    after_number = HasDigit(street[i]) ? i + 1 : after_number;
  }
  parts.street = JoinWords(street, after_number, street.size());
  std::vector<Words> head(segments.begin(), segments.begin() + static_cast<ptrdiff_t>(end) - 1);
  Words rest(street.begin(), street.begin() + static_cast<ptrdiff_t>(after_number));
  if (rest.empty() && !head.empty()) {
    rest = std::move(head.back());
    head.pop_back();
  }
  const bool of_unit = rest.size() >= 2 && IsUnitWord(ToUpperAscii(rest[rest.size() - 2]));
  if (!rest.empty() && IsNumberWord(rest.back()) && !of_unit) {
    parts.number = std::move(rest.back());
    rest.pop_back();
  }
  if (!rest.empty()) {
    head.push_back(std::move(rest));
  }
  if (!HeadReader(head, &parts).Read() || !HasLetter(parts.street) ||
      (parts.number.empty() && parts.building.empty())) {
    return std::nullopt;
  }
  PartBuilding(&parts, !parts.number.empty());
  if (parts.number.empty() && ReadStreetName(parts.street).type.empty()) {
    return std::nullopt;
  }
  return parts;
}

}  // namespace wensum::matching::address::errors
