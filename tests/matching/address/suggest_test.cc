#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/matching/address/address_fixture.h"

namespace wensum::matching::address {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class SuggestTest : public testing::Test {
 protected:
  void SetUp() override {
    for (int number = 1; number <= 20; ++number) {
      Add(100 + static_cast<uint64_t>(number), {.number = number, .street = "PRINCES STREET", .postcode = "NR3 1AE"});
    }
    Add(200, {.number = 12, .street = "PRINCE OF WALES ROAD", .postcode = "NR1 1AB"});
    Add(201, {.sao = "FLAT 3", .number = 12, .street = "PRINCE OF WALES ROAD", .postcode = "NR1 1AB"});
    Add(202, {.number = 12, .street = "OLD PRINCE LANE", .postcode = "NR1 1AC", .historical = true});
    Add(203, {.number = 12, .suffix = "A", .street = "PRINCE OF WALES ROAD", .postcode = "NR1 1AB"});
    Add(300, {.pao = "ROSE COTTAGE", .street = "MILL LANE", .postcode = "NR7 0AA", .locality = "THORPE"});
  }

  void Add(uint64_t uprn, const AddressSpec& spec) { index_.Upsert(MakeProperty(uprn, spec), &touched_); }

  std::vector<uint64_t> Ask(std::string_view input, size_t limit = 5, bool inactive = false) const {
    std::vector<uint64_t> out;
    for (const Suggestion& suggestion : index_.Suggest(input, limit, inactive)) {
      EXPECT_FALSE(suggestion.address.empty());
      out.push_back(suggestion.uprn);
    }
    return out;
  }

  AddressIndex index_;
  std::vector<DependencyKey> touched_;
};

TEST_F(SuggestTest, NumberAndUnfinishedStreet) {
  EXPECT_THAT(Ask("12 prin"), ElementsAre(200, 201, 203, 112));
  EXPECT_THAT(Ask("12 princes"), ElementsAre(112));
  EXPECT_THAT(Ask("12 prince of w"), ElementsAre(200, 201, 203));
  EXPECT_THAT(Ask("12a prince of wales rd"), ElementsAre(203));
  EXPECT_THAT(Ask("flat 3, 12 prince"), ElementsAre(201));
  EXPECT_THAT(Ask("princes st", 3), ElementsAre(101, 102, 103));
  EXPECT_THAT(Ask("12 princes street norw"), ElementsAre(112));
  EXPECT_THAT(Ask("99 princes"), IsEmpty());
}

TEST_F(SuggestTest, InactiveOnDemand) {
  EXPECT_THAT(Ask("old prince lane"), IsEmpty());
  EXPECT_THAT(Ask("old prince lane", 5, true), ElementsAre(202));
}

TEST_F(SuggestTest, Buildings) {
  EXPECT_THAT(Ask("rose c"), ElementsAre(300));
  EXPECT_THAT(Ask("rose cottage mill la"), ElementsAre(300));
  EXPECT_THAT(Ask("mill lane thorpe"), ElementsAre(300));
  EXPECT_THAT(Ask("lily cottage"), IsEmpty());
}

TEST_F(SuggestTest, Postcodes) {
  EXPECT_THAT(Ask("nr7"), ElementsAre(300));
  EXPECT_THAT(Ask("NR1 1A"), ElementsAre(200, 201, 203));
  EXPECT_THAT(Ask("nr31ae", 2), ElementsAre(101, 102));
  EXPECT_THAT(Ask("12 prince NR1 1AB"), ElementsAre(200, 201, 203));
}

TEST_F(SuggestTest, OneTypoInTheStreet) {
  EXPECT_THAT(Ask("12 prinecs street"), ElementsAre(112));
  EXPECT_THAT(Ask("12 prinxe of wales"), ElementsAre(200, 201, 203));
  EXPECT_THAT(Ask("12 zzzzz"), IsEmpty());
}

TEST_F(SuggestTest, EmptyAndHostileInput) {
  EXPECT_THAT(Ask(""), IsEmpty());
  EXPECT_THAT(Ask("   "), IsEmpty());
  EXPECT_THAT(Ask("12"), IsEmpty());
  EXPECT_THAT(Ask(std::string(5000, 'a')), IsEmpty());
  EXPECT_THAT(Ask("\xff\xfe"), IsEmpty());
  EXPECT_THAT(Ask("prince", 0), IsEmpty());
}

}  // namespace
}  // namespace wensum::matching::address
