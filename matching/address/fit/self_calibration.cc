#include "matching/address/fit/self_calibration.h"

#include <utility>
#include <vector>

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

}  // namespace

SelfCalibration CalibrateOn(const AddressMatcher& matcher, const FlatGazetteer& gazetteer,
                            const SelfCalibrationOptions& options) {
  const ErrorGenerator generator(gazetteer, {.seed = options.seed, .threads = options.threads});
  const std::vector<ErrorRow> tune = generator.Rows(0, options.rows, TrialStreets::kTune, options.threads);
  const std::vector<StrengthSample> samples = AskRows(matcher, tune, options.threads);
  if (samples.size() < options.fewest_matches) {
    return CautiousCalibration(options.precision);
  }
  SelfCalibration result;
  result.calibration = FitCalibration(samples);
  result.cut = CutAtPrecision(result.calibration, samples, options.precision);
  const std::vector<ErrorRow> unseen = generator.Rows(0, options.rows / 4, TrialStreets::kUnseen, options.threads);
  result.rows = tune.size() + unseen.size();
  result.reliability = ReliabilityOf(result.calibration, AskRows(matcher, unseen, options.threads));
  return result;
}

SelfCalibration CautiousCalibration(double precision) {
  SelfCalibration result;
  result.cautious = true;
  // For the strengths of the engine behind MakeFlatMatcher: with another engine, other steps.
  result.calibration = Calibration::Make({{.strength = 0.0, .probability = 0.80},
                                          {.strength = 0.5, .probability = 0.90},
                                          {.strength = 0.6, .probability = 0.95},
                                          {.strength = 0.9, .probability = 0.97}})
                           .value();
  const auto steps = result.calibration.steps();
  result.cut = steps.back().strength;
  for (size_t i = steps.size(); i > 0 && steps[i - 1].probability >= precision; --i) {
    result.cut = steps[i - 1].strength;
  }
  return result;
}

}  // namespace wensum::matching::address
