// The hub's reports: taken in, looked up in the gazetteer, and stored.
#ifndef WENSUM_SERVICES_HUB_REPORT_UPLOAD_H_
#define WENSUM_SERVICES_HUB_REPORT_UPLOAD_H_

#include <atomic>
#include <cstddef>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "base/clock.h"
#include "services/register/register.h"
#include "services/rpc/call_context.h"
#include "wensum/v1/hub.pb.h"

namespace wensum::hub {

// One ImportReport call, fed message by message. Not thread-safe.
class ReportUpload {
 public:
  static constexpr size_t kMaxBytes = size_t{16} << 20;
  static constexpr int kMaxUploads = 2;

  // `under_way` counts the uploads that have begun. All must outlive the upload.
  ReportUpload(registry::Register* reg, const Clock* clock, std::atomic<int>* under_way)
      : register_(*reg), clock_(*clock), under_way_(under_way) {}
  ~ReportUpload();
  ReportUpload(ReportUpload&& other) noexcept
      : register_(other.register_),
        clock_(other.clock_),
        under_way_(other.under_way_),
        begun_(std::exchange(other.begun_, false)),
        spec_(std::move(other.spec_)),
        file_(std::move(other.file_)) {}
  ReportUpload(const ReportUpload&) = delete;
  ReportUpload& operator=(const ReportUpload&) = delete;
  ReportUpload& operator=(ReportUpload&&) = delete;

  // An error ends the call.
  absl::Status OnMessage(const v1::ImportReportRequest& message);
  // The client has sent all. Waits for a commit: not for gRPC threads.
  absl::Status Finish(rpc::CallContext& call, v1::HubReport& response);

 private:
  absl::Status OnSpec(const v1::HubReportSpec& spec);

  registry::Register& register_;
  const Clock& clock_;
  std::atomic<int>* under_way_;
  bool begun_ = false;
  v1::HubReportSpec spec_;
  std::string file_;
};

}  // namespace wensum::hub

#endif  // WENSUM_SERVICES_HUB_REPORT_UPLOAD_H_
