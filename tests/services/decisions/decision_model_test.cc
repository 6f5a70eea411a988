// Random records and random decisions on one register. What always holds is looked at again and again: see the
// invariants at Model::Check.
#include <algorithm>
#include <iostream>
#include <map>
#include <set>
#include <string>

#include "matching/survive/fields.h"
#include "matching/survive/survivorship.h"
#include "services/decisions/due_values.h"
#include "services/decisions/value_planner.h"
#include "services/register/decision_store.h"
#include "services/register/model_work.h"
#include "services/register/occupants.h"
#include "services/register/ruleset_work.h"
#include "services/tasks/task_store.h"
#include "storage/fault_store.h"
#include "storage/memory_store.h"
#include "tests/services/decisions/decision_test_util.h"
#include "tests/services/decisions/random_values.h"
#include "tests/services/register/random_register_input.h"
#include "tests/services/register/ruleset_test_util.h"
#include "tests/support/seed.h"
#include "wensum/v1/changes.pb.h"

namespace wensum::decisions {
namespace {

using registry::DecisionTable;
using registry::OpenOrDie;
using registry::RandomRegisterInput;
using registry::Register;
using Kind = DecisionTable::Kind;

constexpr std::string_view kRules[] = {
    registry::kTestRules,
    R"(
purposes: [service_delivery, electoral]
sources:
  - {name: housing, purposes: [service_delivery]}
  - {name: council_tax, field_purposes: {date_of_birth: [electoral]}, guards_overlays: false}
  - {name: contact, holds_person_once: true, guards_overlays: false}
  - {name: electoral_register}
)",
};

constexpr const char* kWishNames[] = {"pin", "ignore", "override", "truth"};

// Everything in the store, but what is written to see whether a store that failed can be written again.
std::string Dump(const storage::Store& store) {
  std::string dump;
  for (size_t family = 0; family < storage::kFamilyCount; ++family) {
    const auto it = store.NewIterator(static_cast<storage::Family>(family), {});
    for (it->SeekToFirst(); it->Valid(); it->Next()) {
      if (it->key() == "probe") continue;
      AppendTo(dump, family, ":", it->key().size(), ":", it->key(), it->value().size(), ":", it->value());
    }
  }
  return dump;
}

std::unique_ptr<storage::Store> CopyOf(const storage::Store& store) {
  storage::WriteBatch batch;
  for (size_t family = 0; family < storage::kFamilyCount; ++family) {
    const auto it = store.NewIterator(static_cast<storage::Family>(family), {});
    for (it->SeekToFirst(); it->Valid(); it->Next()) {
      batch.Put(static_cast<storage::Family>(family), std::string(it->key()), std::string(it->value()));
    }
  }
  auto copy = storage::NewMemoryStore();
  EXPECT_TRUE(copy->Write(batch, storage::Durability::kSync).ok());
  return copy;
}

struct Tally {
  std::map<std::string, int> done;
  std::map<std::string, int> refused;
  int failed = 0;
  int ended = 0;                     // by time
  int reasserted = 0;                // looked at: decisions that a source ended
  std::map<std::string, int> shown;  // rules of stewards in lineages
  int parted_pairs = 0;
  int joined_pairs = 0;
};

class Model {
 public:
  Model(uint64_t seed, bool previews, std::unique_ptr<storage::Store> store, Tally& tally, bool faults = false)
      : input_(seed),
        preview_random_(seed + 1'000'000),
        previews_(previews),
        tally_(tally),
        store_(std::move(store)),
        faulty_(store_.get()),
        faults_(faults),
        clock_(registry::kStartTime),
        register_(OpenOrDie(&faulty_, &clock_)) {}

