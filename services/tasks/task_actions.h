// What stewards do to tasks: pure changes of one task, refused where its state forbids them. Who may call, etags and
// storing are others' work.
#ifndef WENSUM_SERVICES_TASKS_TASK_ACTIONS_H_
#define WENSUM_SERVICES_TASKS_TASK_ACTIONS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "services/tasks/task_store.h"
#include "services/tasks/task_writer.h"

namespace wensum::tasks {

inline constexpr TimeMicros kLongestLease = kDay;
inline constexpr TimeMicros kLongestDeferral = 366 * kDay;

// Who acts, and when.
struct Actor {
  std::string name;    // as the call gives it
  std::string caller;  // whom the access policy let in
  TimeMicros now = 0;
};

// Each is FAILED_PRECONDITION, saying why and what to do, if the task is closed or another holds it (comments aside);
// and INVALID_ARGUMENT, "field: what is wrong", for a moment that is over or too far away. After an error the edit is
// as it was.

// Whether the actor may answer what the task asks.
absl::Status CheckAnswer(const Actor& actor, const Task& task);
// Holds the task until then; whoever holds it already goes on holding it. Ends a deferral. Refused if it is assigned to
// somebody else.
absl::Status Claim(const Actor& actor, TimeMicros lease_until, Edit& edit);
// Gives it back. Refused unless the actor holds it.
absl::Status Release(const Actor& actor, Edit& edit);
// Puts it off, and gives it back; 0 ends the deferral.
absl::Status Defer(const Actor& actor, TimeMicros until, std::string_view why, Edit& edit);
// Absent parts stay. A claim of the actor ends if somebody else is to do it.
absl::Status Assign(const Actor& actor, const std::optional<std::string>& assignee,
                    const std::optional<std::string>& team, std::string_view why, Edit& edit);
// Of closed tasks too.
void Comment(const Actor& actor, std::string_view text, Edit& edit);
// `evidence`: the fingerprint that the dismissal stands on. FAILED_PRECONDITION of a task whose updates wait for an
// answer.
absl::Status Dismiss(const Actor& actor, std::string_view reason, std::string_view text, uint64_t evidence, Edit& edit);
// A steward said what is true, by that decision about people; the writer who makes it closes the task. Gives it back.
absl::Status Decide(const Actor& actor, std::string_view reason, std::string_view text, uint64_t decision, Edit& edit);
// What a person asked for was done: closes the task, whose cause is gone. FAILED_PRECONDITION of a task of another
// kind.
absl::Status Complete(const Actor& actor, std::string_view text, Edit& edit);
// Takes a dismissal back: the task is open if the data support it now, else closed until they do. Only of a dismissed
// task.
absl::Status Reopen(const Actor& actor, std::string_view why, const TaskRules& rules, Edit& edit);

}  // namespace wensum::tasks

#endif  // WENSUM_SERVICES_TASKS_TASK_ACTIONS_H_
