// How well the records of one cluster hang together, to find first where a wrong merge would be found.
#ifndef WENSUM_MATCHING_RESOLVE_COHESION_H_
#define WENSUM_MATCHING_RESOLVE_COHESION_H_

#include <cstdint>
#include <span>

#include "matching/score/pair_levels.h"
#include "matching/score/pair_scorer.h"

namespace wensum::matching {

// What is unusual for one person.
struct UnusualBounds {
  uint32_t many = 30;         // contents (records that differ) from which on there are many
  uint32_t least = 5;         // of fewer, no cohesion is asked
  double max_cohesion = 0.5;  // up to which they hang together loosely
};

// The contents of one cluster.
struct Cohesion {
  uint32_t contents = 0;
  uint32_t pairs = 0;  // weighed
  // The share of those pairs that speak for one person by themselves: score at least 0. The density of Christen et al.,
  // Linking Sensitive Data (2020), chapter 9, over all pairs and not only those with an edge. 1 if there is no pair.
  double share = 1;

  [[nodiscard]] bool many(const UnusualBounds& bounds) const { return contents >= bounds.many; }
  [[nodiscard]] bool loose(const UnusualBounds& bounds) const {
    return contents >= bounds.least && share <= bounds.max_cohesion;
  }
};

// `rows` are the contents in their order. Of more than 64, 64 evenly spaced ones are weighed. Costs about a microsecond
// a pair.
Cohesion CohesionOf(const PairComparer& comparer, const PairScorer& scorer, std::span<const Row> rows);

}  // namespace wensum::matching

#endif  // WENSUM_MATCHING_RESOLVE_COHESION_H_
