// The hub's reports: what becomes of their rows.
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "services/hub/report_upload.h"
#include "tests/services/hub/hub_fixture.h"

namespace wensum::hub {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr char kRequestId[] = "7a1d8c2e-0000-4000-8000-000000000002";

// Six rows: four findings of three checks, of which one is not ours, and two that are none.
constexpr std::string_view kReport =
    "Check Code,UPRN,USRN,LPI Key,Severity,Message,Batch\n"
    "LPI-V12,2,,2625L000000002,E,no postcode,7\n"
    "aau21.42,100,,,W,wrong class,7\n"
    "HUB-ONLY,,27700001,,E,\"street, badly named\",7\n"
    ",2,,,E,which check?,7\n"
    "LPI-V12,1,27700001,2625L000000001,E,no postcode either,7\n"
    "LPI-V12,one,,,E,no number,7\n";

v1::HubReportSpec HealthCheck() {
  v1::HubReportSpec spec;
  spec.set_kind(v1::HubReport::KIND_HEALTH_CHECK);
  return spec;
}

class HubReportTest : public HubFixture {
 protected:
  // "hubReports/1/findings/2 AAU21.42 properties/100 unknown", page by page.
  std::vector<std::string> Findings(const std::string& parent, const std::string& check = "", int page_size = 2) {
    std::vector<std::string> out;
    v1::ListHubFindingsRequest request;
    request.set_parent(parent);
    request.set_check_code(check);
    request.set_page_size(page_size);
    do {
      rpc::CallContext call("/test/ListFindings");
      v1::ListHubFindingsResponse response;
      const absl::Status status = handler_.ListFindings(call, request, response);
      EXPECT_TRUE(status.ok()) << status;
      EXPECT_LE(response.findings_size(), page_size);
      for (const v1::HubFinding& finding : response.findings()) {
        out.push_back(Cat(finding.name(), " ", finding.check_code(), " ", finding.property(), " ", finding.street(),
                          finding.known() ? "" : " unknown"));
      }
      request.set_page_token(response.next_page_token());
    } while (!request.page_token().empty());
    return out;
  }
  std::vector<std::string> Reports(const std::string& submission = "") {
    std::vector<std::string> out;
    v1::ListHubReportsRequest request;
    request.set_submission(submission);
    request.set_page_size(1);
    do {
      rpc::CallContext call("/test/ListReports");
      v1::ListHubReportsResponse response;
      const absl::Status status = handler_.ListReports(call, request, response);
      EXPECT_TRUE(status.ok()) << status;
      for (const v1::HubReport& report : response.reports()) {
        EXPECT_TRUE(report.checks().empty() && report.issues().empty());
        out.push_back(Cat(report.name(), " ", report.findings()));
      }
      request.set_page_token(response.next_page_token());
    } while (!request.page_token().empty());
    return out;
  }
};

TEST_F(HubReportTest, EveryRowIsAFindingOrIsToldAsUnreadable) {
  WriteTown(2);
  v1::HubReportSpec spec = HealthCheck();
  spec.set_file_name("november.csv");
  spec.set_remark("monthly");
  const v1::HubReport report = Import(spec, kReport).value();
  EXPECT_EQ(report.name(), "hubReports/1");
  EXPECT_EQ(report.author(), "ann");
  EXPECT_EQ(report.file_name(), "november.csv");
  EXPECT_EQ(report.sha256(), Sha256Hex(kReport));
  EXPECT_EQ(report.bytes(), kReport.size());
  EXPECT_EQ(report.revision(), 1U);
  EXPECT_EQ(report.rows(), 6U);
  EXPECT_EQ(report.findings(), 4U);
  EXPECT_EQ(report.unreadable(), 2U);
  EXPECT_EQ(report.unknown_objects(), 1U);
  EXPECT_EQ(report.unknown_checks(), 1U);
  EXPECT_EQ(report.without_object(), 0U);
  EXPECT_THAT(report.ignored_columns(), ElementsAre("Batch"));
  std::vector<std::string> checks;
  for (const v1::HubReport::Check& check : report.checks()) {
    EXPECT_EQ(check.rule().empty(), check.requirement().empty());
    checks.push_back(Cat(check.check_code(), " ", check.findings(), " ", check.rule().empty() ? "no rule" : "rule"));
  }
  EXPECT_THAT(checks, ElementsAre("AAU21.42 1 rule", "HUB-ONLY 1 no rule", "LPI-V12 2 rule"));
  std::vector<std::string> issues;
  for (const v1::HubReport::Issue& issue : report.issues()) {
    issues.push_back(issue.message());
  }
  EXPECT_THAT(issues, ElementsAre("row 3: UPRN 100 is not in the gazetteer",
                                  "row 4: the health check here has no rule for HUB-ONLY", "row 5: has no check code",
                                  "row 7: has \"one\" where a UPRN belongs"));
  EXPECT_EQ(report.issue_count(), 4U);
  rpc::CallContext call("/test/GetReport");
  v1::GetHubReportRequest get;
  get.set_name("hubReports/1");
  v1::HubReport stored;
  ASSERT_TRUE(handler_.GetReport(call, get, stored).ok());
  EXPECT_EQ(stored.SerializeAsString(), report.SerializeAsString());
  get.set_name("hubReports/2");
  EXPECT_EQ(handler_.GetReport(call, get, stored).code(), absl::StatusCode::kNotFound);
}

TEST_F(HubReportTest, FindingsAreListedByCheckAndByObject) {
  WriteTown(2);
  ASSERT_TRUE(Import(HealthCheck(), kReport).ok());
  ASSERT_TRUE(Import(HealthCheck(), "rule,uprn,usrn,message\nZ,1,,again\nZ,,5,unknown street\nA,,,of nothing\n").ok());
  EXPECT_THAT(Findings("hubReports/1"), ElementsAre("hubReports/1/findings/1 AAU21.42 properties/100  unknown",
                                                    "hubReports/1/findings/2 HUB-ONLY  streets/27700001",
                                                    "hubReports/1/findings/3 LPI-V12 properties/1 streets/27700001",
                                                    "hubReports/1/findings/4 LPI-V12 properties/2 "));
  for (const int page_size : {1, 2, 9}) {
    EXPECT_THAT(Findings("hubReports/1", "lpi-v12", page_size),
                ElementsAre(HasSubstr("findings/3 LPI-V12"), HasSubstr("findings/4 LPI-V12")));
    EXPECT_THAT(Findings("hubReports/1", "AAU21.42", page_size), ElementsAre(HasSubstr("findings/1 ")));
    EXPECT_THAT(Findings("hubReports/1", "AAU99", page_size), IsEmpty());
    EXPECT_THAT(Findings("properties/1", "", page_size),
                ElementsAre(HasSubstr("hubReports/1/findings/3 LPI-V12"), HasSubstr("hubReports/2/findings/3 Z")));
    EXPECT_THAT(Findings("streets/27700001", "", page_size),
                ElementsAre(HasSubstr("hubReports/1/findings/2"), HasSubstr("hubReports/1/findings/3")));
  }
  EXPECT_THAT(Findings("properties/100"), ElementsAre(HasSubstr("unknown")));
  EXPECT_THAT(Findings("streets/5"), ElementsAre("hubReports/2/findings/2 Z  streets/5 unknown"));
  EXPECT_THAT(Findings("properties/3"), IsEmpty());
  EXPECT_THAT(Reports(), ElementsAre("hubReports/2 3", "hubReports/1 4"));
  rpc::CallContext call("/test/ListFindings");
  v1::ListHubFindingsRequest request;
  v1::ListHubFindingsResponse response;
  request.set_parent("people/1");
  EXPECT_EQ(ReasonOf(handler_.ListFindings(call, request, response)), "FIELD_INVALID");
  request.set_parent("hubReports/3");
  EXPECT_EQ(handler_.ListFindings(call, request, response).code(), absl::StatusCode::kNotFound);
  request.set_parent("properties/1");
  request.set_check_code("Z");
  EXPECT_EQ(ReasonOf(handler_.ListFindings(call, request, response)), "FIELD_INVALID");
}

TEST_F(HubReportTest, AReportOnASubmissionNamesOneThatWasSent) {
  WriteTown(2);
  v1::HubReportSpec spec;
  spec.set_kind(v1::HubReport::KIND_SUBMISSION);
  EXPECT_EQ(ReasonOf(Import(spec, kReport).status()), "FIELD_INVALID");
  spec.set_submission("submissions/1");
  EXPECT_EQ(Import(spec, kReport).status().code(), absl::StatusCode::kNotFound);
  ASSERT_TRUE(Prepare(Submission::KIND_FULL).ok());
  EXPECT_EQ(ReasonOf(Import(spec, kReport).status()), "SUBMISSION_STATE");
  ASSERT_TRUE(Record(Step(1, Submission::STATE_SENT)).ok());
  EXPECT_EQ(Import(spec, kReport)->submission(), "submissions/1");
  ASSERT_TRUE(Record(Step(1, Submission::STATE_REJECTED)).ok());
  EXPECT_TRUE(Import(spec, kReport).ok()) << "a rejected one is what reports are about";
  ASSERT_TRUE(Import(HealthCheck(), kReport).ok());
  EXPECT_THAT(Reports("submissions/1"), ElementsAre("hubReports/2 4", "hubReports/1 4"));
  EXPECT_THAT(Reports("submissions/2"), IsEmpty());
}

TEST_F(HubReportTest, AFileThatIsRefusedLeavesNothing) {
  WriteTown(1);
  const uint64_t revision = register_->revision();
  const absl::Status refused = Import(HealthCheck(), "uprn,message\n1,m\n").status();
  EXPECT_EQ(refused.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(ReasonOf(refused), "UPLOAD_INVALID");
  EXPECT_THAT(std::string(Message(refused)), HasSubstr("CHECK_CODE"));
  std::string codes = "code,uprn,message\n";
  for (int i = 0; i <= 1'000; ++i) {
    AppendTo(codes, "C", i, ",1,m\n");
  }
  EXPECT_THAT(std::string(Message(Import(HealthCheck(), codes).status())), HasSubstr("1000 different check codes"));
  EXPECT_EQ(register_->revision(), revision);
  EXPECT_THAT(Reports(), IsEmpty());
}

TEST_F(HubReportTest, IssuesAreCountedBeyondThoseThatAreKept) {
  WriteTown(1);
  std::string text = "code,uprn,message\n";
  for (int i = 0; i < 1'200; ++i) {
    AppendTo(text, i % 2 == 0 ? "LPI-V12,1,fine\n" : "LPI-V12,7,not there\n", i % 3 == 0 ? ",,\n" : "");
  }
  const v1::HubReport report = Import(HealthCheck(), text).value();
  EXPECT_EQ(report.rows(), 1'600U);
  EXPECT_EQ(report.findings(), 1'200U);
  EXPECT_EQ(report.unreadable(), 400U);
  EXPECT_EQ(report.unknown_objects(), 600U);
  EXPECT_EQ(report.issue_count(), 1'000U);
  EXPECT_EQ(report.issues_size(), 1'000);
  const v1::HubReport twice = Import(HealthCheck(), text + text.substr(text.find('\n') + 1)).value();
  EXPECT_EQ(twice.issue_count(), 2'000U);
  ASSERT_EQ(twice.issues_size(), 1'000);
  for (int i = 1; i < twice.issues_size(); ++i) {
    EXPECT_LE(twice.issues(i - 1).row(), twice.issues(i).row());
  }
  EXPECT_EQ(Findings("hubReports/2", "", 500).size(), 2'400U);
}

TEST_F(HubReportTest, UploadsAreHeldToTheirForm) {
  ReportUpload upload = handler_.NewReportUpload();
  EXPECT_EQ(ReasonOf(Send(upload, "code")), "UPLOAD_INVALID") << "the spec comes first";
  EXPECT_EQ(ReasonOf(Send(upload, v1::HubReportSpec())), "FIELD_INVALID");
  ASSERT_TRUE(Send(upload, HealthCheck()).ok());
  EXPECT_EQ(ReasonOf(Send(upload, HealthCheck())), "UPLOAD_INVALID") << "twice";
  EXPECT_EQ(ReasonOf(upload.OnMessage({})), "UPLOAD_INVALID") << "neither";
  EXPECT_EQ(ReasonOf(Send(upload, std::string(1024 * 1024 + 1, 'x'))), "UPLOAD_INVALID") << "too much at once";
  rpc::CallContext call("/test/ImportReport");
  v1::HubReport report;
  EXPECT_EQ(ReasonOf(upload.Finish(call, report)), "UPLOAD_INVALID") << "no file";
  for (size_t sent = 0; sent < ReportUpload::kMaxBytes; sent += 1024 * 1024) {
    ASSERT_TRUE(Send(upload, std::string(1024 * 1024, 'x')).ok());
  }
  const absl::Status large = Send(upload, "x");
  EXPECT_EQ(ReasonOf(large), "UPLOAD_INVALID");
  EXPECT_THAT(std::string(Message(large)), HasSubstr("16 MiB"));

  std::optional<ReportUpload> second(handler_.NewReportUpload());
  ASSERT_TRUE(Send(*second, HealthCheck()).ok());
  ReportUpload third = handler_.NewReportUpload();
  EXPECT_EQ(ReasonOf(Send(third, HealthCheck())), "OVERLOADED");
  second.reset();
  EXPECT_TRUE(Send(third, HealthCheck()).ok()) << "a place is free again";
}

TEST_F(HubReportTest, ARepeatedRequestIsAnsweredAgain) {
  WriteTown(1);
  v1::HubReportSpec spec = HealthCheck();
  spec.set_request_id(kRequestId);
  const v1::HubReport first = Import(spec, kReport).value();
  Write({gazetteer::TestBlpu(2)});
  EXPECT_EQ(Import(spec, kReport)->SerializeAsString(), first.SerializeAsString());
  EXPECT_THAT(Reports(), ElementsAre("hubReports/1 4"));
  EXPECT_EQ(Import(spec, "code,uprn,message\nC,1,m\n").status().code(), absl::StatusCode::kInvalidArgument)
      << "another file";
  spec.clear_request_id();
  EXPECT_EQ(Import(spec, kReport)->name(), "hubReports/2");
}

}  // namespace
}  // namespace wensum::hub
