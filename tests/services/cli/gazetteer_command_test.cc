// `wensum gazetteer validate`: what it prints and its exit code.
#include "services/cli/gazetteer_command.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <CLI/CLI.hpp>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/gazetteer/rules/rule_world.h"
#include "tests/services/health/supply_file.h"
#include "tests/support/temp_dir.h"

namespace wensum::cli {
namespace {

using llpg::World;
using testing::HasSubstr;

class ValidateTest : public testing::Test {
 protected:
  std::string Write(const World& world) {
    health::SupplyFile file;
    file.Add(world.Rows());
    const std::string path = dir_.Join("supply.csv");
    std::ofstream(path, std::ios::binary) << file.Text();
    return path;
  }

  // The exit code; what was printed is in out_ and error_.
  int Run(std::vector<std::string> arguments) {
    CLI::App app;
    int exit_code = -1;
    AddGazetteerCommands(app, exit_code);
    arguments.insert(arguments.begin(), {"gazetteer", "validate", "--as-of", "2026-03-01"});
    std::vector<std::string> reversed(arguments.rbegin(), arguments.rend());
    testing::internal::CaptureStdout();
    testing::internal::CaptureStderr();
    app.parse(reversed);
    out_ = testing::internal::GetCapturedStdout();
    error_ = testing::internal::GetCapturedStderr();
    return exit_code;
  }

  TempDir dir_;
  std::string out_;
  std::string error_;
};

TEST_F(ValidateTest, ExitCodes) {
  World world;
  const std::string path = Write(world);
  EXPECT_EQ(Run({path}), 0) << out_;
  world.flat->rpc = 3;
  Write(world);
  EXPECT_EQ(Run({path}), 0) << out_;  // a warning
  EXPECT_THAT(out_, HasSubstr("AAU21.22"));
  world.flat->rpc = 6;
  Write(world);
  EXPECT_EQ(Run({path}), 1) << out_;
  EXPECT_EQ(Run({dir_.Join("absent.csv")}), 2);
  EXPECT_THAT(error_, HasSubstr("absent.csv"));
  EXPECT_EQ(Run({path, "--format", "csv"}), 2);
  EXPECT_THAT(error_, HasSubstr("dtf_7_3"));
  EXPECT_EQ(Run({path, "--as-of", "2026"}), 2);
}

TEST_F(ValidateTest, PrintsJson) {
  World world;
  world.flat->rpc = 6;
  EXPECT_EQ(Run({Write(world), "--json"}), 1);
  const auto report = nlohmann::json::parse(out_);
  EXPECT_EQ(report["errors"], 1);
  EXPECT_EQ(report["by_rule"][0]["code"], "VB-11B");
  EXPECT_EQ(report["by_rule"][0]["examples"][0]["uprn"], World::kFlat);
  EXPECT_EQ(report["by_rule"][0]["examples"][0]["line"], 6);
  EXPECT_EQ(report["by_street"][0]["usrn"], World::kUsrn);
  EXPECT_EQ(report["by_ward"][0]["ward"], "E05002900");
  EXPECT_EQ(Run({dir_.Join("supply.csv"), "--json", "--max-findings", "0"}), 1);
  EXPECT_TRUE(nlohmann::json::parse(out_)["by_rule"][0]["examples"].empty());
}

TEST_F(ValidateTest, CustodiansAndDates) {
  World world;
  world.flat->x = 300'000;  // far from Norwich, and from its street
  EXPECT_EQ(Run({Write(world)}), 0);
  EXPECT_THAT(out_, HasSubstr("WEN-21-AREA"));
  EXPECT_EQ(Run({dir_.Join("supply.csv"), "--custodian", "2610"}), 0);
  EXPECT_THAT(out_, testing::Not(HasSubstr("WEN-21-AREA")));
  world = World();
  EXPECT_EQ(Run({Write(world), "--as-of", "2019-12-31"}), 1);  // LAST_UPDATE_DATE is of 2020
  world.SetFlatStatus(6);
  world.flat->state = 5;
  EXPECT_EQ(Run({Write(world)}), 0);
  EXPECT_EQ(Run({dir_.Join("supply.csv"), "--hub"}), 1);
}

}  // namespace
}  // namespace wensum::cli
