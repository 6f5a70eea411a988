// What the hub holds according to a resynchronisation report, for the file that brings it in step.
#ifndef WENSUM_SERVICES_HUB_HELD_BY_HUB_H_
#define WENSUM_SERVICES_HUB_HELD_BY_HUB_H_

#include <memory>

#include "absl/status/statusor.h"
#include "services/gazetteer/held_rows.h"
#include "storage/keys.h"
#include "storage/store.h"
#include "wensum/v1/exports.pb.h"

namespace wensum::hub {

// Of the report that `request.resynchronisation` names; `reader` must outlive it. INVALID_ARGUMENT (FIELD_INVALID)
// unless it is a resynchronisation report of the request's custodian, compared with its `since_revision`; NOT_FOUND if
// there is none; DATA_LOSS for stored values that cannot be read. Reads all findings of the report; memory: some 16
// bytes for each property and street of them.
absl::StatusOr<std::shared_ptr<const gazetteer::HeldRows>> OpenHeldRows(const storage::Reader& reader,
                                                                        storage::RegisterId reg,
                                                                        const v1::ExportGazetteerRequest& request);

}  // namespace wensum::hub

#endif  // WENSUM_SERVICES_HUB_HELD_BY_HUB_H_
