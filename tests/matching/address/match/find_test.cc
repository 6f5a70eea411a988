// Questions to a small town, one of each outcome; what the answer promises whatever is asked.
#include "matching/address/match/find.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/random.h"
#include "tests/matching/address/match/match_text.h"
#include "tests/matching/address/match/town.h"

namespace wensum::matching::address::match {
namespace {

class FindPropertyTest : public testing::Test {
 protected:
  FindPropertyTest() { LoadTown(SmallTown(), &index_); }

  [[nodiscard]] Found Ask(std::string_view text, std::string_view postcode = "") const {
    return FindProperty(index_, text, postcode);
  }
  // The property matched; 0 if the verdict is another.
  [[nodiscard]] uint64_t Matched(std::string_view text, std::string_view postcode = "") const {
    const Found found = Ask(text, postcode);
    return found.verdict == Verdict::kMatched ? found.hits.at(0).property : 0;
  }
  void ExpectVerdict(Verdict verdict, uint64_t property, std::string_view text, std::string_view postcode = "") const {
    const Found found = Ask(text, postcode);
    EXPECT_EQ(found.verdict, verdict) << text;
    ASSERT_FALSE(found.hits.empty()) << text;
    EXPECT_EQ(found.hits[0].property, property) << text;
  }

  MatchIndex index_;
};

TEST_F(FindPropertyTest, EveryAddressMatchesItself) {
  for (const TownLine& line : SmallTown()) {
    EXPECT_EQ(Matched(line.text, line.postcode), line.property) << line.text;
    EXPECT_EQ(Matched(Cat(line.text, " ", line.postcode)), line.property) << line.text;
    EXPECT_EQ(Matched(ToLowerAscii(line.text), ToLowerAscii(line.postcode)), line.property) << line.text;
    EXPECT_EQ(Matched(line.text), line.property) << line.text << " without its postcode";
    std::string bare = line.text;
    std::erase(bare, ',');
    EXPECT_EQ(Matched(bare, line.postcode), line.property) << bare;
  }
}

TEST_F(FindPropertyTest, OtherSpellingsMatch) {
  struct Spelling {
    uint64_t property;
    std::string_view text;
    std::string_view postcode = "";
  };
  const std::vector<Spelling> spellings = {
      {112, "12 Mill Rd, Norwich", "NR1 1AA"},
      {112, "12 MILL RAOD NORWICH", "NR1 1AA"},
      {112, "12 MILLROAD, NORWICH", "NR1 1AA"},
      {112, "12 MIL ROAD, NORWICH", "NR1 1AA"},
      {112, "12 MILL ROAD", "NR1 1AB"},
      {112, "12 MILL ROAD, NORWICH", "NR1 1A4"},
      {112, "12 MILL ROAD, NORWICH, NORFOLK, UNITED KINGDOM", "NR1 1AA"},
      {112, "Mr J Smith, 12 Mill Road, Norwich", "NR1 1AA"},
      {112, "12, MILL R0AD, NORWICH"},
      {203, "FLAT3 ARGYLE HOUSE, PARK LANE"},
      {203, "APARTMENT 3 ARGYLE HSE PARK LANE NORWICH", "NR1 1AB"},
      {203, "3 ARGYLE HOUSE, PARK LANE, NORWICH", "NR1 1AB"},
      {203, "FLAT C ARGYLE HOUSE, PARK LANE, NORWICH", "NR1 1AB"},
      {221, "1, 18 PARK LANE, NORWICH", "NR1 1AC"},
      {221, "1/18 PARK LANE, NORWICH", "NR1 1AC"},
      {221, "FLAT 1, 18 PARK LANE, NORWICH NORWICH", "NR1 1AC"},
      {231, "20A PARK LANE, NORWICH", "NR1 1AC"},
      {242, "22 A PARK LANE", "NR1 1AC"},
      {243, "26 PARK LANE, NORWICH", "NR1 1AC"},
      {243, "24 TO 28 PARK LANE, NORWICH", "NR1 1AC"},
      {251, "GFF 30 PARK LANE", "NR1 1AC"},
      {252, "1FL 30 PARK LANE", "NR1 1AC"},
      {253, "FLAT 1ST FLR RHS 30 PARK LANE", "NR1 1AC"},
      {303, "3 OAK AVE, THORPE"},
      {323, "3 OAK AVE, HELLESDON"},
      {401, "ROSE COTT, CHURCH HILL, THORPE"},
      {401, "ROSE COTTAGE REAR OF 2 CHURCH HILL THORPE", "NR7 1AA"},
      {403, "LAND AT 14 CHURCH HILL, THORPE", "NR7 1AA"},
  };
  for (const Spelling& spelling : spellings) {
    EXPECT_EQ(Matched(spelling.text, spelling.postcode), spelling.property) << spelling.text;
  }
}

TEST_F(FindPropertyTest, ASiblingIsRefused) {
  for (const std::string_view postcode : {"", "NR1 1AB", "NR1 1AC"}) {
    for (const std::string_view text :
         {"FLAT 9, ARGYLE HOUSE, PARK LANE, NORWICH", "FLAT 1A, ARGYLE HOUSE, PARK LANE, NORWICH",
          "FLAT 9, 18 PARK LANE, NORWICH", "FLAT 1B, 18 PARK LANE, NORWICH", "FLAT C, 20 PARK LANE, NORWICH",
          "FLAT 3, 20 PARK LANE, NORWICH", "20C PARK LANE, NORWICH", "22B PARK LANE, NORWICH",
          "BASEMENT FLAT, 30 PARK LANE, NORWICH", "SECOND FLOOR FLAT, 30 PARK LANE, NORWICH",
          "FIRST FLOOR FRONT FLAT, 30 PARK LANE, NORWICH", "GARAGE 3, 18 PARK LANE, NORWICH"}) {
      EXPECT_EQ(Matched(text, postcode), 0U) << text << " " << postcode;
    }
  }
}

TEST_F(FindPropertyTest, TheBuildingAloneIsTold) {
  ExpectVerdict(Verdict::kParent, 220, "FLAT 9, 18 PARK LANE, NORWICH", "NR1 1AC");
  ExpectVerdict(Verdict::kParent, 220, "FLAT 9, 18 PARK LANE, NORWICH");
  ExpectVerdict(Verdict::kParent, 112, "12A MILL ROAD, NORWICH", "NR1 1AA");
  ExpectVerdict(Verdict::kParent, 112, "FIRST FLOOR FLAT, 12 MILL ROAD, NORWICH", "NR1 1AA");
  // A building that has its own property is matched itself.
  EXPECT_EQ(Matched("18 PARK LANE, NORWICH", "NR1 1AC"), 220U);
}

TEST_F(FindPropertyTest, UnitsThatTheTextDoesNotNameAreTold) {
  for (const std::string_view text : {"20 PARK LANE, NORWICH", "30 PARK LANE, NORWICH"}) {
    const Found found = Ask(text, "NR1 1AC");
    EXPECT_EQ(found.verdict, Verdict::kChildMissing) << text;
    EXPECT_GE(found.hits.size(), 2U) << text;
  }
}

TEST_F(FindPropertyTest, TheStreetAloneIsTold) {
  EXPECT_EQ(Ask("98 MILL ROAD, NORWICH").verdict, Verdict::kStreetOnly);
  EXPECT_EQ(Ask("98 MILL ROAD, NORWICH", "NR1 1AA").verdict, Verdict::kStreetOnly);
}

TEST_F(FindPropertyTest, AnotherNumberIsRefused) {
  for (const std::string_view postcode : {"", "NR1 1AA", "NR1 1AC", "NR7 0AA"}) {
    for (const std::string_view text :
         {"11 MILL ROAD, NORWICH", "98 MILL ROAD, NORWICH", "1 MILL ROAD, NORWICH", "25 PARK LANE, NORWICH",
          "10 OAK AVENUE, THORPE, NORWICH", "REAR OF 12 MILL ROAD, NORWICH", "LAND ADJACENT TO 12 MILL ROAD, NORWICH",
          "SUBSTATION ADJACENT TO 12 MILL ROAD, NORWICH", "CAR PARK OPPOSITE 12 MILL ROAD, NORWICH"}) {
      EXPECT_EQ(Matched(text, postcode), 0U) << text << " " << postcode;
    }
  }
}

TEST_F(FindPropertyTest, AnotherTownIsRefused) {
  EXPECT_EQ(Matched("12 MILL ROAD, SWANSEA", "SA1 3QX"), 0U);
  EXPECT_EQ(Matched("12 MILL ROAD, SWANSEA SA1 3QX"), 0U);
  EXPECT_EQ(Matched("12 MILL ROAD, SWANSEA"), 0U);
  EXPECT_EQ(Matched("12 HIGH STREET, NORWICH", "NR1 1AA"), 0U);
  EXPECT_EQ(Ask("12 MILL ROAD, SWANSEA", "SA1 3QX").verdict, Verdict::kOutOfArea);
  EXPECT_EQ(Ask("7 GRANBY STREET, LEICESTER", "LE1 6EY").verdict, Verdict::kOutOfArea);
  EXPECT_EQ(Matched("12 MILL CLOSE, CAMBRIDGE", "CB1 2QX"), 0U);
}

TEST_F(FindPropertyTest, TwinsAreAmbiguous) {
  const Found found = Ask("3 OAK AVENUE, NORWICH");
  EXPECT_EQ(found.verdict, Verdict::kAmbiguous);
  ASSERT_GE(found.hits.size(), 2U);
  EXPECT_EQ((std::set<uint64_t>{found.hits[0].property, found.hits[1].property}), (std::set<uint64_t>{303, 323}));
  EXPECT_EQ(Matched("3 OAK AVENUE, NORWICH", "NR7 0AA"), 303U);
  EXPECT_EQ(Matched("3 OAK AVENUE, NORWICH", "NR6 5BB"), 323U);
  EXPECT_EQ(Matched("7 OAK AVENUE, NORWICH"), 307U);  // Hellesdon's ends at 5
}

TEST_F(FindPropertyTest, FormerAddressesMatchAndSaySo) {
  const Found found = Ask("BAKERS ARMS, CHURCH HILL, THORPE, NORWICH", "NR7 1AA");
  ASSERT_EQ(found.verdict, Verdict::kMatched);
  EXPECT_EQ(found.hits[0].property, 404U);
  EXPECT_TRUE(index_.record(found.hits[0].fit.record).historical);
  EXPECT_TRUE(found.historical);
  const Found today = Ask("2 CHURCH HILL, THORPE, NORWICH", "NR7 1AA");
  ASSERT_EQ(today.verdict, Verdict::kMatched);
  EXPECT_EQ(today.hits[0].property, 404U);
  EXPECT_FALSE(index_.record(today.hits[0].fit.record).historical);
  EXPECT_FALSE(today.historical);
}

TEST_F(FindPropertyTest, OfEqualAddressesTheOneInUse) {
  for (const bool former_first : {false, true}) {
    MatchIndex index;
    LoadTown({{1, "6 HIGH STREET, NORWICH", "NR1 1AA", former_first},
              {1, "6 HIGH STREET, NORWICH", "NR1 1AA", !former_first}},
             &index);
    const Found found = FindProperty(index, "6 HIGH STREET, NORWICH", "");
    EXPECT_EQ(found.verdict, Verdict::kMatched);
    EXPECT_FALSE(found.historical) << former_first;
  }
}

TEST_F(FindPropertyTest, NothingIsLikeIt) {
  for (const std::string_view text : {"", " ", ",", "12345", "\xF0\x9F\x8F\xA0", "\xFF\xFF"}) {
    const Found found = Ask(text);
    EXPECT_EQ(found.verdict, Verdict::kNothing) << text;
    EXPECT_TRUE(found.hits.empty()) << text;
  }
  for (const std::string_view text :
       {"NR1 1AA", "NORWICH", "MILL ROAD", "PARK LANE, NORWICH", "99", "FLAT 3", "FLAT", "THE", "UK", "BFPO 58",
        "221B BAKER STREET, LONDON NW1 6XE", "1600 PENNSYLVANIA AVENUE NW, WASHINGTON DC 20500",
        "Platz der Republik 1, 11011 Berlin"}) {
    EXPECT_EQ(Matched(text), 0U) << text;
    EXPECT_EQ(Matched(text, "NR1 1AA"), 0U) << text;
  }
  EXPECT_EQ(Matched("12"), 0U);
  EXPECT_EQ(Matched("12", "NR1 1AA"), 112U);  // as people answer on the telephone
}

// All that a caller may rely on, whatever was asked.
void CheckPromises(const MatchIndex& index, const Found& found, std::string_view text) {
  std::set<uint64_t> seen;
  for (const Hit& hit : found.hits) {
    EXPECT_TRUE(seen.insert(hit.property).second) << text;
    EXPECT_EQ(index.record(hit.fit.record).property, hit.property) << text;
  }
  EXPECT_TRUE(std::is_sorted(found.hits.begin(), found.hits.end(), [](const Hit& a, const Hit& b) {
    return a.fit.score > b.fit.score;
  })) << text;
  if (found.verdict == Verdict::kMatched) {
    ASSERT_FALSE(found.hits.empty()) << text;
    EXPECT_EQ(found.hits[0].fit.flags, 0) << text;
    EXPECT_GT(found.margin, 0) << text;
    EXPECT_GE(found.strength, 0) << text;
  }
  if (found.hits.size() >= 2) {
    // A rival that is ruled out counts for less.
    const float lead = found.hits[0].fit.score - found.hits[1].fit.score;
    if (found.hits[0].fit.flags == 0 && found.hits[1].fit.flags != 0) {
      EXPECT_GT(found.margin, lead) << text;
    } else {
      EXPECT_FLOAT_EQ(found.margin, lead) << text;
    }
  } else if (found.hits.size() == 1) {
    EXPECT_EQ(found.margin, kLoneMargin) << text;
  } else {
    EXPECT_NE(found.verdict, Verdict::kMatched) << text;
    EXPECT_NE(found.verdict, Verdict::kAmbiguous) << text;
  }
}

TEST_F(FindPropertyTest, PromisesHoldAndTheOrderOfLoadingDoesNotShow) {
  constexpr uint64_t kSeed = 20261126;
  SCOPED_TRACE(kSeed);
  Random random(kSeed);
  std::vector<TownLine> lines = SmallTown();
  MatchIndex other;
  {
    std::vector<TownLine> shuffled = lines;
    for (size_t i = shuffled.size(); i > 1; --i) std::swap(shuffled[i - 1], shuffled[random.Below(i)]);
    LoadTown(shuffled, &other);
  }
  for (int i = 0; i < 3'000; ++i) {
    const TownLine& line = lines[random.Below(lines.size())];
    std::string text = line.text;
    for (uint64_t slips = random.Below(4); slips > 0; --slips) {
      const size_t at = random.Below(text.size());
      if (random.Chance(0.5)) {
        text.erase(at, 1 + random.Below(3));
      } else {
        text.insert(at, 1, " ,A19/-"[random.Below(7)]);
      }
      if (text.empty()) text = "1";
    }
    const std::string postcode = random.Chance(0.5) ? lines[random.Below(lines.size())].postcode : "";
    const Found found = Ask(text, postcode);
    CheckPromises(index_, found, text);
    for (const Found& again : {Ask(text, postcode), FindProperty(other, text, postcode)}) {
      ASSERT_EQ(again.verdict, found.verdict) << text << " | " << postcode;
      ASSERT_EQ(again.margin, found.margin) << text << " | " << postcode;
      ASSERT_EQ(again.hits.size(), found.hits.size()) << text << " | " << postcode;
      for (size_t hit = 0; hit < found.hits.size(); ++hit) {
        ASSERT_EQ(again.hits[hit].property, found.hits[hit].property) << text << " | " << postcode;
        ASSERT_EQ(again.hits[hit].fit.score, found.hits[hit].fit.score) << text << " | " << postcode;
      }
    }
  }
}

}  // namespace
}  // namespace wensum::matching::address::match
