// Commits of a plan that completes an answer, which a repeated request id gets again. Internal to this folder.
#ifndef WENSUM_SERVICES_HUB_COMMIT_H_
#define WENSUM_SERVICES_HUB_COMMIT_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/status_macros.h"
#include "services/register/register.h"
#include "services/rpc/call_context.h"
#include "services/rpc/request_key.h"
#include "storage/request_log.h"

namespace wensum::hub {

// A request as its repetition is known by.
struct RequestIdentity {
  std::string id;             // empty: it is not to be repeated
  uint64_t content_hash = 0;  // of all else that it says
};

// Replaces `answer` by the stored one.
template <typename Answer>
absl::Status ParseAnswer(const std::string& stored, Answer& answer) {
  return answer.ParseFromString(stored) ? absl::OkStatus()
                                        : DataLoss("the stored answer of a repeated request_id cannot be read");
}

// The answer of an earlier call of this request id; nullopt: there was none. INVALID_ARGUMENT if it asked for something
// else.
template <typename Answer>
absl::StatusOr<std::optional<Answer>> FindAnswer(const storage::Reader& reader, storage::RegisterId reg,
                                                 const rpc::CallContext& call, const RequestIdentity& request) {
  if (request.id.empty()) {
    return std::nullopt;
  }
  WENSUM_ASSIGN_OR_RETURN(const std::optional<std::string> stored,
                          storage::FindRequest(reader, reg, rpc::RequestKey(call, request.id), request.content_hash));
  if (!stored.has_value()) {
    return std::nullopt;
  }
  std::optional<Answer> answer(std::in_place);
  WENSUM_RETURN_IF_ERROR(ParseAnswer(*stored, *answer));
  return answer;
}

using Plan = std::function<absl::StatusOr<registry::Planned>(const registry::PlanView&)>;

// Commits what the plan, which completes `answer`, wants written. The call gets the answer's name and the revision.
template <typename Answer>
absl::Status Commit(registry::Register& reg, rpc::CallContext& call, const RequestIdentity& request, Answer& answer,
                    Plan plan) {
  registry::Mutation mutation;
  mutation.plan = std::move(plan);
  if (!request.id.empty()) {
    mutation.request_key = rpc::RequestKey(call, request.id);
    mutation.request_hash = request.content_hash;
    mutation.make_response = [&answer](const registry::MutationResult&) { return answer.SerializeAsString(); };
  }
  const registry::MutationResult result = reg.Commit(std::move(mutation));
  if (result.replayed_response.has_value()) {
    WENSUM_RETURN_IF_ERROR(ParseAnswer(*result.replayed_response, answer));
  }
  WENSUM_RETURN_IF_ERROR(result.status);
  call.set_revision(result.revision);
  call.AddResource(answer.name());
  return absl::OkStatus();
}

}  // namespace wensum::hub

#endif  // WENSUM_SERVICES_HUB_COMMIT_H_
