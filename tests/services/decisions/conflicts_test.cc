// What the records of one person say that cannot all be true of one person: a task from the commit that brings it until
// the one that mends it.
#include <gmock/gmock.h>

#include "services/decisions/decision_planner.h"
#include "services/register/entity_conflicts.h"
#include "services/tasks/task_actions.h"
#include "services/tasks/task_store.h"
#include "storage/keys.h"
#include "tests/services/decisions/decision_test_util.h"
#include "tests/services/register/register_test_util.h"
#include "wensum/storage/v1/log.pb.h"

namespace wensum::decisions {
namespace {

using registry::ConflictAttribute;
using registry::ConflictsOf;
using registry::ConflictValue;
using registry::DecodedSource;
using registry::MakeErase;
using registry::MakeWrite;
using registry::SourceWrite;
using tasks::TaskKind;
using tasks::TaskState;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class ConflictsTest : public ::testing::Test {
 protected:
  ConflictsTest() { Reopen(); }
  void TearDown() override { ExpectVerified(); }

  void Reopen() {
    register_.reset();
    register_ = registry::OpenOrDie(store_.get(), &clock_);
  }
  void ExpectVerified() {
    const auto report = register_->Verify();
    ASSERT_TRUE(report.ok()) << report.status();
    EXPECT_THAT(report->details, IsEmpty());
  }
  uint64_t Commit(SourceWrite write) { return CommitOne(*register_, std::move(write)).ordinal; }
  static SourceWrite Ann(std::string source, std::string born, std::string ni_number = "") {
    SourceWrite write = MakeWrite(std::move(source), "A1", "Annabel", "Brackenbury", born, "4 Oak Street", "NR3 1AA");
    write.record.details.ni_number = std::move(ni_number);
    return write;
  }
  Decided Merge(uint64_t a, uint64_t b) {
    const std::vector<Subject> subjects = {Person(a), Person(b, "subjects[1]")};
    return Decide(*register_, [&](const DecisionPlanner& planner) { return planner.Merge(subjects); });
  }
  std::vector<tasks::Task> Conflicts() {
    std::vector<tasks::Task> all;
    for (uint64_t number = 1; number <= *tasks::NewestNumber(*store_, 1); ++number) {
      tasks::Task task = *tasks::ReadTask(*store_, 1, number);
      if (task.kind() == static_cast<uint32_t>(TaskKind::kConflict)) {
        all.push_back(std::move(task));
      }
    }
    return all;
  }
  bool Is(TaskState state) {
    const std::vector<tasks::Task> conflicts = Conflicts();
    return conflicts.size() == 1 && conflicts[0].state() == static_cast<uint32_t>(state);
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

  std::unique_ptr<storage::Store> store_ = storage::NewMemoryStore();
  ManualClock clock_{registry::kStartTime};
  std::unique_ptr<registry::Register> register_;
  const tasks::TaskRules rules_;
};

TEST_F(ConflictsTest, TwoNumbersInOnePersonAreATaskUntilTheyAgree) {
  const uint64_t first = Commit(Ann("housing", "1982-07-30", "AB123456C"));
  const uint64_t second = Commit(Ann("contact", "1982-07-30", "CE654321D"));
  EXPECT_THAT(Conflicts(), IsEmpty());  // of two people
  const Decided merged = Merge(first, second);
  ASSERT_TRUE(merged.status.ok()) << merged.status;
  ASSERT_TRUE(Is(TaskState::kOpen));
  const tasks::Task task = Conflicts()[0];
  EXPECT_EQ(task.priority(), static_cast<uint32_t>(tasks::Priority::kHigh));
  EXPECT_EQ(task.team(), "people");
  ASSERT_EQ(task.facts().conflict().values_size(), 2);
  EXPECT_EQ(task.facts().conflict().values(0).attribute(), static_cast<uint32_t>(ConflictAttribute::kNiNumber));
  EXPECT_THAT(task.facts().conflict().values(0).ordinals(), ElementsAre(first));
  EXPECT_THAT(task.facts().conflict().values(1).ordinals(), ElementsAre(second));
  ExpectVerified();

  Commit(Ann("contact", "1982-07-30", "AB123456C"));  // mended at the source
  EXPECT_TRUE(Is(TaskState::kClosed));
  Commit(Ann("contact", "1982-07-30", "CE654321D"));
  EXPECT_TRUE(Is(TaskState::kOpen));  // the same task, again
  Reopen();
  ExpectVerified();
  ASSERT_TRUE(Decide(*register_, [&](const DecisionPlanner& planner) {
                return planner.Undo(merged.number, std::nullopt);
              }).status.ok());
  EXPECT_TRUE(Is(TaskState::kClosed));
}

TEST_F(ConflictsTest, ItEndsWithTheRecordsThatConflict) {
  const uint64_t first = Commit(Ann("housing", "1982-07-30", "AB123456C"));
  ASSERT_TRUE(Merge(first, Commit(Ann("contact", "1951-02-28"))).status.ok());
  ASSERT_TRUE(Is(TaskState::kOpen));
  Commit(MakeErase("housing", "A1"));
  EXPECT_TRUE(Is(TaskState::kClosed));
  ExpectVerified();
  Commit(Ann("housing", "1982-07-30", "AB123456C"));
  EXPECT_TRUE(Is(TaskState::kOpen));
  Commit(MakeErase("contact", "A1"));
  Commit(MakeErase("housing", "A1"));
  EXPECT_TRUE(Is(TaskState::kClosed));
}

TEST_F(ConflictsTest, ADismissedOneStaysSoUntilAValueIsNew) {
  const uint64_t first = Commit(Ann("housing", "1982-07-30"));
  ASSERT_TRUE(Merge(first, Commit(Ann("contact", "1951-02-28"))).status.ok());
  ASSERT_THAT(Conflicts(), SizeIs(1));
  Dismiss(Conflicts()[0].number());
  Commit(Ann("council_tax", "1982-07-30"));  // says nothing new
  Reopen();
  Commit(MakeErase("contact", "A1"));
  Commit(Ann("contact", "1951-02-28"));
  EXPECT_TRUE(Is(TaskState::kDismissed));
  Commit(Ann("contact", "1961-02-27"));
  EXPECT_TRUE(Is(TaskState::kOpen));
}

// Who joins a person in conflict joins its task; of two such people one task is left.
TEST_F(ConflictsTest, MergedPeopleHaveOneTask) {
  const uint64_t first = Commit(Ann("housing", "1982-07-30"));
  ASSERT_TRUE(Merge(first, Commit(Ann("contact", "1951-02-28"))).status.ok());
  const auto giles = [](std::string source, std::string born) {
    return MakeWrite(std::move(source), "G1", "Giles", "Okafor", born, "9 Elm Hill", "NR3 1HN");
  };
  const uint64_t third = Commit(giles("housing", "1971-12-05"));
  ASSERT_TRUE(Merge(third, Commit(giles("contact", "1944-01-02"))).status.ok());
  ASSERT_THAT(Conflicts(), SizeIs(2));
  const Decided both = Merge(first, third);
  ASSERT_TRUE(both.status.ok()) << both.status;
  const auto open = [this] {
    return std::ranges::count(Conflicts(), static_cast<uint32_t>(TaskState::kOpen),
                              [](const tasks::Task& task) { return task.state(); });
  };
  EXPECT_EQ(open(), 1);
  ExpectVerified();
  ASSERT_TRUE(Decide(*register_, [&](const DecisionPlanner& planner) {
                return planner.Undo(both.number, std::nullopt);
              }).status.ok());
  EXPECT_EQ(open(), 2);
  EXPECT_THAT(Conflicts(), SizeIs(2));  // the same two
}

// A version before raised none.
TEST_F(ConflictsTest, StoredConflictsAreRaisedAtTheFirstStart) {
  const uint64_t first = Commit(Ann("housing", "1982-07-30"));
  ASSERT_TRUE(Merge(first, Commit(Ann("contact", "1951-02-28"))).status.ok());
  register_.reset();
  storage::v1::Meta meta;
  ASSERT_TRUE(meta.ParseFromString(**store_->Get(storage::Family::kMeta, storage::MetaKey())));
  meta.set_tasks(2);
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

// --- What counts as a conflict ---

std::vector<ConflictValue> Of(const std::vector<std::pair<std::string, std::string>>& born_and_number) {
  std::vector<DecodedSource> sources(born_and_number.size());
  std::vector<std::pair<uint64_t, const DecodedSource*>> members;
  for (size_t i = 0; i < sources.size(); ++i) {
    const auto& [born, number] = born_and_number[i];
    if (!born.empty()) {
      sources[i].record.details.date_of_birth = *model::PartialDate::Parse(born);
    }
    sources[i].record.details.ni_number = number;
    members.emplace_back(10 + i, &sources[i]);
  }
  std::vector<ConflictValue> forward = ConflictsOf(members);
  std::ranges::reverse(members);
  const std::vector<ConflictValue> backward = ConflictsOf(members);
  EXPECT_EQ(forward.size(), backward.size());
  for (size_t i = 0; i < forward.size(); ++i) {
    EXPECT_EQ(forward[i].value, backward[i].value);
    EXPECT_EQ(forward[i].ordinals, backward[i].ordinals);
  }
  return forward;
}

TEST(ConflictsOfTest, PartsThatAreLeftOutContradictNothing) {
  EXPECT_THAT(Of({}), IsEmpty());
  EXPECT_THAT(Of({{"1982-07-30", "AB123456C"}}), IsEmpty());
  EXPECT_THAT(Of({{"1982-07-30", ""}, {"1982-07", ""}, {"1982", ""}, {"", "AB123456C"}}), IsEmpty());
  EXPECT_THAT(Of({{"1982-07", ""}, {"1982-08", ""}}), SizeIs(2));
  EXPECT_THAT(Of({{"1982", ""}, {"1983-08-02", ""}}), SizeIs(2));
  EXPECT_THAT(Of({{"1900-01-01", ""}, {"1983-08-02", ""}}), IsEmpty());  // what systems store for want of a date
  // The year alone goes with both dates, and is no part of their conflict.
  EXPECT_THAT(Of({{"1982", ""}, {"1982-07-30", ""}, {"1982-08-30", ""}}), SizeIs(2));
}

TEST(ConflictsOfTest, ValuesAreToldWithTheirRecords) {
  const auto conflicts = Of({{"1982-07-30", "AB123456C"}, {"1982-07-30", "CE654321D"}, {"1951-01-02", "AB123456C"}});
  ASSERT_THAT(conflicts, SizeIs(4));
  EXPECT_EQ(conflicts[0].attribute, ConflictAttribute::kNiNumber);
  EXPECT_EQ(conflicts[0].value, "AB123456C");
  EXPECT_THAT(conflicts[0].ordinals, ElementsAre(10, 12));
  EXPECT_THAT(conflicts[1].ordinals, ElementsAre(11));
  EXPECT_EQ(conflicts[2].attribute, ConflictAttribute::kDateOfBirth);
  EXPECT_EQ(conflicts[2].value, "1982-07-30");
  EXPECT_THAT(conflicts[2].ordinals, ElementsAre(10, 11));
}

TEST(ConflictsOfTest, SlipsOfThePenWaitLongest) {
  const auto priority = [](const std::vector<std::pair<std::string, std::string>>& records) {
    return registry::ConflictCondition(10, Of(records)).priority;
  };
  EXPECT_EQ(priority({{"1982-07-03", ""}, {"1982-03-07", ""}}), tasks::Priority::kLow);
  EXPECT_EQ(priority({{"1982-07-03", ""}, {"1983-07-03", ""}}), tasks::Priority::kLow);
  EXPECT_EQ(priority({{"1982-07-03", ""}, {"1951-12-28", ""}}), tasks::Priority::kHigh);
  EXPECT_EQ(priority({{"1982-07-03", "AB123456C"}, {"1982-07-03", "CE654321D"}}), tasks::Priority::kHigh);
}

TEST(ConflictsOfTest, TheEvidenceIsTheValuesInAnyOrder) {
  const auto evidence = [](const std::vector<std::pair<std::string, std::string>>& records) {
    return registry::ConflictCondition(10, Of(records)).evidence;
  };
  const uint64_t two = evidence({{"1982-07-03", ""}, {"1951-12-28", ""}});
  EXPECT_EQ(two, evidence({{"1951-12-28", ""}, {"1982-07-03", ""}, {"1982-07-03", ""}}));
  EXPECT_NE(two, evidence({{"1951-12-28", ""}, {"1982-07-03", ""}, {"1982-07-04", ""}}));
}

}  // namespace
}  // namespace wensum::decisions
