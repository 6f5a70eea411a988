#include "matching/address/fit/calibration.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "base/random.h"
#include "matching/address/fit/self_calibration.h"

namespace wensum::matching::address {
namespace {

// `count` samples of one strength, of which `right` are right, shared out to both folds.
void Add(std::vector<StrengthSample>* samples, double strength, size_t count, size_t right) {
  for (size_t i = 0; i < count; ++i) {
    samples->push_back({.strength = strength, .right = i < right, .fold = static_cast<uint8_t>(i % 2)});
  }
}

TEST(LowerBoundTest, KnownAnswers) {
  EXPECT_DOUBLE_EQ(LowerBound(0, 0), 0);
  EXPECT_NEAR(LowerBound(0, 10), 0, 1e-12);
  EXPECT_NEAR(LowerBound(10, 10), 10 / (10 + 2.705543), 1e-6);
  EXPECT_NEAR(LowerBound(3000, 3000), 1 - 2.705543 / 3002.705543, 1e-9);
  EXPECT_NEAR(LowerBound(50, 100), 0.4188, 1e-4);
}

TEST(FitCalibrationTest, AscendingSharesStayApart) {
  std::vector<StrengthSample> samples;
  Add(&samples, 1, 200, 100);
  Add(&samples, 2, 200, 160);
  Add(&samples, 3, 1000, 990);
  const Calibration calibration = FitCalibration(samples);
  ASSERT_EQ(calibration.steps().size(), 3U);
  EXPECT_NEAR(calibration.ProbabilityOf(1), 0.5, 0.02);
  EXPECT_NEAR(calibration.ProbabilityOf(2.5), 0.8, 0.02);
  EXPECT_NEAR(calibration.ProbabilityOf(99), LowerBound(990, 1000), 0.003);
  EXPECT_LE(calibration.ProbabilityOf(99), LowerBound(990, 1000));
  EXPECT_LT(calibration.ProbabilityOf(0.5), 0.3) << "below all that was seen";
}

TEST(FitCalibrationTest, ViolatorsArePooled) {
  std::vector<StrengthSample> samples;
  Add(&samples, 1, 100, 90);
  Add(&samples, 2, 100, 50);
  Add(&samples, 3, 200, 196);
  const Calibration calibration = FitCalibration(samples);
  ASSERT_EQ(calibration.steps().size(), 2U);
  EXPECT_DOUBLE_EQ(calibration.ProbabilityOf(1), calibration.ProbabilityOf(2));
  EXPECT_NEAR(calibration.ProbabilityOf(1), 0.7, 0.02);
}

TEST(FitCalibrationTest, OneStrengthIsOneStep) {
  std::vector<StrengthSample> samples;
  Add(&samples, 5, 10'000, 9'000);
  EXPECT_EQ(FitCalibration(samples).steps().size(), 1U);
}

TEST(FitCalibrationTest, TheWorseHalfDecides) {
  std::vector<StrengthSample> samples;
  for (int i = 0; i < 2000; ++i) {
    samples.push_back({.strength = 1, .right = i >= 1000 || i % 10 != 0, .fold = static_cast<uint8_t>(i / 1000)});
  }
  EXPECT_LE(FitCalibration(samples).ProbabilityOf(1), 0.902) << "one half of the streets keeps but 0.9";
}

TEST(FitCalibrationTest, TopStepPromisesNoMoreThanWasSeen) {
  std::vector<StrengthSample> samples;
  Add(&samples, 1, 100, 100);
  EXPECT_LT(FitCalibration(samples).ProbabilityOf(1), 0.98);
  Add(&samples, 1, 9'900, 9'900);
  EXPECT_GT(FitCalibration(samples).ProbabilityOf(1), 0.999);
}

TEST(FitCalibrationTest, OrderDoesNotMatterAndPromisesAscendAndAreKept) {
  constexpr uint64_t kSeed = 20261123;
  Random random(kSeed);
  std::vector<StrengthSample> samples;
  std::vector<StrengthSample> fresh;
  for (int i = 0; i < 40'000; ++i) {
    const double strength = random.Unit() * 10;
    const double truth = 1 / (1 + std::exp(-strength));
    (i % 2 == 0 ? samples : fresh)
        .push_back({.strength = strength, .right = random.Chance(truth), .fold = static_cast<uint8_t>(i / 2 % 2)});
  }
  const Calibration calibration = FitCalibration(samples);
  std::reverse(samples.begin(), samples.end());
  const Calibration again = FitCalibration(samples);
  EXPECT_TRUE(std::ranges::equal(calibration.steps(), again.steps()));
  EXPECT_TRUE(std::ranges::is_sorted(calibration.steps(), {}, &CalibrationStep::probability));
  const Reliability reliability = ReliabilityOf(calibration, fresh);
  EXPECT_LT(reliability.expected_error, 0.02) << "promises are on the low side by design";
  ASSERT_FALSE(reliability.bins.empty());
  EXPECT_LE(reliability.bins.back().promised, reliability.bins.back().observed + 0.002) << "the top must be honest";
}

TEST(FitCalibrationTest, NothingGivesNoSteps) {
  const Calibration calibration = FitCalibration({});
  EXPECT_TRUE(calibration.steps().empty());
  EXPECT_DOUBLE_EQ(calibration.ProbabilityOf(3), Calibration::kUnknown);
  EXPECT_TRUE(std::isinf(CutAtPrecision({}, 0.9)));
}

TEST(CalibrationTest, MakeRefusesWhatDoesNotAscend) {
  EXPECT_TRUE(Calibration::Make({{1, 0.5}, {2, 0.9}}).ok());
  EXPECT_FALSE(Calibration::Make({{1, 0.5}, {1, 0.9}}).ok());
  EXPECT_FALSE(Calibration::Make({{1, 0.9}, {2, 0.5}}).ok());
  EXPECT_FALSE(Calibration::Make({{1, 1.5}}).ok());
  EXPECT_FALSE(Calibration::Make({{1, std::nan("")}}).ok());
}

TEST(CalibrationTest, PlainNumbersReadBack) {
  std::vector<StrengthSample> samples;
  Add(&samples, 1, 200, 100);
  Add(&samples, 3, 200, 190);
  const Calibration calibration = FitCalibration(samples);
  const auto again = Calibration::Make({calibration.steps().begin(), calibration.steps().end()});
  ASSERT_TRUE(again.ok());
  EXPECT_TRUE(std::ranges::equal(calibration.steps(), again->steps()));
}

TEST(CutAtPrecisionTest, TakesWhatLiesAboveTogether) {
  std::vector<StrengthSample> samples;
  Add(&samples, 1, 100, 50);
  Add(&samples, 2, 100, 90);
  Add(&samples, 3, 800, 792);
  EXPECT_DOUBLE_EQ(CutAtPrecision(samples, 0.989), 3) << "792.5 / 801";
  EXPECT_DOUBLE_EQ(CutAtPrecision(samples, 0.97), 2) << "882.5 / 901";
  EXPECT_DOUBLE_EQ(CutAtPrecision(samples, 0.93), 1) << "932.5 / 1001";
  EXPECT_TRUE(std::isinf(CutAtPrecision(samples, 0.999)));
}

TEST(CutAtPrecisionTest, FewSamplesPromiseLittle) {
  std::vector<StrengthSample> samples;
  Add(&samples, 5, 100, 100);
  EXPECT_DOUBLE_EQ(CutAtPrecision(samples, 0.99), 5);
  EXPECT_TRUE(std::isinf(CutAtPrecision(samples, 0.999))) << "100.5 / 101";
}

TEST(ReliabilityTest, KnownAnswers) {
  const Calibration calibration = Calibration::Make({{1, 0.6}, {2, 0.97}}).value();
  std::vector<StrengthSample> samples;
  Add(&samples, 1, 100, 70);
  Add(&samples, 2, 300, 291);
  const Reliability reliability = ReliabilityOf(calibration, samples);
  ASSERT_EQ(reliability.bins.size(), 2U);
  EXPECT_DOUBLE_EQ(reliability.bins[0].observed, 0.7);
  EXPECT_NEAR(reliability.bins[0].promised, 0.6, 1e-12);
  EXPECT_NEAR(reliability.expected_error, 0.1 * 100 / 400, 1e-9);
}

TEST(MatchesOfTest, RefusalsAreNoSamples) {
  const std::vector<TrialRow> rows = {{.truth = 1}, {.truth = 1}, {.truth = kNoProperty}, {.truth = kNoProperty}};
  const FlatAnswer matched{.outcome = FlatOutcome::kMatched, .matched = 1, .strength = 4};
  const std::vector<FlatAnswer> answers = {matched, {}, matched, {}};
  const std::vector<uint8_t> folds = {0, 1, 1, 0};
  const std::vector<StrengthSample> samples = MatchesOf(rows, answers, folds);
  ASSERT_EQ(samples.size(), 2U);
  EXPECT_TRUE(samples[0].right);
  EXPECT_FALSE(samples[1].right);
  EXPECT_EQ(samples[1].fold, 1);
}

TEST(CautiousCalibrationTest, PromisesLittleAndStillAccepts) {
  const SelfCalibration cautious = CautiousCalibration(0.999);
  EXPECT_TRUE(cautious.cautious);
  EXPECT_DOUBLE_EQ(cautious.cut, cautious.calibration.steps().front().strength) << "all matches together keep it";
  EXPECT_LE(cautious.calibration.steps().back().probability, 0.999);
  const SelfCalibration surest = CautiousCalibration(0.99999);
  EXPECT_DOUBLE_EQ(surest.cut, surest.calibration.steps().back().strength) << "as no step keeps so much";
  EXPECT_LE(CautiousCalibration(0.9).cut, cautious.cut);
}

TEST(CalibrationTest, CutsAreThoseOfEachPrecision) {
  std::vector<StrengthSample> samples;
  for (int i = 0; i < 20'000; ++i) {  // one in 500 is wrong below 10, none above
    samples.push_back({.strength = i % 20 * 1.0, .right = i % 20 >= 10 || i % 500 >= 20, .fold = 0});
  }
  const std::vector<PrecisionCut> cuts = CutsOf(samples);
  ASSERT_EQ(cuts.size(), kCutPrecisions.size());
  for (size_t i = 0; i < cuts.size(); ++i) {
    EXPECT_EQ(cuts[i].precision, kCutPrecisions[i]);
    EXPECT_EQ(cuts[i].strength, CutAtPrecision(samples, kCutPrecisions[i]));
    EXPECT_TRUE(i == 0 || cuts[i - 1].strength <= cuts[i].strength);
  }
  EXPECT_LT(cuts.front().strength, cuts.back().strength);
  EXPECT_EQ(CutFor(cuts, 0.99), cuts[3].strength);
  EXPECT_EQ(CutFor(cuts, 0.985), cuts[3].strength);  // the next that is not less
  EXPECT_EQ(CutFor(cuts, 0.5), cuts[0].strength);
  EXPECT_EQ(CutFor(cuts, 0.99995), std::numeric_limits<double>::infinity());
  EXPECT_EQ(CutFor({}, 0.9), std::numeric_limits<double>::infinity());
}

}  // namespace
}  // namespace wensum::matching::address
