#include "import/odbc/field_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <vector>

#include "base/random.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "tests/support/random_text.h"
#include "tests/support/seed.h"

namespace wensum::ingest {
namespace {

std::string Canonical(FieldKind kind, std::string_view text) {
  std::string out = "<";
  return AppendCanonicalTime(kind, text, /*zeros=*/false, out) ? out : Cat("refused", out == "<" ? "" : " but written");
}

TEST(FieldTextTest, WritesTimesInOneForm) {
  EXPECT_EQ(Canonical(FieldKind::kDate, "2020-02-29"), "<2020-02-29");
  EXPECT_EQ(Canonical(FieldKind::kDate, "2020-02-29 00:00:00"), "<2020-02-29");
  EXPECT_EQ(Canonical(FieldKind::kDate, "2020-02-29 12:00:00"), "refused");
  EXPECT_EQ(Canonical(FieldKind::kDate, "29/02/2020"), "refused");
  EXPECT_EQ(Canonical(FieldKind::kTimestamp, "2020-02-29 01:02:03"), "<2020-02-29T01:02:03");
  EXPECT_EQ(Canonical(FieldKind::kTimestamp, "2020-02-29"), "<2020-02-29T00:00:00");
  EXPECT_EQ(Canonical(FieldKind::kTimestamp, "2020-02-29 01:02:03.250000"), "<2020-02-29T01:02:03.25");
  EXPECT_EQ(Canonical(FieldKind::kTimestamp, "2020-02-29T01:02:03.000"), "<2020-02-29T01:02:03");
  EXPECT_EQ(Canonical(FieldKind::kInstant, "2020-02-29 01:02:03.5"), "<2020-02-29T01:02:03.5Z");
  for (const std::string_view wrong : {"", "2020", "2020-02-29 1:02:03", "2020-02-29 01:02", "2020-02-29 01:02:03x",
                                       "2020-02-29 01:02:03.", "2020-02-29 01:02:03.-5", "2020-02-29 01:02:03+01"}) {
    EXPECT_EQ(Canonical(FieldKind::kTimestamp, wrong), "refused") << wrong;
  }
}

TEST(FieldTextTest, KnowsDaysThatAreNone) {
  EXPECT_EQ(Canonical(FieldKind::kDate, "0000-00-00"), "refused");
  EXPECT_EQ(Canonical(FieldKind::kDate, "2021-02-29"), "refused");
  EXPECT_EQ(Canonical(FieldKind::kTimestamp, "1234-00-00 00:00:00"), "refused");
  std::string out;
  EXPECT_TRUE(AppendCanonicalTime(FieldKind::kDate, "0000-00-00", /*zeros=*/true, out));
  EXPECT_EQ(out, "0000-00-00");
}

TEST(FieldTextTest, WritesTheShortestFloats) {
  const auto text = [](double value, bool single) {
    std::string out;
    AppendFloat(value, single, out);
    return out;
  };
  EXPECT_EQ(text(0.1, false), "0.1");
  EXPECT_EQ(text(static_cast<double>(0.1F), true), "0.1");
  EXPECT_EQ(text(-2.0, false), "-2");
  EXPECT_EQ(text(std::numeric_limits<double>::infinity(), false), "Infinity");
  EXPECT_EQ(text(-std::numeric_limits<double>::infinity(), true), "-Infinity");
  EXPECT_EQ(text(std::numeric_limits<double>::quiet_NaN(), false), "NaN");
}

TEST(FieldTextTest, Utf16AndBack) {
  const uint64_t seed = TestSeed(20261124);
  SCOPED_TRACE(Cat("WENSUM_SEED=", seed));
  Random random(seed);
  for (int i = 0; i < 20'000; ++i) {
    const std::string text = RandomText(random, 40);
    if (!IsValidUtf8(text)) continue;
    const std::u16string units = ToUtf16(text);
    std::string back;
    ASSERT_TRUE(AppendUtf8(units, back)) << Quote(text);
    ASSERT_EQ(back, text);
  }
  std::string out;
  EXPECT_TRUE(AppendUtf8(std::u16string(u"\u00E9\u20AC\U0001F600\U0010FFFF"), out));
  EXPECT_EQ(out, "\u00E9\u20AC\U0001F600\U0010FFFF");
  for (const std::u16string& half : {std::u16string{0xD83D}, std::u16string{0xDE00, u'a'}, std::u16string{0xD83D, u'a'},
                                     std::u16string{0xD83D, 0xD83D}}) {
    EXPECT_FALSE(AppendUtf8(half, out));
  }
}

TEST(FieldTextTest, QuotesFieldsOnlyIfTheyMustBe) {
  std::string out;
  for (const std::string_view field : {"", "a b", "a,b", "say \"x\"", "two\r\nlines", "; \t'"}) {
    AppendCsvField(field, out);
    out += '|';
  }
  EXPECT_EQ(out, "|a b|\"a,b\"|\"say \"\"x\"\"\"|\"two\r\nlines\"|; \t'|");
}

TEST(FieldTextTest, ReadsWatermarks) {
  const auto number = ParseWatermark("-17");
  ASSERT_TRUE(number.ok());
  EXPECT_TRUE(number->is_number);
  EXPECT_EQ(number->number, -17);
  // In their order; a text's order would be another one.
  const std::vector<std::string> rising = {"0001-01-01",
                                           "2026-05-17",
                                           "2026-05-17T00:00:00.5",
                                           "2026-05-17 08:30:00Z",
                                           "2026-05-17T08:30:00.25Z",
                                           "2026-05-17T08:30:00.251"};
  for (size_t i = 1; i < rising.size(); ++i) {
    const auto before = ParseWatermark(rising[i - 1]);
    const auto after = ParseWatermark(rising[i]);
    ASSERT_TRUE(before.ok() && after.ok()) << rising[i];
    EXPECT_LT(*before, *after) << rising[i];
  }
  for (const std::string_view wrong :
       {"", "x", "1.5", "99999999999999999999", "2026-02-30", "2026-05-17T24:00:00", "2026-05-17T08:30",
        "2026-05-17T08:30:00+01:00", "0000-01-01", "2026-05-17T08:30:00.1234567891"}) {
    const auto value = ParseWatermark(wrong);
    ASSERT_FALSE(value.ok()) << wrong;
    EXPECT_THAT(std::string(Message(value.status())), testing::HasSubstr("a whole number, or a date and time"));
  }
}

TEST(FieldTextTest, GoesBackInTime) {
  const auto time = ParseWatermark("2026-03-01T00:04:59.75");
  const auto earlier = ParseWatermark("2026-02-28T23:59:59.75");
  ASSERT_TRUE(time.ok() && earlier.ok());
  EXPECT_EQ(Earlier(*time, 300), *earlier);
  EXPECT_EQ(Earlier(*time, 0), *time);
  const auto first = ParseWatermark("0001-01-01");
  ASSERT_TRUE(first.ok());
  EXPECT_EQ(Earlier(*first, 300), *first);
}

}  // namespace
}  // namespace wensum::ingest
