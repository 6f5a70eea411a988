#include "import/contract.h"

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

constexpr model::PartialDate kToday = {2026, 11, 24};

std::string Yaml(std::string_view contract, std::string_view csv = "{}") {
  return Cat("version: 1\nfeed: f\nsource: s\nkind: person\ncsv: ", csv, "\ncontract:\n", contract,
             "records:\n  - {key: \"{ID}\", fields: {name.full: {column: NAME}}}\n");
}

Mapping WithContract(std::string_view contract, std::string_view csv = "{}") {
  absl::StatusOr<Mapping> mapping = ParseMapping(Yaml(contract, csv));
  EXPECT_TRUE(mapping.ok()) << mapping.status();
  return mapping.ok() ? *std::move(mapping) : Mapping();
}

// "line column:rule" of what the gate has against the file; stops end with "!".
std::vector<std::string> Gate(const Mapping& mapping, std::string_view text) {
  const TempFile file(text);
  const absl::StatusOr<FileFacts> facts = InspectFile(file.path(), mapping, kToday);
  if (!facts.ok()) return {std::string(Message(facts.status()))};
  std::vector<std::string> out;
  for (const RowIssue& issue : facts->mapped.issues) {
    if (issue.rule == "column_unused") continue;
    out.push_back(Cat(issue.line, " ", issue.column, ":", issue.rule, issue.severity == Severity::kStop ? "!" : ""));
  }
  return out;
}

// "key" of each record, "reject" of rejects, each with its issues.
std::vector<std::string> Read(const Mapping& mapping, std::string_view text) {
  const auto source = ByteSource::OpenMemory(text);
  const auto reader = MappedReader::Open(&mapping, source->get(), {.today = kToday});
  std::vector<std::string> out;
  MappedRow row;
  while (*(*reader)->Next(row)) {
    for (const MappedRecord& record : row.records) {
      std::string& line = out.emplace_back(record.rejected ? "reject" : record.record.key.key);
      for (const RowIssue& issue : record.issues) {
        AppendTo(line, " ", issue.column, ":", issue.rule, issue.raw.empty() ? "" : " raw");
      }
    }
  }
  return out;
}

constexpr std::string_view kRules =
    "  rules:\n"
    "    - {name: id_there, severity: reject, required: [NAME, ID]}\n"
    "    - {name: id_shape, severity: reject, matches: {column: ID, pattern: '\\d+'}}\n"
    "    - {name: band_known, severity: flag, one_of: {column: BAND, values: [A, B]}}\n"
    "    - {name: born, severity: flag, date_between: {column: DOB, date: [DD/MM/YYYY, YYYY], from: 1900-01-01, to: "
    "today}}\n"
    "    - {name: due, severity: flag, number_between: {column: DUE, from: -1.5, to: 100}}\n";
constexpr std::string_view kHeader = "ID,NAME,BAND,DOB,DUE\n";

TEST(Contract, RejectsAndFlagsRows) {
  const Mapping mapping = WithContract(kRules);
  EXPECT_THAT(Read(mapping, Cat(kHeader,
                                "1,a,A,17/05/1980,1\n"
                                "2,a,,,\n"
                                "x,,C,,\n"
                                "3,a,C,31/12/1899,100.5\n"
                                "4,a,a,25/11/2026,-2\n"
                                "5,a,B,24/11/2026,100\n"
                                "6,a,B,1900,1e1\n"
                                "7,a,B,soon,x\n")),
              ElementsAre("1", "2", "reject NAME:id_there raw ID:id_shape BAND:band_known",
                          "3 BAND:band_known DOB:born DUE:due", "4 BAND:band_known DOB:born DUE:due", "5", "6",
                          "7 DOB:born DUE:due"));
}

TEST(Contract, HoldsWhateverTheOrderOfColumns) {
  const Mapping mapping = WithContract(kRules);
  EXPECT_THAT(Read(mapping, "DUE,DOB,BAND,NAME,ID\n1,17/05/1980,A,a,1\n"), ElementsAre("1"));
}

