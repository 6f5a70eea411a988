#include "base/random.h"

#include <gtest/gtest.h>

#include <array>
#include <limits>
#include <set>

#include "base/clock.h"

namespace wensum {
namespace {

// The reference values of splitmix64 for this seed. Sample data and models depend on them.
TEST(RandomTest, GivesThePublishedSequence) {
  Random random(1234567);
  EXPECT_EQ(random(), 6457827717110365317ULL);
  EXPECT_EQ(random(), 3203168211198807973ULL);
  EXPECT_EQ(random(), 9817491932198370423ULL);
  EXPECT_EQ(random(), 4593380528125082431ULL);
  EXPECT_EQ(random(), 16408922859458223821ULL);
}

TEST(RandomTest, BelowStaysBelowAndIsEven) {
  Random random(1);
  EXPECT_EQ(random.Below(0), 0U);
  EXPECT_EQ(random.Below(1), 0U);
  std::array<int, 10> counts{};
  for (int i = 0; i < 100'000; ++i) {
    ++counts.at(random.Below(counts.size()));
  }
  for (const int count : counts) {  // 10,000 expected, standard deviation 95
    EXPECT_NEAR(count, 10'000, 600);
  }
  for (int i = 0; i < 1000; ++i) {
    EXPECT_LT(random.Below(~uint64_t{0}), ~uint64_t{0});
  }
}

TEST(RandomTest, BetweenHoldsAtTheEndsOfTheType) {
  constexpr int64_t kMin = std::numeric_limits<int64_t>::min();
  constexpr int64_t kMax = std::numeric_limits<int64_t>::max();
  Random random(2);
  EXPECT_EQ(random.Between(5, 5), 5);
  EXPECT_EQ(random.Between(kMax, kMax), kMax);
  EXPECT_EQ(random.Between(kMin, kMin), kMin);
  std::set<int64_t> seen;
  for (int i = 0; i < 1000; ++i) {
    const int64_t value = random.Between(-2, 2);
    EXPECT_GE(value, -2);
    EXPECT_LE(value, 2);
    seen.insert(value);
  }
  EXPECT_EQ(seen.size(), 5U);
  int negative = 0;
  for (int i = 0; i < 1000; ++i) {
    negative += random.Between(kMin, kMax) < 0 ? 1 : 0;
    EXPECT_GE(random.Between(kMin, 0), kMin);
    EXPECT_LE(random.Between(kMin, 0), 0);
    EXPECT_GE(random.Between(-1, kMax), -1);
  }
  EXPECT_NEAR(negative, 500, 100);
}

TEST(RandomTest, UnitAndChance) {
  Random random(3);
  double sum = 0;
  int hits = 0;
  for (int i = 0; i < 100'000; ++i) {
    const double value = random.Unit();
    ASSERT_GE(value, 0);
    ASSERT_LT(value, 1);
    sum += value;
    hits += random.Chance(0.25) ? 1 : 0;
  }
  EXPECT_NEAR(sum / 100'000, 0.5, 0.01);
  EXPECT_NEAR(hits, 25'000, 900);
  EXPECT_FALSE(random.Chance(0));
  EXPECT_TRUE(random.Chance(1));
}

TEST(SecureRandomBytesTest, HasTheSizeAndVaries) {
  EXPECT_EQ(SecureRandomBytes(0), "");
  EXPECT_EQ(SecureRandomBytes(32).size(), 32U);
  EXPECT_NE(SecureRandomBytes(32), SecureRandomBytes(32));
}

TEST(ClockTest, ManualClockMovesOnlyWhenTold) {
  ManualClock clock(5);
  EXPECT_EQ(clock.Now(), 5);
  clock.Advance(10);
  EXPECT_EQ(clock.Now(), 15);
  clock.Set(-1);
  EXPECT_EQ(clock.Now(), -1);
}

TEST(ClockTest, SystemClockCountsMicroseconds) {
  constexpr TimeMicros kYear2020 = 1'577'836'800'000'000;
  constexpr TimeMicros kYear2200 = 7'258'118'400'000'000;
  const TimeMicros now = SystemClock().Now();
  EXPECT_GT(now, kYear2020);
  EXPECT_LT(now, kYear2200);
}

}  // namespace
}  // namespace wensum
