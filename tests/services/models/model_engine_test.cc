// Runs of models and their records, with a store that can make a run wait.
#include "services/models/model_engine.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <thread>
#include <vector>

#include "matching/person/default_model.h"
#include "matching/score/model_json.h"
#include "services/models/model_messages.h"
#include "services/models/models_handler.h"
#include "services/register/model_store.h"
#include "storage/fault_store.h"
#include "storage/keys.h"
#include "tests/services/register/register_test_util.h"
#include "wensum/storage/v1/models.pb.h"

namespace wensum::models {
namespace {

using registry::CommitOne;
using registry::MakeWrite;
using ::testing::HasSubstr;

// Passes all on to another store. While it is paused nobody gets a snapshot: what reads the whole register waits.
class PausingStore final : public storage::Store {
 public:
  explicit PausingStore(storage::Store* base) : base_(*base) {}

  void Pause(bool paused) {
    MutexLock lock(mutex_);
    paused_ = paused;
    changed_.NotifyAll();
  }
  // Returns once somebody waits for a snapshot.
  void AwaitWaiter() {
    MutexLock lock(mutex_);
    while (waiting_ == 0) {
      changed_.Wait(mutex_);
    }
  }

  absl::StatusOr<std::optional<std::string>> Get(storage::Family family, std::string_view key) const override {
    return base_.Get(family, key);
  }
  absl::StatusOr<std::vector<std::optional<std::string>>> MultiGet(
      storage::Family family, const std::vector<std::string>& keys) const override {
    return base_.MultiGet(family, keys);
  }
  std::unique_ptr<storage::Iterator> NewIterator(storage::Family family,
                                                 const storage::KeyRange& range) const override {
    return base_.NewIterator(family, range);
  }
  absl::Status Write(const storage::WriteBatch& batch, storage::Durability durability) override {
    return base_.Write(batch, durability);
  }
  std::unique_ptr<storage::Snapshot> NewSnapshot() const override {
    MutexLock lock(mutex_);
    ++waiting_;
    changed_.NotifyAll();
    while (paused_) {
      changed_.Wait(mutex_);
    }
    --waiting_;
    return base_.NewSnapshot();
  }
  absl::Status Sync() override { return base_.Sync(); }
  storage::StoreStats Stats() const override { return base_.Stats(); }

 private:
  storage::Store& base_;
  mutable Mutex mutex_;
  mutable CondVar changed_;
  bool paused_ WENSUM_GUARDED_BY(mutex_) = false;
  mutable int waiting_ WENSUM_GUARDED_BY(mutex_) = 0;
};

class ModelEngineTest : public ::testing::Test {
 protected:
  ModelEngineTest()
      : base_(storage::NewMemoryStore()), faults_(base_.get()), store_(&faults_), clock_(registry::kStartTime) {
    register_ = registry::OpenOrDie(&store_, &clock_);
    Restart();
    CommitOne(*register_, MakeWrite("housing", "H1", "Ann", "Okafor", "1961-03-14", "1 Elm Hill", "NR3 1HN"));
    CommitOne(*register_, MakeWrite("contact", "K1", "Anne", "Okafor", "1961-03-14", "1 Elm Hill", "NR3 1HN"));
    CommitOne(*register_, MakeWrite("contact", "K2", "Robert", "Brackenbury", "1988-11-02"));
  }

  void Restart() {
    engine_.reset();
    absl::StatusOr<std::unique_ptr<ModelEngine>> engine = ModelEngine::Create(register_.get(), &clock_);
    ASSERT_TRUE(engine.ok()) << engine.status();
    engine_ = *std::move(engine);
  }

  static std::string StrictJson() {
    matching::LinkageModel model = *matching::DefaultPersonModel();
    model.version = "strict";
    model.parameters.rules.merge_threshold = 60;
    return matching::ModelToJson(model);
  }

  absl::StatusOr<v1::ModelRun> Start(const v1::ModelRunSpec& spec) { return engine_->Start(spec, {}); }

