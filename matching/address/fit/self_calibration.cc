#include "matching/address/fit/self_calibration.h"

#include <algorithm>
#include <iterator>
#include <utility>
#include <vector>

#include "base/hash.h"
#include "matching/address/errors/error_generator.h"
#include "matching/address/fit/trial.h"

namespace wensum::matching::address {
namespace {

std::vector<StrengthSample> AskRows(const AddressMatcher& matcher, const std::vector<ErrorRow>& made, int threads) {
  std::vector<TrialRow> rows;
  std::vector<uint8_t> folds;
  for (size_t i = 0; i < made.size(); ++i) {
    const ErrorRow& row = made[i];
    const bool bare = i % 2 == 1;
    if (bare && !row.fits_without_postcode) {
      continue;
    }
    rows.push_back({.text = bare ? row.bare_text : row.text,
                    .postcode = bare ? std::string_view() : std::string_view(row.postcode),
                    .truth = row.truth});
    folds.push_back(row.fold);
  }
  return MatchesOf(rows, RunTrial(matcher, rows, threads, false), folds);
}

// Halves by the text: texts that say the same are not parted.
std::vector<StrengthSample> AskKnown(const AddressMatcher& matcher, std::span<const TrialRow> known, int threads) {
  std::vector<uint8_t> folds;
  folds.reserve(known.size());
  for (const TrialRow& row : known) {
    folds.push_back(static_cast<uint8_t>(Hash64(row.text) & 1));
  }
  return MatchesOf(known, RunTrial(matcher, known, threads, false), folds);
}

}  // namespace

SelfCalibration CalibrateOn(const AddressMatcher& matcher, const FlatGazetteer& gazetteer,
                            const SelfCalibrationOptions& options) {
  const ErrorGenerator generator(gazetteer, {.seed = options.seed, .threads = options.threads});
  const std::vector<ErrorRow> tune = generator.Rows(0, options.rows, TrialStreets::kTune, options.threads);
  std::vector<StrengthSample> samples = AskRows(matcher, tune, options.threads);
  if (samples.size() < options.fewest_matches) {
    return CautiousCalibration(options.precision);
  }
  SelfCalibration result;
  const std::vector<StrengthSample> known = AskKnown(matcher, options.known, options.threads);
  result.known = known.size();
  samples.insert(samples.end(), known.begin(), known.end());
  result.calibration = FitCalibration(samples);
  result.cuts = CutsOf(samples);
  result.cut = CutAtPrecision(samples, options.precision);
  const std::vector<ErrorRow> unseen = generator.Rows(0, options.rows / 4, TrialStreets::kUnseen, options.threads);
  result.rows = tune.size() + unseen.size();
  result.reliability = ReliabilityOf(result.calibration, AskRows(matcher, unseen, options.threads));
  return result;
}

SelfCalibration CautiousCalibration(double precision) {
  // Measured with the engine behind MakeFlatMatcher on a list of fifty thousand, half of the texts without a postcode:
  // with another engine, other steps. `together`: of the matches at and above the step.
  struct Step {
    double strength;
    double probability;
    double together;
  };
  constexpr Step kSteps[] = {
      {0, 0.90, 0.999}, {5, 0.97, 0.9992}, {7, 0.99, 0.9994}, {8, 0.998, 0.9995}, {13, 0.999, 0.9997}};
  SelfCalibration result;
  result.cautious = true;
  std::vector<CalibrationStep> steps;
  result.cut = std::end(kSteps)[-1].strength;
  for (const Step& step : kSteps) {
    steps.push_back({step.strength, step.probability});
    if (step.together >= precision) {
      result.cut = std::min(result.cut, step.strength);
    }
  }
  result.calibration = Calibration::Make(std::move(steps)).value();
  return result;
}

}  // namespace wensum::matching::address