TEST(Contract, CountsInTheGate) {
  const Mapping mapping = WithContract(kRules);
  const TempFile file(Cat(kHeader, "1,a,C,,\nx,a,C,,\nshort\n2,a,A,,\n"));
  const absl::StatusOr<FileFacts> facts = InspectFile(file.path(), mapping, kToday);
  ASSERT_TRUE(facts.ok()) << facts.status();
  EXPECT_EQ(facts->mapped.data_rows, 4U);
  EXPECT_EQ(facts->mapped.unreadable_rows, 1U);
  EXPECT_EQ(facts->mapped.rejected_rows, 2U);
  EXPECT_EQ(facts->mapped.stop(), nullptr);
  ASSERT_EQ(facts->mapped.contract.size(), 5U);
  EXPECT_EQ(facts->mapped.contract[1], (RuleFailures{"id_shape", Severity::kReject, 1, 3, "ID"}));
  EXPECT_EQ(facts->mapped.contract[2], (RuleFailures{"band_known", Severity::kWarning, 2, 2, "BAND"}));
  EXPECT_EQ(facts->mapped.contract[4].rows, 0U);
}

TEST(Contract, StopsTheFileInTheGate) {
  const Mapping mapping =
      WithContract("  rules: [{name: id_shape, severity: stop, matches: {column: ID, pattern: '\\d+'}}]\n");
  EXPECT_THAT(Gate(mapping, "ID,NAME\n1,a\n2,b\n"), IsEmpty());
  EXPECT_THAT(Gate(mapping, "ID,NAME\n1,a\nx,b\ny,c\n"), ElementsAre("3 ID:id_shape!"));
  EXPECT_THAT(Read(mapping, "ID,NAME\n1,a\nx,b\n"), ElementsAre("1", "reject ID:id_shape raw"))
      << "whoever reads without the gate does not take the row";
}

TEST(Contract, BoundsTheFile) {
  const Mapping mapping = WithContract(
      "  rows: {at_least: 2, at_most: 3}\n"
      "  rejected_at_most_percent: 40\n"
      "  rules: [{name: id_shape, severity: reject, matches: {column: ID, pattern: '\\d+'}}]\n");
  EXPECT_THAT(Gate(mapping, "ID,NAME\n1,a\n"), ElementsAre("0 :contract_rows!"));
  EXPECT_THAT(Gate(mapping, "ID,NAME\n1,a\n2,a\n3,a\n4,a\n"), ElementsAre("0 :contract_rows!"));
  EXPECT_THAT(Gate(mapping, "ID,NAME\n1,a\n2,a\nx,a\n"), IsEmpty());
  EXPECT_THAT(Gate(mapping, "ID,NAME\n1,a\nx\nx,a\n"), ElementsAre("0 :contract_rejected!"));
  EXPECT_THAT(Gate(mapping, "ID,NAME\nx\ny\n3,a\n"), ElementsAre("2 :structure_unfit!", "0 :contract_rejected!"));
}

TEST(Contract, AddsUp) {
  const Mapping mapping = WithContract("  rules: [{name: total, sum: {column: DUE, trailer_group: 2}}]\n",
                                       "{trailer: 'END,(\\d+),([^,]*)'}");
  const auto gate = [&](std::string_view rows) { return Gate(mapping, Cat("ID,NAME,DUE\n", rows)); };
  EXPECT_THAT(gate("1,a,0.1\n2,a,0.2\n3,a,\n4,a,-7.0050\nEND,4,-6.705\n"), IsEmpty());
  EXPECT_THAT(gate("1,a,0.1\n2,a,0.2\nEND,2,0.4\n"), ElementsAre("0 DUE:total!"));
  EXPECT_THAT(gate("1,a,0.1\n2,a,x\nEND,2,0.1\n"), ElementsAre("3 DUE:total!"));
  EXPECT_THAT(gate("1,a,0.1\nEND,1,\n"), ElementsAre("0 DUE:total!"));
  EXPECT_THAT(gate("1,a,900000000000000\n2,a,900000000000000\nEND,2,1800000000000000\n"), ElementsAre("3 DUE:total!"));
  EXPECT_THAT(gate("1,a,0.1\n"), ElementsAre("0 :trailer_missing!"));
}