  static v1::ModelRunSpec Activation(const std::string& version, const std::string& expected = "") {
    v1::ModelRunSpec spec;
    spec.mutable_activate()->set_model(ModelName(version));
    spec.mutable_activate()->set_expected_active(expected);
    return spec;
  }
  static v1::ModelRunSpec Comparison(const std::string& version) {
    v1::ModelRunSpec spec;
    spec.mutable_compare()->set_model(ModelName(version));
    return spec;
  }

  v1::ModelRun Await(const v1::ModelRun& started) {
    const uint64_t id = *ParseModelRunName(started.name(), "name");
    while (true) {
      const absl::StatusOr<v1::ModelRun> run = engine_->GetRun(id);
      EXPECT_TRUE(run.ok()) << run.status();
      if (!run.ok() || run->state() != v1::ModelRun::STATE_RUNNING) {
        return run.value_or(v1::ModelRun());
      }
      std::this_thread::yield();
    }
  }

  v1::ModelRun RunToEnd(const v1::ModelRunSpec& spec) {
    const absl::StatusOr<v1::ModelRun> run = Start(spec);
    EXPECT_TRUE(run.ok()) << run.status();
    return run.ok() ? Await(*run) : v1::ModelRun();
  }

  std::unique_ptr<storage::Store> base_;
  storage::FaultStore faults_;
  PausingStore store_;
  ManualClock clock_;
  std::unique_ptr<registry::Register> register_;
  std::unique_ptr<ModelEngine> engine_;
};

TEST_F(ModelEngineTest, ActivatesAndRollsBack) {
  const std::string first = register_->model()->version;
  const std::string strict = engine_->Import(StrictJson()).value();
  EXPECT_EQ(engine_->Import(StrictJson()).value(), strict) << "the same content is the same model";
  clock_.Advance(1'000'000);
  const v1::ModelRun run = RunToEnd(Activation(strict, ModelName(first)));
  EXPECT_EQ(run.state(), v1::ModelRun::STATE_SUCCEEDED) << run.error();
  EXPECT_EQ(run.activate().former_model(), ModelName(first));
  EXPECT_EQ(run.activate().people_before(), 2);
  EXPECT_EQ(run.activate().people_after(), 3);
  EXPECT_TRUE(run.has_end_time());
  ModelHistory history = ReadModelHistory(store_, register_->model()->version).value();
  EXPECT_EQ(history.active, strict);
  EXPECT_EQ(history.previous, first);
  v1::Model told;
  ToModel(registry::ReadModelInfo(store_, strict).value(), history, told);
  EXPECT_EQ(told.label(), "strict");
  EXPECT_TRUE(told.active());
  EXPECT_EQ(told.activate_revision(), register_->revision());

  const v1::ModelRun back = RunToEnd(Activation(history.previous, ModelName(strict)));
  EXPECT_EQ(back.activate().people_after(), 2);
  history = ReadModelHistory(store_, register_->model()->version).value();
  EXPECT_EQ(history.active, first);
  EXPECT_EQ(history.previous, strict);

  const auto runs = engine_->ListRuns(0, 10);
  ASSERT_EQ(runs->size(), 2);
  EXPECT_EQ(runs->front().second.name(), back.name());
  EXPECT_EQ(engine_->ListRuns(runs->front().first, 10)->size(), 1);
}

TEST_F(ModelEngineTest, RefusesWhatDoesNotFit) {
  const std::string first = register_->model()->version;
  const std::string strict = engine_->Import(StrictJson()).value();
  EXPECT_EQ(Start({}).status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(Start(Activation("nobody")).status().code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(Start(Activation("no body")).status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(Start(Activation(first)).status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(Start(Activation(strict, ModelName(strict))).status().code(), absl::StatusCode::kAborted);
  v1::ModelRunSpec spec = Comparison(strict);
  spec.mutable_compare()->set_max_examples(-1);
  EXPECT_EQ(Start(spec).status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(engine_->GetRun(1).status().code(), absl::StatusCode::kNotFound) << "nothing of these was recorded";
  EXPECT_EQ(engine_->Import("{}").status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(engine_->Import("no JSON").status().code(), absl::StatusCode::kInvalidArgument);
}

TEST_F(ModelEngineTest, OneRunAtATimeWhichCanBeCancelled) {
  const std::string strict = engine_->Import(StrictJson()).value();
  store_.Pause(true);
  const v1::ModelRun run = Start(Comparison(strict)).value();
  store_.AwaitWaiter();
  const absl::Status second = Start(Activation(strict)).status();
  EXPECT_EQ(second.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(Message(second)), HasSubstr(run.name()));
  EXPECT_EQ(engine_->Delete(strict).code(), absl::StatusCode::kFailedPrecondition) << "the run works with it";
  EXPECT_EQ(engine_->GetRun(1)->state(), v1::ModelRun::STATE_RUNNING);
  const absl::StatusOr<v1::ModelRun> cancelled = engine_->Cancel(1);
  ASSERT_TRUE(cancelled.ok()) << cancelled.status();
  EXPECT_TRUE(cancelled->cancel_requested());
  store_.Pause(false);
  const v1::ModelRun end = Await(run);
  EXPECT_EQ(end.state(), v1::ModelRun::STATE_CANCELLED);
  EXPECT_FALSE(end.has_compare());
  EXPECT_EQ(engine_->Cancel(1).status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(engine_->Cancel(2).status().code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(RunToEnd(Comparison(strict)).compare().splits(), 1);
}

TEST_F(ModelEngineTest, ARunCutOffByARestartHasFailed) {
  const std::string strict = engine_->Import(StrictJson()).value();
  store_.Pause(true);
  const v1::ModelRun run = Start(Activation(strict)).value();
  store_.AwaitWaiter();
  ModelEngine* const stopping = engine_.get();
  std::thread stop([this] { engine_.reset(); });
  while (stopping->Start(Comparison(strict), {}).status().code() != absl::StatusCode::kUnavailable) {
    std::this_thread::yield();
  }
  store_.Pause(false);
  stop.join();
  Restart();
  const v1::ModelRun end = Await(run);
  EXPECT_EQ(end.state(), v1::ModelRun::STATE_FAILED);
  EXPECT_THAT(end.error(), HasSubstr("cut off by a restart; start it again"));
  EXPECT_TRUE(end.has_end_time());
  EXPECT_NE(register_->model()->version, strict);
  EXPECT_EQ(RunToEnd(Activation(strict)).state(), v1::ModelRun::STATE_SUCCEEDED);
  EXPECT_EQ(register_->Verify()->differences, 0);
}

TEST_F(ModelEngineTest, AFailedRunSaysWhy) {
  const std::string strict = engine_->Import(StrictJson()).value();
  faults_.FailReads(storage::Family::kEntity);
  const v1::ModelRun run = Await(Start(Comparison(strict)).value());
  EXPECT_EQ(run.state(), v1::ModelRun::STATE_FAILED);
  EXPECT_FALSE(run.error().empty());
  faults_.Heal();
  // Neither the switch nor the record of its failure can be written.
  store_.Pause(true);
  const v1::ModelRun lost = Start(Activation(strict)).value();
  store_.AwaitWaiter();
  faults_.FailWritesAfter(0, Unavailable("the test said so"));
  store_.Pause(false);
  EXPECT_EQ(Await(lost).state(), v1::ModelRun::STATE_FAILED) << "known as long as the server lives";
  faults_.Heal();
  Restart();
  EXPECT_EQ(Await(lost).state(), v1::ModelRun::STATE_FAILED) << "and told by the next one";
  EXPECT_EQ(register_->Verify()->differences, 0);
}

TEST_F(ModelEngineTest, RecordsOfRunsThatCannotBeReadOrWrittenKeepNobodyOut) {
  const std::string strict = engine_->Import(StrictJson()).value();
  const v1::ModelRun whole = RunToEnd(Comparison(strict));
  const auto key = [this](uint64_t id) { return storage::ModelRunKey(register_->register_id(), id); };
  v1::ModelRun going_on = whole;
  going_on.set_name(ModelRunName(3));
  going_on.set_state(v1::ModelRun::STATE_RUNNING);
  storage::v1::ModelRun row;
  row.set_format(1);
  row.set_id(3);
  row.set_run(going_on.SerializeAsString());
  storage::WriteBatch batch;
  batch.Put(storage::Family::kImportRun, key(2), "\xff\xff\xff");
  batch.Put(storage::Family::kImportRun, key(3), row.SerializeAsString());
  row.set_format(1'000);
  batch.Put(storage::Family::kImportRun, key(4), row.SerializeAsString());
  ASSERT_TRUE(faults_.Write(batch, storage::Durability::kSync).ok());

  const auto expect_runs = [&] {
    const auto runs = engine_->ListRuns(0, 10);
    ASSERT_TRUE(runs.ok()) << runs.status();
    ASSERT_EQ(runs->size(), 4);
    for (const size_t unreadable : {0, 2}) {
      const v1::ModelRun& run = (*runs)[unreadable].second;
      EXPECT_EQ(run.name(), ModelRunName(4 - unreadable));
      EXPECT_EQ(run.state(), v1::ModelRun::STATE_FAILED);
      EXPECT_EQ(run.error(), "the record cannot be read");
    }
    EXPECT_EQ((*runs)[1].second.state(), v1::ModelRun::STATE_FAILED);
    EXPECT_THAT((*runs)[1].second.error(), HasSubstr("cut off by a restart"));
    EXPECT_EQ((*runs)[3].second.SerializeAsString(), whole.SerializeAsString());
  };
  faults_.FailNextWrites(1, Unavailable("the test said so"));
  Restart();
  EXPECT_EQ(faults_.batches_failed(), 1);
  expect_runs();
  Restart();
  expect_runs();
  EXPECT_EQ(RunToEnd(Comparison(strict)).name(), ModelRunName(5)) << "no number is given twice";
}

TEST_F(ModelEngineTest, NothingIsDeletedThatATrainingMayAnswer) {
  v1::ModelRunSpec spec;
  spec.mutable_train();
  const std::string learnt = ParseModelName(RunToEnd(spec).train().model(), "model").value();
  store_.Pause(true);
  const v1::ModelRun again = Start(spec).value();
  store_.AwaitWaiter();
  EXPECT_EQ(engine_->Delete(learnt).code(), absl::StatusCode::kFailedPrecondition);
  store_.Pause(false);
  EXPECT_EQ(Await(again).train().model(), ModelName(learnt));
  EXPECT_TRUE(registry::ReadModelInfo(store_, learnt).ok());
  EXPECT_TRUE(engine_->Delete(learnt).ok());
}

TEST_F(ModelEngineTest, KeepsTheModelsThatAreNeeded) {
  const std::string first = register_->model()->version;
  const std::string strict = engine_->Import(StrictJson()).value();
  matching::LinkageModel third_model = *matching::DefaultPersonModel();
  third_model.parameters.rules.merge_threshold = 7;
  const std::string third = engine_->Import(matching::ModelToJson(third_model)).value();
  EXPECT_EQ(engine_->Delete("nobody").code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(engine_->Delete(first).code(), absl::StatusCode::kFailedPrecondition) << "in force";
  RunToEnd(Activation(strict));
  EXPECT_EQ(engine_->Delete(first).code(), absl::StatusCode::kFailedPrecondition) << "for a roll back";
  RunToEnd(Activation(third));
  EXPECT_TRUE(engine_->Delete(first).ok());
  EXPECT_EQ(engine_->Delete(strict).code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(Start(Activation(first)).status().code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(registry::ListModels(store_)->size(), 2);
}

TEST_F(ModelEngineTest, TrainsAModelAndStoresIt) {
  v1::ModelRunSpec spec;
  spec.mutable_train();
  const v1::ModelRun run = RunToEnd(spec);
  ASSERT_EQ(run.state(), v1::ModelRun::STATE_SUCCEEDED) << run.error();
  EXPECT_EQ(run.train().records(), 3);
  const std::string version = ParseModelName(run.train().model(), "model").value();
  const storage::v1::ModelInfo info = registry::ReadModelInfo(store_, version).value();
  EXPECT_EQ(info.origin(), static_cast<uint32_t>(v1::Model::ORIGIN_TRAINED));
  EXPECT_EQ(info.records(), 3);
  EXPECT_NE(register_->model()->version, version);
  EXPECT_EQ(RunToEnd(spec).train().model(), run.train().model()) << "the same records teach the same";
}

TEST_F(ModelEngineTest, LabelsMakeAModelThatTrustsItsScoresLess) {
  const auto label = [](std::string_view a, std::string_view b, bool one_person) {
    return registry::LabelledPair{.a = {.source = "housing", .key = std::string(a), .incarnation = 0},
                                  .b = {.source = "contact", .key = std::string(b), .incarnation = 0},
                                  .one_person = one_person};
  };
  RunInput input;
  input.labels.push_back(label("H1", "K9", true));
  v1::ModelRunSpec spec;
  spec.mutable_calibrate();
  v1::ModelRun run = Await(engine_->Start(spec, input).value());
  EXPECT_EQ(run.state(), v1::ModelRun::STATE_FAILED);
  EXPECT_THAT(run.error(), testing::AllOf(HasSubstr("at least 20"), HasSubstr("1 more name a record")));
  EXPECT_EQ(run.spec().calibrate().model(), ModelName(register_->model()->version)) << "the one in force";

  for (char c = 'A'; c < 'A' + 24; ++c) {
    const std::string key(1, c);
    const std::string surname = Cat("Quill", key, "ther");
    const std::string born = Cat("19", 50 + c - 'A', "-03-14");
    CommitOne(*register_, MakeWrite("housing", key, "Jane", surname, born, Cat(int{c}, " Elm Hill"), "NR3 1HN"));
    CommitOne(*register_, MakeWrite("contact", key, "Jane", surname, born, Cat(int{c}, " Elm Hill"), "NR3 1HN"));
    input.labels.push_back(label(key, key, c % 3 == 0));
  }
  run = Await(engine_->Start(spec, input).value());
  ASSERT_EQ(run.state(), v1::ModelRun::STATE_SUCCEEDED) << run.error();
  const v1::CalibrateResult result = run.calibrate();
  EXPECT_EQ(result.labels(), 25U);
  EXPECT_EQ(result.used(), 24U);
  EXPECT_EQ(result.unknown(), 1U);
  EXPECT_LT(result.slope() * 10 + result.offset(), 9) << "two thirds of what merged by itself should not have";
  EXPECT_LT(result.log_loss_after(), result.log_loss_before());
  EXPECT_EQ(result.base_model(), ModelName(register_->model()->version));
  const std::string version = ParseModelName(result.model(), "model").value();
  const storage::v1::ModelInfo info = registry::ReadModelInfo(store_, version).value();
  EXPECT_EQ(info.origin(), static_cast<uint32_t>(v1::Model::ORIGIN_CALIBRATED));
  EXPECT_EQ(info.calibration_labels(), 24U);
  EXPECT_EQ(Await(engine_->Start(spec, input).value()).calibrate().model(), result.model()) << "the same labels";
  EXPECT_EQ(RunToEnd(Activation(version)).state(), v1::ModelRun::STATE_SUCCEEDED);
  EXPECT_EQ(register_->model()->parameters.calibration.offset, result.offset());
  // Of the calibrated model the evidence counts, not its scores.
  run = Await(engine_->Start(spec, input).value());
  EXPECT_EQ(run.calibrate().model(), result.model());
  EXPECT_EQ(run.calibrate().base_model(), result.model());
}

TEST_F(ModelEngineTest, UploadsAreCheckedMessageByMessage) {
  const ModelsHandler handler(engine_.get(), register_.get());
  rpc::CallContext call("test");
  v1::ModelRun run;
  EXPECT_EQ(handler.NewRunUpload().Finish(call, run).code(), absl::StatusCode::kInvalidArgument);
  v1::StartModelRunRequest truth;
  v1::TruthRecord& record = *truth.mutable_truth()->add_records();
  record.mutable_source_key()->set_source("housing");
  record.mutable_source_key()->set_key("H1");
  record.set_entity("P1");
  RunUpload without_spec = handler.NewRunUpload();
  EXPECT_FALSE(without_spec.OnMessage(truth).ok());
  v1::StartModelRunRequest spec;
  EXPECT_FALSE(handler.NewRunUpload().OnMessage(spec).ok());
  spec.mutable_spec()->mutable_train();
  RunUpload training = handler.NewRunUpload();
  EXPECT_TRUE(training.OnMessage(spec).ok());
  EXPECT_FALSE(training.OnMessage(spec).ok()) << "a second spec";
  EXPECT_FALSE(training.OnMessage(truth).ok()) << "nobody evaluates";
  spec.mutable_spec()->mutable_evaluate();
  RunUpload evaluation = handler.NewRunUpload();
  EXPECT_TRUE(evaluation.OnMessage(spec).ok());
  EXPECT_FALSE(evaluation.Finish(call, run).ok()) << "no truth";
  EXPECT_TRUE(evaluation.OnMessage(truth).ok());
  record.clear_entity();
  EXPECT_FALSE(evaluation.OnMessage(truth).ok());
  record.set_entity("\xff");
  EXPECT_FALSE(evaluation.OnMessage(truth).ok());
  record.set_entity("P1");
  for (int i = 1; i < 1'000; ++i) {
    *truth.mutable_truth()->add_records() = truth.truth().records(0);
  }
  absl::Status status;
  int messages = 0;
  while (status.ok() && messages < 1'000) {
    status = evaluation.OnMessage(truth);
    ++messages;
  }
  EXPECT_EQ(messages, 200) << "one too many with the record that came before";

  {  // a place is free again behind it
    v1::StartModelRunRequest labels;
    v1::PairLabel& label = *labels.mutable_labels()->add_labels();
    *label.mutable_a() = record.source_key();
    label.mutable_b()->set_source("contact");
    EXPECT_FALSE(evaluation.OnMessage(labels).ok()) << "nobody calibrates";
    spec.mutable_spec()->mutable_calibrate();
    RunUpload calibration = handler.NewRunUpload();
    EXPECT_FALSE(handler.NewRunUpload().OnMessage(labels).ok()) << "before the spec";
    EXPECT_TRUE(calibration.OnMessage(spec).ok());
    EXPECT_FALSE(calibration.Finish(call, run).ok()) << "no labels";
    EXPECT_THAT(std::string(Message(calibration.OnMessage(labels))), HasSubstr("labels.labels[0].b"));
    *label.mutable_b() = label.a();
    EXPECT_THAT(std::string(Message(calibration.OnMessage(labels))), HasSubstr("the same record"));
    label.mutable_b()->set_key("K1");
    EXPECT_TRUE(calibration.OnMessage(labels).ok());
    EXPECT_FALSE(calibration.OnMessage(truth).ok());
  }

  v1::Model model;
  ModelUpload upload = handler.NewModelUpload();
  EXPECT_FALSE(upload.Finish(call, model).ok());
  v1::CreateModelRequest chunk;
  chunk.set_chunk(std::string((size_t{1} << 20) + 1, ' '));
  EXPECT_FALSE(upload.OnMessage(chunk).ok());
  chunk.mutable_chunk()->pop_back();
  for (int i = 0; i < 64; ++i) {
    EXPECT_TRUE(upload.OnMessage(chunk).ok());
  }
  EXPECT_FALSE(upload.OnMessage(chunk).ok()) << "more than any model";
}

TEST_F(ModelEngineTest, ATruthIsRefusedBeforeItIsSent) {
  const ModelsHandler handler(engine_.get(), register_.get());
  const std::string strict = engine_->Import(StrictJson()).value();
  v1::StartModelRunRequest spec;
  spec.mutable_spec()->mutable_evaluate();
  store_.Pause(true);
  const v1::ModelRun run = Start(Comparison(strict)).value();
  store_.AwaitWaiter();
  const absl::Status refused = handler.NewRunUpload().OnMessage(spec);
  EXPECT_EQ(refused.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(Message(refused)), HasSubstr(run.name()));
  store_.Pause(false);
  Await(run);
  EXPECT_TRUE(handler.NewRunUpload().OnMessage(spec).ok());
}

TEST_F(ModelEngineTest, FourUploadsAtATime) {
  const ModelsHandler handler(engine_.get(), register_.get());
  v1::CreateModelRequest chunk;
  chunk.set_chunk("{");
  v1::StartModelRunRequest spec;
  spec.mutable_spec()->mutable_evaluate();
  std::vector<ModelUpload> models;
  std::vector<RunUpload> runs;
  for (int i = 0; i < 2; ++i) {
    models.push_back(handler.NewModelUpload());
    EXPECT_TRUE(models.back().OnMessage(chunk).ok());
    EXPECT_TRUE(models.back().OnMessage(chunk).ok()) << "it has its place";
    runs.push_back(handler.NewRunUpload());
    EXPECT_TRUE(runs.back().OnMessage(spec).ok());
  }
  ModelUpload fifth = handler.NewModelUpload();
  const absl::Status refused = fifth.OnMessage(chunk);
  EXPECT_EQ(refused.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_THAT(std::string(Message(refused)), HasSubstr("four uploads are under way: try again later"));
  EXPECT_EQ(handler.NewRunUpload().OnMessage(spec).code(), absl::StatusCode::kResourceExhausted);
  runs.pop_back();
  EXPECT_TRUE(fifth.OnMessage(chunk).ok());
  EXPECT_EQ(handler.NewRunUpload().OnMessage(spec).code(), absl::StatusCode::kResourceExhausted);
}

// The electoral register is for the purpose electoral alone, housing for both.
TEST_F(ModelEngineTest, ExamplesAreCutToThePurpose) {
  const auto write = [this](const std::string& source, const std::string& key, const std::string& forename) {
    CommitOne(*register_, MakeWrite(source, key, forename, "Brackenbury", "1970-01-02", "2 Elm Hill", "NR3 1HN"));
  };
  write("electoral_register", "E1", "Winifred");
  write("council_tax", "C1", "Winifred");
  CommitOne(*register_, MakeWrite("electoral_register", "E2", "Ida", "Quill", "1950-05-06", "3 Elm Hill", "NR3 1HN"));
  CommitOne(*register_, MakeWrite("electoral_register", "E3", "Ida", "Quill", "1950-05-06", "3 Elm Hill", "NR3 1HN"));
  const ModelsHandler handler(engine_.get(), register_.get());
  const std::string first = register_->model()->version;
  const std::string strict = engine_->Import(StrictJson()).value();
  const auto get = [&handler](const v1::ModelRun& run, int purpose_bit, std::string* audited = nullptr) {
    rpc::CallContext call("test");
    call.set_grant({.caller = "test", .purpose = "test", .purpose_bit = purpose_bit});
    v1::GetModelRunRequest request;
    request.set_name(run.name());
    v1::ModelRun response;
    EXPECT_TRUE(handler.GetRun(call, request, response).ok());
    if (audited != nullptr) {
      *audited = call.resources();
    }
    return response;
  };
  const auto keys = [](const google::protobuf::RepeatedPtrField<v1::ComparedPerson>& examples) {
    std::multiset<std::string> out;
    for (const v1::ComparedPerson& person : examples) {
      EXPECT_GT(person.records_size(), 0);
      for (const v1::ComparedRecord& record : person.records()) {
        out.insert(record.source_key().key());
      }
    }
    return out;
  };
  const auto compared = RunToEnd(Comparison(strict));
  ASSERT_EQ(compared.compare().splits(), 3);
  std::string audited;
  const v1::ModelRun electoral = get(compared, 1, &audited);
  EXPECT_THAT(keys(electoral.compare().split_examples()), ::testing::ElementsAre("C1", "E1", "E2", "E3", "H1", "K1"));
  for (const v1::ComparedPerson& person : electoral.compare().split_examples()) {
    for (const v1::ComparedRecord& record : person.records()) {
      EXPECT_THAT(audited, HasSubstr(record.person_before()));
      EXPECT_THAT(audited, HasSubstr(record.person_after()));
    }
  }
  const v1::ModelRun service = get(compared, 0, &audited);
  EXPECT_EQ(service.compare().splits(), 3);
  EXPECT_EQ(service.compare().split_examples_size(), 2) << "nothing is left of Ida Quill";
  EXPECT_THAT(keys(service.compare().split_examples()), ::testing::ElementsAre("C1", "H1", "K1"));
  for (const v1::ComparedPerson& person : electoral.compare().split_examples()) {
    if (person.records(0).source_key().key() == "E2") {
      EXPECT_THAT(audited, ::testing::Not(HasSubstr(person.records(0).person_before())));
    }
  }
  RunToEnd(Activation(strict));
  const auto back = RunToEnd(Comparison(first));
  EXPECT_THAT(keys(get(back, 1).compare().merge_examples()),
              ::testing::ElementsAre("C1", "E1", "E2", "E3", "H1", "K1"));
  EXPECT_THAT(keys(get(back, 0).compare().merge_examples()), ::testing::ElementsAre("C1", "H1", "K1"));

  RunInput input;
  for (const auto& [source, key] : {std::pair("housing", "H1"), std::pair("housing", "H9"),
                                    std::pair("electoral_register", "E9"), std::pair("nowhere", "N9")}) {
    input.truth.records.push_back({{.source = source, .key = key, .incarnation = 0}, "P"});
  }
  v1::ModelRunSpec spec;
  spec.mutable_evaluate();
  const auto evaluated = Await(engine_->Start(spec, input).value());
  ASSERT_EQ(evaluated.evaluate().unknown_examples_size(), 3);
  EXPECT_EQ(get(evaluated, 1).evaluate().unknown_examples_size(), 2);
  const v1::EvaluateResult cut = get(evaluated, 0).evaluate();
  EXPECT_EQ(cut.unknown_records(), 3);
  ASSERT_EQ(cut.unknown_examples_size(), 1);
  EXPECT_EQ(cut.unknown_examples(0).key(), "H9");

  rpc::CallContext call("test");
  v1::ListModelRunsResponse listed;
  ASSERT_TRUE(handler.ListRuns(call, {}, listed).ok());
  ASSERT_EQ(listed.runs_size(), 4);
  EXPECT_EQ(listed.runs(0).evaluate().unknown_records(), 3);
  EXPECT_EQ(listed.runs(0).evaluate().unknown_examples_size(), 0);
  EXPECT_EQ(listed.runs(1).compare().merges(), 3);
  EXPECT_EQ(listed.runs(1).compare().merge_examples_size(), 0);
  EXPECT_EQ(listed.runs(3).compare().splits(), 3);
  EXPECT_EQ(listed.runs(3).compare().split_examples_size(), 0);
}

}  // namespace
}  // namespace wensum::models
