// Learns a linkage model from records without labels.
#ifndef WENSUM_MATCHING_TRAIN_TRAINER_H_
#define WENSUM_MATCHING_TRAIN_TRAINER_H_

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "matching/resolve/candidate_pairs.h"
#include "matching/resolve/resolution.h"
#include "matching/score/linkage_model.h"
#include "matching/train/observations.h"

namespace wensum::matching {

struct TrainOptions {
  ResolutionRules rules;
  ObservationOptions observations;
  int rounds = 2;  // of re-estimation from clusters
  // Called at the start of each phase, with its name.
  std::function<void(std::string_view phase)> on_phase = [](std::string_view) {};
};

// What a user should see of how a model came about.
struct TrainReport {
  bool identity_guard_fired = false;  // EM had learnt households or localities; the informed start was used instead
  struct Round {
    double match_rate = 0;
    bool household_on = false;
    double household_match_share = 0;
    Resolution::Stats components;
    uint64_t clusters = 0;
  };
  std::vector<Round> rounds;
};

// Expectation maximisation over a sample of the candidates, then rounds of clustering and re-estimation of m, u,
// frequencies, dependences and the household class from the clusters. A function of the records alone: neither their
// order nor the number of threads matters. At least two records are needed to learn anything; with fewer the informed
// values are returned. Cost: a few passes over all candidate pairs.
LinkageModel Train(CandidatePairs& pairs, const TrainOptions& options, TrainReport& report);

}  // namespace wensum::matching

#endif  // WENSUM_MATCHING_TRAIN_TRAINER_H_
