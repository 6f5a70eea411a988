#include "services/rpc/access_policy.h"

#include <algorithm>
#include <utility>

#include "base/status_macros.h"
#include "base/strings.h"
#include "services/rpc/status_details.h"

namespace wensum::rpc {

bool IsLoopbackPeer(std::string_view peer) {
  // gRPC 1.51 percent-encodes the brackets of an IPv6 peer.
  static constexpr std::string_view kPrefixes[] = {
      "ipv4:127.",           "ipv6:[::1]:", "ipv6:%5B::1%5D:", "ipv6:[::ffff:127.",
      "ipv6:%5B::ffff:127.", "unix:",       "unix-abstract:",
  };
  return std::any_of(std::begin(kPrefixes), std::end(kPrefixes),
                     [peer](std::string_view prefix) { return peer.starts_with(prefix); });
}

LoopbackPolicy::LoopbackPolicy(std::vector<std::string> purposes, bool allow_remote)
    : purposes_(std::move(purposes)), allow_remote_(allow_remote) {}

absl::StatusOr<Grant> LoopbackPolicy::Authorise(const CallInfo& call) const {
  const bool loopback = IsLoopbackPeer(call.peer);
  if (!loopback && !allow_remote_) {
    return WithReason(MakeStatus(absl::StatusCode::kPermissionDenied,
                                 "only callers on the server's own machine are let in; see `allow_remote` in "
                                 "docs/configuration.md"),
                      reason::kRemoteRefused);
  }
  Grant grant;
  grant.caller = loopback ? "loopback" : "remote";
  if (call.purpose.empty()) {
    grant.purpose = purposes_.front();
    return grant;
  }
  const auto found = std::find(purposes_.begin(), purposes_.end(), call.purpose);
  if (found == purposes_.end()) {
    return WithReason(InvalidArgument(Cat("metadata ", kPurposeMetadata, ": unknown purpose ", Quote(call.purpose),
                                          "; configured are ", Join(purposes_, ", "))),
                      reason::kPurposeUnknown);
  }
  grant.purpose = *found;
  grant.purpose_bit = static_cast<int>(found - purposes_.begin());
  return grant;
}

}  // namespace wensum::rpc
