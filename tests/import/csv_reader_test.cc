#include "import/csv_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "base/status_macros.h"
#include "base/strings.h"
#include "tests/import/reference_csv.h"
#include "tests/import/test_text.h"

namespace wensum::ingest {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::unique_ptr<ByteSource> Memory(std::string_view text) {
  absl::StatusOr<std::unique_ptr<ByteSource>> source = ByteSource::OpenMemory(text);
  EXPECT_TRUE(source.ok()) << source.status();
  return *std::move(source);
}

// Everything that CsvReader makes of `text`, in the reference's form.
ReferenceResult Read(std::string_view text, const CsvOptions& options, std::string* message = nullptr) {
  const std::unique_ptr<ByteSource> source = Memory(text);
  CsvReader reader(source.get(), options);
  ReferenceResult result;
  CsvRow row;
  while (true) {
    const absl::StatusOr<bool> more = reader.Next(row);
    if (!more.ok()) {
      const std::string text_of = std::string(Message(more.status()));
      if (message != nullptr) *message = text_of;
      EXPECT_EQ(reader.Next(row).status(), more.status()) << "errors must stay";
      result.error_line = reader.position().line;
      break;
    }
    if (!*more) break;
    result.rows.push_back({{row.fields.begin(), row.fields.end()}, std::string(row.raw), row.line, row.open_end});
    EXPECT_EQ(row.number, result.rows.size());
  }
  result.blank_lines = reader.blank_lines();
  return result;
}

std::vector<std::vector<std::string>> Fields(std::string_view text, const CsvOptions& options = {}) {
  std::vector<std::vector<std::string>> fields;
  for (ReferenceRow& row : Read(text, options).rows) fields.push_back(std::move(row.fields));
  return fields;
}

std::string ErrorOf(std::string_view text, const CsvOptions& options = {}) {
  std::string message;
  Read(text, options, &message);
  return message;
}

using Row = std::vector<std::string>;

TEST(CsvReader, ReadsQuotedFields) {
  EXPECT_THAT(Fields("a,\"b,c\",\"d\"\"e\"\n"), ElementsAre(Row{"a", "b,c", "d\"e"}));
  EXPECT_THAT(Fields("\"\",\"\"\"\",\n"), ElementsAre(Row{"", "\"", ""}));
}

TEST(CsvReader, TakesStrayQuotesLiterally) {
  EXPECT_THAT(Fields("5\" pipe,\"The \"Lodge\" x\",y\n"), ElementsAre(Row{"5\" pipe", "The Lodge\" x\"", "y"}));
}

TEST(CsvReader, MixesLineEnds) {
  EXPECT_THAT(Fields("a\r\nb\nc\rd"), ElementsAre(Row{"a"}, Row{"b"}, Row{"c"}, Row{"d"}));
  EXPECT_THAT(Fields("a,\r"), ElementsAre(Row{"a", ""}));
}

TEST(CsvReader, NumbersLinesAcrossEmbeddedLineEnds) {
  const ReferenceResult result = Read("h\n\n\"x\ny\r\nz\",1\r\nlast", {});
  ASSERT_EQ(result.rows.size(), 3U);
  EXPECT_EQ(result.rows[1].line, 3U);
  EXPECT_EQ(result.rows[1].raw, "\"x\ny\r\nz\",1");
  EXPECT_EQ(result.rows[2].line, 6U);
  EXPECT_EQ(result.blank_lines, 1U);
}

TEST(CsvReader, TakesOtherDelimitersAndNoQuotes) {
  CsvOptions options;
  options.delimiter = '|';
  options.quote = '\0';
  EXPECT_THAT(Fields("a|\"b|c\"\n", options), ElementsAre(Row{"a", "\"b", "c\""}));
}

TEST(CsvReader, NamesTheOpeningOfAnUnclosedQuote) {
  EXPECT_THAT(ErrorOf("a,b\nc,\"d\ne\n"), HasSubstr("the quote opened at line 2 in column 2 is not closed"));
}

TEST(CsvReader, EmptyTextHasNoRows) {
  EXPECT_TRUE(Fields("").empty());
  EXPECT_TRUE(Fields("\n\r\n\n").empty());
}

TEST(CsvReader, RefusesARowOverTheBudget) {
  CsvOptions options;
  options.max_row_bytes = 10;
  EXPECT_EQ(Fields("0123456789\nb\n", options).size(), 2U);
  EXPECT_THAT(ErrorOf("a\n01234567890\nb\n", options), HasSubstr("line 2: the row is longer than 10 bytes"));
  options.max_columns = 3;
  EXPECT_EQ(Fields("a,b,c\n", options).size(), 1U);
  EXPECT_THAT(ErrorOf("a,b,c\n,,,\n", options), HasSubstr("line 2: the row has more than 3 columns"));
}

// A source of 100 MB in one line must be refused at the budget, not after reading it.
TEST(CsvReader, RefusesOneHugeLineEarly) {
  std::string text = "id,name\n1,\"open\n";
  text.append(100'000'000, 'x');
  const TempFile file(text);
  absl::StatusOr<std::unique_ptr<ByteSource>> source = ByteSource::OpenFile(file.path());
  ASSERT_TRUE(source.ok()) << source.status();
  CsvReader reader(source->get());
  CsvRow row;
  ASSERT_TRUE(*reader.Next(row));
  const absl::StatusOr<bool> next = reader.Next(row);
  ASSERT_FALSE(next.ok());
  const std::string message(Message(next.status()));
  EXPECT_THAT(message, HasSubstr("line 2: the row is longer than 1048576 bytes"));
  EXPECT_THAT(message, HasSubstr("the quote opened at line 2 in column 2"));
  EXPECT_LT((*source)->raw_offset(), 4U << 20) << "read on although the row was over the budget";
}

TEST(CsvReader, ResumesAtEveryRowOfEveryEncoding) {
  std::string text = "id,name\r\n";
  for (int i = 0; i < 500; ++i) AppendTo(text, i, ",\"L\xC3\xB6hr\n", i, "\"\n");
  std::string latin;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\xC3') {
      latin += '\xF6';
      ++i;
    } else {
      latin += text[i];
    }
  }
  const std::string forms[] = {text,        "\xEF\xBB\xBF" + text, Gzip(text),         latin,
                               Gzip(latin), ToUtf16(text, false),  ToUtf16(text, true)};
  for (const std::string& form : forms) {
    const std::unique_ptr<ByteSource> source = Memory(form);
    CsvReader reader(source.get());
    std::vector<CsvPosition> positions = {reader.position()};
    std::vector<std::string> raws;
    CsvRow row;
    while (*reader.Next(row)) {
      positions.push_back(reader.position());
      raws.emplace_back(row.raw);
    }
    ASSERT_EQ(raws.size(), 501U);
    for (size_t i = 0; i < raws.size(); i += 50) {
      const std::unique_ptr<ByteSource> again = Memory(form);
      CsvReader resumed(again.get());
      ASSERT_TRUE(resumed.Seek(positions[i]).ok());
      ASSERT_TRUE(*resumed.Next(row));
      EXPECT_EQ(row.raw, raws[i]);
      EXPECT_EQ(row.number, i + 1);
      EXPECT_EQ(resumed.position(), positions[i + 1]);
    }
  }
}

