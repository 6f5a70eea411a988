#include "services/changes/changes_service.h"

#include <chrono>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>

#include "base/mutex.h"
#include "base/strings.h"
#include "services/changes/export_service.h"
#include "services/changes/told_list.h"
#include "services/changes/watch_session.h"
#include "services/changes/write_watch.h"
#include "services/rpc/status_details.h"
#include "services/rpc/unary.h"

namespace wensum::changes {
namespace {

constexpr std::string_view kWatchMethod = "/wensum.v1.Changes/Watch";

// What a watch ends with of which nothing is taken.
absl::Status Stalled(std::chrono::milliseconds limit) {
  return rpc::WithReason(MakeStatus(absl::StatusCode::kDeadlineExceeded,
                                    Cat("no event was taken for ", limit.count(),
                                        " ms or longer: watch again with the last resume_token that came")),
                         rpc::reason::kWatchStalled);
}

// Writes a session's events to one gRPC stream. Owns itself until gRPC is done with it; the session knows it weakly.
class WatchReactor final : public grpc::ServerWriteReactor<v1::ChangeEvent>,
                           public std::enable_shared_from_this<WatchReactor> {
 public:
  static WatchReactor* Start(grpc::CallbackServerContext& transport, const v1::WatchChangesRequest& request,
                             rpc::CallGate& gate, registry::Register* reg, rpc::Executor* executor,
                             const std::shared_ptr<ConsumerBook>& book, std::chrono::milliseconds idle_limit) {
    const auto reactor = std::make_shared<WatchReactor>(gate);
    reactor->self_ = reactor;
    absl::Status status = gate.Admit(transport, reactor->call_);
    if (status.ok()) {
      const std::weak_ptr<WatchReactor> weak = reactor;
      absl::StatusOr<std::shared_ptr<WatchSession>> session = WatchSession::Start(
          reactor->call_, request, reg, executor,
          [weak] {
            if (const std::shared_ptr<WatchReactor> alive = weak.lock()) {
              alive->Pump();
            }
          },
          WatchSession::kBookmarkPause, book);
      status = session.status();
      if (session.ok()) {
        MutexLock lock(reactor->mutex_);
        reactor->session_ = *session;
      }
    }
    if (!status.ok()) {
      MutexLock lock(reactor->mutex_);
      reactor->FinishWith(status);
      return reactor.get();
    }
    const std::weak_ptr<WatchReactor> weak = reactor;
    reactor->drain_ = gate.drain().Subscribe([weak] {
      if (const std::shared_ptr<WatchReactor> alive = weak.lock()) {
        if (const std::shared_ptr<WatchSession> session = alive->session()) {
          session->Drain();
        }
      }
    });
    {
      MutexLock lock(reactor->mutex_);
      reactor->watch_ = WriteWatch::Start(executor, idle_limit, [weak, idle_limit] {
        if (const std::shared_ptr<WatchReactor> alive = weak.lock()) {
          alive->OnStalled(idle_limit);
        }
      });
    }
    reactor->Pump();
    return reactor.get();
  }

  explicit WatchReactor(rpc::CallGate& gate) : gate_(gate), call_(kWatchMethod) {}

  void OnWriteDone(bool ok) override {
    {
      MutexLock lock(mutex_);
      writing_ = false;
      watch_->OnDone();
      if (finished_) {
        return;
      }
    }
    if (ok) {
      Pump();
    } else {
      session()->Cancel();
    }
  }

  void OnCancel() override {
    if (const std::shared_ptr<WatchSession> watched = session()) {
      watched->Cancel();
    }
  }

  void OnDone() override {
    drain_.reset();
    const std::shared_ptr<WatchReactor> self = std::move(self_);
  }

 private:
  std::shared_ptr<WatchSession> session() {
    ReaderLock lock(mutex_);
    return session_;
  }

  void Pump() WENSUM_EXCLUDES(mutex_) {
    MutexLock lock(mutex_);
    if (finished_ || writing_ || watch_ == nullptr) {
      return;
    }
    if (session_->TakeEvent(event_)) {
      writing_ = true;
      watch_->OnStart();
      // Without a buffer hint: with it a third of the processor time is saved, but small events, a thousand of which
      // fit the transport's buffer, were left there (gRPC 1.51; crash_test).
      StartWrite(&event_);
    } else if (const std::optional<absl::Status> outcome = session_->outcome(); outcome.has_value()) {
      FinishWith(*outcome);
    }
  }

  // The write stays with gRPC: a caller that reads again gets what was sent, and then the status.
  void OnStalled(std::chrono::milliseconds idle_limit) {
    const std::shared_ptr<WatchSession> watched = session();
    {
      MutexLock lock(mutex_);
      if (finished_) {
        return;
      }
      FinishWith(Stalled(idle_limit));
    }
    watched->Cancel();
  }

  void FinishWith(const absl::Status& status) WENSUM_REQUIRES(mutex_) {
    finished_ = true;
    if (session_ != nullptr) {
      call_.AddResource(Cat("events=", session_->events()));
      call_.set_revision(session_->revision());
    }
    Finish(gate_.Complete(call_, status));
  }

  rpc::CallGate& gate_;
  std::shared_ptr<WatchReactor> self_;
  std::unique_ptr<rpc::Drain::Subscription> drain_;

  Mutex mutex_;
  rpc::CallContext call_;
  std::shared_ptr<WatchSession> session_ WENSUM_GUARDED_BY(mutex_);  // null if the call was refused
  std::shared_ptr<WriteWatch> watch_ WENSUM_GUARDED_BY(mutex_);      // null until all is ready
  v1::ChangeEvent event_;                                            // while writing_
  bool writing_ WENSUM_GUARDED_BY(mutex_) = false;
  bool finished_ WENSUM_GUARDED_BY(mutex_) = false;
};

}  // namespace

grpc::ServerWriteReactor<v1::ChangeEvent>* ChangesService::Watch(grpc::CallbackServerContext* transport,
                                                                 const v1::WatchChangesRequest* request) {
  return WatchReactor::Start(*transport, *request, gate_, register_, executor_, book_, idle_limit_);
}

grpc::ServerWriteReactor<v1::ExportGoldenResponse>* ChangesService::ExportGolden(
    grpc::CallbackServerContext* transport, const v1::ExportGoldenRequest* request) {
  return StartExport(*transport, *request, gate_, register_, executor_, idle_limit_);
}

grpc::ServerWriteReactor<v1::ExportStaleValuesResponse>* ChangesService::ExportStaleValues(
    grpc::CallbackServerContext* transport, const v1::ExportStaleValuesRequest* request) {
  return StartExport(*transport, *request, gate_, register_, executor_, idle_limit_);
}

grpc::ServerUnaryReactor* ChangesService::ListTold(grpc::CallbackServerContext* transport,
                                                   const v1::ListToldRequest* request, v1::ListToldResponse* response) {
  return rpc::Unary(gate_, transport, "/wensum.v1.Changes/ListTold", request, response,
                    [this](rpc::CallContext& call, const v1::ListToldRequest& asked, v1::ListToldResponse& answer) {
                      return changes::ListTold(call, asked, *register_, *book_, answer);
                    });
}

grpc::ServerUnaryReactor* ChangesService::ListConsumers(grpc::CallbackServerContext* transport,
                                                        const v1::ListConsumersRequest* request,
                                                        v1::ListConsumersResponse* response) {
  return rpc::Unary(
      gate_, transport, "/wensum.v1.Changes/ListConsumers", request, response,
      [this](rpc::CallContext& call, const v1::ListConsumersRequest& /*asked*/, v1::ListConsumersResponse& answer) {
        return changes::ListConsumers(call, *register_, *book_, answer);
      });
}

}  // namespace wensum::changes
