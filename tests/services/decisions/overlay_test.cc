// Updates that look like another person than the record: they are held until a steward has answered, and the answer
// stays.
#include <gmock/gmock.h>

#include "services/decisions/decision_planner.h"
#include "services/register/decision_store.h"
#include "services/register/held_updates.h"
#include "services/tasks/task_actions.h"
#include "services/tasks/task_store.h"
#include "storage/fault_store.h"
#include "storage/memory_store.h"
#include "tests/services/decisions/decision_test_util.h"
#include "tests/services/register/register_test_util.h"

namespace wensum::decisions {
namespace {

using registry::DecisionOperation;
using registry::HeldState;
using registry::MakeErase;
using registry::MakeWrite;
using registry::SourceResult;
using registry::SourceWrite;
using registry::WriteOutcome;
using tasks::TaskKind;
using tasks::TaskState;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr std::string_view kRules = R"(
purposes: [service_delivery]
sources:
  - {name: housing}
  - {name: council_tax}
  - {name: contact, guards_overlays: false}
)";

class OverlayTest : public ::testing::Test {
 protected:
  OverlayTest() { Reopen(); }
  void TearDown() override { ExpectVerified(); }

  void Reopen() {
    register_.reset();
    register_ = registry::OpenOrDie(&faulty_, &clock_, kRules);
  }
  void ExpectVerified() {
    const auto report = register_->Verify();
    ASSERT_TRUE(report.ok()) << report.status();
    EXPECT_THAT(report->details, IsEmpty());
  }

  static SourceWrite Ann(std::string phone = "") {
    return With("Annabel", "Brackenbury", "1982-07-30", std::move(phone));
  }
  static SourceWrite Omar(std::string phone = "") { return With("Omar", "Farouk", "1951-02-28", std::move(phone)); }
  static SourceWrite Eve() { return With("Evelyn", "Winterbottom", "1999-11-11", ""); }
  static SourceWrite With(std::string forenames, std::string surname, std::string_view born, std::string phone) {
    SourceWrite write =
        MakeWrite("housing", "T1", std::move(forenames), std::move(surname), born, "4 Oak Street", "NR3 1AA");
    if (!phone.empty()) {
      write.record.details.phones = {std::move(phone)};
    }
    return write;
  }
  SourceResult Commit(SourceWrite write) { return CommitOne(*register_, std::move(write)); }
  WriteOutcome Send(SourceWrite write) { return Commit(std::move(write)).outcome; }

  std::optional<registry::SourceVersion> Stored(uint32_t incarnation = 0) {
    const auto view = register_->OpenView({});
    const auto version = register_->GetSource(*view, {.source = "housing", .key = "T1", .incarnation = incarnation});
    return version.ok() ? std::optional(*version) : std::nullopt;
  }
  std::string Surname(uint32_t incarnation = 0) {
    const auto version = Stored(incarnation);
    return !version.has_value()        ? "none"
           : version->stored.deleted() ? Cat("(", version->record.details.name.surname, ")")
                                       : version->record.details.name.surname;
  }
  // Of whom the id is.
  std::string SurnameOf(uint64_t id) {
    const auto entity = register_->GetNewestEntity(id);
    return entity.ok() && entity->entity.golden_size() > 0 ? entity->entity.golden(0).details().name().surname()
                                                           : "nobody";
  }
  std::vector<HeldState> States(uint64_t ordinal) {
    std::vector<HeldState> states;
    const auto updates = registry::ListHeld(*store_, 1, ordinal, 0, 100);
    for (const auto& update : *updates) {
      states.push_back(static_cast<HeldState>(update.state()));
    }
    return states;
  }
  // The only task there ever was of this record.
  tasks::Task Task(uint64_t ordinal = 1) {
    const auto numbers = tasks::FindBySubject(*store_, 1, TaskKind::kOverlay, Cat(ordinal));
    EXPECT_THAT(*numbers, SizeIs(1));
    return numbers->empty() ? tasks::Task() : *tasks::ReadTask(*store_, 1, numbers->front());
  }
  bool Asks(uint64_t ordinal = 1) { return Task(ordinal).state() == static_cast<uint32_t>(TaskState::kOpen); }
  Decided Answer(DecisionOperation operation, uint64_t ordinal = 1, bool preview = false) {
    const tasks::Task task = Task(ordinal);
    return Decide(
        *register_, [&](const DecisionPlanner& planner) { return planner.Held(task, operation); }, preview,
        task.number());
  }
  Decided Undo(uint64_t number, bool preview = false) {
    return Decide(
        *register_, [&](const DecisionPlanner& planner) { return planner.Undo(number, std::nullopt); }, preview);
  }

