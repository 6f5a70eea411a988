#include "base/strings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <unordered_map>

#include "base/random.h"

namespace wensum {
namespace {

using ::testing::ElementsAre;

TEST(CatTest, WritesEveryKind) {
  EXPECT_EQ(Cat(), "");
  EXPECT_EQ(Cat("a", 'b', std::string("c"), std::string_view("d")), "abcd");
  EXPECT_EQ(Cat(true, " ", false), "true false");
  EXPECT_EQ(Cat(std::numeric_limits<int64_t>::min(), " ", std::numeric_limits<uint64_t>::max()),
            "-9223372036854775808 18446744073709551615");
  EXPECT_EQ(Cat(static_cast<uint8_t>(65), " ", static_cast<int16_t>(-7), " ", static_cast<signed char>(65)),
            "65 -7 65");
  EXPECT_EQ(Cat(0.1, " ", 1e300, " ", -2.0, " ", 1.5F), "0.1 1e+300 -2 1.5");
}

TEST(CatTest, AppendToMayAppendAStringToItself) {
  std::string text = "0123456789abcdef";  // longer than the small buffer
  AppendTo(text, text, text);
  EXPECT_EQ(text, std::string("0123456789abcdef0123456789abcdef") + "0123456789abcdef0123456789abcdef");
}

TEST(TrimTest, AsciiWhiteSpaceOnly) {
  EXPECT_EQ(Trim(""), "");
  EXPECT_EQ(Trim(" \t\n\v\f\r"), "");
  EXPECT_EQ(Trim("\r\n a b\t"), "a b");
  EXPECT_EQ(Trim("\xC2\xA0x"), "\xC2\xA0x");
}

TEST(SplitTest, KeepsEmptyParts) {
  EXPECT_THAT(Split("", ','), ElementsAre(""));
  EXPECT_THAT(Split(",", ','), ElementsAre("", ""));
  EXPECT_THAT(Split("a,,b,", ','), ElementsAre("a", "", "b", ""));
  EXPECT_THAT(Split(std::string_view("a\0b", 3), '\0'), ElementsAre("a", "b"));
}

TEST(JoinTest, PutsSeparatorsBetween) {
  EXPECT_EQ(Join({}, ", "), "");
  EXPECT_EQ(Join({"a"}, ", "), "a");
  EXPECT_EQ(Join({"a", "", "b"}, ", "), "a, , b");
}

TEST(CaseTest, LeavesOtherBytesAlone) {
  EXPECT_EQ(ToUpperAscii("az@[`{\xC3\xA9"), "AZ@[`{\xC3\xA9");
  EXPECT_EQ(ToLowerAscii("AZ@[`{\xC3\x89"), "az@[`{\xC3\x89");
  EXPECT_TRUE(EqualsIgnoreCaseAscii("MiXeD", "mIxEd"));
  EXPECT_FALSE(EqualsIgnoreCaseAscii("@", "`"));
  EXPECT_FALSE(EqualsIgnoreCaseAscii("a", "ab"));
}

TEST(ClassTest, OfEveryByte) {
  for (int i = 0; i < 256; ++i) {
    const char c = static_cast<char>(i);
    const bool digit = i >= 48 && i <= 57;
    const bool upper = i >= 65 && i <= 90;
    const bool lower = i >= 97 && i <= 122;
    EXPECT_EQ(IsDigit(c), digit) << i;
    EXPECT_EQ(IsUpper(c), upper) << i;
    EXPECT_EQ(IsLower(c), lower) << i;
    EXPECT_EQ(IsLetter(c), upper || lower) << i;
    EXPECT_EQ(IsSpace(c), i == 32 || (i >= 9 && i <= 13)) << i;
  }
  EXPECT_TRUE(IsDigits("0123456789"));
  EXPECT_FALSE(IsDigits(""));
  EXPECT_FALSE(IsDigits("1 2"));
}

TEST(ParseIntegerTest, TheWholeTextOrNothing) {
  EXPECT_EQ(ParseInteger<int>("-12"), -12);
  EXPECT_EQ(ParseInteger<int>("0012"), 12);
  EXPECT_EQ(ParseInteger<uint8_t>("255"), 255);
  EXPECT_EQ(ParseInteger<uint8_t>("256"), std::nullopt);
  EXPECT_EQ(ParseInteger<uint64_t>("18446744073709551615"), std::numeric_limits<uint64_t>::max());
  EXPECT_EQ(ParseInteger<uint64_t>("18446744073709551616"), std::nullopt);
  EXPECT_EQ(ParseInteger<int64_t>("-9223372036854775808"), std::numeric_limits<int64_t>::min());
  for (const std::string_view text : {"", " 1", "1 ", "+1", "1.0", "0x1", "-", "--1"}) {
    EXPECT_EQ(ParseInteger<int>(text), std::nullopt) << text;
  }
  EXPECT_EQ(ParseInteger<unsigned>("-1"), std::nullopt);
}

TEST(ParseDoubleTest, FiniteDecimalsOnly) {
  EXPECT_EQ(ParseDouble("093301.00"), 93301.0);
  EXPECT_EQ(ParseDouble("-1.5e3"), -1500.0);
  EXPECT_EQ(ParseDouble(".5"), 0.5);
  for (const std::string_view text :
       {"", ".", " 1", "1 ", "+1", "0x10", "1e", "1e999", "inf", "-INF", "nan", "NaN(1)"}) {
    EXPECT_EQ(ParseDouble(text), std::nullopt) << text;
  }
}

// Textbook twin of ValidUtf8Prefix: decodes a code point by the bit patterns, then checks it (RFC 3629, 3 and 4).
size_t ReferenceValidPrefix(std::string_view text) {
  size_t at = 0;
  while (at < text.size()) {
    const auto byte = static_cast<unsigned char>(text[at]);
    size_t length = 1;
    uint32_t point = byte;
    if (byte >= 0x80) {
      length = (byte & 0xE0) == 0xC0 ? 2 : (byte & 0xF0) == 0xE0 ? 3 : (byte & 0xF8) == 0xF0 ? 4 : 0;
      if (length == 0 || at + length > text.size()) {
        return at;
      }
      point = byte & (0xFFU >> (length + 1));
      for (size_t i = 1; i < length; ++i) {
        const auto next = static_cast<unsigned char>(text[at + i]);
        if ((next & 0xC0) != 0x80) {
          return at;
        }
        point = (point << 6) | (next & 0x3F);
      }
      constexpr uint32_t kLeast[] = {0, 0, 0x80, 0x800, 0x10000};
      if (point < kLeast[length] || point > 0x10FFFF || (point >= 0xD800 && point <= 0xDFFF)) {
        return at;
      }
    }
    at += length;
  }
  return at;
}

TEST(Utf8Test, AgreesWithTheTextbookOnAllShortAndManyRandomTexts) {
  std::string text;
  for (int a = 0; a < 256; ++a) {
    for (int b = 0; b < 256; ++b) {
      text = {static_cast<char>(a), static_cast<char>(b)};
      ASSERT_EQ(ValidUtf8Prefix(text), ReferenceValidPrefix(text)) << a << " " << b;
      for (const int c : {0x00, 0x41, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xFF}) {
        text = {static_cast<char>(a), static_cast<char>(b), static_cast<char>(c), '\x80'};
        ASSERT_EQ(ValidUtf8Prefix(text), ReferenceValidPrefix(text)) << a << " " << b << " " << c;
      }
    }
  }
  constexpr uint64_t kSeed = 11;
  SCOPED_TRACE(kSeed);
  Random random(kSeed);
  constexpr std::string_view kPieces[] = {
      "a",        "ascii text of some length", "\xC3\xA9", "\xE2\x82\xAC", "\xF0\x9F\x8F\xA0", "\xED\xA0\x80",
      "\xC0\x80", "\xF4\x90\x80\x80",          "\xE2\x82", "\xFF"};
  for (int i = 0; i < 20'000; ++i) {
    text.clear();
    for (uint64_t n = random.Below(8); n > 0; --n) {
      text.append(kPieces[random.Below(random.Chance(0.7) ? 5 : std::size(kPieces))]);
    }
    ASSERT_EQ(ValidUtf8Prefix(text), ReferenceValidPrefix(text)) << Quote(text);
    ASSERT_EQ(IsValidUtf8(text), ReferenceValidPrefix(text) == text.size());
  }
}

TEST(QuoteTest, EscapesAndCuts) {
  EXPECT_EQ(Quote(""), "\"\"");
  EXPECT_EQ(Quote("a\"b\\c"), R"("a\"b\\c")");
  EXPECT_EQ(Quote(std::string_view("\0\n\x7F\xFF", 4)), R"("\x00\x0a\x7f\xff")");
  EXPECT_EQ(Quote("\xC2\x85"), R"("\xc2\x85")") << "U+0085, a control that some terminals obey";
  EXPECT_EQ(Quote("caf\xC3\xA9"), "\"caf\xC3\xA9\"");
  EXPECT_EQ(Quote("abcdef", 3), "\"abc...\"");
  EXPECT_EQ(Quote("abc", 3), "\"abc\"");
  EXPECT_EQ(Quote("ab\xC3\xA9z", 3), "\"ab\xC3\xA9...\"") << "never cuts inside a character";
}

TEST(HexEncodeTest, TwoDigitsAByte) {
  EXPECT_EQ(HexEncode(""), "");
  EXPECT_EQ(HexEncode(std::string_view("\x00\x0F\xA5\xFF", 4)), "000fa5ff");
}

TEST(TransparentTest, AMapIsSearchedByView) {
  std::unordered_map<std::string, int, TransparentStringHash, TransparentStringEqual> map = {{"key", 1}};
  const std::string_view text = "a key here";
  EXPECT_NE(map.find(text.substr(2, 3)), map.end());
  EXPECT_EQ(map.find(text), map.end());
}

}  // namespace
}  // namespace wensum
