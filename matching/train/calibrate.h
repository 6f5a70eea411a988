// Calibration of scores by pairs that somebody has judged.
#ifndef WENSUM_MATCHING_TRAIN_CALIBRATE_H_
#define WENSUM_MATCHING_TRAIN_CALIBRATE_H_

#include <cstdint>
#include <functional>
#include <span>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "matching/resolve/agglomerate.h"
#include "matching/resolve/candidate_pairs.h"
#include "matching/schema/record_set.h"
#include "matching/score/linkage_model.h"

namespace wensum::matching {

// What somebody who knows says of two records.
struct PairLabel {
  RecordIndex a = 0;
  RecordIndex b = 0;
  bool one_person = false;
};

// Evidence, in log2 odds before any calibration, and the answer.
struct LabelledEvidence {
  double evidence = 0;
  bool one_person = false;
  ReviewReason reason = ReviewReason::kScore;  // kScore: the score decides; else what keeps the two people apart
};

// The labels of one reason between two scores.
struct CalibrationBin {
  ReviewReason reason = ReviewReason::kScore;
  double from = 0;  // evidence, log2 odds; the first bin has no lower end, the last no upper one
  double to = 0;
  uint64_t labels = 0;
  uint64_t one_person = 0;
  double before = 0;  // mean probability, of those labels, that the model gave
  double after = 0;   // and that it gives now
};

struct CalibrationReport {
  uint64_t labels = 0;    // given
  uint64_t used = 0;      // that the fit is of
  uint64_t refused = 0;   // of people that a rule, not their score, keeps apart
  uint64_t repeated = 0;  // the same answer about the same two people as another label's
  // Mean of -log2 of the probability of the right answer, over the labels used: without calibration, and with one that
  // was fitted to the other four fifths of the labels.
  double log_loss_before = 0;
  double log_loss_after = 0;
  std::vector<CalibrationBin> bins;  // those with labels, by reason, ascending: of the labels used and of those refused
};

// Fewer labels than these would move the scores by their noise.
inline constexpr uint64_t kLeastLabels = 20;

// Slope and offset that make the labels likeliest (Platt 1999), drawn towards "as it was" by a normal prior on either:
// a few labels, or ones that are all alike, move the scores but little. Evidence beyond 10 counts as 10, so that a
// label that is wrong, or a pair of twins, has a bounded say. The slope is from 0.25 to 4. The labels' reasons have no
// say.
ScoreCalibration FitCalibration(std::span<const LabelledEvidence> labels);

// Sets the losses, of the labels on which the score decides, and the bins.
void AssessCalibration(std::span<const LabelledEvidence> labels, const ScoreCalibration& calibration,
                       CalibrationReport& report);

struct CalibrateOptions {
  // Called at the start of each phase, with its name.
  std::function<void(std::string_view phase)> on_phase = [](std::string_view) {};
};

// The calibration of `model`, whatever calibration it has. The evidence of a label is what decides about its two
// records when all are resolved without labels and decisions: of two people the pooled evidence between them, of one
// person that of the merge which brought the two records together. Where a rule and not the score keeps two people
// apart the answer says nothing of scores like theirs in general, so the fit leaves it out; the report tells of it
// under its reason, from which the strength of a rule may be judged. FAILED_PRECONDITION if fewer than kLeastLabels are
// left. Costs one resolution. A function of the sets of records and labels.
absl::StatusOr<ScoreCalibration> Calibrate(CandidatePairs& pairs, const LinkageModel& model,
                                           std::vector<PairLabel> labels, const CalibrateOptions& options,
                                           CalibrationReport& report);

}  // namespace wensum::matching

#endif  // WENSUM_MATCHING_TRAIN_CALIBRATE_H_
