#include "storage/relation_keys.h"

#include <string>

#include "base/strings.h"
#include "gtest/gtest.h"

namespace wensum::storage {
namespace {

const std::string kHash = "0123456789ABCDEF";
const std::string kHashHex = "30313233343536373839414243444546";

// The exact bytes: the format of existing data directories. Never change them.
TEST(RelationKeysTest, BytesAreStable) {
  EXPECT_EQ(HexEncode(RelationKey(1, kHash, 2)), Cat("0000000152", kHashHex, "0000000000000002"));
  EXPECT_EQ(HexEncode(AllOccupanciesPrefix(1)), "00000001");
}

TEST(RelationKeysTest, PartsReadBack) {
  const std::string key = RelationKey(7, kHash, 1'000'000'000'001);
  EXPECT_EQ(*ParseRelationKey(key), (RelationParts{.reg = 7, .hash = kHash, .ordinal = 1'000'000'000'001}));
  EXPECT_TRUE(key.starts_with(RelationPrefix(7, kHash)));
  EXPECT_TRUE(RelationPrefix(7, kHash).starts_with(AllRelationsPrefix(7)));
  EXPECT_FALSE(key.starts_with(AllRelationsPrefix(8)));
  EXPECT_FALSE(ParseRelationKey(RelationPrefix(7, kHash)).ok());
  EXPECT_FALSE(ParseRelationKey(CrosswalkIdentifierKey(7, kHash, 1)).ok()) << "another list of the same family";
  EXPECT_TRUE(OccupancyKey(7, 3, 4).starts_with(AllOccupanciesPrefix(7)));
  EXPECT_FALSE(OccupancyKey(8, 3, 4).starts_with(AllOccupanciesPrefix(7)));
}

}  // namespace
}  // namespace wensum::storage
