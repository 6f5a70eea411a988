#include "services/rpc/status_mapping.h"

#include <string>

#include "absl/strings/cord.h"
#include "base/status_macros.h"
#include "google/rpc/status.pb.h"
#include "services/rpc/status_details.h"

namespace wensum::rpc {

bool HidesMessage(absl::StatusCode code) {
  return code == absl::StatusCode::kInternal || code == absl::StatusCode::kUnknown ||
         code == absl::StatusCode::kDataLoss;
}

grpc::Status ToGrpcStatus(const absl::Status& status) {
  if (status.ok()) {
    return grpc::Status::OK;
  }
  google::rpc::Status details;
  details.set_code(static_cast<int>(status.code()));
  if (status.code() == absl::StatusCode::kDataLoss) {
    details.set_message("stored data is damaged; the server's log says where");
  } else if (HidesMessage(status.code())) {
    details.set_message("internal error; the server's log says more");
  } else {
    details.set_message(std::string(Message(status)));
  }
  const absl::Status complete = WithReason(status, absl::StatusCodeToString(status.code()));
  complete.ForEachPayload([&details](absl::string_view url, const absl::Cord& payload) {
    auto* any = details.add_details();
    any->set_type_url(std::string(url.data(), url.size()));
    any->set_value(std::string(payload));
  });
  return {static_cast<grpc::StatusCode>(status.code()), details.message(), details.SerializeAsString()};
}

absl::Status FromGrpcStatus(const grpc::Status& status) {
  return status.ok() ? absl::OkStatus()
                     : MakeStatus(static_cast<absl::StatusCode>(status.error_code()), status.error_message());
}

}  // namespace wensum::rpc
