#include "services/cli/client.h"

#include <google/protobuf/util/json_util.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>

#include <chrono>

#include "absl/status/status.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "services/rpc/status_details.h"

namespace wensum::cli {

Client::Client(const ClientOptions& options)
    : options_(options), channel_([&options] {
        grpc::ChannelArguments arguments;
        arguments.SetMaxReceiveMessageSize(-1);  // a full batch of long records may pass gRPC's default
        return grpc::CreateCustomChannel(options.server, grpc::InsecureChannelCredentials(), arguments);
      }()) {}

void Client::Prepare(grpc::ClientContext& context, bool with_deadline) const {
  if (!options_.purpose.empty()) {
    context.AddMetadata(std::string(rpc::kPurposeMetadata), options_.purpose);
  }
  if (with_deadline) {
    context.set_deadline(std::chrono::system_clock::now() +
                         std::chrono::milliseconds(static_cast<int64_t>(options_.timeout_seconds * 1000)));
  }
}

std::string ToJson(const google::protobuf::Message& message, bool pretty) {
  google::protobuf::util::JsonPrintOptions options;
  options.add_whitespace = pretty;
  options.preserve_proto_field_names = true;
  std::string json;
  const auto status = google::protobuf::util::MessageToJsonString(message, &json, options);
  return status.ok() ? json : message.ShortDebugString();
}

std::string ReasonOf(const grpc::Status& status) {
  google::rpc::ErrorInfo info;
  google::rpc::Status details;
  if (details.ParseFromString(status.error_details())) {
    for (const google::protobuf::Any& any : details.details()) {
      any.UnpackTo(&info);  // leaves it as it is if it is something else
    }
  }
  return info.reason();
}

void PrintError(const grpc::Status& status, std::ostream& out) {
  google::rpc::ErrorInfo info;
  google::rpc::BadRequest bad;
  google::rpc::Status details;
  if (details.ParseFromString(status.error_details())) {
    for (const google::protobuf::Any& any : details.details()) {
      if (any.Is<google::rpc::ErrorInfo>()) {
        any.UnpackTo(&info);
      } else if (any.Is<google::rpc::BadRequest>()) {
        any.UnpackTo(&bad);
      }
    }
  }
  out << "error: " << absl::StatusCodeToString(static_cast<absl::StatusCode>(status.error_code()));
  if (!info.reason().empty()) {
    out << " (" << info.reason() << ")";
  }
  out << ": " << status.error_message() << "\n";
  if (bad.field_violations_size() > 1) {
    for (const auto& violation : bad.field_violations()) {
      out << "  " << violation.field() << ": " << violation.description() << "\n";
    }
  }
}

}  // namespace wensum::cli
