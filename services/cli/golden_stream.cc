#include "services/cli/golden_stream.h"

#include <cstdio>
#include <string_view>
#include <thread>

namespace wensum::cli {

bool MayGoOn(const grpc::Status& status) {
  return status.error_code() == grpc::StatusCode::UNAVAILABLE ||
         status.error_code() == grpc::StatusCode::DEADLINE_EXCEEDED;
}

bool Patience::Wait() {
  std::this_thread::sleep_for(kPollPause);
  return std::chrono::steady_clock::now() - last_progress_ < kPatience;
}

grpc::Status StreamGolden(const Client& client, const v1::ExportGoldenRequest& request,
                          const std::function<bool(const v1::ExportGoldenResponse& message)>& take) {
  return StreamExport<v1::ExportGoldenResponse>(client, &v1::Changes::Stub::ExportGolden, request, take);
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
