#include "matching/address/errors/listed_addresses.h"

#include <algorithm>
#include <bit>
#include <limits>
#include <utility>

#include "base/hash.h"
#include "base/parallel.h"
#include "base/strings.h"
#include "matching/address/errors/word_tables.h"
#include "model/postcode.h"

namespace wensum::matching::address::errors {
namespace {

constexpr size_t kWidestRange = 40;
constexpr int kOneEdit = 2;  // of StreetsDisagree

struct NumberSpan {
  int low = -1;
  int high = -1;
  std::string letters;  // of both ends
};

NumberSpan ReadSpan(std::string_view number) {
  NumberSpan span;
  size_t at = 0;
  while (at < number.size()) {
    const size_t start = at;
    while (at < number.size() && IsDigit(number[at])) {
      ++at;
    }
    if (at > start) {
      const int value = ParseInteger<int>(number.substr(start, at - start)).value_or(0);
      span.low = span.low < 0 ? value : span.low;
      span.high = value;
    } else {
      if (IsLetter(number[at])) {
        span.letters += ToUpperAscii(number.substr(at, 1));
      }
      ++at;
    }
  }
  return span;
}

// Every number and letter of unit and number, sorted, so that "Flat A, 12" equals "12A".
std::vector<std::string> LooseIds(const AddressParts& parts) {
  std::vector<std::string> ids;
  for (const std::string_view text : {std::string_view(parts.unit_id), std::string_view(parts.number)}) {
    size_t at = 0;
    while (at < text.size()) {
      const size_t start = at;
      while (at < text.size() && IsDigit(text[at])) {
        ++at;
      }
      if (at > start) {
        ids.emplace_back(text.substr(start, at - start));
      } else {
        if (IsLetter(text[at])) {
          ids.push_back(ToUpperAscii(text.substr(at, 1)));
        }
        ++at;
      }
    }
  }
  std::sort(ids.begin(), ids.end());
  return ids;
}

bool SameNumberSpan(const NumberSpan& a, const NumberSpan& b) {
  return a.low == b.low && a.high == b.high && a.letters == b.letters;
}

bool Overlap(const NumberSpan& a, const NumberSpan& b) {
  return a.low >= 0 && b.low >= 0 && (a.low != a.high || b.low != b.high) && a.low <= b.high && b.low <= a.high;
}

// The number that a unit's letter, number or only floor may stand for; -1 if none.
int SoftUnit(const AddressParts& parts) {
  if (parts.unit_id.empty()) {
    return parts.floors.size() == 1 ? parts.floors[0] : -1;
  }
  if (parts.unit_id.size() == 1 && IsLetter(parts.unit_id[0])) {
    return ToUpperAscii(parts.unit_id)[0] - 'A' + 1;
  }
  return ParseInteger<int>(parts.unit_id).value_or(-1);
}

bool SameUnit(const AddressParts& a, const AddressParts& b) {
  return EqualsIgnoreCaseAscii(a.unit_id, b.unit_id) && a.floors == b.floors && a.sides == b.sides;
}

bool MayBeSameUnit(const AddressParts& a, const AddressParts& b) {
  if (SameUnit(a, b)) {
    return true;
  }
  if (!a.unit_id.empty() && EqualsIgnoreCaseAscii(a.unit_id, b.unit_id)) {
    return a.floors.empty() || b.floors.empty();
  }
  if (a.has_unit() != b.has_unit()) {
    return false;
  }
  if (a.floors == b.floors && !a.floors.empty() && (a.unit_id.empty() || b.unit_id.empty())) {
    return a.sides == b.sides || a.sides.empty() || b.sides.empty();
  }
  const bool floors_overlap = std::any_of(a.floors.begin(), a.floors.end(), [&](int floor) {
    return std::find(b.floors.begin(), b.floors.end(), floor) != b.floors.end() ||
           (floor >= kTopFloor && !b.floors.empty() && b.floors.back() > 0);
  });
  const bool top = !b.floors.empty() && b.floors.back() >= kTopFloor && !a.floors.empty() && a.floors.back() > 0;
  return floors_overlap || top || (SoftUnit(a) >= 0 && SoftUnit(a) == SoftUnit(b));
}

uint8_t IdsDisagree(const Statement& said, const AddressParts& listed, bool absent) {
  const NumberSpan a = ReadSpan(said.parts.number);
  const NumberSpan b = ReadSpan(listed.number);
  if (SameNumberSpan(a, b) && (absent ? MayBeSameUnit(said.parts, listed) : SameUnit(said.parts, listed))) {
    return 0;
  }
  if ((said.loose_ids || absent) && said.parts.floors == listed.floors && LooseIds(said.parts) == LooseIds(listed)) {
    return 0;
  }
  const std::string building = Squash(listed.building);
  if (absent && (a.low < 0 || b.low < 0) && !building.empty() && building == Squash(said.parts.building) &&
      MayBeSameUnit(said.parts, listed)) {
    return 0;
  }
  if (Overlap(a, b) && SameUnit(said.parts, listed)) {
    return absent ? 0 : 1;
  }
  return 2;
}

uint8_t BuildingsDisagree(const std::string& said, const std::string& listed, bool absent) {
  const std::string a = Squash(said);
  const std::string b = Squash(listed);
  if (a == b || (!a.empty() && !b.empty() && EditDistance(a, b, 2) <= 2)) {
    return 0;
  }
  return a.empty() || b.empty() ? (absent ? 0 : 1) : 2;
}

uint8_t StreetsDisagree(const StreetName& said, const StreetName& listed) {
  constexpr size_t kLimit = 4;
  size_t edits = EditDistance(said.core + said.rest, listed.core + listed.rest, kLimit);
  // A type that is no type in the other name: "GREEN" for "THE GREEN".
  edits = std::min(edits, EditDistance(said.Whole(), listed.Whole(), kLimit));
  const bool other_type = !said.type.empty() && said.type != listed.type;
  return static_cast<uint8_t>(2 * edits + (other_type ? 1 : 0));
}

uint8_t PlacesDisagree(const std::vector<std::string>& said, const std::vector<std::string>& listed) {
  std::string all;
  for (const std::string& place : listed) {
    all += Squash(place) + " ";
  }
  return static_cast<uint8_t>(std::count_if(said.begin(), said.end(), [&](const std::string& place) {
    const std::string squashed = Squash(place);
    return !squashed.empty() && all.find(squashed) == std::string::npos;
  }));
}

uint8_t PostcodesDisagree(std::string_view said, std::string_view listed) {
  const std::string a = Squash(said);
  const std::string b = Squash(listed);
  if (a.empty() || a == b) {
    return 0;
  }
  if (const auto repaired = model::Postcode::ParseRepaired(said); repaired && Squash(repaired->ToString()) == b) {
    return 0;
  }
  if (EditDistance(a, b, 1) <= 1) {
    return 1;
  }
  if (b.size() >= 5 && a.substr(0, b.size() - 3) == b.substr(0, b.size() - 3)) {
    return a.size() + 3 == b.size() ? 0 : 2;
  }
  return 3;
}

// Which letters a squashed name has; an edit changes two of them at most.
uint32_t LetterMask(std::string_view squashed) {
  uint32_t mask = 0;
  for (const char c : squashed) {
    mask |= IsUpper(c) ? 1U << static_cast<unsigned>(c - 'A') : 0;
  }
  return mask;
}

bool SameDistrict(std::string_view a, std::string_view b) {
  const auto one = model::Postcode::Parse(a);
  const auto other = model::Postcode::Parse(b);
  return one.ok() && other.ok() && one->district() == other->district();
}

uint32_t KeyOf(std::string_view text) { return static_cast<uint32_t>(Hash64(text)); }

// The numbers that an address may be looked for by: those of its house, or else its unit; its building.
std::vector<uint32_t> KeysOf(const AddressParts& parts, bool interior) {
  std::vector<uint32_t> keys;
  const auto add = [&](int number) { keys.push_back(KeyOf(Cat(number))); };
  const NumberSpan span = ReadSpan(parts.number);
  if (span.low >= 0) {
    add(span.low);
    if (span.high != span.low) {
      add(span.high);
    }
    if (interior && span.high > span.low && static_cast<size_t>(span.high - span.low) <= kWidestRange) {
      for (int number = span.low + 1; number < span.high; ++number) {
        add(number);
      }
    }
  } else if (const NumberSpan unit = ReadSpan(parts.unit_id); unit.low >= 0) {
    add(unit.low);
  }
  if (!parts.building.empty()) {
    keys.push_back(KeyOf(Squash(parts.building)));
  }
  return keys;
}

}  // namespace

size_t EditDistance(std::string_view a, std::string_view b, size_t limit) {
  if (a == b) {
    return 0;
  }
  constexpr size_t kLongest = 60;
  if (a.size() > kLongest || b.size() > kLongest ||
      (a.size() > b.size() ? a.size() - b.size() : b.size() - a.size()) > limit) {
    return limit + 1;
  }
  std::array<std::array<uint8_t, kLongest + 1>, 3> rows{};
  for (size_t j = 0; j <= b.size(); ++j) {
    rows[0][j] = static_cast<uint8_t>(j);
  }
  for (size_t i = 1; i <= a.size(); ++i) {
    auto& row = rows[i % 3];
    const auto& above = rows[(i + 2) % 3];
    const auto& two_above = rows[(i + 1) % 3];
    row[0] = static_cast<uint8_t>(i);
    uint8_t least = row[0];
    for (size_t j = 1; j <= b.size(); ++j) {
      const int same = a[i - 1] == b[j - 1] ? 0 : 1;
      int best = std::min({above[j] + 1, row[j - 1] + 1, above[j - 1] + same});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        best = std::min(best, two_above[j - 2] + 1);
      }
      row[j] = static_cast<uint8_t>(best);
      least = std::min(least, row[j]);
    }
    if (least > limit) {
      return limit + 1;
    }
  }
  return std::min<size_t>(rows[a.size() % 3][b.size()], limit + 1);
}

