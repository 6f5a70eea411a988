#include "import/mapped_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/status_macros.h"
#include "base/strings.h"
#include "import/codepoint_reader.h"
#include "tests/import/test_text.h"

namespace wensum::ingest {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr std::string_view kMapping = R"yaml(
version: 1
feed: tax
source: ctax
kind: person
null_values: ["NULL"]
records:
  - key: "{ID}"
    source_time: {column: UPDATED, date: [YYYY-MM-DD]}
    fields:
      name.surname: {column: SURNAME}
      name.forenames: {column: FORENAME, replace: [{pattern: "\\s*\\(.*\\)", with: ""}]}
      date_of_birth: {column: DOB, date: [DD/MM/YYYY], dummies: ["02/02/1902"]}
      sex: {column: SEX, codes: {M: male, F: female}}
      phones: [{column: HOME}, {column: MOBILE}]
      addresses:
        - role: liable_for
          text: {columns: [ADDR1, ADDR2], join: ", "}
          postcode: {column: PCODE}
          uprn: {column: UPRN}
  - key: "{ID}-2"
    when: {column: SURNAME2, not_empty: true}
    fields:
      name.surname: {column: SURNAME2}
)yaml";
constexpr std::string_view kHeader =
    "ID,UPDATED,SURNAME,FORENAME,DOB,SEX,HOME,MOBILE,ADDR1,ADDR2,PCODE,UPRN,SURNAME2\n";

const Mapping& TaxMapping() {
  static const auto* const mapping = new absl::StatusOr<Mapping>(ParseMapping(kMapping));
  EXPECT_TRUE(mapping->ok()) << mapping->status();
  return **mapping;
}

struct ReadFile {
  absl::Status status;
  MappedFacts facts;
  std::vector<MappedRecord> records;
  [[nodiscard]] std::string error() const { return std::string(Message(status)); }
  [[nodiscard]] std::vector<std::string> Rules(size_t index) const {
    std::vector<std::string> rules;
    for (const RowIssue& issue : records.at(index).issues) rules.push_back(Cat(issue.column, ":", issue.rule));
    return rules;
  }
};

ReadFile Read(const Mapping& mapping, std::string_view text) {
  ReadFile result;
  TextOptions options;
  options.encoding = mapping.encoding;
  const absl::StatusOr<std::unique_ptr<ByteSource>> source = ByteSource::OpenMemory(text, options);
  if (!source.ok()) return {source.status(), {}, {}};
  const absl::StatusOr<std::unique_ptr<MappedReader>> reader =
      MappedReader::Open(&mapping, source->get(), {.today = {2026, 11, 21}});
  if (!reader.ok()) return {reader.status(), {}, {}};
  MappedRow row;
  while (true) {
    const absl::StatusOr<bool> more = (*reader)->Next(row);
    result.status = more.status();
    if (!more.ok() || !*more) break;
    EXPECT_FALSE(row.records.empty()) << "a row vanished";
    for (MappedRecord& record : row.records) result.records.push_back(std::move(record));
  }
  result.facts = (*reader)->facts();
  return result;
}

ReadFile ReadTax(std::string_view rows) { return Read(TaxMapping(), Cat(kHeader, rows)); }

