// Whether an authority's gazetteer is in two languages is said once, in the configuration: imports, operations and
// health checks all go by it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "base/strings.h"
#include "services/server/options.h"
#include "tests/integration/test_server.h"
#include "tests/services/gazetteer/row_fixture.h"
#include "tests/services/health/supply_file.h"
#include "wensum/v1/custodian.grpc.pb.h"
#include "wensum/v1/health.grpc.pb.h"
#include "wensum/v1/imports.grpc.pb.h"

namespace wensum {
namespace {

using grpc::StatusCode;
using testing::Contains;
using testing::HasSubstr;
using testing::Key;
using testing::Not;
using testing::Pair;

using Counts = std::map<std::string, uint64_t>;  // by rule

constexpr uint32_t kStreet = 14'200'901;
constexpr uint64_t kBoth = 100'090'000'001;
constexpr uint64_t kEnglishOnly = 100'090'000'002;

// A server of custodian 2625, configured as its users would.
class Authority {
 public:
  explicit Authority(std::string_view bilingual)
      : server_([&](server::ServerOptions& options) {
          const auto read = server::ParseServerOptions(
              Cat("custodian:\n  codes: [2625]\n  uprns: [10000001-10000100]\n  usrns: [14200001-14200010]\n",
                  bilingual.empty() ? "" : "  bilingual: ", bilingual, "\n"),
              "authority.yaml");
          EXPECT_TRUE(read.ok()) << read.status();
          options.custodian = read->custodian;
        }) {}

  v1::ImportRun Import(const std::string& file) {
    v1::ImportRun run = ImportGazetteer(server_.channel(), file);
    EXPECT_EQ(run.state(), v1::ImportRun::STATE_SUCCEEDED) << run.error();
    EXPECT_EQ(run.counts().rejected(), 0U);
    return run;
  }

  // Errors of a check of the whole register, by rule.
  Counts CheckHealth() {
    v1::HealthReport report;
    grpc::ClientContext context;
    const grpc::Status status =
        v1::GazetteerHealth::NewStub(server_.channel())->RunCheck(&context, v1::RunHealthCheckRequest(), &report);
    EXPECT_TRUE(status.ok()) << status.error_message();
    Counts errors;
    for (const auto& rule : report.by_rule()) {
      errors[rule.rule()] = rule.errors();
    }
    return errors;
  }

  grpc::Status Apply(const v1::ApplyOperationRequest& request, v1::OperationRecord* record) {
    grpc::ClientContext context;
    record->Clear();
    return v1::Custodian::NewStub(server_.channel())->Apply(&context, request, record);
  }

