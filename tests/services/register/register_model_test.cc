// Random operations on a register and on its naive twin, which recomputes everything: both must stay the same.
#include <algorithm>
#include <iostream>
#include <map>
#include <optional>
#include <set>

#include "absl/container/flat_hash_map.h"
#include "services/register/codec.h"
#include "services/register/occupants.h"
#include "services/register/ruleset_work.h"
#include "storage/fault_store.h"
#include "tests/reference/naive_register.h"
#include "tests/services/register/random_register_input.h"
#include "tests/services/register/register_test_util.h"
#include "tests/services/register/ruleset_test_util.h"
#include "tests/support/seed.h"
#include "wensum/v1/changes.pb.h"

namespace wensum::registry {
namespace {

constexpr std::string_view kRules[] = {
    kTestRules,
    R"(
purposes: [service_delivery, electoral]
sources: [{name: contact}, {name: council_tax}, {name: housing}, {name: electoral_register, purposes: [electoral]}]
survivorship: {name: source_priority, current_address: source_priority}
)",
    R"(
purposes: [service_delivery, electoral]
sources:
  - {name: housing, purposes: [service_delivery]}
  - {name: council_tax, field_purposes: {date_of_birth: [electoral]}}
  - {name: contact, holds_person_once: true}
  - {name: electoral_register}
)",
};

class Model {
 public:
  Model(uint64_t seed, bool faults)
      : input_(seed),
        faults_(faults),
        base_(storage::NewMemoryStore()),
        store_(base_.get()),
        clock_(kStartTime),
        register_(OpenOrDie(&store_, &clock_)),
        naive_(*ParseRegisterRules(kTestRules)) {}

