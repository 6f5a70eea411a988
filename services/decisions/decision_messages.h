// Decisions, and what they do, as the API has them.
#ifndef WENSUM_SERVICES_DECISIONS_DECISION_MESSAGES_H_
#define WENSUM_SERVICES_DECISIONS_DECISION_MESSAGES_H_

#include <cstdint>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/decisions/person_sight.h"
#include "services/register/decision_writes.h"
#include "services/register/register.h"
#include "wensum/storage/v1/decisions.pb.h"
#include "wensum/v1/decisions.pb.h"

namespace wensum::decisions {

// INVALID_ARGUMENT, naming the field, for anything but decisions/{number}.
absl::StatusOr<uint64_t> ParseDecisionName(std::string_view name, std::string_view field);

// Fill an empty `out`. Errors are the store's.

// As the state of `sight` has it. The purpose may see it: see PersonSight::Sees.
absl::Status ToDecision(const registry::Register& reg, const PersonSight& sight,
                        const storage::v1::LinkDecision& decision, v1::Decision& out);
// All but the decision itself. `revision`: of the commit.
absl::Status ToEffects(const registry::Register& reg, const registry::DecisionEffects& effects, bool knows_all_sources,
                       int purpose_bit, uint64_t revision, v1::DecisionResult& out);

// The whole answer for what was decided, or would be (DecisionWrites::preview).
absl::Status ToResult(const registry::Register& reg, const registry::DecisionWrites& writes,
                      const registry::DecisionEffects& effects, bool knows_all_sources, int purpose_bit,
                      v1::DecisionResult& answer);

}  // namespace wensum::decisions

#endif  // WENSUM_SERVICES_DECISIONS_DECISION_MESSAGES_H_
