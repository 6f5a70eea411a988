// Start-up, refusals and shutdown of the whole server.
#include "services/server/server.h"

#include <gtest/gtest.h>

#include <chrono>
#include <fstream>
#include <string>

#include "base/status_macros.h"
#include "base/strings.h"
#include "tests/integration/test_server.h"
#include "wensum/v1/admin.grpc.pb.h"

namespace wensum {
namespace {

TEST(ServerTest, HealthAnswersForEachServiceAndForTheWhole) {
  TestServer server;
  // grpc.health.v1.HealthCheckRequest{service = 1} and HealthCheckResponse{status = 1: SERVING}, as bytes.
  for (const std::string& service : {std::string(), std::string("wensum.v1.People"), std::string("wensum.v1.Admin")}) {
    const std::string request = service.empty() ? "" : Cat('\n', static_cast<char>(service.size()), service);
    std::string response;
    const grpc::Status status =
        RawCall(server.channel(), "/grpc.health.v1.Health/Check", request, std::chrono::seconds(30), &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    EXPECT_EQ(response, "\x08\x01") << service;
  }
}

TEST(ServerTest, ReflectionListsTheServices) {
  TestServer server;
  std::string response;
  // ServerReflectionRequest{list_services = 7: "*"}.
  const grpc::Status status =
      RawCall(server.channel(), "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo", "\x3a\x01*",
              std::chrono::seconds(30), &response);
  EXPECT_TRUE(status.ok()) << status.error_message();
  EXPECT_NE(response.find("wensum.v1.SourceRecords"), std::string::npos);
}

TEST(ServerTest, ASecondServerOnTheDataDirectoryIsRefused) {
  TestServer first;
  const SystemClock clock;
  const absl::Status status = server::Server::Start(TestOptions(first.data_dir()), &clock).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition) << status;
}

TEST(ServerTest, ATakenPortIsRefused) {
  TestServer first;
  const TempDir dir;
  const SystemClock clock;
  server::ServerOptions options = TestOptions(dir.path());
  options.listen = Cat("127.0.0.1:", first.server().port());
  EXPECT_EQ(server::Server::Start(options, &clock).status().code(), absl::StatusCode::kUnavailable);
}

TEST(ServerTest, ADataDirectoryThatCannotBeWrittenIsRefused) {
  const TempDir dir;
  std::ofstream(dir.Join("file")) << "not a directory";
  const SystemClock clock;
  const absl::Status status = server::Server::Start(TestOptions(dir.Join("file/data")), &clock).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_NE(Message(status).find("data directory"), std::string_view::npos) << status;
}

TEST(ServerTest, WhatWasAcknowledgedIsThereAfterARestart) {
  const TempDir dir;
  const SystemClock clock;
  {
    const auto running = server::Server::Start(TestOptions(dir.path()), &clock);
    ASSERT_TRUE(running.ok()) << running.status();
    const auto records = v1::SourceRecords::NewStub(ConnectTo((*running)->port()));
    v1::UpsertSourceRecordRequest request;
    *request.mutable_record() = TestRecord("1", "Ann", "Lee");
    v1::UpsertSourceRecordResponse response;
    grpc::ClientContext context;
    ASSERT_TRUE(records->Upsert(&context, request, &response).ok());
    (*running)->Shutdown();
    (*running)->Shutdown();
  }
  const auto running = server::Server::Start(TestOptions(dir.path()), &clock);
  ASSERT_TRUE(running.ok()) << running.status();
  const auto admin = v1::Admin::NewStub(ConnectTo((*running)->port()));
  v1::StatsResponse stats;
  grpc::ClientContext context;
  ASSERT_TRUE(admin->Stats(&context, {}, &stats).ok());
  EXPECT_EQ(stats.source_records(), 1U);
  EXPECT_EQ(stats.people(), 1U);
  EXPECT_GT(stats.resident_bytes(), 0U);
}

}  // namespace
}  // namespace wensum
