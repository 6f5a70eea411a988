#include "services/source_records/source_records_service.h"

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "base/mutex.h"
#include "base/strings.h"
#include "services/rpc/unary.h"

namespace wensum::source_records {
namespace {

constexpr std::string_view kStreamMethod = "/wensum.v1.SourceRecords/Stream";

// Moves messages between one gRPC stream and its session. Owns itself until gRPC is done with it; the session knows it
// weakly.
class StreamReactor final
    : public grpc::ServerBidiReactor<v1::StreamSourceRecordsRequest, v1::StreamSourceRecordsResponse>,
      public std::enable_shared_from_this<StreamReactor> {
 public:
  static StreamReactor* Start(grpc::CallbackServerContext& transport, rpc::CallGate& gate, registry::Register* reg,
                              rpc::Executor* executor) {
    const auto reactor = std::make_shared<StreamReactor>(gate);
    reactor->self_ = reactor;
    const absl::Status admitted = gate.Admit(transport, reactor->call_);
    if (!admitted.ok()) {
      MutexLock lock(reactor->mutex_);
      reactor->FinishWith(admitted);
      return reactor.get();
    }
    const std::weak_ptr<StreamReactor> weak = reactor;
    reactor->session_ = StreamSession::Create(reg, executor, StreamLimits{}, [weak] {
      if (const std::shared_ptr<StreamReactor> alive = weak.lock()) {
        alive->Pump();
      }
    });
    const std::weak_ptr<StreamSession> session = reactor->session_;
    reactor->drain_ = gate.drain().Subscribe([session] {
      if (const std::shared_ptr<StreamSession> alive = session.lock()) {
        alive->Drain();
      }
    });
    reactor->Pump();
    return reactor.get();
  }

  explicit StreamReactor(rpc::CallGate& gate) : gate_(gate), call_(kStreamMethod) {}

  void OnReadDone(bool ok) override {
    if (ok) {
      session_->OnMessage(request_);
    }
    {
      MutexLock lock(mutex_);
      reading_ = false;
    }
    if (ok) {
      Pump();
    } else {
      session_->OnEnd();  // or the stream broke, which OnCancel tells
    }
  }

  void OnWriteDone(bool ok) override {
    {
      MutexLock lock(mutex_);
      writing_ = false;
    }
    if (ok) {
      Pump();
    } else {
      session_->Cancel();
    }
  }

  void OnCancel() override {
    if (session_ != nullptr) {
      session_->Cancel();
    }
  }

  void OnDone() override {
    drain_.reset();
    const std::shared_ptr<StreamReactor> self = std::move(self_);
  }

 private:
  // Starts whatever can be started.
  void Pump() WENSUM_EXCLUDES(mutex_) {
    MutexLock lock(mutex_);
    if (finished_) {
      return;
    }
    bool more = false;
    if (!writing_ && session_->TakeResponse(response_, more)) {
      writing_ = true;
      grpc::WriteOptions options;
      if (more) {
        options.set_buffer_hint();
      }
      StartWrite(&response_, options);
    }
    if (!reading_ && session_->WantsMessage()) {
      reading_ = true;
      StartRead(&request_);
    }
    if (!writing_) {
      if (const std::optional<absl::Status> outcome = session_->outcome(); outcome.has_value()) {
        call_.AddResource(Cat("accepted=", session_->accepted(), " refused=", session_->refused()));
        call_.set_revision(session_->last_revision());
        FinishWith(*outcome);
      }
    }
  }

  void FinishWith(const absl::Status& status) WENSUM_REQUIRES(mutex_) {
    finished_ = true;
    Finish(gate_.Complete(call_, status));
  }

  rpc::CallGate& gate_;
  std::shared_ptr<StreamReactor> self_;
  std::shared_ptr<StreamSession> session_;  // null if the call was refused
  std::unique_ptr<rpc::Drain::Subscription> drain_;

  Mutex mutex_;
  rpc::CallContext call_;
  v1::StreamSourceRecordsRequest request_;    // while reading_
  v1::StreamSourceRecordsResponse response_;  // while writing_
  bool reading_ WENSUM_GUARDED_BY(mutex_) = false;
  bool writing_ WENSUM_GUARDED_BY(mutex_) = false;
  bool finished_ WENSUM_GUARDED_BY(mutex_) = false;
};

}  // namespace

grpc::ServerUnaryReactor* SourceRecordsService::Upsert(grpc::CallbackServerContext* transport,
                                                       const v1::UpsertSourceRecordRequest* request,
                                                       v1::UpsertSourceRecordResponse* response) {
  return rpc::UnaryAsync(gate_, transport, "/wensum.v1.SourceRecords/Upsert", request, response,
                         [this](auto&&... call) { handler_.Upsert(std::forward<decltype(call)>(call)...); });
}

grpc::ServerUnaryReactor* SourceRecordsService::BatchUpsert(grpc::CallbackServerContext* transport,
                                                            const v1::BatchUpsertSourceRecordsRequest* request,
                                                            v1::BatchUpsertSourceRecordsResponse* response) {
  return rpc::UnaryAsync(gate_, transport, "/wensum.v1.SourceRecords/BatchUpsert", request, response,
                         [this](auto&&... call) { handler_.BatchUpsert(std::forward<decltype(call)>(call)...); });
}

grpc::ServerBidiReactor<v1::StreamSourceRecordsRequest, v1::StreamSourceRecordsResponse>* SourceRecordsService::Stream(
    grpc::CallbackServerContext* transport) {
  return StreamReactor::Start(*transport, gate_, register_, executor_);
}

grpc::ServerUnaryReactor* SourceRecordsService::Delete(grpc::CallbackServerContext* transport,
                                                       const v1::DeleteSourceRecordRequest* request,
                                                       v1::DeleteSourceRecordResponse* response) {
  return rpc::UnaryAsync(gate_, transport, "/wensum.v1.SourceRecords/Delete", request, response,
                         [this](auto&&... call) { handler_.Delete(std::forward<decltype(call)>(call)...); });
}

grpc::ServerUnaryReactor* SourceRecordsService::Get(grpc::CallbackServerContext* transport,
                                                    const v1::GetSourceRecordRequest* request,
                                                    v1::SourceRecord* response) {
  return rpc::Unary(gate_, transport, "/wensum.v1.SourceRecords/Get", request, response,
                    [this](auto&... call) { return handler_.Get(call...); });
}

grpc::ServerUnaryReactor* SourceRecordsService::List(grpc::CallbackServerContext* transport,
                                                     const v1::ListSourceRecordsRequest* request,
                                                     v1::ListSourceRecordsResponse* response) {
  return rpc::Unary(gate_, transport, "/wensum.v1.SourceRecords/List", request, response,
                    [this](auto&... call) { return handler_.List(call...); });
}

}  // namespace wensum::source_records
