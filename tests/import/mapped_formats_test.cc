// Mappings of all formats, names of several people, and what values can be made of columns.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/status_macros.h"
#include "base/strings.h"
#include "import/mapped_reader.h"
#include "tests/import/test_text.h"

namespace wensum::ingest {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

Mapping Parse(std::string_view yaml) {
  absl::StatusOr<Mapping> mapping = ParseMapping(Cat("version: 1\nfeed: f\nsource: s\nkind: person\n", yaml));
  EXPECT_TRUE(mapping.ok()) << mapping.status();
  return mapping.ok() ? *std::move(mapping) : Mapping();
}

std::string ErrorOf(std::string_view yaml) {
  return std::string(Message(ParseMapping(Cat("version: 1\nfeed: f\nsource: s\nkind: person\n", yaml)).status()));
}

// "key: title forenames surname" of each record, "reject rule" of rejects, each with "!rule" of its other issues; then
// the file's issues.
std::vector<std::string> Read(const Mapping& mapping, std::string_view text) {
  const auto source = ByteSource::OpenMemory(text);
  if (!source.ok()) return {std::string(Message(source.status()))};
  const auto reader = MappedReader::Open(&mapping, source->get(), {.today = {2026, 11, 24}});
  if (!reader.ok()) return {std::string(Message(reader.status()))};
  std::vector<std::string> out;
  MappedRow row;
  absl::StatusOr<bool> more = (*reader)->Next(row);
  for (; more.ok() && *more; more = (*reader)->Next(row)) {
    for (const MappedRecord& record : row.records) {
      const model::PersonName& name = record.record.details.name;
      std::string& line = out.emplace_back(record.rejected ? "reject" : Cat(record.record.key.key, ":"));
      for (const std::string* part : {&name.title, &name.forenames, &name.surname, &name.full}) {
        if (!part->empty()) AppendTo(line, " ", *part);
      }
      for (const RowIssue& issue : record.issues) AppendTo(line, " !", issue.column, ":", issue.rule);
    }
  }
  if (!more.ok()) out.emplace_back(Message(more.status()));
  for (const RowIssue& issue : (*reader)->facts().issues) out.push_back(Cat("file !", issue.column, ":", issue.rule));
  return out;
}

TEST(MappedFormats, ReadsFixedWidth) {
  const Mapping mapping = Parse(
      "fixed:\n"
      "  columns:\n"
      "    - {name: ID, start: 1, width: 4}\n"
      "    - {name: NAME, start: 5, end: 14}\n"
      "    - {name: NOTE, start: 15, width: 2}\n"
      "  length: 20\n"
      "  header: true\n"
      "  trailer: 'T(\\d+) *'\n"
      "records:\n"
      "  - {key: \"{ID}\", fields: {name.full: {column: NAME}}}\n");
  EXPECT_EQ(mapping.fixed.length, 20U);
  EXPECT_THAT(Read(mapping, "HEADER\n0001Ann Smith Xx    \n0002Bob\n0003Zoë Müller      \nT0003\n"),
              ElementsAre("0001: Ann Smith", "reject !:column_count", "0003: Zoë Müller", "file !NOTE:column_unused"));
  EXPECT_THAT(Read(mapping, "HEADER\nT2\n"), ElementsAre("file !NOTE:column_unused", "file !:trailer_count"));
  EXPECT_THAT(Read(mapping, ""), ElementsAre("the file is empty: not even a header line is there"));
}

TEST(MappedFormats, ReadsJsonLines) {
  const Mapping mapping = Parse(
      "jsonl: {encoding: utf-8}\n"
      "null_values: [\"NULL\"]\n"
      "ignore_columns: [made]\n"
      "records:\n"
      "  - {key: \"{account.id}\", fields: {name.surname: {column: \"people[0].surname\"}}}\n");
  EXPECT_THAT(Read(mapping,
                   "{\"account\":{\"id\":7},\"people\":[{\"surname\":\" Smith \"}],\"made\":1,\"new\":2}\n"
                   "{\"account\":{\"id\":8},\"people\":[{\"surname\":\"NULL\"}]}\n"
                   "oops\n"
                   "{\"account\":{\"id\":9},\"people\":[{\"surname\":\"Jones\"}]}"),
              ElementsAre("7: Smith", "reject !:name_missing", "reject !:row_unreadable", "9: Jones",
                          "file !new:column_unused"));
  EXPECT_THAT(Read(mapping, ""), ElementsAre("the file is empty"));
}

TEST(MappedFormats, ReadsXml) {
  const Mapping mapping = Parse(
      "xml: {record: /E/A}\n"
      "records:\n"
      "  - {key: \"{@id}\", fields: {name.forenames: {column: Name/First}, name.surname: {column: Name/Last}}}\n");
  EXPECT_THAT(Read(mapping,
                   "<E><A id='1'><Name><First>Ann</First><Last>Smith</Last></Name><X/></A>"
                   "<A id='2'><Name><First>Bob<b/></First></Name></A></E>"),
              ElementsAre("1: Ann Smith", "reject !:row_unreadable", "file !Name/First/b, X:column_unused"));
}

TEST(MappedFormats, GoOnFromEachPosition) {
  const std::string fields = "records:\n  - {key: \"{id}-{#row}\", fields: {name.full: {column: id}}}\n";
  const std::string xml_fields = "records:\n  - {key: \"{@id}-{#row}\", fields: {name.full: {column: \"@id\"}}}\n";
  const std::pair<std::string, std::string> cases[] = {
      {"fixed: {columns: [{name: id, start: 1, width: 1}], header: true}\n" + fields, "H\na\nb\nc\n"},
      {"jsonl: {}\n" + fields, "{\"id\":\"a\"}\n{\"id\":\"b\"}\n{\"id\":\"c\"}\n"},
      {"xml: {record: /E/A}\n" + xml_fields, "<E><A id='a'/><A id='b'/><A id='c'/></E>"}};
  for (const auto& [yaml, text] : cases) {
    const Mapping mapping = Parse(yaml);
    const auto source = ByteSource::OpenMemory(text);
    const auto reader = MappedReader::Open(&mapping, source->get(), {});
    ASSERT_TRUE(reader.ok()) << reader.status();
    std::vector<RowPosition> positions = {(*reader)->position()};
    MappedRow row;
    while (*(*reader)->Next(row)) positions.push_back((*reader)->position());
    ASSERT_EQ(positions.size(), 4U);
    for (size_t i = 0; i < 3; ++i) {
      ASSERT_TRUE((*reader)->Seek(positions[i]).ok());
      ASSERT_TRUE(*(*reader)->Next(row));
      EXPECT_EQ(row.records[0].record.key.key, Cat(std::string(1, static_cast<char>('a' + i)), "-", i + 1)) << yaml;
    }
  }
}

TEST(MappedFormats, AreCheckedWithTheMapping) {
  const std::string records = "records:\n  - {key: \"{ID}\", fields: {name.full: {column: NAME}}}\n";
  const std::pair<std::string, std::string> cases[] = {
      {"csv: {}\njsonl: {}\n", "line 6, column 8: a mapping has one of csv, fixed, jsonl and xml"},
      {"fixed: {}\n", "fixed needs columns"},
      {"fixed: {columns: [{name: ID, start: 0, width: 1}]}\n", "from 1 to 100000"},
      {"fixed: {columns: [{name: ID, start: 1}]}\n", "either width"},
      {"fixed: {columns: [{name: ID, start: 1, width: 2, end: 2}]}\n", "either width"},
      {"fixed: {columns: [{name: ID, start: 3, end: 2}]}\n", "either width"},
      {"fixed: {columns: [{name: ID, start: 1, width: 2}, {name: ID, start: 3, width: 2}]}\n", "is given twice"},
      {"fixed: {columns: [{name: NAME, start: 1, width: 2}, {name: ID, start: 2, width: 2}]}\n",
       "the columns \"NAME\" and \"ID\" overlap"},
      {"fixed: {columns: [{name: ID, start: 1, width: 4}], length: 3}\n", "the last column ends at character 4"},
      {"fixed: {columns: [{name: ID, start: 1, width: 4}, {name: NAMES, start: 5, width: 1}]}\n",
       "fixed has no column \"NAME\" (did you mean \"NAMES\"?)"},
      {"jsonl: {header: true}\n", "jsonl has no key \"header\""},
      {"xml: {}\n", "xml needs record"},
      {"xml: {record: Account}\n", "is not one of records"},
      {"xml: {record: /A/B, trailer: x}\n", "xml has no key \"trailer\""},
  };
  for (const auto& [format, error] : cases) EXPECT_THAT(ErrorOf(format + records), HasSubstr(error)) << format;
  EXPECT_THAT(ErrorOf("jsonl: {}\nrecords:\n  - {key: \"{a..b}\", fields: {name.full: {column: c}}}\n"),
              HasSubstr("line 7, column 11: the path \"a..b\" has an empty name"));
  EXPECT_THAT(
      ErrorOf("xml: {record: /A/B}\nrecords:\n  - {key: \"{@id}\", fields: {name.full: {column: \"x:Name\"}}}\n"),
      HasSubstr("the path \"x:Name\" is not one below a record"));
}

TEST(People, GetARecordEach) {
  const Mapping mapping = Parse(
      "records:\n"
      "  - key: \"{ID}-{#person}\"\n"
      "    people: {column: NAMES, case: title}\n"
      "    fields:\n"
      "      phones: [{column: TEL}]\n");
  const std::string text =
      "ID,NAMES,TEL\n"
      "1,MR J & MRS P SMITH,\n"
      "2,MISS A O'BRIEN,12\n"
      "3,JOHN SMITH & SON,\n"
      "4,EXORS OF J SMITH DECD,\n"
      "5,J SMITH C/O P JONES,\n"
      "6,,\n"
      ",J & K SMITH,\n";
  EXPECT_THAT(
      Read(mapping, text),
      ElementsAre("1-1: Mr J Smith", "1-2: Mrs P Smith", "2-1: Miss A O'Brien !TEL:phone_invalid",
                  "3-1: John Smith & Son !NAMES:name_joint_unclear", "4-1: Exors Of J Smith Decd !NAMES:name_of_estate",
                  "5-1: J Smith C/O P Jones !NAMES:name_care_of", "reject !:name_missing", "reject !ID:key_missing",
                  "reject !ID:key_missing"));
}

TEST(People, NeedTheirKey) {
  EXPECT_THAT(ErrorOf("records:\n  - {key: \"{ID}\", people: {column: N}, fields: {}}\n"),
              HasSubstr("needs {#person} in its key"));
  EXPECT_THAT(ErrorOf("records:\n  - {key: \"{ID}-{#person}\", fields: {name.full: {column: N}}}\n"),
              HasSubstr("{#person} in the key needs people:"));
  EXPECT_THAT(
      ErrorOf("records:\n  - {key: \"{ID}-{#person}\", people: {column: N}, fields: {name.full: {column: M}}}\n"),
      HasSubstr("gets its name from there"));
  EXPECT_THAT(ErrorOf("records:\n  - {key: \"a-{#person}\", people: {column: N}, fields: {}}\n"),
              HasSubstr("all rows have the same key"));
}

TEST(Values, AreTrimmedAndCased) {
  const Mapping mapping = Parse(
      "records:\n"
      "  - key: \"{#row}\"\n"
      "    fields:\n"
      "      name.forenames: {column: A, trim: \"*.\", case: title}\n"
      "      name.surname: {first_of: [B, C], case: upper, replace: [{pattern: \" +\", with: \"-\"}]}\n");
  EXPECT_THAT(Read(mapping, "A,B,C\n*.ÉLODIE o'neil-SMITH.*,,van zoë\n** *,x,y\njohn's D'ARCY,,z\n"),
              ElementsAre("1: Élodie O'Neil-Smith VAN-ZOË", "2: X", "3: John's D'Arcy Z"));
  const Mapping codes =
      Parse("records:\n  - {key: \"{#row}\", fields: {name.full: {column: A, case: lower, codes: {yes: Y}}}}\n");
  EXPECT_THAT(Read(codes, "A\nYES\nNo\n"), ElementsAre("1: Y", "reject !A:code_unknown !:name_missing"));
}

TEST(Values, KnowOpenEnds) {
  const Mapping mapping = Parse(
      "records:\n  - {key: \"{#row}\", fields: {name.full: {column: A}, date_of_death: {column: D, date: [DD/MM/YYYY], "
      "dummies: [\"01/01/1900\"], open_ended: [\"9999-12-31\", \"00/00/0000\"]}}}\n");
  EXPECT_THAT(Read(mapping, "A,D\na,31/12/9999\nb,00/00/0000\nc,01/01/1900\nd,1/1/1\n"),
              ElementsAre("1: a", "2: b", "3: c !D:date_dummy", "4: d !D:date_unreadable"));
}

TEST(Values, RefuseWhatCannotBeMeant) {
  const auto error = [](std::string_view value) {
    return ErrorOf(Cat("records:\n  - {key: \"{ID}\", fields: {name.full: ", value, "}}\n"));
  };
  EXPECT_THAT(error("{column: A, case: Upper}"), HasSubstr("case must be upper, lower or title"));
  EXPECT_THAT(error("{column: A, trim: \"é\"}"), HasSubstr("trim must be one or more ASCII characters"));
  EXPECT_THAT(error("{column: A, trim: \"\"}"), HasSubstr("trim must be one or more ASCII characters"));
  EXPECT_THAT(error("{first_of: [A]}"), HasSubstr("first_of needs two columns or more"));
  EXPECT_THAT(error("{first_of: [A, B], join: x}"), HasSubstr("join needs columns"));
  EXPECT_THAT(error("{first_of: [A, B], column: C}"), HasSubstr("exactly one of"));
}

}  // namespace
}  // namespace wensum::ingest
