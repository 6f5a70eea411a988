#include "storage/address_keys.h"

#include <string>

#include "base/random.h"
#include "base/strings.h"
#include "gtest/gtest.h"
#include "storage/store.h"

namespace wensum::storage {
namespace {

const std::string kHash = "0123456789ABCDEF";
const std::string kHashHex = "30313233343536373839414243444546";

// The exact bytes of one key of each kind: the format of existing data directories. Never change one.
TEST(AddressKeysTest, BytesAreStable) {
  EXPECT_EQ(HexEncode(UnresolvedAddressKey(1, kHash, 2)), Cat("0000000141", kHashHex, "0000000000000002"));
  EXPECT_EQ(HexEncode(LearntAddressKey(1, 2)), "00000001560000000000000002");
  EXPECT_EQ(HexEncode(AddressCalibrationKey(1, 2)), "00000001420000000000000002");
  EXPECT_EQ(HexEncode(LearntInForceKey(1, kHash, "A")), Cat("0000000176", kHashHex, "410001"));
}

TEST(AddressKeysTest, PartsReadBack) {
  EXPECT_EQ(*ParseUnresolvedAddressKey(UnresolvedAddressKey(1, kHash, 2)),
            (UnresolvedAddressParts{.reg = 1, .hash = kHash, .ordinal = 2}));
  EXPECT_TRUE(UnresolvedAddressKey(1, kHash, 2).starts_with(UnresolvedAddressPrefix(1, kHash)));
  EXPECT_TRUE(UnresolvedAddressPrefix(1, kHash).starts_with(UnresolvedAddressesPrefix(1)));
  EXPECT_EQ(*ParseLearntAddressKey(LearntAddressKey(1, 2)), (NumberedKey{.reg = 1, .number = 2}));
  EXPECT_EQ(*ParseLearntInForceKey(LearntInForceKey(1, kHash, "x")),
            (LearntInForceParts{.reg = 1, .hash = kHash, .source = "x"}));
  EXPECT_FALSE(ParseUnresolvedAddressKey(LearntAddressKey(1, 2)).ok());
  EXPECT_FALSE(ParseUnresolvedAddressKey(UnresolvedAddressPrefix(1, kHash)).ok());
  EXPECT_FALSE(ParseLearntAddressKey(LearntInForceKey(1, kHash, "")).ok());
  EXPECT_FALSE(ParseLearntInForceKey(LearntAddressKey(1, 2)).ok());
}

// A string of any bytes reads back, and orders as it does itself.
TEST(AddressKeysTest, SourcesOrderAsTheirBytes) {
  Random random(3);
  for (int i = 0; i < 1'000; ++i) {
    const auto draw = [&random] {
      std::string text(random.Below(4), '\0');
      for (char& c : text) c = static_cast<char>(random.Below(3));
      return text;
    };
    const std::string a = draw();
    const std::string b = draw();
    EXPECT_EQ(ParseLearntInForceKey(LearntInForceKey(1, kHash, a))->source, a);
    EXPECT_EQ(a < b, LearntInForceKey(1, kHash, a) < LearntInForceKey(1, kHash, b));
  }
}

}  // namespace
}  // namespace wensum::storage
