#include "matching/compare/edit_distance.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <utility>
#include <vector>

namespace wensum::matching {
namespace {

uint8_t Byte(char c) { return static_cast<uint8_t>(c); }

// Hyyro, "A bit-vector algorithm for computing Levenshtein and Damerau edit distances" (2003): the columns of the
// distance matrix are kept as vertical differences of +1 and -1, one bit per row.
int BitParallel(std::string_view pattern, std::string_view text, int limit) {
  thread_local std::array<uint64_t, 256> positions{};  // all zero between calls
  for (size_t i = 0; i < pattern.size(); ++i) {
    positions[Byte(pattern[i])] |= uint64_t{1} << i;
  }
  const uint64_t last = uint64_t{1} << (pattern.size() - 1);
  uint64_t vertical_plus = ~uint64_t{0};
  uint64_t vertical_minus = 0;
  uint64_t diagonal = 0;
  uint64_t previous_match = 0;
  int distance = static_cast<int>(pattern.size());
  int left = static_cast<int>(text.size());
  for (const char c : text) {
    const uint64_t match = positions[Byte(c)];
    const uint64_t swap = (((~diagonal) & match) << 1) & previous_match;
    diagonal = (((match & vertical_plus) + vertical_plus) ^ vertical_plus) | match | vertical_minus | swap;
    uint64_t horizontal_plus = vertical_minus | ~(diagonal | vertical_plus);
    uint64_t horizontal_minus = diagonal & vertical_plus;
    distance += (horizontal_plus & last) != 0 ? 1 : 0;
    distance -= (horizontal_minus & last) != 0 ? 1 : 0;
    horizontal_plus = (horizontal_plus << 1) | 1;
    horizontal_minus <<= 1;
    vertical_plus = horizontal_minus | ~(diagonal | horizontal_plus);
    vertical_minus = horizontal_plus & diagonal;
    previous_match = match;
    if (distance - --left > limit) {  // each byte left can take back one at most
      distance = limit + 1;
      break;
    }
  }
  for (const char c : pattern) {
    positions[Byte(c)] = 0;
  }
  return std::min(distance, limit + 1);
}

int DynamicProgramming(std::string_view a, std::string_view b, int limit) {
  std::vector<int> before_last(b.size() + 1);
  std::vector<int> last(b.size() + 1);
  std::vector<int> current(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) {
    last[j] = static_cast<int>(j);
  }
  int last_best = 0;
  for (size_t i = 1; i <= a.size(); ++i) {
    current[0] = static_cast<int>(i);
    int best = current[0];
    for (size_t j = 1; j <= b.size(); ++j) {
      const int substitution = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      current[j] = std::min({last[j] + 1, current[j - 1] + 1, substitution});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        current[j] = std::min(current[j], before_last[j - 2] + 1);
      }
      best = std::min(best, current[j]);
    }
    if (best > limit && last_best > limit) {  // a swap looks back two rows
      return limit + 1;
    }
    last_best = best;
    std::swap(before_last, last);
    std::swap(last, current);
  }
  return std::min(last[b.size()], limit + 1);
}

}  // namespace

int OsaDistance(std::string_view a, std::string_view b, int limit) {
  if (a.size() > b.size()) {
    std::swap(a, b);
  }
  if (b.size() - a.size() > static_cast<size_t>(limit)) {
    return limit + 1;
  }
  if (a == b) {
    return 0;
  }
  if (a.empty()) {
    return static_cast<int>(b.size());
  }
  return a.size() <= 64 ? BitParallel(a, b, limit) : DynamicProgramming(a, b, limit);
}

}  // namespace wensum::matching
