// Tasks against a naive model: causes that come and go, and what stewards do, in any order. Each step has a writer of
// its own, so that there is nothing that a restart could lose.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "base/random.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "services/tasks/task_actions.h"
#include "services/tasks/task_check.h"
#include "services/tasks/task_writer.h"
#include "storage/memory_store.h"
#include "tests/support/seed.h"

namespace wensum::tasks {
namespace {

constexpr uint32_t kReg = 1;
constexpr TimeMicros kStart = TimeMicros{1'790'000'000} * 1'000'000;
constexpr int kCauses = 8;
constexpr int kSubjects = 4;

struct NaiveTask {
  TaskKind kind = TaskKind::kPossibleMatch;
  std::string cause;
  std::string subject;
  bool holds = false;
  TaskState state = TaskState::kOpen;
  int priority = 2;
  uint64_t evidence = 0;
  uint64_t dismissed_evidence = 0;
  std::string team;
  std::string assignee;
  std::string claimant;
  TimeMicros lease = 0;
  TimeMicros deferred = 0;
  TimeMicros due = 0;
  uint64_t events = 0;
};

struct Change {
  bool raise = false;
  TaskKind kind = TaskKind::kPossibleMatch;
  std::string cause;
  std::string subject;
  int priority = 2;
  uint64_t evidence = 0;
};

// Everything by looking at everything.
class NaiveTasks {
 public:
  void Apply(const std::vector<Change>& changes, TimeMicros now) {
    std::set<uint64_t> withdrawn;
    for (const Change& change : changes) {
      if (const uint64_t holder = HolderOf(change); !change.raise && holder != 0) {
        withdrawn.insert(holder);
      }
    }
    std::vector<std::pair<uint64_t, Change>> bound;
    std::set<uint64_t> taken;
    for (const bool known : {true, false}) {
      for (const Change& change : changes) {
        uint64_t number = HolderOf(change);
        if (!change.raise || (number != 0) != known) {
          continue;
        }
        for (auto& [other, task] : tasks) {
          if (!known && task.kind == change.kind && task.subject == change.subject && !taken.contains(other) &&
              (!task.holds || withdrawn.contains(other))) {
            number = other;
          }
        }
        number = number == 0 ? ++newest_ : number;
        taken.insert(number);
        bound.emplace_back(number, change);
      }
    }
    for (const uint64_t number : withdrawn) {
      if (!taken.contains(number)) {
        NaiveTask& task = tasks[number];
        task.holds = false;
        if (task.state == TaskState::kOpen) {
          task.state = TaskState::kClosed;
          task.claimant.clear();
          task.lease = task.deferred = 0;
          ++task.events;
        }
      }
    }
    for (const auto& [number, change] : bound) {
      Support(number, change, now);
    }
  }

  std::vector<uint64_t> List(bool ready, const std::string& assignee_or_none, TimeMicros now) const {
    std::vector<std::tuple<int, TimeMicros, uint64_t>> order;
    for (const auto& [number, task] : tasks) {
      const bool mine = !ready || task.assignee.empty() || task.assignee == assignee_or_none;
      if (task.state == TaskState::kOpen && mine && (!ready || (task.lease <= now && task.deferred <= now))) {
        order.emplace_back(-task.priority, task.due, number);
      }
    }
    std::ranges::sort(order);
    std::vector<uint64_t> numbers;
    for (const auto& [priority, due, number] : order) {
      numbers.push_back(number);
    }
    return numbers;
  }

  std::map<uint64_t, NaiveTask> tasks;

 private:
  uint64_t HolderOf(const Change& change) const {
    for (const auto& [number, task] : tasks) {
      if (task.holds && task.kind == change.kind && task.cause == change.cause) {
        return number;
      }
    }
    return 0;
  }

  void Support(uint64_t number, const Change& change, TimeMicros now) {
    const bool fresh = !tasks.contains(number);
    NaiveTask& task = tasks[number];
    const bool evidence_changed = !fresh && task.evidence != change.evidence;
    task.kind = change.kind;
    task.cause = change.cause;
    task.subject = change.subject;
    task.priority = change.priority;
    task.evidence = change.evidence;
    task.holds = true;
    const bool dismissed_for_this = task.state == TaskState::kDismissed && task.dismissed_evidence == change.evidence;
    if (fresh || (task.state != TaskState::kOpen && !dismissed_for_this)) {
      task.state = TaskState::kOpen;
      task.due = now + TaskRules().Of(task.kind).due_days * kDay;
      if (fresh) task.team = TaskRules().Of(task.kind).team;
      ++task.events;
    } else if (task.state == TaskState::kOpen && evidence_changed) {
      ++task.events;
    }
  }

  uint64_t newest_ = 0;
};

class TaskModelTest : public testing::Test {
 protected:
  void RunSeed(uint64_t seed, int steps) {
    SCOPED_TRACE(Cat("WENSUM_SEED=", seed));
    random_ = Random(seed);
    store_ = storage::NewMemoryStore();
    naive_ = NaiveTasks();
    now_ = kStart;
    for (int step = 0; step < steps && !HasFailure(); ++step) {
      SCOPED_TRACE(Cat("step ", step));
      if (random_.Below(4) == 0) {
        now_ += static_cast<TimeMicros>(random_.Below(20)) * kMinute;
      }
      random_.Below(2) == 0 ? ChangeData() : ActAsSteward();
      Compare();
    }
  }

 private:
  void ChangeData() {
    std::vector<Change> changes;
    std::set<std::pair<TaskKind, std::string>> used;
    for (uint64_t i = 1 + random_.Below(4); i > 0; --i) {
      Change change;
      change.raise = random_.Below(3) > 0;
      change.kind = kTaskKinds[random_.Below(kTaskKinds.size())];
      change.cause = Cat("cause", random_.Below(kCauses));
      change.subject = Cat("subject", random_.Below(kSubjects));
      change.priority = 1 + static_cast<int>(random_.Below(4));
      change.evidence = 1 + random_.Below(2);
      if (used.emplace(change.kind, change.cause).second) {
        changes.push_back(change);
      }
    }
    TaskWriter writer(*store_, kReg, rules_);
    for (const Change& change : changes) {
      if (!change.raise) {
        ASSERT_TRUE(writer.Withdraw(change.kind, change.cause).ok());
        continue;
      }
      Condition condition;
      condition.kind = change.kind;
      condition.cause = change.cause;
      condition.subject = change.subject;
      condition.priority = static_cast<Priority>(change.priority);
      condition.evidence = change.evidence;
      condition.names = {{NameType::kRecord, random_.Below(5)}};
      writer.Raise(std::move(condition));
    }
    naive_.Apply(changes, now_);
    Write(writer, {});
  }

  void ActAsSteward() {
    const Actor actor = {.name = Cat("steward", random_.Below(3)), .caller = "test", .now = now_};
    if (random_.Below(3) == 0) {
      return ClaimNextTask(actor);
    }
    if (naive_.tasks.empty()) {
      return;
    }
    const uint64_t number = 1 + random_.Below(naive_.tasks.size());
    NaiveTask& task = naive_.tasks.at(number);
    TaskWriter writer(*store_, kReg, rules_);
    absl::StatusOr<Edit*> edit = writer.Touch(number);
    ASSERT_TRUE(edit.ok()) << edit.status();
    const bool open = task.state == TaskState::kOpen;
    const bool claimed = task.lease > now_;
    const bool writable = open && (!claimed || task.claimant == actor.name);
    const TimeMicros until = now_ + (static_cast<TimeMicros>(random_.Below(40)) - 5) * kMinute;
    bool expected = writable;
    absl::Status status;
    NaiveTask next = task;
    switch (random_.Below(7)) {
      case 0:
        status = Claim(actor, until, **edit);
        expected = writable && until > now_ && (task.assignee.empty() || task.assignee == actor.name);
        next.events += claimed ? 0 : 1;
        std::tie(next.claimant, next.lease, next.deferred) = std::tuple(actor.name, until, 0);
        break;
      case 1:
        status = Release(actor, **edit);
        expected = writable && claimed;
        ++next.events;
        std::tie(next.claimant, next.lease) = std::tuple("", 0);
        break;
      case 2: {
        const TimeMicros when = random_.Below(4) == 0 ? 0 : until;
        status = Defer(actor, when, "later", **edit);
        expected = writable && (when == 0 ? task.deferred > now_ : when > now_);
        ++next.events;
        std::tie(next.claimant, next.lease, next.deferred) = std::tuple("", 0, when);
        break;
      }
      case 3: {
        const std::string assignee = random_.Below(2) == 0 ? "" : Cat("steward", random_.Below(3));
        const std::string team = random_.Below(2) == 0 ? "people" : "gazetteer";
        status = Assign(actor, assignee, team, "", **edit);
        if (assignee != task.assignee || team != task.team) {
          ++next.events;
          if (!assignee.empty() && assignee != actor.name) {
            std::tie(next.claimant, next.lease) = std::tuple("", 0);
          }
        }
        std::tie(next.assignee, next.team) = std::tuple(assignee, team);
        break;
      }
      case 4:
        Comment(actor, "seen", **edit);
        expected = true;
        ++next.events;
        break;
      case 5:
        status = Dismiss(actor, "not_the_same", "", task.evidence, **edit);
        expected = expected && task.kind != TaskKind::kOverlay;  // whose updates would wait for ever
        ++next.events;
        next.state = TaskState::kDismissed;
        next.dismissed_evidence = task.evidence;
        std::tie(next.claimant, next.lease, next.deferred) = std::tuple("", 0, 0);
        break;
      default:
        status = Reopen(actor, "", rules_, **edit);
        expected = task.state == TaskState::kDismissed;
        ++next.events;
        next.state = task.holds ? TaskState::kOpen : TaskState::kClosed;
        if (task.holds) {
          next.due = now_ + rules_.Of(task.kind).due_days * kDay;
        }
    }
    EXPECT_EQ(status.ok(), expected) << status;
    if (status.ok()) {
      task = next;
      Write(writer, {});
    }
  }

  void ClaimNextTask(const Actor& actor) {
    TaskWriter writer(*store_, kReg, rules_);
    storage::WriteBatch batch;
    QueueFilter filter;
    filter.assignees = {"", actor.name};
    const auto next = writer.FindNext(now_, filter, 10, [](uint64_t) -> absl::StatusOr<bool> { return true; }, batch);
    ASSERT_TRUE(next.ok()) << next.status();
    const std::vector<uint64_t> ready = naive_.List(true, actor.name, now_);
    ASSERT_EQ(next->number.has_value(), !ready.empty());
    if (ready.empty()) {
      return Write(writer, std::move(batch));
    }
    EXPECT_EQ(*next->number, ready.front());
    absl::StatusOr<Edit*> edit = writer.Touch(*next->number);
    ASSERT_TRUE(edit.ok());
    ASSERT_TRUE(Claim(actor, now_ + 30 * kMinute, **edit).ok());
    NaiveTask& task = naive_.tasks.at(*next->number);
    ++task.events;
    std::tie(task.claimant, task.lease, task.deferred) = std::tuple(actor.name, now_ + 30 * kMinute, 0);
    Write(writer, std::move(batch));
  }

  void Write(TaskWriter& writer, storage::WriteBatch batch) {
    ASSERT_TRUE(writer.Finish({.revision = ++revision_, .time = now_}, batch).ok());
    ASSERT_TRUE(store_->Write(batch, storage::Durability::kSync).ok());
  }

  void Compare() {
    ASSERT_EQ(*NewestNumber(*store_, kReg), naive_.tasks.size());
    for (const auto& [number, expected] : naive_.tasks) {
      const absl::StatusOr<Task> read = ReadTask(*store_, kReg, number);
      ASSERT_TRUE(read.ok()) << read.status();
      const Task& task = *read;
      const auto seen = std::tuple(task.kind(), task.cause(), task.subject(), task.holds(), task.state(),
                                   task.priority(), task.team(), task.assignee(), task.claimant(), task.lease_until(),
                                   task.deferred_until(), task.due_time(), task.events());
      const auto want = std::tuple(static_cast<uint32_t>(expected.kind), expected.cause, expected.subject,
                                   expected.holds, static_cast<uint32_t>(expected.state),
                                   static_cast<uint32_t>(expected.priority), expected.team, expected.assignee,
                                   expected.claimant, expected.lease, expected.deferred, expected.due, expected.events);
      ASSERT_EQ(seen, want) << task.ShortDebugString();
    }
    std::vector<uint64_t> open;
    ASSERT_TRUE(WalkQueue(*store_, kReg, storage::TaskList::kOpen, {}, std::nullopt,
                          [&](const storage::TaskListParts& parts) -> absl::StatusOr<bool> {
                            open.push_back(parts.order.number);
                            return true;
                          })
                    .ok());
    ASSERT_EQ(open, naive_.List(false, "", now_));
    std::vector<std::string> differences;
    ASSERT_TRUE(CheckTasks(*store_, kReg, now_, [&](std::string one) { differences.push_back(std::move(one)); }).ok());
    ASSERT_TRUE(differences.empty()) << differences.front();
  }

  const TaskRules rules_;
  Random random_{0};
  std::unique_ptr<storage::Store> store_;
  NaiveTasks naive_;
  TimeMicros now_ = kStart;
  uint64_t revision_ = 0;
};

TEST_F(TaskModelTest, AgreesWithTheNaiveModel) {
  const uint64_t seed = TestSeed(1);
  for (int round = 0; round < Rounds(10, 200) && !HasFailure(); ++round) {
    RunSeed(seed + static_cast<uint64_t>(round), 400);
  }
}

}  // namespace
}  // namespace wensum::tasks
