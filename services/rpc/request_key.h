// Keys under which the answers to repeated requests are kept (AIP-155).
#ifndef WENSUM_SERVICES_RPC_REQUEST_KEY_H_
#define WENSUM_SERVICES_RPC_REQUEST_KEY_H_

#include <string>
#include <string_view>

#include "services/rpc/call_context.h"

namespace wensum::rpc {

// registry::Mutation::request_key: 16 bytes. Callers cannot see each other's answers, nor one method those of another.
std::string RequestKey(const CallContext& call, std::string_view request_id);

}  // namespace wensum::rpc

#endif  // WENSUM_SERVICES_RPC_REQUEST_KEY_H_
