// Keys under which the answers to repeated requests are kept (AIP-155).
#ifndef WENSUM_SERVICES_RPC_REQUEST_KEY_H_
#define WENSUM_SERVICES_RPC_REQUEST_KEY_H_

#include <string>
#include <string_view>

#include "services/rpc/call_context.h"
#include "services/rpc/page_token.h"

namespace wensum::rpc {

// registry::Mutation::request_key: 16 bytes. Callers cannot see each other's answers, nor one method those of another.
std::string RequestKey(const CallContext& call, std::string_view request_id);

// Makes the mutation idempotent where the request has an id; true if it has one. What is answered is left to the
// caller, in Mutation::make_response.
template <typename Request, typename Mutation>
bool SetRequestKey(const CallContext& call, const Request& request, Mutation& mutation) {
  if (request.request_id().empty()) {
    return false;
  }
  Request content = request;
  content.clear_request_id();
  mutation.request_key = RequestKey(call, request.request_id());
  mutation.request_hash = HashMessage(content);
  return true;
}

}  // namespace wensum::rpc

#endif  // WENSUM_SERVICES_RPC_REQUEST_KEY_H_
