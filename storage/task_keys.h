// The keys of family task: tasks, their history, and the lists that are kept in step with them. As keys.h; what stands
// under each is in docs/storage-format.md.
#ifndef WENSUM_STORAGE_TASK_KEYS_H_
#define WENSUM_STORAGE_TASK_KEYS_H_

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "base/clock.h"
#include "storage/keys.h"

namespace wensum::storage {

// register | 'T' | number
std::string TaskKey(RegisterId reg, uint64_t number);
std::string TaskPrefix(RegisterId reg);
// register | 'E' | number | event
std::string TaskEventKey(RegisterId reg, uint64_t number, uint64_t event);
std::string TaskEventPrefix(RegisterId reg, uint64_t number);
// The task that a cause holds open or dismissed: register | 'A' | kind | cause
std::string TaskByCauseKey(RegisterId reg, uint8_t kind, std::string_view cause);
std::string TaskByCausePrefix(RegisterId reg, uint8_t kind);
std::string TasksByCausePrefix(RegisterId reg);
// register | 'S' | kind | subject | number
std::string TaskBySubjectKey(RegisterId reg, uint8_t kind, std::string_view subject, uint64_t number);
std::string TaskBySubjectPrefix(RegisterId reg, uint8_t kind, std::string_view subject);
std::string TasksBySubjectPrefix(RegisterId reg);
// register | 'N' | type of what it is about | id | number
std::string TaskByNameKey(RegisterId reg, uint8_t type, uint64_t id, uint64_t number);
std::string TaskByNamePrefix(RegisterId reg, uint8_t type, uint64_t id);
std::string TasksByNamePrefix(RegisterId reg);
// Closed tasks: register | 'C' | revision that closed it | number
std::string ClosedTaskKey(RegisterId reg, uint64_t revision, uint64_t number);
std::string ClosedTaskPrefix(RegisterId reg);
// Open tasks that wait for a moment: register | 'W' | time | number
std::string WaitingTaskKey(RegisterId reg, TimeMicros until, uint64_t number);
std::string WaitingTaskPrefix(RegisterId reg);

// The two lists of open tasks in the order of work: all of them, and those that are ready to be taken.
enum class TaskList : uint8_t { kOpen = 'O', kReady = 'Q' };
// Where a task stands within its group: the highest priority first, then by due time and number.
struct TaskOrder {
  uint8_t priority = 0;
  TimeMicros due = 0;
  uint64_t number = 0;

  // Less: earlier in the list.
  friend std::strong_ordering operator<=>(const TaskOrder& x, const TaskOrder& y) {
    const auto by_priority = y.priority <=> x.priority;
    if (by_priority != 0) return by_priority;
    const auto by_due = x.due <=> y.due;
    return by_due != 0 ? by_due : x.number <=> y.number;
  }
  friend bool operator==(const TaskOrder&, const TaskOrder&) = default;
};
// Tasks of one assignee (empty: of nobody), team and kind stand together.
struct TaskGroup {
  std::string assignee;
  std::string team;
  uint8_t kind = 0;
  friend bool operator==(const TaskGroup&, const TaskGroup&) = default;
};
// register | 'O' or 'Q' | assignee | team | kind | 255 - priority | due time | number
std::string TaskListKey(RegisterId reg, TaskList list, const TaskGroup& group, const TaskOrder& order);
std::string TaskListPrefix(RegisterId reg, TaskList list);
std::string TaskListPrefix(RegisterId reg, TaskList list, std::string_view assignee);
std::string TaskListPrefix(RegisterId reg, TaskList list, const TaskGroup& group);

// From where on a group's ready tasks stand, so that nobody walks over what was taken: register | 'H' | assignee | team
// | kind
std::string TaskHeadKey(RegisterId reg, const TaskGroup& group);
std::string TaskHeadsPrefix(RegisterId reg);
// Up to when waiting tasks were woken: register | 'V'
std::string WokenKey(RegisterId reg);

// The key is one of those of an open task that is ready or waits: which of the two there is changes with time.
[[nodiscard]] bool IsTaskTurnKey(std::string_view key);

// What the keys say.
absl::StatusOr<NumberedKey> ParseTaskKey(std::string_view key);

struct TaskEventParts {
  RegisterId reg = 0;
  uint64_t number = 0;
  uint64_t event = 0;
  bool operator==(const TaskEventParts&) const = default;
};
absl::StatusOr<TaskEventParts> ParseTaskEventKey(std::string_view key);

struct TaskByCauseParts {
  RegisterId reg = 0;
  uint8_t kind = 0;
  std::string cause;
  bool operator==(const TaskByCauseParts&) const = default;
};
absl::StatusOr<TaskByCauseParts> ParseTaskByCauseKey(std::string_view key);

struct TaskBySubjectParts {
  RegisterId reg = 0;
  uint8_t kind = 0;
  std::string subject;
  uint64_t number = 0;
  bool operator==(const TaskBySubjectParts&) const = default;
};
absl::StatusOr<TaskBySubjectParts> ParseTaskBySubjectKey(std::string_view key);

struct TaskByNameParts {
  RegisterId reg = 0;
  uint8_t type = 0;
  uint64_t id = 0;
  uint64_t number = 0;
  bool operator==(const TaskByNameParts&) const = default;
};
absl::StatusOr<TaskByNameParts> ParseTaskByNameKey(std::string_view key);

struct ClosedTaskParts {
  RegisterId reg = 0;
  uint64_t revision = 0;
  uint64_t number = 0;
  bool operator==(const ClosedTaskParts&) const = default;
};
absl::StatusOr<ClosedTaskParts> ParseClosedTaskKey(std::string_view key);

struct WaitingTaskParts {
  RegisterId reg = 0;
  TimeMicros until = 0;
  uint64_t number = 0;
  bool operator==(const WaitingTaskParts&) const = default;
};
absl::StatusOr<WaitingTaskParts> ParseWaitingTaskKey(std::string_view key);

struct TaskListParts {
  RegisterId reg = 0;
  TaskGroup group;
  TaskOrder order;
  bool operator==(const TaskListParts&) const = default;
};
absl::StatusOr<TaskGroup> ParseTaskHeadKey(std::string_view key);
absl::StatusOr<TaskListParts> ParseTaskListKey(std::string_view key, TaskList list);

}  // namespace wensum::storage

#endif  // WENSUM_STORAGE_TASK_KEYS_H_
