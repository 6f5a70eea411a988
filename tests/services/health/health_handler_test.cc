// Checks of a register, their trend, and waivers.
#include "services/health/health_handler.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "base/strings.h"
#include "services/convert/times.h"
#include "services/health/stored_check.h"
#include "services/register/prepare.h"
#include "storage/memory_store.h"
#include "tests/gazetteer/rules/rule_world.h"
#include "tests/services/register/register_test_util.h"

namespace wensum::health {
namespace {

using llpg::World;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr model::GazetteerFormat kDtf = model::GazetteerFormat::kDtf73;
// registry::kStartTime is in September 2026.
const model::PartialDate kExpiry = {2027, 1, 31};
constexpr TimeMicros kDay = TimeMicros{86'400} * 1'000'000;

class HealthHandlerTest : public testing::Test {
 protected:
  void Commit(const std::vector<model::GazetteerRow>& rows) {
    registry::Mutation mutation;
    for (const model::GazetteerRow& row : rows) {
      mutation.rows.push_back({.row = row, .change = model::ChangeType::kInsert, .format = kDtf});
    }
    const registry::MutationResult result = register_->Commit(std::move(mutation));
    ASSERT_TRUE(result.status.ok()) << result.status;
  }

  v1::HealthReport Run(const v1::RunHealthCheckRequest& request = {}) {
    rpc::CallContext call("/test");
    v1::HealthReport report;
    const absl::Status status = handler_.RunCheck(call, request, report);
    EXPECT_TRUE(status.ok()) << status;
    return report;
  }

  absl::StatusOr<v1::HealthReport> Get(const std::string& name) {
    rpc::CallContext call("/test");
    v1::GetHealthReportRequest request;
    request.set_name(name);
    v1::HealthReport report;
    const absl::Status status = handler_.GetReport(call, request, report);
    return status.ok() ? absl::StatusOr<v1::HealthReport>(report) : status;
  }

  absl::StatusOr<v1::HealthWaiver> Waive(const std::string& rule, const std::string& subject,
                                         const std::string& reason = "agreed with the owner",
                                         model::PartialDate expires = kExpiry) {
    rpc::CallContext call("/test");
    call.set_grant({.caller = "loopback"});
    v1::WaiveFindingRequest request;
    request.set_rule(rule);
    request.set_subject(subject);
    request.set_reason(reason);
    convert::ToDate(expires.ToNumber(), *request.mutable_expire_date());
    v1::HealthWaiver waiver;
    const absl::Status status = handler_.Waive(call, request, waiver);
    return status.ok() ? absl::StatusOr<v1::HealthWaiver>(waiver) : status;
  }

  std::vector<std::string> Waivers(bool ended) {
    rpc::CallContext call("/test");
    v1::ListHealthWaiversRequest request;
    request.set_show_ended(ended);
    v1::ListHealthWaiversResponse response;
    EXPECT_TRUE(handler_.ListWaivers(call, request, response).ok());
    std::vector<std::string> out;
    for (const v1::HealthWaiver& waiver : response.waivers()) {
      out.push_back(Cat(waiver.name(), " ", waiver.rule(), waiver.active() ? "" : " ended"));
    }
    return out;
  }

  static World FaultyWorld() {
    World world;
    world.flat->rpc = 6;                  // VB-11B, an error
    world.shell->rpc = 3;                 // AAU21.22, a warning
    world.flat_lpi->postcode = "NR1 1A";  // LPI-V11B
    return world;
  }

  // "rule errors warnings waived".
  static std::vector<std::string> Counts(const v1::HealthReport& report) {
    std::vector<std::string> out;
    for (const v1::HealthRuleFindings& rule : report.by_rule()) {
      out.push_back(Cat(rule.rule(), " ", rule.errors(), " ", rule.warnings(), " ", rule.waived()));
    }
    return out;
  }

  std::unique_ptr<storage::Store> store_ = storage::NewMemoryStore();
  ManualClock clock_{registry::kStartTime};
  std::unique_ptr<registry::Register> register_ = registry::OpenOrDie(store_.get(), &clock_);
  HealthHandler handler_{register_.get(), &clock_};
};

const std::string kFlat = Cat("properties/", World::kFlat);

TEST_F(HealthHandlerTest, AnEmptyRegisterHasNoReport) {
  rpc::CallContext call("/test");
  v1::HealthReport report;
  EXPECT_EQ(handler_.RunCheck(call, {}, report).code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(Get("").status().code(), absl::StatusCode::kNotFound);
}

TEST_F(HealthHandlerTest, AGoodRegisterHasNoFindings) {
  Commit(World().Rows());
  const v1::HealthReport report = Run();
  EXPECT_EQ(report.name(), "healthReports/1");
  EXPECT_EQ(report.revision(), 1U);
  EXPECT_EQ(report.properties(), 2U);
  EXPECT_EQ(report.streets(), 1U);
  EXPECT_THAT(Counts(report), IsEmpty());
  EXPECT_EQ(report.as_of_date().year(), 2026);
}

TEST_F(HealthHandlerTest, ReportsByRuleStreetAndWard) {
  Commit(FaultyWorld().Rows());
  const v1::HealthReport report = Run();
  EXPECT_THAT(Counts(report), ElementsAre("VB-11B 1 0 0", "LPI-V11B 1 0 0", "AAU21.22 0 1 0"));
  EXPECT_EQ(report.errors(), 2U);
  EXPECT_EQ(report.warnings(), 1U);
  EXPECT_EQ(report.previous(), "");
  ASSERT_EQ(report.by_rule(1).findings_size(), 1);
  const v1::HealthFinding& finding = report.by_rule(1).findings(0);
  EXPECT_EQ(finding.property(), kFlat);
  EXPECT_EQ(finding.street(), Cat("streets/", World::kUsrn));
  EXPECT_EQ(finding.key(), "2625L000000002");
  EXPECT_EQ(finding.column(), "POSTCODE");
  EXPECT_EQ(finding.severity(), v1::HealthFinding::SEVERITY_ERROR);
  EXPECT_THAT(finding.message(), HasSubstr("NR1 1A"));
  ASSERT_EQ(report.by_street_size(), 1);
  EXPECT_EQ(report.by_street(0).place(), Cat("streets/", World::kUsrn));
  EXPECT_EQ(report.by_street(0).errors(), 2U);
  EXPECT_EQ(report.by_street(0).properties(), 2U);
  ASSERT_EQ(report.by_ward_size(), 1);
  EXPECT_EQ(report.by_ward(0).place(), "E05002900");
  const auto stored = Get("");
  ASSERT_TRUE(stored.ok()) << stored.status();
  EXPECT_EQ(stored->SerializeAsString(), report.SerializeAsString());
}

TEST_F(HealthHandlerTest, TellsWhatChangedSinceTheReportBefore) {
  Commit(FaultyWorld().Rows());
  Run();
  World better = FaultyWorld();
  better.flat->rpc = 1;
  better.street->surface = 9;
  Commit({*better.flat, *better.street});
  const v1::HealthReport report = Run();
  EXPECT_EQ(report.name(), "healthReports/2");
  EXPECT_EQ(report.previous(), "healthReports/1");
  std::vector<std::string> changes;
  for (const v1::HealthRuleFindings& rule : report.by_rule()) {
    changes.push_back(Cat(rule.rule(), " ", rule.errors_change(), " ", rule.warnings_change()));
  }
  EXPECT_THAT(changes, ElementsAre("S-10 1 0", "LPI-V11B 0 0", "AAU21.22 0 0", "VB-11B -1 0"));
  // Again at the same revision: the report is replaced, and held against the same one.
  EXPECT_EQ(Run().previous(), "healthReports/1");

  rpc::CallContext call("/test");
  v1::ListHealthReportsRequest request;
  request.set_page_size(1);
  v1::ListHealthReportsResponse page;
  ASSERT_TRUE(handler_.ListReports(call, request, page).ok());
  ASSERT_EQ(page.reports_size(), 1);
  EXPECT_EQ(page.reports(0).name(), "healthReports/2");
  EXPECT_EQ(page.reports(0).by_street_size(), 0);
  EXPECT_EQ(page.reports(0).by_rule(0).findings_size(), 0);
  request.set_page_token(page.next_page_token());
  page.Clear();
  ASSERT_TRUE(handler_.ListReports(call, request, page).ok());
  ASSERT_EQ(page.reports_size(), 1);
  EXPECT_EQ(page.reports(0).name(), "healthReports/1");
  EXPECT_EQ(page.next_page_token(), "");
  EXPECT_TRUE(Get("healthReports/1").ok());
  EXPECT_EQ(Get("healthReports/3").status().code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(Get("reports/1").status().code(), absl::StatusCode::kInvalidArgument);
}

TEST_F(HealthHandlerTest, WaivedFindingsAreListedApart) {
  Commit(FaultyWorld().Rows());
  const auto waiver = Waive("vb-11b", kFlat);
  ASSERT_TRUE(waiver.ok()) << waiver.status();
  EXPECT_EQ(waiver->name(), "healthWaivers/1");
  EXPECT_EQ(waiver->rule(), "VB-11B");
  EXPECT_EQ(waiver->creator(), "loopback");
  EXPECT_TRUE(waiver->active());
  const v1::HealthReport report = Run();
  EXPECT_THAT(Counts(report), ElementsAre("LPI-V11B 1 0 0", "AAU21.22 0 1 0", "VB-11B 0 0 1"));
  EXPECT_EQ(report.waived(), 1U);
  EXPECT_EQ(report.errors(), 1U);
  EXPECT_EQ(report.by_rule(2).waived_findings_size(), 1);
  // It ends by itself on the day after its last.
  clock_.Set(registry::kStartTime + 365 * kDay);
  EXPECT_EQ(Run().waived(), 0U);
  EXPECT_THAT(Waivers(false), IsEmpty());
  EXPECT_THAT(Waivers(true), ElementsAre("healthWaivers/1 VB-11B ended"));
}

TEST_F(HealthHandlerTest, WaiversAreReplacedAndRevoked) {
  Commit(FaultyWorld().Rows());
  ASSERT_TRUE(Waive("VB-11B", kFlat).ok());
  ASSERT_TRUE(Waive("AAU21.15", kFlat, "another reason").ok());  // an alias of the same rule
  ASSERT_TRUE(Waive("S-10", Cat("streets/", World::kUsrn)).ok());
  EXPECT_THAT(Waivers(false), ElementsAre("healthWaivers/2 VB-11B", "healthWaivers/3 S-10"));
  EXPECT_EQ(Waivers(true).size(), 3U);
  rpc::CallContext call("/test");
  v1::RevokeHealthWaiverRequest request;
  request.set_name("healthWaivers/2");
  v1::HealthWaiver revoked;
  ASSERT_TRUE(handler_.RevokeWaiver(call, request, revoked).ok());
  EXPECT_TRUE(revoked.has_revoke_time());
  EXPECT_FALSE(revoked.active());
  EXPECT_EQ(Run().waived(), 0U);
  ASSERT_TRUE(handler_.RevokeWaiver(call, request, revoked).ok());  // again: it stays as it was
  request.set_name("healthWaivers/9");
  EXPECT_EQ(handler_.RevokeWaiver(call, request, revoked).code(), absl::StatusCode::kNotFound);
}

TEST_F(HealthHandlerTest, WaiversAreHeldToTheirForm) {
  const auto code = [](const absl::StatusOr<v1::HealthWaiver>& waiver) { return waiver.status().code(); };
  constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;
  EXPECT_EQ(code(Waive("AAU99.9", kFlat)), kInvalid);
  EXPECT_EQ(code(Waive("VB-11B", "people/1")), kInvalid);
  EXPECT_EQ(code(Waive("VB-11B", "properties/0")), kInvalid);
  EXPECT_EQ(code(Waive("VB-11B", kFlat, " ")), kInvalid);
  EXPECT_EQ(code(Waive("VB-11B", kFlat, std::string(501, 'x'))), kInvalid);
  EXPECT_EQ(code(Waive("VB-11B", kFlat, "why", {})), kInvalid);
  EXPECT_EQ(code(Waive("VB-11B", kFlat, "why", {2027, 1, 0})), kInvalid);
  EXPECT_EQ(code(Waive("VB-11B", kFlat, "why", {2020, 1, 1})), kInvalid);
  EXPECT_EQ(code(Waive("VB-11B", kFlat, "why", {2040, 1, 1})), kInvalid);
  EXPECT_THAT(Waivers(true), IsEmpty());
}

TEST_F(HealthHandlerTest, DatesAreHeldAgainstTheDayAskedFor) {
  Commit(World().Rows());
  v1::RunHealthCheckRequest request;
  convert::ToDate(20191231, *request.mutable_as_of_date());
  EXPECT_GT(Run(request).errors(), 0U);  // LAST_UPDATE_DATE is of 2020
  convert::ToDate(20190000, *request.mutable_as_of_date());
  rpc::CallContext call("/test");
  v1::HealthReport report;
  EXPECT_EQ(handler_.RunCheck(call, request, report).code(), absl::StatusCode::kInvalidArgument);
}

TEST_F(HealthHandlerTest, SurvivesAReopening) {
  Commit(FaultyWorld().Rows());
  ASSERT_TRUE(Waive("VB-11B", kFlat).ok());
  const v1::HealthReport report = Run();
  register_.reset();
  register_ = registry::OpenOrDie(store_.get(), &clock_);
  HealthHandler again(register_.get(), &clock_);
  rpc::CallContext call("/test");
  v1::HealthReport stored;
  ASSERT_TRUE(again.GetReport(call, {}, stored).ok());
  EXPECT_EQ(stored.SerializeAsString(), report.SerializeAsString());
  v1::ListHealthWaiversResponse waivers;
  ASSERT_TRUE(again.ListWaivers(call, {}, waivers).ok());
  EXPECT_EQ(waivers.waivers_size(), 1);
}

TEST_F(HealthHandlerTest, WaiversInPages) {
  for (int i = 1; i <= 7; ++i) {
    ASSERT_TRUE(Waive("VB-11B", Cat("properties/", i)).ok());
  }
  rpc::CallContext call("/test");
  for (const uint64_t ended : {2, 3, 7}) {
    v1::RevokeHealthWaiverRequest request;
    request.set_name(Cat("healthWaivers/", ended));
    v1::HealthWaiver waiver;
    ASSERT_TRUE(handler_.RevokeWaiver(call, request, waiver).ok());
  }
  const auto pages = [&](bool show_ended) {
    std::vector<std::string> names;
    v1::ListHealthWaiversRequest request;
    request.set_show_ended(show_ended);
    request.set_page_size(2);
    do {
      v1::ListHealthWaiversResponse response;
      EXPECT_TRUE(handler_.ListWaivers(call, request, response).ok());
      EXPECT_GT(response.waivers_size(), 0) << "no page is empty";
      EXPECT_EQ(response.revision(), register_->revision());
      for (const v1::HealthWaiver& waiver : response.waivers()) {
        names.push_back(waiver.name().substr(14));
      }
      names.emplace_back("|");
      request.set_page_token(response.next_page_token());
    } while (!request.page_token().empty());
    return Join(names, "");
  };
  EXPECT_EQ(pages(false), "14|56|");
  EXPECT_EQ(pages(true), "12|34|56|7|");
  v1::ListHealthWaiversRequest request;
  v1::ListHealthWaiversResponse response;
  request.set_page_size(-1);
  EXPECT_EQ(handler_.ListWaivers(call, request, response).code(), absl::StatusCode::kInvalidArgument);
}

TEST_F(HealthHandlerTest, EndedWaiversMakeRoomForNewOnes) {
  HealthHandler handler(register_.get(), &clock_, {}, {}, /*max_waivers=*/3);
  rpc::CallContext call("/test");
  const auto waive = [&](int property, model::PartialDate expires) {
    v1::WaiveFindingRequest request;
    request.set_rule("VB-11B");
    request.set_subject(Cat("properties/", property));
    request.set_reason("agreed");
    convert::ToDate(expires.ToNumber(), *request.mutable_expire_date());
    v1::HealthWaiver waiver;
    const absl::Status status = handler.Waive(call, request, waiver);
    return status.ok() ? waiver.name() : std::string(absl::StatusCodeToString(status.code()));
  };
  const model::PartialDate today = registry::Today(clock_);
  EXPECT_EQ(waive(1, kExpiry), "healthWaivers/1");
  EXPECT_EQ(waive(2, today), "healthWaivers/2");
  EXPECT_EQ(waive(3, kExpiry), "healthWaivers/3");
  EXPECT_EQ(waive(4, kExpiry), "RESOURCE_EXHAUSTED");
  clock_.Advance(kDay);  // the second ends
  EXPECT_EQ(waive(4, kExpiry), "healthWaivers/4");
  EXPECT_THAT(Waivers(true), ElementsAre("healthWaivers/1 VB-11B", "healthWaivers/3 VB-11B", "healthWaivers/4 VB-11B"));
  // One that is replaced makes room for the one in its place.
  EXPECT_EQ(waive(3, kExpiry), "healthWaivers/5");
  EXPECT_THAT(Waivers(true), ElementsAre("healthWaivers/1 VB-11B", "healthWaivers/4 VB-11B", "healthWaivers/5 VB-11B"));
}

TEST_F(HealthHandlerTest, AReportNamesTheRevisionThatWasJudged) {
  Commit(FaultyWorld().Rows());
  const uint64_t judged = register_->revision();
  const v1::HealthReport first = Run();
  EXPECT_EQ(first.revision(), judged);
  EXPECT_EQ(first.name(), Cat("healthReports/", judged));
  EXPECT_TRUE(Get(first.name()).ok());
}

TEST_F(HealthHandlerTest, DuplicatesAreListedWithTheirAddresses) {
  World world;
  model::Lpi again = world.NewLpi(4);
  again.sao.text = "Flat 3";
  model::Lpi other = world.NewLpi(3);
  other.sao.text = "FLAT 3.";
  world.AddProperty(world.NewBlpu(3), other);
  world.AddProperty(world.NewBlpu(4), again);
  Commit(world.Rows());
  const v1::HealthReport report = Run();
  EXPECT_EQ(report.duplicate_count(), 1U);
  ASSERT_EQ(report.duplicates_size(), 1);
  const v1::PropertyDuplicate& duplicate = report.duplicates(0);
  EXPECT_EQ(duplicate.kind(), v1::PropertyDuplicate::KIND_ONE_ADDRESS);
  const std::string third = Cat("properties/", World::kShell + 2);
  EXPECT_THAT(duplicate.properties(), ElementsAre(third, Cat("properties/", World::kShell + 3)));
  ASSERT_EQ(duplicate.addresses_size(), 2);
  EXPECT_THAT(duplicate.addresses(0), HasSubstr("FLAT 3."));
  EXPECT_THAT(duplicate.addresses(1), HasSubstr("Flat 3"));
  EXPECT_EQ(Get("")->duplicates_size(), 1) << "as stored";
  ASSERT_TRUE(Waive("AAU24.92", third).ok());
  const v1::HealthReport waived = Run();
  EXPECT_EQ(waived.duplicate_count(), 0U);
  EXPECT_EQ(waived.waived_duplicates(), 1U);
}

}  // namespace
}  // namespace wensum::health
