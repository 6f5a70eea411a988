#include "services/models/model_engine.h"

#include <algorithm>
#include <utility>

#include "base/status_macros.h"
#include "base/strings.h"
#include "matching/score/model_json.h"
#include "services/convert/rulesets.h"
#include "services/convert/times.h"
#include "services/models/model_messages.h"
#include "services/register/model_store.h"
#include "services/register/ruleset_store.h"
#include "services/register/ruleset_work.h"
#include "services/rpc/limits.h"
#include "services/rpc/status_details.h"
#include "storage/keys.h"
#include "storage/request_log.h"
#include "wensum/storage/v1/models.pb.h"

namespace wensum::models {
namespace {

using storage::Family;

constexpr uint32_t kRunFormat = 1;
constexpr size_t kExamples = 10;
constexpr size_t kMaxExamples = 100;
constexpr int32_t kErrorRows = 20'000;
constexpr int32_t kFewestErrorRows = 5'000;
constexpr int32_t kMostErrorRows = 200'000;

// A run as it is stored. One that cannot be read has failed: it must not hide the others.
v1::ModelRun ParseRun(std::string_view bytes, uint64_t id) {
  storage::v1::ModelRun stored;
  v1::ModelRun run;
  if (!stored.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())) || stored.format() > kRunFormat ||
      !run.ParseFromString(stored.run())) {
    run.Clear();
    run.set_name(ModelRunName(id));
    run.set_state(v1::ModelRun::STATE_FAILED);
    run.set_error("the record cannot be read");
  }
  return run;
}

// The same records, or labels, may have taught the same before.
void PutUnlessKnown(const storage::Reader& reader, const registry::NamedModel& named, storage::WriteBatch& writes) {
  if (!registry::ReadModelInfo(reader, named.info.version()).ok()) {
    registry::PutModel(named, writes);
  }
}

absl::Status CheckAddressSpec(const v1::CalibrateAddressesSpec& spec) {
  constexpr double kLeast = matching::address::kCutPrecisions.front();
  constexpr double kMost = matching::address::kCutPrecisions.back();
  if (!(spec.precision() >= kLeast && spec.precision() <= kMost)) {
    return rpc::InvalidField("spec.calibrate_addresses.precision",
                             Cat("is ", spec.precision(), "; it must be ", kLeast, " to ", kMost, ", or 0"));
  }
  if (spec.rows() < kFewestErrorRows || spec.rows() > kMostErrorRows) {
    return rpc::InvalidField("spec.calibrate_addresses.rows", Cat("is ", spec.rows(), "; it must be ", kFewestErrorRows,
                                                                  " to ", kMostErrorRows, ", or 0"));
  }
  return absl::OkStatus();
}

absl::Status InUse(std::string_view message) {
  return rpc::WithReason(FailedPrecondition(message), rpc::reason::kModelInUse);
}

}  // namespace

ModelEngine::ModelEngine(registry::Register* reg, const Clock* clock, ModelEngineOptions options)
    : register_(reg), clock_(clock), options_(options) {}

absl::StatusOr<std::unique_ptr<ModelEngine>> ModelEngine::Create(registry::Register* reg, const Clock* clock,
                                                                 ModelEngineOptions options) {
  std::unique_ptr<ModelEngine> engine(new ModelEngine(reg, clock, options));
  WENSUM_RETURN_IF_ERROR(engine->EndCutOffRuns());
  engine->thread_ = std::thread([raw = engine.get()] { raw->Work(); });
  return engine;
}

ModelEngine::~ModelEngine() {
  {
    MutexLock lock(mutex_);
    stopping_ = true;
  }
  work_.NotifyAll();
  if (thread_.joinable()) {
    thread_.join();
  }
}

absl::Status ModelEngine::EndCutOffRuns() {
  const auto snapshot = register_->store()->NewSnapshot();
  const auto iterator = snapshot->NewIterator(Family::kImportRun,
                                              storage::PrefixRange(storage::ModelRunPrefix(register_->register_id())));
  storage::WriteBatch writes;
  std::map<uint64_t, v1::ModelRun> cut_off;
  uint64_t last = 0;
  for (iterator->SeekToFirst(); iterator->Valid(); iterator->Next()) {
    WENSUM_ASSIGN_OR_RETURN(const auto key, storage::ParseModelRunKey(iterator->key()));
    v1::ModelRun run = ParseRun(iterator->value(), key.number);
    last = key.number;
    if (run.state() == v1::ModelRun::STATE_RUNNING) {
      run.set_state(v1::ModelRun::STATE_FAILED);
      run.set_error("cut off by a restart; start it again");
      convert::ToTimestamp(clock_->Now(), *run.mutable_end_time());
      PutRun(key.number, run, writes);
      cut_off.emplace(key.number, std::move(run));
    }
  }
  WENSUM_RETURN_IF_ERROR(iterator->status());
  const bool stored = writes.empty() || CommitWrites(std::move(writes)).ok();
  MutexLock lock(mutex_);
  next_id_ = last + 1;
  if (!stored) {
    unsaved_ = std::move(cut_off);  // told for now; the next start tries again
  }
  return absl::OkStatus();
}

