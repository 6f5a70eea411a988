#include <algorithm>
#include <array>
#include <optional>
#include <tuple>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "base/strings.h"
#include "matching/address/address_catalogue.h"
#include "matching/address/suggest_input.h"
#include "matching/address/unit_finder.h"

namespace wensum::matching::address {
namespace {

// The bounds that AddressIndex::Suggest states.
constexpr size_t kMaxNames = 2'048;  // of each of the two ways to find names
constexpr size_t kMaxAddresses = 20'000;
constexpr size_t kMaxPostcodes = 2'048;

// How many of the typed words were found in order, and with how many errors.
struct Progress {
  size_t taken = 0;
  int edits = 0;
};

class Suggester {
 public:
  Suggester(const Catalogue& catalogue, const SuggestQuery& query)
      : catalogue_(catalogue),
        typed_(ReadTyped(query.input)),
        filter_(query.filter),
        units_(catalogue, filter_),
        limit_(query.limit),
        edits_(typed_.words.size()) {}

  std::vector<Suggestion> Run(const SuggestQuery& query) {
    if (query.within_usrn != 0 || query.within_uprn != 0 || !query.within_postcode.empty()) {
      SuggestInside(query);
    } else if (!typed_.partial_postcode.empty()) {
      SuggestPostcodes();
    } else if (!typed_.words.empty()) {
      SuggestNames();
    } else if (typed_.postcode != 0) {
      EmitPostcode(typed_.postcode);
    }
    return std::move(suggestions_);
  }

 private:
  // Best first: by errors, then names that begin with what was typed, then by the place of the first typed word.
  struct RankedName {
    NameUse use;
    int edits = 0;
    int later = 0;
    size_t position = 0;
    std::string key;
  };

  [[nodiscard]] bool Full() const { return suggestions_.size() >= limit_; }

  // --- Words ---

  int EditsOf(size_t typed, std::string_view word, uint64_t hash, bool fuzzy) {
    if (!fuzzy) {
      return WordEdits(typed_.words[typed], word, false);
    }
    const auto [found, fresh] = edits_[typed].try_emplace(hash, 0);
    if (fresh) {
      found->second = static_cast<int8_t>(WordEdits(typed_.words[typed], word, true));
    }
    return found->second;
  }

  // Goes on with the words of one more name.
  void Take(const Name& name, bool fuzzy, Progress* progress) {
    for (size_t i = 0; i < name.spelled.size() && progress->taken < typed_.words.size(); ++i) {
      const int edits = EditsOf(progress->taken, name.spelled[i], name.words[i], fuzzy);
      if (edits >= 0) {
        ++progress->taken;
        progress->edits += edits;
      }
    }
  }

  // What the name itself does not take must stand in the rest of the address.
  bool PlaceFits(const StreetEntry& street, Progress progress, bool fuzzy) {
    Take(street.locality_name, fuzzy, &progress);
    Take(street.town_name, fuzzy, &progress);
    return progress.taken == typed_.words.size();
  }

  // Nothing if the name does not hold the first typed word, or a street's name and place not all of them.
  std::optional<RankedName> Fit(NameUse use, bool fuzzy) {
    const Name& name = catalogue_.NameOf(use);
    RankedName ranked{.use = use, .key = {}};
    const size_t words = name.spelled.size();
    while (ranked.position < words &&
           EditsOf(0, name.spelled[ranked.position], name.words[ranked.position], fuzzy) < 0) {
      ++ranked.position;
    }
    Progress progress;
    Take(name, fuzzy, &progress);
    if (ranked.position == words || (!use.building && !PlaceFits(catalogue_.street(use.id), progress, fuzzy))) {
      return std::nullopt;
    }
    ranked.edits = progress.edits;
    for (size_t i = 0; i < std::min(words, typed_.words.size()) && ranked.later == 0; ++i) {
      ranked.later = EditsOf(i, name.spelled[i], name.words[i], fuzzy) < 0 ? 1 : 0;
    }
    return ranked;
  }

  // --- Names ---

  void SuggestNames() {
    if (typed_.names_address()) {
      SearchNames(/*fuzzy=*/false, /*streets=*/false);
      if (suggestions_.empty()) {
        SearchNames(/*fuzzy=*/true, /*streets=*/false);
      }
    }
    // A street without such a number is still worth a line.
    if (suggestions_.empty()) {
      SearchNames(/*fuzzy=*/false, /*streets=*/true);
    }
    if (suggestions_.empty()) {
      SearchNames(/*fuzzy=*/true, /*streets=*/true);
    }
  }

