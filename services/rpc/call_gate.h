// The one way into and out of every method: authorise, hold the deadline, map the status, audit.
#ifndef WENSUM_SERVICES_RPC_CALL_GATE_H_
#define WENSUM_SERVICES_RPC_CALL_GATE_H_

#include <grpcpp/server_context.h>
#include <grpcpp/support/status.h>

#include "absl/status/status.h"
#include "base/clock.h"
#include "services/rpc/access_policy.h"
#include "services/rpc/audit.h"
#include "services/rpc/call_context.h"
#include "services/rpc/drain.h"

namespace wensum::rpc {

// Thread-safe. unary.h and the streams' reactors use it; nothing else answers a call.
class CallGate {
 public:
  // All must outlive the gate and its calls.
  CallGate(const AccessPolicy* policy, AuditLog* audit, const Clock* clock)
      : policy_(policy), audit_(audit), clock_(clock) {}

  // Fills the context. Not OK: the call is to end with this status, through Complete, without a look at its request.
  absl::Status Admit(const grpc::CallbackServerContext& transport, CallContext& context);

  // Appends the audit entry and gives the status to finish with. Exactly once for each call.
  grpc::Status Complete(const CallContext& context, const absl::Status& status);

  // Streams and watches subscribe to it.
  [[nodiscard]] Drain& drain() { return drain_; }

 private:
  const AccessPolicy* const policy_;
  AuditLog* const audit_;
  const Clock* const clock_;
  Drain drain_;
};

}  // namespace wensum::rpc

#endif  // WENSUM_SERVICES_RPC_CALL_GATE_H_
