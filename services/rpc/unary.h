// How every unary method is answered.
#ifndef WENSUM_SERVICES_RPC_UNARY_H_
#define WENSUM_SERVICES_RPC_UNARY_H_

#include <grpcpp/server_context.h>
#include <grpcpp/support/server_callback.h>

#include <functional>
#include <memory>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "services/rpc/call_context.h"
#include "services/rpc/call_gate.h"

namespace wensum::rpc {

// Answers with `handler(CallContext&, const Request&, Response&)`, an absl::Status, on the calling thread: for methods
// that take microseconds.
template <typename Request, typename Response, typename Handler>
grpc::ServerUnaryReactor* Unary(CallGate& gate, grpc::CallbackServerContext* transport, std::string_view method,
                                const Request* request, Response* response, Handler&& handler) {
  grpc::ServerUnaryReactor* reactor = transport->DefaultReactor();
  CallContext context(method);
  absl::Status status = gate.Admit(*transport, context);
  if (status.ok()) {
    status = std::forward<Handler>(handler)(context, *request, *response);
  }
  reactor->Finish(gate.Complete(context, status));
  return reactor;
}

// The same for methods that end later, on another thread: `handler(CallContext&, const Request&, Response&, done)`
// returns at once and sees to it that `done(absl::Status)` is called exactly once. Context, request and response live
// until then.
template <typename Request, typename Response, typename Handler>
grpc::ServerUnaryReactor* UnaryAsync(CallGate& gate, grpc::CallbackServerContext* transport, std::string_view method,
                                     const Request* request, Response* response, Handler&& handler) {
  grpc::ServerUnaryReactor* reactor = transport->DefaultReactor();
  auto context = std::make_shared<CallContext>(method);
  const absl::Status status = gate.Admit(*transport, *context);
  if (!status.ok()) {
    reactor->Finish(gate.Complete(*context, status));
    return reactor;
  }
  std::forward<Handler>(handler)(*context, *request, *response, [&gate, reactor, context](const absl::Status& outcome) {
    reactor->Finish(gate.Complete(*context, outcome));
  });
  return reactor;
}

}  // namespace wensum::rpc

#endif  // WENSUM_SERVICES_RPC_UNARY_H_
