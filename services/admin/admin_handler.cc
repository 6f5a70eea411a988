#include "services/admin/admin_handler.h"

#include <unistd.h>

#include <chrono>
#include <fstream>

#include "base/status_macros.h"
#include "services/convert/feed_horizon.h"
#include "services/convert/times.h"
#include "services/rpc/status_details.h"
#include "storage/feed_horizon.h"

namespace wensum::admin {

uint64_t ResidentBytes() {
  std::ifstream statm("/proc/self/statm");
  uint64_t total_pages = 0;
  uint64_t resident_pages = 0;
  statm >> total_pages >> resident_pages;
  return statm ? resident_pages * static_cast<uint64_t>(::sysconf(_SC_PAGESIZE)) : 0;
}

absl::Status AdminHandler::Stats(rpc::CallContext& call, const v1::StatsRequest& /*request*/,
                                 v1::StatsResponse& response) const {
  const registry::RegisterStats stats = register_.Stats();
  response.set_version(process_.version);
  response.set_revision(stats.revision);
  convert::ToTimestamp(process_.start_time, *response.mutable_start_time());
  response.set_source_records(stats.source_records);
  response.set_deleted_source_records(stats.deleted_source_records);
  response.set_people(stats.entities);
  response.set_properties(stats.properties);
  response.set_streets(stats.streets);
  response.set_resident_bytes(ResidentBytes());
  response.set_disk_bytes(register_.store()->Stats().disk_bytes);
  response.set_model_version(stats.model_version);
  response.mutable_source_records_by_source()->insert(stats.by_source.begin(), stats.by_source.end());
  response.set_start_seconds(process_.start_seconds);
  response.set_coordinate_method(process_.coordinate_method);
  response.set_coordinate_accuracy_metres(process_.coordinate_accuracy_metres);
  response.set_coordinate_grid(process_.coordinate_grid);
  for (size_t i = 0; i < stats.reviews.size(); ++i) {
    const auto reason = static_cast<matching::ReviewReason>(i);
    (*response.mutable_review_pairs_by_reason())[std::string(matching::ReviewReasonName(reason))] =
        static_cast<uint64_t>(stats.reviews[i]);
  }
  response.set_largest_component(stats.components.largest);
  response.set_mean_component(stats.components.mean);
  response.set_records_in_cut_components(stats.components.cut);
  WENSUM_ASSIGN_OR_RETURN(const storage::v1::FeedHorizon horizon,
                          storage::ReadFeedHorizon(*register_.store(), register_.register_id()));
  if (horizon.revision() != 0) {
    convert::ToFeedHorizon(horizon, *response.mutable_feed_horizon());
  }
  call.set_revision(stats.revision);
  return absl::OkStatus();
}

void AdminHandler::Verify(rpc::CallContext& call, const v1::VerifyRequest& /*request*/, v1::VerifyResponse& response,
                          std::function<void(const absl::Status&)> done) {
  if (verifying_.exchange(true)) {
    return done(rpc::WithReason(FailedPrecondition("a verify is running already; wait for it to end"),
                                rpc::reason::kVerifyRunning));
  }
  workers_.Run([this, &call, &response, done = std::move(done)] {
    const auto start = std::chrono::steady_clock::now();
    const absl::StatusOr<registry::VerifyReport> report = register_.Verify();
    verifying_ = false;
    if (!report.ok()) {
      return done(report.status());
    }
    response.set_ok(report->differences == 0);
    response.set_revision(report->revision);
    response.set_source_records(report->source_records);
    response.set_people(report->entities);
    response.set_review_pairs(report->reviews);
    response.set_differences(report->differences);
    response.mutable_details()->Assign(report->details.begin(), report->details.end());
    response.set_seconds(std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
    call.set_revision(report->revision);
    done(absl::OkStatus());
  });
}

void AdminHandler::CompactChanges(rpc::CallContext& call, const v1::CompactChangesRequest& request,
                                  v1::CompactChangesResponse& response, std::function<void(const absl::Status&)> done) {
  workers_.Run([this, &call, &request, &response, done = std::move(done)] { done(compact_(call, request, response)); });
}

}  // namespace wensum::admin
