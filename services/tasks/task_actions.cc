#include "services/tasks/task_actions.h"

#include <chrono>

#include "base/status_macros.h"
#include "base/strings.h"

namespace wensum::tasks {
namespace {

void AppendPadded(std::string& out, int value) { AppendTo(out, value < 10 ? "0" : "", value); }

// "2026-11-23T09:30:00Z"
std::string MomentText(TimeMicros time) {
  const std::chrono::sys_time<std::chrono::microseconds> moment{std::chrono::microseconds(time)};
  const auto day = std::chrono::floor<std::chrono::days>(moment);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(std::chrono::floor<std::chrono::seconds>(moment - day));
  std::string out = Cat(static_cast<int>(date.year()), "-");
  AppendPadded(out, static_cast<int>(static_cast<unsigned>(date.month())));
  out.push_back('-');
  AppendPadded(out, static_cast<int>(static_cast<unsigned>(date.day())));
  out.push_back('T');
  AppendPadded(out, static_cast<int>(clock.hours().count()));
  out.push_back(':');
  AppendPadded(out, static_cast<int>(clock.minutes().count()));
  out.push_back(':');
  AppendPadded(out, static_cast<int>(clock.seconds().count()));
  out.push_back('Z');
  return out;
}

TaskEvent& AddEvent(const Actor& actor, EventType type, Edit& edit) {
  TaskEvent& event = edit.events.emplace_back();
  event.set_type(static_cast<uint32_t>(type));
  event.set_actor(actor.name);
  event.set_caller(actor.caller);
  return event;
}

absl::Status CheckOpen(const Task& task) {
  if (IsOpen(task)) {
    return absl::OkStatus();
  }
  return task.state() == static_cast<uint32_t>(TaskState::kDismissed)
             ? FailedPrecondition(Cat(TaskName(task.number()), " was dismissed (", task.dismissal().reason(),
                                      "): reopen it first, with ReopenTask"))
             : FailedPrecondition(
                   Cat(TaskName(task.number()),
                       " is closed: the data no longer support it; it opens by itself if they do again"));
}

absl::Status CheckFree(const Actor& actor, const Task& task) {
  return IsClaimed(task, actor.now) && task.claimant() != actor.name
             ? FailedPrecondition(Cat(TaskName(task.number()), " is claimed by ", Quote(task.claimant()), " until ",
                                      MomentText(task.lease_until()), ": wait, or have them release it"))
             : absl::OkStatus();
}

absl::Status CheckWrite(const Actor& actor, const Task& task) {
  WENSUM_RETURN_IF_ERROR(CheckOpen(task));
  return CheckFree(actor, task);
}

absl::Status CheckMoment(std::string_view field, TimeMicros moment, TimeMicros now, TimeMicros longest) {
  if (moment <= now) {
    return InvalidArgument(Cat(field, ": is ", MomentText(moment), ", which is over; it is ", MomentText(now), " now"));
  }
  return moment - now > longest
             ? InvalidArgument(Cat(field, ": is ", MomentText(moment), "; at the latest ", MomentText(now + longest)))
             : absl::OkStatus();
}

void EndClaim(Task& task) {
  task.clear_claimant();
  task.clear_lease_until();
}

}  // namespace

absl::Status CheckAnswer(const Actor& actor, const Task& task) { return CheckWrite(actor, task); }

absl::Status Claim(const Actor& actor, TimeMicros lease_until, Edit& edit) {
  Task& task = edit.after;
  WENSUM_RETURN_IF_ERROR(CheckWrite(actor, task));
  WENSUM_RETURN_IF_ERROR(CheckMoment("lease_until", lease_until, actor.now, kLongestLease));
  if (!task.assignee().empty() && task.assignee() != actor.name) {
    return FailedPrecondition(Cat(TaskName(task.number()), " is assigned to ", Quote(task.assignee()),
                                  ": have it assigned to you first, with AssignTask"));
  }
  if (!IsClaimed(task, actor.now)) {
    AddEvent(actor, EventType::kClaimed, edit).set_until(lease_until);
  }
  task.set_claimant(actor.name);
  task.set_lease_until(lease_until);
  task.clear_deferred_until();
  return absl::OkStatus();
}

absl::Status Release(const Actor& actor, Edit& edit) {
  Task& task = edit.after;
  WENSUM_RETURN_IF_ERROR(CheckWrite(actor, task));
  if (!IsClaimed(task, actor.now)) {
    return FailedPrecondition(Cat(TaskName(task.number()), " is claimed by nobody: there is nothing to release"));
  }
  EndClaim(task);
  AddEvent(actor, EventType::kReleased, edit);
  return absl::OkStatus();
}

absl::Status Defer(const Actor& actor, TimeMicros until, std::string_view why, Edit& edit) {
  Task& task = edit.after;
  WENSUM_RETURN_IF_ERROR(CheckWrite(actor, task));
  if (until != 0) {
    WENSUM_RETURN_IF_ERROR(CheckMoment("defer_until", until, actor.now, kLongestDeferral));
  } else if (!IsDeferred(task, actor.now)) {
    return FailedPrecondition(Cat(TaskName(task.number()), " is not deferred: say until when, in defer_until"));
  }
  EndClaim(task);
  task.set_deferred_until(until);
  TaskEvent& event = AddEvent(actor, EventType::kDeferred, edit);
  event.set_until(until);
  event.set_text(std::string(why));
  return absl::OkStatus();
}

absl::Status Assign(const Actor& actor, const std::optional<std::string>& assignee,
                    const std::optional<std::string>& team, std::string_view why, Edit& edit) {
  Task& task = edit.after;
  WENSUM_RETURN_IF_ERROR(CheckWrite(actor, task));
  const std::string new_assignee = assignee.value_or(task.assignee());
  const std::string new_team = team.value_or(task.team());
  if (new_assignee == task.assignee() && new_team == task.team()) {
    return absl::OkStatus();
  }
  if (!new_assignee.empty() && new_assignee != actor.name) {
    EndClaim(task);
  }
  task.set_assignee(new_assignee);
  task.set_team(new_team);
  TaskEvent& event = AddEvent(actor, EventType::kAssigned, edit);
  event.set_assignee(new_assignee);
  event.set_team(new_team);
  event.set_text(std::string(why));
  return absl::OkStatus();
}

void Comment(const Actor& actor, std::string_view text, Edit& edit) {
  AddEvent(actor, EventType::kCommented, edit).set_text(std::string(text));
}

absl::Status Dismiss(const Actor& actor, std::string_view reason, std::string_view text, uint64_t evidence,
                     Edit& edit) {
  Task& task = edit.after;
  WENSUM_RETURN_IF_ERROR(CheckWrite(actor, task));
  if (task.kind() == static_cast<uint32_t>(TaskKind::kOverlay)) {
    return FailedPrecondition(
        Cat(TaskName(task.number()),
            " asks about updates that wait for its answer, and would wait for ever: answer it with "
            "Decisions.ResolveHeldUpdates"));
  }
  EndClaim(task);
  task.clear_deferred_until();
  task.set_state(static_cast<uint32_t>(TaskState::kDismissed));
  task.mutable_dismissal()->set_reason(std::string(reason));
  task.mutable_dismissal()->set_evidence(evidence);
  TaskEvent& event = AddEvent(actor, EventType::kDismissed, edit);
  event.set_reason(std::string(reason));
  event.set_text(std::string(text));
  *event.mutable_facts() = task.facts();
  return absl::OkStatus();
}

absl::Status Decide(const Actor& actor, std::string_view reason, std::string_view text, uint64_t decision, Edit& edit) {
  Task& task = edit.after;
  WENSUM_RETURN_IF_ERROR(CheckWrite(actor, task));
  EndClaim(task);
  task.clear_deferred_until();
  TaskEvent& event = AddEvent(actor, EventType::kDecided, edit);
  event.set_reason(std::string(reason));
  event.set_text(std::string(text));
  event.set_decision(decision);
  *event.mutable_facts() = task.facts();
  return absl::OkStatus();
}

absl::Status Complete(const Actor& actor, std::string_view text, Edit& edit) {
  Task& task = edit.after;
  WENSUM_RETURN_IF_ERROR(CheckWrite(actor, task));
  if (task.kind() != static_cast<uint32_t>(TaskKind::kSubjectRequest)) {
    return FailedPrecondition(Cat(TaskName(task.number()), " is no request of a person, which alone are completed"));
  }
  EndClaim(task);
  task.clear_deferred_until();
  task.set_state(static_cast<uint32_t>(TaskState::kClosed));
  edit.withdrawn = true;
  TaskEvent& event = AddEvent(actor, EventType::kCompleted, edit);
  event.set_text(std::string(text));
  *event.mutable_facts() = task.facts();
  return absl::OkStatus();
}

absl::Status Reopen(const Actor& actor, std::string_view why, const TaskRules& rules, Edit& edit) {
  Task& task = edit.after;
  if (task.state() != static_cast<uint32_t>(TaskState::kDismissed)) {
    return FailedPrecondition(Cat(
        TaskName(task.number()), IsOpen(task) ? " is open already"
                                              : " is closed: the data no longer support it; it opens by itself if they "
                                                "do again"));
  }
  task.clear_dismissal();
  if (task.holds()) {
    task.set_state(static_cast<uint32_t>(TaskState::kOpen));
    task.set_open_time(actor.now);
    task.set_due_time(actor.now + rules.Of(static_cast<TaskKind>(task.kind())).due_days * kDay);
  } else {
    task.set_state(static_cast<uint32_t>(TaskState::kClosed));
  }
  TaskEvent& event = AddEvent(actor, EventType::kReopened, edit);
  event.set_text(std::string(why));
  *event.mutable_facts() = task.facts();
  return absl::OkStatus();
}

}  // namespace wensum::tasks