Disagreement Compare(const Statement& said, const AddressParts& listed, std::string_view postcode, bool absent) {
  return {IdsDisagree(said, listed, absent), BuildingsDisagree(said.parts.building, listed.building, absent),
          StreetsDisagree(ReadStreetName(said.parts.street), ReadStreetName(listed.street)),
          PlacesDisagree(said.parts.places, listed.places), PostcodesDisagree(said.postcode, postcode)};
}

void ListedAddresses::ForEachAddress(
    int threads, const std::function<void(uint32_t, const std::optional<AddressParts>&)>& visit) const {
  constexpr size_t kChunk = 16'384;
  constexpr size_t kGrain = 256;
  std::vector<std::optional<AddressParts>> parts;
  for (size_t first = 0; first < gazetteer_.addresses.size(); first += kChunk) {
    parts.assign(std::min(kChunk, gazetteer_.addresses.size() - first), std::nullopt);
    ParallelFor(parts.size(), static_cast<size_t>(std::max(threads, 1)), kGrain, [&](size_t begin, size_t end) {
      for (size_t i = begin; i < end; ++i) {
        parts[i] = splitter_.Split(gazetteer_.addresses[first + i].text);
      }
    });
    for (size_t i = 0; i < parts.size(); ++i) {
      visit(static_cast<uint32_t>(first + i), parts[i]);
    }
  }
}

