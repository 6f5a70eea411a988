// What the exchange with the hub needs of other services, and what the taking in of a report works with.
#ifndef WENSUM_SERVICES_HUB_REPORT_SITE_H_
#define WENSUM_SERVICES_HUB_REPORT_SITE_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/clock.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "services/gazetteer/held_rows.h"
#include "services/register/register.h"
#include "services/rpc/call_context.h"
#include "services/rpc/status_details.h"
#include "wensum/v1/exports.pb.h"
#include "wensum/v1/hub.pb.h"

namespace wensum::hub {

struct HubHooks {
  // The complete facts of the file that Exports.ExportGazetteer would send; its bytes go to `sink` if there is one,
  // whose error ends it. Required, thread-safe; takes as long as that.
  std::function<absl::StatusOr<v1::ExportFacts>(rpc::CallContext& call, const v1::ExportGazetteerRequest& request,
                                                const std::function<absl::Status(std::string_view)>& sink)>
      measure;
  // Where large uploads lie while they are taken in; resynchronisation reports need it.
  std::string scratch_directory;
};

// All must outlive what is given the site.
struct ReportSite {
  registry::Register* reg = nullptr;
  const Clock* clock = nullptr;
  const std::vector<int>* own_custodians = nullptr;  // local custodian codes whose gazetteers may be submitted
  const HubHooks* hooks = nullptr;
  std::atomic<int>* under_way = nullptr;  // uploads that have begun
};

// A finding that is not stored yet.
struct NewFinding {
  v1::HubFinding finding;                  // without a name
  std::optional<gazetteer::HeldRow> held;  // of a resynchronisation report
};

inline constexpr size_t kMaxReportIssues = 1'000;  // that are kept, by row
inline v1::HubReport::Issue MakeIssue(v1::HubReport::Issue::Kind kind, uint64_t line, std::string_view what) {
  v1::HubReport::Issue issue;
  issue.set_kind(kind);
  issue.set_row(line);
  issue.set_message(Cat("row ", line, ": ", what));
  return issue;
}

inline absl::Status UploadError(std::string_view message) {
  return rpc::WithReason(InvalidArgument(message), rpc::reason::kUploadInvalid);
}

}  // namespace wensum::hub

#endif  // WENSUM_SERVICES_HUB_REPORT_SITE_H_
