#include "matching/address/match/record.h"

#include <algorithm>
#include <utility>

#include "base/hash.h"

namespace wensum::matching::address::match {
namespace {

constexpr size_t kPlacesNeed = 12;    // different names before a phrase that is a place
constexpr size_t kSmallListNeed = 3;  // of a list below kSmallList
constexpr uint64_t kSmallList = 400;
constexpr double kMostAfterNumbers = .12;

uint64_t HashWords(absl::Span<const Token> tokens) {
  uint64_t hash = tokens.size();
  for (const Token& token : tokens) {
    hash = HashCombine(hash, token.IsNumber() ? uint64_t{1} << 40 | static_cast<uint32_t>(token.number) : token.word);
  }
  return hash;
}

bool AllWords(absl::Span<const Token> tokens) {
  return std::all_of(tokens.begin(), tokens.end(), [](const Token& token) { return !token.IsNumber(); });
}

NameWords WordsOfTokens(absl::Span<const Token> tokens) {
  NameWords words;
  for (const Token& token : tokens) {
    words.push_back(token.word);
  }
  return words;
}

// The longest place that ends before `end`, as its first token; `end` if there is none.
size_t PlaceBefore(const Tokens& tokens, size_t end, const NameTable& names) {
  size_t best = end;
  NameWords words;
  for (size_t begin = end; begin-- > 0 && end - begin <= kMostPlaceWords;) {
    if (tokens[begin].IsNumber()) {
      break;
    }
    words.insert(words.begin(), tokens[begin].word);
    if (names.Find(words, NameRole::kPlace) != kNoName) {
      best = begin;
    }
    if (tokens[begin].comma_before) {
      break;
    }
  }
  return best;
}

}  // namespace

void ListLearner::Count(absl::Span<const Token> phrase, uint64_t before, bool number) {
  Tail& tail = tails_[HashWords(phrase)];
  if (tail.words.empty()) {
    tail.words = WordsOfTokens(phrase);
  }
  ++tail.count;
  tail.after_number += number ? 1 : 0;
  if (tail.before.size() < kPlacesNeed) {
    tail.before.insert(before);
  }
}

// What follows the last number up to a comma, without the places known: a street.
void ListLearner::CountStreet(const Tokens& tokens) {
  size_t begin = tokens.size();
  while (begin > 0 && !tokens[begin - 1].IsNumber()) {
    --begin;
  }
  if (begin == 0 || begin >= tokens.size() || tokens[begin].comma_before) {
    return;
  }
  size_t end = begin + 1;
  while (end < tokens.size() && !tokens[end].comma_before) {
    ++end;
  }
  for (size_t next = PlaceBefore(tokens, end, names_); next < end && next > begin + 1;
       next = PlaceBefore(tokens, end, names_)) {
    end = next;
  }
  if (end - begin > 1) {
    Count(absl::MakeConstSpan(tokens).subspan(begin, end - begin), 0, true);
  }
}

void ListLearner::See(const AddressLine& line) {
  ++seen_;
  const Tokens& tokens = line.tokens();
  const absl::Span<const Token> all(tokens);
  CountStreet(tokens);
  size_t end = tokens.size();
  bool commas = false;
  for (size_t begin = end; begin-- > 1;) {
    if (!tokens[begin].comma_before) {
      continue;
    }
    commas = true;
    const auto phrase = all.subspan(begin, end - begin);
    size_t start = begin;
    do {
      --start;
    } while (start > 0 && !tokens[start].comma_before);
    const auto previous = all.subspan(start, begin - start);
    if (AllWords(phrase) && phrase.size() <= kMostPlaceWords) {
      const bool number = std::all_of(previous.begin(), previous.end(), [](const Token& token) {
        return token.IsNumber() ||
               token.Is(kUnitWord | kFloorWord | kFloorOrdinal | kFloorName | kFloorFlat | kSideWord);
      });
      Count(phrase, HashWords(previous), number);
    }
    end = begin;
  }
  if (commas) {
    return;
  }
  // Without commas: what follows the last street type, less the places known anyway.
  for (size_t next = PlaceBefore(tokens, end, names_); next < end; next = PlaceBefore(tokens, end, names_)) {
    end = next;
  }
  size_t type = end;
  while (type > 1 && !tokens[type - 1].Is(kTypeWord)) {
    --type;
  }
  if (type > 1 && end > type && end - type <= kMostPlaceWords && AllWords(all.subspan(type, end - type))) {
    Count(all.subspan(type, end - type), HashWords(all.subspan(type - 2, 2)), false);
  }
}

uint32_t ListLearner::CountOf(absl::Span<const Token> phrase) const {
  const auto found = tails_.find(HashWords(phrase));
  return found == tails_.end() ? 0 : found->second.count;
}

std::vector<NameWords> ListLearner::Places() const {
  const size_t need = seen_ < kSmallList ? kSmallListNeed : kPlacesNeed;
  std::vector<std::pair<std::vector<std::string>, const Tail*>> found;
  for (const auto& [hash, tail] : tails_) {
    const bool numbers = tail.after_number > kMostAfterNumbers * tail.count;
    if (tail.before.size() < need || numbers) {
      continue;
    }
    std::vector<std::string> text;
    text.reserve(tail.words.size());
    for (const WordId word : tail.words) {
      text.push_back(names_.word(word).text);
    }
    found.emplace_back(std::move(text), &tail);
  }
  std::sort(found.begin(), found.end());
  std::vector<NameWords> places;
  places.reserve(found.size());
  for (const auto& [text, tail] : found) {
    places.push_back(tail->words);
  }
  return places;
}

NameWords WordsOf(std::string_view text, NameTable* names) {
  const AddressLine line(text, "", names);
  NameWords words;
  for (const Token& token : line.tokens()) {
    if (token.IsNumber()) {
      words.push_back(names->InternWord(std::to_string(token.number)));
    } else {
      words.push_back(token.word);
    }
  }
  return words;
}

TokenMask MarkPlaces(const Tokens& tokens, const NameTable& names, TokenMask* own) {
  TokenMask mask = 0;
  NameWords words;
  for (size_t begin = 0; begin < tokens.size();) {
    size_t best = begin;
    bool best_own = false;
    words.clear();
    for (size_t end = begin; end < tokens.size() && end < begin + kMostPlaceWords; ++end) {
      const Token& token = tokens[end];
      if (token.IsNumber() || token.word == kNoWord || (end > begin && token.comma_before) ||
          names.word(token.word).place_uses == 0) {
        break;
      }
      words.push_back(token.word);
      const NameId place = names.Find(words, NameRole::kPlace);
      if (place != kNoName) {
        best = end + 1;
        best_own = names.name(place).uses[static_cast<size_t>(NameRole::kPlace)] > kListedAnyway;
      }
    }
    const bool type_follows = best < tokens.size() && tokens[best].Is(kTypeWord) && !tokens[best].comma_before;
    const bool after_number = begin == 0 || (tokens[begin - 1].IsNumber() && !tokens[begin].comma_before);
    if (best > begin && !type_follows && !after_number) {
      mask |= MaskOf(begin, best);
      *own |= best_own ? MaskOf(begin, best) : 0;
      begin = best;
    } else {
      ++begin;
    }
  }
  return mask;
}

namespace {

struct Run {
  size_t begin = 0;
  size_t end = 0;
  [[nodiscard]] bool empty() const { return begin >= end; }
};

class RecordReader {
 public:
  RecordReader(const AddressLine& line, const NameTable& names, const ListLearner* streets)
      : line_(line), tokens_(line.tokens()), names_(names), streets_(streets), evidence_(ReadEvidence(line.tokens())) {}
  RecordDraft Read();