absl::StatusOr<std::string> ModelEngine::Import(std::string_view json) {
  absl::StatusOr<matching::LinkageModel> model = matching::ModelFromJson(json);
  if (!model.ok()) {
    return model.status();
  }
  WENSUM_RETURN_IF_ERROR(registry::CheckPersonModel(*model));
  const registry::NamedModel named =
      registry::NameByContent(*std::move(model), registry::ModelOrigin::kImported, clock_->Now());
  MutexLock admission(admission_mutex_);
  WENSUM_ASSIGN_OR_RETURN(const auto models, registry::ListModels(*register_->store()));
  for (const storage::v1::ModelInfo& known : models) {
    if (known.content_sha256() == named.info.content_sha256()) {
      return known.version();
    }
  }
  storage::WriteBatch writes;
  registry::PutModel(named, writes);
  WENSUM_RETURN_IF_ERROR(CommitWrites(std::move(writes)));
  return named.info.version();
}

absl::Status ModelEngine::Delete(const std::string& version) {
  MutexLock admission(admission_mutex_);
  WENSUM_RETURN_IF_ERROR(registry::ReadModelInfo(*register_->store(), version).status());
  {
    MutexLock lock(mutex_);
    // An activation needs the former model too; a training or calibration may make a model that is here, and answer it.
    if (job_.has_value() && (ModelOf(job_->run.spec()) == ModelName(version) || job_->run.spec().has_activate() ||
                             job_->run.spec().has_train() || job_->run.spec().has_calibrate())) {
      return InUse(Cat(job_->run.name(), " may need the model: wait for its end"));
    }
  }
  WENSUM_ASSIGN_OR_RETURN(const ModelHistory history,
                          ReadModelHistory(*register_->store(), register_->model()->version));
  if (version == history.active) {
    return InUse("the model is in force: activate another one first");
  }
  if (version == history.previous) {
    return InUse("the model was in force before the present one and is kept for a roll back");
  }
  storage::WriteBatch writes;
  registry::DeleteModel(version, writes);
  return CommitWrites(std::move(writes));
}

absl::Status ModelEngine::CheckIdle() const {
  MutexLock lock(mutex_);
  if (stopping_) {
    return Unavailable("the server is shutting down; try again later");
  }
  if (!job_.has_value()) {
    return absl::OkStatus();
  }
  return rpc::WithReason(FailedPrecondition(Cat(job_->run.name(), " goes on: wait for its end, or cancel it")),
                         rpc::reason::kRunGoingOn);
}

absl::Status ModelEngine::CheckSpec(const v1::ModelRunSpec& spec) const {
  if (spec.kind_case() == v1::ModelRunSpec::KIND_NOT_SET) {
    return rpc::InvalidField("spec",
                             "names nothing to do: set train, calibrate, compare, evaluate, activate or "
                             "calibrate_addresses");
  }
  if (spec.has_try_ruleset() || spec.has_activate_ruleset()) {
    return absl::OkStatus();  // whoever starts it has looked
  }
  if (spec.has_calibrate_addresses()) {
    return CheckAddressSpec(spec.calibrate_addresses());
  }
  if (spec.has_compare()) {
    WENSUM_RETURN_IF_ERROR(
        rpc::PageSize(spec.compare().max_examples(), kExamples, kMaxExamples, "spec.compare.max_examples").status());
  }
  if (!spec.has_train() && !(spec.has_evaluate() && spec.evaluate().model().empty())) {
    const std::string_view field = spec.has_compare()     ? "spec.compare.model"
                                   : spec.has_evaluate()  ? "spec.evaluate.model"
                                   : spec.has_calibrate() ? "spec.calibrate.model"
                                                          : "spec.activate.model";
    WENSUM_ASSIGN_OR_RETURN(const std::string version, ParseModelName(ModelOf(spec), field));
    WENSUM_RETURN_IF_ERROR(registry::ReadModelInfo(*register_->store(), version).status());
  }
  if (!spec.has_activate()) {
    return absl::OkStatus();
  }
  const std::string active = ModelName(register_->model()->version);
  if (!spec.activate().expected_active().empty()) {
    WENSUM_RETURN_IF_ERROR(ParseModelName(spec.activate().expected_active(), "spec.activate.expected_active").status());
    if (spec.activate().expected_active() != active) {
      return rpc::WithReason(Aborted(Cat(active, " is in force, not ", spec.activate().expected_active(),
                                         ": see what that one does, and decide anew")),
                             rpc::reason::kEtagMismatch);
    }
  }
  return spec.activate().model() == active ? InUse(Cat(active, " is in force already")) : absl::OkStatus();
}

