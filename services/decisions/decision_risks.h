// Which decisions need a second steward.
#ifndef WENSUM_SERVICES_DECISIONS_DECISION_RISKS_H_
#define WENSUM_SERVICES_DECISIONS_DECISION_RISKS_H_

#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/decisions/person_sight.h"
#include "services/register/mutation.h"
#include "services/tasks/task_rules.h"
#include "wensum/storage/v1/decisions.pb.h"
#include "wensum/v1/decisions.pb.h"

namespace wensum::decisions {

// Why a decision that is about to be made needs a second steward by these rules, ascending; empty: it needs none. Only
// merges do. `sight` has the state before it. Errors are the store's.
absl::StatusOr<std::vector<v1::DecisionRisk>> RisksOf(const tasks::SecondStewardRules& rules, const PersonSight& sight,
                                                      const storage::v1::LinkDecision& decision);

// FAILED_PRECONDITION (SECOND_STEWARD) if the two names are of one steward, whatever their case. The calling system
// vouches for names; callers say nothing of who acts, for stewards share them. `what`: "proposals/7".
absl::Status CheckSecond(std::string_view proposer, std::string_view second, std::string_view what);

}  // namespace wensum::decisions

#endif  // WENSUM_SERVICES_DECISIONS_DECISION_RISKS_H_
