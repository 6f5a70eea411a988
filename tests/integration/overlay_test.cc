// Updates that look like another person, through a real channel: what sources are told, and what stewards see and
// answer.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "services/cli/decisions_command.h"
#include "tests/integration/shell.h"
#include "tests/integration/test_server.h"
#include "wensum/v1/decisions.grpc.pb.h"
#include "wensum/v1/people.grpc.pb.h"
#include "wensum/v1/source_records.grpc.pb.h"
#include "wensum/v1/stewardship.grpc.pb.h"

namespace wensum {
namespace {

using grpc::StatusCode;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;
using v1::ResolveHeldUpdatesRequest;

constexpr std::string_view kSomeId = "6f1e7f5e-5f0c-4c0e-9d7e-2f3b8a1c9d00";

class OverlayServiceTest : public ::testing::Test {
 protected:
  OverlayServiceTest() {
    person_ = Upsert("Annabel", "Brackenbury", 1982).person();
    held_ = Upsert("Omar", "Farouk", 1951);
    v1::ListTasksRequest request;
    request.add_kinds(v1::Task::KIND_OVERLAY);
    v1::ListTasksResponse response;
    grpc::ClientContext context;
    EXPECT_TRUE(tasks_->ListTasks(&context, request, &response).ok());
    EXPECT_THAT(response.tasks(), SizeIs(1));
    task_ = response.tasks_size() == 1 ? response.tasks(0).name() : "";
  }
  void TearDown() override { ExpectSound(server_.channel()); }

