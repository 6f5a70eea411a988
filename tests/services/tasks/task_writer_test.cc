#include "services/tasks/task_writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/status_macros.h"
#include "base/strings.h"
#include "services/tasks/task_actions.h"
#include "services/tasks/task_check.h"
#include "storage/memory_store.h"

namespace wensum::tasks {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr uint32_t kReg = 1;
constexpr TimeMicros kStart = TimeMicros{1'790'000'000} * 1'000'000;

Condition MakeCondition(std::string cause, std::string subject, uint64_t evidence = 1) {
  Condition condition;
  condition.kind = TaskKind::kPropertyDuplicate;
  condition.cause = std::move(cause);
  condition.subject = std::move(subject);
  condition.evidence = evidence;
  condition.facts.mutable_property_duplicate()->add_uprns(evidence);
  condition.names = {{NameType::kProperty, 100}, {NameType::kProperty, 200}};
  return condition;
}

class TaskWriterTest : public testing::Test {
 protected:
  void TearDown() override {
    std::vector<std::string> differences;
    ASSERT_TRUE(CheckTasks(*store_, kReg, now_, [&](std::string one) { differences.push_back(std::move(one)); }).ok());
    EXPECT_THAT(differences, IsEmpty());
  }

  TaskWriter Writer() { return {*store_, kReg, rules_}; }
  void Write(TaskWriter& writer) {
    storage::WriteBatch batch;
    const absl::StatusOr<bool> wrote = writer.Finish({.revision = ++revision_, .time = now_}, batch);
    ASSERT_TRUE(wrote.ok()) << wrote.status();
    EXPECT_EQ(*wrote, !batch.empty());
    last_batch_ = batch.size();
    ASSERT_TRUE(store_->Write(batch, storage::Durability::kSync).ok());
  }
  void Raise(Condition condition) {
    TaskWriter writer = Writer();
    writer.Raise(std::move(condition));
    Write(writer);
  }
  void Withdraw(std::string_view cause) {
    TaskWriter writer = Writer();
    ASSERT_TRUE(writer.Withdraw(TaskKind::kPropertyDuplicate, cause).ok());
    Write(writer);
  }
  Task Read(uint64_t number) { return ReadTask(*store_, kReg, number).value_or(Task()); }
  template <typename Action>
  absl::Status Act(uint64_t number, const Action& action) {
    TaskWriter writer = Writer();
    WENSUM_ASSIGN_OR_RETURN(Edit* const edit, writer.Touch(number));
    WENSUM_RETURN_IF_ERROR(action(Actor{.name = actor_, .caller = "test", .now = now_}, *edit));
    Write(writer);
    return absl::OkStatus();
  }
  absl::Status DismissIt(uint64_t number) {
    return Act(number, [](const Actor& actor, Edit& edit) {
      return Dismiss(actor, "not_the_same", "", edit.after.evidence(), edit);
    });
  }
  std::vector<int> Events(uint64_t number) {
    std::vector<int> types;
    const absl::StatusOr<std::vector<TaskEvent>> events = ReadEvents(*store_, kReg, number, 1'000);
    EXPECT_TRUE(events.ok()) << events.status();
    for (const TaskEvent& event : *events) {
      types.push_back(static_cast<int>(event.type()));
    }
    return types;
  }
  std::vector<uint64_t> Queue(storage::TaskList list, const QueueFilter& filter = {}) {
    std::vector<uint64_t> numbers;
    const absl::Status status = WalkQueue(*store_, kReg, list, filter, std::nullopt,
                                          [&](const storage::TaskListParts& parts) -> absl::StatusOr<bool> {
                                            numbers.push_back(parts.order.number);
                                            return true;
                                          });
    EXPECT_TRUE(status.ok()) << status;
    return numbers;
  }

  // The next task, with what is woken.
  std::optional<uint64_t> Next() {
    TaskWriter writer = Writer();
    storage::WriteBatch batch;
    const auto next = writer.FindNext(now_, {}, 10, [](uint64_t) -> absl::StatusOr<bool> { return true; }, batch);
    EXPECT_TRUE(next.ok()) << next.status();
    EXPECT_TRUE(writer.Finish({.revision = ++revision_, .time = now_}, batch).ok());
    EXPECT_TRUE(store_->Write(batch, storage::Durability::kSync).ok());
    return next.ok() ? next->number : std::nullopt;
  }

  const std::unique_ptr<storage::Store> store_ = storage::NewMemoryStore();
  const TaskRules rules_;
  std::string actor_ = "ann";
  TimeMicros now_ = kStart;
  uint64_t revision_ = 0;
  size_t last_batch_ = 0;
};

TEST_F(TaskWriterTest, AConditionIsATaskWhileItHolds) {
  Raise(MakeCondition("c", "s"));
  Task task = Read(1);
  EXPECT_TRUE(IsOpen(task));
  EXPECT_EQ(task.team(), "gazetteer");
  EXPECT_EQ(task.due_time(), kStart + 28 * kDay);
  EXPECT_THAT(Events(1), ElementsAre(1));
  EXPECT_THAT(*FindByName(*store_, kReg, NameType::kProperty, 200, 10), ElementsAre(1));

  Raise(MakeCondition("c", "s"));
  EXPECT_EQ(last_batch_, 0U) << "nothing has changed";
  Withdraw("c");
  EXPECT_FALSE(IsOpen(Read(1)));
  EXPECT_EQ(Read(1).close_revision(), 3U);
  Withdraw("c");
  EXPECT_EQ(last_batch_, 0U);

  now_ += kDay;
  Raise(MakeCondition("c", "s", 2));
  task = Read(1);
  EXPECT_TRUE(IsOpen(task)) << "the same task, with its history";
  EXPECT_EQ(task.due_time(), kStart + 29 * kDay);
  EXPECT_EQ(task.create_time(), kStart);
  EXPECT_THAT(Events(1), ElementsAre(1, 3, 4));
}

TEST_F(TaskWriterTest, ADismissedTaskStaysDismissedUntilItsEvidenceChanges) {
  Raise(MakeCondition("c", "s", 5));
  ASSERT_TRUE(DismissIt(1).ok());
  Raise(MakeCondition("c", "s", 5));
  EXPECT_EQ(Read(1).state(), static_cast<uint32_t>(TaskState::kDismissed));
  Withdraw("c");
  EXPECT_EQ(Read(1).state(), static_cast<uint32_t>(TaskState::kDismissed)) << "should the cause come back";
  Raise(MakeCondition("c", "s", 5));
  EXPECT_EQ(Read(1).state(), static_cast<uint32_t>(TaskState::kDismissed));
  EXPECT_THAT(Events(1), ElementsAre(1, 5));

  Raise(MakeCondition("c", "s", 6));
  EXPECT_TRUE(IsOpen(Read(1)));
  EXPECT_THAT(Events(1), ElementsAre(1, 5, 4));
  EXPECT_EQ(ReadEvents(*store_, kReg, 1, 1)->front().text(), "the evidence has changed since the task was dismissed");
}

TEST_F(TaskWriterTest, EvidenceIsOnlySoughtWhereATaskWasDismissed) {
  int asked = 0;
  const auto raise = [&] {
    Condition condition = MakeCondition("c", "s");
    condition.evidence = 0;
    condition.find_evidence = [&asked]() -> absl::StatusOr<uint64_t> {
      ++asked;
      return 7;
    };
    Raise(std::move(condition));
  };
  raise();
  raise();
  EXPECT_EQ(asked, 0);
  ASSERT_TRUE(Act(1, [](const Actor& actor, Edit& edit) { return Dismiss(actor, "not_the_same", "", 7, edit); }).ok());
  raise();
  EXPECT_EQ(asked, 1);
  EXPECT_FALSE(IsOpen(Read(1)));
}

TEST_F(TaskWriterTest, AQuestionThatIsRaisedUnderAnotherCauseIsTheSameTask) {
  Raise(MakeCondition("old", "s"));
  ASSERT_TRUE(Act(1, [](const Actor& actor, Edit& edit) {
                Comment(actor, "asked housing", edit);
                return absl::OkStatus();
              }).ok());
  TaskWriter writer = Writer();
  writer.Raise(MakeCondition("new", "s"));
  ASSERT_TRUE(writer.Withdraw(TaskKind::kPropertyDuplicate, "old").ok());
  Write(writer);
  EXPECT_TRUE(IsOpen(Read(1)));
  EXPECT_THAT(Events(1), ElementsAre(1, 10));
  EXPECT_EQ(*FindByCause(*store_, kReg, TaskKind::kPropertyDuplicate, "new"), 1U);
  EXPECT_EQ(*FindByCause(*store_, kReg, TaskKind::kPropertyDuplicate, "old"), std::nullopt);
  EXPECT_EQ(*NewestNumber(*store_, kReg), 1U);

  Raise(MakeCondition("other", "s"));
  EXPECT_EQ(*NewestNumber(*store_, kReg), 2U) << "the first is held by its cause";
}

TEST_F(TaskWriterTest, TasksWaitForTheEndOfAClaimOrADeferral) {
  Raise(MakeCondition("a", "a"));
  Raise(MakeCondition("b", "b"));
  const auto claim = [&](uint64_t number) {
    return Act(number, [&](const Actor& actor, Edit& edit) { return Claim(actor, now_ + kMinute, edit); });
  };
  ASSERT_TRUE(claim(1).ok());
  EXPECT_THAT(Queue(storage::TaskList::kReady), ElementsAre(2));
  EXPECT_THAT(Queue(storage::TaskList::kOpen), ElementsAre(1, 2));
  actor_ = "bob";
  const absl::Status refused = claim(1);
  EXPECT_EQ(refused.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(Message(refused)), HasSubstr("is claimed by \"ann\" until 2026-09-21T14:14:20Z"));

  now_ += kMinute;
  EXPECT_EQ(Next(), 1U);
  EXPECT_THAT(Queue(storage::TaskList::kReady), ElementsAre(1, 2));
  EXPECT_TRUE(claim(1).ok());
  ASSERT_TRUE(Act(2, [&](const Actor& actor, Edit& edit) { return Defer(actor, now_ + kDay, "on leave", edit); }).ok());
  EXPECT_THAT(Queue(storage::TaskList::kReady), IsEmpty());
  ASSERT_TRUE(Act(2, [](const Actor& actor, Edit& edit) { return Defer(actor, 0, "", edit); }).ok());
  EXPECT_THAT(Queue(storage::TaskList::kReady), ElementsAre(2));
}

TEST_F(TaskWriterTest, ActionsAreRefusedWhereTheyMakeNoSense) {
  Raise(MakeCondition("a", "a"));
  const auto fails = [&](absl::StatusCode code, std::string_view text, const absl::Status& status) {
    EXPECT_EQ(status.code(), code) << status;
    EXPECT_THAT(std::string(Message(status)), HasSubstr(std::string(text)));
  };
  const auto kState = absl::StatusCode::kFailedPrecondition;
  const auto kArgument = absl::StatusCode::kInvalidArgument;
  fails(kArgument, "lease_until: is ",
        Act(1, [&](const Actor& actor, Edit& edit) { return Claim(actor, now_, edit); }));
  fails(kArgument, "lease_until: is ",
        Act(1, [&](const Actor& actor, Edit& edit) { return Claim(actor, now_ + 2 * kDay, edit); }));
  fails(kArgument, "defer_until: is ",
        Act(1, [&](const Actor& actor, Edit& edit) { return Defer(actor, now_ - 1, "", edit); }));
  fails(kState, "is not deferred", Act(1, [](const Actor& actor, Edit& edit) { return Defer(actor, 0, "", edit); }));
  fails(kState, "claimed by nobody", Act(1, [](const Actor& actor, Edit& edit) { return Release(actor, edit); }));
  fails(kState, "is open already",
        Act(1, [&](const Actor& actor, Edit& edit) { return Reopen(actor, "", rules_, edit); }));
  fails(absl::StatusCode::kNotFound, "no tasks/9",
        Act(9, [](const Actor& actor, Edit& edit) { return Release(actor, edit); }));
  ASSERT_TRUE(Act(1, [](const Actor& actor, Edit& edit) { return Assign(actor, "bob", "people", "", edit); }).ok());
  fails(kState, "is assigned to \"bob\"",
        Act(1, [&](const Actor& actor, Edit& edit) { return Claim(actor, now_ + 1, edit); }));
  ASSERT_TRUE(DismissIt(1).ok());
  fails(kState, "was dismissed (not_the_same)", DismissIt(1));
  Withdraw("a");
  ASSERT_TRUE(Act(1, [&](const Actor& actor, Edit& edit) { return Reopen(actor, "", rules_, edit); }).ok());
  fails(kState, "no longer support it", DismissIt(1));
  Raise(MakeCondition("a", "a"));
  EXPECT_TRUE(IsOpen(Read(1))) << "the dismissal was taken back";
}

TEST_F(TaskWriterTest, QueuesAreByPriorityThenDueTimeThenNumber) {
  const auto raise = [&](std::string cause, Priority priority, TaskKind kind) {
    Condition condition = MakeCondition(cause, cause);
    condition.priority = priority;
    condition.kind = kind;
    Raise(std::move(condition));
  };
  raise("1", Priority::kNormal, TaskKind::kPropertyDuplicate);
  now_ += kDay;
  raise("2", Priority::kNormal, TaskKind::kPossibleMatch);  // due earlier
  raise("3", Priority::kHigh, TaskKind::kPropertyDuplicate);
  raise("4", Priority::kLow, TaskKind::kPossibleMatch);
  raise("5", Priority::kHigh, TaskKind::kProvisionalProperty);
  EXPECT_THAT(Queue(storage::TaskList::kReady), ElementsAre(3, 5, 2, 1, 4));
  EXPECT_THAT(Queue(storage::TaskList::kReady, {.kinds = {TaskKind::kPossibleMatch}}), ElementsAre(2, 4));
  EXPECT_THAT(Queue(storage::TaskList::kReady, {.team = "gazetteer"}), ElementsAre(3, 5, 1));
  EXPECT_THAT(Queue(storage::TaskList::kReady, {.assignees = {"ann"}}), IsEmpty());
  const auto statistics = CountTasks(*store_, kReg, now_ + 20 * kDay);
  ASSERT_TRUE(statistics.ok());
  ASSERT_EQ(statistics->size(), 3U);
  EXPECT_EQ((*statistics)[2].team, "people");
  EXPECT_EQ((*statistics)[2].open, 2U);
  EXPECT_EQ((*statistics)[2].overdue, 2U);
  EXPECT_EQ((*statistics)[0].overdue, 0U);
  EXPECT_EQ((*statistics)[0].oldest, kStart);
}

TEST_F(TaskWriterTest, WhatLooksAtEverythingWithdrawsWhatItDoesNotFind) {
  const auto reconcile = [&](std::vector<std::string> causes, size_t most) {
    std::vector<Condition> conditions;
    for (const std::string& cause : causes) {
      conditions.push_back(MakeCondition(cause, cause));
    }
    TaskWriter writer = Writer();
    const auto left = Reconcile(*store_, kReg, TaskKind::kPropertyDuplicate, std::move(conditions), most, writer);
    EXPECT_TRUE(left.ok()) << left.status();
    Write(writer);
    return left.value_or(0);
  };
  EXPECT_EQ(reconcile({"a", "b", "c"}, 2), 1U);
  EXPECT_THAT(Queue(storage::TaskList::kOpen), ElementsAre(1, 2));
  EXPECT_EQ(reconcile({"b", "c"}, 2), 0U);
  EXPECT_THAT(Queue(storage::TaskList::kOpen), ElementsAre(2, 3));
}

TEST_F(TaskWriterTest, DamageIsFound) {
  Raise(MakeCondition("a", "a"));
  storage::WriteBatch damage;
  const std::string key = ListKeyOf(kReg, storage::TaskList::kReady, Read(1));
  damage.Delete(storage::Family::kTask, key);
  damage.Put(storage::Family::kTask, storage::TaskByNameKey(kReg, 2, 300, 1), "");
  ASSERT_TRUE(store_->Write(damage, storage::Durability::kSync).ok());
  std::vector<std::string> differences;
  ASSERT_TRUE(CheckTasks(*store_, kReg, now_, [&](std::string one) { differences.push_back(std::move(one)); }).ok());
  EXPECT_THAT(differences,
              ElementsAre(HasSubstr("missing from the list \"Q\""), HasSubstr("\"N\" of tasks has 1 rows")));
  storage::WriteBatch mend;
  mend.Put(storage::Family::kTask, key, "");
  mend.Delete(storage::Family::kTask, storage::TaskByNameKey(kReg, 2, 300, 1));
  ASSERT_TRUE(store_->Write(mend, storage::Durability::kSync).ok());
}

}  // namespace
}  // namespace wensum::tasks
