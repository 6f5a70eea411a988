// From a matcher's strength to the probability that its match is right, and back from a wanted precision to a cut.
#ifndef WENSUM_MATCHING_ADDRESS_FIT_CALIBRATION_H_
#define WENSUM_MATCHING_ADDRESS_FIT_CALIBRATION_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "matching/address/fit/trial.h"

namespace wensum::matching::address {

// A match of known truth. `fold` parts the samples into two halves that share no street, so that what is fitted on one
// is tried on the other.
struct StrengthSample {
  double strength = 0;
  bool right = false;
  uint8_t fold = 0;  // 0 or 1
};

// The matches among the answers to `rows`. `folds`, as long as `rows`, is 0 or 1.
std::vector<StrengthSample> MatchesOf(std::span<const TrialRow> rows, std::span<const FlatAnswer> answers,
                                      std::span<const uint8_t> folds);

// Steps: a strength of at least steps[i].strength, and less than that of the next, has steps[i].probability. Both
// ascend. Plain numbers, so that it can be stored.
struct CalibrationStep {
  double strength = 0;
  double probability = 0;
  friend bool operator==(const CalibrationStep&, const CalibrationStep&) = default;
};

class Calibration {
 public:
  // Without steps every strength has kUnknown.
  static constexpr double kUnknown = 0.5;
  Calibration() = default;
  // INVALID_ARGUMENT if strengths or probabilities do not ascend, or a probability is not between 0 and 1.
  static absl::StatusOr<Calibration> Make(std::vector<CalibrationStep> steps);

  [[nodiscard]] std::span<const CalibrationStep> steps() const { return steps_; }
  // Strengths below the first step have the first step's probability, halved: nothing was seen there.
  [[nodiscard]] double ProbabilityOf(double strength) const;

 private:
  explicit Calibration(std::vector<CalibrationStep> steps) : steps_(std::move(steps)) {}
  std::vector<CalibrationStep> steps_;
};

struct CalibrationOptions {
  // No step holds fewer samples; nothing can be promised from a handful.
  size_t smallest_step = 50;
};

// Pools adjacent violators over the samples in the order of their strength (Ayer and others 1955), each pool smoothed
// by (right + 0.5) / (count + 1). The pools are then held to what they keep: pools of either fold are tried on the
// other, and no step promises more than the worse of the two trials bears out; the highest promises no more than the
// one-sided 95 % lower bound of what was seen of it. O(n log n); the order of the samples does not matter. No samples
// give no steps.
Calibration FitCalibration(std::vector<StrengthSample> samples, const CalibrationOptions& options = {});

struct ReliabilityBin {
  double from = 0;  // probability promised, [from, to)
  double to = 0;
  double promised = 0;  // mean
  double observed = 0;
  size_t count = 0;
};
struct Reliability {
  std::vector<ReliabilityBin> bins;  // ascending; only those with samples
  double expected_error = 0;         // mean over the samples of |promised - observed| of their bin
};
// Of samples that the calibration was not fitted on.
Reliability ReliabilityOf(const Calibration& calibration, std::span<const StrengthSample> samples);

// The least strength at and above which the samples, taken together, were right in the share `wanted` (0 to 1),
// smoothed by (right + 0.5) / (count + 1); infinity if there is none. It goes by what was seen, not by the
// calibration's bounds: those would refuse everything wherever a few thousand samples cannot prove the last thousandth.
double CutAtPrecision(std::vector<StrengthSample> samples, double wanted);
// The precisions that CutsOf has a cut for.
inline constexpr std::array<double, 8> kCutPrecisions = {0.9, 0.95, 0.98, 0.99, 0.995, 0.998, 0.999, 0.9999};

// Cuts for precisions from 0.9 to 0.9999, both ascending; a cut may be infinity.
struct PrecisionCut {
  double precision = 0;
  double strength = 0;
  friend bool operator==(const PrecisionCut&, const PrecisionCut&) = default;
};
std::vector<PrecisionCut> CutsOf(std::span<const StrengthSample> samples);
// That of the least precision in `cuts` which is not below `wanted`; infinity if there is none.
double CutFor(std::span<const PrecisionCut> cuts, double wanted);

// The one-sided 95 % lower bound (Wilson 1927) of a share of which `right` of `count` were seen; 0 for none.
double LowerBound(size_t right, size_t count);

}  // namespace wensum::matching::address

#endif  // WENSUM_MATCHING_ADDRESS_FIT_CALIBRATION_H_