  v1::UpsertSourceRecordResponse Upsert(const std::string& forenames, const std::string& surname, int year) {
    v1::UpsertSourceRecordRequest request;
    *request.mutable_record() = TestRecord("T1", forenames, surname);
    v1::PartialDate& born = *request.mutable_record()->mutable_details()->mutable_date_of_birth();
    born.set_year(year);
    born.set_month(1 + year % 12);
    born.set_day(1 + year % 28);
    v1::UpsertSourceRecordResponse response;
    grpc::ClientContext context;
    const grpc::Status status = v1::SourceRecords::NewStub(server_.channel())->Upsert(&context, request, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response;
  }
  v1::Task Task() {
    v1::GetTaskRequest request;
    request.set_name(task_);
    v1::Task task;
    grpc::ClientContext context;
    EXPECT_TRUE(tasks_->GetTask(&context, request, &task).ok());
    return task;
  }
  std::string Surname(const std::string& name) {
    v1::GetPersonRequest request;
    request.set_name(name);
    v1::Person person;
    grpc::ClientContext context;
    return v1::People::NewStub(server_.channel())->Get(&context, request, &person).ok() ? person.person_name().surname()
                                                                                        : "nobody";
  }
  ResolveHeldUpdatesRequest Asked(ResolveHeldUpdatesRequest::Answer answer) {
    ResolveHeldUpdatesRequest request;
    request.set_name(task_);
    request.set_etag(Task().etag());
    request.set_answer(answer);
    request.set_actor("ann");
    request.set_reason("confirmed_by_source");
    return request;
  }
  grpc::Status Resolve(const ResolveHeldUpdatesRequest& request, v1::DecisionResult* result) {
    grpc::ClientContext context;
    return decisions_->ResolveHeldUpdates(&context, request, result);
  }

  TestServer server_;
  const std::unique_ptr<v1::Stewardship::Stub> tasks_ = v1::Stewardship::NewStub(server_.channel());
  const std::unique_ptr<v1::Decisions::Stub> decisions_ = v1::Decisions::NewStub(server_.channel());
  std::string person_;
  v1::UpsertSourceRecordResponse held_;
  std::string task_;
};

TEST_F(OverlayServiceTest, WhatSourcesAndStewardsSee) {
  EXPECT_EQ(held_.outcome(), v1::WRITE_OUTCOME_HELD);
  EXPECT_EQ(held_.person(), person_);
  ASSERT_THAT(held_.issues(), SizeIs(1));
  EXPECT_EQ(held_.issues(0).rule(), "overlay_held");
  const v1::Task task = Task();
  EXPECT_EQ(task.priority(), v1::Task::PRIORITY_HIGH);
  EXPECT_THAT(task.subjects(), ElementsAre(person_));
  EXPECT_EQ(task.evidence().overlay().held_count(), 1U);
  EXPECT_THAT(task.evidence().overlay().signs(),
              ElementsAre(v1::OverlayEvidence::SIGN_GIVEN_NAME, v1::OverlayEvidence::SIGN_SURNAME,
                          v1::OverlayEvidence::SIGN_DATE_OF_BIRTH));
  EXPECT_TRUE(task.now().supported());
  EXPECT_EQ(task.now().record().details().name().surname(), "Brackenbury");
  ASSERT_THAT(task.now().held_updates(), SizeIs(1));
  EXPECT_EQ(task.now().held_updates(0).record().details().name().surname(), "Farouk");
  EXPECT_EQ(task.now().held_updates(0).state(), v1::HeldUpdate::STATE_HELD);
}

TEST_F(OverlayServiceTest, ThePreviewTellsWhatTheAnswerDoes) {
  ResolveHeldUpdatesRequest request = Asked(ResolveHeldUpdatesRequest::ANSWER_NEW_PERSON);
  request.set_validate_only(true);
  v1::DecisionResult preview;
  grpc::Status status = Resolve(request, &preview);
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(preview.revision(), 0U);
  ASSERT_THAT(preview.before(), SizeIs(1));
  ASSERT_THAT(preview.after(), SizeIs(1));
  EXPECT_THAT(preview.after(0).person().person_name().surname(), HasSubstr("Farouk"));
  EXPECT_THAT(Surname(person_), HasSubstr("Brackenbury"));

  request.set_validate_only(false);
  request.set_request_id(std::string(kSomeId));
  v1::DecisionResult result;
  status = Resolve(request, &result);
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(result.decision().operation(), v1::Decision::OPERATION_NEW_PERSON);
  EXPECT_EQ(result.decision().task(), task_);
  ASSERT_THAT(result.after(), SizeIs(1));
  EXPECT_EQ(result.after(0).person().name(), preview.after(0).person().name());
  EXPECT_EQ(Task().state(), v1::Task::STATE_CLOSED);
  EXPECT_EQ(Upsert("Omar", "Farouk", 1951).person(), result.after(0).person().name());
  v1::DecisionResult again;
  ASSERT_TRUE(Resolve(request, &again).ok()) << "the stored answer, though the etag is old by now";
  EXPECT_EQ(again.SerializeAsString(), result.SerializeAsString());
}

TEST_F(OverlayServiceTest, WhatIsRefused) {
  v1::DecisionResult result;
  grpc::Status status = Resolve(Asked(ResolveHeldUpdatesRequest::ANSWER_UNSPECIFIED), &result);
  EXPECT_EQ(status.error_code(), StatusCode::INVALID_ARGUMENT) << status.error_message();

  ResolveHeldUpdatesRequest stale = Asked(ResolveHeldUpdatesRequest::ANSWER_TAKE);
  Upsert("Omar", "Faruq", 1951);  // says something else: the task has changed
  status = Resolve(stale, &result);
  EXPECT_EQ(status.error_code(), StatusCode::ABORTED) << status.error_message();
  EXPECT_EQ(ReasonOf(status), "ETAG_MISMATCH");

  v1::DecideTaskRequest decide;
  decide.set_name(task_);
  decide.set_etag(Task().etag());
  decide.set_answer(v1::DecideTaskRequest::ANSWER_SAME);
  decide.set_actor("ann");
  decide.set_reason("records_agree");
  {
    grpc::ClientContext context;
    status = decisions_->DecideTask(&context, decide, &result);
    EXPECT_EQ(ReasonOf(status), "TASK_STATE");
    EXPECT_THAT(status.error_message(), HasSubstr("ResolveHeldUpdates"));
  }
  v1::DismissTaskRequest dismiss;
  dismiss.set_name(task_);
  dismiss.set_etag(Task().etag());
  dismiss.set_actor("ann");
  dismiss.set_reason("accepted_as_it_is");
  {
    grpc::ClientContext context;
    v1::Task task;
    status = tasks_->DismissTask(&context, dismiss, &task);
    EXPECT_EQ(ReasonOf(status), "TASK_STATE");
    EXPECT_THAT(status.error_message(), HasSubstr("ResolveHeldUpdates"));
  }
  v1::ClaimTaskRequest claim;
  claim.set_name(task_);
  claim.set_actor("bob");
  {
    grpc::ClientContext context;
    v1::Task task;
    ASSERT_TRUE(tasks_->ClaimTask(&context, claim, &task).ok());
  }
  status = Resolve(Asked(ResolveHeldUpdatesRequest::ANSWER_TAKE), &result);
  EXPECT_EQ(ReasonOf(status), "TASK_STATE");
  EXPECT_THAT(status.error_message(), HasSubstr("bob"));
}

TEST_F(OverlayServiceTest, TheListHasAllThatWasEverHeld) {
  Upsert("Omar", "Faruq", 1951);
  v1::DecisionResult dropped;
  ASSERT_TRUE(Resolve(Asked(ResolveHeldUpdatesRequest::ANSWER_DROP), &dropped).ok());
  EXPECT_EQ(Upsert("Omar", "Farouk", 1951).issues(0).rule(), "overlay_dropped");
  v1::ListHeldUpdatesRequest request;
  *request.mutable_source_key() = TestRecord("T1", "", "").source_key();
  request.set_page_size(1);
  std::vector<std::string> surnames;
  do {
    v1::ListHeldUpdatesResponse response;
    grpc::ClientContext context;
    const grpc::Status status = decisions_->ListHeldUpdates(&context, request, &response);
    ASSERT_TRUE(status.ok()) << status.error_message();
    for (const v1::HeldUpdate& update : response.updates()) {
      surnames.push_back(update.record().details().name().surname());
      EXPECT_EQ(update.state(), v1::HeldUpdate::STATE_DROPPED);
      EXPECT_EQ(update.decision(), dropped.decision().name());
    }
    request.set_page_token(response.next_page_token());
  } while (!request.page_token().empty());
  EXPECT_THAT(surnames, ElementsAre("Farouk", "Faruq"));

  request.mutable_source_key()->set_key("nobody's");
  v1::ListHeldUpdatesResponse response;
  grpc::ClientContext context;
  EXPECT_EQ(ReasonOf(decisions_->ListHeldUpdates(&context, request, &response)), "RESOURCE_UNKNOWN");
}

TEST_F(OverlayServiceTest, FromTheShell) {
  const auto shell = [this](std::vector<std::string> arguments) {
    return RunShell(
        server_,
        [](CLI::App& app, int& code) {
          cli::AddDecisionsCommand(app, code);
          cli::AddDecideCommand(*app.add_subcommand("tasks"), code);
        },
        std::move(arguments), 0);
  };
  EXPECT_THAT(shell({"decisions", "held", "housing:T1"}), HasSubstr("Farouk"));
  const std::vector<std::string> take = {"tasks",   "decide", task_,      "take",
                                         "--actor", "ann",    "--reason", "confirmed_by_source"};
  std::vector<std::string> preview = take;
  preview.push_back("--dry-run");
  EXPECT_THAT(shell(preview), HasSubstr("Farouk"));
  EXPECT_THAT(Surname(person_), HasSubstr("Brackenbury"));
  EXPECT_THAT(shell(take), HasSubstr("OPERATION_TAKE_UPDATE"));
  EXPECT_THAT(Surname(person_), HasSubstr("Farouk"));
}

}  // namespace
}  // namespace wensum
