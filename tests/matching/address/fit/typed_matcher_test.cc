#include "matching/address/fit/typed_matcher.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/matching/address/address_fixture.h"

namespace wensum::matching::address {
namespace {

using testing::ElementsAre;

// Number 14 of a road, with two flats, and number 16, which has another name too.
class TypedMatcherTest : public testing::Test {
 protected:
  TypedMatcherTest() {
    const auto add = [this](const IndexedProperty& property) { matcher_.Add(property, &list_); };
    add(MakeProperty(214, {.number = 14, .street = "PRINCE OF WALES ROAD", .postcode = "NR1 1AB"}));
    for (int flat = 1; flat <= 2; ++flat) {
      add(MakeProperty(300 + static_cast<uint64_t>(flat),
                       {.sao = "FLAT " + std::to_string(flat),
                        .number = 14,
                        .street = "PRINCE OF WALES ROAD",
                        .postcode = "NR1 1AB"},
                       214));
    }
    IndexedProperty sixteen =
        MakeProperty(216, {.number = 16, .street = "PRINCE OF WALES ROAD", .postcode = "NR1 1AB"});
    sixteen.addresses.push_back(MakeAddress({.pao = "EAGLE HOUSE", .street = "PRINCE OF WALES ROAD"}));
    add(sixteen);
    IndexedProperty street = MakeProperty(999, {.pao = "STREET RECORD", .street = "PRINCE OF WALES ROAD"});
    street.street_record = true;
    add(street);
    matcher_.Add({.usrn = 1, .names = {{.description = "ELM HILL"}}});
    matcher_.Finish();
  }

  // "MATCHED 216 214": outcome, match and second.
  [[nodiscard]] std::string Ask(const std::string& text, const std::string& postcode = "NR1 1AB") const {
    const FlatAnswer answer = matcher_.Match(text, postcode, true);
    EXPECT_FALSE(answer.reason.empty());
    EXPECT_EQ(matcher_.Match(text, postcode, false).reason, "");
    const auto id = [this](uint32_t property) { return property == kNoProperty ? "-" : list_.ids.at(property); };
    return std::string(FlatOutcomeName(answer.outcome)) + " " + id(answer.matched) + " " + id(answer.second);
  }

  FlatGazetteer list_;
  TypedMatcher matcher_;
};

TEST_F(TypedMatcherTest, TheListHasEveryAddressButThoseOfStreets) {
  EXPECT_THAT(list_.ids, ElementsAre("214", "301", "302", "216"));
  ASSERT_EQ(list_.addresses.size(), 5U);
  EXPECT_EQ(list_.addresses[4].property, 3U);
  EXPECT_EQ(list_.addresses[4].text, "EAGLE HOUSE, PRINCE OF WALES ROAD, NORWICH");
  EXPECT_GT(matcher_.memory_bytes(), 1'000U);
}

TEST_F(TypedMatcherTest, AnswersAreNumbersOfTheList) {
  EXPECT_EQ(Ask("14 Prince of Wales Road").substr(0, 11), "MATCHED 214");
  EXPECT_EQ(Ask("Flat 2, 14 Prince of Wales Road").substr(0, 11), "MATCHED 302");
  EXPECT_EQ(Ask("Eagle House, Prince of Wales Road").substr(0, 11), "MATCHED 216");
  EXPECT_EQ(Ask("Flat 9, 14 Prince of Wales Road"), "PARENT - 214");
  EXPECT_EQ(Ask("99 Prince of Wales Road"), "STREET_ONLY - -");
  EXPECT_EQ(Ask("4 Elm Hill", ""), "STREET_ONLY - -");
  EXPECT_EQ(Ask("4 Nowhere Place, Cromer", ""), "OUT_OF_AREA - -");
  EXPECT_EQ(Ask("", ""), "NONE - -");
}

TEST_F(TypedMatcherTest, AMatchSaysHowSureItIs) {
  const FlatAnswer sure = matcher_.Match("Flat 2, 14 Prince of Wales Road", "NR1 1AB", false);
  const FlatAnswer misspelt = matcher_.Match("Flat 2, 14 Prinse of Wales", "", false);
  EXPECT_GT(sure.strength, misspelt.strength);
}

}  // namespace
}  // namespace wensum::matching::address
