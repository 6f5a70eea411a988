#include "gazetteer/lifecycle/draft.h"

#include <gmock/gmock.h>

#include "base/random.h"
#include "tests/gazetteer/lifecycle/town_fixture.h"

namespace wensum::llpg {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class DraftTest : public TownTest {
 protected:
  std::vector<model::Uprn> ChildrenOf(uint64_t parent) const {
    const auto children = draft_.ChildrenOf(U(parent));
    EXPECT_TRUE(children.ok());
    return children.value_or(std::vector<model::Uprn>());
  }

  const LifecycleRules rules_{.today = kToday, .own_custodians = {kNorwich}, .street_authorities = {}};
  Draft draft_{town_, town_, rules_, kToday};
};

TEST_F(DraftTest, ChildrenAreThoseOfTheTownWithTheChanges) {
  AddFlat(105, 101, 1);
  AddFlat(106, 101, 2);
  EXPECT_THAT(ChildrenOf(101), ElementsAre(U(105), U(106)));
  PropertyState* const flat = *draft_.Change(U(105));
  EXPECT_THAT(ChildrenOf(101), ElementsAre(U(105), U(106))) << "it may change, but did not move";
  draft_.SetParent(*flat, U(102));
  EXPECT_THAT(ChildrenOf(101), ElementsAre(U(106)));
  EXPECT_THAT(ChildrenOf(102), ElementsAre(U(105)));
  PropertyState* const made = *draft_.AddProperty({});
  draft_.SetParent(*made, U(101));
  EXPECT_THAT(ChildrenOf(101), ElementsAre(U(106), U(500)));
  draft_.SetParent(*made, {});
  draft_.SetParent(*flat, U(101));
  EXPECT_THAT(ChildrenOf(101), ElementsAre(U(105), U(106)));
  EXPECT_THAT(ChildrenOf(102), IsEmpty());
}

TEST_F(DraftTest, ChildrenAreFoundAsByLookingAtEveryProperty) {
  Random random(7);
  for (uint64_t uprn = 200; uprn < 230; ++uprn) {
    AddHouse(uprn, 1, static_cast<int>(uprn), kApproved, 101 + random.Below(3));
  }
  for (int i = 0; i < 200; ++i) {
    PropertyState* const moved = *draft_.Change(U(200 + random.Below(30)));
    draft_.SetParent(*moved, U(101 + random.Below(3)));
    for (const uint64_t parent : {101, 102, 103}) {
      std::vector<model::Uprn> expected;
      for (const auto& [uprn, property] : town_.properties) {
        if ((*draft_.FindProperty(uprn))->blpu.parent_uprn == U(parent)) {
          expected.push_back(uprn);
        }
      }
      ASSERT_EQ(ChildrenOf(parent), expected);
    }
  }
}

}  // namespace
}  // namespace wensum::llpg
