// A list of addresses with houses, flats, floors, letters, ranges, buildings and two streets of one name.
#ifndef WENSUM_TESTS_MATCHING_ADDRESS_ERRORS_SMALL_TOWN_H_
#define WENSUM_TESTS_MATCHING_ADDRESS_ERRORS_SMALL_TOWN_H_

#include <string>
#include <utility>

#include "matching/address/fit/flat_gazetteer.h"

namespace wensum::matching::address {

inline FlatGazetteer SmallTown() {
  FlatGazetteer town;
  const auto add = [&](std::string text, std::string postcode) {
    town.addresses.push_back({static_cast<uint32_t>(town.ids.size()), std::move(text), std::move(postcode)});
    town.ids.push_back("p" + std::to_string(town.ids.size()));
  };
  const std::pair<const char*, const char*> streets[] = {
      {"Magdalen Street", "NR3 1AA"},   {"Elm Grove Lane", "NR3 3LE"},   {"Silver Road", "NR3 4TA"},
      {"Gertrude Road", "NR3 4SF"},     {"Mousehold Avenue", "NR3 4RT"}, {"Plumstead Road", "NR1 4JT"},
      {"Quebec Road", "NR1 4HZ"},       {"St Leonards Road", "NR1 4JN"}, {"Ketts Hill", "NR1 4EY"},
      {"Beaconsfield Road", "NR3 4PN"}, {"Churchill Road", "NR3 4HQ"},   {"Knowsley Road", "NR3 4PS"}};
  for (const auto& [street, postcode] : streets) {
    for (int number = 1; number <= 24; ++number) {
      const std::string line = std::to_string(number) + " " + street + ", Sprowston, Norwich, Norfolk";
      if (number % 6 == 0) {
        for (int flat = 1; flat <= 4; ++flat) {
          add("Flat " + std::to_string(flat) + ", " + line, postcode);
        }
      } else if (number % 6 == 5) {
        add("Ground Floor Flat, " + line, postcode);
        add("First Floor Flat, " + line, postcode);
      } else {
        add(line, postcode);
      }
    }
    add("25a " + std::string(street) + ", Sprowston, Norwich, Norfolk", postcode);
    add("27-31, " + std::string(street) + ", Sprowston, Norwich, Norfolk", postcode);
    for (int flat = 1; flat <= 6; ++flat) {
      add(std::to_string(flat) + ", Cavell House, 40 " + street + ", Sprowston, Norwich, Norfolk", postcode);
    }
  }
  for (int number = 1; number <= 30; ++number) {
    add(std::to_string(number) + " Silver Road, Thorpe, Norwich, Norfolk", "NR7 0AA");
  }
  return town;
}

}  // namespace wensum::matching::address

#endif  // WENSUM_TESTS_MATCHING_ADDRESS_ERRORS_SMALL_TOWN_H_