absl::StatusOr<v1::ModelRun> ModelEngine::Start(v1::ModelRunSpec spec, RunInput input,
                                                const rpc::RepeatableRequest& request) {
  MutexLock admission(admission_mutex_);
  if (!request.key.empty()) {
    WENSUM_ASSIGN_OR_RETURN(const auto answered, storage::FindRequest(*register_->store(), register_->register_id(),
                                                                      request.key, request.hash));
    if (answered.has_value()) {
      WENSUM_ASSIGN_OR_RETURN(const uint64_t started, ParseModelRunName(*answered, "the stored answer"));
      return GetRun(started);
    }
  }
  WENSUM_RETURN_IF_ERROR(CheckIdle());
  if (spec.has_calibrate() && spec.calibrate().model().empty()) {
    spec.mutable_calibrate()->set_model(ModelName(register_->model()->version));
  }
  if (spec.has_calibrate_addresses()) {
    v1::CalibrateAddressesSpec& addresses = *spec.mutable_calibrate_addresses();
    addresses.set_precision(addresses.precision() == 0 ? options_.address_precision : addresses.precision());
    addresses.set_rows(addresses.rows() == 0 ? kErrorRows : addresses.rows());
  }
  WENSUM_RETURN_IF_ERROR(CheckSpec(spec));
  v1::ModelRun run;
  *run.mutable_spec() = std::move(spec);
  run.set_state(v1::ModelRun::STATE_RUNNING);
  convert::ToTimestamp(clock_->Now(), *run.mutable_start_time());
  uint64_t id = 0;
  {
    MutexLock lock(mutex_);
    id = next_id_++;
    run.set_name(ModelRunName(id));
    job_ = Job{.id = id, .run = run, .input = std::move(input)};
  }
  storage::WriteBatch writes;
  PutRun(id, run, writes);
  registry::Mutation mutation;
  mutation.request_key = request.key;
  mutation.request_hash = request.hash;
  mutation.make_response = [name = run.name()](const registry::MutationResult&) { return name; };
  absl::Status stored = CommitWrites(std::move(writes), std::move(mutation));
  MutexLock lock(mutex_);
  if (!stored.ok()) {
    job_.reset();
    return stored;
  }
  job_->started = true;
  work_.NotifyAll();
  return run;
}

absl::Status ModelEngine::CommitWrites(storage::WriteBatch writes, registry::Mutation mutation) {
  mutation.extra_writes = [&writes](const registry::MutationResult&, storage::WriteBatch& batch) {
    batch.Append(std::move(writes));
  };
  return register_->Commit(std::move(mutation)).status;
}

void ModelEngine::PutRun(uint64_t id, const v1::ModelRun& run, storage::WriteBatch& batch) const {
  storage::v1::ModelRun stored;
  stored.set_format(kRunFormat);
  stored.set_id(id);
  run.SerializeToString(stored.mutable_run());
  batch.Put(Family::kImportRun, storage::ModelRunKey(register_->register_id(), id), stored.SerializeAsString());
}

bool ModelEngine::AwaitJob() {
  MutexLock lock(mutex_);
  while (!stopping_ && !(job_.has_value() && job_->started)) {
    if (options_.address_quiet.count() == 0) {
      work_.Wait(mutex_);
    } else if (!work_.WaitFor(mutex_, options_.address_quiet)) {
      return false;
    }
  }
  return true;
}

