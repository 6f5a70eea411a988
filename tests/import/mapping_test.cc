#include "import/mapping.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include "base/status_macros.h"
#include "base/strings.h"
#include "import/date_format.h"
#include "import/edit_distance.h"
#include "tests/import/test_text.h"

namespace wensum::ingest {
namespace {

using ::testing::HasSubstr;

// A mapping that is right but for what `fields` (indented by 6) has.
std::string WithFields(std::string_view fields) {
  return Cat("version: 1\nfeed: f\nsource: s\nkind: person\nrecords:\n  - key: \"{ID}\"\n    fields:\n", fields);
}

std::string ErrorOf(std::string_view yaml) {
  const absl::StatusOr<Mapping> mapping = ParseMapping(yaml);
  return mapping.ok() ? "no error" : std::string(Message(mapping.status()));
}

TEST(Mapping, ReadsEverythingTheLanguageHas) {
  const absl::StatusOr<Mapping> mapping = ParseMapping(R"(
version: 1
feed: council_tax
source: ctax
kind: person
csv: {delimiter: "\t", quote: "", encoding: windows-1252, header: true, trailer: 'END (\d+)'}
null_values: ["NULL", " N/A "]
ignore_columns: [NOTES]
duplicate_keys: reject
records:
  - key: "{ACCOUNT}-{#row}"
    when: {column: SURNAME1, not_empty: true}
    source_time: {column: UPDATED, date: ["DD/MM/YYYY", "YYYY-MM-DD"]}
    fields:
      name.title: {column: TITLE1}
      name.forenames: {column: FORENAME1}
      name.surname: {column: SURNAME1, replace: [{pattern: " +", with: " "}], extract: "^(.*)$"}
      name.suffix: {constant: Jr}
      name.full: {columns: [FORENAME1, SURNAME1], join: " "}
      other_names: [{surname: {column: MAIDEN}}, {full: {column: AKA}}]
      date_of_birth: {column: DOB, date: "DD/MM/YY", pivot_year: 2026, dummies: ["1900-01-01"]}
      date_of_death: {column: DOD}
      sex: {column: SEX, codes: {M: male, F: female, "1": male}, default: unknown}
      ni_number: {column: NINO}
      phones: [{column: TEL}, {column: MOBILE}]
      emails: [{column: EMAIL}]
      addresses:
        - role: residence
          text: {columns: [ADDR1, ADDR2], join: ", "}
          postcode: {column: PCODE}
          uprn: {column: UPRN}
          from: {column: MOVED_IN, date: ["DD/MM/YYYY"]}
          to: {column: MOVED_OUT, date: ["DD/MM/YYYY"]}
          when: {column: ADDR1, matches: ".+"}
      identifiers: [{type: tenancy_ref, value: {column: TENREF}}]
      attributes: {band: {column: BAND, codes: {"1": A}}, discount: {column: DISC}}
      organisation_name: {column: BUSINESS}
)");
  ASSERT_TRUE(mapping.ok()) << mapping.status();
  EXPECT_EQ(mapping->feed, "council_tax");
  EXPECT_EQ(mapping->csv.delimiter, '\t');
  EXPECT_EQ(mapping->csv.quote, '\0');
  EXPECT_EQ(mapping->encoding, Encoding::kWindows1252);
  EXPECT_TRUE(mapping->null_values.contains("N/A"));
  EXPECT_TRUE(mapping->null_values.contains(""));
  ASSERT_EQ(mapping->records.size(), 1U);
  const RecordRule& record = mapping->records[0];
  EXPECT_EQ(record.key.size(), 3U);
  EXPECT_EQ(record.other_names.size(), 2U);
  EXPECT_EQ(record.phones.size(), 2U);
  EXPECT_EQ(record.addresses[0].role, model::AddressRole::kResidence);
  EXPECT_EQ(record.attributes.size(), 2U);
  EXPECT_EQ(mapping->columns.size(), 24U) << "each column once";
}

TEST(Mapping, ReportsAllErrorsWithTheirPlaces) {
  const std::string error = ErrorOf(
      "version: 2\n"
      "feed: f\n"
      "source: s\n"
      "kind: persn\n"
      "colour: red\n"
      "records:\n"
      "  - key: \"{ID\"\n"
      "    fields:\n"
      "      name.surnam: {column: A}\n"
      "      name.full: {column: B, extract: \"(\"}\n"
      "      phones: {column: C}\n");
  EXPECT_THAT(error, HasSubstr("line 1, column 10: the mapping's version must be 1\n"));
  EXPECT_THAT(error, HasSubstr("line 4, column 7: kind must be person, organisation or property\n"));
  EXPECT_THAT(error, HasSubstr("line 5, column 1: the mapping has no key \"colour\"\n"));
  EXPECT_THAT(error, HasSubstr("line 7, column 10: the key has a { without }"));
  EXPECT_THAT(error,
              HasSubstr("line 9, column 7: fields has no key \"name.surnam\" (did you mean \"name.surname\"?)\n"));
  EXPECT_THAT(error, HasSubstr("line 10, column 39: the pattern is not a valid RE2 expression: missing )"));
  EXPECT_THAT(error, HasSubstr("line 11, column 15: this must be a list"));
}

TEST(Mapping, RefusesWhatCannotBeMeant) {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"      name.full: {column: A, columns: [B]}\n", "exactly one of column, columns, first_of and constant"},
      {"      name.full: {}\n", "exactly one of column, columns, first_of and constant"},
      {"      name.full: A\n", "a value must be a map"},
      {"      name.full: {column: A, join: x}\n", "join needs columns"},
      {"      name.full: {column: A, default: x}\n", "default needs codes"},
      {"      name.full: {constant: A, codes: {a: b}}\n", "a constant cannot be transformed"},
      {"      name.full: {column: A, extract: abc}\n", "needs a group"},
      {"      name.full: {column: A, replace: [{pattern: a, with: \"\\\\1\"}]}\n", "does not fit its pattern"},
      {"      name.full: {column: A}\n      name.full: {column: B}\n", "is given twice"},
      {"      name.full: {column: A}\n      date_of_birth: {column: B, date: [DD/MM]}\n", "must have one year"},
      {"      name.full: {column: A}\n      sex: {column: B, codes: {M: man}}\n", "must mean male, female"},
      {"      name.full: {column: A}\n      addresses: [{role: home, text: {column: B}}]\n", "role must be residence"},
      {"      name.full: {column: A}\n      addresses: [{role: residence}]\n", "needs text, postcode or uprn"},
      {"      emails: [{column: A}]\n", "a person needs name.forenames"},
      {"      name.full: {column: ~}\n", "this must be a text"},
  };
  for (const auto& [fields, error] : cases) {
    EXPECT_THAT(ErrorOf(WithFields(fields)), HasSubstr(std::string(error))) << fields;
  }
  EXPECT_THAT(ErrorOf("a: [b\n"), HasSubstr("not valid YAML"));
  EXPECT_THAT(ErrorOf(""), HasSubstr("the mapping must be a map"));
  EXPECT_THAT(ErrorOf("a: \xFF"), HasSubstr("not UTF-8"));
  EXPECT_THAT(ErrorOf(std::string(kMaxMappingBytes + 1, ' ')), HasSubstr("the limit is"));
  EXPECT_THAT(ErrorOf(std::string(100'000, '[')), HasSubstr("YAML"));
}

// A hundred thousand aliases of a list of a hundred thousand must not be followed.
TEST(Mapping, HasABudgetForAliases) {
  std::string yaml =
      "version: 1\nfeed: f\nsource: s\nkind: person\nrecords:\n  - &r\n    key: \"{ID}\"\n    fields:\n"
      "      name.full: {column: A}\n      phones: [&p {column: B}";
  for (int i = 0; i < 100'000; ++i) yaml.append(",*p");
  yaml.append("]\n");
  for (int i = 0; i < 50'000; ++i) yaml.append("  - *r\n");
  EXPECT_THAT(ErrorOf(yaml), HasSubstr("more than 20000 items"));
}

TEST(Mapping, RefusesAConstantKey) {
  EXPECT_THAT(ErrorOf("version: 1\nfeed: f\nsource: s\nkind: person\nrecords: [{key: abc, fields: {name.full: {column: "
                      "A}}}]\n"),
              HasSubstr("all rows have the same key"));
}

TEST(Mapping, NamesTheFile) {
  const TempFile file("version: 2\n");
  EXPECT_THAT(std::string(Message(LoadMapping(file.path()).status())), HasSubstr(file.path()));
  EXPECT_EQ(LoadMapping("/nonexistent.yaml").status().code(), absl::StatusCode::kNotFound);
}

// The examples of docs/formats-import.md, in their order.
std::vector<std::string> DocumentedYaml() {
  std::ifstream file(WENSUM_SOURCE_DIR "/docs/formats-import.md");
  std::vector<std::string> blocks;
  bool inside = false;
  for (std::string line; std::getline(file, line);) {
    if (line == "```yaml") {
      inside = true;
      blocks.emplace_back();
    } else if (line == "```") {
      inside = false;
    } else if (inside) {
      AppendTo(blocks.back(), line, "\n");
    }
  }
  return blocks;
}

TEST(Mapping, ReadsWhatTheDocumentationShows) {
  const std::vector<std::string> blocks = DocumentedYaml();
  ASSERT_EQ(blocks.size(), 5U) << "a mapping, the other formats, people, a contract, how extracts follow one another";
  const std::string start = "version: 1\nfeed: f\nsource: s\nkind: person\n";
  const std::string records = "records: [{key: \"{ACCOUNT}\", fields: {name.full: {column: NAMES}}}]\n";
  EXPECT_EQ(ErrorOf(Cat(blocks[0], blocks[3])), "no error");
  for (const std::string_view format : {"fixed:", "jsonl:", "xml:"}) {
    const size_t begin = blocks[1].find(format);
    ASSERT_NE(begin, std::string::npos);
    size_t end = blocks[1].find('\n', begin) + 1;
    while (end < blocks[1].size() && blocks[1][end] == ' ') end = blocks[1].find('\n', end) + 1;
    EXPECT_EQ(ErrorOf(Cat(start, blocks[1].substr(begin, end - begin), records)), "no error") << format;
  }
  EXPECT_EQ(ErrorOf(start + blocks[2]), "no error");
  EXPECT_EQ(ErrorOf(Cat(start, records, blocks[4])), "no error");
}

std::string ReadDate(std::string_view pattern, std::string_view text, int pivot = 2026) {
  const absl::StatusOr<DateFormat> format = DateFormat::Create(pattern);
  if (!format.ok()) return "bad format";
  model::PartialDate date;
  switch (format->Parse(text, pivot, date)) {
    case DateFormat::Result::kDate:
      return date.ToString();
    case DateFormat::Result::kNoMatch:
      return "no match";
    case DateFormat::Result::kImpossible:
      return "impossible";
  }
  return "";
}

TEST(DateFormat, ReadsItsShapes) {
  EXPECT_EQ(ReadDate("DD/MM/YYYY", "17/05/1980"), "1980-05-17");
  EXPECT_EQ(ReadDate("D/M/YYYY", "7/5/1980"), "1980-05-07");
  EXPECT_EQ(ReadDate("DD/MM/YYYY", "7/5/1980"), "no match");
  EXPECT_EQ(ReadDate("YYYYMMDD", "19800517"), "1980-05-17");
  EXPECT_EQ(ReadDate("YYYYMMDD", "19800230"), "impossible");
  EXPECT_EQ(ReadDate("YYYYMMDD", "1980051"), "no match");
  EXPECT_EQ(ReadDate("YYYYMMDD", "198005170"), "no match");
  EXPECT_EQ(ReadDate("DD-MON-YYYY", "17-May-1980"), "1980-05-17");
  EXPECT_EQ(ReadDate("D MON YYYY", "7 september 1980"), "1980-09-07");
  EXPECT_EQ(ReadDate("MM/YYYY", "05/1980"), "1980-05");
  EXPECT_EQ(ReadDate("YYYY", "1980"), "1980");
}

TEST(DateFormat, PutsTwoDigitYearsBeforeThePivot) {
  EXPECT_EQ(ReadDate("DD/MM/YY", "17/05/80"), "1980-05-17");
  EXPECT_EQ(ReadDate("DD/MM/YY", "17/05/26"), "2026-05-17");
  EXPECT_EQ(ReadDate("DD/MM/YY", "17/05/27"), "1927-05-17");
  EXPECT_EQ(ReadDate("DD/MM/YY", "17/05/00", 1999), "1900-05-17");
}

TEST(DateFormat, RefusesPatternsWithoutSense) {
  for (const std::string_view pattern : {"", "DD/MM", "YYYY/YY", "DD YYYY", "DD/MM/MM/YYYY"}) {
    EXPECT_EQ(ReadDate(pattern, "x"), "bad format") << pattern;
  }
}

TEST(EditDistance, HintsAtNearNamesOnly) {
  EXPECT_EQ(EditDistance("kitten", "Sitting"), 3U);
  EXPECT_EQ(DidYouMean("SURNAM", std::vector<std::string>{"FORENAME", "surname"}), " (did you mean \"surname\"?)");
  EXPECT_EQ(DidYouMean("POSTCODE", std::vector<std::string>{"X", "UPRN"}), "");
}

TEST(Mapping, ReadsHowExtractsFollowOneAnother) {
  const std::string mapping = WithFields("      name.full: {column: NAME}\n");
  const DeliveryRule none = ParseMapping(mapping)->delivery;
  EXPECT_FALSE(none.complete);
  EXPECT_FALSE(none.rows_change_at_most_percent.has_value());
  const auto all = ParseMapping(Cat(mapping,
                                    "delivery: {extracts: complete, delete_after: 5, delete_at_most: 0, "
                                    "delete_at_most_percent: 100, rows_change_at_most_percent: 7}\n"));
  ASSERT_TRUE(all.ok()) << all.status();
  EXPECT_TRUE(all->delivery.complete);
  EXPECT_EQ(all->delivery.delete_after, 5);
  EXPECT_EQ(all->delivery.delete_at_most, 0);
  EXPECT_EQ(all->delivery.delete_at_most_percent, 100);
  EXPECT_EQ(all->delivery.rows_change_at_most_percent, 7);
  EXPECT_THAT(ErrorOf(Cat(mapping, "delivery: {extracts: some}\n")), HasSubstr("must be complete or changes"));
  EXPECT_THAT(ErrorOf(Cat(mapping, "delivery: {delete_after: 3}\n")),
              HasSubstr("column 26: delete_after needs extracts: complete"));
  EXPECT_THAT(ErrorOf(Cat(mapping, "delivery: {extracts: complete, delete_after: 0}\n")),
              HasSubstr("must be a whole number from 1 to 1000"));
  EXPECT_THAT(ErrorOf(Cat(mapping, "delivery: {extracts: complete, delete_at_most_percent: x}\n")),
              HasSubstr("must be a whole number from 0 to 100"));
}

}  // namespace
}  // namespace wensum::ingest
