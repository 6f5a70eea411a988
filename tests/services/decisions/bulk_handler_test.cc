// Bulk decisions on a small register: who is drawn, what is accepted, what is decided and what is left alone.
#include <map>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "services/register/decision_store.h"
#include "services/rpc/resource_name.h"
#include "tests/services/decisions/bulk_test_util.h"

namespace wensum::decisions {
namespace {

using registry::CommitOne;
using registry::MakeErase;
using registry::MakeWrite;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using v1::BulkDecision;

using Outcome = std::pair<const v1::BulkOutcome, int>;

TEST_F(BulkHandlerTest, WhatTheSampleBearsOutIsDecidedOneByOne) {
  RaisePairs();
  auto proposal = Proposal();
  proposal.set_validate_only(true);
  const auto preview = Create(proposal);
  ASSERT_TRUE(preview.ok()) << preview.status();
  EXPECT_EQ(preview->task_count(), kPairs);
  EXPECT_THAT(preview->name(), IsEmpty());
  EXPECT_THAT(preview->seed(), IsEmpty());
  EXPECT_EQ(preview->sample().size(), 4);
  EXPECT_EQ(*registry::NewestBulk(store_, 1), 0);

  proposal.set_validate_only(false);
  const auto created = Create(proposal);
  ASSERT_TRUE(created.ok()) << created.status();
  EXPECT_EQ(created->name(), "bulkDecisions/1");
  EXPECT_EQ(created->state(), BulkDecision::STATE_SAMPLING);
  EXPECT_EQ(created->seed(), "0000000000000007");
  EXPECT_EQ(created->sample().size(), 4);
  EXPECT_EQ(created->sample().error_bound(), 1);
  EXPECT_NEAR(created->sample().planned_error_bound(), 0.7514, 0.0001);
  ASSERT_THAT(Tasks(true), SizeIs(4));
  EXPECT_THAT(Tasks(false), SizeIs(kPairs));
  const auto early = Apply();
  EXPECT_THAT(std::string(early.status().message()), HasSubstr("4 of 4 tasks of the sample wait"));

  AnswerSample(1);
  const BulkDecision accepted = Get();
  EXPECT_EQ(accepted.state(), BulkDecision::STATE_ACCEPTED);
  EXPECT_EQ(accepted.sample().errors(), 1);
  EXPECT_NEAR(accepted.sample().error_bound(), 0.7514, 0.0001);
  const auto alone = Apply("Ann ");
  EXPECT_TRUE(absl::IsFailedPrecondition(alone.status()));
  EXPECT_THAT(std::string(alone.status().message()), HasSubstr("another steward has to answer it"));

  const auto applied = Apply();
  ASSERT_TRUE(applied.ok()) << applied.status();
  EXPECT_EQ(applied->state(), BulkDecision::STATE_APPLYING);
  EXPECT_EQ(applied->left_count(), kPairs);
  EXPECT_GT(wakes_, 0);
  ASSERT_TRUE(Work().ok());
  const BulkDecision done = Get();
  EXPECT_EQ(done.state(), BulkDecision::STATE_DONE);
  EXPECT_EQ(done.left_count(), 0);
  EXPECT_THAT(Outcomes(), ElementsAre(Outcome(v1::BULK_OUTCOME_SAMPLE_AGREED, 3),
                                      Outcome(v1::BULK_OUTCOME_SAMPLE_ERROR, 1), Outcome(v1::BULK_OUTCOME_DECIDED, 8)));
  int joined = 0;
  for (int number = 0; number < kPairs; ++number) {
    joined += AreOne(number) ? 1 : 0;
  }
  EXPECT_EQ(joined, kPairs - 1);
  for (const v1::BulkDecisionTask& task : Tasks(false)) {
    if (task.outcome() != v1::BULK_OUTCOME_DECIDED) continue;
    v1::GetDecisionRequest get;
    get.set_name(task.decision());
    v1::Decision decision;
    rpc::CallContext call = Call();
    ASSERT_TRUE(decisions_->Get(call, get, decision).ok());
    EXPECT_EQ(decision.bulk_decision(), "bulkDecisions/1");
    EXPECT_EQ(decision.task(), task.task());
    EXPECT_EQ(decision.actor(), "bob");
    EXPECT_EQ(decision.reason(), "records_agree");
  }
}

TEST_F(BulkHandlerTest, UndoneAsAWholeOrOneByOne) {
  RaisePairs();
  ASSERT_TRUE(Create(Proposal()).ok());
  AnswerSample(0);
  ASSERT_TRUE(Apply().ok());
  ASSERT_TRUE(Work().ok());
  ASSERT_EQ(Get().state(), BulkDecision::STATE_DONE);
  std::vector<std::string> made;
  for (const v1::BulkDecisionTask& task : Tasks(false)) {
    if (task.outcome() == v1::BULK_OUTCOME_DECIDED) made.push_back(task.decision());
  }
  ASSERT_THAT(made, SizeIs(8));
  ASSERT_TRUE(UndoOne(made.front()).ok());
  EXPECT_EQ(Get().state(), BulkDecision::STATE_DONE) << "the others stand";
  ExpectVerified();

  ASSERT_TRUE(Undo().ok());
  ASSERT_TRUE(Work().ok());
  EXPECT_EQ(Get().state(), BulkDecision::STATE_UNDONE);
  EXPECT_THAT(Outcomes(), ElementsAre(Outcome(v1::BULK_OUTCOME_SAMPLE_AGREED, 4), Outcome(v1::BULK_OUTCOME_UNDONE, 8)));
  int joined = 0;
  int open = 0;
  for (int number = 0; number < kPairs; ++number) {
    joined += AreOne(number) ? 1 : 0;
    open += tasks::IsOpen(Task(static_cast<uint64_t>(number) + 1)) ? 1 : 0;
  }
  EXPECT_EQ(joined, 4) << "what stewards answered stays";
  EXPECT_EQ(open, 8);
  const auto again = Apply();
  EXPECT_THAT(std::string(again.status().message()), HasSubstr("it was undone"));
}

TEST_F(BulkHandlerTest, AnAnswerThatIsUndoneIsWaitedForAgain) {
  RaisePairs();
  ASSERT_TRUE(Create(Proposal()).ok());
  AnswerSample(2);
  EXPECT_EQ(Get().state(), BulkDecision::STATE_REFUSED);
  EXPECT_THAT(std::string(Apply().status().message()), HasSubstr("2 of the sample say otherwise, and 1 may"));
  const v1::BulkDecisionTask wrong = Tasks(true).front();
  ASSERT_EQ(wrong.outcome(), v1::BULK_OUTCOME_SAMPLE_ERROR);
  ASSERT_TRUE(UndoOne(wrong.decision()).ok());
  EXPECT_EQ(Get().state(), BulkDecision::STATE_SAMPLING);
  EXPECT_THAT(Tasks(true).front().outcome(), v1::BULK_OUTCOME_WAITING);
  AnswerSample(0);
  EXPECT_EQ(Get().state(), BulkDecision::STATE_ACCEPTED);
}

TEST_F(BulkHandlerTest, WhoLeavesTheTasksLeavesTheSampleAndADismissalIsAnError) {
  RaisePairs();
  ASSERT_TRUE(Create(Proposal()).ok());
  const std::vector<v1::BulkDecisionTask> before = Tasks(true);
  CommitOne(*register_, MakeErase("contact", Cat("K", SampledNumber(1) - 1)));
  const std::vector<v1::BulkDecisionTask> after = Tasks(true);
  ASSERT_THAT(after, SizeIs(4));
  EXPECT_EQ(after[0].task(), before[0].task());
  EXPECT_EQ(after[1].task(), before[2].task());
  EXPECT_EQ(after[2].task(), before[3].task());
  EXPECT_EQ(after[3].position(), 5);
  EXPECT_EQ(Get().sample().passed_over(), 1);

  Act(SampledNumber(0), [](const tasks::Actor& actor, tasks::Edit& edit) {
    return tasks::Dismiss(actor, "too_little_evidence", "", 1, edit);
  });
  EXPECT_EQ(Get().sample().errors(), 1);
  EXPECT_EQ(Get().sample().answered(), 1);

  // A steward who merges the two without the task has answered it all the same.
  const int number = static_cast<int>(SampledNumber(1)) - 1;
  v1::MergePeopleRequest merge;
  for (const uint64_t id : {first_[number], second_[number]}) {
    v1::DecisionSubject& subject = *merge.add_subjects();
    subject.set_name(rpc::PersonName(register_->ids(), id));
    subject.set_etag(register_->GetNewestEntity(id)->entity.revision());
  }
  merge.set_actor("cid");
  merge.set_reason("records_agree");
  ASSERT_TRUE(Write(*decisions_, &DecisionsHandler::Merge, merge).ok());
  EXPECT_EQ(Get().sample().answered(), 2);
  EXPECT_EQ(Get().sample().errors(), 1);
}

TEST_F(BulkHandlerTest, LeavesAloneWhatIsNotAsItWasFrozen) {
  RaisePairs();
  ASSERT_TRUE(Create(Proposal(2, 0)).ok());
  AnswerSample(0);
  std::vector<uint64_t> rest;
  for (const v1::BulkDecisionTask& task : Tasks(false)) {
    if (task.position() > 2) rest.push_back(std::stoull(task.task().substr(6)));
  }
  ASSERT_THAT(rest, SizeIs(10));
  const auto key = [&rest](size_t place) { return static_cast<int>(rest[place]) - 1; };
  Act(rest[0], [](const tasks::Actor& actor, tasks::Edit& edit) {
    return tasks::Claim(actor, actor.now + tasks::kMinute, edit);
  });
  Act(rest[1],
      [](const tasks::Actor& actor, tasks::Edit& edit) { return tasks::Assign(actor, "dan", std::nullopt, "", edit); });
  Act(rest[2], [](const tasks::Actor& actor, tasks::Edit& edit) {
    return tasks::Defer(actor, actor.now + tasks::kDay, "", edit);
  });
  CommitOne(*register_, MakeErase("contact", Cat("K", key(3))));
  CommitOne(*register_, MakeWrite("contact", Cat("K", key(4)), "J R", kSurnames[static_cast<size_t>(key(4))], "",
                                  Cat(key(4) + 1, " Oak Street"), "NR3 1AA"));
  ASSERT_TRUE(tasks::IsOpen(Task(rest[4])));
  ASSERT_TRUE(Apply().ok());
  ASSERT_TRUE(Work().ok());
  EXPECT_THAT(Outcomes(), ElementsAre(Outcome(v1::BULK_OUTCOME_SAMPLE_AGREED, 2), Outcome(v1::BULK_OUTCOME_DECIDED, 5),
                                      Outcome(v1::BULK_OUTCOME_CLOSED, 1), Outcome(v1::BULK_OUTCOME_HELD, 3),
                                      Outcome(v1::BULK_OUTCOME_EVIDENCE_CHANGED, 1)));
  std::map<v1::BulkOutcome, int> counted;
  const BulkDecision done = Get();
  for (const v1::BulkOutcomeCount& count : done.outcomes()) {
    counted[count.outcome()] = static_cast<int>(count.count());
  }
  EXPECT_EQ(counted, Outcomes());
}

TEST_F(BulkHandlerTest, GoesOnWhereItWasAfterARestartAndAfterWritesThatFail) {
  RaisePairs();
  ASSERT_TRUE(Create(Proposal()).ok());
  AnswerSample(0);
  ASSERT_TRUE(Apply().ok());
  for (int step = 0; step < 3; ++step) {
    ASSERT_TRUE(*BulkStep(*register_, 1, /*knows_all_sources=*/true));
  }
  EXPECT_EQ(Outcomes()[v1::BULK_OUTCOME_DECIDED], 3);
  Reopen();
  ExpectVerified();
  EXPECT_EQ(Get().state(), BulkDecision::STATE_APPLYING);
  ASSERT_TRUE(*BulkStep(*register_, 1, true));
  store_.FailNextWrites(2, absl::UnavailableError("no disk"));
  EXPECT_TRUE(absl::IsUnavailable(Work()));
  EXPECT_TRUE(absl::IsUnavailable(Work()));
  EXPECT_EQ(Outcomes()[v1::BULK_OUTCOME_DECIDED], 4);
  ASSERT_TRUE(Work().ok());
  EXPECT_EQ(Get().state(), BulkDecision::STATE_DONE);
  EXPECT_EQ(Outcomes()[v1::BULK_OUTCOME_DECIDED], 8);
  EXPECT_EQ(*registry::NewestDecision(store_, 1), kPairs) << "one a pair, and none twice";

  ASSERT_TRUE(Undo().ok());
  ASSERT_TRUE(*BulkStep(*register_, 1, true));
  Reopen();
  store_.FailWritesAfter(1, absl::UnavailableError("no disk"));
  EXPECT_TRUE(absl::IsUnavailable(Work()));
  store_.Heal();
  ASSERT_TRUE(Work().ok());
  EXPECT_EQ(Get().state(), BulkDecision::STATE_UNDONE);
  EXPECT_EQ(Outcomes()[v1::BULK_OUTCOME_UNDONE], 8);
}

TEST_F(BulkHandlerTest, IsStoppedAndAppliedOn) {
  RaisePairs();
  ASSERT_TRUE(Create(Proposal()).ok());
  AnswerSample(0);
  EXPECT_FALSE(Write(*bulk_, &BulkHandler::Stop, About<v1::StopBulkDecisionRequest>("bob")).ok());
  ASSERT_TRUE(Apply().ok());
  ASSERT_TRUE(*BulkStep(*register_, 1, true));
  const auto stopped = Write(*bulk_, &BulkHandler::Stop, About<v1::StopBulkDecisionRequest>("bob"));
  ASSERT_TRUE(stopped.ok()) << stopped.status();
  EXPECT_EQ(stopped->state(), BulkDecision::STATE_STOPPED);
  EXPECT_FALSE(*BulkStep(*register_, 1, true));
  EXPECT_EQ(Outcomes()[v1::BULK_OUTCOME_DECIDED], 1);
  ASSERT_TRUE(Apply("fay").ok());
  ASSERT_TRUE(Work().ok());
  EXPECT_EQ(Outcomes()[v1::BULK_OUTCOME_DECIDED], 8);
  const BulkDecision done = Get();
  EXPECT_THAT(done.steps(), SizeIs(5)) << "created, applied, stopped, applied, done";
  EXPECT_EQ(done.steps(4).type(), v1::BulkStep::TYPE_DONE);
  EXPECT_THAT(done.steps(4).actor(), IsEmpty());
}

TEST_F(BulkHandlerTest, KeepsPeopleApart) {
  RaisePairs();
  ASSERT_TRUE(Create(Proposal(3, 0, v1::DecideTaskRequest::ANSWER_DISTINCT)).ok());
  for (const v1::BulkDecisionTask& task : Tasks(true)) {
    ASSERT_TRUE(Answer(std::stoull(task.task().substr(6)), v1::DecideTaskRequest::ANSWER_DISTINCT).ok());
  }
  ASSERT_TRUE(Apply().ok());
  ASSERT_TRUE(Work().ok());
  EXPECT_EQ(Outcomes()[v1::BULK_OUTCOME_DECIDED], 9);
  for (int number = 0; number < kPairs; ++number) {
    EXPECT_FALSE(AreOne(number));
    EXPECT_FALSE(tasks::IsOpen(Task(static_cast<uint64_t>(number) + 1)));
  }
}

TEST_F(BulkHandlerTest, IsWithdrawnBeforeItIsApplied) {
  RaisePair(0);
  ASSERT_TRUE(Create(Proposal(1, 0)).ok());
  auto stale = About<v1::WithdrawBulkDecisionRequest>("ann");
  stale.set_etag(stale.etag() + 1);
  EXPECT_TRUE(absl::IsAborted(Write(*bulk_, &BulkHandler::Withdraw, stale).status()));
  auto preview = About<v1::WithdrawBulkDecisionRequest>("ann");
  preview.set_validate_only(true);
  EXPECT_EQ(Write(*bulk_, &BulkHandler::Withdraw, preview)->state(), BulkDecision::STATE_WITHDRAWN);
  EXPECT_EQ(Get().state(), BulkDecision::STATE_SAMPLING);
  ASSERT_TRUE(Write(*bulk_, &BulkHandler::Withdraw, About<v1::WithdrawBulkDecisionRequest>("ann")).ok());
  EXPECT_EQ(Get().state(), BulkDecision::STATE_WITHDRAWN);
  EXPECT_FALSE(Apply().ok());
  EXPECT_FALSE(Undo().ok());
}

TEST_F(BulkHandlerTest, FreezesOnlyWhatThePurposeSees) {
  RaisePair(0);
  RaisePair(1, "electoral_register");
  auto proposal = Proposal(1, 0);
  proposal.set_validate_only(true);
  EXPECT_EQ(Create(proposal, 0)->task_count(), 1);
  EXPECT_EQ(Create(proposal, 1)->task_count(), 2);
  proposal.set_validate_only(false);
  ASSERT_TRUE(Create(proposal, 1).ok());
  EXPECT_THAT(Tasks(false, 1), SizeIs(2));
  EXPECT_THAT(Tasks(false, 0), SizeIs(1));
}

TEST_F(BulkHandlerTest, SaysWhatIsWrongWithARequest) {
  RaisePair(0);
  const auto message = [this](const v1::CreateBulkDecisionRequest& request) {
    return std::string(Create(request).status().message());
  };
  auto request = Proposal();
  request.mutable_filter()->set_min_score(61);
  EXPECT_THAT(message(request), HasSubstr("filter.max_score"));
  request = Proposal();
  request.mutable_filter()->set_min_score(59);
  EXPECT_THAT(message(request), HasSubstr("selects no open task"));
  request = Proposal(2'001, 0);
  EXPECT_THAT(message(request), HasSubstr("sample_size"));
  request = Proposal(3, 3);
  EXPECT_THAT(message(request), HasSubstr("allowed_errors"));
  request = Proposal();
  request.clear_answer();
  EXPECT_THAT(message(request), HasSubstr("answer"));
  request = Proposal();
  request.set_reason("because");
  EXPECT_THAT(message(request), HasSubstr("there are records_agree"));
  v1::GetBulkDecisionRequest get;
  get.set_name("bulkDecisions/9");
  BulkDecision response;
  rpc::CallContext call = Call();
  EXPECT_TRUE(absl::IsNotFound(bulk_->Get(call, get, response)));
}

TEST_F(BulkHandlerTest, ARepeatedCallGivesTheFirstAnswer) {
  RaisePair(0);
  auto request = Proposal(1, 0);
  request.set_request_id("6f1e7f5e-5f0c-4c0e-9d7e-2f3b8a1c9d00");
  const auto first = Create(request);
  const auto second = Create(request);
  ASSERT_TRUE(second.ok()) << second.status();
  EXPECT_EQ(second->SerializeAsString(), first->SerializeAsString());
  EXPECT_EQ(*registry::NewestBulk(store_, 1), 1);
}

TEST_F(BulkHandlerTest, TheWorkerDoesItByItself) {
  RaisePairs();
  ASSERT_TRUE(Create(Proposal()).ok());
  AnswerSample(0);
  BulkWorker worker(
      register_.get(), [](const absl::Status& status) { ADD_FAILURE() << status; }, std::chrono::hours(1));
  ASSERT_TRUE(Apply().ok());
  worker.Wake();
  while (Get().state() == BulkDecision::STATE_APPLYING) {
    std::this_thread::yield();
  }
  EXPECT_EQ(Get().state(), BulkDecision::STATE_DONE);
}

}  // namespace
}  // namespace wensum::decisions