  void SearchNames(bool fuzzy, bool streets) {
    std::vector<NameUse> listed;
    const auto emit = [&](NameUse use) {
      if (use.building || !streets) {
        EmitAddresses(use, fuzzy);
      } else if (EmitStreet(use, nullptr)) {
        listed.push_back(use);
      }
    };
    absl::flat_hash_set<Vocabulary::Use> seen;
    if (!fuzzy) {
      EmitNamesThatBegin(&seen, emit);
    }
    if (!Full()) {
      EmitOtherNames(fuzzy, seen, emit);
    }
    for (size_t i = 0; i < listed.size() && !Full(); ++i) {
      EmitAddresses(listed[i], fuzzy);
    }
  }

  // Names that begin with what was typed, and such as what was typed begins with, in their order.
  template <typename Emit>
  void EmitNamesThatBegin(absl::flat_hash_set<Vocabulary::Use>* seen, const Emit& emit) {
    size_t left = kMaxNames;
    for (const std::string& start : Beginnings()) {
      const auto& names = catalogue_.names();
      for (auto it = names.lower_bound(start); it != names.end() && it->first.starts_with(start); ++it) {
        if (left-- == 0 || Full()) {
          return;
        }
        if (const auto ranked = Fit(it->second, false); ranked.has_value() && ranked->later == 0) {
          seen->insert(Catalogue::PackUse(it->second));
          emit(it->second);
        }
      }
    }
  }

  // Ascending; none begins with another.
  [[nodiscard]] std::vector<std::string> Beginnings() const {
    std::vector<std::string> beginnings;
    std::string text;
    for (size_t i = 0; i + 1 < typed_.words.size(); ++i) {
      text.append(typed_.words[i].word);
      beginnings.push_back(Cat(text, Catalogue::kNameEnd));
      text.push_back(' ');
    }
    const TypedWord& last = typed_.words.back();
    const bool unfinished = !last.unfinished.empty();
    if (unfinished) {
      beginnings.push_back(Cat(text, last.unfinished));
    }
    std::vector<std::string> whole = SpelledShorter(last);
    if (!unfinished || !last.word.starts_with(last.unfinished)) {
      whole.push_back(last.word);
    }
    for (const std::string& word : whole) {
      beginnings.push_back(Cat(text, word, Catalogue::kNameEnd));
      beginnings.push_back(Cat(text, word, " "));
    }
    std::sort(beginnings.begin(), beginnings.end());
    return beginnings;
  }

  // Names that hold the typed words elsewhere, or with errors, best first.
  template <typename Emit>
  void EmitOtherNames(bool fuzzy, const absl::flat_hash_set<Vocabulary::Use>& seen, const Emit& emit) {
    std::vector<RankedName> names;
    for (const Vocabulary::Use use : NamesOfWords(fuzzy)) {
      if (seen.contains(use)) {
        continue;
      }
      if (std::optional<RankedName> ranked = Fit(Catalogue::UnpackUse(use), fuzzy)) {
        ranked->key = catalogue_.KeyOf(ranked->use);
        names.push_back(*std::move(ranked));
      }
    }
    const auto worse = [](const RankedName& a, const RankedName& b) {
      return std::tie(b.edits, b.later, b.position, b.key) < std::tie(a.edits, a.later, a.position, a.key);
    };
    std::make_heap(names.begin(), names.end(), worse);
    while (!names.empty() && !Full()) {
      std::pop_heap(names.begin(), names.end(), worse);
      emit(names.back().use);
      names.pop_back();
    }
  }

  // Names that hold the first word; if these are too many, those of the rarest other word that has not too many. With
  // errors, of the longest other word: a walk over the vocabulary for each would take too long. Asked for at most
  // twice.
  const std::vector<Vocabulary::Use>& NamesOfWords(bool fuzzy) {
    std::optional<std::vector<Vocabulary::Use>>& names = names_of_words_[fuzzy ? 1 : 0];
    if (names.has_value()) {
      return *names;
    }
    names = UsesOf(catalogue_.vocabulary(), typed_.words[0], fuzzy, kMaxNames);
    if (!names.has_value() && fuzzy) {
      names = UsesOf(catalogue_.vocabulary(), LongestAfterFirst(), fuzzy, kMaxNames);
    } else if (!names.has_value()) {
      for (size_t i = 1; i < typed_.words.size(); ++i) {
        auto uses = UsesOf(catalogue_.vocabulary(), typed_.words[i], fuzzy, kMaxNames);
        if (uses.has_value() && (!names.has_value() || uses->size() < names->size())) {
          names = std::move(uses);
        }
      }
    }
    return names.has_value() ? *names : names.emplace();
  }

