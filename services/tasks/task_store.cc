#include "services/tasks/task_store.h"

#include <algorithm>
#include <limits>
#include <map>
#include <memory>
#include <queue>

#include "base/status_macros.h"
#include "base/strings.h"
#include "storage/key_codec.h"

namespace wensum::tasks {
namespace {

using storage::Family;
using storage::TaskList;
using storage::TaskListParts;

std::string EncodeNumber(uint64_t number) { return storage::KeyWriter().U64(number).Take(); }

absl::StatusOr<uint64_t> DecodeNumber(std::string_view value, std::string_view what) {
  storage::KeyReader reader(value);
  const uint64_t number = reader.U64();
  WENSUM_RETURN_IF_ERROR(reader.Finish(what));
  return number;
}

TimeMicros WaitsUntil(const Task& task) { return std::max(task.lease_until(), task.deferred_until()); }

// One group of a list while several are walked together.
struct Cursor {
  std::unique_ptr<storage::Iterator> iterator;
  TaskListParts at;
};
struct Later {
  bool operator()(const Cursor* x, const Cursor* y) const { return y->at.order < x->at.order; }
};

// False at the end of the group.
absl::StatusOr<bool> Settle(TaskList list, Cursor& cursor) {
  if (!cursor.iterator->Valid()) {
    WENSUM_RETURN_IF_ERROR(cursor.iterator->status());
    return false;
  }
  WENSUM_ASSIGN_OR_RETURN(cursor.at, storage::ParseTaskListKey(cursor.iterator->key(), list));
  return true;
}

// The groups of a list that have a task and are wanted: a seek for each that there is.
absl::StatusOr<std::vector<storage::TaskGroup>> FindGroups(const storage::Reader& reader, storage::RegisterId reg,
                                                           TaskList list, const QueueFilter& filter) {
  std::vector<storage::TaskGroup> groups;
  const auto collect = [&](const std::string& prefix) -> absl::Status {
    const storage::KeyRange range = storage::PrefixRange(prefix);
    const auto it = reader.NewIterator(Family::kTask, range);
    for (it->SeekToFirst(); it->Valid();) {
      WENSUM_ASSIGN_OR_RETURN(const TaskListParts parts, storage::ParseTaskListKey(it->key(), list));
      if (Wanted(filter, parts.group)) {
        groups.push_back(parts.group);
      }
      it->Seek(storage::PrefixRange(storage::TaskListPrefix(reg, list, parts.group)).upper);
    }
    return it->status();
  };
  if (filter.assignees.empty()) {
    WENSUM_RETURN_IF_ERROR(collect(storage::TaskListPrefix(reg, list)));
  }
  for (const std::string& assignee : filter.assignees) {
    WENSUM_RETURN_IF_ERROR(collect(storage::TaskListPrefix(reg, list, assignee)));
  }
  return groups;
}

}  // namespace

std::string TaskName(uint64_t number) { return Cat("tasks/", number); }

storage::TaskGroup GroupOf(const Task& task) {
  return {.assignee = task.assignee(), .team = task.team(), .kind = static_cast<uint8_t>(task.kind())};
}

storage::TaskOrder OrderOf(const Task& task) {
  return {.priority = static_cast<uint8_t>(task.priority()), .due = task.due_time(), .number = task.number()};
}

std::string ListKeyOf(storage::RegisterId reg, TaskList list, const Task& task) {
  return storage::TaskListKey(reg, list, GroupOf(task), OrderOf(task));
}

IndexRows IndexRowsOf(storage::RegisterId reg, const Task& task, TimeMicros now) {
  IndexRows rows;
  const auto kind = static_cast<uint8_t>(task.kind());
  rows.emplace_back(storage::TaskBySubjectKey(reg, kind, task.subject(), task.number()), "");
  if (task.holds()) {
    rows.emplace_back(storage::TaskByCauseKey(reg, kind, task.cause()), EncodeNumber(task.number()));
  }
  for (const storage::v1::TaskName& name : task.names()) {
    rows.emplace_back(storage::TaskByNameKey(reg, static_cast<uint8_t>(name.type()), name.id(), task.number()), "");
  }
  if (IsOpen(task)) {
    const std::string ready = ListKeyOf(reg, TaskList::kReady, task);
    rows.emplace_back(ListKeyOf(reg, TaskList::kOpen, task), storage::KeyWriter().I64(task.open_time()).Take());
    if (const TimeMicros until = WaitsUntil(task); until > now) {
      rows.emplace_back(storage::WaitingTaskKey(reg, until, task.number()), ready);
    } else {
      rows.emplace_back(ready, "");
    }
  } else {
    rows.emplace_back(storage::ClosedTaskKey(reg, task.close_revision(), task.number()), "");
  }
  std::ranges::sort(rows);
  rows.erase(std::unique(rows.begin(), rows.end()), rows.end());
  return rows;
}

absl::StatusOr<Task> ParseTask(std::string_view value, uint64_t number) {
  Task task;
  if (!task.ParseFromArray(value.data(), static_cast<int>(value.size())) || task.number() != number ||
      task.format() == 0 || !ToTaskKind(task.kind()).has_value()) {
    return DataLoss(Cat(TaskName(number), " cannot be read; run `wensum verify`"));
  }
  if (task.format() > kTaskFormat) {
    return FailedPrecondition(Cat(TaskName(number), " was written by a newer version: run that one"));
  }
  return task;
}

absl::StatusOr<Task> ReadTask(const storage::Reader& reader, storage::RegisterId reg, uint64_t number) {
  WENSUM_ASSIGN_OR_RETURN(const auto value, reader.Get(Family::kTask, storage::TaskKey(reg, number)));
  if (!value.has_value()) {
    return NotFound(Cat("there is no ", TaskName(number)));
  }
  return ParseTask(*value, number);
}

absl::StatusOr<std::optional<uint64_t>> FindByCause(const storage::Reader& reader, storage::RegisterId reg,
                                                    TaskKind kind, std::string_view cause) {
  WENSUM_ASSIGN_OR_RETURN(const auto value,
                          reader.Get(Family::kTask, storage::TaskByCauseKey(reg, static_cast<uint8_t>(kind), cause)));
  if (!value.has_value()) {
    return std::optional<uint64_t>();
  }
  WENSUM_ASSIGN_OR_RETURN(const uint64_t number, DecodeNumber(*value, "task by cause"));
  return std::optional(number);
}

absl::StatusOr<std::vector<std::pair<std::string, uint64_t>>> ListCauses(const storage::Reader& reader,
                                                                         storage::RegisterId reg, TaskKind kind) {
  std::vector<std::pair<std::string, uint64_t>> causes;
  const auto it = reader.NewIterator(Family::kTask,
                                     storage::PrefixRange(storage::TaskByCausePrefix(reg, static_cast<uint8_t>(kind))));
  for (it->SeekToFirst(); it->Valid(); it->Next()) {
    WENSUM_ASSIGN_OR_RETURN(storage::TaskByCauseParts parts, storage::ParseTaskByCauseKey(it->key()));
    WENSUM_ASSIGN_OR_RETURN(const uint64_t number, DecodeNumber(it->value(), "task by cause"));
    causes.emplace_back(std::move(parts.cause), number);
  }
  WENSUM_RETURN_IF_ERROR(it->status());
  return causes;
}

absl::StatusOr<std::vector<uint64_t>> FindBySubject(const storage::Reader& reader, storage::RegisterId reg,
                                                    TaskKind kind, std::string_view subject) {
  std::vector<uint64_t> numbers;
  const auto it = reader.NewIterator(
      Family::kTask, storage::PrefixRange(storage::TaskBySubjectPrefix(reg, static_cast<uint8_t>(kind), subject)));
  for (it->SeekToFirst(); it->Valid(); it->Next()) {
    WENSUM_ASSIGN_OR_RETURN(const storage::TaskBySubjectParts parts, storage::ParseTaskBySubjectKey(it->key()));
    numbers.push_back(parts.number);
  }
  WENSUM_RETURN_IF_ERROR(it->status());
  return numbers;
}

absl::StatusOr<std::vector<uint64_t>> FindByName(const storage::Reader& reader, storage::RegisterId reg, NameType type,
                                                 uint64_t id, size_t limit) {
  std::vector<uint64_t> numbers;
  const auto it = reader.NewIterator(
      Family::kTask, storage::PrefixRange(storage::TaskByNamePrefix(reg, static_cast<uint8_t>(type), id)));
  for (it->SeekToFirst(); it->Valid() && numbers.size() < limit; it->Next()) {
    WENSUM_ASSIGN_OR_RETURN(const storage::TaskByNameParts parts, storage::ParseTaskByNameKey(it->key()));
    numbers.push_back(parts.number);
  }
  WENSUM_RETURN_IF_ERROR(it->status());
  return numbers;
}

absl::StatusOr<std::vector<TaskEvent>> ReadEvents(const storage::Reader& reader, storage::RegisterId reg,
                                                  uint64_t number, size_t limit) {
  std::vector<TaskEvent> events;
  const auto it = reader.NewIterator(Family::kTask, storage::PrefixRange(storage::TaskEventPrefix(reg, number)));
  for (it->SeekToLast(); it->Valid() && events.size() < limit; it->Prev()) {
    TaskEvent& event = events.emplace_back();
    if (!event.ParseFromArray(it->value().data(), static_cast<int>(it->value().size())) || event.format() == 0 ||
        event.format() > kTaskFormat) {
      return DataLoss(Cat("an event of ", TaskName(number), " cannot be read; run `wensum verify`"));
    }
  }
  WENSUM_RETURN_IF_ERROR(it->status());
  std::ranges::reverse(events);
  return events;
}

absl::StatusOr<uint64_t> NewestNumber(const storage::Reader& reader, storage::RegisterId reg) {
  const auto it = reader.NewIterator(Family::kTask, storage::PrefixRange(storage::TaskPrefix(reg)));
  it->SeekToLast();
  if (!it->Valid()) {
    WENSUM_RETURN_IF_ERROR(it->status());
    return 0;
  }
  WENSUM_ASSIGN_OR_RETURN(const storage::NumberedKey key, storage::ParseTaskKey(it->key()));
  return key.number;
}

bool Wanted(const QueueFilter& filter, const storage::TaskGroup& group) {
  const bool of_kind = filter.kinds.empty() || std::ranges::any_of(filter.kinds, [&group](TaskKind kind) {
                         return static_cast<uint8_t>(kind) == group.kind;
                       });
  const bool of_assignee =
      filter.assignees.empty() || std::ranges::find(filter.assignees, group.assignee) != filter.assignees.end();
  return of_kind && of_assignee && (!filter.team.has_value() || *filter.team == group.team);
}

absl::Status WalkRanges(const storage::Reader& reader, TaskList list, std::span<const storage::KeyRange> ranges,
                        absl::FunctionRef<absl::StatusOr<bool>(const TaskListParts&)> visit) {
  std::vector<Cursor> cursors(ranges.size());
  std::priority_queue<Cursor*, std::vector<Cursor*>, Later> queue;
  for (size_t i = 0; i < ranges.size(); ++i) {
    Cursor& cursor = cursors[i];
    cursor.iterator = reader.NewIterator(Family::kTask, ranges[i]);
    cursor.iterator->SeekToFirst();
    WENSUM_ASSIGN_OR_RETURN(const bool there, Settle(list, cursor));
    if (there) {
      queue.push(&cursor);
    }
  }
  while (!queue.empty()) {
    Cursor* const first = queue.top();
    queue.pop();
    WENSUM_ASSIGN_OR_RETURN(const bool more, visit(first->at));
    if (!more) {
      break;
    }
    first->iterator->Next();
    WENSUM_ASSIGN_OR_RETURN(const bool there, Settle(list, *first));
    if (there) {
      queue.push(first);
    }
  }
  return absl::OkStatus();
}

absl::Status WalkQueue(const storage::Reader& reader, storage::RegisterId reg, TaskList list, const QueueFilter& filter,
                       const std::optional<storage::TaskOrder>& after,
                       absl::FunctionRef<absl::StatusOr<bool>(const TaskListParts&)> visit) {
  WENSUM_ASSIGN_OR_RETURN(const std::vector<storage::TaskGroup> groups, FindGroups(reader, reg, list, filter));
  std::vector<storage::KeyRange> ranges;
  ranges.reserve(groups.size());
  for (const storage::TaskGroup& group : groups) {
    storage::KeyRange& range = ranges.emplace_back(storage::PrefixRange(storage::TaskListPrefix(reg, list, group)));
    if (after.has_value()) {
      range.lower = storage::TaskListKey(reg, list, group, *after);
    }
  }
  return WalkRanges(reader, list, ranges, [&](const TaskListParts& parts) -> absl::StatusOr<bool> {
    return after.has_value() && parts.order == *after ? absl::StatusOr<bool>(true) : visit(parts);
  });
}

absl::Status WalkClosed(const storage::Reader& reader, storage::RegisterId reg,
                        const std::optional<std::pair<uint64_t, uint64_t>>& before,
                        absl::FunctionRef<absl::StatusOr<bool>(uint64_t revision, uint64_t number)> visit) {
  const auto it = reader.NewIterator(Family::kTask, storage::PrefixRange(storage::ClosedTaskPrefix(reg)));
  if (before.has_value()) {
    it->SeekForPrev(storage::ClosedTaskKey(reg, before->first, before->second));
  } else {
    it->SeekToLast();
  }
  for (; it->Valid(); it->Prev()) {
    WENSUM_ASSIGN_OR_RETURN(const storage::ClosedTaskParts parts, storage::ParseClosedTaskKey(it->key()));
    if (before.has_value() && std::pair(parts.revision, parts.number) == *before) {
      continue;
    }
    WENSUM_ASSIGN_OR_RETURN(const bool more, visit(parts.revision, parts.number));
    if (!more) {
      return absl::OkStatus();
    }
  }
  return it->status();
}

absl::StatusOr<std::vector<GroupStatistics>> CountTasks(const storage::Reader& reader, storage::RegisterId reg,
                                                        TimeMicros now) {
  std::map<std::pair<std::string, uint8_t>, GroupStatistics> groups;
  const auto of = [&groups](const storage::TaskGroup& group) -> GroupStatistics& {
    GroupStatistics& found = groups[{group.team, group.kind}];
    found.team = group.team;
    found.kind = static_cast<TaskKind>(group.kind);
    return found;
  };
  const auto open =
      reader.NewIterator(Family::kTask, storage::PrefixRange(storage::TaskListPrefix(reg, TaskList::kOpen)));
  for (open->SeekToFirst(); open->Valid(); open->Next()) {
    WENSUM_ASSIGN_OR_RETURN(const TaskListParts parts, storage::ParseTaskListKey(open->key(), TaskList::kOpen));
    storage::KeyReader value(open->value());
    const TimeMicros since = value.I64();
    WENSUM_RETURN_IF_ERROR(value.Finish("open task"));
    GroupStatistics& group = of(parts.group);
    group.oldest = group.open == 0 ? since : std::min(group.oldest, since);
    ++group.open;
    group.overdue += parts.order.due < now ? 1 : 0;
    group.assigned += parts.group.assignee.empty() ? 0 : 1;
  }
  WENSUM_RETURN_IF_ERROR(open->status());
  const auto waiting = reader.NewIterator(Family::kTask, storage::PrefixRange(storage::WaitingTaskPrefix(reg)));
  constexpr uint64_t kLast = std::numeric_limits<uint64_t>::max();
  for (waiting->Seek(storage::WaitingTaskKey(reg, now, kLast)); waiting->Valid(); waiting->Next()) {
    WENSUM_ASSIGN_OR_RETURN(const storage::WaitingTaskParts parts, storage::ParseWaitingTaskKey(waiting->key()));
    WENSUM_ASSIGN_OR_RETURN(const TaskListParts ready, storage::ParseTaskListKey(waiting->value(), TaskList::kReady));
    WENSUM_ASSIGN_OR_RETURN(const Task task, ReadTask(reader, reg, parts.number));
    ++(IsClaimed(task, now) ? of(ready.group).claimed : of(ready.group).deferred);
  }
  WENSUM_RETURN_IF_ERROR(waiting->status());
  std::vector<GroupStatistics> out;
  out.reserve(groups.size());
  for (auto& [key, group] : groups) {
    out.push_back(std::move(group));
  }
  return out;
}

}  // namespace wensum::tasks
