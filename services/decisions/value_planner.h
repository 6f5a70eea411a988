// What a steward asks for a value of a person, turned into a decision.
#ifndef WENSUM_SERVICES_DECISIONS_VALUE_PLANNER_H_
#define WENSUM_SERVICES_DECISIONS_VALUE_PLANNER_H_

#include <string>

#include "absl/status/statusor.h"
#include "model/person.h"
#include "services/decisions/decision_planner.h"
#include "services/register/decision_store.h"
#include "services/register/rules.h"
#include "services/register/value_decisions.h"
#include "wensum/v1/decisions.pb.h"

namespace wensum::decisions {

// A decision about a value, as a request names it.
struct ValueWish {
  registry::DecisionOperation operation = registry::DecisionOperation::kPin;
  Subject subject;
  std::string attribute;         // of all but a record of truth: the one that is decided about
  std::string value;             // that is pinned or ignored; of an identifier without its type
  model::PersonDetails details;  // that is given; canonical, one address at most
  model::PurposeMask purposes = 0;
  registry::ValueLifetime lifetime = registry::ValueLifetime::kForEver;
  TimeMicros until = 0;
};

// Reads what requests share, but for the subject. INVALID_ARGUMENT (FIELD_INVALID) names the field.
absl::StatusOr<ValueWish> ToWish(const v1::PinValueRequest& request, const registry::RegisterRules& rules);
absl::StatusOr<ValueWish> ToWish(const v1::IgnoreValueRequest& request, const registry::RegisterRules& rules);
absl::StatusOr<ValueWish> ToWish(const v1::OverrideValueRequest& request, const registry::RegisterRules& rules);
absl::StatusOr<ValueWish> ToWish(const v1::SetRecordOfTruthRequest& request, const registry::RegisterRules& rules);

// The decision as it is told.
void ToDecidedValue(const storage::v1::LinkDecision& decision, const registry::RegisterRules& rules,
                    v1::DecidedValue& out);

}  // namespace wensum::decisions

#endif  // WENSUM_SERVICES_DECISIONS_VALUE_PLANNER_H_