  [[nodiscard]] const TypedWord& LongestAfterFirst() const {
    size_t longest = typed_.words.size() > 1 ? 1 : 0;
    for (size_t i = longest + 1; i < typed_.words.size(); ++i) {
      longest = typed_.words[i].word.size() > typed_.words[longest].word.size() ? i : longest;
    }
    return typed_.words[longest];
  }

  // --- Addresses ---

  void EmitAddresses(NameUse use, bool fuzzy) {
    const Catalogue::EntryList* const list = catalogue_.EntriesOf(use);
    if (list == nullptr) {
      return;
    }
    Progress named;
    Take(catalogue_.NameOf(use), fuzzy, &named);
    auto it = list->postings.begin();
    auto end = list->postings.end();
    if (!use.building && !typed_.numbers.empty()) {
      // The list is in the order of house numbers.
      const int32_t number = typed_.numbers.back().low;
      const auto below = [](const Posting& posting, int32_t low) { return posting.low < low; };
      it = std::lower_bound(it, end, std::max(number - list->widest, 0), below);
      end = std::lower_bound(it, end, number + 1, below);
    }
    for (; it != end && !Full() && addresses_left_ > 0; ++it) {
      --addresses_left_;
      const Entry& entry = catalogue_.entry(it->entry);
      if (!units_.Passes(entry) || (typed_.postcode != 0 && entry.postcode != typed_.postcode) ||
          !NumbersFit(entry, use.building)) {
        continue;
      }
      Progress progress = named;
      const StreetEntry& street = catalogue_.street(entry.street);
      if (use.building) {
        Take(street.name, fuzzy, &progress);
      }
      if (PlaceFits(street, progress, fuzzy)) {
        EmitEntry(it->entry);
      }
    }
  }

  // `unit_too`: a number alone may be that of the unit.
  [[nodiscard]] bool NumbersFit(const Entry& entry, bool unit_too) const {
    const UnitRelation relation = typed_.unit.empty() ? UnitRelation::kEqual : CompareUnits(typed_.unit, entry.unit);
    if (relation != UnitRelation::kEqual && relation != UnitRelation::kEqualWeak) {
      return false;
    }
    if (typed_.numbers.empty()) {
      return true;
    }
    const NumberSpan& last = typed_.numbers.back();
    const bool house = !entry.house.empty() && last.low >= entry.house.low && last.low <= entry.house.high &&
                       (last.low_letter == 0 || last.low_letter == entry.house.low_letter);
    if (typed_.numbers.size() > 1) {
      return house && typed_.numbers[0].low == entry.unit.number;
    }
    return house || (unit_too && entry.unit.number == last.low);
  }

  // The address itself, or the building that holds it if no unit was typed.
  void EmitEntry(uint32_t id) {
    EmitShown(typed_.unit.empty() && typed_.numbers.size() < 2 ? units_.OutermostBuilding(id) : id);
  }

  void EmitShown(uint32_t id) {
    const Entry& entry = catalogue_.entry(id);
    const uint64_t uprn = catalogue_.property(entry.property).uprn;
    if (!seen_.insert(uprn).second) {
      return;
    }
    const uint32_t units = typed_.unit.empty() ? CountUnits(id) : 0;
    suggestions_.push_back({.kind = units > 0 ? SuggestionKind::kBuilding : SuggestionKind::kProperty,
                            .uprn = uprn,
                            .usrn = entry.usrn,
                            .address = catalogue_.Line(entry),
                            .postcode = UnpackPostcode(entry.postcode),
                            .count = units});
  }

  uint32_t CountUnits(uint32_t building) {
    const uint64_t uprn = catalogue_.property(catalogue_.entry(building).property).uprn;
    const std::vector<uint32_t>* const children = catalogue_.ChildrenOf(uprn);
    uint32_t count = 0;
    for (size_t i = 0;
         children != nullptr && i < children->size() && count < kMaxSuggestionCount && addresses_left_ > 0;
         ++i, --addresses_left_) {
      count += units_.UnitOf((*children)[i], building) != kNoId ? 1 : 0;
    }
    return count;
  }

