// The rows of a CSV report as findings. Internal to this folder.
#ifndef WENSUM_SERVICES_HUB_CSV_REPORT_H_
#define WENSUM_SERVICES_HUB_CSV_REPORT_H_

#include <vector>

#include "absl/status/statusor.h"
#include "services/hub/report_file.h"
#include "services/hub/report_site.h"
#include "storage/keys.h"
#include "storage/store.h"
#include "wensum/v1/hub.pb.h"

namespace wensum::hub {

// By check code, then by object, then by row; `report` gets the counts, checks and issues. INVALID_ARGUMENT
// (UPLOAD_INVALID) for a file of too many checks.
absl::StatusOr<std::vector<NewFinding>> FindingsOf(const storage::Reader& reader, storage::RegisterId reg,
                                                   ReportFile file, v1::HubReport& report);

}  // namespace wensum::hub

#endif  // WENSUM_SERVICES_HUB_CSV_REPORT_H_