  void Step() {
    clock_.Advance(input_.Below(3) * 1'000);
    const int dice = input_.Below(40);
    if (dice == 39) {
      ChangeRuleset();
    } else if (dice == 0) {
      Reopen(kRules[rules_]);
    } else if (dice == 1) {
      rules_ = static_cast<size_t>(input_.Below(std::size(kRules)));
      Reopen(kRules[rules_]);
    } else {
      Commit();
    }
    Replay();
    if (input_.Chance(0.25)) {
      Check();
    }
  }

  // Compares all that both know.
  void Check() {
    CheckEntities();
    CheckStats();
    CheckSources();
    CheckReviews();
    CheckTies();
    CheckPast();
    Remember();
    const auto report = register_->Verify();
    ASSERT_TRUE(report.ok()) << report.status();
    EXPECT_EQ(report->differences, 0) << ::testing::PrintToString(report->details);
    EXPECT_EQ(report->entities, naive_.partition().size());
    EXPECT_EQ(report->reviews, naive_.reviews().size());
  }

  [[nodiscard]] uint64_t merged() const { return merged_; }
  [[nodiscard]] uint64_t split() const { return split_; }
  [[nodiscard]] uint64_t failed() const { return failed_; }
  [[nodiscard]] uint64_t reviews() const { return reviews_; }
  [[nodiscard]] uint64_t rulesets() const { return rulesets_; }

 private:
  static constexpr size_t kPastStates = 6;

  Mutation RandomMutation() {
    Mutation mutation;
    mutation.atomic = input_.Chance(0.3);
    const int size = input_.Chance(0.6) ? 1 : 1 + input_.Below(8);
    for (int i = 0; i < size; ++i) {
      if (input_.Chance(0.3)) {
        mutation.rows.push_back(input_.Row());
      } else {
        SourceWrite write = input_.Chance(0.25) ? input_.Erase() : input_.Upsert();
        if (input_.Chance(0.05)) {
          const auto known = naive_.records().find(write.record.key);
          const uint64_t revision = known == naive_.records().end() ? 0 : known->second.revision;
          write.etag = input_.Chance(0.7) ? revision : revision + 1;
        }
        mutation.sources.push_back(std::move(write));
      }
    }
    return mutation;
  }

  static bool RepeatsKey(const Mutation& mutation) {
    std::set<model::SourceKey> keys;
    return std::any_of(mutation.sources.begin(), mutation.sources.end(),
                       [&keys](const SourceWrite& write) { return !keys.insert(write.record.key).second; });
  }

  void Commit() {
    const Mutation mutation = RandomMutation();
    // Where a key repeats, the mutation is several commits, of which a fault may hit the second.
    if (faults_ && input_.Chance(0.3) && !RepeatsKey(mutation)) {
      if (input_.Chance(0.7)) {
        store_.FailNextWrites(1, Unavailable("the test said so"));
      } else {
        constexpr storage::Family kFamilies[] = {storage::Family::kSource, storage::Family::kEntity,
                                                 storage::Family::kCrosswalk, storage::Family::kProperty,
                                                 storage::Family::kEdge};
        store_.FailReads(kFamilies[input_.Below(std::size(kFamilies))]);
      }
    }
    const uint64_t before = register_->revision();
    const MutationResult result = register_->Commit(mutation);
    store_.Heal();
    if (result.status.code() == absl::StatusCode::kUnavailable || result.status.code() == absl::StatusCode::kDataLoss) {
      ++failed_;
      EXPECT_TRUE(faults_);
      EXPECT_EQ(register_->revision(), before);
      return;
    }
    const NaiveRegister::Result expected = naive_.Commit(mutation, clock_.Now());
    ASSERT_EQ(result.status.code(), expected.status) << result.status;
    EXPECT_EQ(register_->revision(), naive_.revision());
    EXPECT_EQ(result.revision, naive_.revision());
    if (expected.status != absl::StatusCode::kOk) {
      return;
    }
    ASSERT_EQ(result.sources.size(), expected.sources.size());
    for (size_t i = 0; i < expected.sources.size(); ++i) {
      const SourceResult& actual = result.sources[i];
      EXPECT_EQ(actual.status.code(), expected.sources[i].status) << actual.status;
      EXPECT_EQ(actual.outcome, expected.sources[i].outcome);
      EXPECT_EQ(actual.ordinal, expected.sources[i].ordinal);
      EXPECT_EQ(actual.anchor, expected.sources[i].anchor);
      EXPECT_EQ(actual.revision, expected.sources[i].revision);
    }
    ASSERT_EQ(result.rows.size(), expected.rows.size());
    for (size_t i = 0; i < expected.rows.size(); ++i) {
      EXPECT_EQ(result.rows[i].status.ok(), expected.rows[i].ok) << result.rows[i].status;
      EXPECT_EQ(result.rows[i].outcome, expected.rows[i].outcome);
    }
  }

  void Reopen(std::string_view rules) {
    const uint64_t before = register_->revision();
    register_.reset();
    register_ = OpenOrDie(&store_, &clock_, rules);
    ASSERT_NE(register_, nullptr);
    EXPECT_LE(register_->revision(), before + 2);  // one for the partition, one for the golden records
    RegisterRules parsed = *ParseRegisterRules(rules);
    if (parsed.survivorship_yaml != configured_) {
      configured_ = parsed.survivorship_yaml;
      in_force_ = parsed.survivorship_yaml;
    }
    parsed.configured_survivorship = *ParseSurvivorshipText(in_force_, parsed);
    naive_.SetRules(std::move(parsed), register_->revision());
  }

  // Other rules of survivorship come into force while records are written.
  void ChangeRuleset() {
    const std::string_view text = kSurvivorships[input_.Below(std::size(kSurvivorships))];
    const uint64_t number = StoreRuleset(*register_, text);
    naive_.SetRules(ParsedBy(in_force_), register_->revision());
    const bool fail = faults_ && input_.Chance(0.5);
    const WorkHooks hooks{.on_progress = [&](std::string_view phase, uint64_t /*done*/, uint64_t /*total*/) {
      if (phase == "switch" && fail) {
        store_.FailNextWrites(1, Unavailable("the test said so"));
      } else if (input_.Chance(0.7)) {
        Commit();
      }
    }};
    const auto activation = register_->ruleset_work()->Activate({.ruleset = number, .ids_per_piece = 8}, hooks);
    store_.Heal();
    EXPECT_EQ(activation.status().code(), fail ? absl::StatusCode::kUnavailable : absl::StatusCode::kOk)
        << activation.status();
    if (!activation.ok()) {
      ++failed_;
      return;
    }
    ++rulesets_;
    in_force_ = text;
    EXPECT_EQ(register_->revision(), naive_.revision() + 1);
    naive_.SetRules(ParsedBy(text), register_->revision());
  }

  [[nodiscard]] RegisterRules ParsedBy(std::string_view survivorship) const {
    RegisterRules parsed = *ParseRegisterRules(kRules[rules_]);
    parsed.configured_survivorship = *ParseSurvivorshipText(survivorship, parsed);
    return parsed;
  }

  // Follows the feed as a consumer does: the set of people it knows must be that of the register.
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
    EXPECT_EQ(replayed_, register_->revision());
    std::set<uint64_t> expected;
    for (const std::vector<uint64_t>& members : naive_.partition()) {
      expected.insert(naive_.AnchorOf(members));
    }
    EXPECT_EQ(active_, expected);
    for (const uint64_t id : told_) {
      const uint64_t leads = naive_.Resolve(id);
      const auto redirect = redirects_.find(id);
      const uint64_t follows = redirect != redirects_.end() ? redirect->second : active_.contains(id) ? id : 0;
      EXPECT_EQ(follows, expected.contains(leads) ? leads : 0)
          << "whoever follows the events knows where id " << id << " leads, which is " << leads;
    }
  }

