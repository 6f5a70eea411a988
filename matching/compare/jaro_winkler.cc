#include "matching/compare/jaro_winkler.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <utility>
#include <vector>

namespace wensum::matching {
namespace {

constexpr double kPrefixScale = 0.1;
constexpr double kBoostThreshold = 0.7;
constexpr size_t kMaxPrefix = 4;

uint8_t Byte(char c) { return static_cast<uint8_t>(c); }

struct Matches {
  size_t common = 0;
  size_t out_of_order = 0;  // matched bytes that stand opposite a different matched byte
};

size_t Window(std::string_view a, std::string_view b) {
  const size_t half = std::max(a.size(), b.size()) / 2;
  return half == 0 ? 0 : half - 1;
}

Matches MatchBits(std::string_view a, std::string_view b) {
  thread_local std::array<uint64_t, 256> positions{};  // of the bytes of b; all zero between calls
  for (size_t j = 0; j < b.size(); ++j) {
    positions[Byte(b[j])] |= uint64_t{1} << j;
  }
  const size_t window = Window(a, b);
  uint64_t matched_a = 0;
  uint64_t matched_b = 0;
  Matches matches;
  for (size_t i = 0; i < a.size(); ++i) {
    const size_t low = i > window ? i - window : 0;
    const size_t high = std::min(i + window + 1, b.size());
    if (low >= high) {
      break;
    }
    const uint64_t reach = (high - low == 64 ? ~uint64_t{0} : (uint64_t{1} << (high - low)) - 1) << low;
    const uint64_t free = positions[Byte(a[i])] & reach & ~matched_b;
    if (free != 0) {
      matched_b |= free & (~free + 1);
      matched_a |= uint64_t{1} << i;
      ++matches.common;
    }
  }
  for (uint64_t left_a = matched_a, left_b = matched_b; left_a != 0; left_a &= left_a - 1, left_b &= left_b - 1) {
    const auto i = static_cast<size_t>(std::countr_zero(left_a));
    const auto j = static_cast<size_t>(std::countr_zero(left_b));
    matches.out_of_order += a[i] != b[j] ? 1 : 0;
  }
  for (const char c : b) {
    positions[Byte(c)] = 0;
  }
  return matches;
}

Matches MatchLong(std::string_view a, std::string_view b) {
  const size_t window = Window(a, b);
  std::vector<char> matched_a;
  std::vector<bool> taken(b.size());
  for (size_t i = 0; i < a.size(); ++i) {
    const size_t high = std::min(i + window + 1, b.size());
    for (size_t j = i > window ? i - window : 0; j < high; ++j) {
      if (!taken[j] && a[i] == b[j]) {
        taken[j] = true;
        matched_a.push_back(a[i]);
        break;
      }
    }
  }
  Matches matches;
  matches.common = matched_a.size();
  size_t k = 0;
  for (size_t j = 0; j < b.size(); ++j) {
    if (taken[j]) {
      matches.out_of_order += matched_a[k++] != b[j] ? 1 : 0;
    }
  }
  return matches;
}

}  // namespace

double JaroWinkler(std::string_view a, std::string_view b) {
  if (a == b) {
    return 1;
  }
  if (a.size() > b.size() || (a.size() == b.size() && a > b)) {
    std::swap(a, b);
  }
  const Matches matches = b.size() <= 64 ? MatchBits(a, b) : MatchLong(a, b);
  if (matches.common == 0) {
    return 0;
  }
  const auto common = static_cast<double>(matches.common);
  const double jaro = (common / static_cast<double>(a.size()) + common / static_cast<double>(b.size()) +
                       (common - static_cast<double>(matches.out_of_order / 2)) / common) /
                      3;
  if (jaro <= kBoostThreshold) {
    return jaro;
  }
  size_t prefix = 0;
  while (prefix < std::min({a.size(), b.size(), kMaxPrefix}) && a[prefix] == b[prefix]) {
    ++prefix;
  }
  return jaro + static_cast<double>(prefix) * kPrefixScale * (1 - jaro);
}

}  // namespace wensum::matching
