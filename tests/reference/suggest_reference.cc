#include "tests/reference/suggest_reference.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <tuple>

#include "base/strings.h"
#include "matching/address/address_catalogue.h"
#include "matching/address/suggest_input.h"
#include "tests/reference/text_distance_reference.h"

namespace wensum::reference {
namespace {

using namespace matching::address;  // NOLINT(google-build-using-namespace): the twin of that namespace's code

int Edits(const TypedWord& typed, const std::string& word, bool fuzzy) {
  const bool prefix = !typed.unfinished.empty();
  if (typed.word == word || (prefix && word.starts_with(typed.unfinished))) {
    return 0;
  }
  if (word == "ST") {
    return Edits(typed, "STREET", fuzzy);
  }
  const std::string& letters = prefix ? typed.unfinished : typed.word;
  const int limit = letters.size() < 4 ? 0 : letters.size() < 8 ? 1 : 2;
  int best = OsaDistance(letters, word);
  for (size_t i = 0; prefix && i < word.size(); ++i) {
    best = std::min(best, OsaDistance(letters, std::string_view(word).substr(0, i)));
  }
  return fuzzy && best <= limit ? best : -1;
}

class Naive {
 public:
  Naive(const std::vector<IndexedProperty>& properties, const SuggestQuery& query)
      : typed_(ReadTyped(query.input)), filter_(query.filter), limit_(query.limit) {
    for (const IndexedProperty& property : properties) {
      catalogue_.Upsert(property);
    }
    for (const IndexedProperty& property : properties) {
      for (uint32_t id = catalogue_.property(catalogue_.Find(property.uprn)).first; id != kNoId;
           id = catalogue_.entry(id).next) {
        entries_.push_back(id);
      }
    }
    std::sort(entries_.begin(), entries_.end(),
              [this](uint32_t a, uint32_t b) { return catalogue_.EntryBefore(a, b); });
  }

  std::vector<Suggestion> Run() {
    if (!typed_.partial_postcode.empty()) {
      Postcodes();
    } else if (!typed_.words.empty()) {
      for (const bool streets : {false, true}) {
        for (const bool fuzzy : {false, true}) {
          if (out_.empty() && (streets || typed_.names_address())) {
            Names(streets, fuzzy);
          }
        }
      }
    } else if (typed_.postcode != 0) {
      InPostcode(typed_.postcode);
    }
    if (out_.size() > limit_) {
      out_.resize(limit_);
    }
    return std::move(out_);
  }

 private:
  bool Passes(uint32_t id) const {
    const Entry& entry = catalogue_.entry(id);
    return (filter_.StatusAllowed(8) || !entry.historical) &&
           filter_.Matches(catalogue_.property(entry.property).facts);
  }

  // Whether the words of the names, one after the other, answer all typed words in order, and with how many errors in
  // the first name.
  bool Fits(const std::vector<const Name*>& names, bool fuzzy, int* edits) const {
    size_t next = 0;
    for (const Name* const name : names) {
      for (const std::string& word : name->spelled) {
        const int found = next < typed_.words.size() ? Edits(typed_.words[next], word, fuzzy) : -1;
        if (found >= 0) {
          ++next;
          *edits += name == names.front() ? found : 0;
        }
      }
    }
    return next == typed_.words.size();
  }

  std::vector<const Name*> NamesOf(NameUse use, uint32_t street) const {
    const StreetEntry& place = catalogue_.street(street);
    std::vector<const Name*> names = {&catalogue_.NameOf(use)};
    if (use.building) {
      names.push_back(&place.name);
    }
    names.push_back(&place.locality_name);
    names.push_back(&place.town_name);
    return names;
  }

  std::vector<uint32_t> EntriesOf(NameUse use) const {
    std::vector<uint32_t> found;
    for (const uint32_t id : entries_) {
      const Entry& entry = catalogue_.entry(id);
      if (use.building ? entry.building == use.id || entry.unit_name == use.id || entry.organisation == use.id
                       : entry.street == use.id) {
        found.push_back(id);
      }
    }
    return found;
  }

