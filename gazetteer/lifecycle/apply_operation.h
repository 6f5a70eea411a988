// The life cycle of properties and streets: what an operation changes, or why it may not.
//
// Rules: GeoPlace data entry conventions (statuses 7.3.4, demolition 11.7.2, split 11.8.3) and the check codes of the
// hub.
#ifndef WENSUM_GAZETTEER_LIFECYCLE_APPLY_OPERATION_H_
#define WENSUM_GAZETTEER_LIFECYCLE_APPLY_OPERATION_H_

#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "gazetteer/lifecycle/operation.h"
#include "gazetteer/lifecycle/town.h"
#include "gazetteer/rules/rule_config.h"

namespace wensum::llpg {

struct LifecycleRules {
  model::PartialDate today;
  // Rows of other custodians are not changed; the first is that of new properties. At least one.
  std::vector<int> own_custodians;
  // Further authorities whose streets may be changed (SWA_ORG_REF_NAMING): often the county, as highway authority.
  std::vector<int> street_authorities;
  // What the rules ask for here. Must outlive whatever uses it.
  const RuleConfig* config = &RuleConfig::Default();
};

struct Outcome {
  std::vector<RowChange> changes;     // streets first, then properties, each by number; then by record and key
  std::vector<RekeyedRow> rekeyed;    // by a transfer alone (transfer.h); by UPRN
  std::vector<LineageEvent> lineage;  // in the order in which they happened
  // What the operation made.
  std::vector<model::Uprn> new_uprns;
  std::vector<model::Usrn> new_usrns;
  // What it changed, these among them. Ascending.
  std::vector<model::Uprn> uprns;
  std::vector<model::Usrn> usrns;
};

// Changes nothing itself. Every row changed gets today as its last update. An operation that leaves everything as it
// was is refused ("no_change"), and one that changes more than 1,000 properties is wrong. Faults that were there before
// are left alone; it must not add one (see invariants.h). Statuses as in refusal.h; others come from the town or the
// numbers. Reads what it touches, parents and children of those, and the properties of streets on which it puts
// addresses.
absl::StatusOr<Outcome> ApplyOperation(const Operation& operation, const Town& town, NumberSource& numbers,
                                       const LifecycleRules& rules);

// The same of several, done in order as one: what is refused of one refuses all. `date` is that of all, empty is today;
// dates of their own are not looked at. The field of an INVALID_ARGUMENT starts with `field`[i].
absl::StatusOr<Outcome> ApplyOperations(const std::vector<Operation>& operations, std::string_view field,
                                        model::PartialDate date, const Town& town, NumberSource& numbers,
                                        const LifecycleRules& rules);

}  // namespace wensum::llpg

#endif  // WENSUM_GAZETTEER_LIFECYCLE_APPLY_OPERATION_H_
