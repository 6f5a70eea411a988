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
  kSector,    // "NR2 1": all but the last two characters
  kDistrict,  // "NR2": all but the last three (of codes of digits: the first two), or two edits
  kArea,      // "NR" (of codes of digits: the first)
  kDifferent,
};

// Postcodes are in capitals, without space: British ones, or codes of digits. Symmetric.
[[nodiscard]] PostcodeLevel ComparePostcodes(std::string_view a, std::string_view b);

}  // namespace wensum::matching

#endif  // WENSUM_MATCHING_COMPARE_COMPARE_POSTCODE_H_
