#include "services/tasks/task_writer.h"

#include <algorithm>

#include "absl/container/flat_hash_set.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "storage/overlay_reader.h"

namespace wensum::tasks {
namespace {

using storage::Family;

constexpr size_t kWokenAtOnce = 2'000;  // claims and deferrals that one call finds to be over

std::string CauseKey(TaskKind kind, std::string_view cause) { return Cat(static_cast<int>(kind), ":", cause); }

TaskEvent& AddEvent(Edit& edit, EventType type) {
  TaskEvent& event = edit.events.emplace_back();
  event.set_type(static_cast<uint32_t>(type));
  return event;
}

void Free(Task& task) {
  task.clear_claimant();
  task.clear_lease_until();
  task.clear_deferred_until();
}

void SetState(TaskState state, Task& task) { task.set_state(static_cast<uint32_t>(state)); }

bool IsDismissed(const Task& task) { return task.state() == static_cast<uint32_t>(TaskState::kDismissed); }

}  // namespace

void TaskWriter::Raise(Condition condition) {
  const auto [at, added] = raised_by_cause_.try_emplace(CauseKey(condition.kind, condition.cause), raised_.size());
  if (added) {
    raised_.push_back({.condition = std::move(condition)});
  } else {
    raised_[at->second].condition = std::move(condition);
  }
}

absl::Status TaskWriter::Withdraw(TaskKind kind, std::string_view cause) {
  WENSUM_ASSIGN_OR_RETURN(const std::optional<uint64_t> number, FindByCause(reader_, reg_, kind, cause));
  if (number.has_value()) {
    WENSUM_ASSIGN_OR_RETURN(Edit* const edit, Touch(*number));
    edit->withdrawn = true;
  }
  return absl::OkStatus();
}

absl::StatusOr<Edit*> TaskWriter::Touch(uint64_t number) {
  if (const auto found = edits_.find(number); found != edits_.end()) {
    return found->second.get();
  }
  WENSUM_ASSIGN_OR_RETURN(Task task, ReadTask(reader_, reg_, number));
  auto edit = std::make_unique<Edit>();
  edit->before = task;
  edit->after = std::move(task);
  return edits_.emplace(number, std::move(edit)).first->second.get();
}

absl::Status TaskWriter::LowerHead(const std::string& ready_key) {
  WENSUM_ASSIGN_OR_RETURN(const storage::TaskListParts parts,
                          storage::ParseTaskListKey(ready_key, storage::TaskList::kReady));
  const std::string key = storage::TaskHeadKey(reg_, parts.group);
  if (const auto known = heads_.find(key); known != heads_.end()) {
    known->second = std::min(known->second, ready_key);
    return absl::OkStatus();
  }
  WENSUM_ASSIGN_OR_RETURN(const std::optional<std::string> stored, reader_.Get(Family::kTask, key));
  if (!stored.has_value() || ready_key < *stored) {
    heads_.emplace(key, ready_key);
  }
  return absl::OkStatus();
}

// What waited for a moment up to the last one was woken then, and what is put to wait later waits for a later one: it
// is looked at from there on, and not what was deleted before.
absl::Status TaskWriter::Wake(TimeMicros now, storage::WriteBatch& batch) {
  storage::KeyRange range = storage::PrefixRange(storage::WaitingTaskPrefix(reg_));
  WENSUM_ASSIGN_OR_RETURN(const std::optional<std::string> from, reader_.Get(Family::kTask, storage::WokenKey(reg_)));
  range.lower = from.value_or(range.lower);
  const auto it = reader_.NewIterator(Family::kTask, range);
  it->SeekToFirst();
  std::string last = storage::WaitingTaskKey(reg_, now, 0);
  for (size_t woken = 0; it->Valid(); it->Next(), ++woken) {
    WENSUM_ASSIGN_OR_RETURN(const storage::WaitingTaskParts parts, storage::ParseWaitingTaskKey(it->key()));
    if (parts.until > now) {
      break;
    }
    if (woken == kWokenAtOnce) {
      last = it->key();
      break;
    }
    const std::string ready(it->value());
    WENSUM_RETURN_IF_ERROR(LowerHead(ready));
    batch.Put(Family::kTask, ready, "");
    batch.Delete(Family::kTask, std::string(it->key()));
  }
  batch.Put(Family::kTask, storage::WokenKey(reg_), std::move(last));
  return it->status();
}

absl::StatusOr<NextTask> TaskWriter::FindNext(TimeMicros now, const QueueFilter& filter, size_t most,
                                              absl::FunctionRef<absl::StatusOr<bool>(uint64_t number)> fits,
                                              storage::WriteBatch& batch) {
  WENSUM_RETURN_IF_ERROR(Wake(now, batch));
  std::map<std::string, std::string> heads = heads_;
  const auto it = reader_.NewIterator(Family::kTask, storage::PrefixRange(storage::TaskHeadsPrefix(reg_)));
  for (it->SeekToFirst(); it->Valid(); it->Next()) {
    heads.try_emplace(std::string(it->key()), it->value());
  }
  WENSUM_RETURN_IF_ERROR(it->status());
  std::vector<storage::KeyRange> ranges;
  for (const auto& [key, first] : heads) {
    WENSUM_ASSIGN_OR_RETURN(const storage::TaskGroup group, storage::ParseTaskHeadKey(key));
    if (Wanted(filter, group)) {
      ranges.push_back(storage::PrefixRange(storage::TaskListPrefix(reg_, storage::TaskList::kReady, group)));
      ranges.back().lower = first;
    }
  }
  storage::OverlayReader woken(&reader_);
  woken.Add(batch);
  NextTask next;
  size_t looked = 0;
  absl::flat_hash_set<std::string> begun;
  WENSUM_RETURN_IF_ERROR(WalkRanges(
      woken, storage::TaskList::kReady, ranges, [&](const storage::TaskListParts& parts) -> absl::StatusOr<bool> {
        std::string head = storage::TaskHeadKey(reg_, parts.group);
        if (begun.insert(head).second) {
          heads_[head] = storage::TaskListKey(reg_, storage::TaskList::kReady, parts.group, parts.order);
        }
        if (looked++ == most) {
          next.cut = true;
          return false;
        }
        WENSUM_ASSIGN_OR_RETURN(const bool taken, fits(parts.order.number));
        if (taken) {
          next.number = parts.order.number;
        }
        return !taken;
      }));
  return next;
}

// The newest task of the question that no cause holds any more.
absl::StatusOr<std::optional<uint64_t>> TaskWriter::FindFree(const Condition& condition) {
  WENSUM_ASSIGN_OR_RETURN(const std::vector<uint64_t> numbers,
                          FindBySubject(reader_, reg_, condition.kind, condition.subject));
  for (auto number = numbers.rbegin(); number != numbers.rend(); ++number) {
    WENSUM_ASSIGN_OR_RETURN(const Edit* const edit, Touch(*number));
    if (!edit->condition.has_value() && (edit->withdrawn || !edit->before->holds())) {
      return std::optional(*number);
    }
  }
  return std::optional<uint64_t>();
}

absl::Status TaskWriter::Bind(Condition condition, std::optional<uint64_t> number) {
  if (!number.has_value()) {
    WENSUM_ASSIGN_OR_RETURN(number, FindFree(condition));
  }
  Edit* edit = nullptr;
  if (number.has_value()) {
    WENSUM_ASSIGN_OR_RETURN(edit, Touch(*number));
  } else {
    if (next_number_ == 0) {
      WENSUM_ASSIGN_OR_RETURN(const uint64_t newest, NewestNumber(reader_, reg_));
      next_number_ = newest + 1;
    }
    auto made = std::make_unique<Edit>();
    made->after.set_number(next_number_);
    edit = edits_.emplace(next_number_++, std::move(made)).first->second.get();
  }
  edit->condition = std::move(condition);
  return absl::OkStatus();
}

// What the data say of a task, whatever its state.
void TaskWriter::Update(const Condition& condition, const Stamp& stamp, Edit& edit) const {
  Task& task = edit.after;
  task.set_format(kTaskFormat);
  task.set_kind(static_cast<uint32_t>(condition.kind));
  task.set_cause(condition.cause);
  task.set_subject(condition.subject);
  task.set_holds(true);
  task.set_priority(static_cast<uint32_t>(condition.priority));
  task.set_sensitive(condition.sensitive);
  task.set_evidence(condition.evidence);
  TaskFacts facts = condition.facts;
  facts.set_revision(edit.before.has_value() ? edit.before->facts().revision() : stamp.revision);
  if (facts.SerializeAsString() != task.facts().SerializeAsString()) {
    facts.set_revision(stamp.revision);
    *task.mutable_facts() = std::move(facts);
  }
  task.clear_names();
  for (const auto& [type, id] : condition.names) {
    storage::v1::TaskName& name = *task.add_names();
    name.set_type(static_cast<uint32_t>(type));
    name.set_id(id);
  }
}

void TaskWriter::Open(const Stamp& stamp, Edit& edit) const {
  Task& task = edit.after;
  const KindRules& rules = rules_.Of(static_cast<TaskKind>(task.kind()));
  SetState(TaskState::kOpen, task);
  task.set_open_time(stamp.time);
  const TimeMicros from = edit.condition.has_value() ? edit.condition->due_from : 0;
  task.set_due_time((from == 0 ? stamp.time : from) + rules.due_days * kDay);
  task.clear_dismissal();
  if (!edit.before.has_value()) {
    task.set_team(rules.team);
    task.set_create_time(stamp.time);
    task.set_create_revision(stamp.revision);
  }
}

absl::Status TaskWriter::Support(const Stamp& stamp, Edit& edit) const {
  const Condition& condition = *edit.condition;
  Task& task = edit.after;
  const bool evidence_changed = edit.before.has_value() && edit.before->evidence() != condition.evidence;
  Update(condition, stamp, edit);
  const auto reopen = [&](std::string_view why) {
    Open(stamp, edit);
    TaskEvent& event = AddEvent(edit, EventType::kReopened);
    event.set_text(std::string(why));
    *event.mutable_facts() = task.facts();
  };
  if (!edit.before.has_value()) {
    Open(stamp, edit);
    *AddEvent(edit, EventType::kRaised).mutable_facts() = task.facts();
  } else if (IsDismissed(task)) {
    uint64_t evidence = condition.evidence;
    if (condition.find_evidence) {
      WENSUM_ASSIGN_OR_RETURN(evidence, condition.find_evidence());
    }
    if (evidence != task.dismissal().evidence()) {
      reopen("the evidence has changed since the task was dismissed");
    }
  } else if (!IsOpen(task)) {
    reopen("the data support it again");
  } else if (evidence_changed) {
    *AddEvent(edit, EventType::kEvidenceChanged).mutable_facts() = task.facts();
  }
  return absl::OkStatus();
}

void TaskWriter::Lapse(Edit& edit) const {
  Task& task = edit.after;
  task.set_holds(false);
  if (!IsOpen(task)) {
    return;  // dismissed: it stays so, should the cause come back
  }
  SetState(TaskState::kClosed, task);
  Free(task);
  TaskEvent& event = AddEvent(edit, EventType::kClosed);
  event.set_decision(decision_);
  event.set_text(decision_ == 0 ? "the data no longer support it" : Cat("decided: decisions/", decision_));
}

// The rows of the lists that change. Whether an open task stands among the ready or the waiting ones depends on when it
// was written last, or woken: both places are left.
absl::Status TaskWriter::WriteRows(const Stamp& stamp, const Edit& edit, storage::WriteBatch& batch) {
  absl::flat_hash_map<std::string, std::string> former;
  if (edit.before.has_value()) {
    for (auto& [key, value] : IndexRowsOf(reg_, *edit.before, 0)) {
      former.emplace(std::move(key), std::move(value));
    }
    if (IsOpen(*edit.before)) {
      former.emplace(ListKeyOf(reg_, storage::TaskList::kReady, *edit.before), "");
    }
  }
  for (auto& [key, value] : IndexRowsOf(reg_, edit.after, stamp.time)) {
    const auto found = former.find(key);
    const bool sure = found != former.end() && found->second == value && !storage::IsTaskTurnKey(key);
    if (found != former.end()) {
      former.erase(found);
    }
    if (key[sizeof(storage::RegisterId)] == static_cast<char>(storage::TaskList::kReady)) {
      WENSUM_RETURN_IF_ERROR(LowerHead(key));
    }
    if (!sure) {
      batch.Put(Family::kTask, std::move(key), std::move(value));
    }
  }
  std::vector<std::string> left;
  left.reserve(former.size());
  for (const auto& [key, value] : former) {
    left.push_back(key);
  }
  std::ranges::sort(left);
  for (std::string& key : left) {
    batch.Delete(Family::kTask, std::move(key));
  }
  return absl::OkStatus();
}

absl::StatusOr<bool> TaskWriter::Write(const Stamp& stamp, Edit& edit, storage::WriteBatch& batch) {
  Task& task = edit.after;
  if (edit.before.has_value() && edit.events.empty() && edit.before->SerializeAsString() == task.SerializeAsString()) {
    return false;
  }
  if (IsOpen(task)) {
    task.clear_close_revision();
  } else if (!edit.before.has_value() || IsOpen(*edit.before)) {
    task.set_close_revision(stamp.revision);
  }
  task.set_change_revision(stamp.revision);
  task.set_change_time(stamp.time);
  for (TaskEvent& event : edit.events) {
    event.set_format(kTaskFormat);
    event.set_time(stamp.time);
    event.set_revision(stamp.revision);
    task.set_events(task.events() + 1);
    batch.Put(Family::kTask, storage::TaskEventKey(reg_, task.number(), task.events()), event.SerializeAsString());
  }
  WENSUM_RETURN_IF_ERROR(WriteRows(stamp, edit, batch));
  batch.Put(Family::kTask, storage::TaskKey(reg_, task.number()), task.SerializeAsString());
  return true;
}

absl::StatusOr<bool> TaskWriter::Finish(const Stamp& stamp, storage::WriteBatch& batch) {
  for (Raised& raised : raised_) {
    WENSUM_ASSIGN_OR_RETURN(raised.holder, FindByCause(reader_, reg_, raised.condition.kind, raised.condition.cause));
  }
  // Those whose cause holds a task already come first: what is left of a question's tasks is for new causes.
  for (const bool held : {true, false}) {
    for (Raised& raised : raised_) {
      if (raised.holder.has_value() == held) {
        WENSUM_RETURN_IF_ERROR(Bind(std::move(raised.condition), raised.holder));
      }
    }
  }
  raised_.clear();
  raised_by_cause_.clear();
  changed_.clear();
  for (auto& [number, edit] : edits_) {
    if (edit->condition.has_value()) {
      WENSUM_RETURN_IF_ERROR(Support(stamp, *edit));
    } else if (edit->withdrawn) {
      Lapse(*edit);
    }
    WENSUM_ASSIGN_OR_RETURN(const bool wrote, Write(stamp, *edit, batch));
    if (wrote) {
      changed_.push_back(number);
    }
  }
  for (auto& [key, first] : heads_) {
    batch.Put(Family::kTask, key, std::move(first));
  }
  heads_.clear();
  edits_.clear();
  next_number_ = 0;
  return !changed_.empty();
}

absl::StatusOr<uint64_t> Reconcile(const storage::Reader& reader, storage::RegisterId reg, TaskKind kind,
                                   std::vector<Condition> conditions, size_t most_new, TaskWriter& writer) {
  WENSUM_ASSIGN_OR_RETURN(const auto causes, ListCauses(reader, reg, kind));
  absl::flat_hash_set<std::string> held;
  for (const auto& [cause, number] : causes) {
    held.insert(cause);
  }
  absl::flat_hash_set<std::string> found;
  uint64_t left_out = 0;
  size_t fresh = 0;
  for (Condition& condition : conditions) {
    found.insert(condition.cause);
    if (!held.contains(condition.cause) && ++fresh > most_new) {
      ++left_out;
      continue;
    }
    writer.Raise(std::move(condition));
  }
  for (const auto& [cause, number] : causes) {
    if (!found.contains(cause)) {
      WENSUM_RETURN_IF_ERROR(writer.Withdraw(kind, cause));
    }
  }
  return left_out;
}

}  // namespace wensum::tasks
