// A resynchronisation report: what the hub holds, compared with what the register sends. Internal to this folder.
#ifndef WENSUM_SERVICES_HUB_RESYNCHRONISATION_H_
#define WENSUM_SERVICES_HUB_RESYNCHRONISATION_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/hub/report_site.h"
#include "services/rpc/call_context.h"
#include "storage/keys.h"
#include "storage/store.h"
#include "wensum/v1/hub.pb.h"

namespace wensum::hub {

// The full supply of a custodian for the hub, as of a revision.
v1::ExportGazetteerRequest SupplyRequest(int custodian_code, uint64_t revision);

// An earlier resynchronisation report of this one's file for its submission. Reads all reports, newest first.
absl::StatusOr<std::optional<v1::HubReport>> FindSameReport(const storage::Reader& reader, storage::RegisterId reg,
                                                            const v1::HubReport& report);

// Compares the file at `path` with the register: gives a finding for every record that differs, by check code, then by
// street and property, and fills in `report`, of which kind, submission, as it was asked for, and SHA-256 are set. If
// the file was taken in before, `report` becomes that report, with its name, and there are no findings to store.
// INVALID_ARGUMENT (UPLOAD_INVALID) for a file that is no whole full supply in DTF 7.3 of a configured custodian, or
// that differs in too much; FAILED_PRECONDITION (SUBMISSION_STATE) for a submission that was not accepted; CANCELLED
// once the caller has gone. Takes an export, whose file needs as much disk for a while, and up to three passes over the
// files.
absl::StatusOr<std::vector<NewFinding>> CompareWithHub(const ReportSite& site, rpc::CallContext& call,
                                                       const std::string& path, v1::HubReport& report);

}  // namespace wensum::hub

#endif  // WENSUM_SERVICES_HUB_RESYNCHRONISATION_H_
