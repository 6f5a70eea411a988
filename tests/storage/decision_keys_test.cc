#include "storage/decision_keys.h"

#include <string>

#include "base/strings.h"
#include "gtest/gtest.h"

namespace wensum::storage {
namespace {

// The exact bytes of one key of each kind: the format of existing data directories. Never change one.
TEST(DecisionKeysTest, BytesAreStable) {
  EXPECT_EQ(HexEncode(LinkDecisionKey(1, 2)), "00000001440000000000000002");
  EXPECT_EQ(HexEncode(DecisionByRecordKey(1, 2, 3)), "000000016400000000000000020000000000000003");
  EXPECT_EQ(HexEncode(HeldUpdateKey(1, 2, 3)), "000000015700000000000000020000000000000003");
}

TEST(DecisionKeysTest, PartsReadBack) {
  EXPECT_EQ(*ParseHeldUpdateKey(HeldUpdateKey(1, 2, 3)), (HeldUpdateParts{.reg = 1, .ordinal = 2, .number = 3}));
  EXPECT_FALSE(ParseHeldUpdateKey(DecisionByRecordKey(1, 2, 3)).ok());
  EXPECT_TRUE(HeldUpdateKey(1, 2, 3).starts_with(HeldUpdatePrefix(1, 2)));
  EXPECT_TRUE(HeldUpdatePrefix(1, 2).starts_with(HeldUpdatesPrefix(1)));
  EXPECT_EQ(*ParseLinkDecisionKey(LinkDecisionKey(1, 2)), (NumberedKey{.reg = 1, .number = 2}));
  EXPECT_EQ(*ParseDecisionByRecordKey(DecisionByRecordKey(1, 2, 3)),
            (DecisionByRecordParts{.reg = 1, .ordinal = 2, .number = 3}));
  EXPECT_FALSE(ParseLinkDecisionKey(DecisionByRecordKey(1, 2, 3)).ok());
  EXPECT_FALSE(ParseDecisionByRecordKey(LinkDecisionKey(1, 2)).ok());
  EXPECT_FALSE(ParseLinkDecisionKey(LinkDecisionKey(1, 2).substr(1)).ok());
}

TEST(DecisionKeysTest, PrefixesHoldTheirKeysInOrderOfNumbers) {
  EXPECT_TRUE(LinkDecisionKey(1, 2).starts_with(LinkDecisionPrefix(1)));
  EXPECT_LT(LinkDecisionKey(1, 255), LinkDecisionKey(1, 256));
  EXPECT_TRUE(DecisionByRecordKey(1, 2, 3).starts_with(DecisionByRecordPrefix(1, 2)));
  EXPECT_TRUE(DecisionByRecordKey(1, 2, 3).starts_with(DecisionsByRecordPrefix(1)));
  EXPECT_LT(DecisionByRecordKey(1, 2, 255), DecisionByRecordKey(1, 2, 256));
}

}  // namespace
}  // namespace wensum::storage
