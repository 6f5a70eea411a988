// People of many records, or of records that hang together loosely: a task from the commit that makes them so until the
// one that mends it.
#include "services/register/weak_entities.h"

#include <gmock/gmock.h>

#include <iostream>

#include "matching/person/default_model.h"
#include "services/register/model_store.h"
#include "services/register/model_work.h"
#include "services/tasks/task_actions.h"
#include "services/tasks/task_store.h"
#include "storage/fault_store.h"
#include "storage/keys.h"
#include "tests/services/decisions/decision_test_util.h"
#include "tests/services/register/random_register_input.h"
#include "tests/support/seed.h"
#include "wensum/storage/v1/log.pb.h"

namespace wensum::decisions {
namespace {

using registry::MakeErase;
using registry::MakeWrite;
using registry::SourceWrite;
using tasks::TaskKind;
using tasks::TaskState;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr tasks::WeakEntityBounds kBounds = {.many = 5, .least = 3, .max_cohesion = 0.5};

std::unique_ptr<registry::Register> OpenWith(storage::Store* store, const Clock* clock,
                                             const tasks::WeakEntityBounds& bounds) {
  registry::RegisterOptions options;
  options.rules = *registry::ParseRegisterRules(registry::kTestRules);
  options.threads = 2;
  options.tasks.weak_entity = bounds;
  auto opened = registry::Register::Open(store, clock, std::move(options));
  EXPECT_TRUE(opened.ok()) << opened.status();
  return opened.ok() ? *std::move(opened) : nullptr;
}

void ExpectVerified(registry::Register& reg) {
  const auto report = reg.Verify();
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_THAT(report->details, IsEmpty());
}

std::vector<tasks::Task> WeakTasks(const storage::Reader& reader) {
  std::vector<tasks::Task> all;
  for (uint64_t number = 1; number <= *tasks::NewestNumber(reader, 1); ++number) {
    tasks::Task task = *tasks::ReadTask(reader, 1, number);
    if (task.kind() == static_cast<uint32_t>(TaskKind::kWeakEntity)) {
      all.push_back(std::move(task));
    }
  }
  return all;
}

class WeakEntitiesTest : public ::testing::Test {
 protected:
  WeakEntitiesTest() { Reopen(); }
  void TearDown() override { ExpectVerified(*register_); }

