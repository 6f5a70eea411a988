#include "matching/resolve/cohesion.h"

#include <algorithm>

namespace wensum::matching {
namespace {

constexpr size_t kMostWeighed = 64;

}  // namespace

Cohesion CohesionOf(const PairComparer& comparer, const PairScorer& scorer, std::span<const Row> rows) {
  Cohesion cohesion{.contents = static_cast<uint32_t>(rows.size())};
  const size_t weighed = std::min(rows.size(), kMostWeighed);
  if (weighed < 2) return cohesion;
  const auto at = [&](size_t i) { return rows[i * rows.size() / weighed]; };
  uint64_t agreeing = 0;
  for (size_t i = 1; i < weighed; ++i) {
    for (size_t k = 0; k < i; ++k) {
      const LevelVector levels = comparer.Compare(at(i), at(k));
      if (scorer.Score(levels, at(i), at(k)) >= 0) ++agreeing;
    }
  }
  cohesion.pairs = static_cast<uint32_t>(weighed * (weighed - 1) / 2);
  cohesion.share = static_cast<double>(agreeing) / cohesion.pairs;
  return cohesion;
}

}  // namespace wensum::matching