  void Names(bool streets, bool fuzzy) {
    std::set<NameUse> uses;
    for (const uint32_t id : entries_) {
      const Entry& entry = catalogue_.entry(id);
      uses.insert({false, entry.street});
      for (const uint32_t name : {entry.building, entry.unit_name, entry.organisation}) {
        if (name != kNoId) {
          uses.insert({true, name});
        }
      }
    }
    std::map<std::tuple<int, int, size_t, std::string>, NameUse> ranked;
    for (const NameUse use : uses) {
      const std::vector<std::string>& words = catalogue_.NameOf(use).spelled;
      size_t position = 0;
      while (position < words.size() && Edits(typed_.words[0], words[position], fuzzy) < 0) {
        ++position;
      }
      int later = 0;
      for (size_t i = 0; i < std::min(words.size(), typed_.words.size()); ++i) {
        later |= Edits(typed_.words[i], words[i], fuzzy) < 0 ? 1 : 0;
      }
      int edits = 0;
      const bool fits = Fits(NamesOf(use, use.building ? 0 : use.id), fuzzy, &edits);
      if (position < words.size() && (use.building || fits)) {
        ranked[{edits, later, position, catalogue_.KeyOf(use)}] = use;
      }
    }
    std::vector<NameUse> listed;
    for (const auto& [rank, use] : ranked) {
      if (use.building || !streets) {
        Addresses(use, fuzzy);
      } else if (Street(use, EntriesOf(use))) {
        listed.push_back(use);
      }
    }
    for (const NameUse use : listed) {
      Addresses(use, fuzzy);
    }
  }

  void Addresses(NameUse use, bool fuzzy) {
    for (const uint32_t id : EntriesOf(use)) {
      const Entry& entry = catalogue_.entry(id);
      int edits = 0;
      if (Passes(id) && (typed_.postcode == 0 || entry.postcode == typed_.postcode) &&
          NumbersFit(entry, use.building) && Fits(NamesOf(use, entry.street), fuzzy, &edits)) {
        Add(id);
      }
    }
  }

  bool NumbersFit(const Entry& entry, bool unit_too) const {
    if (!typed_.unit.empty()) {
      const UnitRelation relation = CompareUnits(typed_.unit, entry.unit);
      if (relation != UnitRelation::kEqual && relation != UnitRelation::kEqualWeak) {
        return false;
      }
    }
    if (typed_.numbers.empty()) {
      return true;
    }
    const NumberSpan& last = typed_.numbers.back();
    const bool house = entry.house.low >= 0 && entry.house.low <= last.low && last.low <= entry.house.high &&
                       (last.low_letter == 0 || last.low_letter == entry.house.low_letter);
    if (typed_.numbers.size() > 1) {
      return house && typed_.numbers.front().low == entry.unit.number;
    }
    return house || (unit_too && last.low == entry.unit.number);
  }

  static bool IsUnit(const Entry& entry) { return entry.unit.has_id() || entry.unit_name != kNoId; }

  bool Holds(uint32_t building, uint32_t unit) const {
    const Entry& a = catalogue_.entry(building);
    const Entry& b = catalogue_.entry(unit);
    if (catalogue_.street(a.street).name.words != catalogue_.street(b.street).name.words) {
      return false;
    }
    if (a.house.empty() || b.house.empty()) {
      return a.building != kNoId && a.building == b.building;
    }
    return a.house.low <= b.house.low && b.house.low <= a.house.high &&
           (a.house.low_letter == 0 || a.house.low_letter == b.house.low_letter);
  }

  // The first entry of the unit's parent that holds it.
  uint32_t BuildingOf(uint32_t unit) const {
    const Entry& entry = catalogue_.entry(unit);
    const uint64_t parent = catalogue_.property(entry.property).parent_uprn;
    for (const uint32_t id : entries_) {
      const Entry& candidate = catalogue_.entry(id);
      if (IsUnit(entry) && candidate.property != entry.property &&
          catalogue_.property(candidate.property).uprn == parent &&
          (filter_.StatusAllowed(8) || !candidate.historical) && Holds(id, unit)) {
        return id;
      }
    }
    return kNoId;
  }

