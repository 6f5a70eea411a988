#include "services/exports/exports_service.h"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string_view>
#include <utility>

#include "base/mutex.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "services/rpc/status_details.h"

namespace wensum::exports {
namespace {

constexpr std::string_view kMethod = "/wensum.v1.Exports/ExportGazetteer";

// What an export ends with of which nothing is taken.
absl::Status Stalled(std::chrono::milliseconds limit, uint64_t revision) {
  return rpc::WithReason(MakeStatus(absl::StatusCode::kDeadlineExceeded,
                                    Cat("nothing of the file was taken for ", limit.count(),
                                        " ms or longer, and the state that it shows "
                                        "is not kept for ever: export again and read on; with read.as_of_revision ",
                                        revision, " the file is of the same state")),
                         rpc::reason::kExportStalled, {{"revision", Cat(revision)}});
}

// Makes one message, writes it, and makes the next when it was taken: a slow consumer costs one piece of memory. Either
// a task runs or a write is outstanding until it finishes, so nothing here runs concurrently but OnCancel, the drain
// and the watch over outstanding writes. Owns itself until gRPC is done with it; drain and watch know it weakly.
class ExportReactor final : public grpc::ServerWriteReactor<v1::ExportGazetteerResponse>,
                            public std::enable_shared_from_this<ExportReactor> {
 public:
  static ExportReactor* Start(grpc::CallbackServerContext& transport, const v1::ExportGazetteerRequest& request,
                              const ExportsHandler& handler, rpc::CallGate& gate, rpc::Executor& executor,
                              std::chrono::milliseconds idle_limit) {
    const auto reactor = std::make_shared<ExportReactor>(gate, executor, idle_limit);
    reactor->self_ = reactor;
    if (const absl::Status status = gate.Admit(transport, reactor->call_); !status.ok()) {
      reactor->FinishWith(status);
      return reactor.get();
    }
    reactor->drain_ = gate.drain().Subscribe([weak = std::weak_ptr<ExportReactor>(reactor)] {
      if (const std::shared_ptr<ExportReactor> alive = weak.lock()) {
        alive->draining_ = true;
      }
    });
    executor.Run([reactor, &request, &handler] { reactor->Open(handler, request); });
    return reactor.get();
  }

  ExportReactor(rpc::CallGate& gate, rpc::Executor& executor, std::chrono::milliseconds idle_limit)
      : gate_(gate), executor_(executor), idle_limit_(idle_limit), call_(kMethod) {}

  void OnWriteDone(bool ok) override {
    if (!ok) {
      cancelled_ = true;
    }
    {
      const MutexLock lock(mutex_);
      writing_ = false;
      if (finished_) {
        return;
      }
    }
    executor_.Run([self = shared_from_this()] { self->WriteNext(); });
  }

  void OnCancel() override { cancelled_ = true; }

  void OnDone() override {
    drain_.reset();
    const std::shared_ptr<ExportReactor> self = std::move(self_);
  }

 private:
  void Open(const ExportsHandler& handler, const v1::ExportGazetteerRequest& request) {
    absl::StatusOr<std::unique_ptr<ExportSession>> session = handler.Start(call_, request);
    if (!session.ok()) {
      FinishWith(session.status());
      return;
    }
    session_ = *std::move(session);
    WatchWrites(/*last_seen=*/0);
    WriteNext();
  }

  void WriteNext() {
    if (cancelled_) {
      FinishWith(MakeStatus(absl::StatusCode::kCancelled, "the caller went away"));
      return;
    }
    if (draining_) {
      FinishWith(rpc::ShuttingDown());
      return;
    }
    const absl::StatusOr<bool> more = session_->Next(&message_);
    if (more.ok() && *more && message_.has_chunk() && message_.chunk().empty()) {
      executor_.Run([self = shared_from_this()] { self->WriteNext(); });
      return;
    }
    if (more.ok() && *more) {
      const MutexLock lock(mutex_);
      writing_ = true;
      ++writes_;
      StartWrite(&message_);
      return;
    }
    call_.AddResource(Cat("records=", session_->records()));
    FinishWith(more.status());
  }

  // Looks again when the limit is over: a write that was outstanding then, `last_seen`, and is now, is stalled.
  void WatchWrites(uint64_t last_seen) {
    executor_.RunAfter(idle_limit_, [weak = weak_from_this(), last_seen] {
      if (const std::shared_ptr<ExportReactor> alive = weak.lock()) {
        alive->CheckWrites(last_seen);
      }
    });
  }

  void CheckWrites(uint64_t last_seen) {
    uint64_t outstanding = 0;  // none
    {
      const MutexLock lock(mutex_);
      if (finished_) {
        return;
      }
      outstanding = writing_ ? writes_ : 0;
      if (outstanding != 0 && outstanding == last_seen) {
        finished_ = true;
      }
    }
    if (outstanding == 0 || outstanding != last_seen) {
      WatchWrites(outstanding);
      return;
    }
    // The write stays with gRPC: a caller that reads again gets what was sent, and then the status.
    End(Stalled(idle_limit_, session_->revision()));
  }

  // The session's place is free before the answer: who has it may start another.
  void FinishWith(const absl::Status& status) {
    {
      const MutexLock lock(mutex_);
      finished_ = true;
    }
    End(status);
  }

  void End(const absl::Status& status) {
    session_.reset();
    Finish(gate_.Complete(call_, status));
  }

  rpc::CallGate& gate_;
  rpc::Executor& executor_;
  const std::chrono::milliseconds idle_limit_;
  std::shared_ptr<ExportReactor> self_;
  std::unique_ptr<rpc::Drain::Subscription> drain_;
  rpc::CallContext call_;
  std::unique_ptr<ExportSession> session_;  // null if the call was refused
  v1::ExportGazetteerResponse message_;
  std::atomic<bool> cancelled_{false};
  std::atomic<bool> draining_{false};

  Mutex mutex_;
  bool writing_ WENSUM_GUARDED_BY(mutex_) = false;
  bool finished_ WENSUM_GUARDED_BY(mutex_) = false;
  uint64_t writes_ WENSUM_GUARDED_BY(mutex_) = 0;  // started so far
};

}  // namespace

grpc::ServerWriteReactor<v1::ExportGazetteerResponse>* ExportsService::ExportGazetteer(
    grpc::CallbackServerContext* transport, const v1::ExportGazetteerRequest* request) {
  return ExportReactor::Start(*transport, *request, handler_, gate_, executor_, idle_limit_);
}

}  // namespace wensum::exports
