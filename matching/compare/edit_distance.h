// Optimal string alignment distance: the least number of single-byte insertions, deletions, substitutions and swaps of
// neighbours that turns one text into the other, no part being edited twice.
#ifndef WENSUM_MATCHING_COMPARE_EDIT_DISTANCE_H_
#define WENSUM_MATCHING_COMPARE_EDIT_DISTANCE_H_

#include <string_view>

namespace wensum::matching {

// The distance, or `limit` + 1 if it is greater than `limit` (>= 0). Symmetric. Bit-parallel (Hyyro 2003) when the
// shorter text has at most 64 bytes: linear in the longer one. Otherwise dynamic programming in three rows.
[[nodiscard]] int OsaDistance(std::string_view a, std::string_view b, int limit);

}  // namespace wensum::matching

#endif  // WENSUM_MATCHING_COMPARE_EDIT_DISTANCE_H_
