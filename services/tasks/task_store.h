// Tasks as they are stored: reading them one by one, in the order of work, by what they are about.
#ifndef WENSUM_SERVICES_TASKS_TASK_STORE_H_
#define WENSUM_SERVICES_TASKS_TASK_STORE_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/clock.h"
#include "services/tasks/task_rules.h"
#include "storage/store.h"
#include "storage/task_keys.h"
#include "wensum/storage/v1/tasks.pb.h"

namespace wensum::tasks {

using Task = storage::v1::Task;
using TaskEvent = storage::v1::TaskEvent;
using TaskFacts = storage::v1::TaskFacts;

inline constexpr uint32_t kTaskFormat = 1;

// "tasks/7"
std::string TaskName(uint64_t number);

// Somebody holds the task, or it is put off, at that time.
[[nodiscard]] inline bool IsClaimed(const Task& task, TimeMicros now) { return task.lease_until() > now; }
[[nodiscard]] inline bool IsDeferred(const Task& task, TimeMicros now) { return task.deferred_until() > now; }
[[nodiscard]] inline bool IsOpen(const Task& task) { return task.state() == static_cast<uint32_t>(TaskState::kOpen); }
[[nodiscard]] storage::TaskGroup GroupOf(const Task& task);
[[nodiscard]] storage::TaskOrder OrderOf(const Task& task);

// The key under which a task is found besides its number, and what stands there. Sorted by key.
using IndexRows = std::vector<std::pair<std::string, std::string>>;
// All of a task at `now`: an open task that waits for a later moment stands among the waiting ones, any other open one
// among the ready ones.
IndexRows IndexRowsOf(storage::RegisterId reg, const Task& task, TimeMicros now);
// The key of an open task in a list.
std::string ListKeyOf(storage::RegisterId reg, storage::TaskList list, const Task& task);

// DATA_LOSS if the value cannot be read, here and below. NOT_FOUND if there is no such task.
absl::StatusOr<Task> ParseTask(std::string_view value, uint64_t number);
absl::StatusOr<Task> ReadTask(const storage::Reader& reader, storage::RegisterId reg, uint64_t number);
absl::StatusOr<std::optional<uint64_t>> FindByCause(const storage::Reader& reader, storage::RegisterId reg,
                                                    TaskKind kind, std::string_view cause);
// All causes that hold a task of the kind, with its number; in order of the causes.
absl::StatusOr<std::vector<std::pair<std::string, uint64_t>>> ListCauses(const storage::Reader& reader,
                                                                         storage::RegisterId reg, TaskKind kind);
// Numbers of the tasks of a subject, ascending.
absl::StatusOr<std::vector<uint64_t>> FindBySubject(const storage::Reader& reader, storage::RegisterId reg,
                                                    TaskKind kind, std::string_view subject);
// Numbers of the tasks about something, ascending, at most `limit`.
absl::StatusOr<std::vector<uint64_t>> FindByName(const storage::Reader& reader, storage::RegisterId reg, NameType type,
                                                 uint64_t id, size_t limit);
// The newest events, at most `limit`, in the order in which they happened.
absl::StatusOr<std::vector<TaskEvent>> ReadEvents(const storage::Reader& reader, storage::RegisterId reg,
                                                  uint64_t number, size_t limit);
// 0 if there is none.
absl::StatusOr<uint64_t> NewestNumber(const storage::Reader& reader, storage::RegisterId reg);

// Which open tasks. Empty parts: all.
struct QueueFilter {
  std::vector<TaskKind> kinds;
  std::optional<std::string> team;
  // Of these assignees; "" is nobody. Empty: of all.
  std::vector<std::string> assignees;
};

// Calls `visit` with open tasks of a list in the order of work, those after `after`, until it returns false. Only keys
// are read: a seek for each group of one assignee, team and kind, and a step for each task.
absl::Status WalkQueue(const storage::Reader& reader, storage::RegisterId reg, storage::TaskList list,
                       const QueueFilter& filter, const std::optional<storage::TaskOrder>& after,
                       absl::FunctionRef<absl::StatusOr<bool>(const storage::TaskListParts&)> visit);

// The same over parts of a list: one range for each group.
absl::Status WalkRanges(const storage::Reader& reader, storage::TaskList list,
                        std::span<const storage::KeyRange> ranges,
                        absl::FunctionRef<absl::StatusOr<bool>(const storage::TaskListParts&)> visit);
[[nodiscard]] bool Wanted(const QueueFilter& filter, const storage::TaskGroup& group);

// Calls `visit` with closed and dismissed tasks, the last closed first, those before `before` (revision and number),
// until it returns false.
absl::Status WalkClosed(const storage::Reader& reader, storage::RegisterId reg,
                        const std::optional<std::pair<uint64_t, uint64_t>>& before,
                        absl::FunctionRef<absl::StatusOr<bool>(uint64_t revision, uint64_t number)> visit);

// Open tasks of one team and kind.
struct GroupStatistics {
  std::string team;
  TaskKind kind = TaskKind::kPossibleMatch;
  uint64_t open = 0;
  uint64_t overdue = 0;
  uint64_t claimed = 0;
  uint64_t deferred = 0;
  uint64_t assigned = 0;
  TimeMicros oldest = 0;  // since when the oldest of them is open
};
// By team and kind. Reads the key of every open task: some 0.5 microseconds each.
absl::StatusOr<std::vector<GroupStatistics>> CountTasks(const storage::Reader& reader, storage::RegisterId reg,
                                                        TimeMicros now);

}  // namespace wensum::tasks

#endif  // WENSUM_SERVICES_TASKS_TASK_STORE_H_
