// What a register does at a start by other rules than its last, or by a newer program.
#ifndef WENSUM_SERVICES_REGISTER_UPGRADE_H_
#define WENSUM_SERVICES_REGISTER_UPGRADE_H_

#include "absl/status/status.h"
#include "services/register/core.h"
#include "wensum/storage/v1/log.pb.h"

namespace wensum::registry {

// Brings golden records in line with the rules, the model and the version of the program. What is cut off is done again
// by the next start, whatever its rules are. For start-up, as below.
absl::Status GoByRules(Core& core, storage::v1::Meta& meta);

// Computes anew what an earlier version stored by other rules: matches of addresses, and tasks that it did not raise.
// Each part is noted in `meta`, in one batch with the last of its writes: one that is cut off is done again. Tells
// RegisterOptions::on_upgrade. For start-up, after LoadIndexes and before there is a writer.
absl::Status BringInLine(Core& core, storage::v1::Meta& meta);

}  // namespace wensum::registry

#endif  // WENSUM_SERVICES_REGISTER_UPGRADE_H_
