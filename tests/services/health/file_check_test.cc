// The health check of files: the rules that only a file can break, and files with every kind of bad input.
#include "services/health/file_check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/strings.h"
#include "gazetteer/rules/rule.h"
#include "tests/gazetteer/rules/rule_world.h"
#include "tests/services/health/supply_file.h"
#include "tests/support/temp_dir.h"

namespace wensum::health {
namespace {

using llpg::RuleId;
using llpg::World;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

SupplyFile WorldFile(const World& world = World()) {
  SupplyFile file;
  file.Add(world.Rows());
  return file;
}

// A change-only file that gives the flat another state.
SupplyFile ChangeFile(model::PartialDate date = {2026, 2, 28}) {
  SupplyFile file;
  file.file_type = 'C';
  file.date = date;
  model::Blpu flat = *World().flat;
  flat.state = 3;
  file.lines.push_back({.row = flat, .change = model::ChangeType::kUpdate});
  return file;
}

class FileCheckTest : public testing::Test {
 protected:
  absl::StatusOr<HealthReport> TryCheck(const std::vector<std::string>& texts) {
    options_.files.clear();
    for (const std::string& text : texts) {
      options_.files.push_back(dir_.Join(Cat(options_.files.size(), ".csv")));
      std::ofstream(options_.files.back(), std::ios::binary) << text;
    }
    options_.today = {2026, 3, 1};
    return CheckFiles(options_);
  }
  HealthReport Check(const std::vector<std::string>& texts) {
    absl::StatusOr<HealthReport> report = TryCheck(texts);
    EXPECT_TRUE(report.ok()) << report.status();
    return report.ok() ? *std::move(report) : HealthReport();
  }
  static std::set<std::string> Codes(const HealthReport& report) {
    std::set<std::string> codes;
    for (const RuleFindings& found : report.rules) {
      codes.emplace(llpg::GetRule(found.rule).code);
    }
    return codes;
  }

