// Hints for misspelt names in error messages.
#ifndef WENSUM_IMPORT_EDIT_DISTANCE_H_
#define WENSUM_IMPORT_EDIT_DISTANCE_H_

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <string>
#include <string_view>
#include <vector>

#include "base/strings.h"

namespace wensum::ingest {

// Levenshtein distance, without regard to ASCII case. O(|a| * |b|): for short names.
inline size_t EditDistance(std::string_view a, std::string_view b) {
  const std::string x = ToLowerAscii(a);
  const std::string y = ToLowerAscii(b);
  std::vector<size_t> row(y.size() + 1);
  std::iota(row.begin(), row.end(), size_t{0});
  for (size_t i = 1; i <= x.size(); ++i) {
    size_t diagonal = row[0];
    row[0] = i;
    for (size_t j = 1; j <= y.size(); ++j) {
      const size_t above = row[j];
      row[j] = std::min({above + 1, row[j - 1] + 1, diagonal + (x[i - 1] == y[j - 1] ? 0 : 1)});
      diagonal = above;
    }
  }
  return row.back();
}

// " (did you mean X?)" with the name among `names` nearest to `name`; empty if none is near (a third of its length) or
// the name is longer than 100 bytes.
template <typename Names>
std::string DidYouMean(std::string_view name, const Names& names) {
  constexpr size_t kLongest = 100;
  std::string_view best;
  size_t best_distance = name.size() > kLongest ? 0 : std::max<size_t>(name.size(), 3) / 3 + 1;
  for (const std::string_view candidate : names) {
    if (candidate.empty() || candidate.size() > kLongest) continue;
    if (best_distance == 0) break;
    const size_t distance = EditDistance(name, candidate);
    if (distance < best_distance) {
      best = candidate;
      best_distance = distance;
    }
  }
  return best.empty() ? std::string() : Cat(" (did you mean ", Quote(best), "?)");
}

}  // namespace wensum::ingest

#endif  // WENSUM_IMPORT_EDIT_DISTANCE_H_
