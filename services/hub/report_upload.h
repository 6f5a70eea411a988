// The hub's reports: taken in, looked up in the gazetteer, and stored.
#ifndef WENSUM_SERVICES_HUB_REPORT_UPLOAD_H_
#define WENSUM_SERVICES_HUB_REPORT_UPLOAD_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/hash.h"
#include "services/hub/report_site.h"
#include "services/register/register.h"
#include "services/rpc/call_context.h"
#include "services/rpc/spool_file.h"
#include "storage/store.h"
#include "wensum/v1/hub.pb.h"

namespace wensum::hub {

// One ImportReport call, fed message by message. Not thread-safe.
class ReportUpload {
 public:
  static constexpr size_t kMaxBytes = size_t{16} << 20;       // of a CSV file, which is kept in memory
  static constexpr size_t kMaxSupplyBytes = size_t{1} << 30;  // of a resynchronisation report, which is kept on disk
  static constexpr int kMaxUploads = 2;

  explicit ReportUpload(const ReportSite& site) : site_(site) {}
  ~ReportUpload();
  ReportUpload(ReportUpload&& other) noexcept
      : site_(other.site_),
        begun_(std::exchange(other.begun_, false)),
        spec_(std::move(other.spec_)),
        bytes_(other.bytes_),
        hash_(std::move(other.hash_)),
        file_(std::move(other.file_)),
        spool_(std::move(other.spool_)) {}
  ReportUpload(const ReportUpload&) = delete;
  ReportUpload& operator=(const ReportUpload&) = delete;
  ReportUpload& operator=(ReportUpload&&) = delete;

  // An error ends the call. Writes to the disk: milliseconds at most.
  absl::Status OnMessage(const v1::ImportReportRequest& message);
  // The client has sent all. Waits for a commit, and for an export: not for gRPC threads.
  absl::Status Finish(rpc::CallContext& call, v1::HubReport& response);

 private:
  absl::Status OnSpec(const v1::HubReportSpec& spec);
  // The file's findings; completes the report but for its name, which it has if the file was taken in before.
  absl::StatusOr<std::vector<NewFinding>> Read(rpc::CallContext& call, const storage::Reader& reader,
                                               v1::HubReport& report);
  absl::StatusOr<registry::Planned> Store(const registry::PlanView& state, const std::vector<NewFinding>& findings,
                                          v1::HubReport& report) const;

  const ReportSite site_;
  bool begun_ = false;
  v1::HubReportSpec spec_;
  size_t bytes_ = 0;
  std::unique_ptr<Sha256> hash_ = std::make_unique<Sha256>();
  std::string file_;                       // CSV
  std::unique_ptr<rpc::SpoolFile> spool_;  // a resynchronisation report; null: it is none
};

}  // namespace wensum::hub

#endif  // WENSUM_SERVICES_HUB_REPORT_UPLOAD_H_
