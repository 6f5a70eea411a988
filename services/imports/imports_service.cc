#include "services/imports/imports_service.h"

#include <atomic>
#include <memory>
#include <string_view>
#include <utility>

#include "base/status_macros.h"
#include "services/rpc/unary.h"

namespace wensum::imports {
namespace {

constexpr std::string_view kStartMethod = "/wensum.v1.Imports/StartRun";

// Takes one upload in. A read is outstanding until the stream ends or is refused, so nothing here runs concurrently but
// OnCancel. Deletes itself.
class UploadReactor final : public grpc::ServerReadReactor<v1::StartImportRunRequest> {
 public:
  UploadReactor(grpc::CallbackServerContext& transport, rpc::CallGate& gate, std::unique_ptr<Upload> upload,
                rpc::Executor* workers, v1::ImportRun* response)
      : transport_(transport),
        gate_(gate),
        workers_(*workers),
        call_(kStartMethod),
        upload_(std::move(upload)),
        response_(*response) {
    const absl::Status admitted = gate.Admit(transport, call_);
    if (!admitted.ok()) {
      Finish(gate_.Complete(call_, admitted));
      return;
    }
    StartRead(&request_);
  }

  void OnReadDone(bool ok) override {
    if (ok) {
      const absl::Status status = upload_->OnMessage(request_);
      if (status.ok()) {
        StartRead(&request_);
      } else {
        Finish(gate_.Complete(call_, status));
      }
      return;
    }
    if (cancelled_) {
      Finish(gate_.Complete(call_, MakeStatus(absl::StatusCode::kCancelled, "the caller went away during the upload")));
      return;
    }
    workers_.Run([this] { Finish(gate_.Complete(call_, StartSealed())); });
  }

  void OnCancel() override { cancelled_ = true; }
  void OnDone() override { delete this; }

 private:
  // A caller that broke off must not start a run over half a file. The end of a broken stream may be told a moment
  // before that it is broken, so this is asked after the wait for the disk; who must be certain sends the file's
  // checksum.
  absl::Status StartSealed() {
    WENSUM_RETURN_IF_ERROR(upload_->Seal());
    if (cancelled_ || transport_.IsCancelled()) {
      return MakeStatus(absl::StatusCode::kCancelled, "the caller went away during the upload");
    }
    return upload_->Start(call_, response_);
  }

  grpc::CallbackServerContext& transport_;
  rpc::CallGate& gate_;
  rpc::Executor& workers_;
  rpc::CallContext call_;
  std::unique_ptr<Upload> upload_;
  v1::StartImportRunRequest request_;
  v1::ImportRun& response_;
  std::atomic<bool> cancelled_{false};
};

}  // namespace

grpc::ServerReadReactor<v1::StartImportRunRequest>* ImportsService::StartRun(grpc::CallbackServerContext* transport,
                                                                             v1::ImportRun* response) {
  return new UploadReactor(*transport, gate_, handler_.NewUpload(), workers_, response);
}

grpc::ServerUnaryReactor* ImportsService::GetRun(grpc::CallbackServerContext* transport,
                                                 const v1::GetImportRunRequest* request, v1::ImportRun* response) {
  return rpc::Unary(gate_, transport, "/wensum.v1.Imports/GetRun", request, response,
                    [this](auto&... call) { return handler_.GetRun(call...); });
}

grpc::ServerUnaryReactor* ImportsService::ListRuns(grpc::CallbackServerContext* transport,
                                                   const v1::ListImportRunsRequest* request,
                                                   v1::ListImportRunsResponse* response) {
  return rpc::Unary(gate_, transport, "/wensum.v1.Imports/ListRuns", request, response,
                    [this](auto&... call) { return handler_.ListRuns(call...); });
}

grpc::ServerUnaryReactor* ImportsService::ListIssues(grpc::CallbackServerContext* transport,
                                                     const v1::ListImportIssuesRequest* request,
                                                     v1::ListImportIssuesResponse* response) {
  return rpc::Unary(gate_, transport, "/wensum.v1.Imports/ListIssues", request, response,
                    [this](auto&... call) { return handler_.ListIssues(call...); });
}

}  // namespace wensum::imports
