#include "services/models/models_service.h"

#include <atomic>
#include <optional>
#include <string_view>
#include <utility>

#include "base/status_macros.h"
#include "services/rpc/unary.h"

namespace wensum::models {
namespace {

constexpr std::string_view kCreateMethod = "/wensum.v1.Models/Create";
constexpr std::string_view kStartMethod = "/wensum.v1.Models/StartRun";

absl::Status WentAway() { return MakeStatus(absl::StatusCode::kCancelled, "the caller went away before all was sent"); }

// Feeds one Upload. A read is outstanding until the stream ends or is refused, so nothing here runs concurrently but
// OnCancel. Deletes itself.
template <typename Request, typename Response, typename Upload>
class UploadReactor final : public grpc::ServerReadReactor<Request> {
 public:
  UploadReactor(grpc::CallbackServerContext& transport, rpc::CallGate& gate, std::string_view method, Upload upload,
                rpc::Executor* workers, Response* response)
      : transport_(transport),
        gate_(gate),
        workers_(*workers),
        call_(method),
        upload_(std::move(upload)),
        response_(*response) {
    const absl::Status admitted = gate.Admit(transport, call_);
    if (!admitted.ok()) {
      this->Finish(gate_.Complete(call_, admitted));
      return;
    }
    this->StartRead(&request_);
  }

  void OnReadDone(bool ok) override {
    if (ok) {
      const absl::Status status = upload_->OnMessage(request_);
      if (status.ok()) {
        this->StartRead(&request_);
      } else {
        Answer(status);
      }
      return;
    }
    if (cancelled_) {
      Answer(WentAway());
      return;
    }
    workers_.Run([this] { Answer(End()); });
  }

  void OnCancel() override { cancelled_ = true; }
  void OnDone() override { delete this; }

 private:
  // A caller that broke off must not have half of what it meant to send taken for the whole.
  absl::Status End() { return cancelled_ || transport_.IsCancelled() ? WentAway() : upload_->Finish(call_, response_); }

  // What was sent goes first: who has the answer may send again.
  void Answer(const absl::Status& status) {
    upload_.reset();
    this->Finish(gate_.Complete(call_, status));
  }

  grpc::CallbackServerContext& transport_;
  rpc::CallGate& gate_;
  rpc::Executor& workers_;
  rpc::CallContext call_;
  std::optional<Upload> upload_;  // until the answer
  Request request_;
  Response& response_;
  std::atomic<bool> cancelled_{false};
};

}  // namespace

grpc::ServerUnaryReactor* ModelsService::List(grpc::CallbackServerContext* transport,
                                              const v1::ListModelsRequest* request, v1::ListModelsResponse* response) {
  return rpc::Unary(gate_, transport, "/wensum.v1.Models/List", request, response,
                    [this](auto&... call) { return handler_.List(call...); });
}

grpc::ServerUnaryReactor* ModelsService::Get(grpc::CallbackServerContext* transport, const v1::GetModelRequest* request,
                                             v1::Model* response) {
  return rpc::Unary(gate_, transport, "/wensum.v1.Models/Get", request, response,
                    [this](auto&... call) { return handler_.Get(call...); });
}

grpc::ServerReadReactor<v1::CreateModelRequest>* ModelsService::Create(grpc::CallbackServerContext* transport,
                                                                       v1::Model* response) {
  return new UploadReactor<v1::CreateModelRequest, v1::Model, ModelUpload>(
      *transport, gate_, kCreateMethod, handler_.NewModelUpload(), workers_, response);
}

grpc::ServerUnaryReactor* ModelsService::Delete(grpc::CallbackServerContext* transport,
                                                const v1::DeleteModelRequest* request,
                                                v1::DeleteModelResponse* response) {
  return rpc::UnaryAsync(
      gate_, transport, "/wensum.v1.Models/Delete", request, response,
      [this](rpc::CallContext& call, const v1::DeleteModelRequest& asked, v1::DeleteModelResponse& answer, auto done) {
        workers_->Run(
            [this, &call, &asked, &answer, done = std::move(done)] { done(handler_.Delete(call, asked, answer)); });
      });
}

grpc::ServerReadReactor<v1::StartModelRunRequest>* ModelsService::StartRun(grpc::CallbackServerContext* transport,
                                                                           v1::ModelRun* response) {
  return new UploadReactor<v1::StartModelRunRequest, v1::ModelRun, RunUpload>(
      *transport, gate_, kStartMethod, handler_.NewRunUpload(), workers_, response);
}

grpc::ServerUnaryReactor* ModelsService::GetRun(grpc::CallbackServerContext* transport,
                                                const v1::GetModelRunRequest* request, v1::ModelRun* response) {
  return rpc::Unary(gate_, transport, "/wensum.v1.Models/GetRun", request, response,
                    [this](auto&... call) { return handler_.GetRun(call...); });
}

grpc::ServerUnaryReactor* ModelsService::ListRuns(grpc::CallbackServerContext* transport,
                                                  const v1::ListModelRunsRequest* request,
                                                  v1::ListModelRunsResponse* response) {
  return rpc::Unary(gate_, transport, "/wensum.v1.Models/ListRuns", request, response,
                    [this](auto&... call) { return handler_.ListRuns(call...); });
}

grpc::ServerUnaryReactor* ModelsService::CancelRun(grpc::CallbackServerContext* transport,
                                                   const v1::CancelModelRunRequest* request, v1::ModelRun* response) {
  return rpc::Unary(gate_, transport, "/wensum.v1.Models/CancelRun", request, response,
                    [this](auto&... call) { return handler_.CancelRun(call...); });
}

}  // namespace wensum::models
