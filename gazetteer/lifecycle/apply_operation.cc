#include "gazetteer/lifecycle/apply_operation.h"

#include <algorithm>
#include <iterator>
#include <set>
#include <utility>
#include <variant>

#include "base/status_macros.h"
#include "base/strings.h"
#include "gazetteer/lifecycle/draft.h"
#include "gazetteer/lifecycle/edits.h"
#include "gazetteer/lifecycle/invariants.h"
#include "gazetteer/lifecycle/refusal.h"

namespace wensum::llpg {
namespace {

bool Less(const Refusal& a, const Refusal& b) {
  return std::tie(a.object, a.rule, a.message) < std::tie(b.object, b.rule, b.message);
}

// What is to be looked at again: what changed, the children of what changed (they need a live parent), and the streets
// on which an address is new or live again.
struct Scope {
  std::set<model::Uprn> properties;
  std::set<model::Usrn> streets;
  std::set<model::Usrn> crowded;
};

absl::StatusOr<Scope> ScopeOf(const Draft& draft, const Outcome& outcome) {
  Scope scope;
  scope.properties.insert(outcome.uprns.begin(), outcome.uprns.end());
  scope.streets.insert(outcome.usrns.begin(), outcome.usrns.end());
  for (const RowChange& change : outcome.changes) {
    if (std::holds_alternative<model::Blpu>(change.after)) {
      WENSUM_ASSIGN_OR_RETURN(const auto children, draft.ChildrenOf(std::get<model::Blpu>(change.after).uprn));
      scope.properties.insert(children.begin(), children.end());
    } else if (const auto* const lpi = std::get_if<model::Lpi>(&change.after);
               lpi != nullptr && IsLive(lpi->logical_status)) {
      scope.crowded.insert(lpi->usrn);
    }
  }
  return scope;
}

absl::StatusOr<std::vector<Refusal>> FaultsIn(const Town& town, const Scope& scope, const Outcome& outcome,
                                              model::PartialDate today) {
  std::vector<Refusal> faults;
  for (const model::Uprn uprn : scope.properties) {
    WENSUM_RETURN_IF_ERROR(CheckProperty(town, uprn, today, &faults));
  }
  for (const model::Usrn usrn : scope.streets) {
    WENSUM_RETURN_IF_ERROR(CheckStreet(town, usrn, today, &faults));
  }
  const std::set<model::Uprn> changed(outcome.uprns.begin(), outcome.uprns.end());
  for (const model::Usrn usrn : scope.crowded) {
    WENSUM_RETURN_IF_ERROR(CheckDuplicates(town, usrn, changed, &faults));
  }
  std::sort(faults.begin(), faults.end(), Less);
  return faults;
}

// The status of a rejected row never changes (whatever the operation), and every row is the custodian's own.
absl::Status CheckChanges(const Outcome& outcome) {
  const auto status_of = [](const model::GazetteerRow& row) {
    const auto* const blpu = std::get_if<model::Blpu>(&row);
    const auto* const lpi = std::get_if<model::Lpi>(&row);
    return blpu != nullptr ? blpu->logical_status : lpi != nullptr ? lpi->logical_status : 0;
  };
  for (const RowChange& change : outcome.changes) {
    if (change.before.has_value() && IsRejected(status_of(*change.before)) &&
        status_of(*change.before) != status_of(change.after)) {
      const auto* const lpi = std::get_if<model::Lpi>(&change.after);
      return Refuse("rejected_status",
                    ObjectName(lpi != nullptr ? lpi->uprn : std::get<model::Blpu>(change.after).uprn),
                    "The status of a rejected BLPU or LPI never changes.");
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Outcome> ApplyOperation(const Operation& operation, const Town& town, NumberSource& numbers,
                                       const LifecycleRules& rules) {
  const model::PartialDate date = operation.date.empty() ? rules.today : operation.date;
  if (!date.complete() || date > rules.today) {
    return WrongOperation("date", Cat(Quote(date.ToString()), " must be a whole date and not in the future"));
  }
  Draft draft(town, numbers, rules, date);
  WENSUM_RETURN_IF_ERROR(std::visit([&draft](const auto& act) { return Edit(act, draft); }, operation.act));
  WENSUM_ASSIGN_OR_RETURN(Outcome outcome, draft.Finish());
  if (outcome.changes.empty()) {
    return Refuse("no_change", "the operation", "It would leave everything as it is.");
  }
  WENSUM_RETURN_IF_ERROR(CheckChanges(outcome));
  WENSUM_ASSIGN_OR_RETURN(const Scope scope, ScopeOf(draft, outcome));
  WENSUM_ASSIGN_OR_RETURN(const std::vector<Refusal> before, FaultsIn(town, scope, outcome, rules.today));
  WENSUM_ASSIGN_OR_RETURN(const std::vector<Refusal> after, FaultsIn(draft, scope, outcome, rules.today));
  std::vector<Refusal> added;
  std::set_difference(after.begin(), after.end(), before.begin(), before.end(), std::back_inserter(added), Less);
  if (!added.empty()) {
    return Refuse(added);
  }
  return outcome;
}

}  // namespace wensum::llpg
