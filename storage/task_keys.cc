#include "storage/task_keys.h"

#include "base/status_macros.h"
#include "storage/key_codec.h"

namespace wensum::storage {
namespace {

// Tags after the register. Part of the format: never change or reuse one.
constexpr uint8_t kTask = 'T';
constexpr uint8_t kTaskEvent = 'E';
constexpr uint8_t kTaskByCause = 'A';
constexpr uint8_t kTaskBySubject = 'S';
constexpr uint8_t kTaskByName = 'N';
constexpr uint8_t kClosedTask = 'C';
constexpr uint8_t kWaitingTask = 'W';
constexpr uint8_t kTaskHead = 'H';
constexpr uint8_t kWoken = 'V';
constexpr uint8_t kLeast = 255;  // priorities are stored as what is missing to it

KeyWriter TaskStart(RegisterId reg, uint8_t tag) {
  KeyWriter writer;
  writer.U32(reg).U8(tag);
  return writer;
}

KeyWriter ListStart(RegisterId reg, TaskList list) { return TaskStart(reg, static_cast<uint8_t>(list)); }

KeyWriter GroupStart(RegisterId reg, TaskList list, const TaskGroup& group) {
  return ListStart(reg, list).String(group.assignee).String(group.team).U8(group.kind);
}

}  // namespace

std::string TaskKey(RegisterId reg, uint64_t number) { return TaskStart(reg, kTask).U64(number).Take(); }
std::string TaskPrefix(RegisterId reg) { return TaskStart(reg, kTask).Take(); }
std::string TaskEventKey(RegisterId reg, uint64_t number, uint64_t event) {
  return TaskStart(reg, kTaskEvent).U64(number).U64(event).Take();
}
std::string TaskEventPrefix(RegisterId reg, uint64_t number) { return TaskStart(reg, kTaskEvent).U64(number).Take(); }
std::string TaskByCauseKey(RegisterId reg, uint8_t kind, std::string_view cause) {
  return TaskStart(reg, kTaskByCause).U8(kind).String(cause).Take();
}
std::string TaskByCausePrefix(RegisterId reg, uint8_t kind) { return TaskStart(reg, kTaskByCause).U8(kind).Take(); }
std::string TasksByCausePrefix(RegisterId reg) { return TaskStart(reg, kTaskByCause).Take(); }
std::string TaskBySubjectKey(RegisterId reg, uint8_t kind, std::string_view subject, uint64_t number) {
  return TaskStart(reg, kTaskBySubject).U8(kind).String(subject).U64(number).Take();
}
std::string TaskBySubjectPrefix(RegisterId reg, uint8_t kind, std::string_view subject) {
  return TaskStart(reg, kTaskBySubject).U8(kind).String(subject).Take();
}
std::string TasksBySubjectPrefix(RegisterId reg) { return TaskStart(reg, kTaskBySubject).Take(); }
std::string TaskByNameKey(RegisterId reg, uint8_t type, uint64_t id, uint64_t number) {
  return TaskStart(reg, kTaskByName).U8(type).U64(id).U64(number).Take();
}
std::string TaskByNamePrefix(RegisterId reg, uint8_t type, uint64_t id) {
  return TaskStart(reg, kTaskByName).U8(type).U64(id).Take();
}
std::string TasksByNamePrefix(RegisterId reg) { return TaskStart(reg, kTaskByName).Take(); }
std::string ClosedTaskKey(RegisterId reg, uint64_t revision, uint64_t number) {
  return TaskStart(reg, kClosedTask).U64(revision).U64(number).Take();
}
std::string ClosedTaskPrefix(RegisterId reg) { return TaskStart(reg, kClosedTask).Take(); }
std::string WaitingTaskKey(RegisterId reg, TimeMicros until, uint64_t number) {
  return TaskStart(reg, kWaitingTask).I64(until).U64(number).Take();
}
std::string WaitingTaskPrefix(RegisterId reg) { return TaskStart(reg, kWaitingTask).Take(); }

std::string TaskListKey(RegisterId reg, TaskList list, const TaskGroup& group, const TaskOrder& order) {
  return GroupStart(reg, list, group)
      .U8(static_cast<uint8_t>(kLeast - order.priority))
      .I64(order.due)
      .U64(order.number)
      .Take();
}
std::string TaskListPrefix(RegisterId reg, TaskList list) { return ListStart(reg, list).Take(); }
std::string TaskListPrefix(RegisterId reg, TaskList list, std::string_view assignee) {
  return ListStart(reg, list).String(assignee).Take();
}
std::string TaskListPrefix(RegisterId reg, TaskList list, const TaskGroup& group) {
  return GroupStart(reg, list, group).Take();
}

std::string TaskHeadKey(RegisterId reg, const TaskGroup& group) {
  return TaskStart(reg, kTaskHead).String(group.assignee).String(group.team).U8(group.kind).Take();
}
std::string TaskHeadsPrefix(RegisterId reg) { return TaskStart(reg, kTaskHead).Take(); }
std::string WokenKey(RegisterId reg) { return TaskStart(reg, kWoken).Take(); }

bool IsTaskTurnKey(std::string_view key) {
  const uint8_t tag = key.size() > sizeof(RegisterId) ? static_cast<uint8_t>(key[sizeof(RegisterId)]) : 0;
  return tag == static_cast<uint8_t>(TaskList::kReady) || tag == kWaitingTask;
}

absl::StatusOr<NumberedKey> ParseTaskKey(std::string_view key) {
  return ParseTagged<NumberedKey>(key, kTask, "task", &NumberedKey::number);
}

absl::StatusOr<TaskEventParts> ParseTaskEventKey(std::string_view key) {
  return ParseTagged<TaskEventParts>(key, kTaskEvent, "task event", &TaskEventParts::number, &TaskEventParts::event);
}

absl::StatusOr<TaskByCauseParts> ParseTaskByCauseKey(std::string_view key) {
  return ParseTagged<TaskByCauseParts>(key, kTaskByCause, "task by cause", &TaskByCauseParts::kind,
                                       &TaskByCauseParts::cause);
}

absl::StatusOr<TaskBySubjectParts> ParseTaskBySubjectKey(std::string_view key) {
  return ParseTagged<TaskBySubjectParts>(key, kTaskBySubject, "task by subject", &TaskBySubjectParts::kind,
                                         &TaskBySubjectParts::subject, &TaskBySubjectParts::number);
}

absl::StatusOr<TaskByNameParts> ParseTaskByNameKey(std::string_view key) {
  return ParseTagged<TaskByNameParts>(key, kTaskByName, "task by name", &TaskByNameParts::type, &TaskByNameParts::id,
                                      &TaskByNameParts::number);
}

absl::StatusOr<ClosedTaskParts> ParseClosedTaskKey(std::string_view key) {
  return ParseTagged<ClosedTaskParts>(key, kClosedTask, "closed task", &ClosedTaskParts::revision,
                                      &ClosedTaskParts::number);
}

absl::StatusOr<WaitingTaskParts> ParseWaitingTaskKey(std::string_view key) {
  return ParseTagged<WaitingTaskParts>(key, kWaitingTask, "waiting task", &WaitingTaskParts::until,
                                       &WaitingTaskParts::number);
}

absl::StatusOr<TaskGroup> ParseTaskHeadKey(std::string_view key) {
  KeyReader reader(key);
  TaskGroup group;
  reader.U32();
  reader.Tag(kTaskHead);
  group.assignee = reader.String();
  group.team = reader.String();
  group.kind = reader.U8();
  WENSUM_RETURN_IF_ERROR(reader.Finish("task head"));
  return group;
}

absl::StatusOr<TaskListParts> ParseTaskListKey(std::string_view key, TaskList list) {
  KeyReader reader(key);
  TaskListParts parts;
  parts.reg = reader.U32();
  reader.Tag(static_cast<uint8_t>(list));
  parts.group.assignee = reader.String();
  parts.group.team = reader.String();
  parts.group.kind = reader.U8();
  parts.order.priority = static_cast<uint8_t>(kLeast - reader.U8());
  parts.order.due = reader.I64();
  parts.order.number = reader.U64();
  WENSUM_RETURN_IF_ERROR(reader.Finish("listed task"));
  return parts;
}

}  // namespace wensum::storage
