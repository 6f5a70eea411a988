// `wensum import check` and `wensum import preview`: what they print and their exit codes.
#include "services/cli/check_command.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <CLI/CLI.hpp>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "services/cli/import_command.h"
#include "tests/support/temp_dir.h"

namespace wensum::cli {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::string_view kMapping = R"yaml(
version: 1
feed: rents
source: housing
kind: person
contract:
  rows: {at_least: 2}
  rules:
    - {name: id_shape, severity: flag, matches: {column: ID, pattern: '\d+'}}
records:
  - key: "{ID}-{#person}"
    people: {column: NAMES}
    fields:
      date_of_birth: {column: DOB, date: [DD/MM/YYYY]}
)yaml";

class CheckCommandTest : public testing::Test {
 protected:
  std::string Write(const std::string& name, std::string_view text) {
    const std::string path = dir_.Join(name);
    std::ofstream(path, std::ios::binary) << text;
    return path;
  }

  // The exit code; what was printed is in out_ and error_.
  int Run(std::vector<std::string> arguments) {
    CLI::App app;
    int exit_code = -1;
    AddImportCommand(app, exit_code);
    arguments.insert(arguments.begin(), "import");
    std::vector<std::string> reversed(arguments.rbegin(), arguments.rend());
    testing::internal::CaptureStdout();
    testing::internal::CaptureStderr();
    try {
      app.parse(reversed);
    } catch (const CLI::ParseError& error) {
      std::cerr << error.what();
      exit_code = 2;
    }
    out_ = testing::internal::GetCapturedStdout();
    error_ = testing::internal::GetCapturedStderr();
    return exit_code;
  }

  TempDir dir_;
  std::string out_;
  std::string error_;
};

TEST_F(CheckCommandTest, ChecksAMapping) {
  EXPECT_EQ(Run({"check", Write("rents.yaml", kMapping)}), 0) << error_;
  EXPECT_THAT(out_, HasSubstr("feed rents, source housing, csv, 3 columns, 1 records a row, 1 rules of a contract"));
  const std::string wrong = Write("wrong.yaml", "version: 2\n");
  EXPECT_EQ(Run({"check", wrong}), 1);
  EXPECT_THAT(error_, HasSubstr("line 1, column 10: the mapping's version must be 1"));
  EXPECT_EQ(Run({"check", dir_.Join("absent.yaml")}), 2);
  EXPECT_THAT(error_, HasSubstr("absent.yaml"));
  EXPECT_EQ(Run({"check"}), 2);
}

TEST_F(CheckCommandTest, ChecksAFile) {
  const std::string mapping = Write("rents.yaml", kMapping);
  const std::string good = Write("good.csv", "ID,NAMES,DOB,NEW\n1,MR J & MRS P SMITH,01/02/1980,\nx,A JONES,,\n");
  EXPECT_EQ(Run({"check", mapping, good}), 0) << error_;
  EXPECT_THAT(out_, HasSubstr("2 rows, of these 0 unreadable, 0 rejected besides"));
  EXPECT_THAT(out_, HasSubstr("contract id_shape (flag): 1 rows break it, first in line 3, ID"));
  EXPECT_THAT(out_, HasSubstr("warning column_unused, line 1, NEW"));
  EXPECT_THAT(out_, HasSubstr("a server would take the file"));
  const std::string few = Write("few.csv", "ID,NAMES,DOB\n1,J SMITH,\n");
  EXPECT_EQ(Run({"check", mapping, few}), 1);
  EXPECT_THAT(out_, HasSubstr("stop contract_rows"));
  EXPECT_THAT(out_, HasSubstr("a server would refuse the file"));
  EXPECT_EQ(Run({"check", mapping, few, "--json"}), 1);
  const auto report = nlohmann::json::parse(out_);
  EXPECT_EQ(report["feed"], "rents");
  EXPECT_EQ(report["file"]["rows"], 1);
  EXPECT_EQ(report["file"]["issues"][0]["rule"], "contract_rows");
  EXPECT_EQ(report["file"]["refused"], true);
  EXPECT_EQ(Run({"check", mapping, Write("other.csv", "A,B\n1,2\n")}), 1);
  EXPECT_THAT(error_, HasSubstr("the header has no column \"ID\""));
  EXPECT_EQ(Run({"check", mapping, dir_.Join("absent.csv")}), 2);
}

TEST_F(CheckCommandTest, PreviewsRows) {
  const std::string mapping = Write("rents.yaml", kMapping);
  const std::string file = Write("file.csv", "ID,NAMES,DOB\n1,MR J & MRS P SMITH,01/02/1980\nx,,\n3,C BROWN,\n");
  EXPECT_EQ(Run({"preview", mapping, file, "--rows", "2"}), 0) << error_;
  std::istringstream lines(out_);
  std::string line;
  std::vector<nlohmann::json> rows;
  while (std::getline(lines, line)) rows.push_back(nlohmann::json::parse(line));
  ASSERT_EQ(rows.size(), 2U) << out_;
  EXPECT_EQ(rows[0]["line"], 2);
  ASSERT_EQ(rows[0]["records"].size(), 2U);
  const nlohmann::json& second = rows[0]["records"][1];
  EXPECT_EQ(second["rejected"], false);
  EXPECT_EQ(second["record"]["source_key"]["key"], "1-2");
  EXPECT_EQ(second["record"]["details"]["name"]["surname"], "SMITH");
  EXPECT_EQ(second["record"]["details"]["name"]["title"], "MRS");
  EXPECT_EQ(second["record"]["details"]["date_of_birth"]["year"], 1980);
  EXPECT_FALSE(second["record"].contains("person"));
  EXPECT_THAT(second["issues"], IsEmpty());
  const nlohmann::json& rejected = rows[1]["records"][0];
  EXPECT_EQ(rejected["rejected"], true);
  EXPECT_FALSE(rejected.contains("record"));
  EXPECT_EQ(rejected["issues"][0]["rule"], "name_missing");
  EXPECT_EQ(rejected["issues"][0]["raw"], "x,,");
  EXPECT_EQ(rejected["issues"][1]["rule"], "id_shape");
  EXPECT_EQ(Run({"preview", mapping, dir_.Join("absent.csv")}), 2);
}

TEST_F(CheckCommandTest, AnImportStillNeedsItsArguments) {
  EXPECT_EQ(Run({}), 2);
  EXPECT_THAT(error_, HasSubstr("file is required"));
  EXPECT_EQ(Run({dir_.Join("x.csv")}), 2);
  EXPECT_THAT(error_, HasSubstr("--feed is required"));
}

}  // namespace
}  // namespace wensum::cli