  void Follow(const storage::v1::ChangeEvent& event) {
    switch (event.kind()) {
      case v1::CHANGE_KIND_PERSON_CREATED:
        EXPECT_TRUE(active_.insert(event.id()).second);
        told_.insert(event.id());
        redirects_.erase(event.id());
        break;
      case v1::CHANGE_KIND_PERSON_SPLIT:
        EXPECT_TRUE(active_.insert(event.id()).second);
        told_.insert(event.id());
        redirects_.erase(event.id());
        ++split_;
        break;
      case v1::CHANGE_KIND_PERSON_MERGED:
        EXPECT_EQ(active_.erase(event.id()), 1);
        EXPECT_NE(event.id(), event.other());
        for (auto& [id, other] : redirects_) {
          other = other == event.id() ? event.other() : other;
        }
        redirects_[event.id()] = event.other();
        told_.insert(event.id());
        ++merged_;
        break;
      case v1::CHANGE_KIND_ID_REDIRECTED:
        // To a person that has ended: to nobody.
        told_.insert(event.id());
        if (active_.contains(event.other())) {
          redirects_[event.id()] = event.other();
        } else {
          redirects_.erase(event.id());
        }
        break;
      case v1::CHANGE_KIND_PERSON_ENDED:
        EXPECT_EQ(active_.erase(event.id()), 1);
        std::erase_if(redirects_, [&event](const auto& redirect) {
          return redirect.first == event.id() || redirect.second == event.id();
        });
        break;
      case v1::CHANGE_KIND_PERSON_UPDATED:
        EXPECT_TRUE(active_.contains(event.id()));
        break;
      default:
        break;
    }
  }

  void CheckEntities() {
    std::vector<std::vector<uint64_t>> partition;
    for (uint64_t id = 1; id <= naive_.minted(); ++id) {
      const auto entity = register_->GetNewestEntity(id);
      ASSERT_TRUE(entity.ok()) << entity.status();
      ASSERT_EQ(entity->anchor, naive_.Resolve(id)) << "id " << id;
      if (entity->anchor == id && !entity->entity.ended()) {
        std::vector<uint64_t>& members = partition.emplace_back();
        for (const storage::v1::Member& member : entity->entity.members()) {
          members.push_back(member.ordinal());
        }
        CheckGolden(members, entity->entity);
      }
    }
    EXPECT_FALSE(register_->GetNewestEntity(naive_.minted() + 1).ok());
    std::sort(partition.begin(), partition.end());
    EXPECT_EQ(partition, naive_.partition());
  }

