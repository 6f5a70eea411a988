#include "import/byte_source.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>

#include "base/hash.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "import/text_decoder.h"
#include "tests/import/test_text.h"

namespace wensum::ingest {
namespace {

using ::testing::HasSubstr;
using namespace std::string_view_literals;

// The text of `bytes`, or "error: ...".
std::string Decode(std::string_view bytes, TextFacts* facts = nullptr, const TextOptions& options = {}) {
  absl::StatusOr<std::unique_ptr<ByteSource>> source = ByteSource::OpenMemory(bytes, options);
  if (!source.ok()) return Cat("error: ", Message(source.status()));
  if (facts != nullptr) *facts = (*source)->facts();
  const absl::StatusOr<std::string> text = ReadAll(**source, 7);
  return text.ok() ? *text : Cat("error: ", Message(text.status()));
}

// Longer than all internal buffers.
std::string LongText() {
  std::string text;
  for (int i = 0; text.size() < 700'000; ++i) AppendTo(text, i, ",L\xC3\xB6hr,\xE2\x82\xAC,\xC3\xA9\r\n");
  return text;
}

TEST(ByteSource, PassesUtf8Through) {
  TextFacts facts;
  EXPECT_EQ(Decode("a\xC3\xB6\n", &facts), "a\xC3\xB6\n");
  EXPECT_EQ(facts.encoding, Encoding::kUtf8);
  EXPECT_FALSE(facts.gzip);
  EXPECT_EQ(facts.sha256, Sha256Hex("a\xC3\xB6\n"));
  EXPECT_EQ(Decode(""), "");
}

TEST(ByteSource, DropsTheByteOrderMark) {
  TextFacts facts;
  EXPECT_EQ(Decode("\xEF\xBB\xBF"
                   "a,b",
                   &facts),
            "a,b");
  EXPECT_TRUE(facts.byte_order_mark);
  EXPECT_EQ(Decode(Gzip("\xEF\xBB\xBF"
                        "a,b")),
            "a,b");
}

TEST(ByteSource, DecodesLongTextsOfEveryForm) {
  const std::string text = LongText();
  TextFacts facts;
  EXPECT_EQ(Decode(text), text);
  EXPECT_EQ(Decode(Gzip(text), &facts), text);
  EXPECT_TRUE(facts.gzip);
  EXPECT_EQ(Decode(ToUtf16(text, false), &facts), text);
  EXPECT_EQ(facts.encoding, Encoding::kUtf16Le);
  EXPECT_EQ(Decode(ToUtf16(text, true), &facts), text);
  EXPECT_EQ(facts.encoding, Encoding::kUtf16Be);
  EXPECT_EQ(Decode(Gzip(ToUtf16(text, true))), text);
}

TEST(ByteSource, TakesOneWrongByteAnywhereAsWindows1252) {
  std::string bytes(600'000, 'x');
  bytes.append("\x80 L\xF6hr \x99");
  TextFacts facts;
  EXPECT_EQ(Decode(bytes, &facts).substr(600'000), "\xE2\x82\xAC L\xC3\xB6hr \xE2\x84\xA2");
  EXPECT_EQ(facts.encoding, Encoding::kWindows1252);
  TextOptions utf8;
  utf8.encoding = Encoding::kUtf8;
  EXPECT_THAT(Decode(bytes, nullptr, utf8), HasSubstr("offset 600000 of the text are not UTF-8"));
  TextOptions windows;
  windows.encoding = Encoding::kWindows1252;
  EXPECT_EQ(Decode("\xC3\xB6", nullptr, windows), "\xC3\x83\xC2\xB6");
}

TEST(ByteSource, CountsUndefinedBytes) {
  const absl::StatusOr<std::unique_ptr<ByteSource>> source = ByteSource::OpenMemory("a\x81\xE9\x9D");
  ASSERT_TRUE(source.ok());
  EXPECT_EQ(*ReadAll(**source), "a\xEF\xBF\xBD\xC3\xA9\xEF\xBF\xBD");
  EXPECT_EQ((*source)->replaced(), 2U);
}

TEST(ByteSource, ReplacesUnpairedSurrogates) {
  EXPECT_EQ(Decode("\xFF\xFE\x00\xD8"
                   "a\0\x00\xDC"sv),
            "\xEF\xBF\xBD"
            "a\xEF\xBF\xBD");
  EXPECT_EQ(Decode("\xFF\xFE"
                   "a\0b"sv),
            "a\xEF\xBF\xBD")
      << "an odd last byte";
}

TEST(ByteSource, RefusesTruncatedGzip) {
  const std::string whole = Gzip(LongText());
  EXPECT_THAT(Decode(std::string_view(whole).substr(0, whole.size() / 2)),
              HasSubstr(Cat("the gzip data ends early, at byte ", whole.size() / 2)));
  EXPECT_THAT(Decode(std::string_view(whole).substr(0, whole.size() - 1)), HasSubstr("ends early"));
  EXPECT_THAT(Decode(std::string_view(whole).substr(0, 5)), HasSubstr("ends early"));
  std::string damaged = whole;
  damaged[damaged.size() / 2] ^= 0x55;
  damaged[damaged.size() / 2 + 1] ^= 0x55;
  EXPECT_THAT(Decode(damaged), HasSubstr("error: "));
}

TEST(ByteSource, ReadsTheOneFileOfAZipArchive) {
  TextFacts facts;
  const std::string text = LongText();
  const std::string archive =
      Zip({{"extract/", ""}, {"extract/supply.csv", text}, {"__MACOSX/extract/._supply.csv", "x"}});
  EXPECT_EQ(Decode(archive, &facts), text);
  EXPECT_TRUE(facts.zip);
  EXPECT_EQ(facts.file_bytes, archive.size());
  EXPECT_EQ(Decode(Zip({{"a.csv", ToUtf16("id,name\n", true)}})), "id,name\n");
}

TEST(ByteSource, RefusesOtherZipArchives) {
  EXPECT_THAT(Decode(Zip({{"1.csv", "a"}, {"2.csv", "b"}})), HasSubstr("holds 2 files (\"1.csv\", \"2.csv\"), and"));
  EXPECT_THAT(Decode(Zip({{"folder/", ""}})), HasSubstr("holds no file"));
  EXPECT_THAT(Decode(Zip({{"[Content_Types].xml", "<x/>"}, {"xl/workbook.xml", "<x/>"}})), HasSubstr("workbook"));
  EXPECT_THAT(Decode("PK\x03\x04xxxx"), HasSubstr("damaged or cut off"));
  const std::string whole = Zip({{"a.csv", LongText()}});
  EXPECT_THAT(Decode(whole.substr(0, whole.size() / 2)), HasSubstr("damaged or cut off"));
  std::string damaged = whole;
  damaged[whole.size() / 2] = static_cast<char>(damaged[whole.size() / 2] ^ 0x55);
  EXPECT_THAT(Decode(damaged), HasSubstr("damaged"));
  EXPECT_THAT(Decode(Gzip(whole)), HasSubstr("inside a compressed file"));
}

// A file that begins with a header record 10 of that volume.
std::string Volume(int number, std::string_view rest, std::string_view date = "2026-11-20") {
  return Cat("10,\"NORWICH\",10001234,2625,", date, ",", number, ",2026-11-20,21:05:00,\"7.3.1\",\"F\"\r\n", rest);
}

TEST(ByteSource, VolumesInAZipArchiveAreOneTextInTheirOrder) {
  TextFacts facts;
  const std::string mark = "\xEF\xBB\xBF";
  const std::string archive = Zip({{"c.csv", Volume(3, "third")},
                                   {"a.csv", mark + Volume(1, "first\n")},
                                   {"sub/b.csv", mark + Volume(2, "second without a line end")}});
  const std::string text = Cat(Volume(1, "first\n"), Volume(2, "second without a line end\n"), Volume(3, "third"));
  EXPECT_EQ(Decode(archive, &facts), text);
  EXPECT_TRUE(facts.zip);
  EXPECT_EQ(facts.zip_files, 3U);
  EXPECT_TRUE(facts.byte_order_mark);
  const auto source = ByteSource::OpenMemory(archive);
  ASSERT_TRUE(source.ok());
  const size_t place = text.find("second");
  ASSERT_TRUE((*source)->SeekText(place).ok());
  EXPECT_EQ(*ReadAll(**source), text.substr(place));
  // Longer than all buffers.
  const std::string whole = Cat(Volume(2, LongText()), Volume(3, LongText()));
  EXPECT_EQ(Decode(Zip({{"3.csv", Volume(3, LongText())}, {"2.csv", Volume(2, LongText())}})), whole);
}

TEST(ByteSource, RefusesFilesThatAreNotTheVolumesOfOneSupply) {
  const auto refused = [](const std::vector<std::pair<std::string, std::string>>& files) { return Decode(Zip(files)); };
  EXPECT_THAT(refused({{"1.csv", Volume(1, "")}, {"3.csv", Volume(3, "")}}),
              HasSubstr("lacks volume 2: after \"1.csv\", volume 1, comes \"3.csv\", volume 3"));
  EXPECT_THAT(refused({{"a.csv", Volume(1, "")}, {"b.csv", Volume(1, "")}}),
              HasSubstr("\"a.csv\" and \"b.csv\" in the zip archive both say that they are volume 1"));
  EXPECT_THAT(refused({{"a.csv", Volume(1, "")}, {"b.csv", Volume(2, "", "2026-11-27")}}),
              HasSubstr("are of different supplies"));
  EXPECT_THAT(refused({{"a.csv", Volume(1, "")}, {"README.txt", "About this supply\n"}}),
              HasSubstr("\"README.txt\" does not begin with the header record 10"));
  EXPECT_THAT(refused({{"a.csv", Volume(1, "")}, {"b.zip", Zip({{"b.csv", Volume(2, "")}})}}),
              HasSubstr("\"b.zip\" in the zip archive is an archive itself; unpack it first"));
  EXPECT_THAT(refused({{"a.csv", Volume(1, "")}, {"b.csv.gz", Gzip(Volume(2, ""))}}),
              HasSubstr("\"b.csv.gz\" in the zip archive is an archive itself"));
  std::vector<std::pair<std::string, std::string>> many;
  for (int i = 0; i <= 1'000; ++i) {
    many.emplace_back(Cat(i, ".csv"), Volume(i, ""));
  }
  EXPECT_THAT(refused(many), HasSubstr("more than 1000 files"));
}

TEST(ByteSource, ReadsSeveralGzipMembers) {
  EXPECT_EQ(Decode(Gzip("a\n") + Gzip("b\n")), "a\nb\n");
  EXPECT_EQ(Decode(Gzip("a\n") + std::string(512, '\0')), "a\n");
  EXPECT_THAT(Decode(Gzip("a\n") + "rubbish"), HasSubstr("damaged"));
}

TEST(ByteSource, RefusesWhatIsNoText) {
  EXPECT_THAT(Decode("%PDF-1.4"), HasSubstr("a PDF document"));
  EXPECT_THAT(Decode("id,name\n1,\0\x01\x02"sv), HasSubstr("a NUL character at byte 10 (bytes from 2: "));
  EXPECT_THAT(Decode("id,name\n1,\0\x01\x02"sv), HasSubstr("0a312c000102"));
  EXPECT_THAT(Decode("i\0d\0,\0"sv), HasSubstr("UTF-16 without a byte order mark"));
  EXPECT_THAT(Decode("\xFF\xFE"
                     "a\0\0\0"sv),
              HasSubstr("NUL character in UTF-16"));
}

TEST(ByteSource, HasABudgetForExpandingArchives) {
  TextOptions options;
  options.max_text_bytes = 1'000'000;
  EXPECT_THAT(Decode(Gzip(std::string(2'000'000, 'a')), nullptr, options), HasSubstr("limit of 1000000 bytes"));
}

TEST(ByteSource, ReportsMissingFiles) {
  const absl::Status status = ByteSource::OpenFile("/nonexistent/file.csv").status();
  EXPECT_EQ(status.code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(std::string(Message(status)), HasSubstr("/nonexistent/file.csv"));
  EXPECT_EQ(ByteSource::OpenFile("/").status().code(), absl::StatusCode::kFailedPrecondition);
}

TEST(ByteSource, OpensAgainWithKnownFacts) {
  const TempFile file(
      "\xEF\xBB\xBF"
      "a,b\n");
  const absl::StatusOr<std::unique_ptr<ByteSource>> first = ByteSource::OpenFile(file.path());
  ASSERT_TRUE(first.ok());
  const absl::StatusOr<std::unique_ptr<ByteSource>> again = ByteSource::OpenFileAgain(file.path(), (*first)->facts());
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(*ReadAll(**again), "a,b\n");
  TextFacts other = (*first)->facts();
  ++other.file_bytes;
  EXPECT_EQ(ByteSource::OpenFileAgain(file.path(), other).status().code(), absl::StatusCode::kFailedPrecondition);
}

TEST(ByteSource, SeeksByDecodedOffsets) {
  const std::string text = LongText();
  const size_t place = text.find("\n1234,") + 1;
  for (const std::string& form :
       {text, Gzip(text), ToUtf16(text, true), Gzip(ToUtf16(text, false)), Zip({{"a.csv", text}})}) {
    const absl::StatusOr<std::unique_ptr<ByteSource>> source = ByteSource::OpenMemory(form);
    ASSERT_TRUE(source.ok());
    ASSERT_TRUE((*source)->SeekText(place).ok());
    EXPECT_EQ(*ReadAll(**source), text.substr(place));
    ASSERT_TRUE((*source)->SeekText(0).ok());
    EXPECT_EQ(*ReadAll(**source), text);
    EXPECT_EQ((*source)->SeekText(text.size() + 10).code(), absl::StatusCode::kOutOfRange);
  }
}

TEST(Utf8Checker, FindsTheFirstInvalidByteWhereverPiecesBreak) {
  const std::string good = "ab\xC3\xB6\xE2\x82\xAC\xF0\x9F\x98\x80 0123456789 \xC3\xA9";
  const std::string bad = good + "\xE2\x82";
  for (size_t step = 1; step <= good.size(); ++step) {
    Utf8Checker checker;
    Utf8Checker with_error;
    for (size_t i = 0; i < good.size(); i += step) checker.Update(std::string_view(good).substr(i, step));
    for (size_t i = 0; i < bad.size(); i += step) with_error.Update(std::string_view(bad).substr(i, step));
    checker.Finish();
    with_error.Finish();
    EXPECT_FALSE(checker.first_invalid()) << step;
    EXPECT_EQ(with_error.first_invalid(), good.size()) << step;
  }
}

}  // namespace
}  // namespace wensum::ingest
