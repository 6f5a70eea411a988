// What the server makes of requests that nobody should send.
#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include "base/strings.h"
#include "tests/integration/test_server.h"
#include "wensum/v1/changes.grpc.pb.h"
#include "wensum/v1/imports.grpc.pb.h"
#include "wensum/v1/people.grpc.pb.h"
#include "wensum/v1/properties.grpc.pb.h"

namespace wensum {
namespace {

using grpc::StatusCode;

class BadInputTest : public ::testing::Test {
 protected:
  TestServer server_;
  std::unique_ptr<v1::People::Stub> people_ = v1::People::NewStub(server_.channel());
  std::unique_ptr<v1::Properties::Stub> properties_ = v1::Properties::NewStub(server_.channel());
  std::unique_ptr<v1::SourceRecords::Stub> records_ = v1::SourceRecords::NewStub(server_.channel());
};

TEST_F(BadInputTest, NamesMustBeWellFormedAndKnown) {
  v1::Person person;
  for (const std::string& name : {std::string(), std::string("people/1"), std::string("properties/1")}) {
    grpc::ClientContext context;
    v1::GetPersonRequest request;
    request.set_name(name);
    const grpc::Status status = people_->Get(&context, request, &person);
    EXPECT_EQ(status.error_code(), StatusCode::INVALID_ARGUMENT) << name;
    EXPECT_EQ(ReasonOf(status), "FIELD_INVALID");
    EXPECT_TRUE(status.error_message().starts_with("name: ")) << status.error_message();
  }
  grpc::ClientContext context;
  v1::GetPropertyRequest request;
  request.set_name("properties/100023336956");
  v1::Property property;
  const grpc::Status status = properties_->Get(&context, request, &property);
  EXPECT_EQ(status.error_code(), StatusCode::NOT_FOUND);
  EXPECT_EQ(ReasonOf(status), "RESOURCE_UNKNOWN");
}

TEST_F(BadInputTest, MessagesOverBudgetAreRefused) {
  v1::SearchPeopleRequest request;
  request.set_query(std::string(5 * 1024 * 1024, 'x'));
  v1::SearchPeopleResponse response;
  grpc::ClientContext context;
  EXPECT_EQ(people_->Search(&context, request, &response).error_code(), StatusCode::RESOURCE_EXHAUSTED);
  request.set_query(std::string(1'001, 'x'));
  grpc::ClientContext smaller;
  const grpc::Status status = people_->Search(&smaller, request, &response);
  EXPECT_EQ(status.error_code(), StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(status.error_message(), "query: is 1001 bytes long; at most 1000 are taken");
}

TEST_F(BadInputTest, PageSizesAndTokens) {
  v1::ListSourceRecordsRequest request;
  request.set_source("housing");
  request.set_page_size(-1);
  v1::ListSourceRecordsResponse response;
  grpc::ClientContext negative;
  EXPECT_EQ(records_->List(&negative, request, &response).error_code(), StatusCode::INVALID_ARGUMENT);
  request.set_page_size(10);
  request.set_page_token("nonsense");
  grpc::ClientContext nonsense;
  const grpc::Status status = records_->List(&nonsense, request, &response);
  EXPECT_EQ(status.error_code(), StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(ReasonOf(status), "PAGE_TOKEN_INVALID");
}

TEST_F(BadInputTest, ABatchHasALimit) {
  v1::BatchGetPeopleRequest request;
  for (int i = 0; i < 1'001; ++i) {
    request.add_names("people/x");
  }
  v1::BatchGetPeopleResponse response;
  grpc::ClientContext context;
  const grpc::Status status = people_->BatchGet(&context, request, &response);
  EXPECT_EQ(status.error_code(), StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(ReasonOf(status), "BATCH_TOO_LARGE");
}

TEST_F(BadInputTest, ARecordNamesEachOfItsBadFields) {
  v1::UpsertSourceRecordRequest request;
  *request.mutable_record() = TestRecord("1", "Ann", "Lee");
  request.mutable_record()->mutable_details()->mutable_date_of_birth()->set_month(13);
  request.mutable_record()->mutable_details()->set_sex(static_cast<v1::Sex>(9));
  request.mutable_record()->mutable_source_key()->clear_key();
  v1::UpsertSourceRecordResponse response;
  grpc::ClientContext context;
  const grpc::Status status = records_->Upsert(&context, request, &response);
  EXPECT_EQ(status.error_code(), StatusCode::INVALID_ARGUMENT);
  for (const std::string_view field : {"record.source_key.key", "record.details.date_of_birth", "record.details.sex"}) {
    EXPECT_NE(status.error_message().find(field), std::string::npos) << field << " in " << status.error_message();
  }
}

TEST_F(BadInputTest, UnknownSourceEnumAndPurposeAreRefused) {
  v1::UpsertSourceRecordRequest request;
  *request.mutable_record() = TestRecord("1", "Ann", "Lee");
  request.mutable_record()->mutable_source_key()->set_source("no_such_source");
  v1::UpsertSourceRecordResponse response;
  grpc::ClientContext context;
  EXPECT_EQ(records_->Upsert(&context, request, &response).error_code(), StatusCode::INVALID_ARGUMENT);

  v1::GetPersonRequest get;
  get.set_view(static_cast<v1::PersonView>(7));
  v1::Person person;
  grpc::ClientContext view;
  EXPECT_NE(people_->Get(&view, get, &person).error_message().find("view: "), std::string::npos);

  grpc::ClientContext purpose;
  purpose.AddMetadata("x-wensum-purpose", "marketing");
  const grpc::Status status = people_->Get(&purpose, get, &person);
  EXPECT_EQ(status.error_code(), StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(ReasonOf(status), "PURPOSE_UNKNOWN");
}

TEST_F(BadInputTest, AnExpiredDeadlineEndsTheCall) {
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() - std::chrono::seconds(1));
  v1::GetPersonRequest request;
  v1::Person person;
  EXPECT_EQ(people_->Get(&context, request, &person).error_code(), StatusCode::DEADLINE_EXCEEDED);
}

TEST_F(BadInputTest, ReadsCannotLookIntoTheFuture) {
  v1::BatchGetPropertiesRequest request;
  request.add_names("properties/1");
  request.mutable_read()->set_min_revision(1'000'000);
  v1::BatchGetPropertiesResponse response;
  grpc::ClientContext context;
  grpc::Status status = properties_->BatchGet(&context, request, &response);
  EXPECT_EQ(status.error_code(), StatusCode::FAILED_PRECONDITION);
  EXPECT_EQ(ReasonOf(status), "REVISION_NOT_REACHED");
  request.mutable_read()->Clear();
  request.mutable_read()->set_as_of_revision(1'000'000);
  grpc::ClientContext future;
  status = properties_->BatchGet(&future, request, &response);
  EXPECT_EQ(status.error_code(), StatusCode::OUT_OF_RANGE);
  EXPECT_EQ(ReasonOf(status), "REVISION_IN_FUTURE");
}

TEST_F(BadInputTest, AnUploadMustBeginWithASpecOfAKnownFeed) {
  const auto imports = v1::Imports::NewStub(server_.channel());
  v1::ImportRun run;
  {
    grpc::ClientContext context;
    const auto stream = imports->StartRun(&context, &run);
    v1::StartImportRunRequest message;
    message.set_chunk("a,b,c\n");
    stream->Write(message);
    stream->WritesDone();
    const grpc::Status status = stream->Finish();
    EXPECT_EQ(status.error_code(), StatusCode::INVALID_ARGUMENT);
    EXPECT_EQ(ReasonOf(status), "UPLOAD_INVALID");
  }
  {
    grpc::ClientContext context;
    const auto stream = imports->StartRun(&context, &run);
    stream->WritesDone();
    EXPECT_EQ(ReasonOf(stream->Finish()), "UPLOAD_INVALID");
  }
  {
    grpc::ClientContext context;
    const auto stream = imports->StartRun(&context, &run);
    v1::StartImportRunRequest message;
    message.mutable_spec()->set_feed("no_such_feed");
    stream->Write(message);
    stream->WritesDone();
    EXPECT_FALSE(stream->Finish().ok());
  }
  {
    grpc::ClientContext context;
    const auto stream = imports->StartRun(&context, &run);
    v1::StartImportRunRequest message;
    message.mutable_spec()->set_feed("gazetteer");
    message.mutable_spec()->set_drop_file("../../etc/passwd");
    stream->Write(message);
    stream->WritesDone();
    EXPECT_FALSE(stream->Finish().ok());
  }
}

}  // namespace
}  // namespace wensum
