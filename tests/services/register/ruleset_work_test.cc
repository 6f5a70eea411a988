// Rulesets in a running register: what comes into force is what would have been there from the beginning.
#include "services/register/ruleset_work.h"

#include <iostream>
#include <map>
#include <numeric>
#include <optional>
#include <set>

#include "matching/survive/rules.h"
#include "services/register/ruleset_store.h"
#include "storage/fault_store.h"
#include "storage/ruleset_keys.h"
#include "tests/services/register/random_register_input.h"
#include "tests/services/register/register_test_util.h"
#include "tests/services/register/ruleset_test_util.h"
#include "tests/support/seed.h"
#include "wensum/v1/changes.pb.h"

namespace wensum::registry {
namespace {

using ::testing::HasSubstr;

constexpr std::string_view kOldest = "{name: oldest, date_of_birth: oldest}";

class RulesetWorkTest : public ::testing::Test {
 protected:
  static constexpr uint64_t kSeed = 20261123;

  RulesetWorkTest()
      : input_(TestSeed(kSeed)), base_(storage::NewMemoryStore()), store_(base_.get()), clock_(kStartTime) {
    std::cout << "seed " << TestSeed(kSeed) << "\n";
    Reopen();
  }

  void Reopen(std::string_view rules = kTestRules) {
    register_.reset();
    register_ = OpenOrDie(&store_, &clock_, rules);
    ASSERT_NE(register_, nullptr);
  }

  absl::Status TryToOpen(std::string_view rules) {
    register_.reset();
    RegisterOptions options;
    options.rules = *ParseRegisterRules(rules);
    return Register::Open(&store_, &clock_, std::move(options)).status();
  }

  // A record of the small world under one of many keys, so that people have several records.
  SourceWrite Record(int number) {
    SourceWrite write = input_.Upsert();
    while (write.record.key.source == "unheard_of" || write.record.details.name.surname.empty()) {
      write = input_.Upsert();
    }
    write.record.key.key = Cat("K", number);
    write.record.key.incarnation = 0;
    return write;
  }

  void Fill(int records) {
    for (int i = 0; i < records; ++i) {
      written_.push_back(Record(i));
      CommitOne(*register_, written_.back());
    }
  }

  // The same records in a register that had these rules from the beginning.
  std::map<uint64_t, std::string> FromScratch(std::string_view survivorship) {
    const auto store = storage::NewMemoryStore();
    const auto reg = OpenOrDie(store.get(), &clock_, Cat(kTestRules, "survivorship: ", survivorship, "\n"));
    for (const SourceWrite& write : written_) {
      CommitOne(*reg, write);
    }
    return GoldenOf(*reg);
  }

  absl::StatusOr<RulesetActivation> Activate(uint64_t number, const WorkHooks& hooks = {}) {
    return register_->ruleset_work()->Activate({.ruleset = number, .actor = "ann", .ids_per_piece = 16}, hooks);
  }

  storage::v1::Ruleset Read(uint64_t number) {
    auto ruleset = ReadRuleset(store_, 1, number);
    EXPECT_TRUE(ruleset.ok()) << ruleset.status();
    return ruleset.ok() ? *std::move(ruleset) : storage::v1::Ruleset();
  }

  // Entities without revision by the id that they are known by.
  static std::map<uint64_t, std::string> GoldenOf(const Register& reg) {
    std::map<uint64_t, std::string> out;
    for (uint64_t id = 1;; ++id) {
      auto entity = reg.GetNewestEntity(id);
      if (!entity.ok()) {
        return out;
      }
      entity->entity.clear_revision();
      out[id] = Cat(entity->anchor, ":", entity->entity.SerializeAsString());
    }
  }
  [[nodiscard]] std::map<uint64_t, std::string> Golden() const { return GoldenOf(*register_); }

  void ExpectVerified() {
    const auto report = register_->Verify();
    ASSERT_TRUE(report.ok()) << report.status();
    EXPECT_EQ(report->differences, 0) << ::testing::PrintToString(report->details);
  }

