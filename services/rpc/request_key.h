// Keys under which the answers to repeated requests are kept (AIP-155).
#ifndef WENSUM_SERVICES_RPC_REQUEST_KEY_H_
#define WENSUM_SERVICES_RPC_REQUEST_KEY_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "services/rpc/call_context.h"
#include "services/rpc/page_token.h"

namespace wensum::rpc {

// registry::Mutation::request_key: 16 bytes. Callers cannot see each other's answers, nor one method those of another.
std::string RequestKey(const CallContext& call, std::string_view request_id);

// Of a request with an id: the key, and a hash of what it asks. The key is empty where there is no id.
struct RepeatableRequest {
  std::string key;
  uint64_t hash = 0;
};

template <typename Request>
RepeatableRequest ToRepeatable(const CallContext& call, const Request& request) {
  if (request.request_id().empty()) {
    return {};
  }
  Request content = request;
  content.clear_request_id();
  return {.key = RequestKey(call, request.request_id()), .hash = HashMessage(content)};
}

// Makes the mutation idempotent where the request has an id; true if it has one. What is answered is left to the
// caller, in Mutation::make_response.
template <typename Request, typename Mutation>
bool SetRequestKey(const CallContext& call, const Request& request, Mutation& mutation) {
  RepeatableRequest repeatable = ToRepeatable(call, request);
  mutation.request_key = std::move(repeatable.key);
  mutation.request_hash = repeatable.hash;
  return !request.request_id().empty();
}

}  // namespace wensum::rpc

#endif  // WENSUM_SERVICES_RPC_REQUEST_KEY_H_