TEST(CsvReader, AgreesWithTheTextbookReader) {
  const unsigned seed = std::random_device()();
  SCOPED_TRACE(Cat("seed ", seed));
  std::mt19937 random(seed);
  const auto below = [&](unsigned n) { return static_cast<unsigned>(random() % n); };
  constexpr std::string_view kAlphabet = "ab,,\"\"\n\r;x";
  int errors = 0;
  for (int round = 0; round < 20'000; ++round) {
    std::string text;
    for (unsigned i = below(60); i > 0; --i) text += kAlphabet[below(kAlphabet.size())];
    CsvOptions options;
    options.read_bytes = 4 + below(20);
    options.max_row_bytes = below(4) == 0 ? below(20) : 1000;
    options.max_columns = below(4) == 0 ? 1 + below(5) : 1000;
    options.quote = below(5) == 0 ? '\0' : '"';
    options.delimiter = below(5) == 0 ? ';' : ',';
    const ReferenceResult expected = ReferenceReadCsv(text, options);
    ASSERT_EQ(Read(text, options), expected) << Quote(text, 200) << " read by " << options.read_bytes << ", at most "
                                             << options.max_row_bytes << " bytes, " << options.max_columns;
    errors += expected.error_line ? 1 : 0;
  }
  EXPECT_GT(errors, 100) << "the inputs do not reach the error paths";
}

}  // namespace
}  // namespace wensum::ingest
