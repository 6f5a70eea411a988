// What the client commands share: the connection, and how answers and errors are printed.
#ifndef WENSUM_SERVICES_CLI_CLIENT_H_
#define WENSUM_SERVICES_CLI_CLIENT_H_

#include <google/protobuf/message.h>
#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>
#include <grpcpp/support/status.h>

#include <chrono>
#include <cstddef>
#include <memory>
#include <ostream>
#include <string>

namespace wensum::cli {

// Bytes of a file in one message.
inline constexpr size_t kChunkBytes = 256 * 1024;
// Between two looks at a run, and how long a server that is away is waited for: it may be starting again, and the run
// goes on then, or has ended.
inline constexpr auto kPollPause = std::chrono::milliseconds(200);
inline constexpr auto kPatience = std::chrono::seconds(60);

struct ClientOptions {
  std::string server = "127.0.0.1:50051";
  std::string purpose;          // empty: the server's default
  double timeout_seconds = 30;  // of one short call
};

class Client {
 public:
  explicit Client(const ClientOptions& options);

  [[nodiscard]] const std::shared_ptr<grpc::Channel>& channel() const { return channel_; }
  // Sets the purpose and, for short calls, the deadline.
  void Prepare(grpc::ClientContext& context, bool with_deadline = true) const;

 private:
  const ClientOptions options_;
  const std::shared_ptr<grpc::Channel> channel_;
};

// One line of JSON, or several lines if `pretty`. Field names as in the .proto files.
std::string ToJson(const google::protobuf::Message& message, bool pretty);

// The reason of the status' ErrorInfo, e.g. "FIELD_INVALID"; empty if it has none.
std::string ReasonOf(const grpc::Status& status);

// "error: INVALID_ARGUMENT (FIELD_INVALID): name: ..." with a line for each field of the details.
void PrintError(const grpc::Status& status, std::ostream& out);

}  // namespace wensum::cli

#endif  // WENSUM_SERVICES_CLI_CLIENT_H_