void ModelEngine::KeepCalibrated() {
  const uint64_t gazetteer = register_->gazetteer_revision();
  const bool quiet = std::exchange(seen_gazetteer_, gazetteer) == gazetteer;
  const uint64_t properties = register_->Stats().properties;
  if (!quiet || gazetteer == tried_gazetteer_ || properties < registry::kFewestProperties) {
    return;
  }
  if (const auto calibration = register_->address_calibration(); calibration != nullptr) {
    const uint64_t then = calibration->row.all_properties();
    if (10 * (std::max(then, properties) - std::min(then, properties)) <= then) {
      return;
    }
  }
  v1::ModelRunSpec spec;
  spec.mutable_calibrate_addresses();
  // While another run goes on it is put off until the next look.
  if (Start(std::move(spec), {}).ok()) {
    tried_gazetteer_ = gazetteer;
  }
}

void ModelEngine::Work() {
  while (true) {
    if (!AwaitJob()) {
      KeepCalibrated();
      continue;
    }
    uint64_t id = 0;
    v1::ModelRun run;
    RunInput input;
    {
      MutexLock lock(mutex_);
      if (stopping_) {
        return;
      }
      id = job_->id;
      run = job_->run;
      input = std::move(job_->input);
    }
    Execute(std::move(run), input, id);
  }
}

void ModelEngine::Execute(v1::ModelRun run, const RunInput& input, uint64_t id) {
  storage::WriteBatch writes;
  const absl::StatusOr<bool> performed = Perform(id, input, run, writes);
  absl::Status stored;
  if (performed.ok() && !*performed) {
    EndWell(run);
    PutRun(id, run, writes);
    stored = CommitWrites(std::move(writes));
  }
  const absl::Status& status = performed.ok() ? stored : performed.status();
  if (!status.ok()) {
    const bool cancelled = status.code() == absl::StatusCode::kCancelled;
    {
      MutexLock lock(mutex_);
      if (stopping_ && cancelled) {
        return;  // cut off: the next start says so
      }
    }
    run.clear_result();
    run.set_state(cancelled ? v1::ModelRun::STATE_CANCELLED : v1::ModelRun::STATE_FAILED);
    run.set_error(cancelled ? "" : std::string(Message(status)));
    run.set_cancel_requested(cancelled);
    convert::ToTimestamp(clock_->Now(), *run.mutable_end_time());
    storage::WriteBatch end;
    PutRun(id, run, end);
    stored = CommitWrites(std::move(end));
  }
  MutexLock lock(mutex_);
  if (!stored.ok()) {
    unsaved_[id] = run;
  }
  job_.reset();
}

absl::StatusOr<bool> ModelEngine::Perform(uint64_t id, const RunInput& input, v1::ModelRun& run,
                                          storage::WriteBatch& writes) {
  const v1::ModelRunSpec& spec = run.spec();
  std::shared_ptr<const matching::LinkageModel> model;
  if (!ModelOf(spec).empty() && !spec.has_activate() && !spec.has_calibrate()) {
    WENSUM_ASSIGN_OR_RETURN(const std::string version, ParseModelName(ModelOf(spec), "model"));
    WENSUM_ASSIGN_OR_RETURN(model, registry::ReadModel(*register_->store(), version));
  }
  const registry::ModelWork& work = *register_->model_work();
  switch (spec.kind_case()) {
    case v1::ModelRunSpec::kTrain:
      return Train(run, writes);
    case v1::ModelRunSpec::kCalibrate:
      return Calibrate(input, run, writes);
    case v1::ModelRunSpec::kCompare: {
      WENSUM_ASSIGN_OR_RETURN(const size_t examples,
                              rpc::PageSize(spec.compare().max_examples(), kExamples, kMaxExamples));
      WENSUM_ASSIGN_OR_RETURN(const registry::Comparison comparison, work.Compare(*model, examples, Hooks()));
      ToResult(comparison, register_->ids(), *run.mutable_compare());
      return false;
    }
    case v1::ModelRunSpec::kEvaluate: {
      WENSUM_ASSIGN_OR_RETURN(const registry::Evaluation evaluation, work.Evaluate(model.get(), input.truth, Hooks()));
      ToResult(evaluation, *run.mutable_evaluate());
      return false;
    }
    case v1::ModelRunSpec::kActivate:
      return Activate(id, run);
    case v1::ModelRunSpec::kCalibrateAddresses:
      return CalibrateAddresses(id, run);
    case v1::ModelRunSpec::kTryRuleset:
      return TryRuleset(id, run, writes);
    case v1::ModelRunSpec::kActivateRuleset:
      return ActivateRuleset(id, run);
    case v1::ModelRunSpec::KIND_NOT_SET:
      break;
  }
  return Internal("a run without a kind was started");
}