  void CheckGolden(const std::vector<uint64_t>& members, const storage::v1::Entity& entity) {
    for (int purpose = 0; purpose < 2; ++purpose) {
      const matching::GoldenRecord golden = naive_.Golden(members, purpose);
      const storage::v1::Golden* stored = nullptr;
      for (const storage::v1::Golden& view : entity.golden()) {
        if (((view.purposes() >> purpose) & 1) != 0) {
          EXPECT_EQ(stored, nullptr) << "two golden records for one purpose";
          stored = &view;
        }
      }
      ASSERT_EQ(stored == nullptr, golden.contributors.empty()) << "person " << members.front();
      if (stored == nullptr) {
        continue;
      }
      storage::v1::Golden expected;
      EncodeGolden({.purposes = stored->purposes(), .golden = golden}, expected);
      EXPECT_EQ(stored->SerializeAsString(), expected.SerializeAsString())
          << "stored: " << stored->DebugString() << "expected: " << expected.DebugString();
    }
  }

  void CheckStats() {
    const RegisterStats stats = register_->Stats();
    EXPECT_EQ(stats.revision, naive_.revision());
    EXPECT_EQ(stats.source_records, naive_.live_records());
    EXPECT_EQ(stats.deleted_source_records, naive_.minted() - naive_.live_records());
    EXPECT_EQ(stats.entities, naive_.partition().size());
    EXPECT_EQ(stats.properties, naive_.properties());
    EXPECT_EQ(stats.streets, naive_.streets());
    for (const auto& [source, count] : naive_.live_by_source()) {
      const auto found = stats.by_source.find(source);
      EXPECT_EQ(found == stats.by_source.end() ? 0 : found->second, count) << source;
    }
  }

  void CheckReviews() {
    const auto view = register_->OpenView({});
    ASSERT_TRUE(view.ok()) << view.status();
    const auto stored = register_->ListReviews(*view, 0, 0, 1'000'000);
    ASSERT_TRUE(stored.ok()) << stored.status();
    const std::vector<matching::RecordReview>& expected = naive_.reviews();
    ASSERT_EQ(stored->size(), expected.size());
    ReviewCounts counts{};
    for (size_t i = 0; i < expected.size(); ++i) {
      const ReviewPair& pair = stored->at(i);
      SCOPED_TRACE(::testing::Message() << "records " << expected[i].a << " and " << expected[i].b);
      EXPECT_EQ(pair.review, expected[i]) << pair.review.a << " " << pair.review.b << " " << pair.review.score;
      EXPECT_EQ(pair.revision, naive_.OpenSince(expected[i]));
      EXPECT_GE(pair.changed_revision, pair.revision);
      EXPECT_EQ(pair.model_version, register_->model()->version);
      ++counts[static_cast<size_t>(expected[i].reason)];
    }
    EXPECT_EQ(register_->Stats().reviews, counts);
    reviews_ += expected.size();
  }

  void CheckSources() {
    const auto view = register_->OpenView({});
    ASSERT_TRUE(view.ok()) << view.status();
    for (const auto& [key, record] : naive_.records()) {
      const auto stored = register_->GetSource(*view, key);
      ASSERT_TRUE(stored.ok()) << stored.status();
      EXPECT_EQ(stored->ordinal, record.ordinal);
      EXPECT_EQ(stored->anchor, naive_.Resolve(record.ordinal));
      EXPECT_EQ(stored->stored.deleted(), !record.live);
      EXPECT_EQ(stored->stored.revision(), record.revision);
      EXPECT_EQ(stored->record.details, record.record.details);
      EXPECT_EQ(stored->record.relations, record.record.relations);
      EXPECT_EQ(stored->record.source_time, record.record.source_time);
    }
  }

