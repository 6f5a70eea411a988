#include "services/cli/golden_stream.h"

#include <cstdio>
#include <string_view>
#include <thread>

#include "wensum/v1/changes.grpc.pb.h"

namespace wensum::cli {

bool MayGoOn(const grpc::Status& status) {
  return status.error_code() == grpc::StatusCode::UNAVAILABLE ||
         status.error_code() == grpc::StatusCode::DEADLINE_EXCEEDED;
}

bool Patience::Wait() {
  std::this_thread::sleep_for(kPollPause);
  return std::chrono::steady_clock::now() - last_progress_ < kPatience;
}

grpc::Status StreamGolden(const Client& client, v1::ExportGoldenRequest request,
                          const std::function<bool(const v1::ExportGoldenResponse& message)>& take) {
  const auto stub = v1::Changes::NewStub(client.channel());
  Patience patience;
  while (true) {
    grpc::ClientContext context;
    client.Prepare(context, /*with_deadline=*/false);
    const auto stream = stub->ExportGolden(&context, request);
    v1::ExportGoldenResponse message;
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

std::string DateText(const v1::PartialDate& date) {
  if (date.year() == 0) {
    return "";
  }
  char text[32];
  const int size = std::snprintf(text, sizeof(text), "%04d-%02d-%02d", date.year(), date.month(), date.day());
  const std::string_view whole(text, static_cast<size_t>(size));
  return std::string(whole.substr(0, date.day() != 0 ? 10 : (date.month() != 0 ? 7 : 4)));
}

}  // namespace wensum::cli
