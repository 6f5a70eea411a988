// The household class: "two people of one household" as an alternative of its own.
#ifndef WENSUM_MATCHING_TRAIN_HOUSEHOLD_H_
#define WENSUM_MATCHING_TRAIN_HOUSEHOLD_H_

#include "matching/score/linkage_model.h"
#include "matching/score/pair_scorer.h"
#include "matching/train/observations.h"

namespace wensum::matching {

// Learns how housemates compare, and how many of the pairs with equal surname and address are one person, from
// Observations::housemates, by expectation maximisation with the m of `parameters` held fixed. Switches the class on if
// that share is below 0.9 at 50 pairs or more: where nearly all such pairs are one person there are no housemates to
// tell apart, and the class would learn the errors of one person's records instead. With the class on, m of given names
// and dates that differ is held down to the informed values: merged housemates would raise it.
void LearnHousehold(const RecordSet& records, const PairScorer& scorer, const Observations& observations,
                    LinkageParameters& parameters);

}  // namespace wensum::matching

#endif  // WENSUM_MATCHING_TRAIN_HOUSEHOLD_H_
