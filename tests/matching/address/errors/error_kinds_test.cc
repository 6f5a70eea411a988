// Each error by itself, on an address that is known.
#include "matching/address/errors/error_kinds.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "base/strings.h"
#include "matching/address/errors/refusals.h"
#include "tests/matching/address/errors/small_town.h"

namespace wensum::matching::address::errors {
namespace {

using testing::AnyOf;
using testing::Each;
using testing::HasSubstr;
using testing::Not;

class ErrorKindsTest : public testing::Test {
 protected:
  [[nodiscard]] Draft Start(const std::string& text, const std::string& postcode = "NR3 1AA") const {
    Draft draft;
    draft.verbatim = text;
    draft.said = {.parts = listed_.Split(text).value(), .postcode = postcode};
    return draft;
  }

  // What the error makes of the address, over some seeds: text and postcode.
  [[nodiscard]] std::set<std::string> All(MakeError make, const std::string& text) const {
    std::set<std::string> made;
    for (uint64_t seed = 0; seed < 60; ++seed) {
      Random random(seed);
      Draft draft = Start(text);
      if (!make(random, listed_, draft)) {
        continue;
      }
      if (const auto written = Write(draft, Random(seed)); written.has_value()) {
        made.insert(written->text + "|" + written->postcode);
      }
    }
    return made;
  }