  // Who is at each property, and who names whom: the stored lists against a scan of all records.
  void CheckTies() {
    const auto view = register_->OpenView({});
    ASSERT_TRUE(view.ok()) << view.status();
    std::map<uint64_t, std::vector<uint64_t>> at;
    std::map<model::SourceKey, std::vector<uint64_t>> naming;
    for (const auto& [key, record] : naive_.records()) {
      naming[key];
      if (!record.live) {
        continue;
      }
      for (const matching::ResolvedAddress& address : record.resolved) {
        if (address.uprn != 0 && std::ranges::count(at[address.uprn], record.ordinal) == 0) {
          at[address.uprn].push_back(record.ordinal);
        }
      }
      for (const model::Relation& relation : record.record.relations) {
        naming[relation.other].push_back(record.ordinal);
      }
    }
    for (auto& [uprn, ordinals] : at) {
      std::ranges::sort(ordinals);
      EXPECT_EQ(*ListOccupants(view->reader(), 1, uprn, 0, 1'000), ordinals) << "UPRN " << uprn;
    }
    for (auto& [key, ordinals] : naming) {
      std::ranges::sort(ordinals);
      EXPECT_EQ(*register_->ListRelated(*view, key, 1'000), ordinals) << key.source << " " << key.key;
    }
  }

  // What a reader saw at a revision: by id, the anchor and the entity.
  struct Past {
    TimeMicros time = 0;
    std::vector<std::pair<uint64_t, std::string>> entities;
  };

  void Remember() {
    Past past;
    past.time = clock_.Now();
    for (uint64_t id = 1; id <= naive_.minted(); ++id) {
      const auto entity = register_->GetNewestEntity(id);
      ASSERT_TRUE(entity.ok()) << entity.status();
      past.entities.emplace_back(entity->anchor, entity->entity.SerializeAsString());
    }
    past_[register_->revision()] = std::move(past);
    if (past_.size() > kPastStates) {
      past_.erase(std::next(past_.begin(), input_.Below(kPastStates)));
    }
  }

  void CheckPast() {
    for (const auto& [revision, past] : past_) {
      ReadSpec spec;
      spec.as_of_revision = revision;
      const auto view = register_->OpenView(spec);
      ASSERT_TRUE(view.ok()) << view.status();
      for (uint64_t id = 1; id <= naive_.minted(); ++id) {
        const auto entity = register_->GetEntity(*view, id);
        if (id > past.entities.size()) {
          EXPECT_EQ(entity.status().code(), absl::StatusCode::kNotFound) << "id " << id << " as of " << revision;
          continue;
        }
        ASSERT_TRUE(entity.ok()) << entity.status();
        EXPECT_EQ(entity->anchor, past.entities[id - 1].first) << "id " << id << " as of " << revision;
        EXPECT_EQ(entity->entity.SerializeAsString(), past.entities[id - 1].second)
            << "id " << id << " as of " << revision;
      }
    }
  }

  RandomRegisterInput input_;
  const bool faults_;
  std::unique_ptr<storage::Store> base_;
  storage::FaultStore store_;
  ManualClock clock_;
  std::unique_ptr<Register> register_;
  NaiveRegister naive_;
  size_t rules_ = 0;
  std::string configured_ = "{}";  // survivorship, and the one in force
  std::string in_force_ = "{}";

  uint64_t replayed_ = 0;
  std::set<uint64_t> active_;
  std::map<uint64_t, uint64_t> redirects_;  // of ids that stood for a person once, and others of theirs that moved
  std::set<uint64_t> told_;                 // ids that an event was about
  uint64_t merged_ = 0;
  uint64_t split_ = 0;
  uint64_t failed_ = 0;
  uint64_t reviews_ = 0;  // checked
  uint64_t rulesets_ = 0;
  std::map<uint64_t, Past> past_;
};

void RunModel(bool faults, uint64_t first_seed, int rounds) {
  uint64_t merged = 0;
  uint64_t split = 0;
  uint64_t failed = 0;
  uint64_t reviews = 0;
  uint64_t rulesets = 0;
  for (int round = 0; round < rounds; ++round) {
    const uint64_t seed = TestSeed(first_seed + static_cast<uint64_t>(round));
    std::cout << "seed " << seed << std::endl;
    Model model(seed, faults);
    for (int step = 0; step < 150; ++step) {
      SCOPED_TRACE(::testing::Message() << "WENSUM_SEED=" << seed << " step " << step);
      model.Step();
      if (::testing::Test::HasFailure()) {
        return;
      }
    }
    model.Check();
    merged += model.merged();
    split += model.split();
    failed += model.failed();
    reviews += model.reviews();
    rulesets += model.rulesets();
  }
  if (Rounds(2, 2) == 1) return;  // one seed, repeated
  // A run in which nothing happens would prove nothing.
  EXPECT_GT(merged, 0);
  EXPECT_GT(split, 0);
  EXPECT_GT(reviews, 0);
  EXPECT_GT(rulesets, 0);
  EXPECT_EQ(failed > 0, faults);
}

TEST(RegisterModel, AgreesWithTheNaiveRegister) { RunModel(/*faults=*/false, 1, Rounds(6, 400)); }

TEST(RegisterModel, AgreesWithTheNaiveRegisterWhileWritesAndReadsFail) {
  RunModel(/*faults=*/true, 1001, Rounds(3, 200));
}

std::vector<std::vector<model::SourceKey>> PartitionOf(Register& reg) {
  std::map<uint64_t, std::vector<model::SourceKey>> by_anchor;
  const auto view = reg.OpenView({});
  EXPECT_TRUE(view.ok());
  for (const SourceRules& source : reg.rules().sources) {
    const auto records = reg.ListSources(*view, source.name, 0, 10'000, /*with_deleted=*/false);
    EXPECT_TRUE(records.ok()) << records.status();
    for (const SourceVersion& record : *records) {
      by_anchor[record.anchor].push_back(record.record.key);
    }
  }
  std::vector<std::vector<model::SourceKey>> partition;
  for (auto& [anchor, keys] : by_anchor) {
    std::sort(keys.begin(), keys.end());
    partition.push_back(std::move(keys));
  }
  std::sort(partition.begin(), partition.end());
  return partition;
}

// Sequence neutrality: the same records and the same gazetteer in the end, whatever came first and together with what.
TEST(RegisterModel, OrderAndGroupingOfArrivalsDoNotMatter) {
  const int rounds = Rounds(4, 200);
  for (int round = 0; round < rounds; ++round) {
    const uint64_t seed = TestSeed(2001 + static_cast<uint64_t>(round));
    SCOPED_TRACE(::testing::Message() << "WENSUM_SEED=" << seed);
    std::cout << "seed " << seed << std::endl;
    RandomRegisterInput input(seed);
    ManualClock clock(kStartTime);
    std::map<model::SourceKey, SourceWrite> records;
    while (records.size() < 25) {
      SourceWrite write = input.Upsert();
      const bool named = !write.record.details.name.empty() || write.record.kind == model::RecordKind::kOrganisation;
      if (named && write.record.key.source != "unheard_of") {  // refused, a former version would stay in its place
        records[write.record.key] = std::move(write);
      }
    }
    std::vector<GazetteerWrite> street = MakeStreet(20900001, "ELM HILL", "NR3 1HN", 3);
    std::vector<std::vector<model::SourceKey>> first;
    for (int order = 0; order < 4; ++order) {
      const auto store = storage::NewMemoryStore();
      const auto reg = OpenOrDie(store.get(), &clock, kUnguardedRules);  // what is held depends on what came before
      std::vector<SourceWrite> writes;
      for (const auto& [key, write] : records) {
        writes.push_back(write);
        if (input.Chance(0.3)) {  // a former version, or one that is deleted in between
          SourceWrite former = input.Chance(0.3) ? MakeErase("", "") : input.Upsert();
          former.record.key = key;
          writes.insert(writes.begin(), std::move(former));
        }
      }
      // Shuffles, but keeps the last version of each key behind its former one.
      for (size_t i = writes.size(); i > 1; --i) {
        std::swap(writes[i - 1], writes[input.random().Below(i)]);
      }
      std::stable_partition(writes.begin(), writes.end(), [&records](const SourceWrite& write) {
        const auto last = records.find(write.record.key);
        return write.erase || write.record.details != last->second.record.details ||
               write.record.source_time != last->second.record.source_time ||
               write.record.kind != last->second.record.kind;
      });
      const size_t street_at = input.random().Below(writes.size());
      for (size_t i = 0; i < writes.size();) {
        Mutation mutation;
        if (street_at >= i) {
          mutation.rows = street;
        }
        const size_t size = 1 + input.random().Below(order == 0 ? 1 : 12);
        for (size_t end = std::min(writes.size(), i + size); i < end; ++i) {
          mutation.sources.push_back(writes[i]);
        }
        ASSERT_TRUE(reg->Commit(std::move(mutation)).status.ok());
      }
      std::vector<std::vector<model::SourceKey>> partition = PartitionOf(*reg);
      if (order == 0) {
        first = std::move(partition);
        EXPECT_GT(first.size(), 1);
      } else {
        EXPECT_EQ(partition, first);
      }
    }
  }
}

}  // namespace
}  // namespace wensum::registry
