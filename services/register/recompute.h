// Recomputes golden records after a change of rules.
#ifndef WENSUM_SERVICES_REGISTER_RECOMPUTE_H_
#define WENSUM_SERVICES_REGISTER_RECOMPUTE_H_

#include "absl/status/status.h"
#include "services/register/core.h"

namespace wensum::registry {

// Stamps every source record with the purposes that the rules give its source and computes every golden record anew, in
// batches of some thousand records, each under a revision of its own. Golden records that come out the same are not
// written. For start-up, after LoadIndexes and before there is a writer; a run that is cut off is done again from the
// beginning at the next start.
absl::Status RecomputeGolden(Core& core);

}  // namespace wensum::registry

#endif  // WENSUM_SERVICES_REGISTER_RECOMPUTE_H_
