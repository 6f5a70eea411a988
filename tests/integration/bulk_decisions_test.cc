// One answer to many tasks through a real channel and by the command line; and a person of too many records.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "services/cli/tasks_command.h"
#include "tests/integration/shell.h"
#include "tests/integration/test_server.h"
#include "wensum/v1/bulk_decisions.grpc.pb.h"
#include "wensum/v1/decisions.grpc.pb.h"
#include "wensum/v1/source_records.grpc.pb.h"
#include "wensum/v1/stewardship.grpc.pb.h"

namespace wensum {
namespace {

using grpc::StatusCode;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using v1::BulkDecision;

constexpr int kPairs = 6;

class BulkServiceTest : public testing::Test {
 protected:
  void Upsert(v1::SourceRecord record) {
    v1::UpsertSourceRecordRequest request;
    *request.mutable_record() = std::move(record);
    v1::UpsertSourceRecordResponse response;
    grpc::ClientContext context;
    const grpc::Status status = v1::SourceRecords::NewStub(server_.channel())->Upsert(&context, request, &response);
    ASSERT_TRUE(status.ok()) << status.error_message();
  }
  // Pairs that may be one person: tasks 1 to kPairs.
  void UpsertPairs() {
    constexpr std::array<const char*, kPairs> kSurnames = {"Brackenbury", "Thackeray",    "Okafor",
                                                           "Szymanowska", "Featherstone", "Quartermaine"};
    constexpr std::array<const char*, kPairs> kForenames = {"Jonathan",  "Mildred",  "Osman",
                                                            "Kazimiera", "Beatrice", "Tobias"};
    constexpr std::array<const char*, kPairs> kStreets = {"Oak Street",   "Priory Lane", "Gull Road",
                                                          "Weavers Yard", "Mill Hill",   "Star Parade"};
    for (int number = 0; number < kPairs; ++number) {
      const auto at = static_cast<size_t>(number);
      v1::SourceRecord record = TestRecord(Cat("A", number), kForenames[at], kSurnames[at]);
      record.mutable_details()->add_addresses()->set_text(Cat(11 * number + 1, " ", kStreets[at], ", Norwich"));
      record.mutable_details()->mutable_addresses(0)->set_postcode(Cat("NR", number + 1, " ", number + 1, "AA"));
      record.mutable_details()->mutable_date_of_birth()->set_year(1950 + 7 * number);
      record.mutable_details()->mutable_date_of_birth()->set_month(1 + number);
      record.mutable_details()->mutable_date_of_birth()->set_day(3 + 4 * number);
      Upsert(record);
      record.mutable_source_key()->set_key(Cat("B", number));
      record.mutable_details()->mutable_name()->set_forenames(std::string(kForenames[at], 1));
      record.mutable_details()->clear_date_of_birth();
      Upsert(record);
    }
  }
  static v1::CreateBulkDecisionRequest Proposal() {
    v1::CreateBulkDecisionRequest request;
    request.mutable_filter()->set_min_score(-30);
    request.mutable_filter()->set_max_score(60);
    request.set_answer(v1::DecideTaskRequest::ANSWER_SAME);
    request.set_sample_size(2);
    request.set_actor("ann");
    request.set_reason("records_agree");
    return request;
  }
  std::vector<v1::BulkDecisionTask> Tasks(bool sample_only) {
    v1::ListBulkDecisionTasksRequest request;
    request.set_name("bulkDecisions/1");
    request.set_sample_only(sample_only);
    v1::ListBulkDecisionTasksResponse response;
    grpc::ClientContext context;
    const grpc::Status status = bulk_->ListBulkDecisionTasks(&context, request, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return {response.tasks().begin(), response.tasks().end()};
  }
  void AnswerSample() {
    for (const v1::BulkDecisionTask& sampled : Tasks(true)) {
      v1::GetTaskRequest get;
      get.set_name(sampled.task());
      v1::Task task;
      grpc::ClientContext reading;
      ASSERT_TRUE(v1::Stewardship::NewStub(server_.channel())->GetTask(&reading, get, &task).ok());
      v1::DecideTaskRequest request;
      request.set_name(task.name());
      request.set_etag(task.etag());
      request.set_answer(v1::DecideTaskRequest::ANSWER_SAME);
      request.set_actor("cid");
      request.set_reason("records_agree");
      v1::DecisionResult result;
      grpc::ClientContext context;
      const grpc::Status status = v1::Decisions::NewStub(server_.channel())->DecideTask(&context, request, &result);
      ASSERT_TRUE(status.ok()) << status.error_message();
    }
  }
  BulkDecision Get() {
    v1::GetBulkDecisionRequest request;
    request.set_name("bulkDecisions/1");
    BulkDecision bulk;
    grpc::ClientContext context;
    const grpc::Status status = bulk_->GetBulkDecision(&context, request, &bulk);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return bulk;
  }
  // As it is once the server does nothing more for it.
  BulkDecision Settled() {
    BulkDecision bulk = Get();
    while (bulk.state() == BulkDecision::STATE_APPLYING || bulk.state() == BulkDecision::STATE_UNDOING) {
      std::this_thread::yield();
      bulk = Get();
    }
    return bulk;
  }
  std::string Shell(std::vector<std::string> arguments, int expected_code = 0) {
    return RunShell(server_, cli::AddTasksCommand, std::move(arguments), expected_code);
  }

  TestServer server_;
  const std::unique_ptr<v1::BulkDecisions::Stub> bulk_ = v1::BulkDecisions::NewStub(server_.channel());
};

TEST_F(BulkServiceTest, IsProposedSampledAppliedAndUndone) {
  UpsertPairs();
  BulkDecision created;
  {
    grpc::ClientContext context;
    const grpc::Status status = bulk_->CreateBulkDecision(&context, Proposal(), &created);
    ASSERT_TRUE(status.ok()) << status.error_message();
  }
  EXPECT_EQ(created.task_count(), kPairs);
  EXPECT_THAT(created.seed(), SizeIs(16));
  ASSERT_THAT(Tasks(true), SizeIs(2));
  v1::ApplyBulkDecisionRequest apply;
  apply.set_name("bulkDecisions/1");
  apply.set_etag(created.etag());
  apply.set_actor("bob");
  BulkDecision applied;
  {
    grpc::ClientContext context;
    const grpc::Status status = bulk_->ApplyBulkDecision(&context, apply, &applied);
    EXPECT_EQ(status.error_code(), StatusCode::FAILED_PRECONDITION);
    EXPECT_EQ(ReasonOf(status), "BULK_STATE");
  }
  AnswerSample();
  EXPECT_EQ(Get().state(), BulkDecision::STATE_ACCEPTED);
  apply.set_actor("ann");
  {
    grpc::ClientContext context;
    EXPECT_EQ(ReasonOf(bulk_->ApplyBulkDecision(&context, apply, &applied)), "SECOND_STEWARD");
  }
  apply.set_actor("bob");
  {
    grpc::ClientContext context;
    const grpc::Status status = bulk_->ApplyBulkDecision(&context, apply, &applied);
    ASSERT_TRUE(status.ok()) << status.error_message();
  }
  const BulkDecision done = Settled();
  EXPECT_EQ(done.state(), BulkDecision::STATE_DONE);
  ASSERT_EQ(done.outcomes_size(), 2);
  EXPECT_EQ(done.outcomes(1).outcome(), v1::BULK_OUTCOME_DECIDED);
  EXPECT_EQ(done.outcomes(1).count(), kPairs - 2);

  v1::UndoBulkDecisionRequest undo;
  undo.set_name("bulkDecisions/1");
  undo.set_etag(done.etag());
  undo.set_actor("eve");
  undo.set_reason("decided_in_error");
  {
    grpc::ClientContext context;
    BulkDecision undoing;
    const grpc::Status status = bulk_->UndoBulkDecision(&context, undo, &undoing);
    ASSERT_TRUE(status.ok()) << status.error_message();
  }
  EXPECT_EQ(Settled().state(), BulkDecision::STATE_UNDONE);
  v1::ListDecisionsRequest list;
  list.set_state(v1::Decision::STATE_IN_FORCE);
  v1::ListDecisionsResponse decisions;
  grpc::ClientContext context;
  ASSERT_TRUE(v1::Decisions::NewStub(server_.channel())->ListDecisions(&context, list, &decisions).ok());
  EXPECT_THAT(decisions.decisions(), SizeIs(2)) << "what stewards answered";
}

TEST_F(BulkServiceTest, TheCommandLineDoesItAll) {
  UpsertPairs();
  const std::vector<std::string> create = {"tasks",   "bulk",        "create",   "same",         "--min-score",
                                           "-30",     "--max-score", "60",       "--sample",     "2",
                                           "--actor", "ann",         "--reason", "records_agree"};
  std::vector<std::string> preview = create;
  preview.emplace_back("--dry-run");
  EXPECT_THAT(Shell(preview), HasSubstr("\"task_count\": \"6\""));
  EXPECT_THAT(Shell({"tasks", "bulk", "list"}), IsEmpty());
  EXPECT_THAT(Shell(create), HasSubstr("STATE_SAMPLING"));
  EXPECT_THAT(Shell({"tasks", "bulk", "tasks", "1", "--sample"}), AllOf(HasSubstr("tasks/"), HasSubstr("waiting")));
  EXPECT_THAT(Shell({"tasks", "bulk", "apply", "1", "--actor", "bob"}, 1), HasSubstr("BULK_STATE"));
  AnswerSample();
  EXPECT_THAT(Shell({"tasks", "bulk", "list"}),
              HasSubstr("bulkDecisions/1  accepted  same  of 6 tasks, sample 2 of 2 answered, 0 errors"));
  EXPECT_THAT(Shell({"tasks", "bulk", "apply", "1", "--actor", "bob"}), HasSubstr("STATE_APPLYING"));
  EXPECT_EQ(Settled().state(), BulkDecision::STATE_DONE);
  EXPECT_THAT(Shell({"tasks", "bulk", "tasks", "1", "--outcome", "decided"}), HasSubstr("decided  decisions/6"));
  EXPECT_THAT(Shell({"tasks", "bulk", "stop", "1", "--actor", "bob"}, 1), HasSubstr("there is nothing to stop"));
  EXPECT_THAT(Shell({"tasks", "bulk", "undo", "1", "--actor", "bob", "--reason", "decided_in_error"}),
              HasSubstr("STATE_UNDOING"));
  EXPECT_EQ(Settled().state(), BulkDecision::STATE_UNDONE);
  EXPECT_THAT(Shell({"tasks", "bulk", "withdraw", "1", "--actor", "ann"}, 1), HasSubstr("is UNDONE"));
  EXPECT_THAT(Shell({"tasks", "bulk", "show", "1"}), HasSubstr("\"seed\""));
}

TEST(WeakEntityServiceTest, APersonOfStrangersIsAskedAbout) {
  TestServer server(
      [](server::ServerOptions& options) { options.tasks.weak_entity = {.many = 9, .least = 3, .max_cohesion = 0.5}; });
  v1::MergePeopleRequest merge;
  merge.set_actor("ann");
  merge.set_reason("records_agree");
  constexpr std::array<std::pair<const char*, const char*>, 3> kStrangers = {
      std::pair("Annabel", "Brackenbury"), {"Giles", "Okafor"}, {"Priya", "Thackeray"}};
  for (const auto& [forenames, surname] : kStrangers) {
    v1::UpsertSourceRecordRequest request;
    *request.mutable_record() = TestRecord(surname, forenames, surname);
    request.mutable_record()->mutable_details()->clear_date_of_birth();
    v1::UpsertSourceRecordResponse response;
    grpc::ClientContext context;
    ASSERT_TRUE(v1::SourceRecords::NewStub(server.channel())->Upsert(&context, request, &response).ok());
    v1::DecisionSubject& subject = *merge.add_subjects();
    subject.set_name(response.person());
    subject.set_etag(response.revision());
  }
  v1::DecisionResult merged;
  {
    grpc::ClientContext context;
    const grpc::Status status = v1::Decisions::NewStub(server.channel())->MergePeople(&context, merge, &merged);
    ASSERT_TRUE(status.ok()) << status.error_message();
  }
  ASSERT_EQ(merged.tasks_size(), 1) << "who decides sees what it brings";
  v1::GetTaskRequest get;
  get.set_name(merged.tasks(0).name());
  v1::Task task;
  grpc::ClientContext context;
  ASSERT_TRUE(v1::Stewardship::NewStub(server.channel())->GetTask(&context, get, &task).ok());
  EXPECT_EQ(task.kind(), v1::Task::KIND_WEAK_ENTITY);
  EXPECT_THAT(task.subjects(), ElementsAre(merge.subjects(0).name()));
  EXPECT_EQ(task.evidence().weak_entity().record_count(), 3);
  EXPECT_TRUE(task.evidence().weak_entity().loose());
  EXPECT_FALSE(task.evidence().weak_entity().many());
  EXPECT_THAT(task.now().records(), SizeIs(3));
  EXPECT_TRUE(task.now().supported());
}

}  // namespace
}  // namespace wensum