ListedAddresses::ListedAddresses(const FlatGazetteer& gazetteer, const std::vector<bool>& listed, int threads)
    : gazetteer_(gazetteer), splitter_(gazetteer) {
  absl::flat_hash_map<std::string, size_t> places;
  ForEachAddress(threads, [&](uint32_t i, const std::optional<AddressParts>& parts) {
    const FlatGazetteer::Address& address = gazetteer.addresses[i];
    if (!listed[address.property]) {
      return;
    }
    if (!address.postcode.empty()) {
      postcodes_.push_back(address.postcode);
    }
    if (parts.has_value()) {
      Add(i, *parts);
      for (const std::string& place : parts->places) {
        ++places[place];
      }
    }
  });
  std::sort(entries_.begin(), entries_.end());
  std::sort(postcodes_.begin(), postcodes_.end());
  postcodes_.erase(std::unique(postcodes_.begin(), postcodes_.end()), postcodes_.end());
  const size_t enough = entries_.size() / 2000 + 1;
  for (const auto& [place, count] : places) {
    if (count >= enough) {
      places_.push_back(place);
    }
  }
  std::sort(places_.begin(), places_.end());
}

void ListedAddresses::Add(uint32_t address, const AddressParts& parts) {
  const StreetName name = ReadStreetName(parts.street);
  const auto [it, is_new] = street_ids_.try_emplace(name.Whole(), static_cast<uint32_t>(street_texts_.size()));
  if (is_new) {
    by_core_[name.core + name.rest].push_back(it->second);
    street_texts_.push_back({.without_type = name.core + name.rest,
                             .whole = it->first,
                             .letters = LetterMask(name.core + name.rest),
                             .whole_letters = LetterMask(it->first)});
  }
  for (const uint32_t key : KeysOf(parts, /*interior=*/true)) {
    entries_.push_back({it->second, key, address});
  }
  if (!parts.building.empty()) {
    buildings_.insert(Squash(parts.building));
  }
}

