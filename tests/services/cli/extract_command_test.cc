#include "services/cli/extract_command.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <CLI/CLI.hpp>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>
#include <string>

#include "services/cli/import_command.h"
#include "tests/support/temp_dir.h"

namespace wensum::cli {
namespace {

using testing::HasSubstr;

// The exit code of a command line as main() would have it, and what went to standard error.
struct Outcome {
  int code = -1;
  std::string error;
};
Outcome RunLine(const std::string& line) {
  CLI::App app;
  Outcome outcome;
  AddImportCommand(app, outcome.code);
  testing::internal::CaptureStderr();
  try {
    app.parse(line);
  } catch (const CLI::ParseError& error) {
    outcome.code = 2;
    std::cerr << error.what();
  }
  outcome.error = testing::internal::GetCapturedStderr();
  return outcome;
}

TEST(ExtractCommandTest, PrintsFactsAsJson) {
  const ingest::ExtractFacts facts{.rows = 2,
                                   .bytes = 30,
                                   .sha256 = "ab",
                                   .columns = {"id", "a \"b\""},
                                   .watermark = "2026-01-01",
                                   .dbms_name = "PostgreSQL",
                                   .dbms_version = "15.0.18"};
  EXPECT_EQ(ExtractFactsJson(facts, "rows.csv"),
            R"({"file":"rows.csv","rows":2,"bytes":30,"sha256":"ab","columns":["id","a \"b\""],)"
            R"("watermark":"2026-01-01","dbms":"PostgreSQL","dbms_version":"15.0.18"})");
  EXPECT_FALSE(nlohmann::json::parse(ExtractFactsJson({}, "\xFF.csv")).contains("watermark"));
}

TEST(ExtractCommandTest, FailsWithoutAFile) {
  const TempDir dir;
  std::ofstream(dir.Join("extract.yaml")) << "connection: {dsn: no_such_source}\nquery: SELECT 1 AS id ORDER BY id\n"
                                             "key: [id]\nrows: 5\n";
  const std::string line = "import extract " + dir.Join("extract.yaml") + " --out " + dir.Join("rows.csv");
  Outcome outcome = RunLine(line);
  EXPECT_EQ(outcome.code, 1);
  EXPECT_THAT(outcome.error, HasSubstr("line 4, column 1: an extract configuration has no key \"rows\""));
  std::ofstream(dir.Join("extract.yaml")) << "connection: {dsn: no_such_source}\nquery: SELECT 1 AS id ORDER BY id\n"
                                             "key: [id]\n";
  outcome = RunLine(line);
  EXPECT_EQ(outcome.code, 1);
  EXPECT_THAT(outcome.error, HasSubstr("error: cannot connect to the database (DSN=no_such_source;): [IM002]"));
  outcome = RunLine(line + " --watermark 5");
  EXPECT_THAT(outcome.error, HasSubstr("the configuration has no watermark"));
  EXPECT_FALSE(std::filesystem::exists(dir.Join("rows.csv")));
}

TEST(ExtractCommandTest, ImportItselfStillNeedsItsArguments) {
  EXPECT_EQ(RunLine("import extract").code, 2);
  Outcome outcome = RunLine("import");
  EXPECT_EQ(outcome.code, 2);
  EXPECT_THAT(outcome.error, HasSubstr("file is required"));
  outcome = RunLine("import rows.csv");
  EXPECT_EQ(outcome.code, 2);
  EXPECT_THAT(outcome.error, HasSubstr("--feed is required"));
  outcome = RunLine("import no_such_file.csv --feed council_tax");
  EXPECT_EQ(outcome.code, 2);
  EXPECT_THAT(outcome.error, HasSubstr("no_such_file.csv"));
}

}  // namespace
}  // namespace wensum::cli
