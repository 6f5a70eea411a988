// Brings a register in line with changed rules.
#ifndef WENSUM_SERVICES_REGISTER_RECOMPUTE_H_
#define WENSUM_SERVICES_REGISTER_RECOMPUTE_H_

#include "absl/status/status.h"
#include "services/register/core.h"

namespace wensum::registry {

// Resolves all records anew, stamps them with the purposes that the rules give their sources, and computes every golden
// record anew: first one commit with what merges and splits, then some thousand records a commit. What comes out the
// same is not written. For start-up, after LoadIndexes and before there is a writer; a run that is cut off is done
// again at the next start.
absl::Status RecomputeForRules(Core& core);

}  // namespace wensum::registry

#endif  // WENSUM_SERVICES_REGISTER_RECOMPUTE_H_
