// Tasks that ask whether two people are one, as decisions answer them.
#ifndef WENSUM_SERVICES_DECISIONS_MATCH_TASK_H_
#define WENSUM_SERVICES_DECISIONS_MATCH_TASK_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "services/decisions/decision_planner.h"
#include "services/decisions/person_sight.h"
#include "services/register/decision_writes.h"
#include "services/register/register.h"
#include "services/tasks/task_store.h"

namespace wensum::decisions {

// The two people as the state of `sight` has them, whatever their etags; nullopt if its purpose may not see all of
// them.
absl::StatusOr<std::optional<std::vector<Subject>>> PeopleOf(const registry::Register& reg, const PersonSight& sight,
                                                             const storage::v1::PossibleMatchFacts& facts);

// Answers the task by a merge (`same`) or by keeping the two apart. Errors are the planner's.
absl::StatusOr<registry::DecisionWrites> AnswerTask(const DecisionPlanner& planner, const tasks::Task& task,
                                                    const std::vector<Subject>& people, bool same);

}  // namespace wensum::decisions

#endif  // WENSUM_SERVICES_DECISIONS_MATCH_TASK_H_