absl::StatusOr<bool> ModelEngine::Train(v1::ModelRun& run, storage::WriteBatch& writes) {
  WENSUM_ASSIGN_OR_RETURN(registry::Training training, register_->model_work()->Train(Hooks()));
  registry::NamedModel named = registry::NameByContent(training.model, registry::ModelOrigin::kTrained, clock_->Now());
  named.info.set_records(training.records);
  named.info.set_identity_guard_fired(training.identity_guard_fired);
  ToResult(training, named.info.version(), *run.mutable_train());
  PutUnlessKnown(*register_->store(), named, writes);
  return false;
}

absl::StatusOr<bool> ModelEngine::Calibrate(const RunInput& input, v1::ModelRun& run, storage::WriteBatch& writes) {
  WENSUM_ASSIGN_OR_RETURN(const std::string base, ParseModelName(run.spec().calibrate().model(), "model"));
  WENSUM_ASSIGN_OR_RETURN(const storage::v1::ModelInfo known, registry::ReadModelInfo(*register_->store(), base));
  WENSUM_ASSIGN_OR_RETURN(const auto model, registry::ReadModel(*register_->store(), base));
  WENSUM_ASSIGN_OR_RETURN(registry::Calibration calibration,
                          register_->model_work()->Calibrate(*model, input.labels, Hooks()));
  registry::NamedModel named =
      registry::NameByContent(calibration.model, registry::ModelOrigin::kCalibrated, clock_->Now());
  named.info.set_records(known.records());
  named.info.set_identity_guard_fired(known.identity_guard_fired());
  ToResult(calibration, named.info.version(), *run.mutable_calibrate());
  run.mutable_calibrate()->set_base_model(ModelName(base));
  PutUnlessKnown(*register_->store(), named, writes);
  return false;
}

absl::StatusOr<bool> ModelEngine::Activate(uint64_t id, v1::ModelRun& run) {
  WENSUM_ASSIGN_OR_RETURN(const std::string version, ParseModelName(run.spec().activate().model(), "model"));
  const auto add_writes = [&](const registry::Activation& activation, storage::WriteBatch& batch) {
    ToResult(activation, *run.mutable_activate());
    EndWell(run);
    PutRun(id, run, batch);
  };
  WENSUM_RETURN_IF_ERROR(
      register_->model_work()->Activate({.version = version, .add_writes = add_writes}, Hooks()).status());
  return true;
}

absl::StatusOr<bool> ModelEngine::CalibrateAddresses(uint64_t id, v1::ModelRun& run) {
  const v1::CalibrateAddressesSpec& spec = run.spec().calibrate_addresses();
  const auto add_writes = [&](const registry::AddressFit& fit, storage::WriteBatch& batch) {
    ToResult(fit, *run.mutable_calibrate_addresses());
    EndWell(run);
    PutRun(id, run, batch);
  };
  WENSUM_ASSIGN_OR_RETURN(const registry::AddressFit fit,
                          register_->model_work()->CalibrateAddresses({.precision = spec.precision(),
                                                                       .rows = static_cast<size_t>(spec.rows()),
                                                                       .validate_only = spec.validate_only(),
                                                                       .add_writes = add_writes},
                                                                      Hooks()));
  if (spec.validate_only()) {
    ToResult(fit, *run.mutable_calibrate_addresses());
  }
  return !spec.validate_only();
}

bool ModelEngine::IsActivating(std::string_view ruleset) const {
  MutexLock lock(mutex_);
  return job_.has_value() && job_->run.spec().activate_ruleset().ruleset() == ruleset;
}

absl::StatusOr<bool> ModelEngine::TryRuleset(uint64_t id, v1::ModelRun& run, storage::WriteBatch& writes) {
  const v1::TryRulesetSpec& spec = run.spec().try_ruleset();
  WENSUM_ASSIGN_OR_RETURN(const uint64_t number, convert::ParseRulesetName(spec.ruleset(), "ruleset"));
  WENSUM_ASSIGN_OR_RETURN(const registry::RulesetTrial trial,
                          register_->ruleset_work()->Try(number, static_cast<size_t>(spec.max_examples()), Hooks()));
  WENSUM_RETURN_IF_ERROR(convert::ToResult(trial, register_->rules(), register_->ids(), *run.mutable_try_ruleset()));
  storage::v1::RulesetTrial row;
  row.set_format(registry::kRulesetFormat);
  row.set_ruleset(number);
  row.set_run(id);
  row.set_revision(trial.revision);
  row.set_in_force(trial.in_force);
  row.set_time(clock_->Now());
  registry::PutRulesetTrial(register_->register_id(), row, writes);
  return false;
}

