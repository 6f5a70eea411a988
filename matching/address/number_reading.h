// The ways in which the numbers of an address text may be read: which is the house, which the unit.
#ifndef WENSUM_MATCHING_ADDRESS_NUMBER_READING_H_
#define WENSUM_MATCHING_ADDRESS_NUMBER_READING_H_

#include <cstddef>
#include <cstdint>

#include "absl/container/inlined_vector.h"
#include "matching/address/address_reading.h"
#include "matching/address/address_text.h"

namespace wensum::matching::address {

// One way to read the text's numbers.
struct Reading {
  UnitParts unit;
  NumberSpan house;
  size_t house_position = 0;  // index of its token; 0 without a house
  int penalty = 0;            // points that the reading costs
  bool implied_unit = false;  // the unit is read from bare numbers
};
using Readings = absl::InlinedVector<Reading, 4>;

// All readings of a text, at least one. `evidence` is ReadEvidence(list).
Readings MakeReadings(const Evidence& evidence, const TokenList& list);

// How the house number of a text relates to that of a record.
enum class HouseRelation : uint8_t {
  kExact,
  kWithin,        // one is a range; the other is an end of it, or the text's number lies inside it
  kBothSilent,    // neither has a number
  kTextSilent,    // only the record has one
  kRecordSilent,  // only the text has one
  kTextCloser,    // the text adds a letter to the record's number
  kOther          // different houses
};
HouseRelation CompareHouses(const NumberSpan& text, const NumberSpan& record);

}  // namespace wensum::matching::address

#endif  // WENSUM_MATCHING_ADDRESS_NUMBER_READING_H_
