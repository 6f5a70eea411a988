// The life of one stream of addresses to match, without a transport.
#ifndef WENSUM_SERVICES_PROPERTIES_MATCH_SESSION_H_
#define WENSUM_SERVICES_PROPERTIES_MATCH_SESSION_H_

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "base/mutex.h"
#include "services/properties/properties_handler.h"
#include "services/rpc/call_context.h"
#include "wensum/v1/properties.pb.h"

namespace wensum::properties {

// Answers each message at once and in order; reads no more while kInFlight answers wait to be taken. A session for
// rpc::BidiReactor.
class MatchSession {
 public:
  static constexpr size_t kInFlight = 256;

  // `handler` must outlive the session. `changed`: see rpc::BidiReactor.
  MatchSession(const PropertiesHandler* handler, std::function<void()> changed)
      : handler_(*handler), changed_(std::move(changed)) {}

  [[nodiscard]] bool WantsMessage() const;
  void OnMessage(const v1::MatchAddressStreamRequest& message);
  void OnEnd();
  void Cancel();
  void Drain();
  bool TakeResponse(v1::MatchAddressStreamResponse& response, bool& more);
  [[nodiscard]] std::optional<absl::Status> outcome() const;
  // For the audit: how many were asked, matched and refused.
  void Describe(rpc::CallContext& call) const;

 private:
  const PropertiesHandler& handler_;
  const std::function<void()> changed_;

  mutable Mutex mutex_;
  std::deque<v1::MatchAddressStreamResponse> responses_ WENSUM_GUARDED_BY(mutex_);
  bool ended_ WENSUM_GUARDED_BY(mutex_) = false;
  bool draining_ WENSUM_GUARDED_BY(mutex_) = false;
  bool cancelled_ WENSUM_GUARDED_BY(mutex_) = false;
  uint64_t asked_ WENSUM_GUARDED_BY(mutex_) = 0;
  uint64_t matched_ WENSUM_GUARDED_BY(mutex_) = 0;
  uint64_t refused_ WENSUM_GUARDED_BY(mutex_) = 0;
  uint64_t last_revision_ WENSUM_GUARDED_BY(mutex_) = 0;
};

}  // namespace wensum::properties

#endif  // WENSUM_SERVICES_PROPERTIES_MATCH_SESSION_H_