TEST(MappedReader, MapsARow) {
  const ReadFile file = ReadTax(
      "7,2026-10-01,Smith,Jo (Joan),17/05/1980,F,NULL,01603 212343,\"1 High "
      "St\",Norwich,nr21ab,000010001,Jones\n");
  ASSERT_EQ(file.records.size(), 2U) << file.error();
  EXPECT_THAT(file.Rules(0), IsEmpty());
  const model::SourceRecord& record = file.records[0].record;
  EXPECT_EQ(record.key.source, "ctax");
  EXPECT_EQ(record.key.key, "7");
  EXPECT_EQ(record.source_time, 1'790'812'800'000'000);
  const model::PersonDetails& details = record.details;
  EXPECT_EQ(details.name.surname, "Smith");
  EXPECT_EQ(details.name.forenames, "Jo");
  EXPECT_EQ(details.date_of_birth.ToString(), "1980-05-17");
  EXPECT_EQ(details.sex, model::Sex::kFemale);
  EXPECT_THAT(details.phones, ElementsAre("+441603212343"));
  ASSERT_EQ(details.addresses.size(), 1U);
  EXPECT_EQ(details.addresses[0].text, "1 High St, Norwich");
  EXPECT_EQ(details.addresses[0].postcode.ToString(), "NR2 1AB");
  EXPECT_EQ(details.addresses[0].source_uprn.value(), 10001U);
  EXPECT_EQ(file.records[1].record.key.key, "7-2");
  EXPECT_EQ(file.records[1].record.details.name.surname, "Jones");
}

TEST(MappedReader, FlagsBadValuesByTheirColumns) {
  const ReadFile file = ReadTax(
      "1,soon,Smith,,31/02/1980,X,,12,\"1 High St\",,NR99 99,abc,\n"
      "2,,Smith,,1980,,,,,,,,\n"
      "3,,Smith,,02/02/1902,,,,,,,,\n"
      "4,,Smith,,17/05/2080,,,,,,,,\n");
  ASSERT_EQ(file.records.size(), 4U);
  EXPECT_THAT(file.Rules(0), ElementsAre("UPDATED:date_unreadable", "DOB:date_impossible", "SEX:code_unknown",
                                         "PCODE:postcode_invalid", "UPRN:uprn_invalid", "MOBILE:phone_invalid"));
  EXPECT_EQ(file.records[0].record.details.addresses[0].text, "1 High St, NR99 99");
  EXPECT_FALSE(file.records[0].rejected);
  EXPECT_THAT(file.Rules(1), ElementsAre("DOB:date_unreadable"));
  EXPECT_THAT(file.Rules(2), ElementsAre("DOB:date_dummy"));
  EXPECT_THAT(file.Rules(3), ElementsAre("DOB:date_in_future"));
  EXPECT_TRUE(file.records[3].record.details.date_of_birth.empty());
}

TEST(MappedReader, RejectsKeysThatARegisterDoesNotTake) {
  const std::string longest(model::kMaxSourceKeyBytes, 'K');
  const ReadFile file = ReadTax(Cat(longest, ",,Smith,Ann,,,,,,,,,\n", longest, "K,,Smith,Ann,,,,,,,,,\n"));
  ASSERT_EQ(file.records.size(), 2U);
  EXPECT_FALSE(file.records[0].rejected);
  EXPECT_TRUE(file.records[1].rejected);
  EXPECT_THAT(file.Rules(1), ElementsAre(":key_too_long"));
}

TEST(MappedReader, FlagsALastRowThatMayHaveBeenCutOff) {
  const ReadFile file = ReadTax("1,,Smith,Ann,,,,,,,,,\n2,,Smith,Bob,,,,,,,,,");
  ASSERT_EQ(file.records.size(), 2U);
  EXPECT_THAT(file.Rules(0), ElementsAre());
  EXPECT_THAT(file.Rules(1), ElementsAre(":last_line_open"));
  EXPECT_FALSE(file.records[1].rejected);
}

TEST(MappedReader, RejectsRowsWithTheirRawText) {
  const ReadFile file = ReadTax(
      ",,Smith,,,,,,,,,,\n"
      "2,,,Jo (x),,,,,,,,,\n"
      "3,,NULL,NULL,,,,,,,,,\n"
      "4,Smith\n");
  ASSERT_EQ(file.records.size(), 4U);
  EXPECT_THAT(file.Rules(0), ElementsAre("ID:key_missing"));
  EXPECT_TRUE(file.records[0].rejected);
  EXPECT_EQ(file.records[0].issues[0].raw, ",,Smith,,,,,,,,,,");
  EXPECT_EQ(file.records[0].issues[0].line, 2U);
  EXPECT_FALSE(file.records[1].rejected);
  EXPECT_THAT(file.Rules(2), ElementsAre(":name_missing"));
  EXPECT_THAT(file.Rules(3), ElementsAre(":column_count"));
  EXPECT_EQ(file.facts.data_rows, 4U);
  EXPECT_EQ(file.facts.unreadable_rows, 1U);
}

TEST(MappedReader, ChecksTheHeader) {
  EXPECT_THAT(Read(TaxMapping(), "").error(), HasSubstr("the file is empty"));
  std::string header(kHeader);
  header.replace(header.find("SURNAME,"), 8, "SURNAMES,");
  header.replace(header.find("MOBILE"), 6, "HOME");
  const std::string error = Read(TaxMapping(), header).error();
  EXPECT_THAT(error,
              HasSubstr("the header has no column \"SURNAME\", which the mapping uses at line 11, column 30 (did "
                        "you mean \"SURNAMES\"?)"));
  EXPECT_THAT(error, HasSubstr("the column name \"HOME\" occurs twice, as columns 7 and 8"));
  const ReadFile extra = Read(TaxMapping(), Cat("NEW,", kHeader));
  ASSERT_TRUE(extra.status.ok()) << extra.status;
  ASSERT_EQ(extra.facts.issues.size(), 1U);
  EXPECT_EQ(extra.facts.issues[0].rule, "column_unused");
  EXPECT_EQ(extra.facts.issues[0].column, "NEW");
  EXPECT_TRUE(Read(TaxMapping(), kHeader).records.empty()) << "a header alone is a file of no rows";
}

TEST(MappedReader, ReadsFilesWithoutHeader) {
  const absl::StatusOr<Mapping> mapping = ParseMapping(
      "version: 1\nfeed: f\nsource: s\nkind: organisation\ncsv: {header: false}\nrecords:\n"
      "  - {key: \"{#row}\", fields: {organisation_name: {column: 2}}}\n");
  ASSERT_TRUE(mapping.ok()) << mapping.status();
  const ReadFile file = Read(*mapping, "a,One\nb,Two\n");
  ASSERT_EQ(file.records.size(), 2U) << file.error();
  EXPECT_EQ(file.records[1].record.key.key, "2");
  EXPECT_EQ(file.records[1].record.details.organisation_name, "Two");
  EXPECT_EQ(file.records[1].record.kind, model::RecordKind::kOrganisation);
  EXPECT_THAT(Read(*mapping, "a\n").error(), HasSubstr("uses column 2"));
}

TEST(MappedReader, ReadsRecordsOfProperties) {
  const std::string start = "version: 1\nfeed: f\nsource: s\nkind: property\nrecords:\n  - {key: \"{ID}\", fields: {";
  const absl::StatusOr<Mapping> mapping =
      ParseMapping(start +
                   "addresses: [{role: residence, text: {column: ADDRESS}, uprn: {column: UPRN}}], "
                   "attributes: {band: {column: BAND}}}}\n");
  ASSERT_TRUE(mapping.ok()) << mapping.status();
  const ReadFile file = Read(*mapping, "ID,ADDRESS,UPRN,BAND\n1,3 High Street,,B\n2,,100023336956,C\n3,,,D\n");
  ASSERT_EQ(file.records.size(), 3U) << file.error();
  EXPECT_EQ(file.records[0].record.kind, model::RecordKind::kProperty);
  EXPECT_FALSE(file.records[0].rejected);
  EXPECT_FALSE(file.records[1].rejected) << "a UPRN is enough";
  EXPECT_THAT(file.Rules(2), ElementsAre(":address_missing"));
  EXPECT_THAT(std::string(Message(ParseMapping(start + "attributes: {band: {column: BAND}}}}\n").status())),
              HasSubstr("a property needs exactly one address"));
}

TEST(MappedReader, ChecksTrailers) {
  const absl::StatusOr<Mapping> mapping = ParseMapping(
      "version: 1\nfeed: f\nsource: s\nkind: person\ncsv: {trailer: 'END,(\\d+)'}\nrecords:\n"
      "  - {key: \"{ID}\", fields: {name.full: {column: NAME}}}\n");
  ASSERT_TRUE(mapping.ok()) << mapping.status();
  const auto stop = [&](std::string_view text) {
    const ReadFile file = Read(*mapping, text);
    return Cat(file.records.size(), " ", file.facts.stop() == nullptr ? "" : file.facts.stop()->rule);
  };
  EXPECT_EQ(stop("ID,NAME\n1,A\n2,B\nEND,2\n"), "2 ");
  EXPECT_EQ(stop("ID,NAME\n1,A\nEND,2\n"), "1 trailer_count");
  EXPECT_EQ(stop("ID,NAME\n1,A\n"), "1 trailer_missing");
  EXPECT_EQ(stop("ID,NAME\n1,A\nEND,1\n2,B\nEND,2\n"), "3 trailer_not_last");
}

// Replacements that multiply a value must stay within the budget.
TEST(MappedReader, BoundsWhatReplacementsMakeOfAValue) {
  std::string replace;
  for (int i = 0; i < 5; ++i)
    AppendTo(replace, i == 0 ? "" : ", ", "{pattern: a, with: \"", std::string(99, 'a'), "\"}");
  const absl::StatusOr<Mapping> mapping =
      ParseMapping(Cat("version: 1\nfeed: f\nsource: s\nkind: person\nrecords:\n  - {key: \"{ID}\", fields: "
                       "{name.full: {column: NAME, replace: [",
                       replace, "]}}}\n"));
  ASSERT_TRUE(mapping.ok()) << mapping.status();
  const ReadFile file = Read(*mapping, "ID,NAME\n1,aaaa\n");
  ASSERT_EQ(file.records.size(), 1U);
  EXPECT_THAT(file.Rules(0), ElementsAre("NAME:too_long"));
}

TEST(MappedReader, RejectsRowsThatMakeNoRecord) {
  const absl::StatusOr<Mapping> mapping = ParseMapping(
      "version: 1\nfeed: f\nsource: s\nkind: person\nrecords:\n"
      "  - {key: \"{ID}\", when: {column: T, matches: \"P|Q\"}, fields: {name.full: {column: NAME}}}\n");
  ASSERT_TRUE(mapping.ok()) << mapping.status();
  const ReadFile file = Read(*mapping, "ID,T,NAME\n1,P,A\n2,PQ,B\n");
  ASSERT_EQ(file.records.size(), 2U);
  EXPECT_THAT(file.Rules(0), IsEmpty());
  EXPECT_THAT(file.Rules(1), ElementsAre(":no_record"));
}

TEST(MappedReader, ResumesWithItsCounts) {
  const std::string text = Cat(kHeader, "1,,A,,,,,,,,,,\n2,,B,,,,,,,,,,\n3,,C,,,,,,,,,,\n");
  const absl::StatusOr<std::unique_ptr<ByteSource>> source = ByteSource::OpenMemory(text);
  const absl::StatusOr<std::unique_ptr<MappedReader>> reader = MappedReader::Open(&TaxMapping(), source->get(), {});
  ASSERT_TRUE(reader.ok());
  MappedRow row;
  ASSERT_TRUE(*(*reader)->Next(row));
  const CsvPosition position = (*reader)->position();
  while (*(*reader)->Next(row)) {
  }
  ASSERT_TRUE((*reader)->Seek(position).ok());
  ASSERT_TRUE(*(*reader)->Next(row));
  EXPECT_EQ(row.number, 2U);
  EXPECT_EQ(row.records[0].record.key.key, "2");
  ASSERT_TRUE((*reader)->Seek({}).ok());
  ASSERT_TRUE(*(*reader)->Next(row));
  EXPECT_EQ(row.records[0].record.key.key, "1");
}

TEST(MappedReader, SaysHowManyCharactersWereReplaced) {
  const ReadFile file = ReadTax("1,,Sm\x81th,,,,,,,,,,\n");
  ASSERT_EQ(file.facts.issues.size(), 1U);
  EXPECT_EQ(file.facts.issues[0].rule, "characters_replaced");
  EXPECT_EQ(file.records[0].record.details.name.surname, "Sm\xEF\xBF\xBDth");
}

TEST(InspectFile, CountsWithoutMapping) {
  const TempFile file(Cat(kHeader, "1,,A,,,,,,,,,,\nshort\n"));
  const absl::StatusOr<FileFacts> facts = InspectFile(file.path(), TaxMapping());
  ASSERT_TRUE(facts.ok()) << facts.status();
  EXPECT_EQ(facts->mapped.data_rows, 2U);
  EXPECT_EQ(facts->mapped.unreadable_rows, 1U);
  EXPECT_EQ(facts->text.encoding, Encoding::kUtf8);
}

TEST(CodePointReader, ReadsCentroids) {
  const absl::StatusOr<std::unique_ptr<ByteSource>> source = ByteSource::OpenMemory(
      "\"NR1 "
      "1AA\",10,624068,308352,\"E92000001\",\"E19000001\",\"E18000006\",\"E10000020\",\"E07000148\","
      "\"E05005886\"\r\n"
      "\"NR9 9ZZ\",90,0,0,\"E92000001\",\"\",\"\",\"\",\"\",\"\"\r\n"
      "\"NR99 9ZZ9\",10,1,1,\"\",\"\",\"\",\"\",\"\",\"\"\r\n"
      "\"NR1 1AB\",x,1,1,\"\",\"\",\"\",\"\",\"\",\"\"\r\n"
      "\"NR1 1AB\",10\r\n");
  ASSERT_TRUE(source.ok());
  CodePointReader reader(source->get());
  CodePointRecord record;
  ASSERT_TRUE(*reader.Next(record));
  EXPECT_FALSE(record.rejected.has_value());
  EXPECT_EQ(record.line, 1U);
  EXPECT_EQ(record.row.postcode.ToString(), "NR1 1AA");
  EXPECT_EQ(record.row.quality, 10);
  EXPECT_EQ(record.row.x, 624068);
  EXPECT_EQ(record.row.y, 308352);
  EXPECT_EQ(record.row.district_code, "E07000148");
  EXPECT_EQ(record.row.ward_code, "E05005886");
  ASSERT_TRUE(*reader.Next(record));
  EXPECT_EQ(record.row.quality, 90);
  EXPECT_EQ(record.row.x, 0);
  for (const std::string_view rule : {"postcode_invalid", "number_invalid", "column_count"}) {
    ASSERT_TRUE(*reader.Next(record));
    ASSERT_TRUE(record.rejected.has_value());
    EXPECT_EQ(record.rejected->rule, rule);
    EXPECT_TRUE(record.row.postcode.empty());
    EXPECT_EQ(record.rejected->raw, record.raw);
  }
  EXPECT_FALSE(*reader.Next(record));
}

}  // namespace
}  // namespace wensum::ingest
