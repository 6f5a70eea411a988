// Readers of fixed width, JSON lines and XML.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/status_macros.h"
#include "base/strings.h"
#include "import/fixed_reader.h"
#include "import/json_lines_reader.h"
#include "import/xml_reader.h"
#include "tests/import/test_text.h"

namespace wensum::ingest {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// "line:a|b|c" of each row, "line!rule: problem" of those with one; then "error: ..." if the reading ended with one.
std::vector<std::string> ReadRows(RowReader& reader) {
  std::vector<std::string> out;
  Row row;
  absl::StatusOr<bool> more = reader.Next(row);
  for (; more.ok() && *more; more = reader.Next(row)) {
    std::string text;
    for (const std::string_view field : row.fields)
      AppendTo(text, text.empty() ? "" : "|", field.empty() ? "-" : field);
    out.push_back(row.problem_rule.empty() ? Cat(row.line, ":", text)
                                           : Cat(row.line, "!", row.problem_rule, ": ", row.problem));
  }
  if (!more.ok()) {
    out.push_back(Cat("error: ", Message(more.status())));
    EXPECT_EQ(reader.Next(row).status(), more.status()) << "every call gives the same error";
  }
  return out;
}

std::unique_ptr<ByteSource> Source(std::string_view text) {
  absl::StatusOr<std::unique_ptr<ByteSource>> source = ByteSource::OpenMemory(text);
  EXPECT_TRUE(source.ok()) << source.status();
  return *std::move(source);
}

FixedOptions Layout() {
  FixedOptions options;
  options.columns = {{"ID", 0, 2}, {"NAME", 3, 4}, {"LAST", 7, 1}};
  options.length = 8;
  return options;
}

TEST(FixedReader, CountsCharacters) {
  const std::string text = "01 ZoëS\xC3\xA9\r\n02 Ann X\n\n03 BobbyY\n04 Jo\n05 Bo  Z";
  const auto source = Source(text);
  FixedReader reader(source.get(), Layout());
  EXPECT_THAT(
      ReadRows(reader),
      ElementsAre("1:01|ZoëS|é", "2:02|Ann |X", "4!column_count: The row has 9 characters, rows of the mapping have 8.",
                  "5!column_count: The row has 5 characters, rows of the mapping have 8.", "6:05|Bo  |Z"));
  EXPECT_EQ(reader.blank_lines(), 1U);
}

TEST(FixedReader, TakesTrimmedLines) {
  FixedOptions options = Layout();
  options.trimmed = true;
  const std::string text = "01\n02 Jo\n03 Zoë\n04 ZoëSXY\n";
  const auto source = Source(text);
  FixedReader reader(source.get(), options);
  EXPECT_THAT(ReadRows(reader), ElementsAre("1:01|-|-", "2:02|Jo|-", "3:03|Zoë|-",
                                            "4!column_count: The row has 9 characters, rows of the mapping have 8."));
}

TEST(FixedReader, ResumesFromEachPosition) {
  const std::string text = "01 Ann X\r\n\r\n02 Zoë Y\n03 Bob Z";
  const auto source = Source(text);
  FixedReader reader(source.get(), Layout());
  std::vector<RowPosition> positions = {reader.position()};
  Row row;
  while (*reader.Next(row)) positions.push_back(reader.position());
  for (size_t i = 0; i < 3; ++i) {
    ASSERT_TRUE(reader.Seek(positions[i]).ok());
    ASSERT_TRUE(*reader.Next(row));
    EXPECT_EQ(row.number, i + 1);
    EXPECT_EQ(row.fields[0], Cat("0", i + 1));
  }
}

std::vector<std::string> ReadJson(std::string_view text, const std::vector<std::string>& paths) {
  const auto source = Source(text);
  const auto reader = JsonLinesReader::Create(source.get(), paths);
  if (!reader.ok()) return {Cat("error: ", Message(reader.status()))};
  return ReadRows(**reader);
}

TEST(JsonLinesReader, TakesValuesByPath) {
  EXPECT_THAT(ReadJson("{\"a\":1.50,\"b\":{\"c\":\"x\\u00e9\\n\"},\"d\":[true,{\"e\":null}],\"odata.etag\":\"W\"}\r\n"
                       "{}\n"
                       "{\"d\":[12345678901234567890123,{\"e\":-7}],\"b\":{\"c\":false}}",
                       {"a", "b.c", "d[0]", "d[1].e", "odata\\.etag", "a"}),
              ElementsAre("1:1.50|xé\n|true|-|W|1.50", "2:-|-|-|-|-|-", "3:-|false|12345678901234567890123|-7|-|-"));
}

TEST(JsonLinesReader, RejectsSingleLines) {
  EXPECT_THAT(
      ReadJson("[1]\n7\n{\"a\":1\n{\"a\":1} x\n{\"a\":{\"b\":1}}\n{\"a\":[1]}\n{\"a\":1,\"a\":1}\n"
               "{\"a\":\"\\u0000\"}\n{\"a\":1e999}\n{\"a\":2}\n",
               {"a"}),
      ElementsAre("1!row_unreadable: The line is a JSON list, not an object.",
                  "2!row_unreadable: The line is not a JSON object.",
                  "3!row_unreadable: The line is not valid JSON at byte 7.",
                  "4!row_unreadable: The line is not valid JSON at byte 9.",
                  "5!row_unreadable: a is an object, where the mapping means a value.",
                  "6!row_unreadable: a is a list, where the mapping means a value.",
                  "7!row_unreadable: The line has a twice.", "8!row_unreadable: The value of a has a character U+0000.",
                  "9!row_unreadable: The line is not valid JSON at byte 10.", "10:2"));
}

TEST(JsonLinesReader, LimitsDepth) {
  const auto nested = [](size_t depth) {
    std::string text = "{\"x\":";
    text.append(depth - 1, '[').append(depth - 1, ']').append("}\n");
    return text;
  };
  EXPECT_THAT(ReadJson(nested(64), {"a"}), ElementsAre("1:-"));
  EXPECT_THAT(ReadJson(nested(65), {"a"}),
              ElementsAre(HasSubstr("row_unreadable: The line has objects and lists more")));
  EXPECT_THAT(ReadJson(nested(300'000), {"a"}), ElementsAre(HasSubstr("row_unreadable")));
}

TEST(JsonLinesReader, KnowsWhatNoColumnTakes) {
  const std::string text = "{\"a\":1,\"b\":{\"c\":1,\"d\":{\"e\":1}},\"f\":[1,2]}\n{\"g\":1}\n";
  const auto source = Source(text);
  const auto reader = JsonLinesReader::Create(source.get(), {"a", "b.c", "f[0]"});
  ReadRows(**reader);
  EXPECT_THAT((*reader)->unknown(), ElementsAre("b.d", "f[1]", "g"));
  std::string many;
  for (int i = 0; i < 1000; ++i) AppendTo(many, "{\"", std::string(1000, 'x'), "\":1,\"k", i, "\":1}\n");
  const auto strange = Source(many);
  const auto second = JsonLinesReader::Create(strange.get(), {"a"});
  EXPECT_EQ(ReadRows(**second).size(), 1000U);
  EXPECT_EQ((*second)->unknown().size(), RowReader::kMaxUnknown);
  EXPECT_TRUE((*second)->unknown().contains(std::string(RowReader::kMaxUnknownBytes, 'x')));
}

TEST(JsonLinesReader, RefusesPathsThatAreNone) {
  for (const std::string_view path :
       {"", ".", "a.", "a..b", "a[", "a[x]", "a[-1]", "a[0]b", "[0]", "a\\", "a]", "a[100001]"}) {
    EXPECT_FALSE(ParseJsonPath(path).ok()) << path;
  }
  EXPECT_THAT(*ParseJsonPath("a\\.b[0][1].c d"), ElementsAre(JsonStep{"a.b", false, 0}, JsonStep{"", true, 0},
                                                             JsonStep{"", true, 1}, JsonStep{"c d", false, 0}));
}

constexpr std::string_view kXml =
    "<?xml version=\"1.0\" encoding=\"windows-1252\"?>\n"
    "<Extract xmlns=\"urn:x\" xmlns:p=\"urn:p\"><!-- c -->\n"
    "  <Made>2026</Made>\n"
    "  <Accounts n=\"2\">\n"
    "    <Account id=\"1\"><Name><Surname>O&apos;Neill &amp; <![CDATA[<x>]]></Surname></Name>"
    "<Phone>1</Phone><Phone type=\"m\">2</Phone><Phone>3</Phone></Account>\n"
    "    <p:Account p:id=\"2\">\n text <Name/></p:Account><Account/>\n"
    "    <Other/>\n"
    "  </Accounts>\n"
    "  <Accounts><Account id=\"4\"/></Accounts>\n"
    "</Extract>\n";

std::unique_ptr<XmlReader> Xml(ByteSource* source, const std::vector<std::string>& paths, XmlOptions options = {}) {
  if (options.record.empty()) options.record = {"Extract", "Accounts", "Account"};
  absl::StatusOr<std::unique_ptr<XmlReader>> reader = XmlReader::Create(source, paths, options);
  EXPECT_TRUE(reader.ok()) << reader.status();
  return *std::move(reader);
}

std::vector<std::string> ReadXml(std::string_view text, const std::vector<std::string>& paths,
                                 XmlOptions options = {}) {
  const auto source = Source(text);
  return ReadRows(*Xml(source.get(), paths, std::move(options)));
}

TEST(XmlReader, TakesValuesByPathWhateverTheSizeOfReads) {
  for (const size_t read_bytes : {4U, 7U, 64U, 65536U}) {
    XmlOptions options;
    options.read_bytes = read_bytes;
    EXPECT_THAT(ReadXml(kXml, {"@id", "Name/Surname", "Phone", "Phone[2]", "Phone[2]/@type", "."}, options),
                ElementsAre("5:1|O'Neill & <x>|1|2|m|-", "6:2|-|-|-|-|\n text ", "7:-|-|-|-|-|-", "10:4|-|-|-|-|-"));
  }
}

TEST(XmlReader, GivesTheRecordsOwnText) {
  const auto source = Source(kXml);
  const auto reader = Xml(source.get(), {"@id"}, {.record = {}, .read_bytes = 16});
  Row row;
  std::vector<std::string> raw;
  while (*reader->Next(row)) raw.emplace_back(row.raw);
  ASSERT_EQ(raw.size(), 4U);
  EXPECT_THAT(raw[0],
              ::testing::AllOf(::testing::StartsWith("<Account id=\"1\"><Name>"), ::testing::EndsWith("</Account>")));
  EXPECT_EQ(raw[1], "<p:Account p:id=\"2\">\n text <Name/></p:Account>");
  EXPECT_EQ(raw[2], "<Account/>");
  EXPECT_THAT(reader->unknown(), ElementsAre("Name", "Phone"));
}

TEST(XmlReader, ResumesByCountingRecords) {
  const auto source = Source(kXml);
  const auto reader = Xml(source.get(), {"@id"});
  Row row;
  ASSERT_TRUE(*reader->Next(row));
  ASSERT_TRUE(*reader->Next(row));
  const RowPosition position = reader->position();
  EXPECT_EQ(position.rows, 2U);
  ASSERT_EQ(ReadRows(*reader).size(), 2U);
  ASSERT_TRUE(reader->Seek(position).ok());
  EXPECT_THAT(ReadRows(*reader), ElementsAre("7:-", "10:4"));
  EXPECT_EQ(reader->Seek({.text_offset = 0, .line = 1, .rows = 5}).code(), absl::StatusCode::kOutOfRange);
}

TEST(XmlReader, RejectsRecordsWithElementsForText) {
  EXPECT_THAT(
      ReadXml("<Extract><Accounts><Account><Name>x<b>y</b></Name></Account><Account/></Accounts></Extract>", {"Name"}),
      ElementsAre("1!row_unreadable: Name has elements in it, where the mapping means a text.", "1:-"));
}

TEST(XmlReader, RefusesWhatIsNotTheFileThatIsMeant) {
  const auto error = [](std::string_view text) {
    const std::vector<std::string> rows =
        ReadXml(text, {"@id"}, {.record = {}, .max_row_bytes = 100, .read_bytes = 32});
    return rows.empty() ? std::string("no rows") : rows.back();
  };
  EXPECT_THAT(error("<!DOCTYPE a [<!ENTITY x \"y\">]><Extract/>"), HasSubstr("line 1: the file has a DOCTYPE"));
  EXPECT_THAT(error("<Extrakt/>"),
              HasSubstr("the root element is \"Extrakt\", the mapping's records are in \"Extract\""));
  EXPECT_THAT(
      error("<Extract><Acounts/></Extract>"),
      HasSubstr("no element /Extract/Accounts, where the mapping's records are; beside its place is \"Acounts\""));
  EXPECT_THAT(error("<Extract><Accounts><Acount/></Accounts></Extract>"),
              HasSubstr("no element /Extract/Accounts/Account, but \"Acount\" in its place"));
  EXPECT_EQ(error("<Extract><Accounts></Accounts></Extract>"), "no rows");
  EXPECT_THAT(error(""), HasSubstr("not well-formed XML: no element found"));
  EXPECT_THAT(error("<Extract><Accounts><Account>"), HasSubstr("it was cut off, or a tag is not closed"));
  EXPECT_THAT(error("<Extract><Accounts><Account></Accounts></Extract>"), HasSubstr("mismatched tag"));
  EXPECT_THAT(error("<Extract>&x;</Extract>"), HasSubstr("undefined entity"));
  EXPECT_THAT(error(Cat("<Extract><Accounts><Account>", std::string(500, 'x'), "</Account></Accounts></Extract>")),
              HasSubstr("is longer than 100 bytes"));
  EXPECT_THAT(error(Cat("<Extract><Accounts a=\"", std::string(500, 'x'), "\"/></Extract>")),
              HasSubstr("is longer than 100 bytes"));
  std::string deep = "<Extract>";
  for (int i = 0; i < 100; ++i) deep.append("<x>");
  EXPECT_THAT(error(deep), HasSubstr("more than 64 deep"));
}

TEST(XmlReader, RefusesPathsThatAreNone) {
  for (const std::string_view path : {"", "/a", "a//b", "@id/a", "a[0]", "a[x]", "x:a", "a/@", "..", "a[1"}) {
    EXPECT_FALSE(ParseXmlPath(path).ok()) << path;
  }
  EXPECT_THAT(*ParseXmlPath("a[2]/@b"), ElementsAre(XmlStep{"a", 2, false}, XmlStep{"b", 1, true}));
  EXPECT_THAT(*ParseXmlPath("."), IsEmpty());
  for (const std::string_view path : {"", "a", "/", "/a/", "/a/@b", "/a[1]"}) {
    EXPECT_FALSE(ParseXmlRecordPath(path).ok()) << path;
  }
}

// Compressed and transcoded files come with the source.
TEST(RowReaders, ReadWhateverTheSourceDecodes) {
  const std::string json = Gzip("{\"a\":\"é\"}\n");
  EXPECT_THAT(ReadJson(json, {"a"}), ElementsAre("1:é"));
  const std::string xml = ToUtf16("<Extract><Accounts><Account id=\"é\"/></Accounts></Extract>", true);
  EXPECT_THAT(ReadXml(xml, {"@id"}), ElementsAre("1:é"));
  const std::string fixed = Zip({{"a.txt", "01 ZoëSX\n"}});
  const auto source = Source(fixed);
  FixedReader reader(source.get(), Layout());
  EXPECT_THAT(ReadRows(reader), ElementsAre("1:01|ZoëS|X"));
}

}  // namespace
}  // namespace wensum::ingest
