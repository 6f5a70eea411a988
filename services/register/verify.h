// Recomputes a register from its stored inputs and compares.
#ifndef WENSUM_SERVICES_REGISTER_VERIFY_H_
#define WENSUM_SERVICES_REGISTER_VERIFY_H_

#include "absl/status/statusor.h"
#include "services/register/core.h"

namespace wensum::registry {

// Compares address matches, partition, review pairs and their tasks, ids, golden records (byte for byte but for their
// revision) and crosswalk of the snapshot with what follows from its source records, gazetteer, handovers, rules and
// model. Uses nothing of core.indexes. Costs about as much as a bulk load, in time and memory.
absl::StatusOr<VerifyReport> VerifyRegister(const Core& core, const storage::Reader& reader);

}  // namespace wensum::registry

#endif  // WENSUM_SERVICES_REGISTER_VERIFY_H_
