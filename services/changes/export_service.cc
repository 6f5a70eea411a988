#include "services/changes/export_service.h"

#include <google/protobuf/arena.h>

#include <array>
#include <atomic>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "base/mutex.h"
#include "base/strings.h"
#include "services/changes/golden_export.h"
#include "services/changes/stale_export.h"
#include "services/changes/write_watch.h"
#include "services/rpc/status_details.h"

namespace wensum::changes {
namespace {

// What one kind of export is made of.
struct GoldenTraits {
  using Export = GoldenExport;
  using Request = v1::ExportGoldenRequest;
  using Response = v1::ExportGoldenResponse;
  static constexpr std::string_view kMethod = "/wensum.v1.Changes/ExportGolden";
  static bool Empty(const Response& message) { return message.people().empty() && message.properties().empty(); }
  static std::string Told(const Export& source) {
    return source.properties() == 0 ? Cat("people=", source.people())
                                    : Cat("people=", source.people(), " properties=", source.properties());
  }
};
struct StaleTraits {
  using Export = StaleExport;
  using Request = v1::ExportStaleValuesRequest;
  using Response = v1::ExportStaleValuesResponse;
  static constexpr std::string_view kMethod = "/wensum.v1.Changes/ExportStaleValues";
  static bool Empty(const Response& message) { return message.values().empty(); }
  static std::string Told(const Export& source) { return Cat("values=", source.values()); }
};

// What an export ends with of which nothing is taken.
absl::Status ExportStalled(std::chrono::milliseconds limit) {
  return rpc::WithReason(
      MakeStatus(absl::StatusCode::kDeadlineExceeded, Cat("nothing of the export was taken for ", limit.count(),
                                                          " ms or longer: go on with the last resume_token that came")),
      rpc::reason::kExportStalled);
}

// Two messages take turns: one is with gRPC, the other is being filled, by one task at a time. Owns itself until gRPC
// is done with it; the drain and the watch over writes know it weakly.
template <typename Traits>
class ExportReactor final : public grpc::ServerWriteReactor<typename Traits::Response>,
                            public std::enable_shared_from_this<ExportReactor<Traits>> {
 public:
  using Export = typename Traits::Export;
  using Response = typename Traits::Response;

  ExportReactor(rpc::CallGate& gate, rpc::Executor& executor)
      : gate_(gate), executor_(executor), call_(Traits::kMethod) {}

  void Begin(grpc::CallbackServerContext& transport, const typename Traits::Request& request,
             const registry::Register* reg, std::chrono::milliseconds idle_limit) {
    self_ = this->shared_from_this();
    absl::Status status = gate_.Admit(transport, call_);
    if (status.ok()) {
      absl::StatusOr<std::unique_ptr<Export>> started = Export::Start(call_, request, reg);
      status = started.status();
      if (started.ok()) {
        export_ = *std::move(started);
      }
    }
    if (!status.ok()) {
      EndWith(status);
      return;
    }
    call_.set_revision(export_->revision());
    const std::weak_ptr<ExportReactor> weak = self_;
    drain_ = gate_.drain().Subscribe([weak] {
      if (const std::shared_ptr<ExportReactor> alive = weak.lock()) {
        alive->EndWith(rpc::ShuttingDown());
      }
    });
    const MutexLock lock(mutex_);
    if (finished_) {
      return;
    }
    watch_ = WriteWatch::Start(&executor_, idle_limit, [weak, idle_limit] {
      if (const std::shared_ptr<ExportReactor> alive = weak.lock()) {
        alive->EndWith(ExportStalled(idle_limit));
      }
    });
    FillNext();
  }

  void OnWriteDone(bool ok) override {
    const MutexLock lock(mutex_);
    watch_->OnDone();
    writing_ = false;
    if (!ok && !finished_) {
      FinishWith(MakeStatus(absl::StatusCode::kCancelled, "the caller went away"));
    }
    Advance();
  }

  void OnCancel() override { EndWith(MakeStatus(absl::StatusCode::kCancelled, "the caller went away")); }

  void OnDone() override {
    drain_.reset();
    const std::shared_ptr<ExportReactor> self = std::move(self_);
  }

 private:
  struct Slot {
    google::protobuf::Arena arena;
    const Response* message = nullptr;  // filled and not yet given to gRPC
  };

  void FillNext() WENSUM_REQUIRES(mutex_) {
    filling_ = true;
    executor_.Run([self = this->shared_from_this()] { self->Fill(); });
  }

  // The slot that is filled, and the export, are this task's alone until filling_ is false.
  void Fill() {
    Slot& slot = slots_[fill_];
    slot.arena.Reset();
    const absl::StatusOr<const Response*> next = export_->Next(slot.arena);
    const MutexLock lock(mutex_);
    filling_ = false;
    if (finished_) {
      return;
    }
    if (!next.ok()) {
      FinishWith(next.status());
      return;
    }
    last_ = *next == nullptr || (*next)->has_end();
    if (*next != nullptr && (!Traits::Empty(**next) || (*next)->has_end())) {
      slot.message = *next;
    }
    Advance();
  }

  // Does whatever can be done now.
  void Advance() WENSUM_REQUIRES(mutex_) {
    if (finished_ || filling_) {
      return;
    }
    Slot& filled = slots_[fill_];
    if (filled.message != nullptr && !writing_) {
      writing_ = true;
      watch_->OnStart();
      this->StartWrite(std::exchange(filled.message, nullptr));
      fill_ = 1 - fill_;
    }
    if (slots_[fill_].message != nullptr) {
      return;  // waits for the write
    }
    if (!last_) {
      FillNext();
    } else if (!writing_) {
      FinishWith(absl::OkStatus());
    }
  }

  // A write that is outstanding stays with gRPC: a caller that reads again gets what was sent, and then the status.
  void EndWith(const absl::Status& status) {
    const MutexLock lock(mutex_);
    if (!finished_) {
      FinishWith(status);
    }
  }

  void FinishWith(const absl::Status& status) WENSUM_REQUIRES(mutex_) {
    finished_ = true;
    if (export_ != nullptr && !filling_) {
      call_.AddResource(Traits::Told(*export_));
    }
    this->Finish(gate_.Complete(call_, status));
  }

  rpc::CallGate& gate_;
  rpc::Executor& executor_;
  std::shared_ptr<ExportReactor> self_;
  std::unique_ptr<rpc::Drain::Subscription> drain_;
  std::unique_ptr<Export> export_;  // null if the call was refused
  std::array<Slot, 2> slots_;

  Mutex mutex_;
  rpc::CallContext call_;
  std::shared_ptr<WriteWatch> watch_ WENSUM_GUARDED_BY(mutex_);
  size_t fill_ = 0;  // the slot that is, or is to be, filled; changes under mutex_
  bool filling_ WENSUM_GUARDED_BY(mutex_) = false;
  bool last_ WENSUM_GUARDED_BY(mutex_) = false;  // nothing more is to be filled
  bool writing_ WENSUM_GUARDED_BY(mutex_) = false;
  bool finished_ WENSUM_GUARDED_BY(mutex_) = false;
};

template <typename Traits>
grpc::ServerWriteReactor<typename Traits::Response>* StartReactor(grpc::CallbackServerContext& transport,
                                                                  const typename Traits::Request& request,
                                                                  rpc::CallGate& gate, const registry::Register* reg,
                                                                  rpc::Executor* executor,
                                                                  std::chrono::milliseconds idle_limit) {
  const auto reactor = std::make_shared<ExportReactor<Traits>>(gate, *executor);
  reactor->Begin(transport, request, reg, idle_limit);
  return reactor.get();
}

}  // namespace

grpc::ServerWriteReactor<v1::ExportGoldenResponse>* StartExport(grpc::CallbackServerContext& transport,
                                                                const v1::ExportGoldenRequest& request,
                                                                rpc::CallGate& gate, const registry::Register* reg,
                                                                rpc::Executor* executor,
                                                                std::chrono::milliseconds idle_limit) {
  return StartReactor<GoldenTraits>(transport, request, gate, reg, executor, idle_limit);
}

grpc::ServerWriteReactor<v1::ExportStaleValuesResponse>* StartExport(grpc::CallbackServerContext& transport,
                                                                     const v1::ExportStaleValuesRequest& request,
                                                                     rpc::CallGate& gate, const registry::Register* reg,
                                                                     rpc::Executor* executor,
                                                                     std::chrono::milliseconds idle_limit) {
  return StartReactor<StaleTraits>(transport, request, gate, reg, executor, idle_limit);
}

}  // namespace wensum::changes
