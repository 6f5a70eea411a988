// Pooled-evidence agglomeration written from its definition: every step looks at every pair of clusters and at every
// pair of records between them.
#ifndef WENSUM_TESTS_REFERENCE_AGGLOMERATE_REFERENCE_H_
#define WENSUM_TESTS_REFERENCE_AGGLOMERATE_REFERENCE_H_

#include <utility>
#include <vector>

#include "matching/resolve/resolution.h"
#include "matching/score/pair_levels.h"
#include "matching/score/pair_scorer.h"

namespace wensum::reference {

// Labels of all records, as ResolveRecords gives them without a limit, crowds and rules. `edges` are the pairs of
// records at or above the floor.
std::vector<matching::RecordIndex> Agglomerate(
    const matching::RecordSet& records, const matching::PairComparer& comparer, const matching::PairScorer& scorer,
    const std::vector<std::pair<matching::RecordIndex, matching::RecordIndex>>& edges,
    const matching::PairDecisions& decisions, double merge_threshold);

}  // namespace wensum::reference

#endif  // WENSUM_TESTS_REFERENCE_AGGLOMERATE_REFERENCE_H_
