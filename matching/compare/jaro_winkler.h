// Jaro-Winkler similarity of two texts (Winkler 1990).
#ifndef WENSUM_MATCHING_COMPARE_JARO_WINKLER_H_
#define WENSUM_MATCHING_COMPARE_JARO_WINKLER_H_

#include <string_view>

namespace wensum::matching {

// 0 to 1, over bytes: prefix scale 0.1 over up to four bytes, given only where Jaro's similarity exceeds 0.7. Two empty
// texts have similarity 1. Symmetric: the texts are put in an order of their own first, because greedy matching is not.
// Matched bytes are found with bit operations when both texts have at most 64 bytes.
[[nodiscard]] double JaroWinkler(std::string_view a, std::string_view b);

}  // namespace wensum::matching

#endif  // WENSUM_MATCHING_COMPARE_JARO_WINKLER_H_
