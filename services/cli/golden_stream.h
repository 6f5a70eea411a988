// Golden records from a running server, whole and in order, though the connection may break.
#ifndef WENSUM_SERVICES_CLI_GOLDEN_STREAM_H_
#define WENSUM_SERVICES_CLI_GOLDEN_STREAM_H_

#include <chrono>
#include <functional>
#include <string>

#include "services/cli/client.h"
#include "wensum/v1/changes.grpc.pb.h"

namespace wensum::cli {

// True for what goes by itself: the server is away, starts, or ended a stream that was not read for a while.
bool MayGoOn(const grpc::Status& status);

// Waits a little before the next try; false if the server has been away for kPatience. Progress begins anew.
class Patience {
 public:
  void OnProgress() { last_progress_ = std::chrono::steady_clock::now(); }
  bool Wait();

 private:
  std::chrono::steady_clock::time_point last_progress_ = std::chrono::steady_clock::now();
};

// Calls `take` with the messages of an export until it answers false or the last one came; after a break goes on from
// the last message. OK, or the error that the export ended with; CANCELLED if `take` ended it.
template <typename Message, typename Method, typename Request>
grpc::Status StreamExport(const Client& client, Method method, Request request,
                          const std::function<bool(const Message& message)>& take) {
  const auto stub = v1::Changes::NewStub(client.channel());
  Patience patience;
  while (true) {
    grpc::ClientContext context;
    client.Prepare(context, /*with_deadline=*/false);
    const auto stream = ((*stub).*method)(&context, request);
    Message message;
    bool ended = false;
    while (stream->Read(&message)) {
      patience.OnProgress();
      request.set_resume_token(message.resume_token());
      ended = message.has_end();
      if (!take(message)) {
        context.TryCancel();
        stream->Finish();
        return {grpc::StatusCode::CANCELLED, "ended here"};
      }
    }
    grpc::Status status = stream->Finish();
    if (ended) {
      return grpc::Status::OK;
    }
    if (!MayGoOn(status) || !patience.Wait()) {
      return status;
    }
  }
}

// The same of golden records.
grpc::Status StreamGolden(const Client& client, const v1::ExportGoldenRequest& request,
                          const std::function<bool(const v1::ExportGoldenResponse& message)>& take);

// "1980-05-17", "1980-05", "1980" or nothing.
std::string DateText(const v1::PartialDate& date);

}  // namespace wensum::cli

#endif  // WENSUM_SERVICES_CLI_GOLDEN_STREAM_H_
