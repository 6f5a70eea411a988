// Who may call what, and for which purpose.
#ifndef WENSUM_SERVICES_RPC_ACCESS_POLICY_H_
#define WENSUM_SERVICES_RPC_ACCESS_POLICY_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/rpc/call_context.h"

namespace wensum::rpc {

// Asked once for every call, before its request is looked at (AIP-211). Implementations are thread-safe and do not
// block.
class AccessPolicy {
 public:
  virtual ~AccessPolicy() = default;
  // PERMISSION_DENIED if the caller may not make the call; INVALID_ARGUMENT if it names an unknown purpose.
  virtual absl::StatusOr<Grant> Authorise(const CallInfo& call) const = 0;
};

// Lets in callers of the same machine, whoever they are, for any configured purpose; the first one if they name none.
class LoopbackPolicy final : public AccessPolicy {
 public:
  // At least one purpose; bit i of a PurposeMask is purposes[i]. `allow_remote` lets in every peer: callers are not
  // authenticated, so the network in front of the server must decide who reaches it.
  LoopbackPolicy(std::vector<std::string> purposes, bool allow_remote);

  absl::StatusOr<Grant> Authorise(const CallInfo& call) const override;

 private:
  const std::vector<std::string> purposes_;
  const bool allow_remote_;
};

// True for 127.0.0.0/8, ::1 and Unix sockets, in the form in which gRPC writes peers.
bool IsLoopbackPeer(std::string_view peer);

}  // namespace wensum::rpc

#endif  // WENSUM_SERVICES_RPC_ACCESS_POLICY_H_
