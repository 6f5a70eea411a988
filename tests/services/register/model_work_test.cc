// Models in a running register: what comes into force is what would have been there from the beginning.
#include "services/register/model_work.h"

#include <atomic>
#include <iostream>
#include <limits>
#include <map>
#include <numeric>
#include <set>
#include <thread>

#include "matching/person/default_model.h"
#include "matching/person/person_schema.h"
#include "matching/score/model_json.h"
#include "services/register/model_store.h"
#include "storage/fault_store.h"
#include "storage/keys.h"
#include "tests/services/register/random_register_input.h"
#include "tests/services/register/register_test_util.h"
#include "tests/support/seed.h"
#include "wensum/storage/v1/log.pb.h"
#include "wensum/v1/changes.pb.h"

namespace wensum::registry {
namespace {

using ::testing::HasSubstr;

constexpr double kStrict = 12;  // more than most pairs of the small world score

class ModelWorkTest : public ::testing::Test {
 protected:
  static constexpr uint64_t kSeed = 20261122;

  ModelWorkTest() : input_(TestSeed(kSeed)), base_(storage::NewMemoryStore()), store_(base_.get()), clock_(kStartTime) {
    std::cout << "seed " << TestSeed(kSeed) << "\n";
    Reopen();
  }

  void Reopen() {
    register_.reset();
    register_ = OpenOrDie(&store_, &clock_);
    ASSERT_NE(register_, nullptr);
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
    Mutation street;
    street.rows = MakeStreet(20900001, "ELM HILL", "NR3 1HN", 6);
    ASSERT_TRUE(register_->Commit(std::move(street)).status.ok());
    for (int i = 0; i < records; ++i) {
      CommitOne(*register_, Record(i));
    }
  }

  // The default model with another merge threshold, stored; its version.
  std::string Store(double merge_threshold) {
    matching::LinkageModel model = *matching::DefaultPersonModel();
    model.parameters.rules.merge_threshold = merge_threshold;
    const NamedModel named = NameByContent(std::move(model), ModelOrigin::kImported, clock_.Now());
    Mutation mutation;
    mutation.extra_writes = [&named](const MutationResult&, storage::WriteBatch& batch) { PutModel(named, batch); };
    EXPECT_TRUE(register_->Commit(std::move(mutation)).status.ok());
    return named.info.version();
  }

  absl::StatusOr<Activation> Activate(const std::string& version, const WorkHooks& hooks = {}) {
    return register_->model_work()->Activate({.version = version, .records_per_piece = 16}, hooks);
  }

  // Who each id resolves to.
  std::map<uint64_t, uint64_t> Resolution() {
    std::map<uint64_t, uint64_t> out;
    for (uint64_t id = 1;; ++id) {
      const auto entity = register_->GetNewestEntity(id);
      if (!entity.ok()) {
        return out;
      }
      out[id] = entity->anchor;
    }
  }

  void ExpectVerified() {
    const auto report = register_->Verify();
    ASSERT_TRUE(report.ok()) << report.status();
    EXPECT_EQ(report->differences, 0) << ::testing::PrintToString(report->details);
    EXPECT_EQ(report->entities, register_->Stats().entities);
    const ReviewCounts open = register_->Stats().reviews;
    EXPECT_EQ(report->reviews, std::accumulate(open.begin(), open.end(), int64_t{0}));
  }

  // Follows the feed as a consumer does: it must know the people that there are.
  void ExpectFeedFollows() {
    const auto commits = register_->ReadChanges(0, 1'000'000);
    ASSERT_TRUE(commits.ok()) << commits.status();
    std::set<uint64_t> active;
    for (const auto& [revision, commit] : commits->commits) {
      for (const auto& event : commit.events()) {
        SCOPED_TRACE(::testing::Message() << "revision " << revision << ": " << event.ShortDebugString());
        if (event.kind() == v1::CHANGE_KIND_PERSON_CREATED || event.kind() == v1::CHANGE_KIND_PERSON_SPLIT) {
          EXPECT_TRUE(active.insert(event.id()).second);
        } else if (event.kind() == v1::CHANGE_KIND_PERSON_MERGED || event.kind() == v1::CHANGE_KIND_PERSON_ENDED) {
          EXPECT_EQ(active.erase(event.id()), 1);
        }
      }
    }
    std::set<uint64_t> expected;
    for (const auto& [id, anchor] : Resolution()) {
      if (id == anchor && !register_->GetNewestEntity(id)->entity.ended()) {
        expected.insert(id);
      }
    }
    EXPECT_EQ(active, expected);
  }

