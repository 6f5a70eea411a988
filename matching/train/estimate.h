// Estimates of m, u and the share of matches.
#ifndef WENSUM_MATCHING_TRAIN_ESTIMATE_H_
#define WENSUM_MATCHING_TRAIN_ESTIMATE_H_

#include <span>
#include <vector>

#include "matching/score/linkage_model.h"
#include "matching/score/pair_scorer.h"
#include "matching/train/observations.h"

namespace wensum::matching {

// P(level | compared) among random pairs, by attribute; where `labels` is not empty, among pairs of two clusters.
std::vector<LevelTable> RandomLevels(const RecordSet& records, const PairScorer& scorer,
                                     const Observations& observations, std::span<const RecordIndex> labels);

// u from the levels of random pairs, less what true matches among them account for. Never below a fifth of it.
void SetChance(const std::vector<LevelTable>& random, LinkageParameters& parameters);

// Expectation maximisation (Dempster, Laird and Rubin 1977) of m and the share of matches over the candidate sample,
// from the values in `parameters`. Pairs that are no candidates count as non-matches, so that wider retrieval does not
// move the share. `scorer` gives levels and frequencies. Returns the number of matches expected in the sample.
double LearnByExpectation(const RecordSet& records, const PairScorer& scorer, const Observations& observations,
                          const std::vector<LevelTable>& random, size_t threads, LinkageParameters& parameters);

// m and the share of matches from the pairs within clusters.
void LearnFromClusters(const RecordSet& records, const PairScorer& scorer, std::span<const ObservedPair> within,
                       std::span<const RecordIndex> labels, LinkageParameters& parameters);

// True if what was learnt as a match is no identity: more than half of the matches have different given names, or
// different surnames. Then households or localities have been found, and the result must not be used.
bool LearntNoIdentity(const Schema& schema, const LinkageParameters& parameters);

}  // namespace wensum::matching

#endif  // WENSUM_MATCHING_TRAIN_ESTIMATE_H_
