// Whether tasks and the lists beside them are stored as they should be.
#ifndef WENSUM_SERVICES_TASKS_TASK_CHECK_H_
#define WENSUM_SERVICES_TASKS_TASK_CHECK_H_

#include <functional>
#include <string>

#include "absl/status/status.h"
#include "base/clock.h"
#include "storage/keys.h"
#include "storage/store.h"

namespace wensum::tasks {

// Calls `differ` with a sentence for each difference: tasks numbered without gaps, with all their events; each found by
// its cause, subject, names and state, and nothing else there; open ones ready, or waiting for a moment. `now`: of the
// newest commit. Two walks over the family, and a read for each row of a list.
absl::Status CheckTasks(const storage::Reader& reader, storage::RegisterId reg, TimeMicros now,
                        const std::function<void(std::string)>& differ);

}  // namespace wensum::tasks

#endif  // WENSUM_SERVICES_TASKS_TASK_CHECK_H_
