#include "storage/bulk_keys.h"

#include <string>

#include "base/strings.h"
#include "gtest/gtest.h"

namespace wensum::storage {
namespace {

// The exact bytes of one key of each kind: the format of existing data directories. Never change one.
TEST(BulkKeysTest, BytesAreStable) {
  EXPECT_EQ(HexEncode(BulkDecisionKey(1, 2)), "00000001470000000000000002");
  EXPECT_EQ(HexEncode(BulkTaskKey(1, 2, 3)), "000000016700000000000000020000000000000003");
}

TEST(BulkKeysTest, PartsReadBack) {
  EXPECT_EQ(*ParseBulkDecisionKey(BulkDecisionKey(1, 2)), (NumberedKey{.reg = 1, .number = 2}));
  EXPECT_EQ(*ParseBulkTaskKey(BulkTaskKey(1, 2, 3)), (BulkTaskParts{.reg = 1, .number = 2, .position = 3}));
  EXPECT_FALSE(ParseBulkDecisionKey(BulkTaskKey(1, 2, 3)).ok());
  EXPECT_FALSE(ParseBulkTaskKey(BulkDecisionKey(1, 2)).ok());
  EXPECT_FALSE(ParseBulkDecisionKey(BulkDecisionKey(1, 2).substr(1)).ok());
}

TEST(BulkKeysTest, PrefixesHoldTheirKeysInOrderOfNumbers) {
  EXPECT_TRUE(BulkDecisionKey(1, 2).starts_with(BulkDecisionPrefix(1)));
  EXPECT_LT(BulkDecisionKey(1, 255), BulkDecisionKey(1, 256));
  EXPECT_TRUE(BulkTaskKey(1, 2, 3).starts_with(BulkTaskPrefix(1, 2)));
  EXPECT_TRUE(BulkTaskKey(1, 2, 3).starts_with(BulkTasksPrefix(1)));
  EXPECT_LT(BulkTaskKey(1, 2, 255), BulkTaskKey(1, 2, 256));
}

}  // namespace
}  // namespace wensum::storage