  // --- Streets and postcodes ---

  // False if the street has nothing to show, or its USRN was shown already. `postcodes`, if not null, bounds the
  // addresses counted.
  bool EmitStreet(NameUse use, const PostcodeRange* postcodes) {
    const Catalogue::EntryList* const list = catalogue_.EntriesOf(use);
    std::vector<uint32_t> properties;
    std::vector<uint32_t> usrns;
    for (size_t i = 0; i < list->postings.size() && properties.size() < kMaxCounted && addresses_left_ > 0;
         ++i, --addresses_left_) {
      const Entry& entry = catalogue_.entry(list->postings[i].entry);
      const bool in_postcode =
          postcodes == nullptr || (entry.postcode >= postcodes->first && entry.postcode <= postcodes->last);
      if (in_postcode && units_.Passes(entry) && (typed_.postcode == 0 || entry.postcode == typed_.postcode)) {
        properties.push_back(entry.property);
        if (entry.usrn != 0) {
          usrns.push_back(entry.usrn);
        }
      }
    }
    if (usrns.empty()) {
      return false;  // known from delivery points alone: no street of the gazetteer
    }
    const uint32_t usrn = MostFrequent(&usrns);
    if (!seen_streets_.insert(usrn).second) {
      return false;
    }
    const StreetEntry& street = catalogue_.street(use.id);
    suggestions_.push_back({.kind = SuggestionKind::kStreet,
                            .usrn = usrn,
                            .address = JoinLine("", street.description, street.locality, street.town, ""),
                            .postcode = {},
                            .count = CountDistinct(&properties)});
    return true;
  }

  // The smallest of those that occur most.
  static uint32_t MostFrequent(std::vector<uint32_t>* values) {
    std::sort(values->begin(), values->end());
    uint32_t best = 0;
    size_t most = 0;
    for (size_t i = 0; i < values->size();) {
      const size_t begin = i;
      while (i < values->size() && (*values)[i] == (*values)[begin]) {
        ++i;
      }
      if (i - begin > most) {
        most = i - begin;
        best = (*values)[begin];
      }
    }
    return best;
  }

  static uint32_t CountDistinct(std::vector<uint32_t>* values) {
    std::sort(values->begin(), values->end());
    const auto end = std::unique(values->begin(), values->end());
    return std::min(kMaxSuggestionCount, static_cast<uint32_t>(end - values->begin()));
  }

  // The entries of a postcode that pass and fit the numbers typed, in the order that readers expect.
  std::vector<uint32_t> EntriesIn(uint64_t postcode) {
    std::vector<uint32_t> found;
    if (const Postings* const postings = catalogue_.ByPostcode(postcode); postings != nullptr) {
      for (const Posting& posting : *postings) {
        if (addresses_left_ == 0) {
          break;
        }
        --addresses_left_;
        const Entry& entry = catalogue_.entry(posting.entry);
        if (units_.Passes(entry) && NumbersFit(entry, true)) {
          found.push_back(posting.entry);
        }
      }
    }
    std::sort(found.begin(), found.end(), [this](uint32_t a, uint32_t b) { return catalogue_.EntryBefore(a, b); });
    return found;
  }

  void EmitPostcode(uint64_t postcode) {
    for (const uint32_t entry : EntriesIn(postcode)) {
      if (Full()) {
        return;
      }
      EmitEntry(entry);
    }
  }

  void SuggestPostcodes() {
    const PostcodeRange range = PackPostcodePrefix(typed_.partial_postcode);
    const auto& postcodes = catalogue_.postcodes();
    std::vector<uint64_t> found;
    std::vector<uint32_t> streets;
    size_t left = kMaxPostcodes;
    for (auto it = postcodes.lower_bound(range.first);
         it != postcodes.end() && *it <= range.last && !Full() && left > 0; ++it, --left) {
      std::vector<uint32_t> properties;
      for (const uint32_t id : EntriesIn(*it)) {
        properties.push_back(catalogue_.entry(id).property);
        streets.push_back(catalogue_.entry(id).street);
      }
      if (!properties.empty()) {
        found.push_back(*it);
        suggestions_.push_back({.kind = SuggestionKind::kPostcode,
                                .address = {},
                                .postcode = UnpackPostcode(*it),
                                .count = CountDistinct(&properties)});
      }
    }
    if (found.size() == 1) {
      EmitPostcode(found.front());
      return;
    }
    std::sort(streets.begin(), streets.end());
    streets.erase(std::unique(streets.begin(), streets.end()), streets.end());
    std::sort(streets.begin(), streets.end(),
              [this](uint32_t a, uint32_t b) { return catalogue_.KeyOf({false, a}) < catalogue_.KeyOf({false, b}); });
    for (size_t i = 0; i < streets.size() && !Full(); ++i) {
      EmitStreet({false, streets[i]}, &range);
    }
  }

