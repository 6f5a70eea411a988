#include <gtest/gtest.h>

#include <iostream>
#include <string>

#include "base/random.h"
#include "base/strings.h"
#include "matching/compare/compare_date.h"
#include "matching/compare/compare_name.h"
#include "matching/compare/compare_postcode.h"
#include "matching/compare/edit_distance.h"
#include "matching/compare/jaro_winkler.h"
#include "matching/text/phonetic.h"
#include "tests/reference/text_distance_reference.h"

namespace wensum::matching {
namespace {

// A random text over a small or the whole alphabet, and another that is often close to it.
std::pair<std::string, std::string> RandomTexts(Random& random) {
  const uint64_t alphabet = random.Chance(0.8) ? 3 : 256;
  const uint64_t longest = random.Chance(0.2) ? 140 : random.Chance(0.5) ? 12 : 66;
  const auto letter = [&] { return static_cast<char>(random.Below(alphabet) + (alphabet == 3 ? 'A' : 0)); };
  std::string a;
  for (uint64_t i = random.Below(longest); i > 0; --i) {
    a.push_back(letter());
  }
  std::string b = a;
  if (random.Chance(0.3)) {
    b.clear();
    for (uint64_t i = random.Below(longest); i > 0; --i) {
      b.push_back(letter());
    }
  }
  for (uint64_t edits = random.Below(5); edits > 0; --edits) {
    const size_t at = random.Below(b.size() + 1);
    switch (random.Below(4)) {
      case 0:
        b.insert(at, 1, letter());
        break;
      case 1:
        b.erase(std::min(at, b.size()), 1);
        break;
      case 2:
        if (at < b.size()) {
          b[at] = letter();
        }
        break;
      default:
        if (at + 1 < b.size()) {
          std::swap(b[at], b[at + 1]);
        }
    }
  }
  return {a, b};
}

TEST(OsaDistanceTest, AgreesWithTheMatrix) {
  constexpr uint64_t kSeed = 7;
  std::cout << "seed " << kSeed << "\n";
  Random random(kSeed);
  for (int run = 0; run < 30000; ++run) {
    const auto [a, b] = RandomTexts(random);
    const int distance = reference::OsaDistance(a, b);
    for (const int limit : {0, 1, 2, 5, 300}) {
      ASSERT_EQ(OsaDistance(a, b, limit), std::min(distance, limit + 1)) << Quote(a) << " " << Quote(b) << " " << limit;
    }
    ASSERT_EQ(OsaDistance(b, a, 300), distance);
  }
}

TEST(OsaDistanceTest, KnownValues) {
  EXPECT_EQ(OsaDistance("CA", "ABC", 9), 3);  // the unrestricted distance would be 2
  EXPECT_EQ(OsaDistance("MICHAEL", "MIHCAEL", 9), 1);
  EXPECT_EQ(OsaDistance("", "ABC", 9), 3);
}

TEST(JaroWinklerTest, AgreesWithFlagsAndLoops) {
  constexpr uint64_t kSeed = 8;
  std::cout << "seed " << kSeed << "\n";
  Random random(kSeed);
  for (int run = 0; run < 30000; ++run) {
    const auto [a, b] = RandomTexts(random);
    ASSERT_DOUBLE_EQ(JaroWinkler(a, b), reference::JaroWinkler(a, b)) << Quote(a) << " " << Quote(b);
    ASSERT_EQ(JaroWinkler(a, b), JaroWinkler(b, a));
  }
}

TEST(JaroWinklerTest, PublishedValues) {
  EXPECT_NEAR(JaroWinkler("MARTHA", "MARHTA"), 0.961, 0.001);
  EXPECT_NEAR(JaroWinkler("DWAYNE", "DUANE"), 0.840, 0.001);
  EXPECT_NEAR(JaroWinkler("DIXON", "DICKSONX"), 0.813, 0.001);
}

TEST(CompareDatesTest, Levels) {
  EXPECT_EQ(CompareDates(0, 19800517), DateLevel::kNull);
  EXPECT_EQ(CompareDates(19800517, 19800517), DateLevel::kExact);
  EXPECT_EQ(CompareDates(19800512, 19801205), DateLevel::kSwapped);
  EXPECT_EQ(CompareDates(19800517, 19810517), DateLevel::kOneDigit);
  EXPECT_EQ(CompareDates(19800517, 19800571), DateLevel::kOneDigit);
  EXPECT_EQ(CompareDates(19800517, 19800000), DateLevel::kCompatible);
  EXPECT_EQ(CompareDates(19800517, 19810000), DateLevel::kDifferent);
  EXPECT_EQ(CompareDates(19800517, 19800101), DateLevel::kDefaultDay);
  EXPECT_EQ(CompareDates(19800517, 19800528), DateLevel::kTwoParts);
  EXPECT_EQ(CompareDates(19800517, 19801123), DateLevel::kSameYear);
  EXPECT_EQ(CompareDates(19800517, 19560517), DateLevel::kTwoParts);
  EXPECT_EQ(CompareDates(19800517, 19560123), DateLevel::kDifferent);
}

TEST(ComparePostcodesTest, Levels) {
  EXPECT_EQ(ComparePostcodes("", "NR21AB"), PostcodeLevel::kNull);
  EXPECT_EQ(ComparePostcodes("NR21AB", "NR21AB"), PostcodeLevel::kExact);
  EXPECT_EQ(ComparePostcodes("NR21AB", "NR21BA"), PostcodeLevel::kOneEdit);
  EXPECT_EQ(ComparePostcodes("NR21AB", "NR21XY"), PostcodeLevel::kSector);
  EXPECT_EQ(ComparePostcodes("NR21AB", "NR27XY"), PostcodeLevel::kDistrict);
  EXPECT_EQ(ComparePostcodes("NR21AB", "NR97XY"), PostcodeLevel::kArea);
  EXPECT_EQ(ComparePostcodes("NR21AB", "CB97XY"), PostcodeLevel::kDifferent);
}

TEST(CompareTokensTest, Levels) {
  const auto level = [](std::string_view a, std::string_view b, NameRole role) {
    const TokenLevel found = CompareTokens(a, PhoneticCode(a), b, PhoneticCode(b), role);
    EXPECT_EQ(CompareTokens(b, PhoneticCode(b), a, PhoneticCode(a), role), found) << a << " " << b;
    return found;
  };
  EXPECT_EQ(level("", "JOHN", NameRole::kForename), TokenLevel::kNull);
  EXPECT_EQ(level("JOHN", "JOHN", NameRole::kForename), TokenLevel::kExact);
  EXPECT_EQ(level("BOB", "ROBERT", NameRole::kForename), TokenLevel::kNickname);
  EXPECT_EQ(level("BOB", "ROBERT", NameRole::kSurname), TokenLevel::kDifferent);
  EXPECT_EQ(level("MICHAEL", "MIHCAEL", NameRole::kForename), TokenLevel::kTypo);
  EXPECT_EQ(level("IAN", "DAN", NameRole::kForename), TokenLevel::kDifferent);
  EXPECT_EQ(level("J", "JOHN", NameRole::kForename), TokenLevel::kInitial);
  EXPECT_EQ(level("J", "PETER", NameRole::kForename), TokenLevel::kDifferent);
  EXPECT_EQ(level("CATHERWOOD", "CATHERWUDE", NameRole::kSurname), TokenLevel::kSimilar);
  EXPECT_EQ(level("JOHN", "PETER", NameRole::kForename), TokenLevel::kDifferent);
}

}  // namespace
}  // namespace wensum::matching
