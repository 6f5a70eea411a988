#include "matching/compare/edit_distance.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "matching/compare/bit_kernels.h"

namespace wensum::matching {
namespace {

using compare_internal::kWordBits;
using compare_internal::PositionTables;
using compare_internal::ScratchPositions;

// Leaves out what the texts have in common at either end, which no edit touches.
void TrimCommon(std::string_view& a, std::string_view& b) {
  const auto start = std::mismatch(a.begin(), a.end(), b.begin(), b.end()).first - a.begin();
  a.remove_prefix(static_cast<size_t>(start));
  b.remove_prefix(static_cast<size_t>(start));
  const auto end = std::mismatch(a.rbegin(), a.rend(), b.rbegin(), b.rend()).first - a.rbegin();
  a.remove_suffix(static_cast<size_t>(end));
  b.remove_suffix(static_cast<size_t>(end));
}

template <typename Kernel>
int Distance(std::string_view a, std::string_view b, int limit, const Kernel& kernel) {
  if (a.size() > b.size()) std::swap(a, b);
  if (b.size() - a.size() > static_cast<size_t>(limit)) return limit + 1;
  TrimCommon(a, b);
  if (a.empty()) return std::min(static_cast<int>(b.size()), limit + 1);
  if (a.size() <= kWordBits) return kernel(ScratchPositions(a).tables(), a.size(), b, limit);
  return kernel(PositionTables(a).data(), a.size(), b, limit);
}

}  // namespace

int LevenshteinDistance(std::string_view a, std::string_view b, int limit) {
  return Distance(a, b, limit, compare_internal::LevenshteinOf);
}

int OsaDistance(std::string_view a, std::string_view b, int limit) {
  return Distance(a, b, limit, compare_internal::OsaOf);
}

}  // namespace wensum::matching