  RandomRegisterInput input_;
  std::unique_ptr<storage::Store> base_;
  storage::FaultStore store_;
  ManualClock clock_;
  std::unique_ptr<Register> register_;
};

TEST_F(ModelWorkTest, ActivationIsOneRevisionAndDoesWhatTheComparisonSaid) {
  Fill(120);
  const std::string strict = Store(kStrict);
  const std::string former = register_->model()->version;
  const auto before = Resolution();
  const auto compared =
      register_->model_work()->Compare(*ReadModel(store_, strict).value(), /*examples=*/3, WorkHooks());
  ASSERT_TRUE(compared.ok()) << compared.status();
  EXPECT_EQ(compared->people_before, register_->Stats().entities);
  EXPECT_GT(compared->splits, 0) << "the models should differ, or this test tests nothing";
  EXPECT_EQ(compared->revision, register_->revision());
  const auto sum = [](const ReviewCounts& counts) { return std::accumulate(counts.begin(), counts.end(), int64_t{0}); };
  EXPECT_EQ(compared->reviews_before, sum(register_->Stats().reviews));
  EXPECT_GT(compared->reviews_before, 0) << "or this test tests nothing of them";

  const uint64_t revision = register_->revision();
  const auto activation = Activate(strict);
  ASSERT_TRUE(activation.ok()) << activation.status();
  EXPECT_EQ(register_->revision(), revision + 1);
  EXPECT_EQ(activation->revision, revision + 1);
  EXPECT_EQ(activation->former_version, former);
  EXPECT_EQ(register_->model()->version, strict);
  EXPECT_EQ(register_->Stats().model_version, strict);
  ExpectVerified();
  ExpectFeedFollows();

  EXPECT_EQ(activation->people_before, compared->people_before);
  EXPECT_EQ(activation->people_after, compared->people_after);
  EXPECT_EQ(activation->records, compared->records);
  EXPECT_EQ(register_->Stats().entities, compared->people_after);
  EXPECT_EQ(compared->reviews_after, sum(register_->Stats().reviews));
  const auto after = Resolution();
  uint64_t changed = 0;
  for (const auto& [id, anchor] : after) {
    changed += anchor != before.at(id) ? 1 : 0;
  }
  EXPECT_EQ(changed, compared->records_changed);
  ASSERT_EQ(compared->split_examples.size(), std::min<uint64_t>(3, compared->splits));
  for (const auto& example : compared->split_examples) {
    std::set<uint64_t> people;
    for (const ComparedRecord& record : example) {
      EXPECT_EQ(record.before, example.front().before);
      EXPECT_EQ(record.after, after.at(record.after)) << "an id that it really has now";
      people.insert(record.after);
      const auto source = register_->GetSource(*register_->OpenView({}), record.key);
      ASSERT_TRUE(source.ok()) << source.status();
      EXPECT_EQ(source->anchor, record.after);
    }
    EXPECT_GT(people.size(), 1);
  }
}

TEST_F(ModelWorkTest, TheFormerModelGivesTheFormerPeopleBack) {
  Fill(120);
  const std::string first = register_->model()->version;
  const auto before = Resolution();
  const std::string strict = Store(kStrict);
  ASSERT_TRUE(Activate(strict).ok());
  EXPECT_NE(Resolution(), before);
  const auto back = register_->model_work()->Compare(*ReadModel(store_, first).value(), 3, WorkHooks());
  ASSERT_TRUE(back.ok()) << back.status();
  EXPECT_GT(back->merges, 0);
  ASSERT_FALSE(back->merge_examples.empty());
  for (const ComparedRecord& record : back->merge_examples.front()) {
    EXPECT_EQ(record.after, back->merge_examples.front().front().after);
  }
  ASSERT_TRUE(Activate(first).ok());
  EXPECT_EQ(Resolution(), before);
  ExpectVerified();
  ExpectFeedFollows();
  const auto history = ListActivations(store_);
  ASSERT_TRUE(history.ok());
  ASSERT_EQ(history->size(), 2);
  EXPECT_EQ(history->front().version(), strict);
  EXPECT_EQ(history->front().former_version(), first);
  EXPECT_EQ(history->back().version(), first);
  EXPECT_EQ(history->back().former_version(), strict);
}

TEST_F(ModelWorkTest, WritesReadsAndActivationsTogether) {
  Fill(60);
  const std::string first = register_->model()->version;
  const std::string strict = Store(kStrict);
  std::atomic<bool> stop{false};
  std::atomic<uint64_t> writes{0};
  std::thread writer([&] {
    while (!stop) {
      if (input_.Chance(0.2)) {
        Mutation mutation;
        mutation.rows.push_back(input_.Row());
        EXPECT_TRUE(register_->Commit(std::move(mutation)).status.ok());
      } else if (input_.Chance(0.2)) {
        Mutation mutation;  // what was never there is refused
        mutation.sources.push_back(MakeErase("housing", Cat("K", input_.Below(150))));
        EXPECT_TRUE(register_->Commit(std::move(mutation)).status.ok());
      } else {
        CommitOne(*register_, Record(input_.Below(150)));
      }
      ++writes;
    }
  });
  std::thread reader([&] {
    matching::PersonFeatures query;
    query.forenames = "ANN";
    query.surname = "OKAFOR";
    model::PersonDetails details;
    details.name.forenames = "Ann";
    details.name.surname = "Okafor";
    while (!stop) {
      EXPECT_TRUE(register_->Search(query, 0, 5).ok());
      EXPECT_TRUE(register_->FindMatches(details, 5).ok());
      EXPECT_FALSE(register_->Stats().model_version.empty());
      EXPECT_FALSE(register_->model()->version.empty());
    }
  });
  for (int i = 0; i < 6; ++i) {
    const uint64_t seen = writes;
    const auto activation =
        Activate(i % 2 == 0 ? strict : first, {.on_progress = [&](std::string_view phase, uint64_t, uint64_t) {
                   while (phase == "catch up" && writes < seen + 5) {
                     std::this_thread::yield();  // so that there is something to catch up with
                   }
                 }});
    EXPECT_TRUE(activation.ok()) << activation.status();
    EXPECT_TRUE(!activation.ok() || activation->caught_up > 0);
  }
  stop = true;
  writer.join();
  reader.join();
  ExpectVerified();
  ExpectFeedFollows();
  const auto live = Resolution();
  Reopen();
  EXPECT_EQ(register_->model()->version, first);
  EXPECT_EQ(Resolution(), live);
  ExpectVerified();
}

TEST_F(ModelWorkTest, AFailedSwitchLeavesTheFormerModelWhole) {
  Fill(80);
  const std::string first = register_->model()->version;
  const std::string strict = Store(kStrict);
  const auto before = Resolution();
  const uint64_t revision = register_->revision();
  const auto failed = Activate(strict, {.on_progress = [this](std::string_view phase, uint64_t, uint64_t) {
                                 if (phase == "switch") {
                                   store_.FailNextWrites(1, Unavailable("the test said so"));
                                 }
                               }});
  EXPECT_EQ(failed.status().code(), absl::StatusCode::kUnavailable) << failed.status();
  EXPECT_EQ(register_->model()->version, first);
  EXPECT_EQ(register_->revision(), revision);
  EXPECT_EQ(Resolution(), before);
  CommitOne(*register_, Record(200));
  ExpectVerified();
  EXPECT_TRUE(ListActivations(store_)->empty());
  Reopen();
  EXPECT_EQ(register_->model()->version, first);
  ExpectVerified();
  ASSERT_TRUE(Activate(strict).ok());
  ExpectVerified();
}

// The ordinal that it minted is given to another record, which the matchers of both models must have instead.
TEST_F(ModelWorkTest, ACommitThatFailsDuringAnActivation) {
  Fill(80);
  const std::string strict = Store(kStrict);
  bool failed = false;
  const auto activation = Activate(
      strict, {.on_progress = [&](std::string_view phase, uint64_t, uint64_t) {
        if (phase != "catch up" || failed) {
          return;
        }
        failed = true;
        const uint64_t revision = register_->revision();
        store_.FailNextWrites(1, Unavailable("the test said so"));
        Mutation lost;
        lost.sources.push_back(MakeWrite("housing", "lost", "Ann", "Okafor", "1961-03-14", "1 Elm Hill", "NR3 1HN"));
        EXPECT_EQ(register_->Commit(std::move(lost)).status.code(), absl::StatusCode::kUnavailable);
        EXPECT_EQ(register_->revision(), revision);
        Mutation kept;
        kept.sources.push_back(MakeWrite("contact", "kept", "Robert", "Brackenbury", "1988-11-02"));
        const MutationResult result = register_->Commit(std::move(kept));
        EXPECT_TRUE(result.status.ok()) << result.status;
        ASSERT_EQ(result.sources.size(), 1);
        EXPECT_EQ(result.sources.front().ordinal, 81) << "the one that the lost record had";
      }});
  ASSERT_TRUE(activation.ok()) << activation.status();
  EXPECT_TRUE(failed);
  EXPECT_GT(activation->caught_up, 0);
  EXPECT_EQ(activation->records, register_->Stats().source_records);
  EXPECT_EQ(register_->model()->version, strict);
  ExpectVerified();
  ExpectFeedFollows();
  CommitOne(*register_, MakeWrite("housing", "kept too", "Robert", "Brackenbury", "1988-11-02"));
  ExpectVerified();
  Reopen();
  ExpectVerified();
}

TEST_F(ModelWorkTest, ARestartKeepsTheModelInForce) {
  Fill(80);
  const std::string strict = Store(kStrict);
  ASSERT_TRUE(Activate(strict).ok());
  const auto after = Resolution();
  const uint64_t revision = register_->revision();
  Reopen();
  EXPECT_EQ(register_->model()->version, strict);
  EXPECT_EQ(register_->revision(), revision) << "nothing is resolved anew";
  EXPECT_EQ(Resolution(), after);
  for (int i = 0; i < 20; ++i) {
    CommitOne(*register_, Record(300 + i));
  }
  ExpectVerified();
}

TEST_F(ModelWorkTest, CancellingLeavesNothingBehind) {
  Fill(60);
  const std::string strict = Store(kStrict);
  const std::string first = register_->model()->version;
  for (const std::string_view at : {"resolve", "catch up", "switch"}) {
    bool cancel = false;
    const auto activation = Activate(
        strict, {.on_progress = [&](std::string_view phase, uint64_t, uint64_t) { cancel = cancel || phase == at; },
                 .cancelled = [&cancel] { return cancel; }});
    EXPECT_EQ(activation.status().code(), absl::StatusCode::kCancelled) << at;
    EXPECT_EQ(register_->model()->version, first);
    CommitOne(*register_, Record(input_.Below(60)));
  }
  const WorkHooks cancelled{.cancelled = [] { return true; }};
  EXPECT_EQ(register_->model_work()->Train(cancelled).status().code(), absl::StatusCode::kCancelled);
  ExpectVerified();
  ASSERT_TRUE(Activate(strict).ok());
  ExpectVerified();
}

TEST_F(ModelWorkTest, RefusesWhatCannotComeIntoForce) {
  Fill(10);
  const std::string strict = Store(kStrict);
  EXPECT_EQ(Activate("m-0000000000000000").status().code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(Activate(register_->model()->version).status().code(), absl::StatusCode::kFailedPrecondition);
  absl::Status second;
  ASSERT_TRUE(Activate(strict, {.on_progress =
                                    [&](std::string_view phase, uint64_t, uint64_t) {
                                      if (phase == "catch up") {
                                        second = Activate(strict).status();
                                      }
                                    }})
                  .ok());
  EXPECT_EQ(second.code(), absl::StatusCode::kFailedPrecondition) << "two at once";
}

TEST_F(ModelWorkTest, AModelThatChangesNobodyNeedsNoRevision) {
  const std::string strict = Store(kStrict);
  CommitOne(*register_, MakeWrite("housing", "H1", "Ann", "Lee", "1970-01-02"));
  const uint64_t revision = register_->revision();
  const auto activation = Activate(strict);
  ASSERT_TRUE(activation.ok()) << activation.status();
  EXPECT_EQ(activation->revision, revision);
  EXPECT_EQ(register_->revision(), revision);
  Reopen();
  EXPECT_EQ(register_->model()->version, strict);
  CommitOne(*register_, MakeWrite("housing", "H2", "Ann", "Leigh", "1970-01-02"));
  ExpectVerified();
}

TEST_F(ModelWorkTest, LearnsAModelThatCanComeIntoForce) {
  EXPECT_EQ(register_->model_work()->Train(WorkHooks()).status().code(), absl::StatusCode::kFailedPrecondition);
  Fill(150);
  std::set<std::string> phases;
  const auto training = register_->model_work()->Train(
      {.on_progress = [&](std::string_view phase, uint64_t, uint64_t) { phases.insert(std::string(phase)); }});
  ASSERT_TRUE(training.ok()) << training.status();
  EXPECT_TRUE(phases.contains("train: expectation maximisation"));
  EXPECT_GT(training->records, 100);
  EXPECT_EQ(training->model.parameters.rules, register_->model()->parameters.rules);
  const NamedModel named = NameByContent(training->model, ModelOrigin::kTrained, clock_.Now());
  EXPECT_TRUE(CheckPersonModel(named.model).ok());
  storage::WriteBatch batch;
  PutModel(named, batch);
  ASSERT_TRUE(store_.Write(batch, storage::Durability::kSync).ok());
  ASSERT_TRUE(Activate(named.info.version()).ok());
  ExpectVerified();
}

TEST_F(ModelWorkTest, MeasuresPeopleAgainstATruth) {
  Fill(80);
  Truth truth;
  for (const std::string source : {"housing", "council_tax", "contact", "electoral_register"}) {
    const auto listed = register_->ListSources(*register_->OpenView({}), source, 0, 1'000, false);
    for (const SourceVersion& version : *listed) {
      truth.records.emplace_back(version.record.key, Cat("P", version.anchor));
    }
  }
  const size_t known = truth.records.size();
  ASSERT_EQ(known, register_->Stats().source_records);
  truth.records.push_back({{.source = "housing", .key = "nobody", .incarnation = 0}, "P0"});
  const ModelWork& work = *register_->model_work();
  const auto live = work.Evaluate(nullptr, truth, WorkHooks());
  ASSERT_TRUE(live.ok()) << live.status();
  EXPECT_EQ(live->partition.records, known);
  EXPECT_EQ(live->unknown, 1);
  ASSERT_EQ(live->unknown_examples.size(), 1);
  EXPECT_EQ(live->unknown_examples.front().key, "nobody");
  EXPECT_EQ(live->partition.pairs.f1(), 1);
  EXPECT_EQ(live->partition.b_cubed.f1(), 1);
  EXPECT_GT(live->edges.recall, 0.5);

  // A stricter model would find the same people or parts of them.
  const std::string strict = Store(kStrict);
  const auto candidate = work.Evaluate(ReadModel(store_, strict)->get(), truth, WorkHooks());
  ASSERT_TRUE(candidate.ok()) << candidate.status();
  EXPECT_LT(candidate->partition.pairs.recall, 1);
  ASSERT_TRUE(Activate(strict).ok());
  const auto activated = work.Evaluate(nullptr, truth, WorkHooks());
  ASSERT_TRUE(activated.ok()) << activated.status();
  EXPECT_EQ(activated->partition.pairs.recall, candidate->partition.pairs.recall);
  EXPECT_EQ(activated->partition.pairs.precision, candidate->partition.pairs.precision);
  EXPECT_EQ(activated->edges.recall, candidate->edges.recall);

  truth.records.push_back(truth.records.front());
  EXPECT_EQ(work.Evaluate(nullptr, truth, WorkHooks()).status().code(), absl::StatusCode::kInvalidArgument);
  truth.records = {{{.source = "housing", .key = "nobody", .incarnation = 0}, "P0"}};
  EXPECT_EQ(work.Evaluate(nullptr, truth, WorkHooks()).status().code(), absl::StatusCode::kFailedPrecondition);
}

TEST(ModelStoreTest, TheContentNamesAModel) {
  const matching::LinkageModel model = *matching::DefaultPersonModel();
  matching::LinkageModel renamed = model;
  renamed.version = "trained";
  const NamedModel named = NameByContent(renamed, ModelOrigin::kImported, 5);
  EXPECT_EQ(named.info.version(), NameByContent(model, ModelOrigin::kTrained, 9).info.version());
  EXPECT_EQ(named.info.label(), "trained");
  EXPECT_EQ(named.model.version, named.info.version());
  const auto again = matching::ModelFromJson(named.json);
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(NameByContent(*again, ModelOrigin::kImported, 5).json, named.json);
  renamed.parameters.rules.merge_threshold += 0.5;
  EXPECT_NE(NameByContent(renamed, ModelOrigin::kImported, 5).info.version(), named.info.version());
}

TEST(ModelStoreTest, ChecksSchemaAndRules) {
  const matching::LinkageModel model = *matching::DefaultPersonModel();
  EXPECT_TRUE(CheckPersonModel(model).ok());
  matching::LinkageModel other = model;
  std::vector<matching::Attribute> attributes(model.schema.attributes().begin(), model.schema.attributes().end());
  attributes[1].name = "family name";
  other.schema = matching::Schema(attributes);
  EXPECT_THAT(std::string(Message(CheckPersonModel(other))), HasSubstr("number 2 is \"family name\" (surname)"));
  attributes = {model.schema.attributes().begin(), model.schema.attributes().end() - 1};
  other.schema = matching::Schema(attributes);
  EXPECT_THAT(std::string(Message(CheckPersonModel(other))), HasSubstr("13 attributes; the register has 14"));
  other = model;
  other.parameters.match_rate = 1;
  EXPECT_THAT(std::string(Message(CheckPersonModel(other))), HasSubstr("match_rate is 1"));
  other = model;
  other.frequencies.values[1]["SMITH"] = std::numeric_limits<float>::infinity();
  EXPECT_THAT(std::string(Message(CheckPersonModel(other))), HasSubstr("the model is damaged"));
  other = model;
  other.parameters.attributes[2].shift[1][1] = 1e9;
  EXPECT_FALSE(CheckPersonModel(other).ok());
  other.parameters.attributes[2].shift[1][1] = -33;
  EXPECT_FALSE(CheckPersonModel(other).ok());
  other.parameters.attributes[2].shift[1][1] = 33;
  EXPECT_THAT(std::string(Message(CheckPersonModel(other))), HasSubstr("a shift of the model is beyond 32"));
  other.parameters.attributes[2].shift[1][1] = 32;
  EXPECT_TRUE(CheckPersonModel(other).ok()) << CheckPersonModel(other);
  other = model;
  other.parameters.rules.hub_cap = 0;
  EXPECT_THAT(std::string(Message(CheckPersonModel(other))), HasSubstr("hub_cap 0"));
  other = model;
  other.parameters.rules.review_threshold = 3;
  EXPECT_THAT(std::string(Message(CheckPersonModel(other))), HasSubstr("must not be above merge_threshold"));
  other.parameters.rules.merge_threshold = 1e300;
  EXPECT_FALSE(CheckPersonModel(other).ok());
}

TEST_F(ModelWorkTest, ModelsStoredBeforeAreDescribedAtStart) {
  const std::string version = register_->model()->version;
  storage::WriteBatch batch;
  batch.Delete(storage::Family::kMeta, storage::ModelInfoKey(version));
  ASSERT_TRUE(store_.Write(batch, storage::Durability::kSync).ok());
  ASSERT_TRUE(ListModels(store_)->empty());
  Reopen();
  const auto models = ListModels(store_);
  ASSERT_TRUE(models.ok()) << models.status();
  ASSERT_EQ(models->size(), 1);
  EXPECT_EQ(models->front().version(), version);
  EXPECT_EQ(models->front().origin(), static_cast<uint32_t>(ModelOrigin::kDefault));
  EXPECT_EQ(models->front().create_time(), kStartTime);
  EXPECT_GT(models->front().json_bytes(), 100'000);
}

}  // namespace
}  // namespace wensum::registry
