// What wensum.v1.Models answers, without a transport. proto/wensum/v1/models.proto is the contract.
#ifndef WENSUM_SERVICES_MODELS_MODELS_HANDLER_H_
#define WENSUM_SERVICES_MODELS_MODELS_HANDLER_H_

#include <string>

#include "absl/status/status.h"
#include "services/models/model_engine.h"
#include "services/register/register.h"
#include "services/rpc/call_context.h"
#include "wensum/v1/models.pb.h"

namespace wensum::models {

// One Create call, fed message by message. Not thread-safe.
class ModelUpload {
 public:
  // `engine` and `reg` must outlive the upload.
  ModelUpload(ModelEngine* engine, const registry::Register* reg) : engine_(*engine), register_(*reg) {}

  // An error ends the call.
  absl::Status OnMessage(const v1::CreateModelRequest& message);
  // The client has sent all. Waits for a commit: not for gRPC threads.
  absl::Status Finish(rpc::CallContext& call, v1::Model& response);

 private:
  ModelEngine& engine_;
  const registry::Register& register_;
  std::string json_;
};

// One StartRun call, likewise.
class RunUpload {
 public:
  explicit RunUpload(ModelEngine* engine) : engine_(*engine) {}

  absl::Status OnMessage(const v1::StartModelRunRequest& message);
  absl::Status Finish(rpc::CallContext& call, v1::ModelRun& response);

 private:
  absl::Status OnTruth(const v1::TruthRecords& records);

  ModelEngine& engine_;
  bool has_spec_ = false;
  v1::ModelRunSpec spec_;
  registry::Truth truth_;
};

// Thread-safe.
class ModelsHandler {
 public:
  // Both must outlive the handler and its uploads.
  ModelsHandler(ModelEngine* engine, const registry::Register* reg) : engine_(*engine), register_(*reg) {}

  [[nodiscard]] ModelUpload NewModelUpload() const { return {&engine_, &register_}; }
  [[nodiscard]] RunUpload NewRunUpload() const { return RunUpload(&engine_); }
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

 private:
  ModelEngine& engine_;
  const registry::Register& register_;
};

}  // namespace wensum::models

#endif  // WENSUM_SERVICES_MODELS_MODELS_HANDLER_H_
