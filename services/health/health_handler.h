// What wensum.v1.GazetteerHealth answers.
#ifndef WENSUM_SERVICES_HEALTH_HEALTH_HANDLER_H_
#define WENSUM_SERVICES_HEALTH_HEALTH_HANDLER_H_

#include <atomic>
#include <cstddef>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "base/clock.h"
#include "base/mutex.h"
#include "gazetteer/rules/rule_config.h"
#include "services/health/boundary_check.h"
#include "services/register/register.h"
#include "services/rpc/call_context.h"
#include "services/tasks/task_rules.h"
#include "storage/store.h"
#include "wensum/v1/health.pb.h"

namespace wensum::health {

// Thread-safe. RunCheck, Waive, RevokeWaiver and GetLinkRates wait for the disk: call them on a thread that may. The
// contract of each is in health.proto; stored reports that cannot be read are DATA_LOSS.
class HealthHandler {
 public:
  static constexpr size_t kMaxWaivers = 10'000;

  // Both must outlive it. `own_custodians`: local custodian codes whose rows CheckBoundaries may change; empty: none.
  HealthHandler(registry::Register* reg, const Clock* clock, std::vector<int> own_custodians = {},
                llpg::RuleConfig config = {}, size_t max_waivers = kMaxWaivers, tasks::TaskRules task_rules = {})
      : register_(*reg),
        clock_(*clock),
        own_custodians_(std::move(own_custodians)),
        config_(std::move(config)),
        max_waivers_(max_waivers),
        task_rules_(std::move(task_rules)) {}

  absl::Status RunCheck(rpc::CallContext& call, const v1::RunHealthCheckRequest& request, v1::HealthReport& response);
  absl::Status GetReport(rpc::CallContext& call, const v1::GetHealthReportRequest& request,
                         v1::HealthReport& response) const;
  absl::Status ListReports(rpc::CallContext& call, const v1::ListHealthReportsRequest& request,
                           v1::ListHealthReportsResponse& response) const;
  absl::Status Waive(rpc::CallContext& call, const v1::WaiveFindingRequest& request, v1::HealthWaiver& response);
  absl::Status ListWaivers(rpc::CallContext& call, const v1::ListHealthWaiversRequest& request,
                           v1::ListHealthWaiversResponse& response) const;
  absl::Status RevokeWaiver(rpc::CallContext& call, const v1::RevokeHealthWaiverRequest& request,
                            v1::HealthWaiver& response);
  // The handler must outlive its uploads.
  [[nodiscard]] BoundaryUpload NewBoundaryUpload() {
    return {&register_, &clock_, &own_custodians_, &boundary_uploads_};
  }
  absl::Status GetLinkRates(rpc::CallContext& call, const v1::GetLinkRatesRequest& request,
                            v1::LinkRates& response) const;

 private:
  absl::Status Check(const v1::RunHealthCheckRequest& request, v1::HealthReport& response);
  absl::Status Commit(storage::WriteBatch writes);

  registry::Register& register_;
  const Clock& clock_;
  const std::vector<int> own_custodians_;
  const llpg::RuleConfig config_;
  const size_t max_waivers_;
  const tasks::TaskRules task_rules_;
  std::atomic<bool> running_{false};
  std::atomic<int> boundary_uploads_{0};  // under way
  Mutex waiving_;                         // held from reading the waivers to writing one
};

}  // namespace wensum::health

#endif  // WENSUM_SERVICES_HEALTH_HEALTH_HANDLER_H_
