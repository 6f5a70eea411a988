// What a health check asks stewards to look at.
#ifndef WENSUM_SERVICES_HEALTH_HEALTH_TASKS_H_
#define WENSUM_SERVICES_HEALTH_HEALTH_TASKS_H_

#include <cstddef>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/health/property_duplicates.h"
#include "services/tasks/task_writer.h"
#include "storage/keys.h"
#include "storage/store.h"

namespace wensum::health {

// Of each kind: a file that was read wrongly must not drown the stewards. The next check raises as many again.
inline constexpr size_t kMostNewTasks = 10'000;

// Of all duplicates of a register. Those of one address are asked about once for each property that is the first of
// them, with all that it may be one with.
std::vector<tasks::Condition> DuplicateConditions(const PropertyDuplicates& duplicates);

// Of the live records of properties that belong to no UPRN. The evidence is their address. A read for each of them.
// DATA_LOSS if one cannot be read.
absl::StatusOr<std::vector<tasks::Condition>> ProvisionalConditions(const storage::Reader& reader,
                                                                    storage::RegisterId reg);

// Raises what was found, and withdraws what was not. `reader`: the state before the batch.
absl::Status RaiseHealthTasks(const storage::Reader& reader, storage::RegisterId reg,
                              std::vector<tasks::Condition> duplicates, std::vector<tasks::Condition> provisional,
                              std::vector<tasks::Condition> data_quality, tasks::TaskWriter& writer);

}  // namespace wensum::health

#endif  // WENSUM_SERVICES_HEALTH_HEALTH_TASKS_H_
