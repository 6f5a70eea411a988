#include "services/decisions/bulk_sample.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <map>

#include "base/random.h"

namespace wensum::decisions {
namespace {

using ::testing::ElementsAre;

// By exact arithmetic of the binomial distribution, to 13 digits.
TEST(ErrorBoundTest, IsThatOfClopperAndPearson) {
  EXPECT_NEAR(ErrorBound(1, 0), 0.95, 1e-12);
  EXPECT_NEAR(ErrorBound(10, 0), 0.2588655508931, 1e-12);
  EXPECT_NEAR(ErrorBound(59, 0), 0.0495076098882, 1e-12);
  EXPECT_NEAR(ErrorBound(100, 0), 0.0295130496070, 1e-12);
  EXPECT_NEAR(ErrorBound(20, 1), 0.2161061642068, 1e-12);
  EXPECT_NEAR(ErrorBound(93, 1), 0.0499939783880, 1e-12);
  EXPECT_NEAR(ErrorBound(50, 2), 0.1206141554220, 1e-12);
  EXPECT_NEAR(ErrorBound(100, 5), 0.1022533776433, 1e-12);
  EXPECT_NEAR(ErrorBound(10, 9), 0.9948838031082, 1e-12);
  EXPECT_NEAR(ErrorBound(2000, 0), 0.0014967448952, 1e-12);
  EXPECT_NEAR(ErrorBound(2000, 150), 0.0854079513084, 1e-12);
  EXPECT_NEAR(ErrorBound(300, 299), 0.9998290369679, 1e-12);
  EXPECT_EQ(ErrorBound(7, 7), 1);
  EXPECT_EQ(ErrorBound(0, 0), 1);
}

TEST(ErrorBoundTest, GrowsWithErrorsAndFallsWithTheSample) {
  for (const uint64_t sample : {1, 2, 13, 400}) {
    for (uint64_t errors = 0; errors < sample; ++errors) {
      EXPECT_LT(ErrorBound(sample, errors), ErrorBound(sample, errors + 1)) << sample << " " << errors;
      EXPECT_LT(ErrorBound(sample + 1, errors), ErrorBound(sample, errors)) << sample << " " << errors;
      EXPECT_GT(ErrorBound(sample, errors), static_cast<double>(errors) / static_cast<double>(sample));
    }
  }
}

// Of many samples without replacement from a population with a known share of errors, at most one in twenty has a bound
// below that share.
TEST(ErrorBoundTest, HoldsForNineteenOfTwentySamples) {
  Random random(5);
  constexpr int kPopulation = 200;
  constexpr int kWrong = 24;
  constexpr int kSample = 40;
  constexpr int kTrials = 4'000;
  int misses = 0;
  for (int trial = 0; trial < kTrials; ++trial) {
    std::map<uint64_t, int> order;
    while (order.size() < kPopulation) {
      order.emplace(random(), static_cast<int>(order.size()));
    }
    uint64_t errors = 0;
    auto drawn = order.begin();
    for (int i = 0; i < kSample; ++i, ++drawn) {
      errors += drawn->second < kWrong ? 1 : 0;
    }
    misses += ErrorBound(kSample, errors) < static_cast<double>(kWrong) / kPopulation ? 1 : 0;
  }
  EXPECT_LE(misses, kTrials / 20);
  EXPECT_GT(misses, 0) << "a bound that is never missed says too little";
}

// As `printf tasks/5 | openssl dgst -sha256 -hmac 00000000000000ff` has it.
TEST(DrawOrderTest, IsThatOfTheirKeyedHashes) {
  EXPECT_EQ(registry::SeedText(255), "00000000000000ff");
  EXPECT_EQ(registry::SeedText(0x0123456789abcdefULL), "0123456789abcdef");
  EXPECT_THAT(registry::DrawOrder(255, {3, 5, 7, 12, 100, 101}), ElementsAre(5, 7, 100, 101, 3, 12));
  EXPECT_THAT(registry::DrawOrder(255, {101, 12, 7}), ElementsAre(7, 101, 12)) << "what else is drawn has no say";
}

// Each task is first about as often as any other.
TEST(DrawOrderTest, FavoursNobody) {
  std::vector<uint64_t> tasks;
  for (uint64_t task = 1; task <= 10; ++task) {
    tasks.push_back(task);
  }
  std::map<uint64_t, int> first;
  constexpr int kSeeds = 5'000;
  for (uint64_t seed = 0; seed < kSeeds; ++seed) {
    ++first[registry::DrawOrder(seed, tasks).front()];
  }
  double chi_square = 0;
  for (const uint64_t task : tasks) {
    const double expected = kSeeds / 10.0;
    chi_square += std::pow(first[task] - expected, 2) / expected;
  }
  EXPECT_LT(chi_square, 27.9) << "p < 0.001 with 9 degrees of freedom";
}

}  // namespace
}  // namespace wensum::decisions