  // --- One street, building or postcode ---

  void SuggestInside(const SuggestQuery& query) {
    std::vector<uint32_t> entries;
    if (query.within_uprn != 0) {
      inside_building_ = true;
      entries = UnitsOf(query.within_uprn);
    } else if (query.within_usrn != 0) {
      entries = EntriesOn(query.within_usrn);
    } else {
      entries = EntriesIn(PackPostcode(query.within_postcode));
    }
    for (const bool fuzzy : {false, true}) {
      for (size_t i = 0; i < entries.size() && !Full(); ++i) {
        if (WordsFitEntry(catalogue_.entry(entries[i]), fuzzy)) {
          inside_building_ ? EmitShown(entries[i]) : EmitEntry(entries[i]);
        }
      }
      if (!suggestions_.empty()) {
        return;
      }
    }
  }

  // All words of the address in order.
  bool WordsFitEntry(const Entry& entry, bool fuzzy) {
    Progress progress;
    for (const uint32_t name : {entry.organisation, entry.unit_name, entry.building}) {
      if (name != kNoId) {
        Take(catalogue_.name(name), fuzzy, &progress);
      }
    }
    const StreetEntry& street = catalogue_.street(entry.street);
    Take(street.name, fuzzy, &progress);
    return PlaceFits(street, progress, fuzzy);
  }

  std::vector<uint32_t> UnitsOf(uint64_t uprn) {
    std::vector<uint32_t> found;
    const std::vector<uint32_t>* const children = catalogue_.ChildrenOf(uprn);
    for (size_t i = 0; children != nullptr && i < children->size() && addresses_left_ > 0; ++i, --addresses_left_) {
      const uint32_t entry = units_.UnitOf((*children)[i], kNoId);
      if (entry != kNoId && NumbersFit(catalogue_.entry(entry), true)) {
        found.push_back(entry);
      }
    }
    std::sort(found.begin(), found.end(), [this](uint32_t a, uint32_t b) { return catalogue_.EntryBefore(a, b); });
    return found;
  }

  std::vector<uint32_t> EntriesOn(uint32_t usrn) {
    std::vector<uint32_t> found;
    const Catalogue::StreetIds* const streets = catalogue_.StreetsOf(usrn);
    if (streets == nullptr) {
      return found;
    }
    for (const auto& [street, uses] : *streets) {
      for (const Posting& posting : catalogue_.EntriesOf({false, street})->postings) {
        if (addresses_left_ == 0) {
          break;
        }
        --addresses_left_;
        const Entry& entry = catalogue_.entry(posting.entry);
        if (entry.usrn == usrn && units_.Passes(entry) && NumbersFit(entry, false)) {
          found.push_back(posting.entry);
        }
      }
    }
    std::sort(found.begin(), found.end(), [this](uint32_t a, uint32_t b) { return catalogue_.EntryBefore(a, b); });
    return found;
  }

  static constexpr size_t kMaxCounted = 2 * kMaxSuggestionCount;  // properties have an entry or two on a street

  const Catalogue& catalogue_;
  const TypedInput typed_;
  const FactsMatcher filter_;
  const UnitFinder units_;
  const size_t limit_;
  std::vector<absl::flat_hash_map<uint64_t, int8_t>> edits_;                   // of each typed word, by the word's hash
  std::array<std::optional<std::vector<Vocabulary::Use>>, 2> names_of_words_;  // as typed, with errors
  std::vector<Suggestion> suggestions_;
  absl::flat_hash_set<uint64_t> seen_;          // UPRNs
  absl::flat_hash_set<uint32_t> seen_streets_;  // USRNs
  size_t addresses_left_ = kMaxAddresses;
  bool inside_building_ = false;
};

}  // namespace

std::vector<Suggestion> Suggest(const Catalogue& catalogue, const SuggestQuery& query) {
  if (query.limit == 0) {
    return {};
  }
  return Suggester(catalogue, query).Run(query);
}

}  // namespace wensum::matching::address
