// Runs what is done with models and rulesets, one at a time, and keeps a record of each run.
#ifndef WENSUM_SERVICES_MODELS_MODEL_ENGINE_H_
#define WENSUM_SERVICES_MODELS_MODEL_ENGINE_H_

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/clock.h"
#include "base/mutex.h"
#include "services/register/model_work.h"
#include "services/register/mutation.h"
#include "services/register/register.h"
#include "services/rpc/request_key.h"
#include "storage/store.h"
#include "wensum/v1/models.pb.h"

namespace wensum::models {

// What a run is given besides its spec.
struct RunInput {
  registry::Truth truth;
  std::vector<registry::LabelledPair> labels;
};

struct ModelEngineOptions {
  double address_precision = 0.999;  // that addresses are calibrated for unless a run asks for another
  // Addresses are calibrated without being asked where that was never done, or the properties are a tenth more or fewer
  // since, once the gazetteer has been as it is for so long. 0: never.
  std::chrono::milliseconds address_quiet{0};
};

// Thread-safe. A run's record is stored when it starts and when it ends; the end of an activation is part of the switch
// itself. A run that the end of the server cut off is FAILED from the next start on: nothing of it was kept.
class ModelEngine {
 public:
  // `reg` and `clock` must outlive the engine.
  static absl::StatusOr<std::unique_ptr<ModelEngine>> Create(registry::Register* reg, const Clock* clock,
                                                             ModelEngineOptions options = {});
  // Cuts off the run that goes on, at its next step.
  ~ModelEngine();
  ModelEngine(const ModelEngine&) = delete;
  ModelEngine& operator=(const ModelEngine&) = delete;

  // Stores a model and returns the version it got; that of the one which is there already if the content is the same.
  // INVALID_ARGUMENT if it is none for people. Waits for a commit.
  absl::StatusOr<std::string> Import(std::string_view json) WENSUM_EXCLUDES(admission_mutex_);
  // NOT_FOUND; FAILED_PRECONDITION if it is in use, or may be by the run that goes on. Waits for a commit.
  absl::Status Delete(const std::string& version) WENSUM_EXCLUDES(admission_mutex_);

  // FAILED_PRECONDITION while a run goes on; UNAVAILABLE once the engine stops. Start checks it again.
  absl::Status CheckIdle() const WENSUM_EXCLUDES(mutex_);
  // Records the run durably and starts it. Errors: INVALID_ARGUMENT (bad spec), NOT_FOUND (no such model),
  // FAILED_PRECONDITION (another run goes on; the model is in force), ABORTED (another model is in force than
  // expected).
  // `request`: a repeated one is answered by the run that the first one started, as it is now.
  absl::StatusOr<v1::ModelRun> Start(v1::ModelRunSpec spec, RunInput input, const rpc::RepeatableRequest& request = {})
      WENSUM_EXCLUDES(admission_mutex_);
  // Whether a run is putting this ruleset in force.
  [[nodiscard]] bool IsActivating(std::string_view ruleset) const WENSUM_EXCLUDES(mutex_);
  // NOT_FOUND if there is no such run. One whose record cannot be read is FAILED and says so.
  absl::StatusOr<v1::ModelRun> GetRun(uint64_t id) const WENSUM_EXCLUDES(mutex_);
  // Newest first, those with ids below `before_id` (0: from the newest).
  absl::StatusOr<std::vector<std::pair<uint64_t, v1::ModelRun>>> ListRuns(uint64_t before_id, size_t limit) const
      WENSUM_EXCLUDES(mutex_);
  // Asks the run to end. FAILED_PRECONDITION if it has.
  absl::StatusOr<v1::ModelRun> Cancel(uint64_t id) WENSUM_EXCLUDES(mutex_);

 private:
  struct Job {
    uint64_t id = 0;
    v1::ModelRun run;
    RunInput input;
    bool started = false;  // durably recorded: the thread may take it
  };

  ModelEngine(registry::Register* reg, const Clock* clock, ModelEngineOptions options);

  // An end that cannot be stored is told from memory.
  absl::Status EndCutOffRuns();
  absl::Status CheckSpec(const v1::ModelRunSpec& spec) const;
  absl::StatusOr<v1::ModelRun> ReadRun(uint64_t id) const;
  void Work();
  // Waits for a run to do; false if it waited as long as the gazetteer must be quiet.
  bool AwaitJob() WENSUM_EXCLUDES(mutex_);
  // Starts a calibration of addresses if one is due. For the engine's own thread.
  void KeepCalibrated();
  void Execute(v1::ModelRun run, const RunInput& input, uint64_t id);
  // Does what the run is for, and fills its result. What is left to be written with its end goes to `writes`; true if
  // the end is written already.
  absl::StatusOr<bool> Perform(uint64_t id, const RunInput& input, v1::ModelRun& run, storage::WriteBatch& writes);
  absl::StatusOr<bool> Train(v1::ModelRun& run, storage::WriteBatch& writes);
  absl::StatusOr<bool> Calibrate(const RunInput& input, v1::ModelRun& run, storage::WriteBatch& writes);
  absl::StatusOr<bool> Activate(uint64_t id, v1::ModelRun& run);
  absl::StatusOr<bool> CalibrateAddresses(uint64_t id, v1::ModelRun& run);
  absl::StatusOr<bool> TryRuleset(uint64_t id, v1::ModelRun& run, storage::WriteBatch& writes);
  absl::StatusOr<bool> ActivateRuleset(uint64_t id, v1::ModelRun& run);
  [[nodiscard]] registry::WorkHooks Hooks();
  void EndWell(v1::ModelRun& run) const;
  void PutRun(uint64_t id, const v1::ModelRun& run, storage::WriteBatch& batch) const;
  absl::Status CommitWrites(storage::WriteBatch writes, registry::Mutation mutation = {});
  // What is in memory of the run, if anything.
  [[nodiscard]] std::optional<v1::ModelRun> InMemory(uint64_t id) const WENSUM_EXCLUDES(mutex_);

  // Constant after construction.
  registry::Register* const register_;
  const Clock* const clock_;
  const ModelEngineOptions options_;

  // Held by whatever begins a run or changes the set of models, until that is durable.
  Mutex admission_mutex_;

  mutable Mutex mutex_;
  CondVar work_;
  bool stopping_ WENSUM_GUARDED_BY(mutex_) = false;
  uint64_t next_id_ WENSUM_GUARDED_BY(mutex_) = 1;
  std::optional<Job> job_ WENSUM_GUARDED_BY(mutex_);
  // Runs whose end could not be stored.
  std::map<uint64_t, v1::ModelRun> unsaved_ WENSUM_GUARDED_BY(mutex_);

  // The engine's own thread's alone: the gazetteer as it last saw it, and as it last began a calibration by itself.
  uint64_t seen_gazetteer_ = 0;
  uint64_t tried_gazetteer_ = 0;

  std::thread thread_;
};

}  // namespace wensum::models

#endif  // WENSUM_SERVICES_MODELS_MODEL_ENGINE_H_
