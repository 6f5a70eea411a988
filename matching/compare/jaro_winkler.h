// Jaro-Winkler similarity of two texts (Winkler 1990).
#ifndef WENSUM_MATCHING_COMPARE_JARO_WINKLER_H_
#define WENSUM_MATCHING_COMPARE_JARO_WINKLER_H_

#include <string_view>

namespace wensum::matching {

// 0 to 1, over bytes: prefix scale 0.1 over up to four bytes, given only where Jaro's similarity exceeds 0.7. Two empty
// texts have similarity 1. A similarity below `at_least` is given as 0, mostly without being worked out.
// Symmetric: the bytes of one value are paired from the left on, whichever text leads, for the reach is the same.
// Matched bytes are found with bit operations when both texts have at most 64 bytes; else in time of product of the
// lengths.
[[nodiscard]] double JaroWinkler(std::string_view a, std::string_view b, double at_least = 0);

}  // namespace wensum::matching

#endif  // WENSUM_MATCHING_COMPARE_JARO_WINKLER_H_
