// Edit distances of two texts, over bytes.
#ifndef WENSUM_MATCHING_COMPARE_EDIT_DISTANCE_H_
#define WENSUM_MATCHING_COMPARE_EDIT_DISTANCE_H_

#include <string_view>

namespace wensum::matching {

// Both give the distance, or `limit` + 1 if it is greater than `limit` (>= 0): a small limit ends most calls early.
// Symmetric. Bit-parallel (Myers 1999, Hyyro 2003): where they differ, the longer text is read once for each 64 bytes
// of the shorter one; memory is allocated only if those are more than 64.

// Levenshtein distance: the least number of single-byte insertions, deletions and substitutions.
[[nodiscard]] int LevenshteinDistance(std::string_view a, std::string_view b, int limit);

// Optimal string alignment distance: swaps of neighbours are one edit too, no part being edited twice.
[[nodiscard]] int OsaDistance(std::string_view a, std::string_view b, int limit);

}  // namespace wensum::matching

#endif  // WENSUM_MATCHING_COMPARE_EDIT_DISTANCE_H_
