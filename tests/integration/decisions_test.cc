// Decisions about people over a real channel: every method, what it refuses and why.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <future>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/strings.h"
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
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr std::string_view kSomeId = "6f1e7f5e-5f0c-4c0e-9d7e-2f3b8a1c9d00";
constexpr std::string_view kOtherId = "6f1e7f5e-5f0c-4c0e-9d7e-2f3b8a1c9d01";

struct Answer {
  grpc::Status status;
  v1::DecisionResult result;
};

class DecisionsServiceTest : public ::testing::Test {
 protected:
  void TearDown() override { ExpectSound(server_.channel()); }

  std::string Upsert(const v1::SourceRecord& record) {
    v1::UpsertSourceRecordRequest request;
    *request.mutable_record() = record;
    v1::UpsertSourceRecordResponse response;
    grpc::ClientContext context;
    const grpc::Status status = records_->Upsert(&context, request, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response.person();
  }
  std::string Upsert(const std::string& key, const std::string& forenames, const std::string& surname, int year) {
    v1::SourceRecord record = TestRecord(key, forenames, surname);
    record.mutable_details()->mutable_date_of_birth()->set_year(year);
    return Upsert(record);
  }
  void Delete(const std::string& key) {
    v1::DeleteSourceRecordRequest request;
    *request.mutable_source_key() = KeyOf(key);
    v1::DeleteSourceRecordResponse response;
    grpc::ClientContext context;
    const grpc::Status status = records_->Delete(&context, request, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
  }
  // Two people that may be one, by the same source: a task.
  void UpsertPair() {
    v1::SourceRecord record = TestRecord("H1", "Jonathan", "Brackenbury");
    record.mutable_details()->add_addresses()->set_text("4 Oak Street, Norwich");
    record.mutable_details()->mutable_addresses(0)->set_postcode("NR3 1AA");
    first_ = Upsert(record);
    record.mutable_source_key()->set_key("H2");
    record.mutable_details()->mutable_name()->set_forenames("J");
    record.mutable_details()->clear_date_of_birth();
    second_ = Upsert(record);
    ASSERT_NE(first_, second_);
  }
  static v1::SourceKey KeyOf(const std::string& key) {
    v1::SourceKey source_key;
    source_key.set_source("housing");
    source_key.set_key(key);
    return source_key;
  }
  v1::Person Person(const std::string& name) {
    v1::GetPersonRequest request;
    request.set_name(name);
    v1::Person person;
    grpc::ClientContext context;
    const grpc::Status status = people_->Get(&context, request, &person);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return person;
  }
  v1::DecisionSubject Named(const std::string& name) {
    v1::DecisionSubject subject;
    subject.set_name(name);
    subject.set_etag(Person(name).etag());
    return subject;
  }
  v1::DecisionSubject RecordOf(const std::string& key, const std::string& person) {
    v1::DecisionSubject subject;
    *subject.mutable_source_key() = KeyOf(key);
    subject.set_etag(Person(person).etag());
    return subject;
  }
  template <typename Request>
  static void Sign(Request& request, const std::string& actor = "ann") {
    request.set_actor(actor);
    request.set_reason("records_agree");
  }
  v1::MergePeopleRequest MergeOf(const std::vector<std::string>& names) {
    v1::MergePeopleRequest request;
    for (const std::string& name : names) {
      *request.add_subjects() = Named(name);
    }
    Sign(request);
    return request;
  }
  v1::AssertDistinctRequest DistinctOf(const std::string& a, const std::string& b) {
    v1::AssertDistinctRequest request;
    *request.add_subjects() = Named(a);
    *request.add_subjects() = Named(b);
    Sign(request);
    return request;
  }
  v1::UndoDecisionRequest UndoOf(const v1::Decision& decision) {
    v1::UndoDecisionRequest request;
    request.set_name(decision.name());
    request.set_etag(decision.etag());
    Sign(request);
    return request;
  }
  v1::DecideTaskRequest DecisionOf(const v1::Task& task, v1::DecideTaskRequest::Answer answer,
                                   const std::string& actor = "ann") {
    v1::DecideTaskRequest request;
    request.set_name(task.name());
    request.set_etag(task.etag());
    request.set_answer(answer);
    Sign(request, actor);
    return request;
  }
  template <typename Request>
  Answer Write(grpc::Status (v1::Decisions::Stub::*method)(grpc::ClientContext*, const Request&, v1::DecisionResult*),
               const Request& request) {
    Answer answer;
    grpc::ClientContext context;
    answer.status = ((*decisions_).*method)(&context, request, &answer.result);
    return answer;
  }
  Answer Merge(const v1::MergePeopleRequest& request) { return Write(&v1::Decisions::Stub::MergePeople, request); }
  Answer Unmerge(const v1::UnmergePersonRequest& request) {
    return Write(&v1::Decisions::Stub::UnmergePerson, request);
  }
  Answer Split(const v1::SplitPersonRequest& request) { return Write(&v1::Decisions::Stub::SplitPerson, request); }
  Answer Distinct(const v1::AssertDistinctRequest& request) {
    return Write(&v1::Decisions::Stub::AssertDistinct, request);
  }
  Answer Undo(const v1::UndoDecisionRequest& request) { return Write(&v1::Decisions::Stub::UndoDecision, request); }
  Answer Decide(const v1::DecideTaskRequest& request) { return Write(&v1::Decisions::Stub::DecideTask, request); }
  std::vector<std::string> List(const v1::ListDecisionsRequest& request = {}, std::string* token = nullptr) {
    grpc::ClientContext context;
    v1::ListDecisionsResponse response;
    const grpc::Status status = decisions_->ListDecisions(&context, request, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    std::vector<std::string> names;
    for (const v1::Decision& decision : response.decisions()) names.push_back(decision.name());
    if (token != nullptr) *token = response.next_page_token();
    return names;
  }
  v1::Decision Get(const std::string& name) {
    grpc::ClientContext context;
    v1::GetDecisionRequest request;
    request.set_name(name);
    v1::Decision decision;
    const grpc::Status status = decisions_->GetDecision(&context, request, &decision);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return decision;
  }
  v1::Task Task(const std::string& name) {
    grpc::ClientContext context;
    v1::GetTaskRequest request;
    request.set_name(name);
    v1::Task task;
    const grpc::Status status = tasks_->GetTask(&context, request, &task);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return task;
  }
  static void ExpectRefused(const Answer& answer, StatusCode code, std::string_view reason, std::string_view says) {
    EXPECT_EQ(answer.status.error_code(), code) << answer.status.error_message();
    EXPECT_EQ(ReasonOf(answer.status), reason);
    EXPECT_THAT(answer.status.error_message(), HasSubstr(std::string(says)));
  }

  // Runs `wensum ...`; all that it prints.
  std::string Shell(std::vector<std::string> arguments, int expected_code = 0) {
    return RunShell(
        server_,
        [](CLI::App& app, int& code) {
          cli::AddDecisionsCommand(app, code);
          cli::AddDecideCommand(*app.add_subcommand("tasks"), code);
        },
        std::move(arguments), expected_code);
  }

  TestServer server_;
  std::unique_ptr<v1::SourceRecords::Stub> records_ = v1::SourceRecords::NewStub(server_.channel());
  std::unique_ptr<v1::People::Stub> people_ = v1::People::NewStub(server_.channel());
  std::unique_ptr<v1::Decisions::Stub> decisions_ = v1::Decisions::NewStub(server_.channel());
  std::unique_ptr<v1::Stewardship::Stub> tasks_ = v1::Stewardship::NewStub(server_.channel());
  std::string first_;
  std::string second_;
};

TEST_F(DecisionsServiceTest, AMergeTellsWhatItDoesAndIsUndone) {
  UpsertPair();
  v1::MergePeopleRequest request = MergeOf({first_, second_});
  request.set_comment("rang them");
  request.set_validate_only(true);
  const Answer preview = Merge(request);
  ASSERT_TRUE(preview.status.ok()) << preview.status.error_message();
  EXPECT_THAT(preview.result.decision().name(), IsEmpty());
  EXPECT_EQ(preview.result.revision(), 0U);
  EXPECT_EQ(Person(second_).name(), second_) << "nothing is done";
  request.set_validate_only(false);
  const Answer merged = Merge(request);
  ASSERT_TRUE(merged.status.ok()) << merged.status.error_message();
  const v1::DecisionResult& result = merged.result;
  EXPECT_EQ(result.decision().name(), "decisions/1");
  EXPECT_EQ(result.decision().state(), v1::Decision::STATE_IN_FORCE);
  EXPECT_EQ(result.decision().comment(), "rang them");
  ASSERT_EQ(result.decision().sides_size(), 2);
  EXPECT_EQ(result.decision().sides(1).person(), second_);
  EXPECT_EQ(result.decision().sides(1).records(0).person(), first_) << "who holds it now";
  ASSERT_EQ(result.before_size(), 2);
  ASSERT_EQ(result.after_size(), 1);
  EXPECT_EQ(result.after(0).person().name(), first_);
  EXPECT_EQ(result.after(0).records_size(), 2);
  EXPECT_EQ(result.after(0).person().contributors_size(), 2);
  ASSERT_EQ(result.moved_size(), 1);
  EXPECT_EQ(result.moved(0).name(), second_);
  EXPECT_EQ(result.moved(0).from(), second_);
  EXPECT_EQ(result.moved(0).to(), first_);
  ASSERT_EQ(result.tasks_size(), 1);
  EXPECT_EQ(result.tasks(0).before(), v1::Task::STATE_OPEN);
  EXPECT_EQ(result.tasks(0).after(), v1::Task::STATE_CLOSED);
  ASSERT_EQ(result.events_size(), 2);
  EXPECT_EQ(result.events(1).kind(), v1::CHANGE_KIND_PERSON_MERGED);
  EXPECT_EQ(result.events(1).merged_into(), first_);
  EXPECT_EQ(result.after(0).person().etag(), result.revision());
  EXPECT_EQ(Person(second_).name(), first_);
  // The preview said the same, but for what is given by the commit.
  ASSERT_EQ(preview.result.after_size(), 1);
  EXPECT_EQ(preview.result.moved(0).DebugString(), result.moved(0).DebugString());
  EXPECT_EQ(preview.result.events_size(), result.events_size());
  EXPECT_EQ(preview.result.tasks(0).DebugString(), result.tasks(0).DebugString());

  const Answer undone = Undo(UndoOf(Get("decisions/1")));
  ASSERT_TRUE(undone.status.ok()) << undone.status.error_message();
  EXPECT_EQ(undone.result.decision().state(), v1::Decision::STATE_RETRACTED);
  EXPECT_EQ(undone.result.decision().retraction().actor(), "ann");
  EXPECT_EQ(undone.result.tasks(0).after(), v1::Task::STATE_OPEN);
  EXPECT_EQ(Person(second_).name(), second_);
  ExpectRefused(Undo(UndoOf(Get("decisions/1"))), StatusCode::FAILED_PRECONDITION, "DECISION_STATE", "undone already");
}

TEST_F(DecisionsServiceTest, RequestsAreAnsweredOnce) {
  UpsertPair();
  v1::MergePeopleRequest request = MergeOf({first_, second_});
  request.set_request_id(std::string(kSomeId));
  std::future<Answer> other = std::async(std::launch::async, [&] { return Merge(request); });
  const Answer one = Merge(request);
  const Answer two = other.get();
  ASSERT_TRUE(one.status.ok()) << one.status.error_message();
  ASSERT_TRUE(two.status.ok()) << two.status.error_message();
  EXPECT_EQ(one.result.SerializeAsString(), two.result.SerializeAsString());
  EXPECT_THAT(List(), ElementsAre("decisions/1"));
  request.set_comment("something else");
  EXPECT_EQ(Merge(request).status.error_code(), StatusCode::INVALID_ARGUMENT) << "the id was used for another request";
  request.set_request_id(std::string(kOtherId));
  ExpectRefused(Merge(request), StatusCode::ABORTED, "ETAG_MISMATCH", "read it and decide anew");
}

TEST_F(DecisionsServiceTest, WhatIsWrongIsNamed) {
  UpsertPair();
  const std::string third = Upsert("H3", "Zofia", "Smyth", 2001);
  ExpectRefused(Merge(MergeOf({first_})), StatusCode::INVALID_ARGUMENT, "FIELD_INVALID", "subjects");
  ExpectRefused(Merge(MergeOf({first_, first_})), StatusCode::INVALID_ARGUMENT, "FIELD_INVALID", "subjects[1]");
  v1::MergePeopleRequest request = MergeOf({first_, second_});
  request.set_reason("because");
  ExpectRefused(Merge(request), StatusCode::INVALID_ARGUMENT, "FIELD_INVALID", "reason: \"because\"");
  request = MergeOf({first_, second_});
  request.clear_actor();
  ExpectRefused(Merge(request), StatusCode::INVALID_ARGUMENT, "FIELD_INVALID", "actor");
  request = MergeOf({first_, second_});
  request.mutable_subjects(1)->clear_etag();
  ExpectRefused(Merge(request), StatusCode::INVALID_ARGUMENT, "FIELD_INVALID", "subjects[1].etag");
  request.mutable_subjects(1)->set_etag(1);
  ExpectRefused(Merge(request), StatusCode::ABORTED, "ETAG_MISMATCH", "subjects[1]");
  request = MergeOf({first_, second_});
  request.mutable_subjects(1)->set_name("people/nobody");
  ExpectRefused(Merge(request), StatusCode::INVALID_ARGUMENT, "FIELD_INVALID", "subjects[1].name");
  *request.mutable_subjects(1)->mutable_source_key() = KeyOf("nobody");
  ExpectRefused(Merge(request), StatusCode::NOT_FOUND, "RESOURCE_UNKNOWN", "nobody");
  request.mutable_subjects(1)->clear_subject();
  ExpectRefused(Merge(request), StatusCode::INVALID_ARGUMENT, "FIELD_INVALID", "subjects[1]");

  // By an id that was merged, with the etag of the person that it leads to.
  ASSERT_TRUE(Merge(MergeOf({first_, second_})).status.ok());
  ExpectRefused(Merge(MergeOf({second_, first_})), StatusCode::INVALID_ARGUMENT, "FIELD_INVALID", "same person");
  ASSERT_TRUE(Merge(MergeOf({second_, third})).status.ok());
  EXPECT_EQ(Person(third).name(), first_);

  const std::string gone = Upsert("H4", "Robert", "Lee", 1944);
  v1::AssertDistinctRequest distinct = DistinctOf(first_, gone);
  *distinct.mutable_subjects(1)->mutable_source_key() = KeyOf("H4");
  Delete("H4");
  ExpectRefused(Distinct(distinct), StatusCode::FAILED_PRECONDITION, "DECISION_STATE", "was deleted");
  ExpectRefused(Distinct(DistinctOf(first_, gone)), StatusCode::FAILED_PRECONDITION, "DECISION_STATE", "has ended");
}

TEST_F(DecisionsServiceTest, NeverLinksAndMergesRefuseEachOther) {
  UpsertPair();
  const Answer parted = Distinct(DistinctOf(first_, second_));
  ASSERT_TRUE(parted.status.ok()) << parted.status.error_message();
  EXPECT_EQ(parted.result.decision().link_count(), 1U);
  ExpectRefused(Merge(MergeOf({first_, second_})), StatusCode::FAILED_PRECONDITION, "DECISION_CONFLICT", "decisions/1");
  ASSERT_TRUE(Undo(UndoOf(parted.result.decision())).status.ok());
  ASSERT_TRUE(Merge(MergeOf({first_, second_})).status.ok());
  v1::AssertDistinctRequest records;
  *records.add_subjects() = RecordOf("H1", first_);
  *records.add_subjects() = RecordOf("H2", first_);
  Sign(records);
  ExpectRefused(Distinct(records), StatusCode::FAILED_PRECONDITION, "DECISION_CONFLICT", "decisions/2");
}

TEST_F(DecisionsServiceTest, PeopleArePartedByRecordByGroupAndByMerge) {
  const std::string a = Upsert("H1", "Priya Devi", "Okafor", 1961);
  const std::string b = Upsert("H2", "Robert", "Lee", 1944);
  const std::string c = Upsert("H3", "Zofia", "Smyth", 2001);
  const Answer merged = Merge(MergeOf({a, b, c}));
  ASSERT_TRUE(merged.status.ok()) << merged.status.error_message();
  EXPECT_EQ(merged.result.decision().link_count(), 3U);

  v1::UnmergePersonRequest unmerge;
  ExpectRefused(Unmerge(unmerge), StatusCode::INVALID_ARGUMENT, "FIELD_INVALID", "record");
  *unmerge.mutable_record() = RecordOf("H3", c);
  Sign(unmerge);
  const Answer out = Unmerge(unmerge);
  ASSERT_TRUE(out.status.ok()) << out.status.error_message();
  EXPECT_EQ(out.result.decision().operation(), v1::Decision::OPERATION_UNMERGE);
  EXPECT_EQ(Person(c).name(), c);
  EXPECT_EQ(Person(b).name(), a);

  v1::SplitPersonRequest split;
  split.set_name(a);
  split.set_etag(Person(a).etag());
  *split.add_groups()->add_source_keys() = KeyOf("H1");
  Sign(split);
  ExpectRefused(Split(split), StatusCode::INVALID_ARGUMENT, "FIELD_INVALID", "groups");
  *split.add_groups()->add_source_keys() = KeyOf("H3");
  ExpectRefused(Split(split), StatusCode::INVALID_ARGUMENT, "FIELD_INVALID", "groups[1].source_keys[0]");
  *split.mutable_groups(1)->mutable_source_keys(0) = KeyOf("H2");
  const Answer parted = Split(split);
  ASSERT_TRUE(parted.status.ok()) << parted.status.error_message();
  EXPECT_EQ(parted.result.after_size(), 2);
  EXPECT_EQ(Person(b).name(), b);
  ExpectRefused(Split(split), StatusCode::ABORTED, "ETAG_MISMATCH", "name");

  for (const char* const name : {"decisions/3", "decisions/2"}) {
    ASSERT_TRUE(Undo(UndoOf(Get(name))).status.ok()) << name;
  }
  EXPECT_EQ(Person(c).name(), a) << "the merge is in force again";
  v1::UnmergePersonRequest tree;
  tree.set_decision("decisions/1");
  Sign(tree);
  ExpectRefused(Unmerge(tree), StatusCode::INVALID_ARGUMENT, "FIELD_INVALID", "decision_etag");
  tree.set_decision_etag(Get("decisions/1").etag() + 1);
  ExpectRefused(Unmerge(tree), StatusCode::ABORTED, "ETAG_MISMATCH", "decisions/1");
  tree.set_decision_etag(Get("decisions/1").etag());
  const Answer apart = Unmerge(tree);
  ASSERT_TRUE(apart.status.ok()) << apart.status.error_message();
  EXPECT_EQ(apart.result.decision().undoes(), "decisions/1");
  EXPECT_EQ(apart.result.after_size(), 3);
  EXPECT_EQ(Get("decisions/1").retraction().decision(), "decisions/4");

  EXPECT_THAT(List(), ElementsAre("decisions/4", "decisions/3", "decisions/2", "decisions/1"));
  v1::ListDecisionsRequest some;
  some.set_state(v1::Decision::STATE_IN_FORCE);
  EXPECT_THAT(List(some), ElementsAre("decisions/4"));
  some.Clear();
  some.set_person(c);
  EXPECT_THAT(List(some), ElementsAre("decisions/4", "decisions/2", "decisions/1"));
  some.Clear();
  some.set_page_size(3);
  std::string token;
  EXPECT_THAT(List(some, &token), SizeIs(3));
  some.set_page_token(token);
  EXPECT_THAT(List(some, &token), ElementsAre("decisions/1"));
  EXPECT_THAT(token, IsEmpty());
}

TEST_F(DecisionsServiceTest, TasksAreDecidedByOneSteward) {
  UpsertPair();
  const v1::Task task = Task("tasks/1");
  v1::ClaimTaskRequest claim;
  claim.set_name(task.name());
  claim.set_actor("bob");
  v1::Task claimed;
  {
    grpc::ClientContext context;
    ASSERT_TRUE(tasks_->ClaimTask(&context, claim, &claimed).ok());
  }
  ExpectRefused(Decide(DecisionOf(task, v1::DecideTaskRequest::ANSWER_SAME)), StatusCode::ABORTED, "ETAG_MISMATCH",
                "tasks/1");
  ExpectRefused(Decide(DecisionOf(claimed, v1::DecideTaskRequest::ANSWER_SAME)), StatusCode::FAILED_PRECONDITION,
                "TASK_STATE", "claimed by \"bob\"");
  ExpectRefused(Decide(DecisionOf(claimed, v1::DecideTaskRequest::ANSWER_UNSPECIFIED, "bob")),
                StatusCode::INVALID_ARGUMENT, "FIELD_INVALID", "answer");
  v1::DecideTaskRequest unknown = DecisionOf(claimed, v1::DecideTaskRequest::ANSWER_SAME, "bob");
  unknown.set_name("tasks/99");
  ExpectRefused(Decide(unknown), StatusCode::NOT_FOUND, "RESOURCE_UNKNOWN", "tasks/99");
  unknown.set_name("people/1");
  ExpectRefused(Decide(unknown), StatusCode::INVALID_ARGUMENT, "FIELD_INVALID", "name");

  v1::DecideTaskRequest request = DecisionOf(claimed, v1::DecideTaskRequest::ANSWER_DISTINCT, "bob");
  request.set_validate_only(true);
  const Answer preview = Decide(request);
  ASSERT_TRUE(preview.status.ok()) << preview.status.error_message();
  EXPECT_EQ(Task("tasks/1").etag(), claimed.etag()) << "nothing is done";
  request.set_validate_only(false);
  const Answer decided = Decide(request);
  ASSERT_TRUE(decided.status.ok()) << decided.status.error_message();
  EXPECT_EQ(decided.result.decision().task(), "tasks/1");
  EXPECT_EQ(decided.result.decision().evidence().reason(), task.evidence().possible_match().reason());
  EXPECT_EQ(decided.result.decision().operation(), v1::Decision::OPERATION_DISTINCT);
  const v1::Task closed = Task("tasks/1");
  EXPECT_EQ(closed.state(), v1::Task::STATE_CLOSED);
  EXPECT_FALSE(closed.now().supported());
  ASSERT_GE(closed.events_size(), 2);
  const v1::TaskEvent& event = closed.events(closed.events_size() - 2);
  EXPECT_EQ(event.type(), v1::TaskEvent::TYPE_DECIDED);
  EXPECT_EQ(event.actor(), "bob");
  EXPECT_EQ(event.decision(), "decisions/1");
  EXPECT_EQ(closed.events().rbegin()->decision(), "decisions/1");
  ExpectRefused(Decide(DecisionOf(closed, v1::DecideTaskRequest::ANSWER_SAME, "bob")), StatusCode::FAILED_PRECONDITION,
                "TASK_STATE", "is closed");
}

TEST_F(DecisionsServiceTest, TheCommandLineDoesItAll) {
  UpsertPair();
  const std::vector<std::string> signature = {"--actor", "ann", "--reason", "records_agree"};
  const auto run = [&](std::vector<std::string> arguments, int expected_code = 0) {
    arguments.insert(arguments.end(), signature.begin(), signature.end());
    return Shell(std::move(arguments), expected_code);
  };
  EXPECT_THAT(run({"tasks", "decide", "1", "same", "--dry-run"}), HasSubstr("CHANGE_KIND_PERSON_MERGED"));
  EXPECT_THAT(List(), IsEmpty());
  EXPECT_THAT(run({"tasks", "decide", "1", "distinct"}), HasSubstr("OPERATION_DISTINCT"));
  EXPECT_THAT(run({"decisions", "merge", "housing:H1", "housing:H2"}, 1), HasSubstr("DECISION_CONFLICT"));
  EXPECT_THAT(run({"decisions", "undo", "1"}), HasSubstr("STATE_RETRACTED"));
  EXPECT_THAT(run({"decisions", "merge", first_, "housing:H2"}), HasSubstr("OPERATION_MERGE"));
  EXPECT_THAT(run({"decisions", "split", first_, "--group", "housing:H1", "--group", "housing:H2", "--dry-run"}),
              HasSubstr("OPERATION_SPLIT"));
  EXPECT_THAT(run({"decisions", "unmerge", "--merge", "2"}), HasSubstr("\"undoes\": \"decisions/2\""));
  EXPECT_THAT(run({"decisions", "undo", "3"}), HasSubstr("STATE_RETRACTED"));
  EXPECT_THAT(run({"decisions", "merge", first_, second_}), HasSubstr("decisions/4"));
  EXPECT_THAT(run({"decisions", "unmerge", "--record", "housing:H2"}), HasSubstr("OPERATION_UNMERGE"));
  EXPECT_THAT(run({"decisions", "distinct", first_, second_}), HasSubstr("OPERATION_DISTINCT"));
  EXPECT_THAT(run({"decisions", "merge", first_, "housing:nobody"}, 1), HasSubstr("housing:nobody"));
  EXPECT_THAT(Shell({"decisions", "show", "6"}), HasSubstr("\"link_count\": 1"));
  EXPECT_THAT(Shell({"decisions", "list", "--person", second_, "--state", "in_force"}),
              AllOf(HasSubstr("decisions/6  distinct  in force"), HasSubstr("decisions/4  merge  in force")));
}

TEST_F(DecisionsServiceTest, ValuesArePinnedIgnoredAndGiven) {
  const std::string person = Upsert("H1", "Mary", "Brown", 1980);
  const auto lineage_of = [&](const std::string& field) {
    v1::GetPersonRequest request;
    request.set_name(person);
    request.set_view(v1::PERSON_VIEW_FULL);
    v1::Person found;
    grpc::ClientContext context;
    EXPECT_TRUE(people_->Get(&context, request, &found).ok());
    for (const v1::ValueLineage& lineage : found.lineage()) {
      if (lineage.field() == field) return lineage;
    }
    return v1::ValueLineage();
  };
  EXPECT_EQ(lineage_of("date_of_birth").rule(), "source_priority");
  const std::string born = lineage_of("date_of_birth").value();

  v1::OverrideValueRequest given;
  *given.mutable_subject() = Named(person);
  given.mutable_details()->set_ni_number("AB 12 34 56 C");
  given.set_validate_only(true);
  Sign(given);
  Answer answer = Write(&v1::Decisions::Stub::OverrideValue, given);
  ASSERT_TRUE(answer.status.ok()) << answer.status.error_message();
  EXPECT_EQ(answer.result.after(0).person().ni_number(), "AB123456C");
  EXPECT_EQ(Person(person).ni_number(), "");
  given.set_validate_only(false);
  given.set_lifetime(v1::LIFETIME_UNTIL_REASSERTED);
  answer = Write(&v1::Decisions::Stub::OverrideValue, given);
  ASSERT_TRUE(answer.status.ok()) << answer.status.error_message();
  EXPECT_EQ(answer.result.decision().operation(), v1::Decision::OPERATION_OVERRIDE_VALUE);
  EXPECT_EQ(answer.result.decision().value().details().ni_number(), "AB123456C");
  EXPECT_EQ(lineage_of("ni_number").rule(), "override");
  EXPECT_EQ(lineage_of("ni_number").decision(), "decisions/1");
  EXPECT_FALSE(lineage_of("ni_number").has_source_key());
  ExpectRefused(Write(&v1::Decisions::Stub::OverrideValue, given), StatusCode::ABORTED, "ETAG_MISMATCH", "etag");
  // The source sends the same again.
  EXPECT_EQ(Upsert("H1", "Mary", "Brown", 1980), person);
  EXPECT_EQ(Person(person).ni_number(), "");
  EXPECT_EQ(Get("decisions/1").retraction().cause(), v1::DecisionRetraction::CAUSE_REASSERTED);

  v1::IgnoreValueRequest ignored;
  *ignored.mutable_subject() = RecordOf("H1", person);
  ignored.set_attribute("date_of_birth");
  ignored.set_value("1800");
  Sign(ignored);
  ExpectRefused(Write(&v1::Decisions::Stub::IgnoreValue, ignored), StatusCode::INVALID_ARGUMENT, "FIELD_INVALID",
                "does not hold it");
  ignored.set_value(born);
  answer = Write(&v1::Decisions::Stub::IgnoreValue, ignored);
  ASSERT_TRUE(answer.status.ok()) << answer.status.error_message();
  EXPECT_FALSE(Person(person).has_date_of_birth());
  ASSERT_THAT(lineage_of("date_of_birth").losing_values(), SizeIs(1));
  EXPECT_TRUE(lineage_of("date_of_birth").losing_values(0).ignored());
  EXPECT_TRUE(Undo(UndoOf(Get("decisions/2"))).status.ok());
  EXPECT_EQ(lineage_of("date_of_birth").value(), born);

  v1::PinValueRequest pinned;
  *pinned.mutable_subject() = Named(person);
  pinned.set_attribute("date_of_birth");
  pinned.set_value(born);
  Sign(pinned);
  ASSERT_TRUE(Write(&v1::Decisions::Stub::PinValue, pinned).status.ok());
  EXPECT_EQ(lineage_of("date_of_birth").rule(), "pin");
  pinned.set_attribute("shoes");
  ExpectRefused(Write(&v1::Decisions::Stub::PinValue, pinned), StatusCode::INVALID_ARGUMENT, "FIELD_INVALID",
                "is no attribute");

  v1::SetRecordOfTruthRequest truth;
  *truth.mutable_subject() = Named(person);
  truth.mutable_details()->mutable_name()->set_surname("White");
  truth.mutable_details()->mutable_date_of_birth()->set_year(1981);
  Sign(truth);
  ASSERT_TRUE(Write(&v1::Decisions::Stub::SetRecordOfTruth, truth).status.ok());
  EXPECT_EQ(Person(person).person_name().surname(), "White");
  EXPECT_EQ(lineage_of("date_of_birth").rule(), "record_of_truth");
  truth.mutable_details()->clear_date_of_birth();
  *truth.mutable_subject() = Named(person);
  answer = Write(&v1::Decisions::Stub::SetRecordOfTruth, truth);
  ASSERT_TRUE(answer.status.ok()) << answer.status.error_message();
  EXPECT_EQ(answer.result.decision().undoes(), "decisions/4");
  EXPECT_EQ(lineage_of("date_of_birth").rule(), "pin");
  EXPECT_THAT(Shell({"decisions", "override", person, R"({"sex": "SEX_FEMALE"})", "--until", "2099-01-01T00:00:00Z",
                     "--actor", "ann", "--reason", "records_agree"}),
              HasSubstr("LIFETIME_UNTIL_TIME"));
  EXPECT_THAT(Shell({"decisions", "pin", "housing:H1", "name", "Mary Brown", "--actor", "ann", "--reason",
                     "records_agree", "--dry-run"}),
              HasSubstr("OPERATION_PIN_VALUE"));
}

// Two stewards who answer one task at the same moment: one is heard.
TEST_F(DecisionsServiceTest, OneOfTwoAnswersCounts) {
  UpsertPair();
  const v1::Task task = Task("tasks/1");
  std::future<Answer> other = std::async(
      std::launch::async, [&] { return Decide(DecisionOf(task, v1::DecideTaskRequest::ANSWER_DISTINCT, "bob")); });
  const Answer one = Decide(DecisionOf(task, v1::DecideTaskRequest::ANSWER_SAME, "ann"));
  const Answer two = other.get();
  EXPECT_NE(one.status.ok(), two.status.ok());
  const grpc::Status& refused = one.status.ok() ? two.status : one.status;
  EXPECT_EQ(refused.error_code(), StatusCode::ABORTED) << refused.error_message();
  EXPECT_THAT(List(), SizeIs(1));
}

}  // namespace
}  // namespace wensum