  RandomRegisterInput input_;
  std::vector<SourceWrite> written_;
  std::unique_ptr<storage::Store> base_;
  storage::FaultStore store_;
  ManualClock clock_;
  std::unique_ptr<Register> register_;
};

TEST_F(RulesetWorkTest, TheConfigurationIsTheFirstRuleset) {
  const storage::v1::Ruleset first = Read(1);
  EXPECT_EQ(StateOf(first), RulesetState::kInForce);
  EXPECT_EQ(first.origin(), static_cast<uint32_t>(RulesetOrigin::kConfiguration));
  EXPECT_EQ(first.yaml(), "{}");
  EXPECT_EQ(first.time(), kStartTime);
  EXPECT_EQ(register_->survivorship()->ruleset, 1);
  EXPECT_EQ(register_->revision(), 0) << "an empty register has no commit yet";
  ExpectVerified();
}

TEST_F(RulesetWorkTest, ActivationIsOneRevisionAndMakesWhatTheRulesWouldHaveMade) {
  Fill(120);
  const auto before = Golden();
  const uint64_t oldest = StoreRuleset(*register_, kOldest);
  const uint64_t revision = register_->revision();
  const auto trial = register_->ruleset_work()->Try(oldest, 3, WorkHooks());
  ASSERT_TRUE(trial.ok()) << trial.status();
  EXPECT_EQ(Golden(), before) << "a trial changes nothing";
  const auto activation = Activate(oldest);
  ASSERT_TRUE(activation.ok()) << activation.status();
  EXPECT_EQ(activation->former, 1);
  EXPECT_EQ(activation->revision, revision + 1);
  EXPECT_EQ(register_->revision(), revision + 1);
  EXPECT_EQ(register_->survivorship()->ruleset, oldest);
  EXPECT_EQ(activation->rewritten, trial->rewritten);
  const auto after = Golden();
  EXPECT_NE(after, before);
  EXPECT_EQ(after, FromScratch(kOldest));
  ExpectVerified();

  // Whoever was written anew is told, and nobody else.
  std::set<uint64_t> changed;
  for (const auto& [id, entity] : after) {
    if (before.at(id) != entity && register_->GetNewestEntity(id)->anchor == id) {
      changed.insert(id);
    }
  }
  const auto commits = register_->ReadChanges(revision, 10);
  ASSERT_TRUE(commits.ok()) << commits.status();
  std::set<uint64_t> told;
  for (const auto& event : commits->commits.front().second.events()) {
    EXPECT_EQ(event.kind(), v1::CHANGE_KIND_PERSON_UPDATED);
    EXPECT_TRUE(told.insert(event.id()).second);
  }
  EXPECT_EQ(told, changed);
  EXPECT_EQ(told.size(), activation->rewritten);
  EXPECT_LE(trial->changed, trial->rewritten);
  EXPECT_GT(trial->changed, 0);

  const storage::v1::Ruleset row = Read(oldest);
  EXPECT_EQ(StateOf(row), RulesetState::kInForce);
  ASSERT_EQ(row.periods_size(), 1);
  EXPECT_EQ(row.periods(0).from_revision(), revision + 1);
  EXPECT_EQ(row.periods(0).from_time(), clock_.Now());
  EXPECT_EQ(row.periods(0).actor(), "ann");
  const storage::v1::Ruleset first = Read(1);
  EXPECT_EQ(StateOf(first), RulesetState::kSuperseded);
  EXPECT_EQ(first.periods(0).until_revision(), revision + 1);
  EXPECT_EQ(first.change_revision(), revision + 1);

  // As of before it is as it was.
  ReadSpec past;
  past.as_of_revision = revision;
  const auto view = register_->OpenView(past);
  for (const auto& [id, entity] : before) {
    auto then = register_->GetEntity(*view, id);
    ASSERT_TRUE(then.ok()) << then.status();
    then->entity.clear_revision();
    EXPECT_EQ(Cat(then->anchor, ":", then->entity.SerializeAsString()), entity);
  }

  // And back.
  ASSERT_TRUE(Activate(1).ok());
  EXPECT_EQ(Golden(), before);
  EXPECT_EQ(Read(1).periods_size(), 2);
  ExpectVerified();
}

TEST_F(RulesetWorkTest, RulesThatChangeNobodyHaveARevisionToo) {
  CommitOne(*register_, MakeWrite("housing", "H1", "Ann", "Lee", "1970-01-02"));
  const uint64_t number = StoreRuleset(*register_, "{emails: shortest}");
  const uint64_t revision = register_->revision();
  const auto activation = Activate(number);
  ASSERT_TRUE(activation.ok()) << activation.status();
  EXPECT_EQ(activation->rewritten, 0);
  EXPECT_EQ(activation->revision, revision + 1);
  EXPECT_EQ(register_->revision(), revision + 1);
  ExpectVerified();
}

TEST_F(RulesetWorkTest, ARestartKeepsWhatIsInForce) {
  Fill(60);
  const uint64_t oldest = StoreRuleset(*register_, kOldest);
  ASSERT_TRUE(Activate(oldest).ok());
  const auto after = Golden();
  const uint64_t revision = register_->revision();
  Reopen();
  EXPECT_EQ(register_->survivorship()->ruleset, oldest);
  EXPECT_EQ(register_->revision(), revision) << "nothing is computed anew";
  EXPECT_EQ(Golden(), after);
  CommitOne(*register_, Record(100));
  ExpectVerified();

  // Other changes of the configuration leave it in force.
  constexpr std::string_view kOtherPurposes = R"(
purposes: [service_delivery, electoral]
sources:
  - {name: housing, purposes: [service_delivery]}
  - {name: council_tax}
  - {name: contact}
  - {name: electoral_register}
)";
  Reopen(kOtherPurposes);
  EXPECT_EQ(register_->survivorship()->ruleset, oldest);
  EXPECT_EQ(ListRulesets(store_, 1)->size(), 2);
  ExpectVerified();
}

TEST_F(RulesetWorkTest, ANewConfiguredSurvivorshipComesIntoForce) {
  Fill(60);
  ASSERT_TRUE(Activate(StoreRuleset(*register_, kOldest)).ok());
  Reopen(Cat(kTestRules, "survivorship: {name: longest}  # a comment\n"));
  EXPECT_EQ(register_->survivorship()->ruleset, 3);
  EXPECT_EQ(StateOf(Read(2)), RulesetState::kSuperseded);
  EXPECT_EQ(Read(3).yaml(), "{name: longest}");
  EXPECT_EQ(Read(2).periods(0).until_revision(), Read(3).periods(0).from_revision());
  EXPECT_EQ(Golden(), FromScratch("{name: longest}"));
  ExpectVerified();
  // Spacing does not count; the text of before does.
  Reopen(Cat(kTestRules, "survivorship:   {name:   longest}\n"));
  EXPECT_EQ(ListRulesets(store_, 1)->size(), 3);
  Reopen();
  EXPECT_EQ(register_->survivorship()->ruleset, 4);
  EXPECT_EQ(Golden(), FromScratch("{}"));
  ExpectVerified();
}

TEST_F(RulesetWorkTest, ASourceThatTheRulesInForceNameMustStay) {
  const uint64_t number = StoreRuleset(*register_, "{trust: [{source: contact, score: 90}], name: trust}");
  ASSERT_TRUE(Activate(number).ok());
  constexpr std::string_view kWithoutContact =
      "purposes: [service_delivery, electoral]\nsources: [{name: housing}, {name: council_tax}]\n";
  const absl::Status refused = TryToOpen(kWithoutContact);
  EXPECT_EQ(refused.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(Message(refused)),
              HasSubstr("rulesets/2 does not fit the configuration: rules, line 1, column 19: \"contact\" is not among "
                        "`sources`; put back"));
  EXPECT_TRUE(TryToOpen(Cat(kWithoutContact, "survivorship: {name: oldest}\n")).ok());
  Reopen();
  EXPECT_EQ(register_->survivorship()->ruleset, 4);
  ExpectVerified();
}

TEST_F(RulesetWorkTest, DataFromBeforeRulesetsGetsItsFirst) {
  Fill(30);
  const auto before = Golden();
  storage::WriteBatch batch;
  batch.Delete(storage::Family::kDecision, storage::RulesetKey(1, 1));
  ASSERT_TRUE(store_.Write(batch, storage::Durability::kSync).ok());
  const uint64_t revision = register_->revision();
  Reopen();
  EXPECT_EQ(register_->revision(), revision);
  EXPECT_EQ(Golden(), before);
  EXPECT_EQ(Read(1).periods(0).from_revision(), revision);
  ExpectVerified();
}

TEST_F(RulesetWorkTest, ARecomputationThatIsCutOffIsDoneByTheNextStart) {
  Fill(60);
  const auto before = Golden();
  const std::string other = Cat(kTestRules, "survivorship: ", kOldest, "\n");
  bool cut_off = false;
  for (uint64_t writes = 0; writes < 4; ++writes) {
    register_.reset();
    store_.FailWritesAfter(writes, Unavailable("the test said so"));
    RegisterOptions options;
    options.rules = *ParseRegisterRules(other);
    cut_off = !Register::Open(&store_, &clock_, std::move(options)).ok() || cut_off;
    store_.Heal();
    Reopen();  // as it was before, which the configuration said all along
    EXPECT_EQ(Golden(), before);
    ExpectVerified();
  }
  EXPECT_TRUE(cut_off);
  Reopen(other);
  EXPECT_EQ(Golden(), FromScratch(kOldest));
}

TEST_F(RulesetWorkTest, AFailedSwitchLeavesTheFormerRulesWhole) {
  Fill(80);
  const auto before = Golden();
  const uint64_t number = StoreRuleset(*register_, kOldest);
  const uint64_t revision = register_->revision();
  const auto fail = [&](std::string_view phase, uint64_t /*done*/, uint64_t /*total*/) {
    if (phase == "switch") {
      store_.FailNextWrites(1, Unavailable("the test said so"));
    }
  };
  EXPECT_EQ(Activate(number, {.on_progress = fail}).status().code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(register_->revision(), revision);
  EXPECT_EQ(register_->survivorship()->ruleset, 1);
  EXPECT_EQ(StateOf(Read(number)), RulesetState::kDraft);
  CommitOne(*register_, Record(3));
  ExpectVerified();
  ASSERT_TRUE(Activate(number).ok());
  ExpectVerified();
  Reopen();
  EXPECT_EQ(register_->survivorship()->ruleset, number);
  ExpectVerified();
  EXPECT_NE(Golden(), before);
}

TEST_F(RulesetWorkTest, WhatIsWrittenMeanwhileIsTakenIn) {
  Fill(80);
  const uint64_t number = StoreRuleset(*register_, kOldest);
  bool written = false;
  const auto write = [&](std::string_view phase, uint64_t done, uint64_t /*total*/) {
    if (phase == "survive" && done > 0 && !written) {
      written = true;
      // One that is lost, and more than the switch would take in alone.
      store_.FailNextWrites(1, Unavailable("the test said so"));
      Mutation lost;
      lost.sources.push_back(MakeWrite("housing", "lost", "Ann", "Okafor", "1961-03-14", "1 Elm Hill", "NR3 1HN"));
      EXPECT_EQ(register_->Commit(std::move(lost)).status.code(), absl::StatusCode::kUnavailable);
      for (int i = 0; i < 400; ++i) {
        written_.push_back(i % 7 == 0 ? MakeErase("housing", Cat("K", i % 80)) : Record(i % 120));
        Mutation mutation;
        mutation.sources.push_back(written_.back());
        if (!register_->Commit(std::move(mutation)).sources.front().status.ok()) {
          written_.pop_back();  // there was nothing to be deleted
        }
      }
    } else if (phase == "switch") {
      written_.push_back(Record(500));
      CommitOne(*register_, written_.back());
    }
  };
  const auto activation = Activate(number, {.on_progress = write});
  ASSERT_TRUE(activation.ok()) << activation.status();
  EXPECT_TRUE(written);
  EXPECT_GT(activation->caught_up, 0);
  EXPECT_EQ(Golden(), FromScratch(kOldest));
  ExpectVerified();
  Reopen();
  ExpectVerified();
}

TEST_F(RulesetWorkTest, CancellingLeavesNothingBehind) {
  Fill(40);
  const uint64_t number = StoreRuleset(*register_, kOldest);
  for (const std::string_view at : {"survive", "catch up", "switch"}) {
    bool cancel = false;
    const WorkHooks hooks{
        .on_progress = [&](std::string_view phase, uint64_t, uint64_t) { cancel = cancel || phase == at; },
        .cancelled = [&cancel] { return cancel; }};
    EXPECT_EQ(Activate(number, hooks).status().code(), absl::StatusCode::kCancelled) << at;
    EXPECT_EQ(register_->survivorship()->ruleset, 1);
    CommitOne(*register_, Record(input_.Below(40)));
  }
  const WorkHooks cancelled{.cancelled = [] { return true; }};
  EXPECT_EQ(register_->ruleset_work()->Try(number, 1, cancelled).status().code(), absl::StatusCode::kCancelled);
  ExpectVerified();
  ASSERT_TRUE(Activate(number).ok());
  ExpectVerified();
}

TEST_F(RulesetWorkTest, RefusesWhatCannotComeIntoForce) {
  Fill(10);
  const uint64_t number = StoreRuleset(*register_, kOldest);
  EXPECT_EQ(Activate(77).status().code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(register_->ruleset_work()->Try(77, 1, WorkHooks()).status().code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(std::string(Message(Activate(1).status())), HasSubstr("rulesets/1 is in force already"));
  RulesetActivationRequest other{.ruleset = number, .etag = 77};
  EXPECT_EQ(register_->ruleset_work()->Activate(other, WorkHooks()).status().code(), absl::StatusCode::kAborted);
  storage::v1::Ruleset withdrawn = Read(number);
  withdrawn.set_number(3);
  withdrawn.mutable_withdrawal()->set_actor("ann");
  storage::WriteBatch batch;
  PutRuleset(1, withdrawn, batch);
  ASSERT_TRUE(store_.Write(batch, storage::Durability::kSync).ok());
  EXPECT_THAT(std::string(Message(Activate(3).status())), HasSubstr("rulesets/3 was withdrawn"));
  absl::Status second;
  ASSERT_TRUE(Activate(number, {.on_progress =
                                    [&](std::string_view phase, uint64_t, uint64_t) {
                                      if (phase == "catch up") {
                                        second = Activate(number).status();
                                      }
                                    }})
                  .ok());
  EXPECT_EQ(second.code(), absl::StatusCode::kFailedPrecondition) << "two at once";
  ExpectVerified();
}

TEST_F(RulesetWorkTest, ATrialCountsByPurposeAttributeAndRule) {
  // Housing says Ann and a date of birth first, contact Anne later; the electoral register, which one purpose alone
  // sees, is the oldest.
  const auto record = [](std::string source, std::string forename, TimeMicros day, std::string_view born) {
    SourceWrite write =
        MakeWrite(std::move(source), "1", std::move(forename), "Brackenbury", born, "1 Elm Hill", "NR3 1HN");
    write.record.details.ni_number = "QQ123456C";
    write.record.source_time = kStartTime + day * 86'400'000'000;
    return write;
  };
  CommitOne(*register_, record("housing", "Ann", 1, "1970-01-02"));
  CommitOne(*register_, record("contact", "Anne", 2, "1970-01-02"));
  CommitOne(*register_, record("electoral_register", "Anna", 0, "1970-01-02"));
  CommitOne(*register_, MakeWrite("housing", "2", "Robert", "Okafor", "1988-11-02"));
  ASSERT_EQ(register_->Stats().entities, 2);
  const uint64_t number = StoreRuleset(*register_, "{name: oldest, ni_number: unanimous}");
  const auto trial = register_->ruleset_work()->Try(number, 5, WorkHooks());
  ASSERT_TRUE(trial.ok()) << trial.status();
  EXPECT_EQ(trial->ruleset, number);
  EXPECT_EQ(trial->in_force, 1);
  EXPECT_EQ(trial->revision, register_->revision());
  EXPECT_EQ(trial->people, 2);
  EXPECT_EQ(trial->changed, 1);
  EXPECT_EQ(trial->rewritten, 2) << "the lineage of both says another rule";
  EXPECT_EQ(trial->changed_by_purpose, (std::vector<uint64_t>{1, 1}));
  EXPECT_EQ(trial->by_attribute,
            (std::map<std::string, AttributeChanges>{{"person_name", {.changed = 1, .gained = 0, .lost = 0}}}));
  EXPECT_EQ(trial->won_by_rule, (std::map<uint32_t, uint64_t>{{static_cast<uint32_t>(matching::Rule::kOldest), 1}}));
  ASSERT_EQ(trial->examples.size(), 1);
  EXPECT_EQ(trial->examples.front().anchor, 1);
  EXPECT_NE(trial->examples.front().before.SerializeAsString(), trial->examples.front().after.SerializeAsString());

  // A value that not all agree on is lost, and gained back.
  CommitOne(*register_, record("council_tax", "Ann", 3, "1971-01-02"));
  ASSERT_EQ(register_->Stats().entities, 2);
  const uint64_t strict = StoreRuleset(*register_, "{date_of_birth: unanimous}");
  const auto lost = register_->ruleset_work()->Try(strict, 0, WorkHooks());
  ASSERT_TRUE(lost.ok()) << lost.status();
  EXPECT_EQ(lost->by_attribute.at("date_of_birth"), (AttributeChanges{.changed = 0, .gained = 0, .lost = 1}));
  EXPECT_TRUE(lost->examples.empty());
  EXPECT_TRUE(lost->won_by_rule.empty());
  ASSERT_TRUE(Activate(strict).ok());
  const auto gained = register_->ruleset_work()->Try(1, 0, WorkHooks());
  ASSERT_TRUE(gained.ok()) << gained.status();
  EXPECT_EQ(gained->by_attribute.at("date_of_birth"), (AttributeChanges{.changed = 0, .gained = 1, .lost = 0}));
}

TEST_F(RulesetWorkTest, ATrialIsTheSameForAnyNumberOfThreads) {
  Fill(400);
  const uint64_t number = StoreRuleset(*register_, kOldest);
  std::optional<RulesetTrial> first;
  for (const size_t threads : {1, 2, 5}) {
    register_.reset();
    RegisterOptions options;
    options.rules = *ParseRegisterRules(kTestRules);
    options.threads = threads;
    register_ = *Register::Open(&store_, &clock_, std::move(options));
    const auto trial = register_->ruleset_work()->Try(number, 4, WorkHooks());
    ASSERT_TRUE(trial.ok()) << trial.status();
    if (!first.has_value()) {
      first = *trial;
      EXPECT_GE(trial->examples.size(), 4);
      continue;
    }
    EXPECT_EQ(trial->changed, first->changed);
    EXPECT_EQ(trial->changed_by_purpose, first->changed_by_purpose);
    EXPECT_EQ(trial->by_attribute, first->by_attribute);
    EXPECT_EQ(trial->won_by_rule, first->won_by_rule);
    ASSERT_EQ(trial->examples.size(), first->examples.size());
    for (size_t i = 0; i < first->examples.size(); ++i) {
      EXPECT_EQ(trial->examples[i].anchor, first->examples[i].anchor);
      EXPECT_EQ(trial->examples[i].after.SerializeAsString(), first->examples[i].after.SerializeAsString());
    }
  }
}

TEST_F(RulesetWorkTest, VerifySeesWhatIsWrongWithStoredRulesets) {
  Fill(10);
  const uint64_t number = StoreRuleset(*register_, kOldest);
  const auto damaged = [&](const storage::v1::Ruleset& ruleset) {
    storage::WriteBatch batch;
    PutRuleset(1, ruleset, batch);
    EXPECT_TRUE(store_.Write(batch, storage::Durability::kSync).ok());
    const auto report = register_->Verify();
    EXPECT_TRUE(report.ok()) << report.status();
    return ::testing::PrintToString(report->details);
  };
  const storage::v1::Ruleset first = Read(1);
  const storage::v1::Ruleset draft = Read(number);
  storage::v1::Ruleset also = draft;
  also.add_periods()->set_from_revision(2);
  EXPECT_THAT(damaged(also), HasSubstr("rulesets/2 is stored as in force, and the register goes by rulesets/1"));
  EXPECT_THAT(damaged(also), HasSubstr("none follows as it should"));
  also = draft;
  also.set_change_revision(77);
  EXPECT_THAT(damaged(also), HasSubstr("rulesets/2 was changed by revision 77, which is none yet"));
  damaged(draft);
  also = first;
  also.mutable_periods(0)->set_until_revision(3);
  EXPECT_THAT(damaged(also), HasSubstr("after rulesets/1, in force from revision 0 on, none follows"));
  damaged(first);
  ExpectVerified();
}

}  // namespace
}  // namespace wensum::registry