  const FlatGazetteer town_ = SmallTown();
  const ListedAddresses listed_{town_, std::vector<bool>(town_.ids.size(), true), 2};
  const std::string house_ = "14 Silver Road, Sprowston, Norwich, Norfolk";
};

TEST_F(ErrorKindsTest, EveryErrorChangesTheRowSomewhere) {
  const std::vector<std::string> texts = {house_,
                                          "Flat 2, 6 St Leonards Road, Sprowston, Norwich, Norfolk",
                                          "First Floor Flat, 5 Ketts Hill, Sprowston, Norwich, Norfolk",
                                          "25a Silver Road, Sprowston, Norwich, Norfolk",
                                          "27-31, Quebec Road, Sprowston, Norwich, Norfolk",
                                          "Flat 3, Cavell House, 40 Elm Grove Lane, Sprowston, Norwich, Norfolk"};
  for (const ErrorKind& kind : ErrorKinds()) {
    size_t changed = 0;
    for (const std::string& text : texts) {
      for (const std::string& made : All(kind.make, text)) {
        changed += made != text + "|NR3 1AA" ? 1 : 0;
      }
    }
    EXPECT_GT(changed, 0U) << ErrorClassName(kind.error_class);
  }
}

TEST_F(ErrorKindsTest, StreetTypes) {
  EXPECT_THAT(All(ShortenType, house_), Each(HasSubstr("14 Silver Rd,")));
  EXPECT_THAT(All(DropType, house_), Each(HasSubstr("14 Silver, Sprowston")));
  EXPECT_THAT(All(ChangeType, house_), Each(Not(HasSubstr("Silver Road"))));
  EXPECT_TRUE(All(DropType, "1 Elm Road, Sprowston, Norwich, Norfolk").empty()) << "too little would be left";
}

TEST_F(ErrorKindsTest, TyposAreOneEditOrTwo) {
  for (uint64_t seed = 0; seed < 300; ++seed) {
    Random random(seed);
    Draft draft = Start(house_);
    if (MisspellStreetOnce(random, listed_, draft)) {
      EXPECT_LE(EditDistance("SILVERROAD", Squash(draft.said.parts.street), 5), 2U) << draft.said.parts.street;
    }
  }
}

TEST_F(ErrorKindsTest, UnitsLettersFloorsAndRangesKeepWhatTheySay) {
  const std::set<std::string> units = All(CompactUnit, "Flat 2, 6 Silver Road, Sprowston, Norwich, Norfolk");
  EXPECT_THAT(units, Each(AnyOf(HasSubstr("2/6 "), HasSubstr("6/2 "), HasSubstr("2, 6 "))));
  const std::set<std::string> letters = All(ChangeLetterForm, "25a Silver Road, Sprowston, Norwich, Norfolk");
  EXPECT_THAT(letters, Each(AnyOf(HasSubstr("25 A "), HasSubstr("25-A "), HasSubstr("A, 25 "))));
  const std::set<std::string> ranges = All(ChangeRangeForm, "27-31, Quebec Road, Sprowston, Norwich, Norfolk");
  EXPECT_GE(ranges.size(), 5U);
  EXPECT_THAT(ranges, Each(HasSubstr("27")));
  EXPECT_THAT(All(ChangeFloorForm, "First Floor Flat, 5 Ketts Hill, Sprowston, Norwich, Norfolk"),
              Each(AnyOf(HasSubstr("1ST"), HasSubstr("FIRST"), HasSubstr("1/F"), HasSubstr("FFF"))));
  EXPECT_TRUE(All(ChangeFloorForm, "Ground Floor Shop, 5 Ketts Hill, Sprowston, Norwich, Norfolk").empty());
}

TEST_F(ErrorKindsTest, PostcodesStayNearOrGo) {
  EXPECT_THAT(All(DropPostcode, house_), testing::ElementsAre(house_ + "|"));
  EXPECT_THAT(All(KeepOutcode, house_), testing::ElementsAre(house_ + "|NR3"));
  for (const std::string& made : All(EditPostcode, house_)) {
    EXPECT_EQ(EditDistance("NR3 1AA", made.substr(made.rfind('|') + 1), 3), 1U) << made;
  }
  EXPECT_THAT(All(TakeNeighbourPostcode, house_), Each(HasSubstr("|NR3 ")));
}

TEST_F(ErrorKindsTest, TruncationLeavesTheStreet) {
  const std::set<std::string> made = All(Truncate, house_);
  EXPECT_FALSE(made.empty());
  EXPECT_THAT(made, Each(testing::StartsWith("14 Silver Road")));
  EXPECT_THAT(made, Each(Not(HasSubstr("Norfolk"))));
}

TEST_F(ErrorKindsTest, OcrLeavesNumbersAlone) {
  for (const std::string& made : All(ReadAsOcr, house_)) {
    EXPECT_THAT(made, testing::StartsWith("14 "));
  }
}

TEST_F(ErrorKindsTest, SiblingsAreOthers) {
  for (uint64_t seed = 0; seed < 200; ++seed) {
    Random random(seed);
    Statement statement = Start("Flat 2, 6 Silver Road, Sprowston, Norwich, Norfolk").said;
    const AddressParts before = statement.parts;
    if (MakeSibling(random, statement)) {
      EXPECT_TRUE(statement.parts.unit_id != before.unit_id || statement.parts.number != before.number);
      EXPECT_THAT(statement.parts.unit_text, HasSubstr(statement.parts.unit_id));
    }
  }
}

TEST_F(ErrorKindsTest, UnitsAreLostOnlyWhereSeveralAreListed) {
  Statement statement = Start("Flat 2, 6 Silver Road, Sprowston, Norwich, Norfolk").said;
  EXPECT_TRUE(LoseUnit(listed_, statement));
  EXPECT_FALSE(statement.parts.has_unit());
  Statement lone = Start("Flat 2, 99 Silver Road, Sprowston, Norwich, Norfolk").said;
  EXPECT_FALSE(LoseUnit(listed_, lone));
}

TEST_F(ErrorKindsTest, WritingKeepsThePostcodeWhereItIsSaid) {
  Draft draft = Start(house_);
  draft.postcode_in_text = true;
  draft.postcode_in_field = false;
  const auto written = Write(draft, Random(1));
  ASSERT_TRUE(written.has_value());
  EXPECT_EQ(written->text, house_ + ", NR3 1AA");
  EXPECT_EQ(written->postcode, "");
  EXPECT_EQ(written->bare_text, house_);
}

}  // namespace
}  // namespace wensum::matching::address::errors
