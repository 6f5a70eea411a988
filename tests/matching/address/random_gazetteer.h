// Small random gazetteers in which much is alike.
#ifndef WENSUM_TESTS_MATCHING_ADDRESS_RANDOM_GAZETTEER_H_
#define WENSUM_TESTS_MATCHING_ADDRESS_RANDOM_GAZETTEER_H_

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "base/random.h"
#include "base/strings.h"
#include "tests/matching/address/address_fixture.h"

namespace wensum::matching::address {

inline constexpr std::array<std::string_view, 8> kStreets = {
    "MILL LANE", "MILL CLOSE", "HIGH STREET", "OLD MILL LANE", "ST ANDREWS HILL", "TOMBLAND", "NORWICH ROAD", ""};
inline constexpr std::array<std::string_view, 6> kPostcodes = {"NR1 1AA", "NR1 1AB", "NR2 4EE",
                                                               "NR7 0AA", "IP1 1AA", ""};
inline constexpr std::array<std::string_view, 4> kLocalities = {"THORPE", "HELLESDON", "", ""};
inline constexpr std::array<std::string_view, 5> kUnits = {"FLAT 1", "FLAT 2", "FLAT A", "GROUND FLOOR FLAT",
                                                           "THE ANNEXE"};
inline constexpr std::array<std::string_view, 4> kBuildings = {"ROSE COTTAGE", "EAGLE HOUSE", "MILL HOUSE", "LAND AT"};
inline constexpr std::array<std::string_view, 3> kOrganisations = {"ACME LTD", "MILL BAKERY", "EAGLE TRUST"};
inline constexpr std::array<std::string_view, 4> kClasses = {"RD04", "RD06", "CR08", "PP"};
inline constexpr std::array<int, 6> kStatuses = {1, 1, 1, 6, 8, 9};

template <size_t N>
std::string Pick(Random& random, const std::array<std::string_view, N>& values) {
  return std::string(values[random.Below(N)]);
}

inline AddressSpec RandomSpec(Random& random) {
  AddressSpec spec;
  spec.street = Pick(random, kStreets);
  spec.postcode = Pick(random, kPostcodes);
  spec.locality = Pick(random, kLocalities);
  spec.town = random.Chance(0.8) ? "NORWICH" : "";
  if (random.Chance(0.8)) {
    spec.number = static_cast<int>(random.Between(1, 6));
    spec.suffix = random.Chance(0.15) ? "A" : "";
    spec.end_number = random.Chance(0.1) ? spec.number + 2 : 0;
  }
  if (random.Chance(0.35)) {
    spec.sao = Pick(random, kUnits);
  }
  if (spec.number == 0 || random.Chance(0.2)) {
    spec.pao = Pick(random, kBuildings);
  }
  if (random.Chance(0.1)) {
    spec.organisation = Pick(random, kOrganisations);
  }
  spec.historical = random.Chance(0.15);
  spec.approved = random.Chance(0.8);
  return spec;
}

inline PropertyFacts RandomFacts(Random& random) {
  PropertyFacts facts;
  if (random.Chance(0.95)) {
    // On a lattice, so that points fall together, on corners and on the edges of cells.
    facts.easting = 623'000 + 12.5 * static_cast<double>(random.Below(100));
    facts.northing = 308'000 + 12.5 * static_cast<double>(random.Below(100));
  }
  facts.logical_status = kStatuses[random.Below(kStatuses.size())];
  facts.classification = Pick(random, kClasses);
  facts.custodian = random.Chance(0.9) ? 2625 : 7655;
  facts.ward = random.Chance(0.5) ? "E05005886" : "E05005887";
  return facts;
}

inline IndexedProperty RandomProperty(Random& random, uint64_t uprn) {
  IndexedProperty property = MakeProperty(uprn, RandomSpec(random), random.Chance(0.3) ? 1 + random.Below(12) : 0);
  while (random.Chance(0.3)) {
    property.addresses.push_back(MakeAddress(RandomSpec(random)));
  }
  for (PropertyAddress& address : property.addresses) {
    address.usrn = random.Chance(0.9) ? 20'900'000 + static_cast<uint32_t>(address.street.size()) : 0;
  }
  property.street_record = random.Chance(0.05);
  property.facts = RandomFacts(random);
  return property;
}

// Mostly what some property might be called, with a slip now and then.
inline Query RandomQuery(Random& random) {
  PropertyAddress address = MakeAddress(RandomSpec(random));
  Query query;
  if (random.Chance(0.5)) {
    query.postcode = address.postcode;
    address.postcode.clear();
  }
  query.text = FormatAddress(address);
  if (random.Chance(0.3)) {
    std::erase(query.text, ',');
  }
  if (random.Chance(0.3) && !query.text.empty()) {
    query.text[random.Below(query.text.size())] = static_cast<char>('A' + random.Below(26));
  }
  return query;
}

inline PropertyFilter RandomFilter(Random& random) {
  PropertyFilter filter;
  filter.historical = random.Chance(0.5);
  if (random.Chance(0.2)) {
    filter.logical_statuses = {static_cast<int>(random.Between(1, 9)), 1};
  }
  if (random.Chance(0.2)) {
    filter.class_prefixes = {random.Chance(0.5) ? "R" : "RD06", "C"};
  }
  if (random.Chance(0.1)) {
    filter.custodians = {7655};
  }
  if (random.Chance(0.1)) {
    filter.wards = {"E05005886"};
  }
  return filter;
}

inline std::string Print(const std::vector<Suggestion>& suggestions) {
  std::string out;
  for (const Suggestion& suggestion : suggestions) {
    AppendTo(out, static_cast<int>(suggestion.kind), " ", suggestion.uprn, " ", suggestion.usrn, " ",
             suggestion.address, " ", suggestion.postcode, " ", suggestion.count, "\n");
  }
  return out;
}

}  // namespace wensum::matching::address

#endif  // WENSUM_TESTS_MATCHING_ADDRESS_RANDOM_GAZETTEER_H_
