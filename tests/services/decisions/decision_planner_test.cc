// Every operation on small registers: what it makes of people, ids and tasks, what it refuses, and that it stays.
#include "services/decisions/decision_planner.h"

#include <algorithm>

#include "matching/person/default_model.h"
#include "services/register/model_store.h"
#include "services/register/model_work.h"
#include "services/tasks/task_store.h"
#include "storage/decision_keys.h"
#include "tests/services/decisions/decision_test_util.h"
#include "wensum/storage/v1/gazetteer.pb.h"

namespace wensum::decisions {
namespace {

using registry::CommitOne;
using registry::MakeErase;
using registry::MakeWrite;
using registry::SourceWrite;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

constexpr auto kOpen = static_cast<uint32_t>(tasks::TaskState::kOpen);
constexpr auto kClosed = static_cast<uint32_t>(tasks::TaskState::kClosed);

class DecisionPlannerTest : public ::testing::Test {
 protected:
  DecisionPlannerTest() { Reopen(); }
  void TearDown() override { ExpectVerified(); }

  void Reopen(std::string_view rules = registry::kTestRules) {
    register_.reset();
    register_ = registry::OpenOrDie(store_.get(), &clock_, rules);
  }
  void ExpectVerified() {
    const auto report = register_->Verify();
    ASSERT_TRUE(report.ok()) << report.status();
    EXPECT_THAT(report->details, IsEmpty());
  }
  uint64_t Commit(SourceWrite write) { return CommitOne(*register_, std::move(write)).ordinal; }
  uint64_t Anchor(uint64_t id) { return register_->GetNewestEntity(id)->anchor; }
  // The records of the person that an id leads to.
  std::vector<uint64_t> Records(uint64_t id) {
    std::vector<uint64_t> records;
    const auto person = register_->GetNewestEntity(id);
    for (const auto& member : person->entity.members()) records.push_back(member.ordinal());
    std::ranges::sort(records);
    return records;
  }
  std::vector<tasks::Task> Tasks() {
    std::vector<tasks::Task> all;
    for (uint64_t number = 1; number <= *tasks::NewestNumber(*store_, 1); ++number) {
      all.push_back(*tasks::ReadTask(*store_, 1, number));
    }
    return all;
  }
  size_t OpenTasks() {
    return static_cast<size_t>(
        std::ranges::count(Tasks(), kOpen, [](const tasks::Task& task) { return task.state(); }));
  }
  void ActivateAnotherModel() {
    matching::LinkageModel model = *matching::DefaultPersonModel();
    model.parameters.rules.merge_threshold += 0.25;
    const registry::NamedModel named =
        registry::NameByContent(std::move(model), registry::ModelOrigin::kImported, clock_.Now());
    registry::Mutation mutation;
    mutation.extra_writes = [&named](const registry::MutationResult&, storage::WriteBatch& batch) {
      PutModel(named, batch);
    };
    ASSERT_TRUE(register_->Commit(std::move(mutation)).status.ok());
    const auto activated = register_->model_work()->Activate({.version = named.info.version(), .records_per_piece = 16},
                                                             registry::WorkHooks());
    ASSERT_TRUE(activated.ok()) << activated.status();
  }
  Decided Merge(std::vector<Subject> subjects, bool preview = false, uint64_t task = 0) {
    return Decide(*register_, [&](const DecisionPlanner& planner) { return planner.Merge(subjects); }, preview, task);
  }
  Decided Distinct(std::vector<Subject> subjects, bool preview = false, uint64_t task = 0) {
    return Decide(
        *register_, [&](const DecisionPlanner& planner) { return planner.Distinct(subjects); }, preview, task);
  }
  Decided TakeOut(const model::SourceKey& key) {
    return Decide(*register_, [&](const DecisionPlanner& planner) { return planner.TakeOut(Record(key, "record")); });
  }
  Decided Split(uint64_t person, std::vector<std::vector<model::SourceKey>> groups) {
    return Decide(*register_, [&](const DecisionPlanner& planner) {
      return planner.Split({.person = Person(person, "name"), .groups = groups});
    });
  }
  Decided Undo(uint64_t number) {
    return Decide(*register_, [&](const DecisionPlanner& planner) { return planner.Undo(number, std::nullopt); });
  }
  Decided PartMerged(uint64_t number) {
    return Decide(*register_, [&](const DecisionPlanner& planner) { return planner.PartMerged(number, std::nullopt); });
  }

