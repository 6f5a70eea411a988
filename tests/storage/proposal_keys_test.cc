#include "storage/proposal_keys.h"

#include "base/strings.h"
#include "gtest/gtest.h"

namespace wensum::storage {
namespace {

// The exact bytes of a key: the format of existing data directories. Never change it.
TEST(ProposalKeysTest, BytesAreStable) { EXPECT_EQ(HexEncode(ProposalKey(1, 2)), "00000001500000000000000002"); }

TEST(ProposalKeysTest, PartsReadBackInOrderOfNumbers) {
  EXPECT_EQ(*ParseProposalKey(ProposalKey(1, 2)), (NumberedKey{.reg = 1, .number = 2}));
  EXPECT_FALSE(ParseProposalKey(ProposalKey(1, 2).substr(1)).ok());
  EXPECT_TRUE(ProposalKey(1, 2).starts_with(ProposalPrefix(1)));
  EXPECT_LT(ProposalKey(1, 255), ProposalKey(1, 256));
}

}  // namespace
}  // namespace wensum::storage
