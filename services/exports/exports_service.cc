#include "services/exports/exports_service.h"

#include <atomic>
#include <memory>
#include <string_view>
#include <utility>

#include "base/status_macros.h"
#include "base/strings.h"

namespace wensum::exports {
namespace {

constexpr std::string_view kMethod = "/wensum.v1.Exports/ExportGazetteer";

// Makes one message, writes it, and makes the next when it was taken: a slow consumer costs one piece of memory. Either
// a task runs or a write is outstanding until it finishes, so nothing here runs concurrently but OnCancel and the
// drain. Owns itself until gRPC is done with it; the drain knows it weakly.
class ExportReactor final : public grpc::ServerWriteReactor<v1::ExportGazetteerResponse>,
                            public std::enable_shared_from_this<ExportReactor> {
 public:
  static ExportReactor* Start(grpc::CallbackServerContext& transport, const v1::ExportGazetteerRequest& request,
                              const ExportsHandler& handler, rpc::CallGate& gate, rpc::Executor& executor) {
    const auto reactor = std::make_shared<ExportReactor>(gate, executor);
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

  ExportReactor(rpc::CallGate& gate, rpc::Executor& executor) : gate_(gate), executor_(executor), call_(kMethod) {}

  void OnWriteDone(bool ok) override {
    if (!ok) {
      cancelled_ = true;
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
    if (more.ok() && *more) {
      StartWrite(&message_);
      return;
    }
    call_.AddResource(Cat("records=", session_->records()));
    FinishWith(more.status());
  }

  // The session's place is free before the answer: who has it may start another.
  void FinishWith(const absl::Status& status) {
    session_.reset();
    Finish(gate_.Complete(call_, status));
  }

  rpc::CallGate& gate_;
  rpc::Executor& executor_;
  std::shared_ptr<ExportReactor> self_;
  std::unique_ptr<rpc::Drain::Subscription> drain_;
  rpc::CallContext call_;
  std::unique_ptr<ExportSession> session_;  // null if the call was refused
  v1::ExportGazetteerResponse message_;
  std::atomic<bool> cancelled_{false};
  std::atomic<bool> draining_{false};
};

}  // namespace

grpc::ServerWriteReactor<v1::ExportGazetteerResponse>* ExportsService::ExportGazetteer(
    grpc::CallbackServerContext* transport, const v1::ExportGazetteerRequest* request) {
  return ExportReactor::Start(*transport, *request, handler_, gate_, executor_);
}

}  // namespace wensum::exports
