// The horizon of the feed, as callers meet it.
#ifndef WENSUM_SERVICES_CHANGES_FEED_HORIZON_H_
#define WENSUM_SERVICES_CHANGES_FEED_HORIZON_H_

#include <cstdint>

#include "absl/status/status.h"
#include "services/register/register.h"

namespace wensum::changes {

// OUT_OF_RANGE, reason FEED_COMPACTED with the metadata horizon_revision and revision (the newest), if events behind
// `after_revision` are not kept: the message says how to go on.
absl::Status CheckKept(const registry::Register& reg, uint64_t after_revision);

}  // namespace wensum::changes

#endif  // WENSUM_SERVICES_CHANGES_FEED_HORIZON_H_