  // Two people that may be one: the register asks.
  static SourceWrite Full() {
    return MakeWrite("housing", "H1", "Jonathan", "Brackenbury", "1982-07-30", "4 Oak Street", "NR3 1AA");
  }
  static SourceWrite Undated(std::string_view postcode = "NR3 1AA") {
    return MakeWrite("contact", "K1", "J", "Brackenbury", "", "4 Oak Street", postcode);
  }
  void CommitPair() {
    first_ = Commit(Full());
    second_ = Commit(Undated());
    ASSERT_NE(Anchor(first_), Anchor(second_));
    ASSERT_EQ(OpenTasks(), 1U);
  }
  // One person of three records, who agree.
  void CommitThree() {
    for (const char* const source : {"housing", "council_tax", "contact"}) {
      three_.push_back(Commit(MakeWrite(source, "T1", "Priya Devi", "Okafor", "1961-03-14", "9 Elm Hill", "NR3 1HN")));
    }
    ASSERT_EQ(Records(three_[0]), three_);
  }
  // Somebody else altogether.
  uint64_t CommitOther(const std::string& key, const std::string& surname) {
    const auto number = static_cast<size_t>(key.front() - 'A') % 4;
    constexpr const char* kForenames[] = {"Zofia", "Robert", "Ann", "Giles"};
    constexpr const char* kBorn[] = {"2001-07-30", "1944-01-02", "1988-11-19", "1971-12-05"};
    return Commit(MakeWrite("housing", key, kForenames[number], surname, kBorn[number],
                            Cat(10 + 20 * number, " Magdalen Street"), "NR3 1JU"));
  }
  // What may happen to the records, again and again; `expect` holds after each.
  template <typename Expect>
  void LiveOn(const Expect& expect) {
    Commit(Undated("NR3 1AB"));
    expect("update");
    Commit(Undated());
    expect("update");
    Commit(Full());
    expect("the same record again");
    Reopen();
    expect("restart");
    Commit(MakeErase("contact", "K1"));
    Commit(Undated());
    expect("deletion and return");
    Commit(MakeErase("housing", "H1"));
    Commit(MakeErase("contact", "K1"));
    Commit(Undated());
    Commit(Full());
    expect("reload");
    ActivateAnotherModel();
    expect("another model");
    Reopen(Cat(registry::kTestRules, "survivorship: {phones: recency}\n"));
    expect("change of rules");
    ExpectVerified();
  }