 private:
  TestServer server_;
};

// A street and a house in both languages, and a house in English alone.
std::string SupplyText() {
  health::SupplyFile file;
  model::Lpi welsh = gazetteer::TestLpi(kBoth, 2, kStreet, 1);
  welsh.language = "CYM";
  file.Add({gazetteer::TestStreet(kStreet), gazetteer::TestDescriptor(kStreet, "HIGH STREET"),
            gazetteer::TestDescriptor(kStreet, "STRYD FAWR", "CYM"), gazetteer::TestBlpu(kBoth),
            gazetteer::TestLpi(kBoth, 1, kStreet, 1), welsh, gazetteer::TestBlpu(kEnglishOnly),
            gazetteer::TestLpi(kEnglishOnly, 3, kStreet, 2)});
  return file.Text();
}

Counts IssuesOf(const v1::ImportRun& run) { return {run.counts().by_rule().begin(), run.counts().by_rule().end()}; }

v1::ApplyOperationRequest NewStreet(const std::vector<std::string>& languages) {
  v1::ApplyOperationRequest request;
  auto& street = *request.mutable_operation()->mutable_create_street()->mutable_street();
  street.set_record_type(1);
  street.set_start_easting(623'000);
  street.set_start_northing(308'000);
  street.set_end_easting(623'200);
  street.set_end_northing(308'000);
  for (const std::string& language : languages) {
    auto& descriptor = *street.add_descriptors();
    descriptor.set_language(language);
    descriptor.set_description(language == "CYM" ? "Lon y Felin" : "Mill Lane");
    descriptor.set_town("Norwich");
    descriptor.set_administrative_area("Norfolk");
  }
  return request;
}

v1::ApplyOperationRequest NewHouse(uint64_t usrn, const std::vector<std::string>& languages) {
  v1::ApplyOperationRequest request;
  auto& house = *request.mutable_operation()->mutable_create_property()->mutable_property();
  house.set_classification("RD04");
  house.set_easting(623'010);
  house.set_northing(308'010);
  house.set_logical_status(1);
  for (const std::string& language : languages) {
    auto& address = *house.add_addresses();
    address.set_language(language);
    address.set_usrn(usrn);
    address.mutable_pao()->set_start_number(12);
    address.set_postcode("NR1 1AA");
    address.set_post_town("Norwich");
  }
  return request;
}

TEST(BilingualTest, ImportsAndHealthChecksAskForBothLanguages) {
  Authority authority("true");
  const Counts issues = IssuesOf(authority.Import(SupplyText()));
  EXPECT_THAT(issues, Not(Contains(Key("AAU15.20")))) << "a Welsh descriptor is as it should be";
  EXPECT_THAT(issues, Not(Contains(Key("LPI-V5"))));
  const Counts errors = authority.CheckHealth();
  EXPECT_THAT(errors, Contains(Pair("AAU24.6", 1U))) << "one house has no Welsh address";
  EXPECT_THAT(errors, Not(Contains(Key("BS7666-4A"))));
  EXPECT_THAT(errors, Not(Contains(Key("AAU15.20"))));
  EXPECT_THAT(errors, Not(Contains(Key("LPI-V5"))));
}

TEST(BilingualTest, OthersAskForEnglishAlone) {
  for (const std::string_view setting : {"", "false"}) {
    SCOPED_TRACE(setting);
    Authority authority(setting);
    const Counts issues = IssuesOf(authority.Import(SupplyText()));
    EXPECT_THAT(issues, Contains(Pair("AAU15.20", 1U)));
    EXPECT_THAT(issues, Contains(Pair("LPI-V5", 1U)));
    const Counts errors = authority.CheckHealth();
    EXPECT_THAT(errors, Contains(Pair("AAU15.20", 1U)));
    EXPECT_THAT(errors, Contains(Pair("LPI-V5", 1U)));
    EXPECT_THAT(errors, Not(Contains(Key("AAU24.6"))));
  }
}

TEST(BilingualTest, OperationsAddNothingInOneLanguage) {
  Authority authority("true");
  v1::OperationRecord record;
  grpc::Status status = authority.Apply(NewStreet({"ENG"}), &record);
  EXPECT_EQ(status.error_code(), StatusCode::FAILED_PRECONDITION);
  EXPECT_EQ(ReasonOf(status), "OPERATION_REFUSED");
  EXPECT_THAT(status.error_message(), HasSubstr("BS7666-4A"));
  status = authority.Apply(NewStreet({"ENG", "CYM"}), &record);
  ASSERT_TRUE(status.ok()) << status.error_message();
  const uint64_t usrn = record.new_usrns(0);

  status = authority.Apply(NewHouse(usrn, {"CYM"}), &record);
  EXPECT_EQ(ReasonOf(status), "OPERATION_REFUSED");
  EXPECT_THAT(status.error_message(), HasSubstr("AAU24.6"));
  status = authority.Apply(NewHouse(usrn, {"ENG", "CYM"}), &record);
  ASSERT_TRUE(status.ok()) << status.error_message();
  const Counts errors = authority.CheckHealth();
  EXPECT_THAT(errors, Not(Contains(Key("AAU24.6"))));
  EXPECT_THAT(errors, Not(Contains(Key("BS7666-4A"))));

  // What was imported in one language may be worked on: the fault is no new one.
  authority.Import(SupplyText());
  v1::ApplyOperationRequest amend;
  amend.mutable_operation()->mutable_add_cross_reference()->set_uprn(kEnglishOnly);
  amend.mutable_operation()->mutable_add_cross_reference()->set_source("CTAX");
  amend.mutable_operation()->mutable_add_cross_reference()->set_cross_reference("CT/1");
  status = authority.Apply(amend, &record);
  EXPECT_TRUE(status.ok()) << status.error_message();
}

TEST(BilingualTest, OperationsOfOthersTakeNoWelsh) {
  Authority authority("");
  v1::OperationRecord record;
  grpc::Status status = authority.Apply(NewStreet({"ENG", "CYM"}), &record);
  EXPECT_EQ(ReasonOf(status), "OPERATION_REFUSED");
  EXPECT_THAT(status.error_message(), HasSubstr("AAU15.20"));
  status = authority.Apply(NewStreet({"ENG"}), &record);
  ASSERT_TRUE(status.ok()) << status.error_message();
  const uint64_t usrn = record.new_usrns(0);
  status = authority.Apply(NewHouse(usrn, {"ENG", "CYM"}), &record);
  EXPECT_EQ(ReasonOf(status), "OPERATION_REFUSED");
  EXPECT_THAT(status.error_message(), HasSubstr("LPI-V5"));
  EXPECT_TRUE(authority.Apply(NewHouse(usrn, {"ENG"}), &record).ok());
}

}  // namespace
}  // namespace wensum