std::vector<uint32_t> ListedAddresses::StreetsNear(const StreetName& name, size_t distance) const {
  std::vector<uint32_t> near;
  const std::string text = name.core + name.rest;
  if (distance == 0) {
    if (const auto it = by_core_.find(text); it != by_core_.end()) {
      near = it->second;
    }
    if (const auto it = street_ids_.find(name.Whole()); it != street_ids_.end()) {
      near.push_back(it->second);
    }
  } else {
    const std::string whole = name.Whole();
    const uint32_t letters = LetterMask(text);
    const uint32_t whole_letters = LetterMask(whole);
    const int most = 2 * static_cast<int>(distance);
    for (uint32_t id = 0; id < street_texts_.size(); ++id) {
      const StreetText& street = street_texts_[id];
      if ((std::popcount(letters ^ street.letters) <= most &&
           EditDistance(text, street.without_type, distance) <= distance) ||
          (std::popcount(whole_letters ^ street.whole_letters) <= most &&
           EditDistance(whole, street.whole, distance) <= distance)) {
        near.push_back(id);
      }
    }
  }
  std::sort(near.begin(), near.end());
  near.erase(std::unique(near.begin(), near.end()), near.end());
  return near;
}

std::span<const ListedAddresses::Entry> ListedAddresses::Find(uint32_t street, uint32_t key) const {
  const auto first = std::lower_bound(entries_.begin(), entries_.end(), Entry{street, key, 0});
  const auto last = std::upper_bound(first, entries_.end(), Entry{street, key, std::numeric_limits<uint32_t>::max()});
  return {first, last};
}

bool ListedAddresses::FitsAnother(const Statement& said, const Statement& meant, uint32_t truth, bool absent) const {
  const Disagreement own = Compare(said, meant.parts, meant.postcode, absent);
  const StreetName street = ReadStreetName(said.parts.street);
  std::vector<uint32_t> keys = KeysOf(said.parts, false);
  for (const uint32_t key : KeysOf(meant.parts, false)) {
    keys.push_back(key);
  }
  if (said.loose_ids || absent) {  // the unit's number may be the house's
    AddressParts swapped = said.parts;
    std::swap(swapped.unit_id, swapped.number);
    for (const uint32_t key : KeysOf(swapped, false)) {
      keys.push_back(key);
    }
  }
  std::sort(keys.begin(), keys.end());
  keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
  for (const uint32_t near : StreetsNear(street, own[2] / 2 + (absent ? 1 : 0))) {
    for (const uint32_t key : keys) {
      for (const Entry& entry : Find(near, key)) {
        const FlatGazetteer::Address& address = gazetteer_.addresses[entry.address];
        if (address.property == truth) {
          continue;
        }
        const auto parts = splitter_.Split(address.text);
        Disagreement other = Compare(said, *parts, address.postcode, absent);
        if (absent && address.postcode.empty()) {
          other[4] = 0;  // the building of a lost unit, listed without one
        }
        // A wrong postcode or place of the right district is an error that must be forgiven, and lists misspell too.
        const bool near_by = absent && SameDistrict(address.postcode, meant.postcode);
        const bool fits = other[0] <= own[0] && other[1] <= own[1] && other[2] <= own[2] + (near_by ? kOneEdit : 0) &&
                          (near_by || (other[3] <= own[3] && other[4] <= own[4]));
        if (fits) {
          return true;
        }
      }
    }
  }
  return false;
}

bool ListedAddresses::NamesAnotherStreet(std::string_view said, std::string_view meant) const {
  const std::string name = ReadStreetName(said).Whole();
  return name != ReadStreetName(meant).Whole() && street_ids_.contains(name);
}

size_t ListedAddresses::CountUnits(const AddressParts& parts) const {
  const auto it = street_ids_.find(ReadStreetName(parts.street).Whole());
  if (it == street_ids_.end()) {
    return 0;
  }
  absl::flat_hash_set<uint32_t> properties;
  for (const uint32_t key : KeysOf(parts, false)) {
    for (const Entry& entry : Find(it->second, key)) {
      const auto other = splitter_.Split(gazetteer_.addresses[entry.address].text);
      if (other->has_unit() && EqualsIgnoreCaseAscii(other->number, parts.number) &&
          Squash(other->building) == Squash(parts.building)) {
        properties.insert(gazetteer_.addresses[entry.address].property);
      }
    }
  }
  return properties.size();
}

}  // namespace wensum::matching::address::errors
