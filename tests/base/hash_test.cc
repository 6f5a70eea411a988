#include "base/hash.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "base/strings.h"

namespace wensum {
namespace {

// The buffer over which xxHash publishes its sanity values.
std::string XxhBuffer(size_t size) {
  std::string buffer;
  uint64_t generator = 2654435761U;
  for (size_t i = 0; i < size; ++i) {
    buffer.push_back(static_cast<char>(generator >> 56));
    generator *= 11400714785074694797ULL;
  }
  return buffer;
}

// Stored data depends on these: one for each of the length classes that XXH3 treats differently.
TEST(Hash64Test, GivesThePublishedValues) {
  constexpr uint64_t kPrime = 11400714785074694797ULL;
  EXPECT_EQ(Hash64(""), 0x2D06800538D394C2ULL);
  EXPECT_EQ(Hash64("", kPrime), 0xA8A6B918B2F0364AULL);
  EXPECT_EQ(Hash64(XxhBuffer(1)), 0xC44BDFF4074EECDBULL);
  EXPECT_EQ(Hash64(XxhBuffer(1), kPrime), 0x032BE332DD766EF8ULL);
  EXPECT_EQ(Hash64(XxhBuffer(6)), 0x27B56A84CD2D7325ULL);
  EXPECT_EQ(Hash64(XxhBuffer(12)), 0xA713DAF0DFBB77E7ULL);
  EXPECT_EQ(Hash64(XxhBuffer(24)), 0xA3FE70BF9D3510EBULL);
  EXPECT_EQ(Hash64(XxhBuffer(48)), 0x397DA259ECBA1F11ULL);
  EXPECT_EQ(Hash64(XxhBuffer(80)), 0xBCDEFBBB2C47C90AULL);
  EXPECT_EQ(Hash64(XxhBuffer(195)), 0xCD94217EE362EC3AULL);
  EXPECT_EQ(Hash64(XxhBuffer(403)), 0xCDEB804D65C6DEA4ULL);
  EXPECT_EQ(Hash64(XxhBuffer(2048)), 0xDD59E2C3A5F038E0ULL);
}

TEST(HashCombineTest, DependsOnBothAndOnTheirOrder) {
  std::set<uint64_t> seen;
  for (uint64_t a = 0; a < 100; ++a) {  // small numbers, as sequences and enumerations are
    for (uint64_t b = 0; b < 100; ++b) {
      seen.insert(HashCombine(a, b));
    }
  }
  EXPECT_EQ(seen.size(), 10'000U);
  static_assert(HashCombine(1, 2) != HashCombine(2, 1));
  // 0xE220A8397B1DCDAF is splitmix64's first number from seed 0.
  static_assert(MixBits(0x9E3779B97F4A7C15ULL) == 0xE220A8397B1DCDAFULL);
  static_assert(HashCombine(0, 0xE220A8397B1DCDAFULL) == 0);
}

// FIPS 180-4's examples.
TEST(Sha256Test, GivesThePublishedValues) {
  EXPECT_EQ(Sha256Hex(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(Sha256Hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(Sha256Hex(std::string(1'000'000, 'a')), "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(Sha256Test, PiecesGiveTheHashOfTheWhole) {
  const std::string text = XxhBuffer(1000);
  for (const size_t piece : {1U, 63U, 64U, 65U, 999U}) {
    Sha256 sha;
    for (size_t at = 0; at < text.size(); at += piece) {
      sha.Update(std::string_view(text).substr(at, piece));
    }
    EXPECT_EQ(sha.FinishHex(), Sha256Hex(text)) << piece;
  }
}

// RFC 4231's test cases 1, 2 and 6 (a key longer than a block), cut to 128 bits.
TEST(KeyedHashTest, IsHmacSha256) {
  EXPECT_EQ(HexEncode(KeyedHash(std::string(20, '\x0b')).Hash("Hi There")), "b0344c61d8db38535ca8afceaf0bf12b");
  EXPECT_EQ(HexEncode(KeyedHash("Jefe").Hash("what do ya want for nothing?")), "5bdcc146bf60754e6a042426089575c7");
  EXPECT_EQ(
      HexEncode(KeyedHash(std::string(131, '\xaa')).Hash("Test Using Larger Than Block-Size Key - Hash Key First")),
      "60e431591ee0b67f0d8a26aacbf5b77f");
  EXPECT_NE(KeyedHash("a").Hash(""), KeyedHash("b").Hash(""));
  EXPECT_EQ(KeyedHash("").Hash("x").size(), 16U);
}

}  // namespace
}  // namespace wensum