  std::unique_ptr<storage::Store> store_ = storage::NewMemoryStore();
  storage::FaultStore faulty_{store_.get()};
  ManualClock clock_{registry::kStartTime};
  std::unique_ptr<registry::Register> register_;
};

TEST_F(OverlayTest, AnotherPersonIsHeldAndTheRecordStays) {
  const SourceResult first = Commit(Ann());
  const SourceResult held = Commit(Omar());
  EXPECT_EQ(held.outcome, WriteOutcome::kHeld);
  EXPECT_EQ(held.ordinal, first.ordinal);
  EXPECT_EQ(held.revision, first.revision) << "the etag of the record has not changed";
  ASSERT_THAT(held.issues, SizeIs(1));
  EXPECT_EQ(held.issues[0].rule, "overlay_held");
  EXPECT_EQ(Surname(), "Brackenbury");
  const tasks::Task task = Task();
  EXPECT_TRUE(Asks());
  EXPECT_EQ(task.priority(), static_cast<uint32_t>(tasks::Priority::kHigh));
  EXPECT_EQ(task.facts().overlay().count(), 1U);
  EXPECT_NE(task.facts().overlay().signs() & matching::kSignDateOfBirth, 0U);

  const uint64_t revision = register_->revision();
  EXPECT_EQ(Send(Omar()), WriteOutcome::kHeld) << "as every night";
  EXPECT_EQ(register_->revision(), revision);
  EXPECT_EQ(Send(Omar("01603 212343")), WriteOutcome::kHeld);
  EXPECT_EQ(Task().facts().overlay().count(), 2U);
  Reopen();
  EXPECT_EQ(Send(Omar("01603 212343")), WriteOutcome::kHeld);
  EXPECT_THAT(States(1), ElementsAre(HeldState::kHeld, HeldState::kHeld));
  ExpectVerified();
}

TEST_F(OverlayTest, OneNewDateIsNoNewUpdate) {
  Commit(Ann());
  Commit(Omar());
  SourceWrite tomorrow = Omar();
  tomorrow.record.source_time += TimeMicros{86'400} * 1'000'000;
  EXPECT_EQ(Send(tomorrow), WriteOutcome::kHeld);
  EXPECT_EQ(Task().facts().overlay().count(), 1U);
  ASSERT_TRUE(Answer(DecisionOperation::kDropUpdate).status.ok());
  tomorrow.record.source_time += TimeMicros{86'400} * 1'000'000;
  EXPECT_EQ(Send(tomorrow), WriteOutcome::kHeld);
  EXPECT_FALSE(Asks()) << "it was dropped already";
}

TEST_F(OverlayTest, SourcesThatSayTheFirstPersonAgainEndIt) {
  Commit(Ann());
  Commit(Omar());
  EXPECT_EQ(Send(Ann("01603 212343")), WriteOutcome::kUpdated);
  EXPECT_FALSE(Asks());
  EXPECT_EQ(Task().state(), static_cast<uint32_t>(TaskState::kClosed));
  EXPECT_THAT(States(1), ElementsAre(HeldState::kOvertaken));
  Commit(Omar());
  EXPECT_TRUE(Asks()) << "the same task, again";
  EXPECT_EQ(Send(Ann("01603 212343")), WriteOutcome::kUnchanged);
  EXPECT_FALSE(Asks());
  ExpectVerified();
}

TEST_F(OverlayTest, DeletionEndsItAndAReturnAsSomebodyElseIsHeld) {
  Commit(Ann());
  Commit(Omar());
  EXPECT_EQ(Send(MakeErase("housing", "T1")), WriteOutcome::kDeleted);
  EXPECT_FALSE(Asks());
  EXPECT_EQ(Send(Omar()), WriteOutcome::kHeld) << "the key may have been given away";
  EXPECT_TRUE(Asks());
  EXPECT_EQ(Surname(), "(Brackenbury)");
  ExpectVerified();
  const Decided decided = Answer(DecisionOperation::kNewPerson);
  ASSERT_TRUE(decided.status.ok()) << decided.status;
  EXPECT_EQ(Surname(), "Farouk");
  EXPECT_EQ(Surname(1), "(Brackenbury)");
  ExpectVerified();
  ASSERT_TRUE(Undo(decided.number).status.ok());
  EXPECT_EQ(Surname(), "(Brackenbury)");
  EXPECT_TRUE(Asks());
}

TEST_F(OverlayTest, TakenUpToTheNextStranger) {
  Commit(Ann());
  Commit(Omar());
  Commit(Omar("01603 212343"));
  Commit(Eve());
  EXPECT_EQ(Task().facts().overlay().count(), 3U);
  const Decided decided = Answer(DecisionOperation::kTakeUpdate);
  ASSERT_TRUE(decided.status.ok()) << decided.status;
  EXPECT_THAT(decided.people_after, ElementsAre(1U));
  EXPECT_EQ(Surname(), "Farouk");
  EXPECT_EQ(Stored()->record.details.phones, std::vector<std::string>{"+441603212343"});
  EXPECT_THAT(States(1), ElementsAre(HeldState::kTaken, HeldState::kTaken, HeldState::kHeld));
  EXPECT_TRUE(Asks()) << "about the third";
  EXPECT_EQ(Task().facts().overlay().first(), 3U);
  ExpectVerified();
  Reopen();

  ASSERT_TRUE(Undo(decided.number).status.ok());
  EXPECT_EQ(Surname(), "Brackenbury");
  EXPECT_EQ(Task().facts().overlay().count(), 2U) << "what it said last, and the third";
  ExpectVerified();
  ASSERT_TRUE(Answer(DecisionOperation::kDropUpdate).status.ok());
  EXPECT_FALSE(Asks());
  EXPECT_EQ(Send(Eve()), WriteOutcome::kHeld);
  EXPECT_EQ(Send(Omar("01603 212343")), WriteOutcome::kHeld);
  EXPECT_FALSE(Asks()) << "both are dropped for good";
  EXPECT_EQ(Surname(), "Brackenbury");
}

TEST_F(OverlayTest, DroppedStaysDroppedUntilThatIsUndone) {
  Commit(Ann());
  Commit(Omar());
  const Decided decided = Answer(DecisionOperation::kDropUpdate);
  ASSERT_TRUE(decided.status.ok()) << decided.status;
  EXPECT_EQ(Task().state(), static_cast<uint32_t>(TaskState::kClosed));
  Reopen();
  const SourceResult again = Commit(Omar());
  EXPECT_EQ(again.outcome, WriteOutcome::kHeld);
  ASSERT_THAT(again.issues, SizeIs(1));
  EXPECT_EQ(again.issues[0].rule, "overlay_dropped");
  EXPECT_NE(again.issues[0].message.find(Cat("decisions/", decided.number)), std::string::npos);
  EXPECT_FALSE(Asks());
  ASSERT_TRUE(Undo(decided.number).status.ok());
  EXPECT_TRUE(Asks());
  EXPECT_EQ(Send(Omar()), WriteOutcome::kHeld);
  EXPECT_EQ(Task().facts().overlay().count(), 1U);
}

TEST_F(OverlayTest, TheKeyGoesToANewPersonAndDecisionsStayWithTheFirst) {
  Commit(Ann());
  const uint64_t other = Commit(MakeWrite("council_tax", "C9", "Ann", "Brackenberry", "", "1 Elm Row")).ordinal;
  const std::vector<Subject> both = {Person(1), Person(other, "subjects[1]")};
  ASSERT_TRUE(Decide(*register_, [&](const DecisionPlanner& planner) { return planner.Merge(both); }).status.ok());
  Commit(Omar());
  const Decided decided = Answer(DecisionOperation::kNewPerson);
  ASSERT_TRUE(decided.status.ok()) << decided.status;
  EXPECT_EQ(Surname(), "Farouk");
  EXPECT_EQ(Surname(1), "(Brackenbury)");
  const uint64_t successor = Stored()->ordinal;
  EXPECT_EQ(successor, 3U);
  EXPECT_EQ(SurnameOf(successor), "Farouk");
  EXPECT_EQ(SurnameOf(1), "Brackenberry") << "the id goes on with who is left of the person";
  EXPECT_EQ(Stored(1)->ordinal, 1U);
  EXPECT_FALSE(Asks());
  ExpectVerified();

  // The key is the new person's from now on, and the first person's records are told apart by incarnation.
  EXPECT_EQ(Send(Omar("01603 212343")), WriteOutcome::kUpdated);
  EXPECT_EQ(Send(Ann()), WriteOutcome::kHeld);
  EXPECT_TRUE(Asks(successor));
  ExpectVerified();
  EXPECT_FALSE(Undo(99).status.ok());
  Reopen();

  // Undone, the key goes back; what the record said since waits again.
  ASSERT_TRUE(Undo(decided.number).status.ok());
  EXPECT_EQ(Surname(), "Brackenbury");
  EXPECT_EQ(Stored()->ordinal, 1U);
  EXPECT_EQ(Surname(1), "(Farouk)");
  EXPECT_EQ(SurnameOf(successor), "nobody");
  EXPECT_EQ(Task().facts().overlay().count(), 2U);
  EXPECT_EQ(SurnameOf(other), "Brackenbury") << "the merge still holds";
  ExpectVerified();
}

// What was dropped waits again at the record, which is under another key by then.
TEST_F(OverlayTest, AnUpdateIsTakenUnderTheKeyThatItsRecordHasNow) {
  Commit(Ann());
  Commit(Omar());
  const Decided dropped = Answer(DecisionOperation::kDropUpdate);
  ASSERT_TRUE(dropped.status.ok()) << dropped.status;
  Commit(Eve());
  ASSERT_TRUE(Answer(DecisionOperation::kNewPerson).status.ok());
  const std::string holder = Surname();
  ASSERT_TRUE(Undo(dropped.number).status.ok());
  ExpectVerified();
  const Decided taken = Answer(DecisionOperation::kTakeUpdate);
  ASSERT_TRUE(taken.status.ok()) << taken.status;
  EXPECT_EQ(Surname(), holder) << "the key stays with who has it now";
  EXPECT_EQ(Surname(1), "Farouk");
  ASSERT_TRUE(Stored(1).has_value());
  EXPECT_EQ(Stored(1)->ordinal, 1U);
  ExpectVerified();
}

TEST_F(OverlayTest, LaterDecisionsAreUndoneFirst) {
  Commit(Ann());
  Commit(Omar());
  const Decided first = Answer(DecisionOperation::kTakeUpdate);
  Commit(Eve());
  const Decided second = Answer(DecisionOperation::kTakeUpdate);
  ASSERT_TRUE(second.status.ok()) << second.status;
  const absl::Status refused = Undo(first.number).status;
  EXPECT_TRUE(absl::IsFailedPrecondition(refused)) << refused;
  EXPECT_NE(refused.message().find(Cat("decisions/", second.number)), std::string::npos) << refused;
  ASSERT_TRUE(Undo(second.number).status.ok());
  EXPECT_EQ(Surname(), "Farouk");
  ASSERT_TRUE(Undo(first.number).status.ok());
  EXPECT_EQ(Surname(), "Brackenbury");
}

TEST_F(OverlayTest, PastStatesAreAsTheyWere) {
  const uint64_t before = Commit(Ann()).revision;
  Commit(Omar());
  ASSERT_TRUE(Answer(DecisionOperation::kNewPerson).status.ok());
  const auto view = register_->OpenView({.min_revision = 0, .as_of_revision = before, .as_of_time = std::nullopt});
  const auto version = register_->GetSource(*view, {.source = "housing", .key = "T1", .incarnation = 0});
  ASSERT_TRUE(version.ok()) << version.status();
  EXPECT_EQ(version->record.details.name.surname, "Brackenbury");
}

TEST_F(OverlayTest, PreviewsLeaveNoTrace) {
  Commit(Ann());
  Commit(MakeWrite("council_tax", "C9", "Annabel", "Brackenbury", "1982-07-30", "4 Oak Street", "NR3 1AA"));
  Commit(Omar());
  Commit(Eve());
  const uint64_t revision = register_->revision();
  for (const DecisionOperation operation :
       {DecisionOperation::kTakeUpdate, DecisionOperation::kDropUpdate, DecisionOperation::kNewPerson}) {
    ASSERT_TRUE(Answer(operation, 1, /*preview=*/true).status.ok());
    EXPECT_EQ(register_->revision(), revision);
    EXPECT_TRUE(Asks());
    ExpectVerified();
  }
  const Decided decided = Answer(DecisionOperation::kNewPerson);
  ASSERT_TRUE(decided.status.ok());
  ASSERT_TRUE(Undo(decided.number, /*preview=*/true).status.ok());
  EXPECT_EQ(Surname(), "Farouk");
  ExpectVerified();
  EXPECT_EQ(Commit(MakeWrite("council_tax", "C10", "New", "Comer")).ordinal, 4U)
      << "no ordinal was lost or given twice";
}

TEST_F(OverlayTest, NothingIsKeptOfAnAnswerThatCannotBeWritten) {
  Commit(Ann());
  Commit(Omar());
  for (const DecisionOperation operation :
       {DecisionOperation::kTakeUpdate, DecisionOperation::kDropUpdate, DecisionOperation::kNewPerson}) {
    faulty_.FailNextWrites(1, Unavailable("the test said so"));
    EXPECT_FALSE(Answer(operation).status.ok());
    faulty_.Heal();
    EXPECT_EQ(Surname(), "Brackenbury");
    EXPECT_TRUE(Asks());
    ExpectVerified();
  }
}

TEST_F(OverlayTest, SourcesWithoutGuardAreTaken) {
  SourceWrite ann = Ann();
  ann.record.key.source = "contact";
  SourceWrite omar = Omar();
  omar.record.key.source = "contact";
  Commit(ann);
  EXPECT_EQ(Send(omar), WriteOutcome::kUpdated);
}

TEST_F(OverlayTest, ItsTaskCannotBeDismissed) {
  Commit(Ann());
  Commit(Omar());
  tasks::Edit edit{.before = Task(), .after = Task(), .events = {}, .condition = std::nullopt};
  const absl::Status refused =
      tasks::Dismiss({.name = "ann", .caller = "", .now = clock_.Now()}, "accepted_as_it_is", "", 0, edit);
  EXPECT_TRUE(absl::IsFailedPrecondition(refused)) << refused;
}

TEST_F(OverlayTest, APersonWhoBecomesAnOrganisationIsHeld) {
  Commit(Ann());
  SourceWrite shop = Ann();
  shop.record.kind = model::RecordKind::kOrganisation;
  shop.record.details.organisation_name = "Fye Bridge Bakery Ltd";
  EXPECT_EQ(Send(shop), WriteOutcome::kHeld);
  EXPECT_EQ(Task().facts().overlay().signs(), matching::kSignKind);
}

}  // namespace
}  // namespace wensum::decisions
