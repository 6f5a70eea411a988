// How every method is answered whose client sends a stream and gets one answer.
#ifndef WENSUM_SERVICES_RPC_UPLOAD_H_
#define WENSUM_SERVICES_RPC_UPLOAD_H_

#include <grpcpp/server_context.h>
#include <grpcpp/support/server_callback.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "base/mutex.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "services/rpc/call_context.h"
#include "services/rpc/call_gate.h"
#include "services/rpc/executor.h"
#include "services/rpc/status_details.h"

namespace wensum::rpc {

// What uploads run on. All must outlive them.
struct UploadSite {
  CallGate* gate = nullptr;
  Executor* workers = nullptr;  // for what waits for the disk
  Executor* timers = nullptr;   // for short tasks: never behind a worker's
  // Above 0. An upload of which no message comes for this long, or at most twice as long, ends with DEADLINE_EXCEEDED
  // (UPLOAD_STALLED), and its place is free.
  std::chrono::milliseconds idle_limit{60'000};
};

// Feeds one upload: `OnMessage(const Request&)` takes each message, an error ends the call; `Finish(CallContext&,
// Response&)` is called on a worker once the client has sent all: CallContext::cancelled tells it of a caller that went
// away since. A read is outstanding until the stream ends, is refused or stalls, so nothing here runs concurrently but
// OnCancel and the watch over outstanding reads. Owns itself until gRPC is done with it; the watch knows it weakly.
template <typename Request, typename Response, typename Upload>
class UploadReactor final : public grpc::ServerReadReactor<Request>,
                            public std::enable_shared_from_this<UploadReactor<Request, Response, Upload>> {
 public:
  static UploadReactor* Start(const UploadSite& site, grpc::CallbackServerContext& transport, std::string_view method,
                              Upload upload, Response* response) {
    const auto reactor = std::make_shared<UploadReactor>(site, transport, method, std::move(upload), response);
    reactor->self_ = reactor;
    if (const absl::Status admitted = site.gate->Admit(transport, reactor->call_); !admitted.ok()) {
      reactor->Answer(admitted);
      return reactor.get();
    }
    reactor->Read();
    reactor->WatchReads(/*last_seen=*/0);
    return reactor.get();
  }

  UploadReactor(const UploadSite& site, grpc::CallbackServerContext& transport, std::string_view method, Upload upload,
                Response* response)
      : site_(site), transport_(transport), call_(method), upload_(std::move(upload)), response_(*response) {
    call_.set_cancelled(&cancelled_);
  }

  void OnReadDone(bool ok) override {
    {
      const MutexLock lock(mutex_);
      reading_ = false;
      if (stalled_) {
        return;
      }
      ended_ = !ok;
    }
    if (ok) {
      const absl::Status status = upload_->OnMessage(request_);
      if (status.ok()) {
        Read();
      } else {
        Answer(status);
      }
      return;
    }
    if (cancelled_) {
      Answer(WentAway());
      return;
    }
    site_.workers->Run([self = this->shared_from_this()] { self->Answer(self->End()); });
  }

  void OnCancel() override { cancelled_ = true; }
  void OnDone() override { const std::shared_ptr<UploadReactor> self = std::move(self_); }

 private:
  static absl::Status WentAway() {
    return MakeStatus(absl::StatusCode::kCancelled, "the caller went away before all was sent");
  }
  static absl::Status Stalled(std::chrono::milliseconds limit) {
    return WithReason(MakeStatus(absl::StatusCode::kDeadlineExceeded,
                                 Cat("nothing of the upload came for ", limit.count(),
                                     " ms or longer, and others wait for its place; nothing of it was kept: have the "
                                     "whole file at hand and send it again without a pause")),
                      reason::kUploadStalled);
  }

  void Read() {
    const MutexLock lock(mutex_);
    reading_ = true;
    ++reads_;
    this->StartRead(&request_);
  }

  // Looks again when the limit is over: a read that was outstanding then, `last_seen`, and is now, is stalled.
  void WatchReads(uint64_t last_seen) {
    site_.timers->RunAfter(site_.idle_limit, [weak = this->weak_from_this(), last_seen] {
      if (const std::shared_ptr<UploadReactor> alive = weak.lock()) {
        alive->CheckReads(last_seen);
      }
    });
  }

  void CheckReads(uint64_t last_seen) {
    uint64_t outstanding = 0;  // none
    {
      const MutexLock lock(mutex_);
      if (ended_) {
        return;
      }
      outstanding = reading_ ? reads_ : 0;
      stalled_ = outstanding != 0 && outstanding == last_seen;
    }
    if (outstanding == 0 || outstanding != last_seen) {
      WatchReads(outstanding);
      return;
    }
    Answer(Stalled(site_.idle_limit));  // gRPC ends the read
  }

  // A caller that broke off must not have half of what it meant to send taken for the whole.
  absl::Status End() { return cancelled_ || transport_.IsCancelled() ? WentAway() : upload_->Finish(call_, response_); }

  // What was sent goes first: who has the answer may send again.
  void Answer(const absl::Status& status) {
    {
      const MutexLock lock(mutex_);
      ended_ = true;
    }
    upload_.reset();
    this->Finish(site_.gate->Complete(call_, status));
  }

  const UploadSite site_;
  grpc::CallbackServerContext& transport_;
  std::shared_ptr<UploadReactor> self_;
  CallContext call_;
  std::optional<Upload> upload_;  // until the answer
  Request request_;
  Response& response_;
  std::atomic<bool> cancelled_{false};

  Mutex mutex_;
  bool reading_ WENSUM_GUARDED_BY(mutex_) = false;
  bool stalled_ WENSUM_GUARDED_BY(mutex_) = false;
  bool ended_ WENSUM_GUARDED_BY(mutex_) = false;  // no message will come
  uint64_t reads_ WENSUM_GUARDED_BY(mutex_) = 0;  // started so far
};

}  // namespace wensum::rpc

#endif  // WENSUM_SERVICES_RPC_UPLOAD_H_