  TempDir dir_;
  FileCheckOptions options_;
};

TEST_F(FileCheckTest, AGoodFileHasNoFindings) {
  const HealthReport report = Check({WorldFile().Text()});
  EXPECT_THAT(Codes(report), IsEmpty()) << ReportText(report);
  EXPECT_EQ(report.properties, 2U);
  EXPECT_EQ(report.streets, 1U);
  ASSERT_EQ(report.files.size(), 1U);
  EXPECT_EQ(report.files[0].custodian, "NORWICH CITY COUNCIL");
  EXPECT_EQ(report.files[0].rows, 8U);
  EXPECT_EQ(report.files[0].file_type, 'F');
}

// A rule of files, files that keep it and files that break it.
struct FileCase {
  RuleId rule;
  std::function<std::vector<std::string>()> breach;
  std::vector<RuleId> also = {};
};

std::vector<std::string> With(const std::function<void(SupplyFile&)>& change) {
  SupplyFile file = WorldFile();
  change(file);
  return {file.Text()};
}

std::vector<std::string> WithLine(const std::string& line) {
  return With([&line](SupplyFile& file) { file.raw_lines.push_back(line); });
}

std::vector<FileCase> FileCases() {
  const std::string xref_head = R"(23,"I",90,100090000002,"2625X000000009",)";
  const std::string xref_tail = R"(2001-05-07,2020-01-02,2001-05-08,,)";
  return {
      {RuleId::kFileFrame, [] { return With([](SupplyFile& file) { file.trailer = false; }); }},
      {RuleId::kFileHeader,
       [] {
         std::string text = WorldFile().Text();
         text.replace(text.find("2026-02-27"), 10, "2026-02-30");
         return std::vector<std::string>{text};
       }},
      {RuleId::kFileOrder,
       [=] { return WithLine(Cat(R"(23,"I",1,100090000002,"2625X000000009",)", xref_tail, R"("1","CTAX")")); }},
      {RuleId::kFileRecord, [] { return WithLine(R"(77,"I",90,1)"); }},
      {RuleId::kFileUnchecked, [] { return WithLine(R"(13,"I",90,26200004,"whatever")"); }},
      {RuleId::kFileValue, [=] { return WithLine(Cat(xref_head, R"(07/05/2001,2020-01-02,2001-05-08,,"1","CTAX")")); }},
      {RuleId::kFileMandatory,
       [=] { return WithLine(Cat(R"(23,"I",,100090000002,"2625X000000009",)", xref_tail, R"("1","CTAX")")); },
       {RuleId::kFileOrder}},
      {RuleId::kFileLength,
       [] {
         return With([](SupplyFile& file) {
           model::Blpu blpu = *World().flat;
           blpu.hub.can_key = std::string(60, 'x');
           file.lines.push_back({.row = blpu, .change = model::ChangeType::kUpdate});
         });
       }},
      {RuleId::kFileCharacters, [=] { return WithLine(Cat(xref_head, xref_tail, "\"1\x81\",\"CTAX\"")); }},
      {RuleId::kFileTrailer, [] { return With([](SupplyFile& file) { file.record_count = 9; }); }},
      {RuleId::kFileVolumes, [] { return With([](SupplyFile& file) { file.next_volume = 2; }); }},
      {RuleId::kFileSequence,
       [] { return std::vector<std::string>{WorldFile().Text(), ChangeFile({2026, 2, 26}).Text()}; }},
      {RuleId::kFileDeleteLate,
       [] {
         SupplyFile file = ChangeFile();
         file.lines.push_back({.row = *World().flat, .change = model::ChangeType::kDelete});
         return std::vector<std::string>{file.Text()};
       }},
      {RuleId::kStreetVersion,
       [] {
         return With([](SupplyFile& file) {
           auto& street = std::get<model::Street>(file.lines[0].row);
           street.zeros = 1U << 10;  // VERSION: nothing, not 0
         });
       }},
  };
}

TEST_F(FileCheckTest, RulesOfFilesAreKeptAndBroken) {
  std::map<RuleId, int> cases;
  for (const FileCase& one : FileCases()) {
    SCOPED_TRACE(llpg::GetRule(one.rule).code);
    ++cases[one.rule];
    const HealthReport report = Check(one.breach());
    std::set<std::string> expected = {std::string(llpg::GetRule(one.rule).code)};
    for (const RuleId other : one.also) {
      expected.emplace(llpg::GetRule(other).code);
    }
    EXPECT_EQ(Codes(report), expected) << ReportText(report);
    for (const RuleFindings& found : report.rules) {
      for (const llpg::Finding& finding : found.examples) {
        EXPECT_TRUE(finding.message.ends_with('.')) << finding.message;
      }
    }
  }
  for (const llpg::Rule& rule : llpg::AllRules()) {
    EXPECT_EQ(cases[rule.id], rule.scope == llpg::Scope::kFile ? 1 : 0) << rule.code;
  }
  // Two volumes and a change-only file, as they should be: all of these rules are kept.
  SupplyFile first = WorldFile();
  SupplyFile second;
  second.volume = 2;
  second.lines.assign(first.lines.begin() + 4, first.lines.end());
  first.lines.resize(4);
  first.next_volume = 2;
  const HealthReport report = Check({first.Text(), second.Text(), ChangeFile().Text()});
  EXPECT_THAT(Codes(report), IsEmpty()) << ReportText(report);
  EXPECT_EQ(report.files.size(), 3U);
}

TEST_F(FileCheckTest, SequencesOfFiles) {
  const auto sequence = [this](const std::vector<std::string>& texts) { return Codes(Check(texts)); };
  const std::string full = WorldFile().Text();
  SupplyFile later = WorldFile();
  later.date = {2026, 2, 28};
  EXPECT_THAT(sequence({full, later.Text()}), Contains("WEN-FILE-SEQUENCE"));  // two full supplies at once
  EXPECT_THAT(sequence({full, ChangeFile().Text(), ChangeFile().Text()}), ElementsAre("WEN-FILE-SEQUENCE"));
  SupplyFile second = ChangeFile();
  second.volume = 2;
  EXPECT_THAT(sequence({full, second.Text()}), ElementsAre("WEN-FILE-VOLUMES"));
  SupplyFile open = WorldFile();
  open.next_volume = 3;
  EXPECT_THAT(sequence({open.Text(), second.Text()}), ElementsAre("WEN-FILE-VOLUMES"));
}

TEST_F(FileCheckTest, AChangeOnlyFileAloneIsNotBlamedForWhatItLeavesOut) {
  EXPECT_THAT(Codes(Check({ChangeFile().Text()})), IsEmpty());
}

TEST_F(FileCheckTest, ChangesAreJudgedTogetherWithTheirBase) {
  SupplyFile change = ChangeFile();
  std::get<model::Blpu>(change.lines[0].row).parent_uprn = *model::Uprn::Create(7);
  EXPECT_THAT(Codes(Check({WorldFile().Text(), change.Text()})), ElementsAre("AAU21.5"));
}

TEST_F(FileCheckTest, BadIdentifiers) {
  const std::string tail =
      R"(,1,2,2001-05-07,"RD06",,623050,308050,1,2625,2001-05-07,,2020-01-02,2001-05-08,"","","",,,"")";
  const auto check = [&](std::string_view uprn) { return Check(WithLine(Cat(R"(21,"I",90,)", uprn, tail))); };
  HealthReport report = check("1000900000021");  // 13 digits
  EXPECT_THAT(Codes(report), ElementsAre("VBI-2"));
  ASSERT_EQ(report.rules[0].examples.size(), 1U);
  EXPECT_EQ(report.rules[0].examples[0].severity, llpg::Severity::kReject);
  EXPECT_EQ(report.rules[0].examples[0].origin.line, 10U);
  EXPECT_EQ(report.tally, (Tally{.errors = 1, .warnings = 0}));
  EXPECT_THAT(Codes(check("")), ElementsAre("VBI-2"));
  EXPECT_THAT(Codes(check("0")), ElementsAre("VBI-2"));
  // Leading zeros are fine; the row is the flat again.
  EXPECT_THAT(Codes(check("000000199356")), ElementsAre("AAU21.86"));
  EXPECT_THAT(Codes(check("0100090000002")), Contains("VBI-3"));
}

TEST_F(FileCheckTest, BadInputOfEveryKind) {
  struct Bad {
    const char* name;
    std::function<void(World&)> change;
    std::vector<std::string> codes;
  };
  const std::vector<Bad> all = {
      {"a cycle of parents", [](World& w) { w.shell->parent_uprn = w.flat->uprn; }, {"WVB-29"}},
      {"its own parent", [](World& w) { w.flat->parent_uprn = w.flat->uprn; }, {"VB-8H"}},
      {"coordinates out of range", [](World& w) { w.flat->y = 700'000; }, {"AAU21.17", "AAU21.97"}},
      {"coordinates swapped", [](World& w) { std::swap(w.flat->x, w.flat->y); }, {"AAU21.97", "WEN-21-AREA"}},
      {"end before start",
       [](World& w) {
         w.SetFlatStatus(8);
         w.flat->dates.end = w.flat_lpi->dates.end = {2001, 5, 6};
       },
       {"AAU24.50", "VB-5C"}},
      {"dates in the future",
       [](World& w) { w.flat->dates.start = w.flat_lpi->dates.start = {2026, 3, 2}; },
       {"LPI-V13G", "VBI-2C"}},
      {"an LPI without a BLPU", [](World& w) { w.more.emplace_back(w.NewLpi(3)); }, {"AAU24.12"}},
      {"a BLPU without an LPI", [](World& w) { w.more.emplace_back(w.NewBlpu(3)); }, {"AAU21.86"}},
      {"five levels",
       [](World& w) {
         uint64_t above = 9;
         for (const uint64_t number : {3, 4, 5}) {
           model::Blpu blpu = w.NewBlpu(number);
           blpu.parent_uprn = number == 3 ? model::Uprn() : w.NewBlpu(number - 1).uprn;
           model::Lpi lpi = w.NewLpi(number);
           lpi.sao = {};
           lpi.pao.start_number = static_cast<int>(20 + above++);
           w.AddProperty(blpu, lpi);
         }
         w.shell->parent_uprn = w.NewBlpu(5).uprn;
       },
       {"WEN-21-DEPTH"}},
  };
  for (const Bad& bad : all) {
    SCOPED_TRACE(bad.name);
    World world;
    bad.change(world);
    const HealthReport report = Check({WorldFile(world).Text()});
    EXPECT_EQ(Codes(report), std::set<std::string>(bad.codes.begin(), bad.codes.end())) << ReportText(report);
  }
}

TEST_F(FileCheckTest, ReportsByStreetAndWard) {
  World world;
  world.flat->rpc = 6;
  world.flat_lpi->postcode = "NR1 1A";
  world.shell->rpc = 3;
  world.street->surface = 9;
  const HealthReport report = Check({WorldFile(world).Text()});
  EXPECT_EQ(report.tally, (Tally{.errors = 3, .warnings = 1}));
  ASSERT_EQ(report.streets_found.size(), 1U);
  EXPECT_EQ(report.streets_found.at(World::kUsrn).tally, report.tally);
  EXPECT_EQ(report.streets_found.at(World::kUsrn).properties, 2U);
  ASSERT_EQ(report.wards_found.size(), 1U);
  EXPECT_EQ(report.wards_found.at("E05002900").tally, (Tally{.errors = 2, .warnings = 1}));
  EXPECT_THAT(ReportText(report), HasSubstr("VB-11B  1 error, 0 warnings"));
  EXPECT_THAT(ReportText(report), HasSubstr("line 6: UPRN 100090000002: "));
  EXPECT_THAT(ReportJson(report), HasSubstr(R"("code": "VB-11B")"));
}

TEST_F(FileCheckTest, KeepsTheFirstExamplesOnly) {
  options_.max_examples = 2;
  World world;
  for (uint64_t number = 3; number < 8; ++number) {
    model::Blpu blpu = world.NewBlpu(number);
    blpu.rpc = 3;
    world.AddProperty(blpu, world.NewLpi(number));
  }
  const HealthReport report = Check({WorldFile(world).Text()});
  ASSERT_EQ(report.rules.size(), 1U);
  EXPECT_EQ(report.rules[0].tally, (Tally{.errors = 0, .warnings = 5}));
  ASSERT_EQ(report.rules[0].examples.size(), 2U);
  EXPECT_EQ(report.rules[0].examples[0].origin.line, 10U);
  EXPECT_THAT(ReportText(report), HasSubstr("and 3 more"));
}

TEST_F(FileCheckTest, FilesThatCannotBeRead) {
  EXPECT_FALSE(TryCheck({}).ok());
  EXPECT_FALSE(TryCheck({"name,age\r\nAnn,7\r\n"}).ok());
  EXPECT_FALSE(TryCheck({""}).ok());
  options_.files = {dir_.Join("absent.csv")};
  const absl::StatusOr<HealthReport> report = CheckFiles(options_);
  ASSERT_FALSE(report.ok());
  EXPECT_THAT(std::string(report.status().message()), HasSubstr("absent.csv"));
}

}  // namespace
}  // namespace wensum::health
