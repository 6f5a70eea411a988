// Turns conditions of the data and what stewards do into the tasks of one batch, with their history and lists.
#ifndef WENSUM_SERVICES_TASKS_TASK_WRITER_H_
#define WENSUM_SERVICES_TASKS_TASK_WRITER_H_

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/tasks/task_rules.h"
#include "services/tasks/task_store.h"
#include "storage/store.h"

namespace wensum::tasks {

// Something in the data that a steward should look at.
struct Condition {
  TaskKind kind = TaskKind::kPossibleMatch;
  // What raised it, e.g. a review pair. One cause holds one task of a kind at a time.
  std::string cause;
  // What is asked, in ids that never move: the same question under a new cause is the same task. Of several tasks that
  // no cause holds, the newest goes on.
  std::string subject;
  Priority priority = Priority::kNormal;
  bool sensitive = false;
  TaskFacts facts;
  std::vector<std::pair<NameType, uint64_t>> names;  // what the task is about
  TimeMicros due_from = 0;  // the days until it is due are counted from then; 0: from when it opens
  // Fingerprint of the evidence. A dismissed task stays dismissed while it is the same. Kinds that are raised often
  // give `find_evidence` instead, which is called only where a task was dismissed; it may fail with the store.
  uint64_t evidence = 0;
  std::function<absl::StatusOr<uint64_t>()> find_evidence;
};

// One task in a batch. A steward's action changes `after` and appends events; their format, number, time and revision
// are set by Finish.
struct Edit {
  std::optional<Task> before;
  Task after;
  std::vector<TaskEvent> events;
  bool withdrawn = false;              // its cause is gone
  std::optional<Condition> condition;  // raised in this batch
};

// What every write stands under.
struct Stamp {
  uint64_t revision = 0;
  TimeMicros time = 0;  // never before an earlier batch's
};

// What FindNext finds: nothing, or a task. `cut`: there were more to look at.
struct NextTask {
  std::optional<uint64_t> number;
  bool cut = false;
};

// For the single writer thread; not thread-safe. Raise and Withdraw may come in any order: a cause that is withdrawn
// and a condition of its subject that is raised in one batch make one task that goes on. Memory: the tasks touched.
class TaskWriter {
 public:
  // `reader`, the state before the batch, and `rules` must outlive the writer.
  TaskWriter(const storage::Reader& reader, storage::RegisterId reg, const TaskRules& rules)
      : reader_(reader), reg_(reg), rules_(rules) {}

  // The data support the condition. One that is raised already is brought up to date; the last of a cause counts.
  void Raise(Condition condition);
  // The cause is gone. Nothing happens if it holds no task.
  absl::Status Withdraw(TaskKind kind, std::string_view cause);
  // What closes in this batch is closed by that decision of stewards.
  void set_decision(uint64_t number) { decision_ = number; }
  // For a steward's action. NOT_FOUND if there is no such task. The edit is the writer's.
  absl::StatusOr<Edit*> Touch(uint64_t number);
  // The first task in the order of work that is ready at `now`, that the filter wants and that `fits`. Tasks whose
  // claim or deferral is over by then are ready again: some thousand in one call, the earliest first. Looks at `most`
  // at most. Adds to `batch`, which the writer's own writes must follow. Takes a seek for each group of one assignee,
  // team and kind, however many tasks were taken before: where each group begins is kept.
  absl::StatusOr<NextTask> FindNext(TimeMicros now, const QueueFilter& filter, size_t most,
                                    absl::FunctionRef<absl::StatusOr<bool>(uint64_t number)> fits,
                                    storage::WriteBatch& batch);

  // Adds all that was staged to the batch; true if there was anything. Tasks that end as they began write nothing.
  absl::StatusOr<bool> Finish(const Stamp& stamp, storage::WriteBatch& batch);

  // After Finish: the tasks that it wrote, ascending.
  [[nodiscard]] const std::vector<uint64_t>& changed() const { return changed_; }

 private:
  // A condition, and the task that its cause holds already.
  struct Raised {
    Condition condition;
    std::optional<uint64_t> holder;
  };

  absl::Status Bind(Condition condition, std::optional<uint64_t> number);
  absl::StatusOr<std::optional<uint64_t>> FindFree(const Condition& condition);
  void Update(const Condition& condition, const Stamp& stamp, Edit& edit) const;
  absl::Status Support(const Stamp& stamp, Edit& edit) const;
  void Open(const Stamp& stamp, Edit& edit) const;
  void Lapse(Edit& edit) const;
  absl::Status WriteRows(const Stamp& stamp, const Edit& edit, storage::WriteBatch& batch);
  absl::StatusOr<bool> Write(const Stamp& stamp, Edit& edit, storage::WriteBatch& batch);
  absl::Status Wake(TimeMicros now, storage::WriteBatch& batch);
  // A group begins no later than at this key of a ready task.
  absl::Status LowerHead(const std::string& ready_key);

  const storage::Reader& reader_;
  const storage::RegisterId reg_;
  const TaskRules& rules_;
  std::vector<Raised> raised_;  // in order; Finish binds them to tasks once all that is withdrawn is known
  absl::flat_hash_map<std::string, size_t> raised_by_cause_;  // place in raised_
  std::map<uint64_t, std::unique_ptr<Edit>> edits_;           // by number
  // Where groups begin from now on: by storage key, the key of the first ready task or one before.
  std::map<std::string, std::string> heads_;
  uint64_t next_number_ = 0;  // 0: not looked up yet
  uint64_t decision_ = 0;     // 0: none
  std::vector<uint64_t> changed_;
};

// For what looks at everything at once: raises `conditions`, whose causes are all that there are of the kind, and
// withdraws every other cause. At most `most_new` tasks are raised that were not: the first. Returns how many were left
// out.
absl::StatusOr<uint64_t> Reconcile(const storage::Reader& reader, storage::RegisterId reg, TaskKind kind,
                                   std::vector<Condition> conditions, size_t most_new, TaskWriter& writer);

}  // namespace wensum::tasks

#endif  // WENSUM_SERVICES_TASKS_TASK_WRITER_H_
