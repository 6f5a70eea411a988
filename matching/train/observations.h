// The pairs a model is learnt from.
#ifndef WENSUM_MATCHING_TRAIN_OBSERVATIONS_H_
#define WENSUM_MATCHING_TRAIN_OBSERVATIONS_H_

#include <cstdint>
#include <span>
#include <vector>

#include "matching/resolve/candidate_pairs.h"
#include "matching/schema/record_set.h"
#include "matching/score/pair_scorer.h"

namespace wensum::matching {

struct ObservedPair {
  RecordIndex a = 0;
  RecordIndex b = 0;
  LevelVector levels = 0;  // PairComparer's
  float weight = 1;
};

struct ObservationOptions {
  uint64_t random_pairs = 1'000'000;
  uint64_t candidate_pairs = 600'000;
};

// Samples of a batch, drawn by a hash of the records' ranks, so that they do not depend on the order of the input.
struct Observations {
  double all_pairs = 0;  // that the records make
  // Pairs drawn from all; every pair if there are no more than asked for.
  std::vector<ObservedPair> random;
  std::vector<bool> random_is_candidate;
  double random_share = 1;  // of all pairs
  std::vector<ObservedPair> candidates;
  double candidate_share = 1;  // of the candidate pairs
  // Candidate pairs with equal surname whose address attributes are all equal as far as both sides have them, one of
  // them telling houses apart: housemates, or one person. Empty if the schema has no such attribute.
  std::vector<ObservedPair> housemates;
};

Observations Observe(CandidatePairs& pairs, const ObservationOptions& options);

// The pairs within clusters, each with weight 2 / size of the cluster: a cluster of n counts n - 1. `labels` gives each
// record's cluster.
std::vector<ObservedPair> PairsWithin(const RecordSet& records, const PairComparer& comparer,
                                      std::span<const RecordIndex> labels, size_t threads);

}  // namespace wensum::matching

#endif  // WENSUM_MATCHING_TRAIN_OBSERVATIONS_H_
