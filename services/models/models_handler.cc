#include "services/models/models_handler.h"

#include <algorithm>
#include <set>
#include <string_view>
#include <utility>
#include <vector>

#include "base/status_macros.h"
#include "base/strings.h"
#include "services/convert/person_details.h"
#include "services/convert/rulesets.h"
#include "services/models/model_messages.h"
#include "services/register/model_store.h"
#include "services/rpc/limits.h"
#include "services/rpc/page_token.h"
#include "services/rpc/resource_name.h"
#include "services/rpc/status_details.h"

namespace wensum::models {
namespace {

constexpr size_t kMaxModelBytes = size_t{64} << 20;
constexpr size_t kMaxTruth = 200'000;  // records, or labels
constexpr size_t kMaxEntityBytes = 256;
constexpr size_t kRunsPage = 20;
constexpr size_t kMaxRunsPage = 100;
constexpr int kMaxUploads = 4;

absl::Status UploadError(std::string_view message) {
  return rpc::WithReason(InvalidArgument(message), rpc::reason::kUploadInvalid);
}

// NOT_FOUND as every service tells it.
absl::Status Unknown(const absl::Status& status, std::string_view name) {
  return status.code() == absl::StatusCode::kNotFound ? rpc::UnknownResource(name) : status;
}

// The model in force is the one that readers meet; the store may be a moment ahead.
absl::Status FillModel(const registry::Register& reg, const storage::v1::ModelInfo& info, const ModelHistory& history,
                       v1::ModelView view, v1::Model& out) {
  ToModel(info, history, out);
  if (view == v1::MODEL_VIEW_FULL) {
    WENSUM_ASSIGN_OR_RETURN(*out.mutable_json(), registry::ReadModelJson(*reg.store(), info.version()));
  }
  return absl::OkStatus();
}

absl::Status ReadModelMessage(const registry::Register& reg, const std::string& version, v1::ModelView view,
                              v1::Model& out) {
  WENSUM_ASSIGN_OR_RETURN(const storage::v1::ModelInfo info, registry::ReadModelInfo(*reg.store(), version));
  WENSUM_ASSIGN_OR_RETURN(const ModelHistory history, ReadModelHistory(*reg.store(), reg.model()->version));
  return FillModel(reg, info, history, view, out);
}

// What a purpose may see of the records of a source. A source that the register does not know is nobody's to see.
bool MaySee(const registry::RegisterRules& rules, const std::string& source, int purpose_bit) {
  const registry::SourceRules* known = rules.FindSource(source);
  return known != nullptr && ((known->purposes >> purpose_bit) & 1) != 0;
}

absl::StatusOr<model::SourceKey> ToKey(const v1::SourceKey& key, std::string_view field) {
  if (key.source().empty() || key.key().empty()) {
    return rpc::InvalidField(field, "source and key are required");
  }
  WENSUM_RETURN_IF_ERROR(rpc::CheckText(key.source(), convert::kMaxSourceKeyBytes, Cat(field, ".source")));
  WENSUM_RETURN_IF_ERROR(rpc::CheckText(key.key(), convert::kMaxSourceKeyBytes, Cat(field, ".key")));
  return model::SourceKey{.source = key.source(), .key = key.key(), .incarnation = key.incarnation()};
}

template <typename Repeated, typename Predicate>
void EraseIf(Repeated& repeated, Predicate predicate) {
  repeated.erase(std::remove_if(repeated.begin(), repeated.end(), predicate), repeated.end());
}

// Takes from the examples what the purpose of the call may not see, and names the people that are left.
void CutExamples(rpc::CallContext& call, const registry::RegisterRules& rules,
                 google::protobuf::RepeatedPtrField<v1::ComparedPerson>& examples) {
  const int bit = call.purpose_bit();
  for (v1::ComparedPerson& person : examples) {
    EraseIf(*person.mutable_records(), [&rules, bit](const v1::ComparedRecord& record) {
      return !MaySee(rules, record.source_key().source(), bit);
    });
  }
  EraseIf(examples, [](const v1::ComparedPerson& person) { return person.records().empty(); });
  std::set<std::string_view> people;
  for (const v1::ComparedPerson& person : examples) {
    for (const v1::ComparedRecord& record : person.records()) {
      people.insert(record.person_before());
      people.insert(record.person_after());
    }
  }
  for (const std::string_view name : people) {
    call.AddResource(name);
  }
}

// The same for all that a run answers.
void CutToPurpose(rpc::CallContext& call, const registry::RegisterRules& rules, v1::ModelRun& run) {
  if (run.has_compare()) {
    CutExamples(call, rules, *run.mutable_compare()->mutable_merge_examples());
    CutExamples(call, rules, *run.mutable_compare()->mutable_split_examples());
  }
  if (run.has_try_ruleset()) {
    convert::CutExamples(rules.purposes[static_cast<size_t>(call.purpose_bit())], *run.mutable_try_ruleset());
    for (const v1::RulesetExample& example : run.try_ruleset().examples()) {
      call.AddResource(example.person());
    }
  }
  if (run.has_evaluate()) {
    EraseIf(*run.mutable_evaluate()->mutable_unknown_examples(),
            [&rules, bit = call.purpose_bit()](const v1::SourceKey& key) { return !MaySee(rules, key.source(), bit); });
  }
}

void ClearExamples(v1::ModelRun& run) {
  if (run.has_compare()) {
    run.mutable_compare()->clear_merge_examples();
    run.mutable_compare()->clear_split_examples();
  }
  if (run.has_try_ruleset()) {
    run.mutable_try_ruleset()->clear_examples();
  }
  if (run.has_evaluate()) {
    run.mutable_evaluate()->clear_unknown_examples();
  }
}

}  // namespace

UploadSlot::~UploadSlot() {
  if (held_) {
    taken_->fetch_sub(1);
  }
}

absl::Status UploadSlot::Take() {
  if (held_) {
    return absl::OkStatus();
  }
  if (taken_->fetch_add(1) >= kMaxUploads) {
    taken_->fetch_sub(1);
    return rpc::WithReason(ResourceExhausted("four uploads are under way: try again later"), rpc::reason::kOverloaded);
  }
  held_ = true;
  return absl::OkStatus();
}

absl::Status ModelUpload::OnMessage(const v1::CreateModelRequest& message) {
  WENSUM_RETURN_IF_ERROR(slot_.Take());
  if (message.chunk().size() > rpc::kMaxUploadChunk) {
    return UploadError(
        Cat("chunk: holds ", message.chunk().size(), " bytes; at most ", rpc::kMaxUploadChunk, " fit one message"));
  }
  if (json_.size() + message.chunk().size() > kMaxModelBytes) {
    return UploadError(Cat("the model is longer than ", kMaxModelBytes, " bytes"));
  }
  json_.append(message.chunk());
  return absl::OkStatus();
}

absl::Status ModelUpload::Finish(rpc::CallContext& call, v1::Model& response) {
  if (json_.empty()) {
    return UploadError("the stream ended before a model came");
  }
  const absl::StatusOr<std::string> version = engine_.Import(json_);
  if (!version.ok()) {
    return version.status().code() == absl::StatusCode::kInvalidArgument
               ? rpc::InvalidField("chunk", Message(version.status()))
               : version.status();
  }
  call.AddResource(ModelName(*version));
  return ReadModelMessage(register_, *version, v1::MODEL_VIEW_BASIC, response);
}

absl::Status RunUpload::OnMessage(const v1::StartModelRunRequest& message) {
  WENSUM_RETURN_IF_ERROR(slot_.Take());
  switch (message.part_case()) {
    case v1::StartModelRunRequest::kSpec:
      if (has_spec_) {
        return UploadError("only the first message may hold a spec");
      }
      if (message.spec().has_try_ruleset() || message.spec().has_activate_ruleset()) {
        return rpc::InvalidField("spec", "names a ruleset: Rulesets.Try and Rulesets.Activate start such runs");
      }
      WENSUM_RETURN_IF_ERROR(engine_.CheckIdle());  // before a truth is taken for nothing
      has_spec_ = true;
      spec_ = message.spec();
      return absl::OkStatus();
    case v1::StartModelRunRequest::kTruth:
      return OnTruth(message.truth());
    case v1::StartModelRunRequest::kLabels:
      return OnLabels(message.labels());
    case v1::StartModelRunRequest::PART_NOT_SET:
      break;
  }
  return UploadError("a message has neither spec nor truth nor labels");
}

absl::Status RunUpload::OnTruth(const v1::TruthRecords& records) {
  if (!has_spec_) {
    return UploadError("the first message must hold the spec");
  }
  if (!spec_.has_evaluate()) {
    return UploadError("only an evaluation takes a truth");
  }
  if (input_.truth.records.size() + static_cast<size_t>(records.records_size()) > kMaxTruth) {
    return UploadError(Cat("the truth has more than ", kMaxTruth, " records: evaluate a sample of them"));
  }
  for (const v1::TruthRecord& record : records.records()) {
    const std::string where = Cat("truth.records[", input_.truth.records.size(), "]");
    WENSUM_ASSIGN_OR_RETURN(model::SourceKey key, ToKey(record.source_key(), Cat(where, ".source_key")));
    if (record.entity().empty()) {
      return rpc::InvalidField(Cat(where, ".entity"), "is required");
    }
    WENSUM_RETURN_IF_ERROR(rpc::CheckText(record.entity(), kMaxEntityBytes, Cat(where, ".entity")));
    input_.truth.records.emplace_back(std::move(key), record.entity());
  }
  return absl::OkStatus();
}

absl::Status RunUpload::OnLabels(const v1::PairLabels& labels) {
  if (!has_spec_) {
    return UploadError("the first message must hold the spec");
  }
  if (!spec_.has_calibrate()) {
    return UploadError("only a calibration takes labels");
  }
  if (input_.labels.size() + static_cast<size_t>(labels.labels_size()) > kMaxTruth) {
    return UploadError(Cat("there are more than ", kMaxTruth, " labels: calibrate with a sample of them"));
  }
  for (const v1::PairLabel& label : labels.labels()) {
    const std::string where = Cat("labels.labels[", input_.labels.size(), "]");
    registry::LabelledPair pair = {.one_person = label.one_person()};
    WENSUM_ASSIGN_OR_RETURN(pair.a, ToKey(label.a(), Cat(where, ".a")));
    WENSUM_ASSIGN_OR_RETURN(pair.b, ToKey(label.b(), Cat(where, ".b")));
    if (pair.a == pair.b) {
      return rpc::InvalidField(Cat(where, ".b"), "is the same record as `a`");
    }
    input_.labels.push_back(std::move(pair));
  }
  return absl::OkStatus();
}

absl::Status RunUpload::Finish(rpc::CallContext& call, v1::ModelRun& response) {
  if (!has_spec_) {
    return UploadError("the stream ended before a spec came");
  }
  if (spec_.has_evaluate() && input_.truth.records.empty()) {
    return UploadError("the stream ended before a truth came");
  }
  if (spec_.has_calibrate() && input_.labels.empty()) {
    return UploadError("the stream ended before labels came");
  }
  const std::string model = ModelOf(spec_);
  absl::StatusOr<v1::ModelRun> run = engine_.Start(std::move(spec_), std::move(input_));
  if (!run.ok()) {
    return Unknown(run.status(), model);
  }
  response = *std::move(run);
  call.AddResource(response.name());
  if (!model.empty()) {
    call.AddResource(model);
  }
  return absl::OkStatus();
}

absl::Status ModelsHandler::List(rpc::CallContext& call, const v1::ListModelsRequest& /*request*/,
                                 v1::ListModelsResponse& response) const {
  WENSUM_ASSIGN_OR_RETURN(const auto models, registry::ListModels(*register_.store()));
  WENSUM_ASSIGN_OR_RETURN(const ModelHistory history, ReadModelHistory(*register_.store(), register_.model()->version));
  for (const storage::v1::ModelInfo& info : models) {
    WENSUM_RETURN_IF_ERROR(FillModel(register_, info, history, v1::MODEL_VIEW_BASIC, *response.add_models()));
    call.AddResource(response.models().rbegin()->name());
  }
  return absl::OkStatus();
}

absl::Status ModelsHandler::Get(rpc::CallContext& call, const v1::GetModelRequest& request, v1::Model& response) const {
  WENSUM_ASSIGN_OR_RETURN(const std::string version, ParseModelName(request.name(), "name"));
  if (!v1::ModelView_IsValid(request.view())) {
    return rpc::InvalidField("view", Cat("is ", static_cast<int>(request.view()), ", which is no view"));
  }
  call.AddResource(request.name());
  return Unknown(ReadModelMessage(register_, version, request.view(), response), request.name());
}

absl::Status ModelsHandler::Delete(rpc::CallContext& call, const v1::DeleteModelRequest& request,
                                   v1::DeleteModelResponse& /*response*/) const {
  WENSUM_ASSIGN_OR_RETURN(const std::string version, ParseModelName(request.name(), "name"));
  call.AddResource(request.name());
  return Unknown(engine_.Delete(version), request.name());
}

absl::Status ModelsHandler::GetRun(rpc::CallContext& call, const v1::GetModelRunRequest& request,
                                   v1::ModelRun& response) const {
  WENSUM_ASSIGN_OR_RETURN(const uint64_t id, ParseModelRunName(request.name(), "name"));
  call.AddResource(request.name());
  absl::StatusOr<v1::ModelRun> run = engine_.GetRun(id);
  if (!run.ok()) {
    return Unknown(run.status(), request.name());
  }
  response = *std::move(run);
  CutToPurpose(call, register_.rules(), response);
  return absl::OkStatus();
}

absl::Status ModelsHandler::ListRuns(rpc::CallContext& call, const v1::ListModelRunsRequest& request,
                                     v1::ListModelRunsResponse& response) const {
  WENSUM_ASSIGN_OR_RETURN(const size_t limit, rpc::PageSize(request.page_size(), kRunsPage, kMaxRunsPage));
  const uint64_t parameters = rpc::ParametersHash(request);
  uint64_t before = 0;
  if (!request.page_token().empty()) {
    WENSUM_ASSIGN_OR_RETURN(const rpc::PageCursor cursor, rpc::DecodePageToken(request.page_token(), parameters));
    before = cursor.position;
  }
  WENSUM_ASSIGN_OR_RETURN(auto runs, engine_.ListRuns(before, limit + 1));
  if (runs.size() > limit) {
    runs.resize(limit);
    response.set_next_page_token(rpc::EncodePageToken({.revision = 0, .position = runs.back().first}, parameters));
  }
  for (auto& [id, run] : runs) {
    call.AddResource(run.name());
    ClearExamples(run);
    *response.add_runs() = std::move(run);
  }
  return absl::OkStatus();
}

absl::Status ModelsHandler::CancelRun(rpc::CallContext& call, const v1::CancelModelRunRequest& request,
                                      v1::ModelRun& response) const {
  WENSUM_ASSIGN_OR_RETURN(const uint64_t id, ParseModelRunName(request.name(), "name"));
  call.AddResource(request.name());
  absl::StatusOr<v1::ModelRun> run = engine_.Cancel(id);
  if (!run.ok()) {
    return Unknown(run.status(), request.name());
  }
  response = *std::move(run);
  return absl::OkStatus();
}

absl::Status ModelsHandler::GetAddressCalibration(rpc::CallContext& call,
                                                  const v1::GetAddressCalibrationRequest& /*request*/,
                                                  v1::AddressCalibration& response) const {
  call.set_revision(register_.revision());
  const auto calibration = register_.address_calibration();
  if (calibration == nullptr) {
    return rpc::WithReason(
        NotFound("no calibration of addresses is in force: all matches that the rules allow count, and confidences are "
                 "those of a cautious table. A run of calibrate_addresses makes one"),
        rpc::reason::kNotCalibrated);
  }
  ToAddressCalibration(calibration->row, response);
  return absl::OkStatus();
}

}  // namespace wensum::models
