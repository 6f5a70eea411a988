#include <algorithm>
#include <optional>
#include <tuple>

#include "absl/container/flat_hash_set.h"
#include "base/strings.h"
#include "matching/address/address_catalogue.h"
#include "model/postcode.h"

namespace wensum::matching::address {
namespace {

constexpr size_t kShortestTypo = 4;  // letters of a word in which one error is forgiven

// A word typed so far. The last one may be unfinished.
struct TypedWord {
  std::string word;        // canonical
  std::string unfinished;  // as typed; empty if finished
};

bool WordFits(const TypedWord& typed, const std::string& word, bool fuzzy) {
  if (typed.word == word || (!typed.unfinished.empty() && word.starts_with(typed.unfinished))) {
    return true;
  }
  if (!fuzzy) {
    return false;
  }
  if (typed.unfinished.empty()) {
    return typed.word.size() >= kShortestTypo && WithinOneEdit(typed.word, word);
  }
  // The error may make the unfinished word one letter longer or shorter than what it stands for.
  const size_t size = typed.unfinished.size();
  return size >= kShortestTypo && (WithinOneEdit(typed.unfinished, word.substr(0, size)) ||
                                   WithinOneEdit(typed.unfinished, word.substr(0, size + 1)) ||
                                   WithinOneEdit(typed.unfinished, word.substr(0, size - 1)));
}

class Suggester {
 public:
  Suggester(const Catalogue& catalogue, std::string_view input, size_t limit, bool include_inactive)
      : catalogue_(catalogue), limit_(limit), include_inactive_(include_inactive) {
    Read(input);
  }

  std::vector<Suggestion> Run() {
    if (words_.empty()) {
      if (!typed_postcode_.empty()) {
        SuggestPostcodes();
      }
      return std::move(suggestions_);
    }
    SuggestNames(false);
    if (suggestions_.empty()) {
      SuggestNames(true);
    }
    return std::move(suggestions_);
  }

 private:
  // Some order that a reader expects: by number, then unit.
  using EntryOrder = std::tuple<int32_t, char, int32_t, char, std::string, uint64_t>;

  struct RankedName {
    Catalogue::NameUse use;
    size_t position = 0;  // of the first typed word in the name
  };

  void Read(std::string_view input) {
    const std::string text(input.substr(0, 200));
    std::string folded = FoldAddress(text);
    if (LooksLikePostcode(folded)) {
      typed_postcode_ = folded;
      return;
    }
    if (const auto found = model::FindPostcode(folded); found.has_value()) {
      postcode_ = PackPostcode(found->postcode.ToString());
      folded.replace(found->begin, found->end - found->begin, " , ");
    }
    size_t begin = folded.size();
    while (begin > 0 && (IsUpper(folded[begin - 1]) || IsDigit(folded[begin - 1]))) {
      --begin;
    }
    const std::string_view last = std::string_view(folded).substr(begin);
    const bool last_is_word = !last.empty() && !IsDigit(last[0]);
    const TokenList list(last_is_word ? std::string_view(folded).substr(0, begin) : std::string_view(folded));
    const Evidence evidence = ReadEvidence(list);
    unit_ = evidence.unit;
    for (const NumberMention& number : evidence.numbers) {
      numbers_.push_back(number.span);
    }
    for (const WordMention& word : evidence.words) {
      words_.push_back({std::string(list.tokens()[word.position].word), ""});
    }
    if (last_is_word) {
      words_.push_back({std::string(CanonicalWord(last)), std::string(last)});
    }
  }

  // One or two letters, a digit, and no more than a postcode holds.
  static bool LooksLikePostcode(std::string_view folded) {
    std::string compact;
    for (const char c : folded) {
      if (IsUpper(c) || IsDigit(c)) {
        compact.push_back(c);
      } else if (c != ' ') {
        return false;
      }
    }
    size_t letters = 0;
    while (letters < compact.size() && IsUpper(compact[letters])) {
      ++letters;
    }
    if (letters < 1 || letters > 2 || letters == compact.size() || compact.size() > 7) {
      return false;
    }
    // After the district come a digit and two letters: longer words of letters are no postcode.
    size_t run = 0;
    for (size_t i = letters; i < compact.size(); ++i) {
      run = IsUpper(compact[i]) ? run + 1 : 0;
      if (run > 2) {
        return false;
      }
    }
    return true;
  }

