#include "services/tasks/task_check.h"

#include <cstdint>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "base/status_macros.h"
#include "base/strings.h"
#include "services/tasks/task_store.h"

namespace wensum::tasks {
namespace {

using storage::Family;

class TaskChecker {
 public:
  TaskChecker(const storage::Reader& reader, storage::RegisterId reg, TimeMicros now,
              const std::function<void(std::string)>& differ)
      : reader_(reader), reg_(reg), now_(now), differ_(differ) {}

  absl::Status Run() {
    const auto it = reader_.NewIterator(Family::kTask, storage::PrefixRange(storage::TaskPrefix(reg_)));
    uint64_t expected = 1;
    for (it->SeekToFirst(); it->Valid(); it->Next(), ++expected) {
      WENSUM_ASSIGN_OR_RETURN(const storage::NumberedKey key, storage::ParseTaskKey(it->key()));
      if (key.number != expected) {
        differ_(Cat(TaskName(expected), " is missing"));
        expected = key.number;
      }
      const absl::StatusOr<Task> task = ParseTask(it->value(), key.number);
      if (!task.ok()) {
        differ_(std::string(Message(task.status())));
        continue;
      }
      WENSUM_RETURN_IF_ERROR(CheckTask(*task));
    }
    WENSUM_RETURN_IF_ERROR(it->status());
    return CheckRest();
  }

 private:
  static char TagOf(std::string_view key) {
    return key.size() > sizeof(storage::RegisterId) ? key[sizeof(storage::RegisterId)] : '\0';
  }

  absl::Status CheckTask(const Task& task) {
    ++expected_['T'];
    expected_['E'] += task.events();
    for (uint64_t event = 1; event <= task.events(); ++event) {
      WENSUM_ASSIGN_OR_RETURN(const auto value,
                              reader_.Get(Family::kTask, storage::TaskEventKey(reg_, task.number(), event)));
      if (!value.has_value()) {
        differ_(Cat("event ", event, " of ", TaskName(task.number()), " is missing"));
      }
    }
    if (IsOpen(task) != (task.close_revision() == 0) || (IsOpen(task) && !task.holds())) {
      differ_(Cat(TaskName(task.number()), " has a state that does not fit what it says else"));
    }
    // As it was written; an open task whose time has come may have been woken since.
    IndexRows rows = IndexRowsOf(reg_, task, 0);
    std::vector<std::string> keys;
    for (const auto& [key, value] : rows) {
      keys.push_back(key);
    }
    WENSUM_ASSIGN_OR_RETURN(const auto values, reader_.MultiGet(Family::kTask, keys));
    for (size_t i = 0; i < keys.size(); ++i) {
      const bool there = values[i].has_value() && *values[i] == rows[i].second;
      if (!there && TagOf(keys[i]) == 'W' && storage::ParseWaitingTaskKey(keys[i])->until <= now_) {
        WENSUM_RETURN_IF_ERROR(CheckWoken(task));
        continue;
      }
      ++expected_[TagOf(keys[i])];
      if (!there) {
        differ_(Cat(TaskName(task.number()), " is missing from the list ", Quote(keys[i].substr(4, 1))));
      }
    }
    return absl::OkStatus();
  }

  absl::Status CheckWoken(const Task& task) {
    ++expected_['Q'];
    WENSUM_ASSIGN_OR_RETURN(const auto ready,
                            reader_.Get(Family::kTask, ListKeyOf(reg_, storage::TaskList::kReady, task)));
    if (!ready.has_value()) {
      differ_(Cat(TaskName(task.number()), " is neither ready nor does it wait"));
    }
    return absl::OkStatus();
  }

  // Every row that should be there is: there must be no more.
  absl::Status CheckRest() {
    std::map<char, uint64_t> found;
    const auto it = reader_.NewIterator(Family::kTask, storage::PrefixRange(storage::RegisterPrefix(reg_)));
    for (it->SeekToFirst(); it->Valid(); it->Next()) {
      ++found[TagOf(it->key())];
    }
    WENSUM_RETURN_IF_ERROR(it->status());
    WENSUM_RETURN_IF_ERROR(CheckHeads());
    for (const auto& [tag, count] : found) {
      if (tag != 'H' && tag != 'V' && count > expected_[tag]) {
        differ_(Cat("the list ", Quote(std::string(1, tag)), " of tasks has ", count - expected_[tag],
                    " rows that no task has"));
      }
    }
    return absl::OkStatus();
  }

  // No ready task stands before what is kept as the head of its group, and none waits for a moment that is over.
  absl::Status CheckHeads() {
    const auto it = reader_.NewIterator(Family::kTask,
                                        storage::PrefixRange(storage::TaskListPrefix(reg_, storage::TaskList::kReady)));
    for (it->SeekToFirst(); it->Valid();) {
      WENSUM_ASSIGN_OR_RETURN(const storage::TaskListParts parts,
                              storage::ParseTaskListKey(it->key(), storage::TaskList::kReady));
      WENSUM_ASSIGN_OR_RETURN(const std::optional<std::string> head,
                              reader_.Get(Family::kTask, storage::TaskHeadKey(reg_, parts.group)));
      if (!head.has_value() || it->key() < *head) {
        differ_(Cat(TaskName(parts.order.number), " is ready and stands before the head of its group"));
      }
      it->Seek(storage::PrefixRange(storage::TaskListPrefix(reg_, storage::TaskList::kReady, parts.group)).upper);
    }
    WENSUM_RETURN_IF_ERROR(it->status());
    WENSUM_ASSIGN_OR_RETURN(const std::optional<std::string> woken,
                            reader_.Get(Family::kTask, storage::WokenKey(reg_)));
    const auto waiting = reader_.NewIterator(Family::kTask, storage::PrefixRange(storage::WaitingTaskPrefix(reg_)));
    waiting->SeekToFirst();
    if (woken.has_value() && waiting->Valid() && waiting->key() < *woken) {
      differ_("a task waits that should have been woken");
    }
    return waiting->status();
  }

  const storage::Reader& reader_;
  const storage::RegisterId reg_;
  const TimeMicros now_;
  const std::function<void(std::string)>& differ_;
  std::map<char, uint64_t> expected_;  // rows by tag
};

}  // namespace

absl::Status CheckTasks(const storage::Reader& reader, storage::RegisterId reg, TimeMicros now,
                        const std::function<void(std::string)>& differ) {
  return TaskChecker(reader, reg, now, differ).Run();
}

}  // namespace wensum::tasks
