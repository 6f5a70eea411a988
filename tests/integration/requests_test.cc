// What a person asks for, and imports that stop, as tasks: through a real channel.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "services/cli/tasks_command.h"
#include "tests/integration/shell.h"
#include "tests/integration/test_server.h"
#include "wensum/v1/imports.grpc.pb.h"
#include "wensum/v1/source_records.grpc.pb.h"
#include "wensum/v1/stewardship.grpc.pb.h"

namespace wensum {
namespace {

using grpc::StatusCode;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr std::string_view kSomeId = "6f1e7f5e-5f0c-4c0e-9d7e-2f3b8a1c9d00";
constexpr int64_t kDay = 86'400;

class RequestsTest : public ::testing::Test {
 protected:
  void TearDown() override { ExpectSound(server_.channel()); }

  std::string Upsert(const std::string& key) {
    v1::UpsertSourceRecordRequest request;
    *request.mutable_record() = TestRecord(key, "Annabel", "Brackenbury");
    v1::UpsertSourceRecordResponse response;
    grpc::ClientContext context;
    EXPECT_TRUE(v1::SourceRecords::NewStub(server_.channel())->Upsert(&context, request, &response).ok());
    return response.person();
  }
  grpc::Status Create(const v1::CreateSubjectRequestRequest& request, v1::Task* task) {
    grpc::ClientContext context;
    return tasks_->CreateSubjectRequest(&context, request, task);
  }
  std::vector<v1::Task> Open(v1::Task::Kind kind) {
    v1::ListTasksRequest request;
    request.add_kinds(kind);
    v1::ListTasksResponse response;
    grpc::ClientContext context;
    EXPECT_TRUE(tasks_->ListTasks(&context, request, &response).ok());
    return {response.tasks().begin(), response.tasks().end()};
  }

  TestServer server_;
  const std::unique_ptr<v1::Stewardship::Stub> tasks_ = v1::Stewardship::NewStub(server_.channel());
};

v1::CreateSubjectRequestRequest Asked(const std::string& person) {
  v1::CreateSubjectRequestRequest request;
  request.set_person(person);
  request.set_type(v1::SubjectRequestEvidence::TYPE_ERASURE);
  request.set_actor("ann");
  request.set_comment("by letter");
  return request;
}

TEST_F(RequestsTest, ARequestIsATaskUntilItIsDone) {
  const std::string person = Upsert("S1");
  v1::CreateSubjectRequestRequest request = Asked(person);
  request.mutable_receive_time()->set_seconds(1'700'000'000);
  request.set_request_id(std::string(kSomeId));
  v1::Task task;
  grpc::Status status = Create(request, &task);
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(task.kind(), v1::Task::KIND_SUBJECT_REQUEST);
  EXPECT_EQ(task.state(), v1::Task::STATE_OPEN);
  EXPECT_EQ(task.team(), "data_protection");
  EXPECT_THAT(task.subjects(), ElementsAre(person));
  EXPECT_EQ(task.evidence().subject_request().type(), v1::SubjectRequestEvidence::TYPE_ERASURE);
  EXPECT_EQ(task.due_time().seconds(), 1'700'000'000 + 28 * kDay) << "counted from when it was received";
  ASSERT_THAT(task.events(), SizeIs(2));
  EXPECT_EQ(task.events(1).text(), "by letter");
  v1::Task again;
  ASSERT_TRUE(Create(request, &again).ok());
  EXPECT_EQ(again.name(), task.name()) << "one request_id, one task";
  ASSERT_TRUE(Create(Asked(person), &again).ok());
  EXPECT_NE(again.name(), task.name()) << "another request is another task";

  v1::CompleteSubjectRequestRequest complete;
  complete.set_name(task.name());
  complete.set_etag(task.etag());
  complete.set_actor("bob");
  v1::Task done;
  {
    grpc::ClientContext context;
    status = tasks_->CompleteSubjectRequest(&context, complete, &done);
    EXPECT_EQ(status.error_code(), StatusCode::INVALID_ARGUMENT) << "what was done?";
  }
  complete.set_comment("erased, letter sent");
  {
    grpc::ClientContext context;
    status = tasks_->CompleteSubjectRequest(&context, complete, &done);
    ASSERT_TRUE(status.ok()) << status.error_message();
  }
  EXPECT_EQ(done.state(), v1::Task::STATE_CLOSED);
  EXPECT_EQ(done.events().rbegin()->type(), v1::TaskEvent::TYPE_COMPLETED);
  {
    grpc::ClientContext context;
    status = tasks_->CompleteSubjectRequest(&context, complete, &done);
    EXPECT_EQ(status.error_code(), StatusCode::ABORTED) << "twice";
  }
  EXPECT_THAT(Open(v1::Task::KIND_SUBJECT_REQUEST), SizeIs(1));
}

TEST_F(RequestsTest, WhatIsRefused) {
  v1::Task task;
  EXPECT_EQ(ReasonOf(Create(Asked("people/nobody"), &task)), "FIELD_INVALID");
  const std::string person = Upsert("S1");
  v1::CreateSubjectRequestRequest request = Asked(person);
  request.clear_type();
  EXPECT_EQ(ReasonOf(Create(request, &task)), "FIELD_INVALID");
  request = Asked(person);
  request.mutable_receive_time()->set_seconds(4'000'000'000);
  const grpc::Status status = Create(request, &task);
  EXPECT_EQ(ReasonOf(status), "FIELD_INVALID");
  EXPECT_THAT(status.error_message(), HasSubstr("future"));
  EXPECT_THAT(Open(v1::Task::KIND_SUBJECT_REQUEST), IsEmpty());
}

TEST_F(RequestsTest, FromTheShell) {
  const std::string person = Upsert("S1");
  const auto shell = [this](std::vector<std::string> arguments) {
    return RunShell(server_, cli::AddTasksCommand, std::move(arguments), 0);
  };
  EXPECT_THAT(shell({"tasks", "request", person, "rectification", "--actor", "ann", "--comment", "her name is Mary"}),
              HasSubstr("TYPE_RECTIFICATION"));
  EXPECT_THAT(shell({"tasks", "list", "--kind", "subject_request"}), HasSubstr(person));
  EXPECT_THAT(shell({"tasks", "complete", "1", "--actor", "ann", "--comment", "mended at housing"}),
              HasSubstr("STATE_CLOSED"));
}

TEST_F(RequestsTest, AnImportThatStopsIsATaskUntilOneSucceeds) {
  const std::string bad = "this is no gazetteer\n";
  const v1::ImportRun failed = ImportGazetteer(server_.channel(), bad);
  ASSERT_EQ(failed.state(), v1::ImportRun::STATE_FAILED);
  const std::vector<v1::Task> stopped = Open(v1::Task::KIND_IMPORT_STOPPED);
  ASSERT_THAT(stopped, SizeIs(1));
  EXPECT_EQ(stopped[0].evidence().import_stopped().run(), failed.name());
  EXPECT_EQ(stopped[0].evidence().import_stopped().error(), failed.error());
  EXPECT_EQ(stopped[0].priority(), v1::Task::PRIORITY_HIGH);
  const v1::ImportRun again = ImportGazetteer(server_.channel(), bad);
  ASSERT_THAT(Open(v1::Task::KIND_IMPORT_STOPPED), SizeIs(1)) << "one for the feed";
  EXPECT_EQ(Open(v1::Task::KIND_IMPORT_STOPPED)[0].evidence().import_stopped().run(), again.name());
}

}  // namespace
}  // namespace wensum
