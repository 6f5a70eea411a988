// How every method is answered whose client sends a stream and gets one answer.
#ifndef WENSUM_SERVICES_RPC_UPLOAD_H_
#define WENSUM_SERVICES_RPC_UPLOAD_H_

#include <grpcpp/server_context.h>
#include <grpcpp/support/server_callback.h>

#include <atomic>
#include <optional>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "base/status_macros.h"
#include "services/rpc/call_context.h"
#include "services/rpc/call_gate.h"
#include "services/rpc/executor.h"

namespace wensum::rpc {

// Feeds one upload: `OnMessage(const Request&)` takes each message, an error ends the call; `Finish(CallContext&,
// Response&)` is called on a worker once the client has sent all. A read is outstanding until the stream ends or is
// refused, so nothing here runs concurrently but OnCancel. Deletes itself.
template <typename Request, typename Response, typename Upload>
class UploadReactor final : public grpc::ServerReadReactor<Request> {
 public:
  UploadReactor(grpc::CallbackServerContext& transport, CallGate& gate, std::string_view method, Upload upload,
                Executor* workers, Response* response)
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
  static absl::Status WentAway() {
    return MakeStatus(absl::StatusCode::kCancelled, "the caller went away before all was sent");
  }
  // A caller that broke off must not have half of what it meant to send taken for the whole.
  absl::Status End() { return cancelled_ || transport_.IsCancelled() ? WentAway() : upload_->Finish(call_, response_); }

  // What was sent goes first: who has the answer may send again.
  void Answer(const absl::Status& status) {
    upload_.reset();
    this->Finish(gate_.Complete(call_, status));
  }

  grpc::CallbackServerContext& transport_;
  CallGate& gate_;
  Executor& workers_;
  CallContext call_;
  std::optional<Upload> upload_;  // until the answer
  Request request_;
  Response& response_;
  std::atomic<bool> cancelled_{false};
};

}  // namespace wensum::rpc

#endif  // WENSUM_SERVICES_RPC_UPLOAD_H_
