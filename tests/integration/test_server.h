// A real server in a directory of its own, and a channel to it.
#ifndef WENSUM_TESTS_INTEGRATION_TEST_SERVER_H_
#define WENSUM_TESTS_INTEGRATION_TEST_SERVER_H_

#include <google/protobuf/message.h>
#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>
#include <grpcpp/support/status.h>

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "services/server/server.h"
#include "tests/support/temp_dir.h"
#include "wensum/v1/source_records.grpc.pb.h"

namespace wensum {

namespace v1 {
class ImportRun;
}  // namespace v1

// Options for a server on a free port over `data_dir`.
server::ServerOptions TestOptions(const std::string& data_dir);

std::shared_ptr<grpc::Channel> ConnectTo(int port);

class TestServer {
 public:
  TestServer() : TestServer([](server::ServerOptions&) {}) {}
  // With options of its own.
  explicit TestServer(const std::function<void(server::ServerOptions& options)>& change);

  [[nodiscard]] const std::shared_ptr<grpc::Channel>& channel() const { return channel_; }
  [[nodiscard]] server::Server& server() { return *server_; }
  [[nodiscard]] const std::string& data_dir() const { return dir_.path(); }

 private:
  TempDir dir_;
  SystemClock clock_;
  std::unique_ptr<server::Server> server_;
  std::shared_ptr<grpc::Channel> channel_;
};

// A person's record of source "housing".
v1::SourceRecord TestRecord(std::string_view key, std::string_view forenames, std::string_view surname);

// The run of a file of the gazetteer, when it is over. Include wensum/v1/imports.pb.h.
v1::ImportRun ImportGazetteer(const std::shared_ptr<grpc::Channel>& channel, const std::string& file);

// What is stored is what comes of the stored inputs: Admin.Verify finds no difference.
void ExpectSound(const std::shared_ptr<grpc::Channel>& channel);

// The reason of the ErrorInfo that every error carries; empty if it has none.
std::string ReasonOf(const grpc::Status& status);

// Calls any method by its full name with the given bytes as its one request message; `response` gets the bytes of the
// first answer, if any.
grpc::Status RawCall(const std::shared_ptr<grpc::Channel>& channel, const std::string& method,
                     const std::string& request, std::chrono::milliseconds timeout, std::string* response);

}  // namespace wensum

#endif  // WENSUM_TESTS_INTEGRATION_TEST_SERVER_H_
