// The gazetteer's health check over a real channel.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>

#include "tests/integration/test_server.h"
#include "wensum/v1/health.grpc.pb.h"
#include "wensum/v1/source_records.grpc.pb.h"

namespace wensum {
namespace {

TEST(HealthServiceTest, ChecksReportsAndWaives) {
  TestServer server;
  const auto health = v1::GazetteerHealth::NewStub(server.channel());
  const auto records = v1::SourceRecords::NewStub(server.channel());
  v1::HealthReport report;
  {
    grpc::ClientContext context;
    EXPECT_EQ(health->RunCheck(&context, {}, &report).error_code(), grpc::StatusCode::FAILED_PRECONDITION);
  }
  {
    grpc::ClientContext context;
    v1::UpsertSourceRecordRequest request;
    *request.mutable_record() = TestRecord("H1", "Ann", "Okafor");
    v1::UpsertSourceRecordResponse response;
    ASSERT_TRUE(records->Upsert(&context, request, &response).ok());
  }
  {
    grpc::ClientContext context;
    const grpc::Status status = health->RunCheck(&context, {}, &report);
    ASSERT_TRUE(status.ok()) << status.error_message();
    EXPECT_EQ(report.name(), "healthReports/1");
    EXPECT_EQ(report.by_rule_size(), 0);
  }
  {
    grpc::ClientContext context;
    v1::HealthReport stored;
    ASSERT_TRUE(health->GetReport(&context, {}, &stored).ok());
    EXPECT_EQ(stored.name(), report.name());
  }
  {
    grpc::ClientContext context;
    v1::ListHealthReportsResponse reports;
    ASSERT_TRUE(health->ListReports(&context, {}, &reports).ok());
    EXPECT_EQ(reports.reports_size(), 1);
  }
  v1::HealthWaiver waiver;
  {
    grpc::ClientContext context;
    v1::WaiveFindingRequest request;
    request.set_rule("AAU21.97");
    request.set_subject("properties/100090000002");
    request.set_reason("the street is long");
    *request.mutable_expire_date() = report.as_of_date();
    const grpc::Status status = health->Waive(&context, request, &waiver);
    ASSERT_TRUE(status.ok()) << status.error_message();
    EXPECT_EQ(waiver.name(), "healthWaivers/1");
  }
  {
    grpc::ClientContext context;
    v1::RevokeHealthWaiverRequest request;
    request.set_name(waiver.name());
    ASSERT_TRUE(health->RevokeWaiver(&context, request, &waiver).ok());
  }
  {
    grpc::ClientContext context;
    v1::ListHealthWaiversResponse waivers;
    ASSERT_TRUE(health->ListWaivers(&context, {}, &waivers).ok());
    EXPECT_EQ(waivers.waivers_size(), 0);
  }
}

}  // namespace
}  // namespace wensum
