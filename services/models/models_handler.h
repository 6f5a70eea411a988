// What wensum.v1.Models answers, without a transport. proto/wensum/v1/models.proto is the contract.
#ifndef WENSUM_SERVICES_MODELS_MODELS_HANDLER_H_
#define WENSUM_SERVICES_MODELS_MODELS_HANDLER_H_

#include <atomic>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "services/models/model_engine.h"
#include "services/register/register.h"
#include "services/rpc/call_context.h"
#include "wensum/v1/models.pb.h"

namespace wensum::models {

// What a call needs to send: it may hold 64 MiB until it ends, so only a few may. Not thread-safe.
class UploadSlot {
 public:
  // `taken` counts the slots in use and must outlive the slot.
  explicit UploadSlot(std::atomic<int>* taken) : taken_(taken) {}
  ~UploadSlot();
  UploadSlot(UploadSlot&& other) noexcept : taken_(other.taken_), held_(std::exchange(other.held_, false)) {}
  UploadSlot(const UploadSlot&) = delete;
  UploadSlot& operator=(const UploadSlot&) = delete;
  UploadSlot& operator=(UploadSlot&&) = delete;

  // Takes it unless it is held already. RESOURCE_EXHAUSTED if all are in use.
  absl::Status Take();

 private:
  std::atomic<int>* taken_;
  bool held_ = false;
};

// One Create call, fed message by message. Not thread-safe.
class ModelUpload {
 public:
  // `engine` and `reg` must outlive the upload.
  ModelUpload(ModelEngine* engine, const registry::Register* reg, UploadSlot slot)
      : engine_(*engine), register_(*reg), slot_(std::move(slot)) {}

  // An error ends the call.
  absl::Status OnMessage(const v1::CreateModelRequest& message);
  // The client has sent all. Waits for a commit: not for gRPC threads.
  absl::Status Finish(rpc::CallContext& call, v1::Model& response);

 private:
  ModelEngine& engine_;
  const registry::Register& register_;
  UploadSlot slot_;
  std::string json_;
};

// One StartRun call, likewise.
class RunUpload {
 public:
  RunUpload(ModelEngine* engine, UploadSlot slot) : engine_(*engine), slot_(std::move(slot)) {}

  absl::Status OnMessage(const v1::StartModelRunRequest& message);
  absl::Status Finish(rpc::CallContext& call, v1::ModelRun& response);

 private:
  absl::Status OnTruth(const v1::TruthRecords& records);
  absl::Status OnLabels(const v1::PairLabels& labels);

  ModelEngine& engine_;
  UploadSlot slot_;
  bool has_spec_ = false;
  v1::ModelRunSpec spec_;
  RunInput input_;
};

// Thread-safe.
class ModelsHandler {
 public:
  // Both must outlive the handler, and the handler its uploads.
  ModelsHandler(ModelEngine* engine, const registry::Register* reg) : engine_(*engine), register_(*reg) {}

  [[nodiscard]] ModelUpload NewModelUpload() const { return {&engine_, &register_, UploadSlot(&uploads_)}; }
  [[nodiscard]] RunUpload NewRunUpload() const { return {&engine_, UploadSlot(&uploads_)}; }
  absl::Status List(rpc::CallContext& call, const v1::ListModelsRequest& request,
                    v1::ListModelsResponse& response) const;
  absl::Status Get(rpc::CallContext& call, const v1::GetModelRequest& request, v1::Model& response) const;
  // Waits for a commit: not for gRPC threads.
  absl::Status Delete(rpc::CallContext& call, const v1::DeleteModelRequest& request,
                      v1::DeleteModelResponse& response) const;
  absl::Status GetRun(rpc::CallContext& call, const v1::GetModelRunRequest& request, v1::ModelRun& response) const;
  absl::Status ListRuns(rpc::CallContext& call, const v1::ListModelRunsRequest& request,
                        v1::ListModelRunsResponse& response) const;
  absl::Status CancelRun(rpc::CallContext& call, const v1::CancelModelRunRequest& request,
                         v1::ModelRun& response) const;
  absl::Status GetAddressCalibration(rpc::CallContext& call, const v1::GetAddressCalibrationRequest& request,
                                     v1::AddressCalibration& response) const;

 private:
  ModelEngine& engine_;
  const registry::Register& register_;
  mutable std::atomic<int> uploads_{0};  // under way
};

}  // namespace wensum::models

#endif  // WENSUM_SERVICES_MODELS_MODELS_HANDLER_H_
