// What wensum.v1.Admin answers, without a transport. proto/wensum/v1/admin.proto is the contract.
#ifndef WENSUM_SERVICES_ADMIN_ADMIN_HANDLER_H_
#define WENSUM_SERVICES_ADMIN_ADMIN_HANDLER_H_

#include <atomic>
#include <functional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "base/clock.h"
#include "services/register/register.h"
#include "services/rpc/call_context.h"
#include "services/rpc/executor.h"
#include "wensum/v1/admin.pb.h"

namespace wensum::admin {

// Of the running process.
struct ProcessInfo {
  std::string version;
  TimeMicros start_time = 0;
  double start_seconds = 0;  // from the start of the process until it served
  // How positions get from the National Grid to other systems: see llpg::CoordinateConverter.
  std::string coordinate_method;
  double coordinate_accuracy_metres = 0;
  std::string coordinate_grid;  // where the grid was read from; empty without one
};

// What drops events of the feed, and answers as CompactChanges. May take minutes; called from any thread.
using CompactFeed = std::function<absl::Status(rpc::CallContext& call, const v1::CompactChangesRequest& request,
                                               v1::CompactChangesResponse& response)>;

// Thread-safe.
class AdminHandler {
 public:
  // All must outlive the handler. Verify and CompactChanges run on `workers`.
  AdminHandler(registry::Register* reg, CompactFeed compact, rpc::Executor* workers, ProcessInfo process)
      : register_(*reg), compact_(std::move(compact)), workers_(*workers), process_(std::move(process)) {}

  absl::Status Stats(rpc::CallContext& call, const v1::StatsRequest& request, v1::StatsResponse& response) const;
  // Returns at once; `done` is called exactly once, until which call and response must live. FAILED_PRECONDITION
  // (VERIFY_RUNNING) while another verify runs.
  void Verify(rpc::CallContext& call, const v1::VerifyRequest& request, v1::VerifyResponse& response,
              std::function<void(const absl::Status&)> done);
  // As Verify; errors are those of CompactFeed.
  void CompactChanges(rpc::CallContext& call, const v1::CompactChangesRequest& request,
                      v1::CompactChangesResponse& response, std::function<void(const absl::Status&)> done);

 private:
  registry::Register& register_;
  const CompactFeed compact_;
  rpc::Executor& workers_;
  const ProcessInfo process_;
  std::atomic<bool> verifying_{false};
};

// Resident memory of this process in bytes, 0 if the system does not tell.
uint64_t ResidentBytes();

}  // namespace wensum::admin

#endif  // WENSUM_SERVICES_ADMIN_ADMIN_HANDLER_H_
