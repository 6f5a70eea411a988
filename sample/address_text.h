// How a record writes an address: clean as the gazetteer has it, or messy as people type it.
#ifndef WENSUM_SAMPLE_ADDRESS_TEXT_H_
#define WENSUM_SAMPLE_ADDRESS_TEXT_H_

#include <string>
#include <vector>

#include "base/random.h"
#include "sample/city.h"

namespace wensum::sample {

struct AddressText {
  std::vector<std::string> parts;  // from unit to town, without the postcode
  std::string postcode;
  bool loose = false;  // written without commas

  // The parts on one line, without the postcode.
  [[nodiscard]] std::string Line() const;
  // The parts on exactly `count` lines (>= 2): the first ones joined where there are too many, empty ones at the end.
  [[nodiscard]] std::vector<std::string> Lines(size_t count) const;
};

// The address of a property as the gazetteer has it.
AddressText CleanAddress(const City& city, const Property& property);
// The same place with one to three of the faults of typed addresses: abbreviations, no or wrong commas, no or misspelt
// postcode, typing errors, unit and number in another order ("14/2", "14 Flat 2", "Flat 2 14"), parts left out or
// added. What tells the unit and the building apart from its neighbours is never left out.
AddressText MessyAddress(Random& random, const City& city, const Property& property);
// An address in another town, of no property of the city. Depends on `index` alone.
AddressText OutsideAddress(uint64_t index);

}  // namespace wensum::sample

#endif  // WENSUM_SAMPLE_ADDRESS_TEXT_H_
