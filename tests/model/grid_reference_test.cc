#include "model/grid_reference.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>

#include "base/random.h"
#include "base/status_macros.h"

namespace wensum::model {
namespace {

TEST(GridReferenceTest, RangeOfDtf73) {
  EXPECT_TRUE(GridReference::Create(80'000, 5'000).ok());
  EXPECT_TRUE(GridReference::Create(656'100, 657'700).ok());
  EXPECT_FALSE(GridReference::Create(79'999.99, 5'000).ok());
  EXPECT_FALSE(GridReference::Create(80'000, 4'999.99).ok());
  EXPECT_FALSE(GridReference::Create(656'100.01, 657'700).ok());
  EXPECT_FALSE(GridReference::Create(656'100, 657'700.01).ok());
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_FALSE(GridReference::Create(nan, 300'000).ok());
  EXPECT_FALSE(GridReference::Create(600'000, nan).ok());
  EXPECT_FALSE(GridReference::Create(std::numeric_limits<double>::infinity(), 300'000).ok());
  EXPECT_EQ(Message(GridReference::Create(1, 300'000).status()), "easting 1 is not from 80000 to 656100 metres");
}

TEST(GridReferenceTest, ParsesDecimals) {
  EXPECT_EQ(*GridReference::Parse("623145.00", "308321.5"), (GridReference{623145, 308321.5}));
  EXPECT_EQ(GridReference::Parse("093301.00", "0308321")->easting, 93301) << "not octal";
  for (const char* text : {"", ".", "6.23145e5", "+623145", " 623145", "623145 ", "623,145", "nan", "inf", "0x98229",
                           "-1", "623145.0.0"}) {
    EXPECT_FALSE(GridReference::Parse(text, "308321").ok()) << text;
    EXPECT_FALSE(GridReference::Parse("623145", text).ok()) << text;
  }
}

TEST(GridReferenceTest, ReadsLetters) {
  const GridReference city_hall{623145, 308321};
  for (const char* text : {"TG 23145 08321", "TG2314508321", "tg 2314508321", "TG23145 08321", "  TG 23145  08321 "}) {
    EXPECT_EQ(*GridReference::ParseLetters(text), city_hall) << text;
  }
  EXPECT_EQ(*GridReference::ParseLetters("TG231083"), (GridReference{623100, 308300}));
  EXPECT_EQ(*GridReference::ParseLetters("TG 2 0"), (GridReference{620000, 300000}));
  EXPECT_EQ(*GridReference::ParseLetters("TG"), (GridReference{600000, 300000}));
  EXPECT_EQ(*GridReference::ParseLetters("SU 00000 00000"), (GridReference{400000, 100000}));
  EXPECT_EQ(*GridReference::ParseLetters("NY"), (GridReference{300000, 500000}));
}

TEST(GridReferenceTest, RefusesOtherLetters) {
  for (const char* text : {"", "T", "TG2", "TG 231 08", "TG 23 1083", "TG 231456 083214", "TI 12 34", "IG 12 34",
                           "T G 12 34", "TG 2A 08", "12 34", "TG 23145 08321 5", "TG-23145-08321",
                           "SV",         // the Isles of Scilly: easting 0
                           "AA", "ZZ",   // far off
                           "HP 5 5"}) {  // Shetland: north of DTF's range
    EXPECT_FALSE(GridReference::ParseLetters(text).ok()) << text;
  }
}

TEST(GridReferenceTest, WritesLettersTruncated) {
  const GridReference at{623145.99, 308321.99};
  EXPECT_EQ(at.ToLetters(), "TG 23145 08321");
  EXPECT_EQ(at.ToLetters(3), "TG 231 083");
  EXPECT_EQ(at.ToLetters(1), "TG 2 0");
  EXPECT_EQ(at.ToLetters(0), "TG 2 0");
  EXPECT_EQ(at.ToLetters(9), "TG 23145 08321");
  EXPECT_EQ((GridReference{0, 0}.ToLetters()), "SV 00000 00000");
  EXPECT_EQ((GridReference{450'000, 1'200'000}.ToLetters(2)), "HP 50 00");
  EXPECT_EQ((GridReference{-1, 0}.ToLetters()), "");
  EXPECT_EQ((GridReference{700'000, 0}.ToLetters()), "");
  EXPECT_EQ((GridReference{0, 1'300'000}.ToLetters()), "");
  EXPECT_EQ((GridReference{std::nan(""), 0}.ToLetters()), "");
}

// The letters of the 100 km squares as the map sheets show them, by kilometres east and north / 100.
TEST(GridReferenceTest, KnowsEverySquareOfEngland) {
  constexpr std::string_view kRows[] = {"SVSWSXSYSZTV",   "SQSRSSSTSUTQTR", "SLSMSNSOSPTLTM", "SFSGSHSJSKTFTG",
                                        "SASBSCSDSETATB", "NVNWNXNYNZOVOW", "NQNRNSNTNUOQOR"};
  for (size_t row = 0; row < std::size(kRows); ++row) {
    for (size_t column = 0; column < kRows[row].size() / 2; ++column) {
      const GridReference middle{static_cast<double>(column) * 100'000 + 50'000,
                                 static_cast<double>(row) * 100'000 + 50'000};
      EXPECT_EQ(middle.ToLetters(1).substr(0, 2), kRows[row].substr(column * 2, 2));
    }
  }
}

TEST(GridReferenceTest, RandomPositionsComeBackToTheMetre) {
  constexpr uint64_t kSeed = 5;
  SCOPED_TRACE(kSeed);
  Random random(kSeed);
  for (int i = 0; i < 20'000; ++i) {
    const auto x = static_cast<double>(random.Between(80'000, 656'100));
    const auto y = static_cast<double>(random.Between(5'000, 657'700));
    const GridReference at = *GridReference::Create(x, y);
    const absl::StatusOr<GridReference> again = GridReference::ParseLetters(at.ToLetters());
    ASSERT_TRUE(again.ok()) << again.status();
    ASSERT_EQ(*again, at);
  }
}

}  // namespace
}  // namespace wensum::model
