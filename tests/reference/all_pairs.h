// Scores of candidate pairs, each compared to the end.
#ifndef WENSUM_TESTS_REFERENCE_ALL_PAIRS_H_
#define WENSUM_TESTS_REFERENCE_ALL_PAIRS_H_

#include <vector>

#include "matching/resolve/agglomerate.h"
#include "matching/retrieve/candidate_index.h"
#include "matching/schema/record_set.h"
#include "matching/score/pair_levels.h"
#include "matching/score/pair_scorer.h"

namespace wensum::reference {

// What CandidatePairs::ScoreAll gives, without threads, look-ahead or bounds: every level of every pair, then its
// score.
std::vector<matching::ScoredPair> ScoreAllPairs(const matching::RecordSet& records,
                                                const matching::CandidateIndex& index,
                                                const matching::PairComparer& comparer,
                                                const matching::PairScorer& scorer, double floor);

}  // namespace wensum::reference

#endif  // WENSUM_TESTS_REFERENCE_ALL_PAIRS_H_
