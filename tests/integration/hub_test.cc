// What is exchanged with the hub, over a real channel and from the shell.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "base/hash.h"
#include "base/strings.h"
#include "services/cli/gazetteer_command.h"
#include "services/cli/import_command.h"
#include "tests/integration/test_server.h"
#include "tests/services/exports/every_record.h"
#include "tests/support/temp_dir.h"
#include "wensum/v1/custodian.grpc.pb.h"
#include "wensum/v1/hub.grpc.pb.h"

namespace wensum {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr uint64_t kUprn = 100090900001;

class HubTest : public ::testing::Test {
 protected:
  HubTest() {
    std::ofstream(folder_.Join("import.csv"), std::ios::binary) << exports::EveryRecord();
    EXPECT_EQ(Shell({"import", folder_.Join("import.csv"), "--feed", "gazetteer"}), 0) << printed_;
  }
  // The exit code of a command line; what it printed is in printed_.
  int Shell(std::vector<std::string> arguments) {
    CLI::App app;
    int code = -1;
    cli::AddGazetteerCommands(app, code);
    cli::AddImportCommand(app, code);
    arguments.insert(arguments.end(), {"--server", Cat("127.0.0.1:", server_.server().port())});
    std::reverse(arguments.begin(), arguments.end());
    ::testing::internal::CaptureStdout();
    ::testing::internal::CaptureStderr();
    app.parse(arguments);
    printed_ = ::testing::internal::GetCapturedStdout();
    printed_ += ::testing::internal::GetCapturedStderr();
    return code;
  }
  int Hub(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {"gazetteer", "hub"});
    return Shell(std::move(arguments));
  }
  static std::string Read(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  // Keeps the property out of files for the hub, or lets it in again.
  void Exclude(bool excluded) {
    const auto stub = v1::Custodian::NewStub(server_.channel());
    grpc::ClientContext context;
    v1::ApplyOperationRequest request;
    request.set_reason("a refuge");
    request.mutable_operation()->mutable_set_export_exclusion()->set_uprn(kUprn);
    request.mutable_operation()->mutable_set_export_exclusion()->set_excluded(excluded);
    v1::OperationRecord record;
    const grpc::Status status = stub->Apply(&context, request, &record);
    ASSERT_TRUE(status.ok()) << status.error_message();
  }

  TempDir folder_;
  TestServer server_{[](server::ServerOptions& options) { options.custodian.codes = {2625}; }};
  const std::string out_ = folder_.Join("out.csv");
  std::string printed_;
};

TEST_F(HubTest, ASubmissionFromPreparationToReceipt) {
  EXPECT_EQ(Hub({"prepare"}), 1) << "changes since what?";
  EXPECT_THAT(printed_, HasSubstr("SUBMISSION_STATE"));
  ASSERT_EQ(Hub({"prepare", "--full", "--remark", "the first", "--out", out_}), 0) << printed_;
  EXPECT_THAT(printed_, HasSubstr("submissions/1  PREPARED  FULL"));
  const std::string file = Read(out_);
  EXPECT_THAT(printed_, HasSubstr(Sha256Hex(file)));
  EXPECT_THAT(file, HasSubstr(Cat(",", kUprn, ",1,2,2007-06-26")));
  EXPECT_EQ(Hub({"accepted", "1", "--receipt", "GP-1"}), 1) << "it was not sent";
  ASSERT_EQ(Hub({"sent", "1"}), 0) << printed_;
  EXPECT_EQ(Hub({"prepare", "--full"}), 1) << "one is under way";
  ASSERT_EQ(Hub({"accepted", "1", "--receipt", "GP-1"}), 0) << printed_;
  EXPECT_THAT(printed_, HasSubstr("ACCEPTED"));

  // What is kept out since then is taken away from the hub; the file is the same when it is let in again.
  Exclude(true);
  ASSERT_EQ(Hub({"prepare"}), 0) << printed_;
  EXPECT_THAT(printed_, HasSubstr("submissions/2  PREPARED  CHANGE_ONLY"));
  Exclude(false);
  ASSERT_EQ(Hub({"file", "2", "--out", out_}), 0) << printed_;
  EXPECT_THAT(Read(out_), HasSubstr("21,\"D\","));
  EXPECT_THAT(printed_, HasSubstr(Sha256Hex(Read(out_))));
  ASSERT_EQ(Hub({"sent", "2", "--remark", "by upload"}), 0) << printed_;
  ASSERT_EQ(Hub({"rejected", "2", "--remark", "the header"}), 0) << printed_;
  ASSERT_EQ(Hub({"prepare", "--out", out_}), 0) << printed_;
  EXPECT_THAT(Read(out_), Not(HasSubstr("21,\"D\","))) << "the hub never took it";
  ASSERT_EQ(Hub({"withdrawn", "3", "--remark", "nothing in it"}), 0) << printed_;
  ASSERT_EQ(Hub({"list"}), 0) << printed_;
  EXPECT_LT(printed_.find("submissions/3  WITHDRAWN"), printed_.find("submissions/2  REJECTED"));
  EXPECT_LT(printed_.find("submissions/2  REJECTED"), printed_.find("submissions/1  ACCEPTED"));
  EXPECT_THAT(printed_, HasSubstr("receipt GP-1"));
}

TEST_F(HubTest, AResynchronisationBringsTheHubInStep) {
  const std::string held = folder_.Join("held.csv");
  const auto hold = [&held](const std::string& file) { std::ofstream(held, std::ios::binary) << file; };
  ASSERT_EQ(Hub({"prepare", "--full", "--out", out_}), 0) << printed_;
  const std::string sent = Read(out_);
  ASSERT_EQ(Hub({"sent", "1"}), 0) << printed_;
  ASSERT_EQ(Hub({"accepted", "1", "--receipt", "GP-1"}), 0) << printed_;
  // The hub lacks the reference to council tax, and has another name for the mill.
  std::string file = sent;
  const size_t xref = file.find("23,\"I\"");
  file.erase(xref, file.find("\r\n", xref) + 2 - xref);
  file.replace(file.find("\"\"OLD\"\""), 7, "NEW");
  const size_t count = file.rfind("\r\n99,0,") + 7;
  const int records = std::stoi(file.substr(count));
  file.replace(count, Cat(records).size(), Cat(records - 1));
  hold(file);
  ASSERT_EQ(Hub({"report", held, "--resync", "--remark", "half-yearly"}), 0) << printed_;
  EXPECT_THAT(printed_, HasSubstr("hubReports/1: custodian 2625"));
  EXPECT_THAT(printed_, HasSubstr("(submissions/1); 2 differ, 0 unreadable"));
  EXPECT_THAT(printed_, HasSubstr("  DIFFERS  1\n  MISSING_AT_HUB  1\n"));
  ASSERT_EQ(Hub({"report", held, "--resync"}), 0) << printed_;
  EXPECT_THAT(printed_, HasSubstr("hubReports/1: ")) << "the same file is the same report";
  ASSERT_EQ(Hub({"findings", "hubReports/1", "--check", "differs"}), 0) << printed_;
  EXPECT_THAT(printed_, HasSubstr(R"(PAO_TEXT is "THE \"OLD\" MILL" here and "THE NEW MILL" at the hub)"));
  ASSERT_EQ(Hub({"findings", Cat("properties/", kUprn)}), 0) << printed_;
  EXPECT_THAT(printed_, HasSubstr("MISSING_AT_HUB"));
  EXPECT_EQ(Hub({"report", out_, "--resync", "--submission", "7"}), 1);
  EXPECT_THAT(printed_, HasSubstr("NOT_FOUND"));
  hold(sent.substr(0, sent.size() / 2));
  EXPECT_EQ(Hub({"report", held, "--resync"}), 1);
  EXPECT_THAT(printed_, HasSubstr("UPLOAD_INVALID"));

  EXPECT_EQ(Hub({"prepare", "--resync", "9"}), 1);
  EXPECT_THAT(printed_, HasSubstr("NOT_FOUND"));
  ASSERT_EQ(Hub({"prepare", "--resync", "1", "--out", out_}), 0) << printed_;
  EXPECT_THAT(printed_, HasSubstr("submissions/2  PREPARED  CHANGE_ONLY"));
  EXPECT_THAT(printed_, HasSubstr("by hubReports/1"));
  const std::string mend = Read(out_);
  EXPECT_THAT(mend, HasSubstr("23,\"I\","));
  EXPECT_THAT(mend, HasSubstr("24,\"U\","));
  EXPECT_THAT(mend, Not(HasSubstr("21,")));
  ASSERT_EQ(Hub({"file", "2", "--out", out_}), 0) << printed_;
  EXPECT_EQ(Read(out_), mend);
  ASSERT_EQ(Hub({"sent", "2"}), 0) << printed_;
  ASSERT_EQ(Hub({"accepted", "2", "--receipt", "GP-2"}), 0) << printed_;
  EXPECT_EQ(Hub({"prepare", "--resync", "1"}), 1) << "the hub holds something else now";
  EXPECT_THAT(printed_, HasSubstr("SUBMISSION_STATE"));
  hold(sent);
  ASSERT_EQ(Hub({"report", held, "--resync"}), 0) << printed_;
  EXPECT_THAT(printed_, HasSubstr("(submissions/2); 0 differ"));
  EXPECT_TRUE(std::filesystem::is_empty(server_.data_dir() + "/spool")) << "nothing is left of what was compared";
}

TEST_F(HubTest, AReportBecomesFindings) {
  const std::string csv = folder_.Join("report.csv");
  std::ofstream(csv, std::ios::binary) << "CHECK,UPRN,USRN,MESSAGE\nAAU21.42," << kUprn
                                       << ",,wrong class\nOTHER,100,,unknown\nOTHER,,27700001,a street\n,1,,no code\n";
  ASSERT_EQ(Hub({"report", csv, "--remark", "November"}), 0) << printed_;
  EXPECT_THAT(printed_, HasSubstr("hubReports/1: 4 rows, 3 findings, 1 unreadable"));
  EXPECT_THAT(printed_, HasSubstr("row 3: UPRN 100 is not in the gazetteer"));
  EXPECT_THAT(printed_, HasSubstr("AAU21.42  1  rule AAU21.42"));
  EXPECT_THAT(printed_, HasSubstr("OTHER  2  no rule here"));
  ASSERT_EQ(Hub({"findings", "hubReports/1", "--check", "other"}), 0) << printed_;
  EXPECT_THAT(printed_, HasSubstr("OTHER  streets/27700001  a street"));
  ASSERT_EQ(Hub({"findings", Cat("properties/", kUprn)}), 0) << printed_;
  EXPECT_THAT(printed_, HasSubstr("wrong class"));
  EXPECT_EQ(Hub({"report", csv, "--submission", "1"}), 1);
  EXPECT_THAT(printed_, HasSubstr("NOT_FOUND"));
  EXPECT_EQ(Hub({"report", folder_.Join("import.csv")}), 1);
  EXPECT_THAT(printed_, HasSubstr("UPLOAD_INVALID"));
  EXPECT_EQ(Hub({"report", folder_.Join("none.csv")}), 1);
  EXPECT_THAT(printed_, HasSubstr("cannot be read"));
  // Reports are known by their name to all clients.
  const auto stub = v1::HubSubmissions::NewStub(server_.channel());
  grpc::ClientContext context;
  v1::ListHubReportsResponse reports;
  ASSERT_TRUE(stub->ListReports(&context, {}, &reports).ok());
  ASSERT_EQ(reports.reports_size(), 1);
  EXPECT_EQ(reports.reports(0).file_name(), "report.csv");
  EXPECT_EQ(reports.reports(0).remark(), "November");
  grpc::ClientContext again;
  v1::GetHubReportRequest get;
  get.set_name("hubReports/1");
  v1::HubReport report;
  ASSERT_TRUE(stub->GetReport(&again, get, &report).ok());
  EXPECT_EQ(report.checks_size(), 2);
}

}  // namespace
}  // namespace wensum