  std::unique_ptr<storage::Store> store_ = storage::NewMemoryStore();
  ManualClock clock_{registry::kStartTime};
  std::unique_ptr<registry::Register> register_;
  uint64_t first_ = 0;
  uint64_t second_ = 0;
  std::vector<uint64_t> three_;
};

TEST_F(DecisionPlannerTest, AMergeStaysAndAnswersItsTaskForGood) {
  CommitPair();
  const Decided merged = Merge({Person(first_), Person(second_)}, /*preview=*/false, /*task=*/1);
  ASSERT_TRUE(merged.status.ok()) << merged.status;
  EXPECT_EQ(merged.number, 1);
  EXPECT_THAT(merged.people_before, ElementsAre(first_, second_));
  EXPECT_THAT(merged.people_after, ElementsAre(first_));
  EXPECT_THAT(merged.moved, ElementsAre(std::pair(second_, first_)));
  EXPECT_THAT(merged.tasks, ElementsAre(1));
  EXPECT_EQ(merged.events, 2) << "one updated, one merged";
  EXPECT_EQ(Tasks().front().state(), kClosed);
  const auto events = *tasks::ReadEvents(*store_, 1, 1, 100);
  ASSERT_EQ(events.size(), 3U);
  EXPECT_EQ(events[1].type(), static_cast<uint32_t>(tasks::EventType::kDecided));
  EXPECT_EQ(events[1].actor(), "ann");
  EXPECT_EQ(events[1].decision(), 1);
  EXPECT_EQ(events[2].type(), static_cast<uint32_t>(tasks::EventType::kClosed));
  EXPECT_EQ(events[2].decision(), 1);
  LiveOn([&](const char* why) {
    EXPECT_EQ(Anchor(second_), Anchor(first_)) << why;
    EXPECT_EQ(OpenTasks(), 0U) << why;
  });
}

// Complaints 1 and 2: there is a way to say "not a match", and such a pair does not come back.
TEST_F(DecisionPlannerTest, TwoPeopleThatAreToldApartAreNotAskedAboutAgain) {
  CommitPair();
  const Decided parted = Distinct({Person(first_), Person(second_)}, /*preview=*/false, /*task=*/1);
  ASSERT_TRUE(parted.status.ok()) << parted.status;
  EXPECT_THAT(parted.moved, IsEmpty());
  EXPECT_EQ(Tasks().front().state(), kClosed);
  EXPECT_EQ(tasks::ReadEvents(*store_, 1, 1, 100)->back().decision(), 1);
  LiveOn([&](const char* why) {
    EXPECT_NE(Anchor(second_), Anchor(first_)) << why;
    EXPECT_EQ(OpenTasks(), 0U) << why;
    ExpectVerified();
  });
  // A third record of one of them that says what is known changes nothing; nor does its end.
  Commit(MakeWrite("council_tax", "C1", "Jonathan", "Brackenbury", "1982-07-30", "4 Oak Street", "NR3 1AA"));
  EXPECT_EQ(OpenTasks(), 0U);
  Commit(MakeErase("council_tax", "C1"));
  EXPECT_EQ(OpenTasks(), 0U);
  ExpectVerified();

  Commit(MakeWrite("contact", "K1", "J R", "Brackenbury", "", "4 Oak Street", "NR3 1AA"));
  ASSERT_EQ(OpenTasks(), 1U) << "the record says something new";
  EXPECT_EQ(Tasks().front().state(), kOpen) << "the same question is the same task";
  EXPECT_EQ(Tasks().front().facts().possible_match().reason(),
            static_cast<uint32_t>(matching::ReviewReason::kDistinct));
  ExpectVerified();
  ASSERT_TRUE(Distinct({Person(first_), Person(second_)}, /*preview=*/false, /*task=*/1).status.ok());
  EXPECT_EQ(OpenTasks(), 0U) << "and is answered again";
}

TEST_F(DecisionPlannerTest, WhoFitsTwoPeopleThatAreToldApartIsAQuestion) {
  CommitPair();
  ASSERT_TRUE(Distinct({Person(first_), Person(second_)}).status.ok());
  ASSERT_EQ(OpenTasks(), 0U);
  Commit(MakeWrite("council_tax", "C1", "J", "Brackenbury", "", "4 Oak Street", "NR3 1AA"));
  EXPECT_EQ(OpenTasks(), 2U) << "it joins neither: is it the one, or the other?";
  ExpectVerified();
}

TEST_F(DecisionPlannerTest, ANeverLinkForbidsAMergeUntilItIsUndone) {
  CommitPair();
  ASSERT_TRUE(Distinct({Person(first_), Person(second_)}).status.ok());
  const Decided refused = Merge({Person(first_), Person(second_)});
  EXPECT_EQ(refused.status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(refused.status.message()), HasSubstr("decisions/1"));
  ASSERT_TRUE(Undo(1).status.ok());
  EXPECT_EQ(OpenTasks(), 1U) << "the question is open again";
  EXPECT_TRUE(Merge({Person(first_), Person(second_)}).status.ok());
  EXPECT_EQ(Anchor(second_), first_);
  const Decided again = Undo(1);
  EXPECT_EQ(again.status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(again.status.message()), HasSubstr("undone already, by \"ann\""));
  const Decided contrary = Distinct({Record(Key("housing", "H1")), Record(Key("contact", "K1"), "subjects[1]")});
  EXPECT_EQ(contrary.status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(contrary.status.message()), HasSubstr("decisions/2"));
}

// A chain of decisions counts as a whole.
TEST_F(DecisionPlannerTest, ANeverLinkHoldsAcrossThirdPeople) {
  const uint64_t a = CommitOther("A", "Lee");
  const uint64_t b = CommitOther("B", "Smyth");
  const uint64_t c = CommitOther("C", "Okafor");
  ASSERT_TRUE(Distinct({Person(a), Person(c)}).status.ok());
  ASSERT_TRUE(Merge({Person(a), Person(b)}).status.ok());
  const Decided refused = Merge({Person(b), Person(c)});
  EXPECT_EQ(refused.status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(refused.status.message()), HasSubstr("decisions/1"));
  Commit(MakeErase("housing", "A"));
  EXPECT_EQ(Merge({Person(b), Person(c)}).status.code(), absl::StatusCode::kFailedPrecondition)
      << "the record that connects them may return";
}

TEST_F(DecisionPlannerTest, PeopleAreNamedOnceAndByWhateverIdLeadsToThem) {
  const uint64_t a = CommitOther("A", "Lee");
  const uint64_t b = CommitOther("B", "Smyth");
  const uint64_t c = CommitOther("C", "Okafor");
  EXPECT_EQ(Merge({Person(a), Person(a, "subjects[1]")}).status.code(), absl::StatusCode::kInvalidArgument);
  ASSERT_TRUE(Merge({Person(a), Person(b)}).status.ok());
  const Decided twice = Merge({Person(a), Person(b, "subjects[1]")});
  EXPECT_EQ(twice.status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(twice.status.message()), HasSubstr("subjects[1]: is the same person as subjects[0]"));
  EXPECT_EQ(Merge({Person(a), Record(Key("housing", "B"))}).status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(Distinct({Person(a), Person(b)}).status.code(), absl::StatusCode::kInvalidArgument);
  ASSERT_TRUE(Merge({Person(b), Person(c)}).status.ok()) << "b leads to a";
  EXPECT_EQ(Records(c), (std::vector<uint64_t>{a, b, c}));
  EXPECT_EQ(Merge({Person(a), Person(99)}).status.code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(Merge({Person(a), Record(Key("housing", "nobody"))}).status.code(), absl::StatusCode::kNotFound);

  Subject stale = Person(a);
  stale.etag = register_->GetNewestEntity(a)->entity.revision() - 1;
  EXPECT_EQ(Merge({stale, Person(CommitOther("D", "Brackenbury"))}).status.code(), absl::StatusCode::kAborted);
  stale.etag = *stale.etag + 1;
  EXPECT_TRUE(Merge({stale, Record(Key("housing", "D"))}).status.ok());
}

TEST_F(DecisionPlannerTest, WhatIsGoneOrIsAPropertyCannotBeDecidedAbout) {
  const uint64_t a = CommitOther("A", "Lee");
  const uint64_t b = CommitOther("B", "Smyth");
  Commit(MakeErase("housing", "B"));
  EXPECT_EQ(Merge({Person(a), Record(Key("housing", "B"))}).status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(Merge({Person(a), Person(b)}).status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(TakeOut(Key("housing", "B")).status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(TakeOut(Key("housing", "A")).status.code(), absl::StatusCode::kFailedPrecondition) << "its only record";
  SourceWrite place = MakeWrite("housing", "P", "", "", "", "1 Magdalen Street", "NR3 1JU");
  place.record.kind = model::RecordKind::kProperty;
  const uint64_t property = Commit(std::move(place));
  EXPECT_EQ(Merge({Person(a), Record(Key("housing", "P"))}).status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(Merge({Person(a), Person(property)}).status.code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(Undo(1).status.code(), absl::StatusCode::kNotFound);
}

TEST_F(DecisionPlannerTest, ARecordThatIsTakenOutStaysOut) {
  CommitThree();
  const Decided out = TakeOut(Key("council_tax", "T1"));
  ASSERT_TRUE(out.status.ok()) << out.status;
  EXPECT_THAT(out.people_before, ElementsAre(three_[0]));
  EXPECT_THAT(out.people_after, ElementsAre(three_[0], three_[1]));
  EXPECT_THAT(out.moved, ElementsAre(std::pair(three_[1], three_[1]))) << "it has the id that it minted";
  const auto expect_out = [&](const char* why) {
    EXPECT_EQ(Records(three_[0]), (std::vector<uint64_t>{three_[0], three_[2]})) << why;
    EXPECT_EQ(Records(three_[1]), (std::vector<uint64_t>{three_[1]})) << why;
    EXPECT_EQ(OpenTasks(), 0U) << why;
    ExpectVerified();
  };
  expect_out("at once");
  Commit(MakeWrite("council_tax", "T1", "Priya", "Okafor", "1961-03-14", "9 Elm Hill", "NR3 1HN"));
  Commit(MakeWrite("council_tax", "T1", "Priya Devi", "Okafor", "1961-03-14", "9 Elm Hill", "NR3 1HN"));
  expect_out("update");
  Reopen();
  expect_out("restart");
  for (const char* const source : {"housing", "council_tax", "contact"}) Commit(MakeErase(source, "T1"));
  for (const char* const source : {"contact", "council_tax", "housing"}) {
    Commit(MakeWrite(source, "T1", "Priya Devi", "Okafor", "1961-03-14", "9 Elm Hill", "NR3 1HN"));
  }
  expect_out("reload");
  ActivateAnotherModel();
  expect_out("another model");
  ASSERT_TRUE(Undo(out.number).status.ok());
  EXPECT_EQ(Records(three_[0]), three_);
}

// Complaint 7: nothing else moves, and what was merged by hand can be taken out again.
TEST_F(DecisionPlannerTest, ARecordThatWasMergedByHandCanBeTakenOut) {
  CommitThree();
  const uint64_t other = CommitOther("A", "Lee");
  ASSERT_TRUE(Merge({Person(three_[0]), Person(other)}).status.ok());
  ASSERT_EQ(Anchor(other), three_[0]);
  ASSERT_TRUE(TakeOut(Key("housing", "T1")).status.ok()) << "which the merge had joined to the other";
  EXPECT_EQ(Records(three_[0]), (std::vector<uint64_t>{three_[0]}));
  EXPECT_EQ(Records(three_[1]), (std::vector<uint64_t>{three_[1], three_[2]}));
  EXPECT_EQ(Records(other), (std::vector<uint64_t>{other})) << "nothing else held it";
  ASSERT_TRUE(Undo(2).status.ok());
  EXPECT_EQ(Records(other).size(), 4U) << "the merge is in force again";
}

TEST_F(DecisionPlannerTest, ASplitNamesEachRecordOnce) {
  CommitThree();
  const model::SourceKey h = Key("housing", "T1");
  const model::SourceKey t = Key("council_tax", "T1");
  const model::SourceKey c = Key("contact", "T1");
  CommitOther("A", "Lee");
  const auto refused = [&](std::vector<std::vector<model::SourceKey>> groups) {
    const Decided split = Split(three_[0], std::move(groups));
    EXPECT_EQ(split.status.code(), absl::StatusCode::kInvalidArgument) << split.status;
    return std::string(split.status.message());
  };
  EXPECT_THAT(refused({{h, t, c}, {}}), HasSubstr("groups[1].source_keys"));
  EXPECT_THAT(refused({{h}, {t}}), HasSubstr("record \"T1\" of \"contact\" stands in none"));
  EXPECT_THAT(refused({{h, t}, {c, t}}), HasSubstr("groups[1].source_keys[1]"));
  EXPECT_THAT(refused({{h, t}, {c, Key("housing", "A")}}), HasSubstr("is no record of"));
  EXPECT_THAT(refused({{h, t}, {c, Key("housing", "nobody")}}), HasSubstr("is no record of"));
  const Decided split = Split(three_[0], {{t, c}, {h}});
  ASSERT_TRUE(split.status.ok()) << split.status;
  EXPECT_EQ(Records(three_[0]), (std::vector<uint64_t>{three_[0]}));
  EXPECT_EQ(Records(three_[1]), (std::vector<uint64_t>{three_[1], three_[2]}));
  EXPECT_EQ(OpenTasks(), 0U);
}

TEST_F(DecisionPlannerTest, ARecordThatReturnsReconnectsNothing) {
  const uint64_t a = CommitOther("A", "Lee");
  const uint64_t x = CommitOther("X", "Smyth");
  const uint64_t b = CommitOther("B", "Okafor");
  ASSERT_TRUE(Merge({Person(a), Record(Key("housing", "X"))}).status.ok());
  ASSERT_TRUE(Merge({Record(Key("housing", "X")), Person(b)}).status.ok());
  // a and b are joined by x, and by a link of their own.
  ASSERT_EQ(Records(a), (std::vector<uint64_t>{a, x, b}));
  ASSERT_TRUE(Undo(2).status.ok());
  ASSERT_TRUE(Merge({Person(a), Person(b)}).status.ok());
  Commit(MakeErase("housing", "X"));
  ASSERT_EQ(Records(a), (std::vector<uint64_t>{a, b}));
  ASSERT_TRUE(Split(a, {{Key("housing", "A")}, {Key("housing", "B")}}).status.ok());
  CommitOther("X", "Smyth");
  EXPECT_EQ(Records(x), (std::vector<uint64_t>{a, x})) << "x went with a, which it was joined with";
  EXPECT_EQ(Records(b), (std::vector<uint64_t>{b}));
}

TEST_F(DecisionPlannerTest, AMergeIsUndoneWithAllThatItHadMerged) {
  CommitPair();
  CommitThree();
  ASSERT_TRUE(Merge({Person(first_), Person(three_[0])}).status.ok());
  EXPECT_EQ(PartMerged(9).status.code(), absl::StatusCode::kNotFound);
  const Decided parted = PartMerged(1);
  ASSERT_TRUE(parted.status.ok()) << parted.status;
  EXPECT_EQ(Records(three_[0]), three_);
  EXPECT_EQ(Records(first_), (std::vector<uint64_t>{first_}));
  EXPECT_EQ(Merge({Person(first_), Person(three_[0])}).status.code(), absl::StatusCode::kFailedPrecondition)
      << "they are two people now";
  EXPECT_EQ(PartMerged(1).status.code(), absl::StatusCode::kFailedPrecondition) << "it is undone";
  EXPECT_EQ(PartMerged(2).status.code(), absl::StatusCode::kInvalidArgument) << "it is no merge";
  const auto undone = registry::ReadDecision(*store_, 1, 1);
  EXPECT_EQ(undone->retraction().decision(), 2);
  EXPECT_EQ(registry::ReadDecision(*store_, 1, 2)->undoes(), 1);
}

TEST_F(DecisionPlannerTest, AnyDecisionIsUndoneUnlessALaterOneWouldBeContradicted) {
  const uint64_t a = CommitOther("A", "Lee");
  const uint64_t b = CommitOther("B", "Smyth");
  const uint64_t c = CommitOther("C", "Okafor");
  ASSERT_TRUE(Merge({Person(a), Person(b)}).status.ok());
  ASSERT_TRUE(TakeOut(Key("housing", "B")).status.ok());
  ASSERT_TRUE(Merge({Person(b), Person(c)}).status.ok());
  ASSERT_TRUE(Distinct({Record(Key("housing", "A")), Record(Key("housing", "C"))}).status.ok());
  const Decided refused = Undo(2);  // brings the first merge back: a, b, c would be one
  EXPECT_EQ(refused.status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(refused.status.message()), HasSubstr("decisions/3, decisions/4"));
  ASSERT_TRUE(Undo(1).status.ok()) << "it is not in force";
  ASSERT_TRUE(Undo(2).status.ok()) << "nothing comes back now";
  EXPECT_EQ(Records(b), (std::vector<uint64_t>{b, c}));
  EXPECT_EQ(Records(a), (std::vector<uint64_t>{a}));
}

TEST_F(DecisionPlannerTest, APreviewTellsWhatTheDecisionDoesAndLeavesNothing) {
  CommitPair();
  const uint64_t revision = register_->revision();
  const Decided preview = Merge({Person(first_), Person(second_)}, /*preview=*/true);
  ASSERT_TRUE(preview.status.ok()) << preview.status;
  EXPECT_EQ(register_->revision(), revision);
  EXPECT_NE(Anchor(first_), Anchor(second_));
  EXPECT_EQ(OpenTasks(), 1U);
  ExpectVerified();
  const Decided real = Merge({Person(first_), Person(second_)});
  EXPECT_EQ(real.revision, revision + 1);
  EXPECT_EQ(preview.people_before, real.people_before);
  EXPECT_EQ(preview.people_after, real.people_after);
  EXPECT_EQ(preview.moved, real.moved);
  EXPECT_EQ(preview.tasks, real.tasks);
  EXPECT_EQ(preview.events, real.events);
}

// What is decided while a model is activated is known to the new one too: a hook between its steps decides.
TEST_F(DecisionPlannerTest, DecisionsDuringAnActivationReachTheNewModel) {
  CommitPair();
  CommitThree();
  matching::LinkageModel model = *matching::DefaultPersonModel();
  model.parameters.rules.merge_threshold += 0.25;
  const registry::NamedModel named =
      registry::NameByContent(std::move(model), registry::ModelOrigin::kImported, clock_.Now());
  registry::Mutation mutation;
  mutation.extra_writes = [&named](const registry::MutationResult&, storage::WriteBatch& batch) {
    PutModel(named, batch);
  };
  ASSERT_TRUE(register_->Commit(std::move(mutation)).status.ok());
  ASSERT_TRUE(Distinct({Person(first_), Person(second_)}).status.ok()) << "before";
  std::vector<std::string> done;
  registry::WorkHooks hooks;
  hooks.on_progress = [&](std::string_view phase, uint64_t, uint64_t) {
    if (phase == "resolve" && done.empty()) {
      EXPECT_TRUE(TakeOut(Key("council_tax", "T1")).status.ok());
      done.emplace_back(phase);
    } else if (phase == "switch") {
      EXPECT_TRUE(Undo(1).status.ok());
      EXPECT_TRUE(Merge({Person(first_), Person(second_)}).status.ok());
      done.emplace_back(phase);
    }
  };
  const auto activated =
      register_->model_work()->Activate({.version = named.info.version(), .records_per_piece = 2}, hooks);
  ASSERT_TRUE(activated.ok()) << activated.status();
  EXPECT_THAT(done, ElementsAre("resolve", "switch"));
  EXPECT_EQ(Anchor(second_), first_);
  EXPECT_EQ(Records(three_[1]), (std::vector<uint64_t>{three_[1]}));
}

TEST_F(DecisionPlannerTest, VerifyFindsDecisionsThatAreDamaged) {
  CommitPair();
  ASSERT_TRUE(Merge({Person(first_), Person(second_)}).status.ok());
  const std::string key = storage::LinkDecisionKey(1, 1);
  const std::string value = **store_->Get(storage::Family::kDecision, key);
  const auto details_with = [&](const storage::WriteBatch& damage) {
    EXPECT_TRUE(store_->Write(damage, storage::Durability::kSync).ok());
    std::string all;
    const auto report = register_->Verify();
    for (const std::string& detail : report->details) AppendTo(all, detail, "\n");
    return all;
  };
  storage::WriteBatch unlisted;
  unlisted.Delete(storage::Family::kDecision, storage::DecisionByRecordKey(1, first_, 1));
  EXPECT_THAT(details_with(unlisted), HasSubstr("a decision is not listed under a record that it names"));
  storage::WriteBatch garbage;
  garbage.Put(storage::Family::kDecision, storage::DecisionByRecordKey(1, first_, 1), "");
  garbage.Put(storage::Family::kDecision, key, "garbage");
  EXPECT_THAT(details_with(garbage), HasSubstr("decisions/1 cannot be read"));
  storage::WriteBatch mend;
  mend.Put(storage::Family::kDecision, key, value);
  EXPECT_THAT(details_with(mend), IsEmpty());
}

}  // namespace
}  // namespace wensum::decisions
