// Edit distances and Jaro-Winkler: one-off, with limits and cached, against their textbook versions.
#include <gtest/gtest.h>

#include <algorithm>
#include <iostream>
#include <string>

#include "base/random.h"
#include "base/strings.h"
#include "matching/compare/cached_text.h"
#include "matching/compare/edit_distance.h"
#include "matching/compare/jaro_winkler.h"
#include "tests/reference/text_distance_reference.h"
#include "tests/support/random_text.h"
#include "tests/support/seed.h"

namespace wensum::matching {
namespace {

constexpr uint64_t kLongest = 200;

Random Seeded(uint64_t seed) {
  const uint64_t chosen = TestSeed(seed);
  std::cout << "seed " << chosen << "\n";
  return Random(chosen);
}

TEST(EditDistanceTest, AgreesWithTheMatrix) {
  Random random = Seeded(7);
  int many_words = 0;
  for (int run = 0; run < Rounds(12000, 200000); ++run) {
    const auto [a, b] = RandomTexts(random, kLongest);
    const int levenshtein = reference::LevenshteinDistance(a, b);
    const int osa = reference::OsaDistance(a, b);
    const CachedText cached(a);
    for (const int limit : {0, 1, 2, 5, 40, 300}) {
      const auto context = [&, x = &a, y = &b] { return Cat(Quote(*x, 400), " ", Quote(*y, 400), " ", limit); };
      ASSERT_EQ(LevenshteinDistance(a, b, limit), std::min(levenshtein, limit + 1)) << context();
      ASSERT_EQ(OsaDistance(a, b, limit), std::min(osa, limit + 1)) << context();
      ASSERT_EQ(cached.LevenshteinDistance(b, limit), std::min(levenshtein, limit + 1)) << context();
      ASSERT_EQ(cached.OsaDistance(b, limit), std::min(osa, limit + 1)) << context();
    }
    ASSERT_EQ(LevenshteinDistance(b, a, 300), levenshtein);
    ASSERT_EQ(OsaDistance(b, a, 300), osa);
    many_words += std::min(a.size(), b.size()) > 64 ? 1 : 0;
  }
  EXPECT_GT(many_words, 500);
}

// Swaps where one word of bits ends and the next begins.
TEST(EditDistanceTest, EverySwapAndEveryLengthIsOneEdit) {
  for (size_t size = 2; size <= kLongest; ++size) {
    std::string text;
    for (size_t i = 0; i < size; ++i) text.push_back(static_cast<char>(i));
    for (size_t at = 0; at + 1 < size; ++at) {
      std::string swapped = text;
      std::swap(swapped[at], swapped[at + 1]);
      ASSERT_EQ(OsaDistance(text, swapped, 9), 1) << size << " " << at;
      ASSERT_EQ(LevenshteinDistance(text, swapped, 9), 2) << size << " " << at;
      ASSERT_EQ(CachedText(text).OsaDistance(swapped, 9), 1) << size << " " << at;
    }
  }
}

TEST(EditDistanceTest, KnownValues) {
  EXPECT_EQ(LevenshteinDistance("KITTEN", "SITTING", 9), 3);
  EXPECT_EQ(OsaDistance("CA", "ABC", 9), 3);  // the unrestricted distance would be 2
  EXPECT_EQ(OsaDistance("MICHAEL", "MIHCAEL", 9), 1);
  EXPECT_EQ(OsaDistance("", "ABC", 9), 3);
  EXPECT_EQ(OsaDistance("", "", 0), 0);
  EXPECT_EQ(CachedText("").OsaDistance("ABC", 1), 2);
  EXPECT_EQ(CachedText("").LevenshteinDistance("", 0), 0);
}

TEST(JaroWinklerTest, AgreesWithFlagsAndLoopsWhicheverLeads) {
  Random random = Seeded(8);
  for (int run = 0; run < Rounds(20000, 400000); ++run) {
    const auto [a, b] = RandomTexts(random, run % 2 == 0 ? 70 : kLongest);
    const double similarity = reference::JaroWinkler(a, b);
    ASSERT_EQ(reference::JaroWinkler(b, a), similarity) << Quote(a, 400) << " " << Quote(b, 400);
    ASSERT_EQ(JaroWinkler(a, b), similarity) << Quote(a, 400) << " " << Quote(b, 400);
    ASSERT_EQ(JaroWinkler(b, a), similarity);
    const CachedText cached(a);
    ASSERT_EQ(cached.JaroWinkler(b), similarity) << Quote(a, 400) << " " << Quote(b, 400);
    for (const double at_least : {0.7, 0.75, 0.88, 0.95, similarity}) {
      const double expected = similarity < at_least ? 0 : similarity;
      ASSERT_EQ(JaroWinkler(a, b, at_least), expected) << Quote(a, 400) << " " << Quote(b, 400) << " " << at_least;
      ASSERT_EQ(cached.JaroWinkler(b, at_least), expected);
    }
  }
}

TEST(JaroWinklerTest, PublishedValues) {
  EXPECT_NEAR(JaroWinkler("MARTHA", "MARHTA"), 0.961, 0.001);
  EXPECT_NEAR(JaroWinkler("DWAYNE", "DUANE"), 0.840, 0.001);
  EXPECT_NEAR(JaroWinkler("DIXON", "DICKSONX"), 0.813, 0.001);
  EXPECT_EQ(JaroWinkler("", ""), 1);
  EXPECT_EQ(JaroWinkler("", "A"), 0);
  EXPECT_EQ(JaroWinkler("ABC", "XYZ"), 0);
}

}  // namespace
}  // namespace wensum::matching
