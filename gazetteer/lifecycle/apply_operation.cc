#include "gazetteer/lifecycle/apply_operation.h"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "base/status_macros.h"
#include "base/strings.h"
#include "gazetteer/lifecycle/draft.h"
#include "gazetteer/lifecycle/edits.h"
#include "gazetteer/lifecycle/invariants.h"
#include "gazetteer/lifecycle/refusal.h"

namespace wensum::llpg {
namespace {

CheckScope ScopeOf(const Outcome& outcome) {
  CheckScope scope;
  scope.properties.insert(outcome.uprns.begin(), outcome.uprns.end());
  scope.streets.insert(outcome.usrns.begin(), outcome.usrns.end());
  for (const RowChange& change : outcome.changes) {
    if (const auto* const lpi = std::get_if<model::Lpi>(&change.after); lpi != nullptr && IsLive(lpi->logical_status)) {
      scope.crowded.insert(lpi->usrn);
    }
  }
  return scope;
}

// Whatever the operation.
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

absl::StatusOr<model::PartialDate> DayOf(model::PartialDate given, const LifecycleRules& rules) {
  const model::PartialDate date = given.empty() ? rules.today : given;
  if (!date.complete() || date > rules.today) {
    return WrongOperation("date", Cat(Quote(date.ToString()), " must be a whole date and not in the future"));
  }
  return date;
}

absl::Status EditBy(const Operation& operation, Draft& draft) {
  return std::visit([&draft](const auto& act) { return Edit(act, draft); }, operation.act);
}

absl::StatusOr<Outcome> Finish(const Town& town, Draft& draft, const LifecycleRules& rules) {
  WENSUM_ASSIGN_OR_RETURN(Outcome outcome, draft.Finish());
  if (outcome.changes.empty()) {
    return Refuse("no_change", "the operation", "It would leave everything as it is.");
  }
  WENSUM_RETURN_IF_ERROR(CheckChanges(outcome));
  WENSUM_RETURN_IF_ERROR(CheckNoNewFaults({&town}, draft, ScopeOf(outcome), rules.today, *rules.config));
  return outcome;
}

}  // namespace

absl::StatusOr<Outcome> ApplyOperation(const Operation& operation, const Town& town, NumberSource& numbers,
                                       const LifecycleRules& rules) {
  WENSUM_ASSIGN_OR_RETURN(const model::PartialDate date, DayOf(operation.date, rules));
  Draft draft(town, numbers, rules, date);
  WENSUM_RETURN_IF_ERROR(EditBy(operation, draft));
  return Finish(town, draft, rules);
}

absl::StatusOr<Outcome> ApplyOperations(const std::vector<Operation>& operations, std::string_view field,
                                        model::PartialDate date, const Town& town, NumberSource& numbers,
                                        const LifecycleRules& rules) {
  WENSUM_ASSIGN_OR_RETURN(const model::PartialDate day, DayOf(date, rules));
  Draft draft(town, numbers, rules, day);
  for (size_t i = 0; i < operations.size(); ++i) {
    const absl::Status status = EditBy(operations[i], draft);
    if (const std::optional<std::string> wrong = WrongFieldOf(status); wrong.has_value()) {
      std::string_view message = Message(status);
      message.remove_prefix(std::min(message.size(), wrong->size() + 2));  // it starts with the field
      if (draft.full()) {
        return WrongOperation(Cat(field, "[", i, "]"), message);
      }
      return WrongOperation(Cat(field, "[", i, "].", *wrong), message);
    }
    WENSUM_RETURN_IF_ERROR(status);
  }
  return Finish(town, draft, rules);
}

}  // namespace wensum::llpg
