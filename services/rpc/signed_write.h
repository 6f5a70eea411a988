// What handlers of writes share that people sign, and that are answered from the register's thread.
#ifndef WENSUM_SERVICES_RPC_SIGNED_WRITE_H_
#define WENSUM_SERVICES_RPC_SIGNED_WRITE_H_

#include <cstddef>
#include <string_view>

#include "absl/status/status.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "services/rpc/limits.h"
#include "services/rpc/status_details.h"

namespace wensum::rpc {

inline constexpr size_t kMaxActor = 100;  // bytes

// INVALID_ARGUMENT unless the field `actor` names somebody.
inline absl::Status CheckActor(std::string_view actor) {
  return Trim(actor).empty() ? InvalidField("actor", "is required: the name of who acts")
                             : CheckText(actor, kMaxActor, "actor");
}

// What a call is answered with whose write was not queued: a full queue has a reason of its own.
inline absl::Status NotQueued(const absl::Status& queued) {
  return queued.code() == absl::StatusCode::kResourceExhausted ? WithReason(queued, reason::kOverloaded) : queued;
}

// Fills the response from the stored answer of an earlier call with the same request_id, or from the new one.
template <typename Result, typename Response>
absl::Status FillResponse(const Result& result, const Response& answer, Response& response) {
  if (result.replayed_response.has_value()) {
    return response.ParseFromString(*result.replayed_response)
               ? absl::OkStatus()
               : DataLoss("the stored answer of a repeated request_id cannot be read");
  }
  WENSUM_RETURN_IF_ERROR(result.status);
  response = answer;
  return absl::OkStatus();
}

}  // namespace wensum::rpc

#endif  // WENSUM_SERVICES_RPC_SIGNED_WRITE_H_