  void Reopen(const tasks::WeakEntityBounds& bounds = kBounds) {
    register_.reset();
    register_ = OpenWith(store_.get(), &clock_, bounds);
  }
  uint64_t Commit(SourceWrite write) { return CommitOne(*register_, std::move(write)).ordinal; }
  // Five people who have nothing in common.
  static SourceWrite Stranger(int number, const std::string& phone = "") {
    constexpr std::array<const char*, 5> kForenames = {"Annabel", "Giles", "Priya", "Zofia", "Tobias"};
    constexpr std::array<const char*, 5> kSurnames = {"Brackenbury", "Okafor", "Thackeray", "Lee", "Papadakis"};
    const auto place = static_cast<size_t>(number);
    SourceWrite write =
        MakeWrite("housing", Cat("S", number), kForenames[place], kSurnames[place],
                  Cat(1941 + 13 * number, "-0", number + 2, "-1", number), Cat(number + 3, " Elm Hill"), "NR3 1HN");
    if (!phone.empty()) {
      write.record.details.phones = {phone};
    }
    return write;
  }
  // The strangers 0 to `count` - 1 as one person; the decision.
  uint64_t MergeStrangers(int count) {
    std::vector<Subject> subjects;
    for (int number = 0; number < count; ++number) {
      subjects.push_back(Person(Commit(Stranger(number)), Cat("subjects[", number, "]")));
    }
    const Decided decided = Decide(*register_, [&](const DecisionPlanner& planner) { return planner.Merge(subjects); });
    EXPECT_TRUE(decided.status.ok()) << decided.status;
    return decided.number;
  }
  void Undo(uint64_t decision) {
    ASSERT_TRUE(Decide(*register_, [&](const DecisionPlanner& planner) {
                  return planner.Undo(decision, std::nullopt);
                }).status.ok());
  }
  bool Is(TaskState state) {
    const std::vector<tasks::Task> weak = WeakTasks(*store_);
    return weak.size() == 1 && weak[0].state() == static_cast<uint32_t>(state);
  }
  void Dismiss(uint64_t number) {
    registry::Mutation mutation;
    mutation.plan = [&](const registry::PlanView& view) -> absl::StatusOr<registry::Planned> {
      registry::Planned planned;
      planned.has_revision = true;
      tasks::TaskWriter writer(view.reader, 1, rules_);
      WENSUM_ASSIGN_OR_RETURN(tasks::Edit* const edit, writer.Touch(number));
      WENSUM_RETURN_IF_ERROR(tasks::Dismiss({.name = "ann", .caller = "", .now = view.time}, "accepted_as_it_is", "",
                                            edit->after.evidence(), *edit));
      WENSUM_RETURN_IF_ERROR(writer.Finish({.revision = view.revision, .time = view.time}, planned.writes).status());
      return planned;
    };
    const registry::MutationResult result = register_->Commit(std::move(mutation));
    ASSERT_TRUE(result.status.ok()) << result.status;
  }
  void Activate(double stricter) {
    matching::LinkageModel model = *matching::DefaultPersonModel();
    model.parameters.rules.merge_threshold += stricter;
    const registry::NamedModel named =
        registry::NameByContent(std::move(model), registry::ModelOrigin::kImported, clock_.Now());
    registry::Mutation mutation;
    mutation.extra_writes = [&named](const registry::MutationResult&, storage::WriteBatch& batch) {
      registry::PutModel(named, batch);
    };
    ASSERT_TRUE(register_->Commit(std::move(mutation)).status.ok());
    const auto activated = register_->model_work()->Activate({.version = named.info.version(), .records_per_piece = 16},
                                                             registry::WorkHooks());
    ASSERT_TRUE(activated.ok()) << activated.status();
  }

