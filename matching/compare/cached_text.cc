#include "matching/compare/cached_text.h"

#include <algorithm>

#include "matching/compare/bit_kernels.h"

namespace wensum::matching {

using compare_internal::kWordBits;

CachedText::CachedText(std::string_view text) : text_(text), tables_(compare_internal::PositionTables(text)) {}

int CachedText::LevenshteinDistance(std::string_view other, int limit) const {
  if (text_.empty()) return std::min(static_cast<int>(other.size()), limit + 1);
  return compare_internal::LevenshteinOf(tables_.data(), text_.size(), other, limit);
}

int CachedText::OsaDistance(std::string_view other, int limit) const {
  if (text_.empty()) return std::min(static_cast<int>(other.size()), limit + 1);
  return compare_internal::OsaOf(tables_.data(), text_.size(), other, limit);
}

double CachedText::JaroWinkler(std::string_view other, double at_least) const {
  if (text_ == other) return 1;
  if (text_.empty() || other.empty() || compare_internal::JaroWinklerBound(text_, other) < at_least) return 0;
  const bool bits = std::max(text_.size(), other.size()) <= kWordBits;
  const auto matches =
      bits ? compare_internal::MatchBits(tables_.data(), text_, other) : compare_internal::MatchFlags(text_, other);
  const double similarity = compare_internal::JaroWinklerFrom(matches, text_, other);
  return similarity < at_least ? 0 : similarity;
}

}  // namespace wensum::matching
