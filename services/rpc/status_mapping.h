// absl::Status to grpc::Status, in one place.
#ifndef WENSUM_SERVICES_RPC_STATUS_MAPPING_H_
#define WENSUM_SERVICES_RPC_STATUS_MAPPING_H_

#include <grpcpp/support/status.h>

#include "absl/status/status.h"

namespace wensum::rpc {

// The status as callers see it: code, message, and a google.rpc.Status with its details in trailing metadata. Every
// error has an ErrorInfo; one without a reason of its own gets the name of its code. What lies behind INTERNAL, UNKNOWN
// and DATA_LOSS is not for callers: their message is replaced, and the caller of this function logs it.
grpc::Status ToGrpcStatus(const absl::Status& status);

// True for the codes whose message ToGrpcStatus hides.
bool HidesMessage(absl::StatusCode code);

// The same status back, on the client's side, without details.
absl::Status FromGrpcStatus(const grpc::Status& status);

}  // namespace wensum::rpc

#endif  // WENSUM_SERVICES_RPC_STATUS_MAPPING_H_
