// Dependences between attributes.
#ifndef WENSUM_MATCHING_TRAIN_DEPENDENCE_H_
#define WENSUM_MATCHING_TRAIN_DEPENDENCE_H_

#include <span>

#include "matching/score/linkage_model.h"
#include "matching/score/pair_scorer.h"
#include "matching/train/observations.h"

namespace wensum::matching {

// Sets parent and shift of each attribute: the forest of dependences (Chow and Liu 1968) that takes most of what
// independent weights count twice. `parameters` is the model of `scorer` without dependences, or with those of the
// round before; its scores say which candidates are matches, with `labels` (each record's cluster; empty: not known).
//
// Joint frequencies of non-matches come from the candidates, which hold nearly all pairs that agree twice, each
// weighted by its probability of being two people at random, and from random pairs that are no candidates. Those of
// matches come from `within`, the pairs within clusters; if that is empty, from the candidates by their probability.
// Both ratios are drawn towards independence where few pairs speak.
void LearnDependences(const RecordSet& records, const PairScorer& scorer, const Observations& observations,
                      std::span<const ObservedPair> within, std::span<const RecordIndex> labels, size_t threads,
                      LinkageParameters& parameters);

}  // namespace wensum::matching

#endif  // WENSUM_MATCHING_TRAIN_DEPENDENCE_H_
