#include <gtest/gtest.h>

#include <string_view>

#include "matching/compare/compare_date.h"
#include "matching/compare/compare_name.h"
#include "matching/compare/compare_postcode.h"
#include "matching/text/phonetic.h"

namespace wensum::matching {
namespace {

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
