// A whole server over a data directory, and a channel to it.
#ifndef WENSUM_BENCHMARKS_SUPPORT_SERVED_H_
#define WENSUM_BENCHMARKS_SUPPORT_SERVED_H_

#include <grpcpp/channel.h>

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/clock.h"
#include "benchmarks/support/city.h"
#include "benchmarks/support/report.h"
#include "services/server/server.h"

namespace wensum::benchmarks {

class Served {
 public:
  // Serves `data_dir` as `wensum serve` would, on a free port of this machine.
  static absl::StatusOr<std::unique_ptr<Served>> Start(
      const std::string& data_dir, uint64_t block_cache_mb = server::ServerOptions().block_cache_mb);

  // All callers share it, and so one connection.
  [[nodiscard]] const std::shared_ptr<grpc::Channel>& channel() const { return channel_; }

 private:
  Served() = default;

  SystemClock clock_;
  std::unique_ptr<server::Server> server_;
  std::shared_ptr<grpc::Channel> channel_;
};

// The register of a whole city, served.
struct ServedCity {
  std::unique_ptr<Served> served;
  uint64_t people = 0;  // golden records, organisations among them
};
// Writes a city of so many people and a data directory with all of its files below `work`, and serves that. How much
// there is goes into the report's settings.
absl::StatusOr<ServedCity> ServeCity(const WorkDirectory& work, uint64_t people, Report& report);

// OK, or an error that names the call.
absl::Status CallStatus(const char* call, const grpc::Status& status);

}  // namespace wensum::benchmarks

#endif  // WENSUM_BENCHMARKS_SUPPORT_SERVED_H_
