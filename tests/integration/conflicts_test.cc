// A person whose records contradict each other, through a real channel: what a steward sees of it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "tests/integration/test_server.h"
#include "wensum/v1/decisions.grpc.pb.h"
#include "wensum/v1/people.grpc.pb.h"
#include "wensum/v1/source_records.grpc.pb.h"
#include "wensum/v1/stewardship.grpc.pb.h"

namespace wensum {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// The person of a record with this NI number.
std::string Upsert(TestServer& server, v1::SourceRecord record, const std::string& ni_number) {
  record.mutable_details()->set_ni_number(ni_number);
  v1::UpsertSourceRecordRequest request;
  *request.mutable_record() = std::move(record);
  v1::UpsertSourceRecordResponse response;
  grpc::ClientContext context;
  const grpc::Status status = v1::SourceRecords::NewStub(server.channel())->Upsert(&context, request, &response);
  EXPECT_TRUE(status.ok()) << status.error_message();
  return response.person();
}

v1::Task GetTask(TestServer& server, const std::string& name) {
  v1::GetTaskRequest request;
  request.set_name(name);
  v1::Task task;
  grpc::ClientContext context;
  const grpc::Status status = v1::Stewardship::NewStub(server.channel())->GetTask(&context, request, &task);
  EXPECT_TRUE(status.ok()) << status.error_message();
  return task;
}

TEST(ConflictsServiceTest, AMergeThatBringsTwoNumbersTogetherIsAskedAbout) {
  TestServer server;
  const auto decisions = v1::Decisions::NewStub(server.channel());
  const std::string zofia = Upsert(server, TestRecord("N1", "Zofia", "Kowalska"), "AB123456C");
  const std::string giles = Upsert(server, TestRecord("N2", "Giles", "Okafor"), "CE654321D");
  v1::MergePeopleRequest merge;
  merge.set_actor("ann");
  merge.set_reason("records_agree");
  for (const std::string& name : {zofia, giles}) {
    v1::GetPersonRequest request;
    request.set_name(name);
    v1::Person person;
    grpc::ClientContext context;
    ASSERT_TRUE(v1::People::NewStub(server.channel())->Get(&context, request, &person).ok());
    v1::DecisionSubject& subject = *merge.add_subjects();
    subject.set_name(name);
    subject.set_etag(person.etag());
  }
  v1::DecisionResult merged;
  {
    grpc::ClientContext context;
    const grpc::Status status = decisions->MergePeople(&context, merge, &merged);
    ASSERT_TRUE(status.ok()) << status.error_message();
  }
  ASSERT_EQ(merged.tasks_size(), 1) << "who decides sees what it brings";
  const v1::Task task = GetTask(server, merged.tasks(0).name());
  EXPECT_EQ(task.kind(), v1::Task::KIND_CONFLICT);
  EXPECT_EQ(task.state(), v1::Task::STATE_OPEN);
  EXPECT_THAT(task.subjects(), ElementsAre(zofia, giles));
  ASSERT_EQ(task.evidence().conflict().values_size(), 2);
  EXPECT_EQ(task.evidence().conflict().values(0).attribute(), v1::ConflictEvidence::ATTRIBUTE_NI_NUMBER);
  EXPECT_THAT(task.evidence().conflict().values(0).value(), IsEmpty()) << "no value outlives its record in a task";
  EXPECT_TRUE(task.now().supported());
  ASSERT_EQ(task.now().conflict().values_size(), 2);
  EXPECT_EQ(task.now().conflict().values(1).value(), "CE654321D");
  ASSERT_EQ(task.now().conflict().values(1).records_size(), 1);
  EXPECT_EQ(task.now().conflict().values(1).records(0).source_key().key(), "N2");
  EXPECT_EQ(task.now().records_size(), 2);

  v1::UndoDecisionRequest undo;
  undo.set_name(merged.decision().name());
  undo.set_etag(merged.decision().etag());
  undo.set_actor("ann");
  undo.set_reason("decided_in_error");
  v1::DecisionResult undone;
  grpc::ClientContext context;
  const grpc::Status status = decisions->UndoDecision(&context, undo, &undone);
  ASSERT_TRUE(status.ok()) << status.error_message();
  const v1::Task closed = GetTask(server, task.name());
  EXPECT_EQ(closed.state(), v1::Task::STATE_CLOSED);
  EXPECT_FALSE(closed.now().supported());
  EXPECT_EQ(closed.now().conflict().values_size(), 0);
}

}  // namespace
}  // namespace wensum