 private:
  [[nodiscard]] bool NameToken(size_t i) const { return (evidence_.names & ~evidence_.noise) >> i & 1; }
  void TakePlaces();
  void FindRuns();
  void SplitRun(Run run);
  [[nodiscard]] bool IsListedStreet(const Run& rest, const Run& run) const;
  [[nodiscard]] bool EndsAsStreet(const Run& run) const;
  [[nodiscard]] bool EndsAsBuilding(const Run& run) const;
  void ChooseNames();
  void PlaceNumbers();
  [[nodiscard]] NameWords Words(const Run& run) const;

  const AddressLine& line_;
  const Tokens& tokens_;
  const NameTable& names_;
  const ListLearner* const streets_;
  const Evidence evidence_;
  size_t end_ = 0;  // of the body: places follow
  absl::InlinedVector<Run, 6> runs_;
  Run street_;
  Run building_;
  RecordDraft draft_;
};

RecordDraft RecordReader::Read() {
  draft_.postcode = line_.postcode();
  draft_.unit = evidence_.unit;
  draft_.relation = evidence_.relation;
  draft_.relations = evidence_.relations;
  TakePlaces();
  FindRuns();
  ChooseNames();
  PlaceNumbers();
  return std::move(draft_);
}

NameWords RecordReader::Words(const Run& run) const {
  NameWords words;
  for (size_t i = run.begin; i < run.end; ++i) {
    words.push_back(tokens_[i].word);
  }
  return words;
}

void RecordReader::TakePlaces() {
  end_ = tokens_.size();
  while (end_ > 0) {
    const bool county = tokens_[end_ - 1].Is(kCountyWord) && end_ > 1 && !tokens_[end_ - 2].IsNumber();
    if (((evidence_.noise >> (end_ - 1) & 1) != 0 || county) && end_ > 1) {
      --end_;
      continue;
    }
    const size_t begin = PlaceBefore(tokens_, end_, names_);
    const bool behind_number =
        begin > 0 && tokens_[begin - 1].IsNumber() && begin < end_ && !tokens_[begin].comma_before;
    bool name_left = false;
    for (size_t i = 0; i < begin; ++i) {
      name_left |= NameToken(i);
    }
    if (begin == end_ || behind_number || !name_left) {
      break;
    }
    draft_.places.push_back(Words({begin, end_}));
    end_ = begin;
  }
}

void RecordReader::FindRuns() {
  for (size_t i = 0; i < end_;) {
    if (!NameToken(i)) {
      ++i;
      continue;
    }
    Run run{i, i + 1};
    while (run.end < end_ && NameToken(run.end) && !tokens_[run.end].comma_before) {
      ++run.end;
    }
    i = run.end;
    while (!run.empty() && tokens_[run.begin].Is(kStopWord) && tokens_[run.begin].text != "THE") {
      ++run.begin;
    }
    while (!run.empty() && tokens_[run.end - 1].Is(kStopWord)) {
      --run.end;
    }
    if (!run.empty()) {
      SplitRun(run);
    }
  }
}

// MERROW COURT EAST CANAL ROAD is a building and a street; CHURCH HILL ROAD is one street.
void RecordReader::SplitRun(Run run) {
  for (size_t i = run.begin + 1; i + 2 < run.end; ++i) {
    const bool strong = tokens_[i].Is(kBuildingType) && (!tokens_[i].Is(kStreetType) || tokens_[i].text == "COURT");
    const Run rest{i + 1, run.end};
    const bool plain_rest = !tokens_[i].Is(kStreetType) && !EndsAsBuilding(rest) && rest.end - rest.begin > 1;
    const bool listed = (tokens_[i].Is(kBuildingType) || evidence_.numbers.empty()) && IsListedStreet(rest, run);
    const bool goes_on = tokens_[i + 1].Is(kBuildingType);  // FARM COTTAGES
    if ((strong && !goes_on && (EndsAsStreet(rest) || plain_rest)) || listed) {
      runs_.push_back({run.begin, i + 1});
      run.begin = i + 1;
    }
  }
  runs_.push_back(run);
}

// The list has more addresses on the street `rest` than on all of `run`.
bool RecordReader::IsListedStreet(const Run& rest, const Run& run) const {
  if (streets_ == nullptr || !EndsAsStreet(rest)) {
    return false;
  }
  const absl::Span<const Token> all(tokens_);
  return streets_->CountOf(all.subspan(rest.begin, rest.end - rest.begin)) >
         2 * streets_->CountOf(all.subspan(run.begin, run.end - run.begin));
}

bool RecordReader::EndsAsStreet(const Run& run) const {
  size_t last = run.end - 1;
  if (last > run.begin + 1 && tokens_[last].Is(kDirectionWord)) {
    --last;
  }
  return tokens_[last].Is(kStreetType) && (last > run.begin || run.end - run.begin == 1);
}

bool RecordReader::EndsAsBuilding(const Run& run) const { return tokens_[run.end - 1].Is(kBuildingType); }

void RecordReader::ChooseNames() {
  if (runs_.empty()) {
    return;
  }
  size_t street = runs_.size();
  for (size_t i = runs_.size(); i-- > 0 && street == runs_.size();) {
    street = EndsAsStreet(runs_[i]) ? i : street;
  }
  if (street == runs_.size()) {  // no type: the last one, unless it is a building
    street = EndsAsBuilding(runs_.back()) ? runs_.size() : runs_.size() - 1;
  } else if (street + 1 < runs_.size() && !EndsAsBuilding(runs_.back()) && runs_.back().begin > 0 &&
             tokens_[runs_.back().begin - 1].IsNumber() && !EndsAsBuilding(runs_[street])) {
    street = runs_.size() - 1;  // "THE GREEN, 12 BROADWATER": what follows the last number
  }
  size_t building = runs_.size();
  for (size_t i = runs_.size(); i-- > 0;) {
    if (i != street && (building == runs_.size() || (EndsAsBuilding(runs_[i]) && !EndsAsBuilding(runs_[building])))) {
      building = i;
    }
  }
  if (street < runs_.size()) {
    street_ = runs_[street];
    draft_.street = Words(street_);
  }
  if (building < runs_.size()) {
    building_ = runs_[building];
    draft_.building = Words(building_);
  }
  for (size_t i = 0; i < runs_.size() && draft_.extra.empty(); ++i) {
    if (i != street && i != building) {
      draft_.extra = Words(runs_[i]);
    }
  }
}

void RecordReader::PlaceNumbers() {
  const auto& numbers = evidence_.numbers;
  Unit& unit = draft_.unit;
  if (numbers.empty()) {
    // "FLAT 12, HIGH STREET": a flat of an unnamed building, or number 12.
    if (unit.number >= 0 && draft_.building.empty() && draft_.extra.empty()) {
      draft_.single = true;
    }
    return;
  }
  const Numeral& last = numbers.back();
  draft_.house = last.span;
  if (last.kind == TokenKind::kCode) {
    draft_.house = {};
    if (!unit.has_id()) {
      unit.number = last.span.low;
      unit.letter = last.span.low_letter;
      unit.prefix = last.prefix;
    }
    return;
  }
  if (last.kind == TokenKind::kSlash && !(last.span.high > last.span.low && last.span.high - last.span.low <= 30 &&
                                          (last.span.high - last.span.low) % 2 == 0)) {
    draft_.house = {last.span.high, last.span.high, last.span.high_letter, last.span.high_letter};
    if (!unit.has_id()) {
      unit.number = last.span.low;
      unit.letter = last.span.low_letter;
    }
  }
  if (unit.has_id()) {
    return;
  }
  if (numbers.size() > 1) {
    const Numeral& first = numbers.front();
    if (!first.contextual) {
      unit.number = first.span.low;
      unit.end = first.span.high > first.span.low ? first.span.high : -1;
      unit.letter = first.span.low_letter;
      unit.prefix = first.prefix;
    }
    return;
  }
  const bool before_building =
      !building_.empty() && last.position < building_.begin && (street_.empty() || building_.begin < street_.begin);
  if (before_building && last.kind == TokenKind::kNumber && !last.contextual) {
    draft_.single = true;
    unit.number = last.span.low;
    unit.letter = last.span.low_letter;
    draft_.house = {};
  }
}

}  // namespace

RecordDraft ReadRecord(const AddressLine& line, const NameTable& names, const ListLearner* list) {
  return RecordReader(line, names, list).Read();
}

}  // namespace wensum::matching::address::match
