// What wensum.v1.HubSubmissions answers, without a transport. proto/wensum/v1/hub.proto is the contract.
#ifndef WENSUM_SERVICES_HUB_HUB_HANDLER_H_
#define WENSUM_SERVICES_HUB_HUB_HANDLER_H_

#include <atomic>
#include <cstdint>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/clock.h"
#include "services/hub/report_site.h"
#include "services/hub/report_upload.h"
#include "services/register/register.h"
#include "services/rpc/call_context.h"
#include "wensum/v1/hub.pb.h"

namespace wensum::hub {

// Thread-safe. Prepare and RecordProgress wait for the disk: call them on a thread that may. Stored values that cannot
// be read are DATA_LOSS.
class HubHandler {
 public:
  // Register and clock must outlive it. `own_custodians`: local custodian codes whose gazetteers may be submitted.
  HubHandler(registry::Register* reg, const Clock* clock, std::vector<int> own_custodians, HubHooks hooks)
      : register_(*reg), clock_(*clock), own_custodians_(std::move(own_custodians)), hooks_(std::move(hooks)) {}

  absl::Status Prepare(rpc::CallContext& call, const v1::PrepareSubmissionRequest& request,
                       v1::HubSubmission& response);
  absl::Status RecordProgress(rpc::CallContext& call, const v1::RecordProgressRequest& request,
                              v1::HubSubmission& response);
  absl::Status Get(rpc::CallContext& call, const v1::GetSubmissionRequest& request, v1::HubSubmission& response) const;
  absl::Status List(rpc::CallContext& call, const v1::ListSubmissionsRequest& request,
                    v1::ListSubmissionsResponse& response) const;
  // The handler must outlive its uploads.
  [[nodiscard]] ReportUpload NewReportUpload() {
    return ReportUpload({.reg = &register_,
                         .clock = &clock_,
                         .own_custodians = &own_custodians_,
                         .hooks = &hooks_,
                         .under_way = &uploads_});
  }
  absl::Status GetReport(rpc::CallContext& call, const v1::GetHubReportRequest& request, v1::HubReport& response) const;
  absl::Status ListReports(rpc::CallContext& call, const v1::ListHubReportsRequest& request,
                           v1::ListHubReportsResponse& response) const;
  absl::Status ListFindings(rpc::CallContext& call, const v1::ListHubFindingsRequest& request,
                            v1::ListHubFindingsResponse& response) const;

 private:
  // The custodian code that a request means.
  absl::StatusOr<int> ChooseCustodian(int asked) const;
  // Fills in all but name and steps.
  absl::Status MakeFile(rpc::CallContext& call, const v1::PrepareSubmissionRequest& request, uint64_t revision,
                        v1::HubSubmission& submission) const;

  registry::Register& register_;
  const Clock& clock_;
  const std::vector<int> own_custodians_;
  const HubHooks hooks_;
  std::atomic<int> uploads_{0};  // under way
};

}  // namespace wensum::hub

#endif  // WENSUM_SERVICES_HUB_HUB_HANDLER_H_
