// Boundaries and link rates over a real channel and from the shell.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <chrono>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "base/strings.h"
#include "services/cli/gazetteer_command.h"
#include "services/cli/import_command.h"
#include "tests/integration/test_server.h"
#include "tests/services/exports/every_record.h"
#include "tests/support/temp_dir.h"
#include "wensum/v1/health.grpc.pb.h"
#include "wensum/v1/imports.grpc.pb.h"
#include "wensum/v1/models.grpc.pb.h"
#include "wensum/v1/properties.grpc.pb.h"

namespace wensum {
namespace {

using ::testing::HasSubstr;

// The property of EveryRecord() lies in it.
constexpr std::string_view kWards =
    R"({"type":"FeatureCollection","features":[{"type":"Feature","properties":{"WD24CD":"E05099999","WD24NM":"New"},)"
    R"("geometry":{"type":"Polygon","coordinates":[[[623000,308000],[624000,308000],[624000,309000],[623000,309000],)"
    R"([623000,308000]]]}}]})";
constexpr std::string_view kProperty = "properties/100090900001";

class BoundariesTest : public ::testing::Test {
 protected:
  BoundariesTest() {
    std::ofstream(folder_.Join("import.csv"), std::ios::binary) << exports::EveryRecord();
    EXPECT_EQ(Shell({"import", folder_.Join("import.csv"), "--feed", "gazetteer"}), 0) << printed_;
    std::ofstream(wards_, std::ios::binary) << kWards;
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
  std::string Ward() {
    const auto stub = v1::Properties::NewStub(server_.channel());
    grpc::ClientContext context;
    v1::GetPropertyRequest request;
    request.set_name(std::string(kProperty));
    v1::Property property;
    const grpc::Status status = stub->Get(&context, request, &property);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return property.ward_code();
  }

  TempDir folder_;
  TestServer server_{[](server::ServerOptions& options) { options.custodian.codes = {2625}; }};
  const std::string wards_ = folder_.Join("wards.json");
  std::string printed_;
};

TEST_F(BoundariesTest, WardsAreComparedAndSetFromTheShell) {
  EXPECT_EQ(Ward(), "E05005886");
  ASSERT_EQ(Shell({"gazetteer", "boundaries", wards_, "--kind", "ward"}), 0) << printed_;
  EXPECT_THAT(printed_, HasSubstr("1 boundaries; 1 live properties"));
  EXPECT_THAT(printed_, HasSubstr(Cat(kProperty, "  E05005886 -> E05099999")));
  EXPECT_EQ(Ward(), "E05005886") << "not asked to set";
  EXPECT_EQ(Shell({"gazetteer", "boundaries", wards_, "--kind", "ward", "--custodian", "2605", "--set"}), 1);
  EXPECT_THAT(printed_, HasSubstr("FIELD_INVALID"));
  EXPECT_EQ(Ward(), "E05005886") << "another custodian's";
  ASSERT_EQ(Shell({"gazetteer", "boundaries", wards_, "--kind", "ward", "--set"}), 0) << printed_;
  EXPECT_THAT(printed_, HasSubstr("1 changed"));
  EXPECT_EQ(Ward(), "E05099999");
  ASSERT_EQ(Shell({"gazetteer", "boundaries", wards_, "--kind", "ward", "--json"}), 0) << printed_;
  EXPECT_THAT(printed_, HasSubstr("\"same\": \"1\""));
}

// Two that say what they will send, and then send nothing, would hold both places for ever.
TEST(BoundaryUploadsTest, AnUploadThatStallsLosesItsPlace) {
  TestServer server([](server::ServerOptions& options) { options.upload_idle = std::chrono::milliseconds(500); });
  const auto stub = v1::GazetteerHealth::NewStub(server.channel());
  v1::CheckBoundariesRequest spec;
  spec.mutable_spec()->set_kind(v1::BoundarySpec::KIND_WARD);
  struct Upload {
    grpc::ClientContext context;
    v1::BoundaryReport report;
    std::unique_ptr<grpc::ClientWriter<v1::CheckBoundariesRequest>> stream;
  };
  std::array<Upload, 2> silent;
  for (Upload& upload : silent) {
    upload.stream = stub->CheckBoundaries(&upload.context, &upload.report);
    ASSERT_TRUE(upload.stream->Write(spec));
  }
  for (Upload& upload : silent) {
    const grpc::Status status = upload.stream->Finish();
    EXPECT_EQ(status.error_code(), grpc::StatusCode::DEADLINE_EXCEEDED) << status.error_message();
    EXPECT_EQ(ReasonOf(status), "UPLOAD_STALLED");
    EXPECT_THAT(status.error_message(), HasSubstr("send it again"));
  }
  Upload last;
  last.stream = stub->CheckBoundaries(&last.context, &last.report);
  v1::CheckBoundariesRequest file;
  file.set_chunk(std::string(kWards));
  EXPECT_TRUE(last.stream->Write(spec));
  EXPECT_TRUE(last.stream->Write(file));
  last.stream->WritesDone();
  const grpc::Status status = last.stream->Finish();
  EXPECT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(last.report.boundaries(), 1U);
  // Models and imports share the watch.
  const auto models = v1::Models::NewStub(server.channel());
  grpc::ClientContext context;
  v1::Model model;
  const auto create = models->Create(&context, &model);
  v1::CreateModelRequest part;
  part.set_chunk("[1, 2");
  ASSERT_TRUE(create->Write(part));
  EXPECT_EQ(ReasonOf(create->Finish()), "UPLOAD_STALLED");
  const auto imports = v1::Imports::NewStub(server.channel());
  grpc::ClientContext import_context;
  v1::ImportRun run;
  const auto import = imports->StartRun(&import_context, &run);
  v1::StartImportRunRequest begin;
  begin.mutable_spec()->set_feed("gazetteer");
  ASSERT_TRUE(import->Write(begin));
  EXPECT_EQ(ReasonOf(import->Finish()), "UPLOAD_STALLED");
  grpc::ClientContext list_context;
  v1::ListImportRunsResponse runs;
  ASSERT_TRUE(imports->ListRuns(&list_context, {}, &runs).ok());
  EXPECT_EQ(runs.runs_size(), 0) << "none was started";
}

TEST_F(BoundariesTest, WhatCannotBeReadIsSaid) {
  EXPECT_EQ(Shell({"gazetteer", "boundaries", folder_.Join("none.json"), "--kind", "ward"}), 1);
  EXPECT_THAT(printed_, HasSubstr("cannot be read"));
  EXPECT_EQ(Shell({"gazetteer", "boundaries", folder_.Join("import.csv"), "--kind", "ward"}), 1);
  EXPECT_THAT(printed_, HasSubstr("UPLOAD_INVALID"));
  EXPECT_EQ(Shell({"gazetteer", "boundaries", wards_, "--kind", "parish"}), 1) << "no property begins with PAR";
  EXPECT_THAT(printed_, HasSubstr("WD24CD"));
}

TEST_F(BoundariesTest, LinkRates) {
  const auto records = v1::SourceRecords::NewStub(server_.channel());
  v1::UpsertSourceRecordRequest request;
  *request.mutable_record() = TestRecord("H1", "Ann", "Okafor");
  v1::UpsertSourceRecordResponse response;
  grpc::ClientContext context;
  ASSERT_TRUE(records->Upsert(&context, request, &response).ok());
  ASSERT_EQ(Shell({"gazetteer", "link-rates"}), 0) << printed_;
  EXPECT_THAT(printed_, HasSubstr("housing: 0.0 % of 1 records linked"));
  ASSERT_EQ(Shell({"gazetteer", "link-rates", "--source", "nowhere", "--json"}), 0) << printed_;
  EXPECT_THAT(printed_, HasSubstr("\"revision\""));
}

}  // namespace
}  // namespace wensum