absl::StatusOr<bool> ModelEngine::ActivateRuleset(uint64_t id, v1::ModelRun& run) {
  const v1::ActivateRulesetSpec& spec = run.spec().activate_ruleset();
  WENSUM_ASSIGN_OR_RETURN(const uint64_t number, convert::ParseRulesetName(spec.ruleset(), "ruleset"));
  const auto add_writes = [&](const registry::RulesetActivation& activation, storage::WriteBatch& batch) {
    convert::ToResult(activation, *run.mutable_activate_ruleset());
    EndWell(run);
    PutRun(id, run, batch);
  };
  WENSUM_RETURN_IF_ERROR(register_->ruleset_work()
                             ->Activate({.ruleset = number,
                                         .etag = spec.etag(),
                                         .actor = spec.actor(),
                                         .caller = spec.caller(),
                                         .add_writes = add_writes},
                                        Hooks())
                             .status());
  return true;
}

void ModelEngine::EndWell(v1::ModelRun& run) const {
  run.set_state(v1::ModelRun::STATE_SUCCEEDED);
  convert::ToTimestamp(clock_->Now(), *run.mutable_end_time());
}

registry::WorkHooks ModelEngine::Hooks() {
  return {.on_progress =
              [this](std::string_view phase, uint64_t done, uint64_t total) {
                MutexLock lock(mutex_);
                job_->run.set_phase(std::string(phase));
                job_->run.set_done(done);
                job_->run.set_total(total);
              },
          .cancelled =
              [this] {
                MutexLock lock(mutex_);
                return stopping_ || job_->run.cancel_requested();
              }};
}

absl::StatusOr<v1::ModelRun> ModelEngine::ReadRun(uint64_t id) const {
  WENSUM_ASSIGN_OR_RETURN(
      const auto value,
      register_->store()->Get(Family::kImportRun, storage::ModelRunKey(register_->register_id(), id)));
  if (!value.has_value()) {
    return NotFound(Cat(ModelRunName(id), " does not exist"));
  }
  return ParseRun(*value, id);
}

std::optional<v1::ModelRun> ModelEngine::InMemory(uint64_t id) const {
  MutexLock lock(mutex_);
  if (job_.has_value() && job_->id == id) {
    return job_->run;
  }
  const auto found = unsaved_.find(id);
  return found == unsaved_.end() ? std::nullopt : std::optional(found->second);
}

absl::StatusOr<v1::ModelRun> ModelEngine::GetRun(uint64_t id) const {
  std::optional<v1::ModelRun> run = InMemory(id);
  return run.has_value() ? absl::StatusOr<v1::ModelRun>(*std::move(run)) : ReadRun(id);
}

absl::StatusOr<std::vector<std::pair<uint64_t, v1::ModelRun>>> ModelEngine::ListRuns(uint64_t before_id,
                                                                                     size_t limit) const {
  const uint32_t reg = register_->register_id();
  const auto snapshot = register_->store()->NewSnapshot();
  const auto iterator = snapshot->NewIterator(Family::kImportRun, storage::PrefixRange(storage::ModelRunPrefix(reg)));
  if (before_id == 0) {
    iterator->SeekToLast();
  } else {
    iterator->SeekForPrev(storage::ModelRunKey(reg, before_id - 1));
  }
  std::vector<std::pair<uint64_t, v1::ModelRun>> runs;
  for (; iterator->Valid() && runs.size() < limit; iterator->Prev()) {
    WENSUM_ASSIGN_OR_RETURN(const auto key, storage::ParseModelRunKey(iterator->key()));
    std::optional<v1::ModelRun> run = InMemory(key.number);
    runs.emplace_back(key.number, run.has_value() ? *std::move(run) : ParseRun(iterator->value(), key.number));
  }
  WENSUM_RETURN_IF_ERROR(iterator->status());
  return runs;
}

absl::StatusOr<v1::ModelRun> ModelEngine::Cancel(uint64_t id) {
  {
    MutexLock lock(mutex_);
    if (job_.has_value() && job_->id == id) {
      job_->run.set_cancel_requested(true);
      return job_->run;
    }
  }
  WENSUM_RETURN_IF_ERROR(GetRun(id).status());
  return FailedPrecondition(Cat(ModelRunName(id), " has ended already"));
}

}  // namespace wensum::models