  void SuggestPostcodes() {
    const PostcodeRange range = PackPostcodePrefix(typed_postcode_);
    const auto& postcodes = catalogue_.postcodes();
    for (auto it = postcodes.lower_bound(range.first); it != postcodes.end() && *it <= range.last; ++it) {
      std::vector<std::pair<EntryOrder, uint32_t>> found;
      for (const Posting& posting : *catalogue_.ByPostcode(*it)) {
        if (Active(catalogue_.entry(posting.entry))) {
          found.emplace_back(OrderOf(posting.entry), posting.entry);
        }
      }
      if (Emit(&found)) {
        return;
      }
    }
  }

  // Names that hold the first typed word, best first, until enough addresses are found.
  void SuggestNames(bool fuzzy) {
    std::vector<RankedName> names = NamesOfFirstWord(fuzzy);
    const auto worse = [this](const RankedName& a, const RankedName& b) { return Better(b, a); };
    std::make_heap(names.begin(), names.end(), worse);
    while (!names.empty()) {
      std::pop_heap(names.begin(), names.end(), worse);
      const RankedName name = names.back();
      names.pop_back();
      if (EmitName(name, fuzzy)) {
        return;
      }
    }
  }

  [[nodiscard]] const Name& NameOf(const Catalogue::NameUse& use) const {
    return use.building ? catalogue_.name(use.id) : catalogue_.street(use.id).name;
  }

  [[nodiscard]] bool Better(const RankedName& a, const RankedName& b) const {
    if (a.position != b.position) {
      return a.position < b.position;
    }
    if (const int order = NameOf(a.use).joined.compare(NameOf(b.use).joined); order != 0) {
      return order < 0;
    }
    if (a.use.building != b.use.building) {
      return b.use.building;
    }
    if (a.use.building || a.use.id == b.use.id) {
      return false;
    }
    const StreetEntry& x = catalogue_.street(a.use.id);
    const StreetEntry& y = catalogue_.street(b.use.id);
    return std::tie(x.locality, x.town, x.description) < std::tie(y.locality, y.town, y.description);
  }

  std::vector<RankedName> NamesOfFirstWord(bool fuzzy) const {
    const TypedWord& first = words_.front();
    std::vector<RankedName> names;
    const auto add = [&](const std::vector<Catalogue::NameUse>& uses) {
      for (const Catalogue::NameUse& use : uses) {
        const std::vector<std::string>& spelled = NameOf(use).spelled;
        const auto at =
            std::find_if(spelled.begin(), spelled.end(), [&](const auto& w) { return WordFits(first, w, fuzzy); });
        names.push_back({use, static_cast<size_t>(at - spelled.begin())});
      }
    };
    const auto& vocabulary = catalogue_.vocabulary();
    if (fuzzy) {
      for (const auto& [word, uses] : vocabulary) {
        if (WordFits(first, word, true)) {
          add(uses);
        }
      }
    } else {
      if (const auto exact = vocabulary.find(first.word); exact != vocabulary.end()) {
        add(exact->second);
      }
      if (!first.unfinished.empty()) {
        for (auto it = vocabulary.lower_bound(first.unfinished);
             it != vocabulary.end() && it->first.starts_with(first.unfinished); ++it) {
          if (it->first != first.word) {
            add(it->second);
          }
        }
      }
    }
    return names;
  }

  // True when there are enough.
  bool EmitName(const RankedName& name, bool fuzzy) {
    const Postings* const postings =
        name.use.building ? catalogue_.ByName(name.use.id) : catalogue_.ByStreet(catalogue_.street(name.use.id).key);
    if (postings == nullptr) {
      return false;
    }
    // What the name itself does not take must stand in the rest of the address.
    const size_t taken = CountFitting(NameOf(name.use).spelled, 0, fuzzy);
    std::vector<std::pair<EntryOrder, uint32_t>> found;
    for (const Posting& posting : *postings) {
      if (!NumberAllows(posting)) {
        continue;
      }
      const Entry& entry = catalogue_.entry(posting.entry);
      if ((name.use.building || entry.street == name.use.id) && Active(entry) &&
          (postcode_ == 0 || entry.postcode == postcode_) && NumbersFit(entry, name.use.building) &&
          RestFits(entry, name.use.building, taken, fuzzy)) {
        found.emplace_back(OrderOf(posting.entry), posting.entry);
      }
    }
    return Emit(&found);
  }

