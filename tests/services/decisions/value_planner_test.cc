// Decisions about values on small registers: that they stay, follow their record, and end.
#include "services/decisions/value_planner.h"

#include <memory>
#include <string>
#include <utility>

#include "services/decisions/due_values.h"
#include "tests/services/decisions/decision_test_util.h"

namespace wensum::decisions {
namespace {

using registry::CommitOne;
using registry::DecisionOperation;
using registry::MakeErase;
using registry::MakeWrite;
using registry::ValueLifetime;
using ::testing::IsEmpty;

class ValuePlannerTest : public ::testing::Test {
 protected:
  ValuePlannerTest() { Reopen(); }
  void TearDown() override {
    const auto report = register_->Verify();
    ASSERT_TRUE(report.ok()) << report.status();
    EXPECT_THAT(report->details, IsEmpty());
  }
  void Reopen() {
    register_.reset();
    register_ = registry::OpenOrDie(store_.get(), &clock_, registry::kTestRules);
  }
  uint64_t Write(const std::string& key, const std::string& forenames, const std::string& surname) {
    return CommitOne(*register_, MakeWrite("housing", key, forenames, surname)).ordinal;
  }
  // What the first purpose sees; "" if there is nobody.
  std::string Surname(uint64_t id) {
    const auto person = register_->GetNewestEntity(id);
    return person->entity.golden().empty() ? "" : person->entity.golden(0).details().name().surname();
  }
  Decided Give(uint64_t id, const std::string& surname, ValueLifetime lifetime, TimeMicros until = 0) {
    ValueWish wish;
    wish.operation = DecisionOperation::kOverride;
    wish.subject = Person(id);
    wish.attribute = "name";
    wish.details.name = {"", "Given", surname, "", ""};
    wish.lifetime = lifetime;
    wish.until = until;
    return Decide(*register_, [&wish](const DecisionPlanner& planner) { return planner.Value(wish); });
  }
  uint32_t CauseOf(uint64_t decision) { return registry::ReadDecision(*store_, 1, decision)->retraction().cause(); }

  std::unique_ptr<storage::Store> store_ = storage::NewMemoryStore();
  ManualClock clock_{registry::kStartTime};
  std::unique_ptr<registry::Register> register_;
};

TEST_F(ValuePlannerTest, AValueStaysThroughUpdateDeletionReturnAndRestart) {
  const uint64_t mary = Write("H1", "Mary", "Brown");
  ASSERT_TRUE(Give(mary, "White", ValueLifetime::kForEver).status.ok());
  EXPECT_EQ(Surname(mary), "White");
  Write("H1", "Mary Ann", "Brown");
  EXPECT_EQ(Surname(mary), "White");
  Reopen();
  EXPECT_EQ(Surname(mary), "White");
  CommitOne(*register_, MakeErase("housing", "H1"));
  EXPECT_EQ(Surname(mary), "");
  Write("H1", "Mary", "Brown");
  EXPECT_EQ(Surname(mary), "White");
}

TEST_F(ValuePlannerTest, AValueFollowsItsRecordThroughMergeAndSplit) {
  const uint64_t mary = Write("H1", "Mary", "Brown");
  const uint64_t zoe = Write("H2", "Zoe", "Trunch");
  ASSERT_TRUE(Give(zoe, "White", ValueLifetime::kForEver).status.ok());
  EXPECT_EQ(Surname(mary), "Brown");
  const Decided merged =
      Decide(*register_, [&](const DecisionPlanner& planner) { return planner.Merge({Person(mary), Person(zoe)}); });
  ASSERT_TRUE(merged.status.ok()) << merged.status;
  EXPECT_EQ(Surname(mary), "White");
  const Decided undone =
      Decide(*register_, [&](const DecisionPlanner& planner) { return planner.Undo(merged.number, std::nullopt); });
  ASSERT_TRUE(undone.status.ok()) << undone.status;
  EXPECT_EQ(Surname(mary), "Brown");
  EXPECT_EQ(Surname(zoe), "White");
}

TEST_F(ValuePlannerTest, ATimeThatIsOverEndsAValueByACommit) {
  const uint64_t mary = Write("H1", "Mary", "Brown");
  const TimeMicros until = clock_.Now() + 60'000'000;
  EXPECT_FALSE(Give(mary, "White", ValueLifetime::kUntilTime, clock_.Now() - 1).status.ok());
  const Decided given = Give(mary, "White", ValueLifetime::kUntilTime, until);
  ASSERT_TRUE(given.status.ok()) << given.status;
  EXPECT_EQ(*EndDueValues(*register_), 0U);
  clock_.Advance(120'000'000);
  Write("H1", "Mary Ann", "Brown");
  EXPECT_EQ(Surname(mary), "White");  // no clock is looked at
  EXPECT_EQ(CauseOf(given.number), 0U);
  Reopen();
  // At the start of a server, though it ends at once.
  {
    const DueValues due(register_.get());
  }
  EXPECT_EQ(Surname(mary), "Brown");
  EXPECT_EQ(CauseOf(given.number), static_cast<uint32_t>(registry::RetractionCause::kTime));
  EXPECT_EQ(*EndDueValues(*register_), 0U);
}

TEST_F(ValuePlannerTest, WhatTheSourceSaysAgainEndsAValue) {
  const uint64_t mary = Write("H1", "Mary", "Brown");
  const Decided given = Give(mary, "White", ValueLifetime::kUntilReasserted);
  EXPECT_EQ(Surname(mary), "White");
  Write("H2", "Zoe", "Trunch");
  EXPECT_EQ(Surname(mary), "White");
  Write("H1", "Mary", "Brown");  // the same
  EXPECT_EQ(Surname(mary), "Brown");
  EXPECT_EQ(CauseOf(given.number), static_cast<uint32_t>(registry::RetractionCause::kReasserted));
}

TEST_F(ValuePlannerTest, AValueRestsWhileTheRulesChooseAnother) {
  const uint64_t mary = Write("H1", "Mary", "Brown");
  ASSERT_TRUE(Give(mary, "White", ValueLifetime::kUntilValueChanges).status.ok());
  EXPECT_EQ(Surname(mary), "White");
  Write("H1", "Mary", "Trunch");
  EXPECT_EQ(Surname(mary), "Trunch");
  Write("H1", "Mary", "Brown");
  EXPECT_EQ(Surname(mary), "White");
}

}  // namespace
}  // namespace wensum::decisions
