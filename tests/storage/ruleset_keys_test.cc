#include "storage/ruleset_keys.h"

#include "base/strings.h"
#include "gtest/gtest.h"

namespace wensum::storage {
namespace {

// The exact bytes of one key of each kind: the format of existing data directories. Never change one.
TEST(RulesetKeysTest, BytesAreStable) {
  EXPECT_EQ(HexEncode(RulesetKey(1, 2)), "00000001520000000000000002");
  EXPECT_EQ(HexEncode(RulesetTrialKey(1, 2)), "00000001540000000000000002");
}

TEST(RulesetKeysTest, PartsReadBack) {
  EXPECT_EQ(*ParseRulesetKey(RulesetKey(1, 2)), (NumberedKey{.reg = 1, .number = 2}));
  EXPECT_EQ(*ParseRulesetTrialKey(RulesetTrialKey(1, 2)), (NumberedKey{.reg = 1, .number = 2}));
  EXPECT_TRUE(RulesetKey(1, 2).starts_with(RulesetPrefix(1)));
  EXPECT_TRUE(RulesetTrialKey(1, 2).starts_with(RulesetTrialPrefix(1)));
  EXPECT_FALSE(ParseRulesetKey(RulesetTrialKey(1, 2)).ok());
  EXPECT_FALSE(ParseRulesetTrialKey(RulesetKey(1, 2)).ok());
  EXPECT_FALSE(ParseRulesetKey(RulesetPrefix(1)).ok());
}

}  // namespace
}  // namespace wensum::storage