  // How many of the typed words, from `first` on, the words of a name answer in order.
  [[nodiscard]] size_t CountFitting(const std::vector<std::string>& spelled, size_t first, bool fuzzy) const {
    size_t typed = first;
    for (const std::string& word : spelled) {
      if (typed < words_.size() && WordFits(words_[typed], word, fuzzy)) {
        ++typed;
      }
    }
    return typed;
  }

  [[nodiscard]] bool RestFits(const Entry& entry, bool building, size_t taken, bool fuzzy) const {
    const StreetEntry& street = catalogue_.street(entry.street);
    if (building) {
      taken = CountFitting(street.name.spelled, taken, fuzzy);
    }
    taken = CountFitting(street.locality_name.spelled, taken, fuzzy);
    return CountFitting(street.town_name.spelled, taken, fuzzy) == words_.size();
  }

  [[nodiscard]] bool Active(const Entry& entry) const { return include_inactive_ || !entry.historical; }

  // Rules out most of a street by the list alone.
  [[nodiscard]] bool NumberAllows(const Posting& posting) const {
    if (numbers_.empty() || posting.low < 0) {
      return true;
    }
    const int32_t number = numbers_.back().low;
    return (number >= posting.low && number <= posting.high) || numbers_.size() == 1;
  }

  [[nodiscard]] bool NumbersFit(const Entry& entry, bool building) const {
    const UnitRelation relation = unit_.empty() ? UnitRelation::kEqual : CompareUnits(unit_, entry.unit);
    if (relation != UnitRelation::kEqual && relation != UnitRelation::kEqualWeak) {
      return false;
    }
    if (numbers_.empty()) {
      return true;
    }
    const NumberSpan& last = numbers_.back();
    const bool house = !entry.house.empty() && last.low >= entry.house.low && last.low <= entry.house.high &&
                       (last.low_letter == 0 || last.low_letter == entry.house.low_letter);
    if (numbers_.size() > 1) {
      return house && numbers_[0].low == entry.unit.number;
    }
    return house || (building && entry.unit.number == last.low);
  }

  [[nodiscard]] EntryOrder OrderOf(uint32_t id) const {
    const Entry& entry = catalogue_.entry(id);
    return {entry.house.low,   entry.house.low_letter, entry.unit.number,
            entry.unit.letter, entry.prefix,           catalogue_.property(entry.property).uprn};
  }

  bool Emit(std::vector<std::pair<EntryOrder, uint32_t>>* found) {
    std::sort(found->begin(), found->end(), [this](const auto& a, const auto& b) {
      return a.first != b.first
                 ? a.first < b.first
                 : catalogue_.Line(catalogue_.entry(a.second)) < catalogue_.Line(catalogue_.entry(b.second));
    });
    for (const auto& [order, id] : *found) {
      if (suggestions_.size() >= limit_) {
        break;
      }
      const Entry& entry = catalogue_.entry(id);
      const uint64_t uprn = catalogue_.property(entry.property).uprn;
      if (seen_.insert(uprn).second) {
        suggestions_.push_back({uprn, catalogue_.Line(entry), UnpackPostcode(entry.postcode)});
      }
    }
    return suggestions_.size() >= limit_;
  }

  const Catalogue& catalogue_;
  const size_t limit_;
  const bool include_inactive_;
  std::vector<TypedWord> words_;
  absl::InlinedVector<NumberSpan, 4> numbers_;
  UnitParts unit_;
  std::string typed_postcode_;  // what was typed of a postcode, if that is all
  uint64_t postcode_ = 0;       // a whole postcode beside other words
  std::vector<Suggestion> suggestions_;
  absl::flat_hash_set<uint64_t> seen_;
};

}  // namespace

std::vector<Suggestion> Suggest(const Catalogue& catalogue, std::string_view input, size_t limit,
                                bool include_inactive) {
  if (limit == 0) {
    return {};
  }
  return Suggester(catalogue, input, limit, include_inactive).Run();
}

}  // namespace wensum::matching::address
