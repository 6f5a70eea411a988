#include "storage/key_codec.h"

#include <compare>
#include <string>

#include "base/random.h"
#include "base/strings.h"
#include "gtest/gtest.h"

namespace wensum::storage {
namespace {

constexpr uint64_t kSeed = 20260102;

// Few different bytes, so that strings share prefixes and hold the codec's own bytes.
std::string AnyString(Random& random) {
  static constexpr char kBytes[] = {'\x00', '\x01', '\x02', 'a', '\xFE', '\xFF'};
  std::string text(random.Below(5), '\0');
  for (char& c : text) {
    c = kBytes[random.Below(sizeof(kBytes))];
  }
  return text;
}

TEST(KeyCodecTest, WritesTheDocumentedBytes) {
  EXPECT_EQ(HexEncode(KeyWriter().U8(0x12).U16(0x3456).U32(0x789ABCDE).U64(0x0102030405060708).Take()),
            "123456789abcde0102030405060708");
  EXPECT_EQ(HexEncode(KeyWriter().I64(0).I64(-1).I64(1).Take()),
            "8000000000000000"
            "7fffffffffffffff"
            "8000000000000001");
  EXPECT_EQ(HexEncode(KeyWriter().String("ab").Take()), "61620001");
  EXPECT_EQ(HexEncode(KeyWriter().String(std::string("a\0b\xFF", 4)).Take()), "6100ff62ff0001");
  EXPECT_EQ(HexEncode(KeyWriter().String("").Take()), "0001");
  EXPECT_EQ(HexEncode(KeyWriter().Fixed(std::string("\0x", 2)).Take()), "0078");
}

TEST(KeyCodecTest, ReadsBackWhatItWrote) {
  Random random(kSeed);
  for (int i = 0; i < 2000; ++i) {
    SCOPED_TRACE(Cat("seed ", kSeed, ", round ", i));
    const auto a = static_cast<uint8_t>(random());
    const auto b = static_cast<uint16_t>(random());
    const auto c = static_cast<uint32_t>(random());
    const uint64_t d = random();
    const auto e = static_cast<int64_t>(random());
    const std::string f = AnyString(random);
    const std::string g = AnyString(random);
    const std::string key = KeyWriter().U8(a).String(f).U16(b).U32(c).U64(d).Fixed(g).I64(e).String(g).Take();
    KeyReader reader(key);
    EXPECT_EQ(reader.U8(), a);
    EXPECT_EQ(reader.String(), f);
    EXPECT_EQ(reader.U16(), b);
    EXPECT_EQ(reader.U32(), c);
    EXPECT_EQ(reader.U64(), d);
    EXPECT_EQ(reader.Fixed(g.size()), g);
    EXPECT_EQ(reader.I64(), e);
    EXPECT_EQ(reader.String(), g);
    EXPECT_TRUE(reader.Finish("test").ok());
  }
}

TEST(KeyCodecTest, KeepsTheOrderOfItsParts) {
  struct Parts {
    std::string first;
    int64_t second;
    uint32_t third;
    std::string fourth;
    auto operator<=>(const Parts&) const = default;
  };
  Random random(kSeed + 1);
  const auto any = [&random] {
    return Parts{AnyString(random), random.Chance(0.5) ? static_cast<int64_t>(random()) : random.Between(-2, 2),
                 static_cast<uint32_t>(random.Chance(0.5) ? random() : random.Below(3)), AnyString(random)};
  };
  for (int i = 0; i < 20000; ++i) {
    SCOPED_TRACE(Cat("seed ", kSeed + 1, ", round ", i));
    const Parts a = any();
    Parts b = any();
    if (random.Chance(0.5)) {
      b.first = a.first;
    }
    if (random.Chance(0.5)) {
      b.second = a.second;
    }
    const auto key = [](const Parts& parts) {
      return KeyWriter().String(parts.first).I64(parts.second).U32(parts.third).String(parts.fourth).Take();
    };
    // std::string compares unsigned bytes, as the stores do.
    ASSERT_EQ(a <=> b, key(a) <=> key(b));
  }
}

TEST(KeyCodecTest, NoStringIsAPrefixOfAnother) {
  Random random(kSeed + 2);
  for (int i = 0; i < 20000; ++i) {
    const std::string a = AnyString(random);
    const std::string b = AnyString(random);
    if (a != b) {
      ASSERT_FALSE(KeyWriter().String(b).Take().starts_with(KeyWriter().String(a).Take())) << Quote(a) << Quote(b);
    }
  }
}

TEST(KeyCodecTest, MalformedKeysGiveDataLoss) {
  const auto is_data_loss = [](const absl::Status& status) { return status.code() == absl::StatusCode::kDataLoss; };
  {
    KeyReader reader("abc");
    EXPECT_EQ(reader.U32(), 0U);
    EXPECT_EQ(reader.U8(), 0U);  // also what would fit is not read after a failure
    EXPECT_TRUE(is_data_loss(reader.Finish("test")));
  }
  {
    KeyReader reader("abcde");
    reader.U32();
    const absl::Status status = reader.Finish("test");
    EXPECT_TRUE(is_data_loss(status));
    EXPECT_EQ(status.message(), "not a test key: 6162636465; the store is damaged: restore it from a backup");
  }
  for (const std::string& text : {std::string("ab"), std::string("ab\0", 3), std::string("ab\0\2", 4), std::string(),
                                  std::string("\0\xFF", 2), std::string("\0\0\1", 3)}) {
    KeyReader reader(text);
    EXPECT_EQ(reader.String(), "");
    EXPECT_TRUE(is_data_loss(reader.Finish("test"))) << Quote(text);
  }
  {
    KeyReader reader("ab");
    reader.Tag('b');
    EXPECT_EQ(reader.Fixed(1), "");
    EXPECT_TRUE(is_data_loss(reader.Finish("test")));
  }
  {
    KeyReader reader("ab");
    EXPECT_EQ(reader.Fixed(3), "");
    EXPECT_EQ(reader.I64(), 0);
    EXPECT_TRUE(is_data_loss(reader.Finish("test")));
  }
}

}  // namespace
}  // namespace wensum::storage
