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
  EXPECT_EQ(HexEncode(GivenHomeKey(1, 2, 3, 4)), "0000000168000000000000000200000000000000030000000000000004");
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
  EXPECT_EQ(*ParseGivenHomeKey(GivenHomeKey(1, 2, 3, 4)),
            (GivenHomeParts{.reg = 1, .uprn = 2, .ordinal = 3, .number = 4}));
  EXPECT_FALSE(ParseGivenHomeKey(GivenHomePrefix(1, 2)).ok());
  EXPECT_FALSE(ParseGivenHomeKey(GivenHomeKey(1, 2, 3, 4).append("x")).ok());
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
  EXPECT_TRUE(GivenHomeKey(1, 2, 3, 4).starts_with(GivenHomePrefix(1, 2)));
  EXPECT_FALSE(GivenHomeKey(1, 3, 3, 4).starts_with(GivenHomePrefix(1, 2)));
  EXPECT_TRUE(GivenHomePrefix(1, 2).starts_with(GivenHomesPrefix(1)));
  EXPECT_LT(GivenHomeKey(1, 2, 255, 9), GivenHomeKey(1, 2, 256, 1));
}

}  // namespace
}  // namespace wensum::storage