// A file without header whose columns were swapped is caught by what they hold.
TEST(Contract, CatchesSwappedColumns) {
  const absl::StatusOr<Mapping> mapping = ParseMapping(
      "version: 1\nfeed: f\nsource: s\nkind: person\ncsv: {header: false}\ncontract:\n"
      "  rules: [{name: id_shape, severity: stop, matches: {column: 1, pattern: '\\d+'}}]\n"
      "records:\n  - {key: \"{1}\", fields: {name.full: {column: 2}}}\n");
  ASSERT_TRUE(mapping.ok()) << mapping.status();
  EXPECT_THAT(Gate(*mapping, "1,Ann\n"), IsEmpty());
  EXPECT_THAT(Gate(*mapping, "Ann,1\n"), ElementsAre("1 1:id_shape!"));
}

TEST(Contract, IsCheckedWithTheMapping) {
  const auto error = [](std::string_view rule) {
    return std::string(Message(ParseMapping(Yaml(Cat("  rules: [", rule, "]\n"))).status()));
  };
  EXPECT_THAT(error("{severity: flag, required: [A]}"), HasSubstr("line 7, column 11: name is missing"));
  EXPECT_THAT(error("{name: A-b, severity: flag, required: [A]}"), HasSubstr("1 to 64 of a to z, 0 to 9 and _"));
  EXPECT_THAT(error("{name: a, required: [A]}"), HasSubstr("severity is missing"));
  EXPECT_THAT(error("{name: a, severity: warn, required: [A]}"), HasSubstr("severity must be reject, flag or stop"));
  EXPECT_THAT(error("{name: a, severity: flag}"), HasSubstr("has one of required, matches"));
  EXPECT_THAT(error("{name: a, severity: flag, required: [A], matches: {column: A, pattern: b}}"),
              HasSubstr("has one of required, matches"));
  EXPECT_THAT(error("{name: a, severity: flag, required: [A]}, {name: a, severity: flag, required: [B]}"),
              HasSubstr("the rule \"a\" is given twice"));
  EXPECT_THAT(error("{name: a, severity: flag, required: []}"), HasSubstr("required needs columns"));
  EXPECT_THAT(error("{name: a, severity: flag, matches: {column: A, pattern: \"(\"}}"), HasSubstr("not a valid RE2"));
  EXPECT_THAT(error("{name: a, severity: flag, matches: {column: A}}"), HasSubstr("matches is {column: X"));
  EXPECT_THAT(error("{name: a, severity: flag, one_of: {column: A}}"), HasSubstr("one_of is {column: X"));
  EXPECT_THAT(error("{name: a, severity: flag, date_between: {column: A}}"), HasSubstr("one bound at least"));
  EXPECT_THAT(error("{name: a, severity: flag, date_between: {column: A, from: 1900}}"),
              HasSubstr("must be a date such as"));
  EXPECT_THAT(error("{name: a, severity: flag, number_between: {column: A, from: x}}"), HasSubstr("must be a number"));
  EXPECT_THAT(error("{name: a, severity: flag, unique: [A]}"), HasSubstr("has no key \"unique\""));
  EXPECT_THAT(error("{name: a, sum: {column: A, trailer_group: 1}}"), HasSubstr("a sum needs a trailer"));
  EXPECT_THAT(error("{name: a, severity: flag, sum: {column: A}}"), HasSubstr("a sum is of the file"));
  EXPECT_THAT(std::string(Message(ParseMapping(Yaml("  rows: {at_least: 3, at_most: 2}\n")).status())),
              HasSubstr("at_least is more than at_most"));
  EXPECT_THAT(std::string(Message(ParseMapping(Yaml("  rejected_at_most_percent: 101\n")).status())),
              HasSubstr("from 0 to 100"));
}

TEST(TenThousandths, AreExact) {
  EXPECT_EQ(ParseTenThousandths("12.5"), 125'000);
  EXPECT_EQ(ParseTenThousandths("-0.0001"), -1);
  EXPECT_EQ(ParseTenThousandths("+7"), 70'000);
  EXPECT_EQ(ParseTenThousandths(".5"), 5'000);
  EXPECT_EQ(ParseTenThousandths("5."), 50'000);
  EXPECT_EQ(ParseTenThousandths("1.50000"), 15'000);
  for (const std::string_view text : {"", "-", ".", "1.00001", "1,000", "1e3", "--1", "1.2.3", "99999999999999999"}) {
    EXPECT_EQ(ParseTenThousandths(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace wensum::ingest
