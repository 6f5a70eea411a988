// Comparison of two postcodes.
#ifndef WENSUM_MATCHING_COMPARE_COMPARE_POSTCODE_H_
#define WENSUM_MATCHING_COMPARE_COMPARE_POSTCODE_H_

#include <cstdint>
#include <string_view>

namespace wensum::matching {

enum class PostcodeLevel : uint8_t {
  kNull = 0,  // a side has none
  kExact,
  kOneEdit,   // one character added, lost, changed or swapped with its neighbour
  kSector,    // "NR2 1"
  kDistrict,  // "NR2"
  kArea,      // "NR"
  kDifferent,
};

// Postcodes are in capitals, without space. Symmetric.
[[nodiscard]] PostcodeLevel ComparePostcodes(std::string_view a, std::string_view b);

// "NR2" of "NR21AB": all but the last three characters.
[[nodiscard]] std::string_view PostcodeDistrict(std::string_view postcode);

}  // namespace wensum::matching

#endif  // WENSUM_MATCHING_COMPARE_COMPARE_POSTCODE_H_
