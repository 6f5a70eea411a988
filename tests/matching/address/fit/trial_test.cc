#include "matching/address/fit/trial.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/strings.h"

namespace wensum::matching::address {
namespace {

FlatAnswer Matched(uint32_t property, double strength) {
  return {.outcome = FlatOutcome::kMatched, .matched = property, .strength = strength};
}

// Matches "n" to property n, with strength n; refuses all else.
class NumberMatcher : public AddressMatcher {
 public:
  [[nodiscard]] FlatAnswer Match(std::string_view text, std::string_view, bool want_reason) const override {
    const auto number = ParseInteger<uint32_t>(text);
    FlatAnswer answer = number.has_value() ? Matched(*number, *number) : FlatAnswer();
    answer.reason = want_reason ? "asked" : "";
    return answer;
  }
  [[nodiscard]] size_t memory_bytes() const override { return 0; }
};

TEST(JudgeTest, EachRowCountsOnce) {
  EXPECT_EQ(Judge(3, Matched(3, 1)), Verdict::kRight);
  EXPECT_EQ(Judge(3, Matched(4, 1)), Verdict::kWrong);
  EXPECT_EQ(Judge(kNoProperty, Matched(4, 1)), Verdict::kFalse);
  EXPECT_EQ(Judge(3, {.outcome = FlatOutcome::kAmbiguous, .second = 3}), Verdict::kRefusedPresent);
  EXPECT_EQ(Judge(kNoProperty, {.outcome = FlatOutcome::kParent, .second = 3}), Verdict::kRefusedRightly);
}

TEST(TrialTest, CountsByGroup) {
  const std::vector<TrialRow> rows = {{.text = "1", .truth = 1},
                                      {.text = "2", .truth = 3},
                                      {.text = "x", .truth = 3, .group = 1},
                                      {.text = "x", .group = 1},
                                      {.text = "5", .group = 1}};
  const std::vector<FlatAnswer> answers = RunTrial(NumberMatcher(), rows, 3, true);
  const TrialSummary summary = Summarise(rows, answers);
  EXPECT_EQ(summary.all.rows(), 5U);
  EXPECT_DOUBLE_EQ(summary.all.precision(), 1.0 / 3);
  EXPECT_DOUBLE_EQ(summary.all.recall(), 1.0 / 3);
  EXPECT_DOUBLE_EQ(summary.all.refusal(), 0.5);
  ASSERT_EQ(summary.by_group.size(), 2U);
  EXPECT_EQ(summary.by_group[0].right, 1U);
  EXPECT_EQ(summary.by_group[0].wrong, 1U);
  EXPECT_EQ(summary.by_group[1].refused_present, 1U);
  EXPECT_EQ(summary.by_group[1].false_matches, 1U);
  EXPECT_EQ(answers[0].reason, "asked");
}

TEST(TrialTest, OrderIsKeptOnAnyNumberOfThreads) {
  std::vector<std::string> texts;
  for (int i = 0; i < 3000; ++i) {
    texts.push_back(Cat(i));
  }
  std::vector<TrialRow> rows;
  for (const std::string& text : texts) {
    rows.push_back({.text = text, .truth = 0});
  }
  for (const int threads : {1, 2, 7}) {
    const std::vector<FlatAnswer> answers = RunTrial(NumberMatcher(), rows, threads, false);
    for (uint32_t i = 0; i < answers.size(); ++i) {
      ASSERT_EQ(answers[i].matched, i);
    }
  }
}

// Truth 1 throughout: 1 is right, 2 wrong.
double RecallOf(const std::vector<std::pair<double, bool>>& matches, size_t refused, double precision) {
  std::vector<TrialRow> rows;
  std::vector<FlatAnswer> answers;
  for (const auto& [strength, right] : matches) {
    rows.push_back({.truth = 1});
    answers.push_back(Matched(right ? 1 : 2, strength));
  }
  for (size_t i = 0; i < refused; ++i) {
    rows.push_back({.truth = 1});
    answers.emplace_back();
  }
  return RecallAtPrecision(rows, answers, precision);
}

TEST(RecallAtPrecisionTest, KnownAnswers) {
  EXPECT_DOUBLE_EQ(RecallOf({{9, true}, {8, true}, {7, false}, {6, true}}, 0, 1.0), 0.5);
  EXPECT_DOUBLE_EQ(RecallOf({{9, true}, {8, true}, {7, false}, {6, true}}, 0, 0.75), 0.75);
  EXPECT_DOUBLE_EQ(RecallOf({{9, false}, {8, true}}, 0, 0.9), 0);
  EXPECT_DOUBLE_EQ(RecallOf({{9, true}}, 3, 0.999), 0.25) << "refused rows count in the recall";
  EXPECT_DOUBLE_EQ(RecallOf({}, 0, 0.999), 0);
}

TEST(RecallAtPrecisionTest, EqualStrengthsAreCutTogether) {
  EXPECT_DOUBLE_EQ(RecallOf({{9, true}, {9, false}, {5, true}}, 0, 0.99), 0);
  EXPECT_DOUBLE_EQ(RecallOf({{9, false}, {9, true}, {5, true}}, 0, 0.99), 0) << "whatever their order";
}

TEST(RecallAtPrecisionTest, FalseMatchesCountAgainstPrecision) {
  const std::vector<TrialRow> rows = {{.truth = 1}, {.truth = kNoProperty}};
  const std::vector<FlatAnswer> answers = {Matched(1, 5), Matched(2, 6)};
  EXPECT_DOUBLE_EQ(RecallAtPrecision(rows, answers, 0.6), 0);
  EXPECT_DOUBLE_EQ(RecallAtPrecision(rows, answers, 0.5), 1);
}

}  // namespace
}  // namespace wensum::matching::address
