// Runs bidirectional streams: the transport's half, the same for every method.
#ifndef WENSUM_SERVICES_RPC_BIDI_H_
#define WENSUM_SERVICES_RPC_BIDI_H_

#include <grpcpp/grpcpp.h>

#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "base/mutex.h"
#include "services/rpc/call_context.h"
#include "services/rpc/call_gate.h"
#include "services/rpc/drain.h"

namespace wensum::rpc {

// Moves messages between one gRPC stream and its session. Owns itself until gRPC is done with it; the session knows it
// weakly.
//
// Session is thread-safe and has
//   bool WantsMessage() const;              // the transport is to read the next message
//   void OnMessage(const Request&);         // called by one thread at a time
//   void OnEnd();                           // the client has sent all it wants to
//   void Cancel();                          // the client is gone
//   void Drain();                           // the server is going away
//   bool TakeResponse(Response&, bool& more);
//   std::optional<absl::Status> outcome();  // set once nothing more will come: ends the stream
//   void Describe(CallContext&) const;      // what the audit is to know, at the end
// and calls the function it was made with, holding no lock, whenever one of them may have a new answer.
template <typename Request, typename Response, typename Session>
class BidiReactor final : public grpc::ServerBidiReactor<Request, Response>,
                          public std::enable_shared_from_this<BidiReactor<Request, Response, Session>> {
 public:
  // `make(changed)` gives the session. `gate` must outlive the call; `method` must be a literal.
  using Make = std::function<std::shared_ptr<Session>(std::function<void()> changed)>;
  static BidiReactor* Start(grpc::CallbackServerContext& transport, CallGate& gate, std::string_view method,
                            const Make& make) {
    const auto reactor = std::make_shared<BidiReactor>(gate, method);
    reactor->self_ = reactor;
    const absl::Status admitted = gate.Admit(transport, reactor->call_);
    if (!admitted.ok()) {
      MutexLock lock(reactor->mutex_);
      reactor->FinishWith(admitted);
      return reactor.get();
    }
    const std::weak_ptr<BidiReactor> weak = reactor;
    reactor->session_ = make([weak] {
      if (const std::shared_ptr<BidiReactor> alive = weak.lock()) {
        alive->Pump();
      }
    });
    const std::weak_ptr<Session> session = reactor->session_;
    reactor->drain_ = gate.drain().Subscribe([session] {
      if (const std::shared_ptr<Session> alive = session.lock()) {
        alive->Drain();
      }
    });
    reactor->Pump();
    return reactor.get();
  }

  BidiReactor(CallGate& gate, std::string_view method) : gate_(gate), call_(method) {}

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
    const std::shared_ptr<BidiReactor> self = std::move(self_);
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
      this->StartWrite(&response_, options);
    }
    if (!reading_ && session_->WantsMessage()) {
      reading_ = true;
      this->StartRead(&request_);
    }
    if (!writing_) {
      if (const std::optional<absl::Status> outcome = session_->outcome(); outcome.has_value()) {
        session_->Describe(call_);
        FinishWith(*outcome);
      }
    }
  }

  void FinishWith(const absl::Status& status) WENSUM_REQUIRES(mutex_) {
    finished_ = true;
    this->Finish(gate_.Complete(call_, status));
  }

  CallGate& gate_;
  std::shared_ptr<BidiReactor> self_;
  std::shared_ptr<Session> session_;  // null if the call was refused
  std::unique_ptr<Drain::Subscription> drain_;

  Mutex mutex_;
  CallContext call_;
  Request request_;    // while reading_
  Response response_;  // while writing_
  bool reading_ WENSUM_GUARDED_BY(mutex_) = false;
  bool writing_ WENSUM_GUARDED_BY(mutex_) = false;
  bool finished_ WENSUM_GUARDED_BY(mutex_) = false;
};

}  // namespace wensum::rpc

#endif  // WENSUM_SERVICES_RPC_BIDI_H_