  void Step() {
    clock_.Advance(input_.Below(3) * 1'000);
    const int dice = input_.Below(60);
    if (dice == 0) {
      Reopen();
    } else if (dice == 1) {
      rules_ = 1 - rules_;
      Reopen();
    } else if (dice == 3) {
      ChangeRuleset();
    } else if (dice < 28) {
      Write();
    } else {
      const auto [name, plan] = RandomDecision(input_.random());
      if (faults_ && input_.Chance(0.3)) {
        Fail();
      }
      const uint64_t before = register_->revision();
      const Decided decided = Decide(*register_, plan);
      faulty_.Heal();
      Count(name, decided.status);
      EXPECT_EQ(register_->revision(), decided.status.ok() ? before + 1 : before);
    }
    if (dice == 2) {
      const auto ended = EndDueValues(*register_);
      ASSERT_TRUE(ended.ok()) << ended.status();
      tally_.ended += static_cast<int>(*ended);
    }
    if (previews_ && preview_random_.Chance(0.5)) {
      Preview();
    }
    Replay();
    if (input_.Chance(0.2)) {
      Check();
    }
  }

  // The clusters are what a resolution from nothing gives (Verify; and the batch engine's, by Compare); none holds two
  // records that a decision parts; live records that decisions join are one person; every id leads to somebody; the
  // feed tells who there is.
  void Check() {
    const auto report = register_->Verify();
    ASSERT_TRUE(report.ok()) << report.status();
    ASSERT_EQ(report->differences, 0) << ::testing::PrintToString(report->details);
    const auto table = registry::LoadDecisions(*store_, 1);
    ASSERT_TRUE(table.ok()) << table.status();
    const auto view = register_->OpenView({});
    std::map<uint64_t, uint64_t> anchors;  // of live records
    std::set<uint64_t> people;
    for (uint64_t id = 1;; ++id) {
      const auto source = register_->GetSourceByOrdinal(*view, id);
      if (!source.ok()) break;
      const auto entity = register_->GetNewestEntity(id);
      ASSERT_TRUE(entity.ok()) << "id " << id << ": " << entity.status();
      if (!source->stored.deleted()) {
        anchors[id] = entity->anchor;
        people.insert(entity->anchor);
      }
    }
    EXPECT_LE(anchors.size(), 60U);
    EXPECT_EQ(active_, people);
    CheckValues(people);
    for (const matching::RecordLink& link : table->Links()) {
      if (anchors.contains(link.a) && anchors.contains(link.b)) {
        EXPECT_EQ(anchors[link.a] == anchors[link.b], link.kind == Kind::kMust)
            << "records " << link.a << " and " << link.b;
        ++(link.kind == Kind::kMust ? tally_.joined_pairs : tally_.parted_pairs);
      }
    }
    if (input_.Chance(0.2)) {
      const auto compared = register_->model_work()->Compare(*register_->model(), 1, registry::WorkHooks());
      ASSERT_TRUE(compared.ok()) << compared.status();
      EXPECT_EQ(compared->merges, 0);
      EXPECT_EQ(compared->splits, 0);
      EXPECT_EQ(compared->people_after, people.size());
      EXPECT_EQ(compared->reviews_after, compared->reviews_before);
    }
  }

  // What the stored decisions say shows in the lineage, and nothing else does. Verify has computed the same anew; this
  // looks with other eyes.
  void CheckValues(const std::set<uint64_t>& people) {
    std::map<uint64_t, storage::v1::LinkDecision> in_force;
    const uint64_t newest = *registry::NewestDecision(*store_, 1);
    for (uint64_t number = 1; number <= newest; ++number) {
      const auto decision = registry::ReadDecision(*store_, 1, number);
      ASSERT_TRUE(decision.ok()) << decision.status();
      tally_.reasserted +=
          decision->retraction().cause() == static_cast<uint32_t>(registry::RetractionCause::kReasserted) ? 1 : 0;
      if (decision->has_value() && !registry::IsRetracted(*decision)) {
        in_force[number] = *decision;
      }
    }
    for (const uint64_t person : people) {
      const auto entity = register_->GetNewestEntity(person);
      ASSERT_TRUE(entity.ok());
      std::set<uint64_t> members;
      for (const auto& member : entity->entity.members()) {
        members.insert(member.ordinal());
      }
      for (const auto& golden : entity->entity.golden()) {
        storage::v1::Lineage lineage;
        ASSERT_TRUE(lineage.ParseFromString(golden.lineage()));
        for (const auto& value : lineage.values()) {
          CheckValue(value, golden.purposes(), entity->entity, members, in_force);
          if (value.field() == "current_address" && value.decision() != 0) {
            CheckHome(golden.resolved_addresses(static_cast<int>(golden.current_address()) - 1).uprn(), members);
          }
        }
      }
    }
  }

  // Who has a home by decision is found where it is.
  void CheckHome(uint64_t uprn, const std::set<uint64_t>& members) {
    if (uprn == 0) return;
    const auto listed = registry::ListOccupants(*store_, 1, uprn, 0, 1'000);
    ASSERT_TRUE(listed.ok()) << listed.status();
    EXPECT_TRUE(std::ranges::any_of(*listed, [&members](uint64_t ordinal) { return members.contains(ordinal); }))
        << "UPRN " << uprn;
    ++tally_.shown["homes listed"];
  }

  void CheckValue(const storage::v1::ValueLineage& value, uint64_t purposes, const storage::v1::Entity& entity,
                  const std::set<uint64_t>& members, const std::map<uint64_t, storage::v1::LinkDecision>& in_force) {
    const auto rule = static_cast<matching::Rule>(value.rule());
    EXPECT_EQ(value.decision() != 0, rule >= matching::Rule::kPin) << value.ShortDebugString();
    if (value.decision() != 0) {
      ++tally_.shown[std::string(matching::RuleName(rule))];
      const auto decision = in_force.find(value.decision());
      ASSERT_NE(decision, in_force.end()) << value.ShortDebugString();
      EXPECT_TRUE(members.contains(decision->second.value().record())) << value.ShortDebugString();
      const uint64_t given = decision->second.value().purposes();
      EXPECT_TRUE(given == 0 || (purposes & given) != 0) << value.ShortDebugString();
    }
    for (const auto& [number, decision] : in_force) {
      const std::string& attribute = decision.value().attribute();
      const auto field = matching::StewardFieldOf(attribute);
      const bool same_field = (field.has_value() ? value.field() == matching::ApiName(*field)
                                                 : matching::IsAddressAttribute(value.field()));
      if (decision.operation() == static_cast<uint32_t>(registry::DecisionOperation::kIgnore) && same_field &&
          decision.value().purposes() == 0 &&
          entity.members(static_cast<int>(value.member())).ordinal() == decision.value().record() &&
          rule < matching::Rule::kOverride) {
        const std::string told =
            field.has_value() ? matching::LineageText(*field, decision.value().value()) : decision.value().value();
        EXPECT_NE(value.value(), told) << "ignored by decision " << number;
      }
    }
    for (const auto& losing : value.losing()) {
      tally_.shown["ignored"] += losing.ignored() ? 1 : 0;
      tally_.shown[Cat(value.field(), " ignored")] += losing.ignored() ? 1 : 0;
    }
    if (value.decision() != 0) {
      ++tally_.shown[Cat(value.field(), " ", matching::RuleName(rule))];
    }
  }

  [[nodiscard]] std::string State() const { return Dump(*store_); }

 private:
  void Write() {
    registry::Mutation mutation;
    const int size = input_.Chance(0.6) ? 1 : 1 + input_.Below(5);
    for (int i = 0; i < size; ++i) {
      if (input_.Chance(0.15)) {
        mutation.rows.push_back(input_.Row());
      } else {
        mutation.sources.push_back(input_.Chance(0.3) ? input_.Erase() : input_.Upsert());
        if (!mutation.sources.back().erase && input_.Chance(0.3)) {
          mutation.sources.back().record.details.identifiers = {
              {"staff", input_.Chance(0.5) ? "1" : "2"}, {"client", input_.Chance(0.5) ? "1" : "2"}, {"staff", "3"}};
        }
      }
    }
    const registry::MutationResult result = register_->Commit(std::move(mutation));
    ASSERT_TRUE(result.status.ok()) << result.status;
  }

  // The next decision cannot be written, or something cannot be read: it is there in whole or not at all.
  void Fail() {
    constexpr storage::Family kFamilies[] = {storage::Family::kSource, storage::Family::kEntity,
                                             storage::Family::kDecision, storage::Family::kTask,
                                             storage::Family::kEdge};
    if (input_.Chance(0.7)) {
      faulty_.FailNextWrites(1, Unavailable("the test said so"));
    } else {
      faulty_.FailReads(kFamilies[input_.Below(std::size(kFamilies))]);
    }
  }

  void Reopen() {
    register_.reset();
    register_ = OpenOrDie(&faulty_, &clock_, kRules[rules_]);
    ASSERT_NE(register_, nullptr);
  }

  // Other rules of survivorship come into force, while a record is written.
  void ChangeRuleset() {
    const uint64_t number =
        registry::StoreRuleset(*register_, registry::kSurvivorships[input_.Below(std::size(registry::kSurvivorships))]);
    const bool fail = faults_ && input_.Chance(0.3);
    const registry::WorkHooks hooks{.on_progress = [&](std::string_view phase, uint64_t, uint64_t) {
      if (phase == "switch" && fail) {
        Fail();
      } else if (phase == "catch up") {
        Write();
      }
    }};
    const auto activation = register_->ruleset_work()->Activate({.ruleset = number}, hooks);
    faulty_.Heal();
    Count("ruleset", activation.status());
  }

  void Count(const std::string& name, const absl::Status& status) {
    if (status.ok()) {
      ++tally_.done[name];
      return;
    }
    const bool failed = status.code() == absl::StatusCode::kUnavailable || status.code() == absl::StatusCode::kDataLoss;
    ++(failed ? tally_.failed : tally_.refused[name]);
    EXPECT_TRUE(faults_ || !failed) << name << ": " << status;
    EXPECT_TRUE(failed || status.code() == absl::StatusCode::kFailedPrecondition ||
                status.code() == absl::StatusCode::kInvalidArgument || status.code() == absl::StatusCode::kNotFound)
        << name << ": " << status;
  }

  // Must leave no trace, in the store or in memory: what comes later is compared with a register without previews.
  void Preview() {
    const auto [name, plan] = RandomDecision(preview_random_);
    const std::string before = Dump(*store_);
    Decide(*register_, plan, /*preview=*/true);
    ASSERT_TRUE(Dump(*store_) == before) << "a preview of " << name << " was kept";
  }

  [[nodiscard]] uint64_t RandomId(Random& random) const {
    uint64_t newest = 0;
    const auto view = register_->OpenView({});
    for (const registry::SourceRules& source : register_->rules().sources) {
      const auto versions = register_->ListSources(*view, source.name, 0, 1'000, /*with_deleted=*/true);
      for (const registry::SourceVersion& version : *versions) {
        newest = std::max(newest, version.ordinal);
      }
    }
    return 1 + random.Below(newest + 1);  // now and then one that was never issued
  }
  [[nodiscard]] model::SourceKey RandomKey(Random& random) const {
    const auto view = register_->OpenView({});
    const auto source = register_->GetSourceByOrdinal(*view, RandomId(random));
    return source.ok() ? source->record.key : Key("housing", "nobody's");
  }
  [[nodiscard]] Subject RandomSubject(Random& random) const {
    return random.Chance(0.7) ? Person(RandomId(random)) : Record(RandomKey(random));
  }
  [[nodiscard]] Grouping RandomGrouping(Random& random) const {
    Grouping grouping;
    grouping.person = Person(RandomId(random));
    grouping.groups.resize(2 + random.Below(2));
    const auto view = register_->OpenView({});
    const auto entity = register_->GetNewestEntity(grouping.person.id);
    if (!entity.ok()) return grouping;
    size_t named = 0;
    for (const auto& member : entity->entity.members()) {
      if (random.Chance(0.02)) continue;  // which is refused, as a group without records is
      const size_t first = named++;
      grouping.groups[first < grouping.groups.size() ? first : random.Below(grouping.groups.size())].push_back(
          register_->GetSourceByOrdinal(*view, member.ordinal())->record.key);
    }
    return grouping;
  }

  // A value of some record, or one that nobody has.
  [[nodiscard]] ValueWish RandomWish(Random& random) const {
    static constexpr const char* kDecidable[] = {"phones",
                                                 "name",
                                                 "name",
                                                 "date_of_birth",
                                                 "current_address",
                                                 "current_address",
                                                 "addresses",
                                                 "identifiers.staff",
                                                 "identifiers.client"};
    ValueWish wish;
    wish.operation = static_cast<registry::DecisionOperation>(5 + random.Below(4));
    wish.attribute = kDecidable[random.Below(std::size(kDecidable))];
    wish.purposes = random.Chance(0.7) ? 0 : 1 + random.Below(3);
    wish.value = "nobody's";  // requests without a value come no further
    const auto view = register_->OpenView({});
    model::SourceKey key;
    const int most = wish.operation < registry::DecisionOperation::kOverride ? 4 : 1;  // what is given nobody must hold
    for (int tries = 0; tries < most && wish.value == "nobody's"; ++tries) {
      key = RandomKey(random);
      const auto source = register_->GetSource(*view, random.Chance(0.8) ? key : RandomKey(random));
      if (source.ok()) {
        const std::vector<std::string> held = HeldValues(source->record.details, wish.attribute);
        wish.value = held.empty() ? wish.value : held[random.Below(held.size())];
      }
    }
    wish.subject = Record(key);
    if (wish.operation >= registry::DecisionOperation::kOverride) {
      wish.value.clear();
      wish.attribute = wish.attribute == "addresses" ? "current_address" : wish.attribute;
      wish.details = RandomGiven(random, wish.attribute);
    }
    if (wish.operation == registry::DecisionOperation::kOverride) {
      wish.lifetime = static_cast<registry::ValueLifetime>(1 + random.Below(4));
      if (wish.lifetime == registry::ValueLifetime::kUntilTime) {
        wish.until = clock_.Now() + 1 + static_cast<TimeMicros>(random.Below(30'000));
      }
    }
    if (wish.operation == registry::DecisionOperation::kRecordOfTruth) {
      wish.attribute.clear();
    }
    return wish;
  }

  // One that is open, or of a record that nothing is held of.
  [[nodiscard]] tasks::Task RandomOverlay(Random& random) const {
    const auto causes = tasks::ListCauses(*store_, 1, tasks::TaskKind::kOverlay);
    tasks::Task task;
    if (causes->empty() || random.Chance(0.1)) {
      task.mutable_facts()->mutable_overlay()->set_ordinal(1);
      return task;
    }
    return *tasks::ReadTask(*store_, 1, (*causes)[random.Below(causes->size())].second);
  }

  std::pair<std::string, PlanDecision> RandomDecision(Random& random) {
    const uint64_t newest = *registry::NewestDecision(*store_, 1);
    const uint64_t dice = random.Below(20);
    if (dice >= 17) {
      constexpr const char* kNames[] = {"take", "drop", "new person"};
      const uint64_t which = dice - 17;
      const tasks::Task task = RandomOverlay(random);
      const auto operation = static_cast<registry::DecisionOperation>(9 + which);
      return {kNames[which],
              [task, operation](const DecisionPlanner& planner) { return planner.Held(task, operation); }};
    }
    if (dice >= 12) {
      const ValueWish wish = RandomWish(random);
      return {kWishNames[static_cast<size_t>(wish.operation) - 5],
              [wish](const DecisionPlanner& planner) { return planner.Value(wish); }};
    }
    if (dice < 4) {
      std::vector<Subject> subjects = {RandomSubject(random), RandomSubject(random)};
      if (random.Chance(0.2)) subjects.push_back(RandomSubject(random));
      return {"merge", [subjects](const DecisionPlanner& planner) { return planner.Merge(subjects); }};
    }
    if (dice < 6) {
      const std::vector<Subject> subjects = {RandomSubject(random), RandomSubject(random)};
      return {"distinct", [subjects](const DecisionPlanner& planner) { return planner.Distinct(subjects); }};
    }
    if (dice < 8) {
      const Subject record = Record(RandomKey(random));
      return {"unmerge", [record](const DecisionPlanner& planner) { return planner.TakeOut(record); }};
    }
    if (dice < 9) {
      const Grouping grouping = RandomGrouping(random);
      return {"split", [grouping](const DecisionPlanner& planner) { return planner.Split(grouping); }};
    }
    const uint64_t number = 1 + random.Below(newest + 1);
    if (dice < 11) {
      return {"undo", [number](const DecisionPlanner& planner) { return planner.Undo(number, std::nullopt); }};
    }
    return {"part merged",
            [number](const DecisionPlanner& planner) { return planner.PartMerged(number, std::nullopt); }};
  }

  // Follows the feed as a consumer does.
  void Replay() {
    const auto commits = register_->ReadChanges(replayed_, 1'000'000);
    ASSERT_TRUE(commits.ok()) << commits.status();
    for (const auto& [revision, commit] : commits->commits) {
      EXPECT_EQ(revision, replayed_ + 1) << "revisions have no gaps";
      replayed_ = revision;
      for (const auto& event : commit.events()) {
        SCOPED_TRACE(::testing::Message() << "revision " << revision << ": " << event.ShortDebugString());
        Follow(event);
      }
    }
  }

  void Follow(const storage::v1::ChangeEvent& event) {
    switch (event.kind()) {
      case v1::CHANGE_KIND_PERSON_CREATED:
      case v1::CHANGE_KIND_PERSON_SPLIT:
        EXPECT_TRUE(active_.insert(event.id()).second);
        break;
      case v1::CHANGE_KIND_PERSON_MERGED:
      case v1::CHANGE_KIND_PERSON_ENDED:
        EXPECT_EQ(active_.erase(event.id()), 1U);
        break;
      case v1::CHANGE_KIND_PERSON_UPDATED:
        EXPECT_TRUE(active_.contains(event.id()));
        break;
      default:
        break;
    }
  }

  RandomRegisterInput input_;
  Random preview_random_;
  const bool previews_;
  Tally& tally_;
  std::unique_ptr<storage::Store> store_;
  storage::FaultStore faulty_;
  const bool faults_;
  ManualClock clock_;
  std::unique_ptr<Register> register_;
  size_t rules_ = 0;
  uint64_t replayed_ = 0;
  std::set<uint64_t> active_;
};

TEST(DecisionModel, WhatMustAlwaysHoldHolds) {
  Tally tally;
  for (int round = 0; round < Rounds(12, 500); ++round) {
    const uint64_t seed = TestSeed(1 + static_cast<uint64_t>(round));
    std::cout << "seed " << seed << std::endl;
    Model model(seed, /*previews=*/round % 2 == 1, storage::NewMemoryStore(), tally);
    for (int step = 0; step < 200; ++step) {
      SCOPED_TRACE(::testing::Message() << "WENSUM_SEED=" << seed << " step " << step);
      model.Step();
      if (::testing::Test::HasFailure()) return;
    }
    model.Check();
  }
  if (Rounds(2, 2) == 1) return;  // one seed, repeated
  // A run in which nothing happens would prove nothing.
  for (const char* const name : {"merge", "distinct", "unmerge", "split", "undo", "part merged", "pin", "ignore",
                                 "override", "truth", "take", "drop", "new person"}) {
    std::cout << name << ": " << tally.done[name] << " done, " << tally.refused[name] << " refused\n";
    EXPECT_GT(tally.done[name], 0) << name;
    EXPECT_GT(tally.refused[name], 0) << name;
  }
  std::cout << tally.joined_pairs << " joined and " << tally.parted_pairs << " parted pairs looked at\n";
  EXPECT_GT(tally.done["ruleset"], 0);
  EXPECT_GT(tally.ended, 0);
  EXPECT_GT(tally.reasserted, 0);
  for (const char* const shown :
       {"pin", "override", "record_of_truth", "ignored", "current_address pin", "current_address override",
        "current_address record_of_truth", "current_address ignored", "addresses ignored", "identifiers pin",
        "identifiers override", "identifiers record_of_truth", "identifiers ignored", "phones pin", "homes listed"}) {
    std::cout << shown << ": " << tally.shown[shown] << " values looked at\n";
    EXPECT_GT(tally.shown[shown], 0) << shown;
  }
  EXPECT_GT(tally.parted_pairs, 100);
  EXPECT_GT(tally.joined_pairs, 100);
}

TEST(DecisionModel, WhatMustAlwaysHoldHoldsWhileWritesAndReadsFail) {
  Tally tally;
  for (int round = 0; round < Rounds(4, 200); ++round) {
    const uint64_t seed = TestSeed(1'001 + static_cast<uint64_t>(round));
    std::cout << "seed " << seed << std::endl;
    Model model(seed, /*previews=*/true, storage::NewMemoryStore(), tally, /*faults=*/true);
    for (int step = 0; step < 150; ++step) {
      SCOPED_TRACE(::testing::Message() << "WENSUM_SEED=" << seed << " step " << step);
      model.Step();
      if (::testing::Test::HasFailure()) return;
    }
    model.Check();
  }
  EXPECT_GT(tally.failed, 0);
}

TEST(DecisionModel, PreviewsChangeNothingThatComesLater) {
  for (int round = 0; round < Rounds(3, 100); ++round) {
    const uint64_t seed = TestSeed(5'001 + static_cast<uint64_t>(round));
    std::cout << "seed " << seed << std::endl;
    SCOPED_TRACE(::testing::Message() << "WENSUM_SEED=" << seed);
    const auto empty = storage::NewMemoryStore();
    ManualClock clock(registry::kStartTime);
    OpenOrDie(empty.get(), &clock).reset();  // draws the keys that both are to have
    Tally with;
    Tally without;
    Model previewed(seed, /*previews=*/true, CopyOf(*empty), with);
    Model plain(seed, /*previews=*/false, CopyOf(*empty), without);
    for (int step = 0; step < 150; ++step) {
      previewed.Step();
      plain.Step();
      if (::testing::Test::HasFailure()) return;
    }
    EXPECT_EQ(with.done, without.done);
    EXPECT_TRUE(previewed.State() == plain.State()) << "seed " << seed;
  }
}

}  // namespace
}  // namespace wensum::decisions