  std::unique_ptr<storage::Store> store_ = storage::NewMemoryStore();
  ManualClock clock_{registry::kStartTime};
  std::unique_ptr<registry::Register> register_;
  const tasks::TaskRules rules_;
};

TEST_F(WeakEntitiesTest, AreATaskUntilTheyArePartedAgain) {
  const uint64_t merge = MergeStrangers(3);
  ASSERT_TRUE(Is(TaskState::kOpen));
  const tasks::Task task = WeakTasks(*store_)[0];
  EXPECT_EQ(task.priority(), static_cast<uint32_t>(tasks::Priority::kNormal));
  EXPECT_EQ(task.team(), "people");
  const storage::v1::WeakEntityFacts& facts = task.facts().weak_entity();
  EXPECT_EQ(facts.records(), 3);
  EXPECT_EQ(facts.contents(), 3);
  EXPECT_EQ(facts.pairs(), 3);
  EXPECT_EQ(facts.cohesion(), 0);
  EXPECT_TRUE(facts.loose());
  EXPECT_FALSE(facts.many());
  Undo(merge);
  EXPECT_TRUE(Is(TaskState::kClosed));
  EXPECT_EQ(tasks::ReadEvents(*store_, 1, task.number(), 10)->back().text(), "the data no longer support it");
  MergeStrangers(3);
  EXPECT_TRUE(Is(TaskState::kOpen)) << "the same question";
}

TEST_F(WeakEntitiesTest, ManyAreMoreUrgentThanLoose) {
  MergeStrangers(5);
  ASSERT_TRUE(Is(TaskState::kOpen));
  EXPECT_TRUE(WeakTasks(*store_)[0].facts().weak_entity().many());
  EXPECT_EQ(WeakTasks(*store_)[0].priority(), static_cast<uint32_t>(tasks::Priority::kHigh));
  Commit(MakeErase("housing", "S4"));
  ASSERT_TRUE(Is(TaskState::kOpen));
  EXPECT_EQ(WeakTasks(*store_)[0].priority(), static_cast<uint32_t>(tasks::Priority::kNormal));
  ExpectVerified(*register_);
  Commit(MakeErase("housing", "S0"));  // who gave the person their id
  EXPECT_TRUE(Is(TaskState::kOpen) || WeakTasks(*store_).size() == 2);
  ExpectVerified(*register_);
  Commit(MakeErase("housing", "S1"));
  for (const tasks::Task& task : WeakTasks(*store_)) {
    EXPECT_EQ(task.state(), static_cast<uint32_t>(TaskState::kClosed));
  }
}

TEST_F(WeakEntitiesTest, PreviewsLeaveNoTrace) {
  std::vector<Subject> subjects;
  for (int number = 0; number < 3; ++number) {
    subjects.push_back(Person(Commit(Stranger(number)), Cat("subjects[", number, "]")));
  }
  const Decided preview =
      Decide(*register_, [&](const DecisionPlanner& planner) { return planner.Merge(subjects); }, /*preview=*/true);
  ASSERT_TRUE(preview.status.ok()) << preview.status;
  EXPECT_THAT(preview.tasks, SizeIs(2)) << "their dates of birth conflict, too";
  EXPECT_THAT(WeakTasks(*store_), IsEmpty());
}

TEST_F(WeakEntitiesTest, ADismissedOneStaysSoUntilRecordsJoinOrLeave) {
  MergeStrangers(3);
  Dismiss(WeakTasks(*store_)[0].number());
  Commit(Stranger(1, "07911 123456"));
  EXPECT_TRUE(Is(TaskState::kDismissed)) << "it says more, and nothing hangs together otherwise";
  Reopen();
  EXPECT_TRUE(Is(TaskState::kDismissed));
  Activate(0.25);
  EXPECT_TRUE(Is(TaskState::kDismissed));
  Commit(MakeErase("housing", "S2"));
  Commit(Stranger(2));
  EXPECT_TRUE(Is(TaskState::kDismissed)) << "they are back";
  SourceWrite again = Stranger(1);
  again.record.key.source = "contact";
  Commit(std::move(again));
  EXPECT_TRUE(Is(TaskState::kOpen)) << "another record has joined";
}

TEST_F(WeakEntitiesTest, GoByTheBoundsInForce) {
  MergeStrangers(3);
  ASSERT_TRUE(Is(TaskState::kOpen));
  Reopen({.many = 50, .least = 4, .max_cohesion = 0.5});
  EXPECT_TRUE(Is(TaskState::kClosed));
  ExpectVerified(*register_);
  const uint64_t revision = register_->revision();
  Reopen({.many = 50, .least = 4, .max_cohesion = 0.5});
  EXPECT_EQ(register_->revision(), revision) << "once is enough";
  Reopen({.many = 3, .least = 3, .max_cohesion = 0});
  ASSERT_TRUE(Is(TaskState::kOpen));
  EXPECT_TRUE(WeakTasks(*store_)[0].facts().weak_entity().many());
}

// A version before raised none.
TEST_F(WeakEntitiesTest, StoredOnesAreRaisedAtTheFirstStart) {
  MergeStrangers(3);
  register_.reset();
  storage::v1::Meta meta;
  ASSERT_TRUE(meta.ParseFromString(**store_->Get(storage::Family::kMeta, storage::MetaKey())));
  ASSERT_TRUE(meta.has_weak_entity());
  meta.clear_weak_entity();
  meta.set_tasks(2);  // their dates of birth conflict, too
  storage::WriteBatch batch;
  batch.Put(storage::Family::kMeta, storage::MetaKey(), meta.SerializeAsString());
  const auto it = store_->NewIterator(storage::Family::kTask, {});
  for (it->SeekToFirst(); it->Valid(); it->Next()) {
    batch.Delete(storage::Family::kTask, std::string(it->key()));
  }
  ASSERT_TRUE(store_->Write(batch, storage::Durability::kSync).ok());
  Reopen();
  EXPECT_TRUE(Is(TaskState::kOpen));
}

TEST_F(WeakEntitiesTest, VerifyTellsOfATaskThatIsMissing) {
  MergeStrangers(3);
  storage::WriteBatch batch;
  batch.Delete(storage::Family::kTask,
               storage::TaskByCauseKey(1, static_cast<uint8_t>(TaskKind::kWeakEntity), WeakTasks(*store_)[0].cause()));
  const std::string key = batch.writes()[0].key;
  const std::string value = **store_->Get(storage::Family::kTask, key);
  ASSERT_TRUE(store_->Write(batch, storage::Durability::kSync).ok());
  const auto report = register_->Verify();
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_THAT(report->details, testing::Contains(testing::HasSubstr("is many or loose and holds no task")));
  storage::WriteBatch mended;
  mended.Put(storage::Family::kTask, key, value);
  ASSERT_TRUE(store_->Write(mended, storage::Durability::kSync).ok());
}

// Records that come, change and go, streets, merges and their undoing, writes that fail, restarts by other bounds and
// other models: Verify finds every task that there should be and no other.
class WeakModelTest : public WeakEntitiesTest, public ::testing::WithParamInterface<int> {};

TEST_P(WeakModelTest, HoldsWhateverHappens) {
  const uint64_t seed = TestSeed(static_cast<uint64_t>(GetParam()) + 1);
  std::cout << "WENSUM_SEED=" << seed << "\n";
  register_.reset();
  const std::unique_ptr<storage::Store> memory = storage::NewMemoryStore();
  storage::FaultStore store(memory.get());
  constexpr tasks::WeakEntityBounds kOthers = {.many = 4, .least = 2, .max_cohesion = 0.9};
  auto reg = OpenWith(&store, &clock_, kBounds);
  registry::RandomRegisterInput input(seed);
  size_t most = 0;
  for (int round = 0; round < 60; ++round) {
    clock_.Advance(1'000'000);
    if (input.Chance(0.1)) {
      store.FailNextWrites(1, absl::UnavailableError("no disk"));
    }
    const int dice = input.Below(10);
    registry::Mutation mutation;
    if (dice < 5) {
      for (int i = 0; i < 4; ++i) mutation.sources.push_back(input.Chance(0.2) ? input.Erase() : input.Upsert());
      reg->Commit(std::move(mutation));
    } else if (dice < 6) {
      mutation.rows.push_back(input.Row());
      reg->Commit(std::move(mutation));
    } else if (dice < 9 && reg->Stats().source_records > 3) {
      const auto some = [&] {
        return static_cast<uint64_t>(1 + input.Below(static_cast<int>(reg->Stats().source_records)));
      };
      const std::vector<Subject> subjects = {Person(some()), Person(some(), "subjects[1]")};
      Decide(*reg, [&](const DecisionPlanner& planner) { return planner.Merge(subjects); }, input.Chance(0.2));
    } else if (dice < 9) {
      continue;
    } else {
      store.Heal();
      reg.reset();
      reg = OpenWith(&store, &clock_, input.Chance(0.3) ? kOthers : kBounds);
    }
    store.Heal();
    ExpectVerified(*reg);
    if (HasFailure()) {
      return;
    }
    most = std::max(most, WeakTasks(store).size());
  }
  EXPECT_GT(most, 0) << "or this test tests nothing";
  reg.reset();
  Reopen();
}

INSTANTIATE_TEST_SUITE_P(Seeds, WeakModelTest, ::testing::Range(0, Rounds(4, 100)));

}  // namespace
}  // namespace wensum::decisions
