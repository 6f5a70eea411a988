#include "matching/train/calibrate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <iostream>
#include <limits>

#include "base/random.h"
#include "base/status_macros.h"
#include "matching/evaluate/metrics.h"
#include "matching/resolve/resolution.h"
#include "matching/train/trainer.h"
#include "tests/matching/people/people_sample.h"

namespace wensum::matching {
namespace {

using testing::HasSubstr;

double Probability(double score) { return 1 / (1 + std::exp2(-score)); }

// Labels of a model whose true log2 odds are slope * evidence + offset.
std::vector<LabelledEvidence> Draw(Random& random, size_t count, double slope, double offset) {
  std::vector<LabelledEvidence> labels;
  for (size_t i = 0; i < count; ++i) {
    const double evidence = static_cast<double>(random.Between(-6'000, 6'000)) / 1'000;
    labels.push_back({evidence, random.Chance(Probability(slope * evidence + offset))});
  }
  return labels;
}

// What the fit minimises, from its definition.
double PenalisedLoss(const std::vector<LabelledEvidence>& labels, double slope, double offset) {
  double loss = std::pow((slope - 1) / 0.25, 2) / 2 + std::pow(offset / 2, 2) / 2;
  for (const LabelledEvidence& label : labels) {
    const double odds = std::log(2.0) * (slope * std::clamp(label.evidence, -10.0, 10.0) + offset);
    loss += std::log1p(std::exp(label.one_person ? -odds : odds));
  }
  return loss;
}

TEST(FitCalibrationTest, FindsWhatTheLabelsWereDrawnWith) {
  constexpr uint64_t kSeed = 5;
  std::cout << "seed " << kSeed << "\n";
  Random random(kSeed);
  for (const auto& [slope, offset] : {std::pair(1.0, 0.0), std::pair(0.6, -2.0), std::pair(1.5, 1.0)}) {
    const ScoreCalibration fit = FitCalibration(Draw(random, 20'000, slope, offset));
    EXPECT_NEAR(fit.slope, slope, 0.05);
    EXPECT_NEAR(fit.offset, offset, 0.1);
    EXPECT_EQ(fit.labels, 20'000U);
  }
}

TEST(FitCalibrationTest, NoOtherLineIsBetter) {
  constexpr uint64_t kSeed = 6;
  std::cout << "seed " << kSeed << "\n";
  Random random(kSeed);
  for (int round = 0; round < 30; ++round) {
    std::vector<LabelledEvidence> labels =
        Draw(random, 1 + random.Below(60), 0.3 + static_cast<double>(random.Below(20)) / 10, 1.5);
    if (round % 3 == 0) labels.push_back({40, false});  // surely one person, and yet not
    if (round % 5 == 0) {
      for (LabelledEvidence& label : labels) label.one_person = true;
    }
    const ScoreCalibration fit = FitCalibration(labels);
    const double least = PenalisedLoss(labels, fit.slope, fit.offset);
    for (double slope = 0.25; slope <= 2.5; slope += 0.05) {
      for (double offset = -4; offset <= 4; offset += 0.1) {
        ASSERT_GE(PenalisedLoss(labels, slope, offset), least - 1e-9) << slope << " " << offset;
      }
    }
  }
}

TEST(FitCalibrationTest, LittleMovesLittle) {
  EXPECT_EQ(FitCalibration({}), ScoreCalibration());
  const std::vector<LabelledEvidence> one = {{0.5, true}};
  EXPECT_LT(std::abs(FitCalibration(one).offset), 1);
  EXPECT_NEAR(FitCalibration(one).slope, 1, 0.05);
  const std::vector<LabelledEvidence> alike(1'000, {1, true});
  const ScoreCalibration fit = FitCalibration(alike);
  EXPECT_LT(fit.Apply(1), 15) << "a thousand times yes is no proof";
  EXPECT_GE(fit.slope, 0.25);
}

// Upside down: the slope stays above 0, so that the order of scores does.
TEST(FitCalibrationTest, TheOrderOfScoresStays) {
  std::vector<LabelledEvidence> labels;
  for (int i = 0; i < 500; ++i) labels.push_back({i % 2 == 0 ? 5.0 : -5.0, i % 2 != 0});
  EXPECT_EQ(FitCalibration(labels).slope, 0.25);
}

TEST(AssessCalibrationTest, TellsBinsAndWhatNewLabelsWouldCost) {
  constexpr uint64_t kSeed = 7;
  std::cout << "seed " << kSeed << "\n";
  Random random(kSeed);
  const std::vector<LabelledEvidence> labels = Draw(random, 2'000, 1, -3);
  CalibrationReport report;
  AssessCalibration(labels, FitCalibration(labels), report);
  EXPECT_LT(report.log_loss_after, report.log_loss_before - 0.1);
  uint64_t sum = 0;
  for (const CalibrationBin& bin : report.bins) {
    sum += bin.labels;
    EXPECT_LT(bin.from, bin.to);
    EXPECT_NEAR(bin.after, static_cast<double>(bin.one_person) / static_cast<double>(bin.labels), 0.12);
  }
  EXPECT_EQ(sum, labels.size());
  EXPECT_EQ(report.bins.front().from, -std::numeric_limits<double>::infinity());
  EXPECT_TRUE(std::ranges::is_sorted(report.bins, {}, &CalibrationBin::from));
  // Where scores were right before, a fit to chance is not sold as better.
  const std::vector<LabelledEvidence> right = Draw(random, 25, 1, 0);
  AssessCalibration(right, FitCalibration(right), report);
  EXPECT_GT(report.log_loss_after, report.log_loss_before - 0.05);
}

// A sample, a model learnt from it whose prior was then set wrong, and the truth.
class CalibrateTest : public testing::Test {
 protected:
  // With one member a household there are no housemates, and no rules.
  explicit CalibrateTest(uint32_t members = 1, double too_low = 14)
      : rows_(MakePeople({.seed = 4, .households = 600 / members, .members = members, .error_rate = 0.3})),
        records_(PeopleSchema()) {
    Fill(rows_, 0, records_);
    truth_ = TruthOf(rows_, records_);
    index_ = std::make_unique<CandidateIndex>(records_, CandidateOptions{.threads = 2});
    comparer_ = std::make_unique<PairComparer>(&records_.values());
    pairs_ = std::make_unique<CandidatePairs>(&records_, index_.get(), comparer_.get(), 2);
    TrainReport report;
    model_ = Train(*pairs_, {}, report);
    const double odds = std::exp2(model_.parameters.prior() - too_low);
    model_.parameters.match_rate = odds / (1 + odds);
    model_.parameters.household.prior -= too_low;
  }

  Resolution Resolve(const LinkageModel& model) {
    const ResolutionRules& rules = model.parameters.rules;
    const FrequencyTables tables = TablesFor(records_.values(), model.frequencies);
    const PairScorer scorer(&records_.values(), &model.parameters, &tables);
    return ResolveRecords(records_, *comparer_, scorer,
                          pairs_->ScoreAll(scorer, std::min(rules.edge_floor, rules.review_threshold)), {},
                          {.merge_threshold = rules.merge_threshold, .edge_floor = rules.edge_floor, .rules = true});
  }

  // What a steward would say of pairs that score around the thresholds.
  std::vector<PairLabel> Labels(double lowest, size_t count) {
    LinkageModel wide = model_;
    wide.parameters.rules.edge_floor = wide.parameters.rules.review_threshold = lowest;
    std::vector<PairLabel> labels;
    for (const ReviewPair& pair : Resolve(wide).review) {
      if (pair.reason == ReviewReason::kScore && labels.size() < count) {
        labels.push_back({pair.a, pair.b, truth_[pair.a] == truth_[pair.b]});
      }
    }
    return labels;
  }

  double F1(const LinkageModel& model) { return ComparePartitions(Resolve(model).labels, truth_).pairs.f1(); }

  const std::vector<SampleRow> rows_;
  RecordSet records_;
  std::vector<uint32_t> truth_;
  std::unique_ptr<CandidateIndex> index_;
  std::unique_ptr<PairComparer> comparer_;
  std::unique_ptr<CandidatePairs> pairs_;
  LinkageModel model_;
};

TEST_F(CalibrateTest, MendsAModelThatBelievesTooLittle) {
  const std::vector<PairLabel> labels = Labels(-12, 200);
  ASSERT_GE(labels.size(), kLeastLabels);
  CalibrationReport report;
  const auto calibration = Calibrate(*pairs_, model_, labels, {}, report);
  ASSERT_TRUE(calibration.ok()) << calibration.status();
  EXPECT_EQ(report.labels, labels.size());
  EXPECT_EQ(report.used + report.refused + report.repeated, report.labels);
  EXPECT_GT(calibration->offset, 1.5);
  EXPECT_LT(report.log_loss_after, report.log_loss_before);
  LinkageModel calibrated = model_;
  calibrated.parameters.calibration = *calibration;
  EXPECT_GT(F1(calibrated), F1(model_) + 0.02);

  // A calibration that the model has already does not count, nor do the order of labels and of their ends.
  std::vector<PairLabel> turned(labels.rbegin(), labels.rend());
  for (PairLabel& label : turned) std::swap(label.a, label.b);
  EXPECT_EQ(Calibrate(*pairs_, calibrated, turned, {}, report).value(), *calibration);
}

// The label that two merged records are two people counts with the score of the merge that joined them.
TEST_F(CalibrateTest, FalseMergesTakeTrustAway) {
  const Resolution found = Resolve(model_);
  std::vector<PairLabel> labels;
  for (RecordIndex i = 0; i < records_.size() && labels.size() < 60; ++i) {
    if (found.labels[i] != i) labels.push_back({i, found.labels[i], false});
  }
  ASSERT_EQ(labels.size(), 60U);
  labels.push_back(labels.front());
  CalibrationReport report;
  const auto calibration = Calibrate(*pairs_, model_, labels, {}, report);
  ASSERT_TRUE(calibration.ok()) << calibration.status();
  EXPECT_EQ(report.refused, 0U);
  EXPECT_GE(report.repeated, 1U);
  EXPECT_LT(calibration->Apply(model_.parameters.rules.merge_threshold), -1);
  ASSERT_FALSE(report.bins.empty());
  EXPECT_GE(report.bins.front().from, model_.parameters.rules.merge_threshold - 1) << "none merged below the threshold";
}

TEST_F(CalibrateTest, TooFewLabelsAreRefused) {
  CalibrationReport report;
  const auto none = Calibrate(*pairs_, model_, {}, {}, report);
  EXPECT_EQ(none.status().code(), absl::StatusCode::kFailedPrecondition);
  const auto few = Calibrate(*pairs_, model_, Labels(-12, kLeastLabels - 1), {}, report);
  EXPECT_THAT(std::string(Message(few.status())), HasSubstr("at least 20"));
}

class CalibrateHouseholdsTest : public CalibrateTest {
 protected:
  CalibrateHouseholdsTest() : CalibrateTest(3, 5) {}
};

// Two namesakes of one household with different dates are kept apart by a rule: that they are two says nothing of
// other pairs that score as much. The report has them under their reason.
TEST_F(CalibrateHouseholdsTest, WhatARuleKeepsApartIsToldAndLeftOut) {
  ASSERT_TRUE(model_.parameters.household.on);
  const Resolution found = Resolve(model_);
  std::vector<PairLabel> labels;
  for (RecordIndex i = 0; i < records_.size() && labels.size() < 100; ++i) {
    if (found.labels[i] != i) labels.push_back({i, found.labels[i], truth_[i] == truth_[found.labels[i]]});
  }
  CalibrationReport before;
  const auto plain = Calibrate(*pairs_, model_, labels, {}, before);
  ASSERT_TRUE(plain.ok()) << plain.status();
  uint64_t undated = 0;
  for (const ReviewPair& pair : found.review) {
    if (pair.reason != ReviewReason::kUndated) continue;
    labels.push_back({pair.a, pair.b, undated % 2 == 0});
    ++undated;
  }
  ASSERT_GT(undated, 10U);
  CalibrationReport report;
  EXPECT_EQ(Calibrate(*pairs_, model_, labels, {}, report).value(), plain.value());
  EXPECT_EQ(report.refused, undated);
  EXPECT_EQ(report.log_loss_after, before.log_loss_after);
  uint64_t told = 0;
  for (const CalibrationBin& bin : report.bins) told += bin.reason == ReviewReason::kUndated ? bin.labels : 0;
  EXPECT_EQ(told, undated);
}

}  // namespace
}  // namespace wensum::matching
