#include "matching/compare/jaro_winkler.h"

#include <utility>

#include "matching/compare/bit_kernels.h"

namespace wensum::matching {

using compare_internal::JaroMatches;
using compare_internal::kWordBits;
using compare_internal::ScratchPositions;

double JaroWinkler(std::string_view a, std::string_view b, double at_least) {
  if (a == b) return 1;
  if (a.empty() || b.empty() || compare_internal::JaroWinklerBound(a, b) < at_least) return 0;
  if (a.size() > b.size()) std::swap(a, b);
  const JaroMatches matches = b.size() <= kWordBits ? compare_internal::MatchBits(ScratchPositions(b).tables(), b, a)
                                                    : compare_internal::MatchFlags(b, a);
  const double similarity = compare_internal::JaroWinklerFrom(matches, a, b);
  return similarity < at_least ? 0 : similarity;
}

}  // namespace wensum::matching