  void Add(uint32_t id) {
    for (int level = 0; level < 4 && typed_.unit.empty() && typed_.numbers.size() < 2; ++level) {
      const uint32_t building = BuildingOf(id);
      id = building == kNoId ? id : building;
    }
    const Entry& entry = catalogue_.entry(id);
    const uint64_t uprn = catalogue_.property(entry.property).uprn;
    if (!seen_.insert(uprn).second) {
      return;
    }
    std::set<uint32_t> units;
    for (const uint32_t other : entries_) {
      if (typed_.unit.empty() && catalogue_.property(catalogue_.entry(other).property).parent_uprn == uprn &&
          Passes(other) && IsUnit(catalogue_.entry(other)) && Holds(id, other)) {
        units.insert(catalogue_.entry(other).property);
      }
    }
    out_.push_back({.kind = units.empty() ? SuggestionKind::kProperty : SuggestionKind::kBuilding,
                    .uprn = uprn,
                    .usrn = entry.usrn,
                    .address = catalogue_.Line(entry),
                    .postcode = UnpackPostcode(entry.postcode),
                    .count = static_cast<uint32_t>(units.size())});
  }

  // A line for the street of which these are the entries, if it has a USRN that has none yet.
  bool Street(NameUse use, const std::vector<uint32_t>& entries) {
    std::set<uint32_t> properties;
    std::map<uint32_t, int> usrns;
    for (const uint32_t id : entries) {
      const Entry& entry = catalogue_.entry(id);
      if (Passes(id) && (typed_.postcode == 0 || entry.postcode == typed_.postcode)) {
        properties.insert(entry.property);
        if (entry.usrn != 0) {
          ++usrns[entry.usrn];
        }
      }
    }
    const auto most =
        std::max_element(usrns.begin(), usrns.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
    if (most == usrns.end() || !streets_.insert(most->first).second) {
      return false;
    }
    const StreetEntry& street = catalogue_.street(use.id);
    out_.push_back({.kind = SuggestionKind::kStreet,
                    .usrn = most->first,
                    .address = JoinLine("", street.description, street.locality, street.town, ""),
                    .postcode = {},
                    .count = static_cast<uint32_t>(properties.size())});
    return true;
  }

  void InPostcode(uint64_t postcode) {
    for (const uint32_t id : entries_) {
      if (catalogue_.entry(id).postcode == postcode && Passes(id) && NumbersFit(catalogue_.entry(id), true)) {
        Add(id);
      }
    }
  }

  void Postcodes() {
    std::string prefix = typed_.partial_postcode;
    std::erase(prefix, ' ');
    std::map<std::string, std::set<uint32_t>> properties;  // by postcode without its space
    std::map<std::string, std::pair<NameUse, std::vector<uint32_t>>> streets;
    for (const uint32_t id : entries_) {
      const Entry& entry = catalogue_.entry(id);
      std::string compact = UnpackPostcode(entry.postcode);
      std::erase(compact, ' ');
      if (compact.starts_with(prefix) && Passes(id)) {
        properties[compact].insert(entry.property);
        auto& street = streets[catalogue_.KeyOf({false, entry.street})];
        street.first = {false, entry.street};
        street.second.push_back(id);
      }
    }
    for (const auto& [compact, held] : properties) {
      out_.push_back({.kind = SuggestionKind::kPostcode,
                      .address = {},
                      .postcode = UnpackPostcode(PackPostcode(compact)),
                      .count = static_cast<uint32_t>(held.size())});
    }
    if (properties.size() == 1) {
      InPostcode(PackPostcode(properties.begin()->first));
      return;
    }
    if (out_.size() > limit_) {
      return;
    }
    for (const auto& [key, street] : streets) {
      Street(street.first, street.second);
    }
  }

  Catalogue catalogue_;
  const TypedInput typed_;
  const FactsMatcher filter_;
  const size_t limit_;
  std::vector<uint32_t> entries_;  // all, in the order that readers expect
  std::vector<Suggestion> out_;
  std::set<uint64_t> seen_;
  std::set<uint32_t> streets_;
};

}  // namespace

std::vector<Suggestion> Suggest(const std::vector<IndexedProperty>& properties, const SuggestQuery& query) {
  return Naive(properties, query).Run();
}

}  // namespace wensum::reference
