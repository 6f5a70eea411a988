// Brings a register in line with changed rules, its own or those of the program.
#ifndef WENSUM_SERVICES_REGISTER_RECOMPUTE_H_
#define WENSUM_SERVICES_REGISTER_RECOMPUTE_H_

#include <cstdint>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/register/core.h"
#include "storage/store.h"

namespace wensum::registry {

// Resolves all records anew, stamps them with the purposes that the rules give their sources, and computes every golden
// record anew: first one commit with what merges and splits, then some thousand records a commit. What comes out the
// same is not written. For start-up, after LoadIndexes and before there is a writer; a run that is cut off is done
// again at the next start.
absl::Status RecomputeForRules(Core& core);

// Matches all addresses of live records anew and writes those that come out differently with what follows from them,
// some thousand records a commit; returns the number of records. `with_last` is written in one batch with the last of
// them: a run that is cut off leaves it out, and the next one finds what is left. For start-up as above; one pass over
// all records on core.options.threads threads.
absl::StatusOr<uint64_t> RematchAddresses(Core& core, storage::WriteBatch with_last);

// Raises the tasks of all stored review pairs, some thousand a commit; returns the number of pairs. What is raised
// already is left as it is. `with_last` and when to call: as above.
absl::StatusOr<uint64_t> RaiseReviewTasks(Core& core, storage::WriteBatch with_last);

// The same of all stored addresses that are matched to no property; returns the number of records that have one.
absl::StatusOr<uint64_t> RaiseAddressTasks(Core& core, storage::WriteBatch with_last);

// The same of all stored people whose records differ in what one person has one of; returns the number of entities of
// several records.
absl::StatusOr<uint64_t> RaiseConflictTasks(Core& core, storage::WriteBatch with_last);

// Raises the tasks of all stored people who are many or loose by the bounds in force, and ends those of others; returns
// how many were looked at.
absl::StatusOr<uint64_t> RaiseWeakTasks(Core& core, storage::WriteBatch with_last);

}  // namespace wensum::registry

#endif  // WENSUM_SERVICES_REGISTER_RECOMPUTE_H_
