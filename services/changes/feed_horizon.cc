#include "services/changes/feed_horizon.h"

#include "base/status_macros.h"
#include "base/strings.h"
#include "services/rpc/status_details.h"
#include "storage/feed_horizon.h"

namespace wensum::changes {

absl::Status CheckKept(const registry::Register& reg, uint64_t after_revision) {
  WENSUM_ASSIGN_OR_RETURN(const storage::v1::FeedHorizon horizon,
                          storage::ReadFeedHorizon(*reg.store(), reg.register_id()));
  if (after_revision >= horizon.revision()) {
    return absl::OkStatus();
  }
  return rpc::WithReason(MakeStatus(absl::StatusCode::kOutOfRange,
                                    Cat("events up to revision ", horizon.revision(),
                                        " are not kept any more, and this place is behind revision ", after_revision,
                                        ": take ExportGolden anew and go on from its watch_token")),
                         rpc::reason::kFeedCompacted,
                         {{"horizon_revision", Cat(horizon.revision())}, {"revision", Cat(reg.revision())}});
}

}  // namespace wensum::changes
