// `wensum address match --data-dir`: the gazetteer of a data directory as the list.
#include "services/address_match/register_list.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/status_macros.h"
#include "services/address_match/match_file.h"
#include "services/register/register.h"
#include "services/register/rules.h"
#include "storage/rocksdb_store.h"
#include "tests/services/gazetteer/row_fixture.h"
#include "tests/support/temp_dir.h"

namespace wensum::address_match {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr uint32_t kStreet = 20'900'001;

class RegisterListTest : public testing::Test {
 protected:
  void SetUp() override {
    store_ = *storage::OpenRocksDbStore({.path = storage::StorePath(dir_.Join("data"))});
    registry::RegisterOptions options;
    options.rules = *registry::ParseRegisterRules(registry::DefaultRulesYaml());
    register_ = *registry::Register::Open(store_.get(), &clock_, options);
    options_.data_dir = dir_.Join("data");
    options_.input = dir_.Join("input.csv");
    options_.out = dir_.Join("out.csv");
    options_.calibration_rows = 0;
    options_.precision = 0.9;
    options_.seconds = [] { return 0.0; };
    std::ofstream(options_.input) << "unique_id,address_concat,postcode\n"
                                     "a,\"2 Hihg Street, Norwich\",NR1 1AB\n"
                                     "b,\"99 High Street, Norwich\",\n";
  }

  void Write(std::vector<model::GazetteerRow> rows) {
    registry::Mutation mutation;
    for (model::GazetteerRow& row : rows) {
      mutation.rows.push_back({.row = std::move(row), .format = model::GazetteerFormat::kDtf73});
    }
    ASSERT_TRUE(register_->Commit(std::move(mutation)).status.ok());
  }
  void WriteTown() {
    Write({gazetteer::TestStreet(kStreet), gazetteer::TestDescriptor(kStreet, "HIGH STREET")});
    for (uint64_t uprn = 3; uprn >= 1; --uprn) {
      Write({gazetteer::TestBlpu(uprn), gazetteer::TestLpi(uprn, uprn, kStreet, static_cast<int>(uprn))});
    }
  }

  TempDir dir_;
  SystemClock clock_;
  std::unique_ptr<storage::Store> store_;
  std::unique_ptr<registry::Register> register_;
  MatchFileOptions options_;
};

TEST_F(RegisterListTest, AnswersAreUprnsWhileTheServerRuns) {
  WriteTown();
  const absl::StatusOr<std::string> summary = MatchFile(options_);  // beside the open register
  ASSERT_TRUE(summary.ok()) << Message(summary.status());
  EXPECT_THAT(*summary, HasSubstr("\"properties\": 3"));
  std::ifstream out(options_.out);
  std::string header;
  std::string first;
  std::string second;
  std::getline(out, header);
  std::getline(out, first);
  std::getline(out, second);
  EXPECT_THAT(first, testing::StartsWith("a,MATCHED,2,"));
  EXPECT_THAT(second, testing::StartsWith("b,STREET_ONLY,,,,"));
  WriteTown();  // and it was not disturbed
}

TEST_F(RegisterListTest, TheListIsInTheOrderOfUprns) {
  WriteTown();
  matching::address::FlatGazetteer list;
  ASSERT_TRUE(ReadRegister(options_.data_dir, 2, &list).ok());
  EXPECT_THAT(list.ids, ElementsAre("1", "2", "3"));
  EXPECT_EQ(list.addresses.size(), 3U);
}

TEST_F(RegisterListTest, WhatIsMissingIsSaid) {
  absl::StatusOr<std::string> summary = MatchFile(options_);
  EXPECT_EQ(summary.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(Message(summary.status())), HasSubstr("import a gazetteer first"));
  options_.data_dir = dir_.Join("elsewhere");
  summary = MatchFile(options_);
  EXPECT_EQ(summary.status().code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(std::string(Message(summary.status())), HasSubstr("there is no register in"));
  options_.canonical = options_.input;
  summary = MatchFile(options_);
  EXPECT_EQ(summary.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(Message(summary.status())), HasSubstr("one of --canonical and --data-dir"));
  options_.canonical.clear();
  options_.data_dir.clear();
  EXPECT_EQ(MatchFile(options_).status().code(), absl::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace wensum::address_match
