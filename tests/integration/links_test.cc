// What sources should mend, what became of a person, and what consumers were told: through a real server, and by the
// command line.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include "base/strings.h"
#include "services/cli/commands.h"
#include "tests/integration/shell.h"
#include "tests/integration/test_server.h"
#include "tests/support/temp_dir.h"
#include "wensum/v1/changes.grpc.pb.h"
#include "wensum/v1/people.grpc.pb.h"
#include "wensum/v1/properties.grpc.pb.h"

namespace wensum {
namespace {

using grpc::StatusCode;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

class LinksTest : public ::testing::Test {
 protected:
  // One person, whoever says it. `day` of 2026: when the source says so.
  v1::UpsertSourceRecordResponse Upsert(const std::string& source, const std::string& phone, int day) {
    v1::UpsertSourceRecordRequest request;
    v1::SourceRecord& record = *request.mutable_record();
    record = TestRecord("1", "Lena", "Castellane");
    record.mutable_source_key()->set_source(source);
    record.mutable_source_time()->set_seconds(1'767'225'600 + day * 86'400);
    record.mutable_details()->set_ni_number("QQ123456C");
    record.mutable_details()->add_phones(phone);
    v1::PersonAddress& address = *record.mutable_details()->add_addresses();
    address.set_text("4 Oak Street, Norwich");
    address.set_postcode("NR3 1AA");
    v1::UpsertSourceRecordResponse response;
    grpc::ClientContext context;
    const grpc::Status status = records_->Upsert(&context, request, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response;
  }
  std::string Shell(std::vector<std::string> arguments, int expected_code = 0) {
    return RunShell(server_, cli::AddClientCommands, std::move(arguments), expected_code);
  }
  std::string ReadFile(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  }
  std::vector<v1::ChangeEvent> Watch(const v1::WatchChangesRequest& request) {
    grpc::ClientContext context;
    const auto stream = changes_->Watch(&context, request);
    std::vector<v1::ChangeEvent> events;
    v1::ChangeEvent event;
    while (stream->Read(&event)) {
      events.push_back(event);
    }
    const grpc::Status status = stream->Finish();
    EXPECT_TRUE(status.ok()) << status.error_message();
    return events;
  }

  TestServer server_;
  TempDir folder_;
  std::unique_ptr<v1::SourceRecords::Stub> records_ = v1::SourceRecords::NewStub(server_.channel());
  std::unique_ptr<v1::Changes::Stub> changes_ = v1::Changes::NewStub(server_.channel());
  std::unique_ptr<v1::People::Stub> people_ = v1::People::NewStub(server_.channel());
};

TEST_F(LinksTest, CouncilTaxHasTheOldPhone) {
  const auto first = Upsert("council_tax", "07911 123401", 1);
  const auto second = Upsert("housing", "07911 123402", 9);
  ASSERT_EQ(first.person(), second.person());

  v1::ListPersonLinksRequest links_request;
  links_request.set_name(first.person());
  links_request.add_statuses(v1::LINK_STATUS_STALE);
  v1::ListPersonLinksResponse links;
  grpc::ClientContext links_context;
  ASSERT_TRUE(people_->ListLinks(&links_context, links_request, &links).ok());
  ASSERT_EQ(links.links_size(), 1);
  EXPECT_EQ(links.links(0).source_key().source(), "council_tax");
  EXPECT_EQ(links.links(0).values(0).golden_value(), "+447911123402");
  const std::string printed = Shell({"people", "links", first.person(), "--stale"});
  EXPECT_THAT(printed, HasSubstr("council_tax 1"));
  EXPECT_THAT(printed, HasSubstr("+447911123401  ->  +447911123402  (housing)"));
  EXPECT_THAT(Shell({"people", "links", first.person(), "--json"}), HasSubstr("\"LINK_STATUS_AGREES\""));
  EXPECT_THAT(Shell({"people", "links", first.person(), "--source", "nowhere"}, 1), HasSubstr("FIELD_INVALID"));

  const std::string file = folder_.path() + "/stale.csv";
  EXPECT_THAT(Shell({"export", "stale", "--source", "council_tax", "--to", file}), HasSubstr("\"rows\": 1"));
  EXPECT_EQ(ReadFile(file),
            Cat("person,source,key,incarnation,source_time,field,status,value,golden_value,golden_source,golden_key,"
                "golden_source_time\n",
                first.person(),
                ",council_tax,1,0,2026-01-02T00:00:00Z,phones,STALE,+447911123401,+447911123402,housing,1,"
                "2026-01-10T00:00:00Z\n"));
  EXPECT_THAT(ReadFile(file + ".json"), HasSubstr("\"file\": \"stale\""));
  EXPECT_THAT(Shell({"export", "stale", "--source", "housing", "--out", file}), HasSubstr("\"rows\": 0"));
  EXPECT_THAT(Shell({"export", "stale", "--field", "emails", "--out", file}), HasSubstr("\"rows\": 0"));
  EXPECT_THAT(Shell({"export", "stale", "--as-of", "1", "--out", file}), HasSubstr("\"revision\": 1, \"rows\": 0"));
  EXPECT_THAT(Shell({"export", "stale", "--field", "shoe_size", "--out", file}, 1), HasSubstr("shoe_size"));
}

TEST_F(LinksTest, ExportsOfStaleValuesGoOnBehindAnyMessage) {
  Upsert("council_tax", "07911 123401", 1);
  Upsert("housing", "07911 123402", 9);
  v1::ExportStaleValuesRequest request;
  grpc::ClientContext context;
  const auto stream = changes_->ExportStaleValues(&context, request);
  v1::ExportStaleValuesResponse message;
  ASSERT_TRUE(stream->Read(&message));
  EXPECT_EQ(message.values_size(), 1);
  EXPECT_EQ(message.end().values(), 1U);
  v1::ExportStaleValuesResponse none;
  EXPECT_FALSE(stream->Read(&none));
  ASSERT_TRUE(stream->Finish().ok());
  const auto again = [&](v1::ExportStaleValuesRequest next) {
    next.set_resume_token(message.resume_token());
    grpc::ClientContext next_context;
    const auto next_stream = changes_->ExportStaleValues(&next_context, next);
    v1::ExportStaleValuesResponse rest;
    while (next_stream->Read(&rest)) {
      EXPECT_EQ(rest.values_size(), 0);
    }
    return next_stream->Finish();
  };
  EXPECT_TRUE(again(request).ok());
  request.add_sources("housing");
  EXPECT_EQ(again(request).error_code(), StatusCode::INVALID_ARGUMENT) << "a token of other sources";
}

TEST_F(LinksTest, TwoStatesOfAPersonSideBySide) {
  const auto first = Upsert("council_tax", "07911 123401", 1);
  const auto second = Upsert("housing", "07911 123402", 9);
  v1::ComparePersonRequest request;
  request.set_name(first.person());
  request.mutable_from()->set_as_of_revision(first.revision());
  v1::ComparePersonResponse response;
  grpc::ClientContext context;
  ASSERT_TRUE(people_->Compare(&context, request, &response).ok());
  EXPECT_EQ(response.to_revision(), second.revision());
  ASSERT_EQ(response.joined_size(), 1);
  EXPECT_EQ(response.joined(0).contributor().source_key().source(), "housing");
  ASSERT_EQ(response.differences_size(), 1);
  EXPECT_EQ(response.differences(0).field(), "phones");
  const std::string from = Cat(first.revision());
  const std::string printed = Shell({"people", "compare", first.person(), "--from", from});
  EXPECT_THAT(printed, HasSubstr("+447911123401  ->  +447911123402 | +447911123401"));
  EXPECT_THAT(printed, HasSubstr("+ housing 1"));
  EXPECT_THAT(Shell({"people", "compare", first.person(), "--from", from, "--json"}), HasSubstr("\"to_lineage\""));
  EXPECT_THAT(Shell({"people", "compare", first.person(), "--from", "999"}, 1), HasSubstr("REVISION_IN_FUTURE"));
}

TEST_F(LinksTest, WhatWasToldAndToWhom) {
  const auto first = Upsert("council_tax", "07911 123401", 1);
  v1::WatchChangesRequest request;
  request.set_consumer("warehouse");
  request.set_stop_at_head(true);
  EXPECT_EQ(Watch(request).size(), 1U);
  Upsert("housing", "07911 123402", 9);
  v1::ListToldRequest told_request;
  told_request.set_name(first.person());
  v1::ListToldResponse told;
  grpc::ClientContext told_context;
  ASSERT_TRUE(changes_->ListTold(&told_context, told_request, &told).ok());
  ASSERT_EQ(told.told_size(), 2);
  EXPECT_EQ(told.told(0).event().kind(), v1::CHANGE_KIND_PERSON_UPDATED);
  EXPECT_TRUE(told.told(0).consumers().empty());
  EXPECT_THAT(told.told(1).consumers(), ElementsAre("warehouse"));
  v1::ListConsumersResponse consumers;
  grpc::ClientContext consumers_context;
  ASSERT_TRUE(changes_->ListConsumers(&consumers_context, {}, &consumers).ok());
  ASSERT_EQ(consumers.consumers_size(), 1);
  EXPECT_EQ(consumers.consumers(0).sent_revision(), first.revision());
  EXPECT_THAT(Shell({"consumers"}), HasSubstr("\"warehouse\""));
  const std::string printed = Shell({"people", "told", first.person()});
  EXPECT_THAT(printed, HasSubstr("PERSON_UPDATED"));
  EXPECT_THAT(printed, HasSubstr("phones"));
  EXPECT_THAT(printed, HasSubstr("sent to: warehouse"));
  EXPECT_THAT(Shell({"people", "told", first.person(), "--consumer", "warehouse"}), Not(HasSubstr("PERSON_UPDATED")));
  EXPECT_THAT(Shell({"people", "told", first.person(), "--consumer", "nobody"}, 1), HasSubstr("ListConsumers"));
  // The command watches under a name too.
  EXPECT_THAT(Shell({"changes", "--consumer", "cleaner", "--stale-for", "council_tax"}), HasSubstr("PERSON_ENTERED"));
  EXPECT_THAT(Shell({"consumers"}), HasSubstr("\"cleaner\""));
  EXPECT_THAT(Shell({"changes", "--consumer", "No Name"}, 1), HasSubstr("FIELD_INVALID"));
}

TEST_F(LinksTest, LinksOfAPropertyThatIsNotThere) {
  EXPECT_THAT(Shell({"property", "links", "100090000001"}, 1), HasSubstr("RESOURCE_UNKNOWN"));
}

}  // namespace
}  // namespace wensum
