// What a steward answers about updates that look like another person, turned into a decision.
#include <utility>
#include <vector>

#include "base/status_macros.h"
#include "base/strings.h"
#include "services/decisions/decision_planner.h"
#include "services/register/decision_store.h"
#include "services/register/held_updates.h"
#include "services/rpc/status_details.h"

namespace wensum::decisions {

using registry::DecisionOperation;
using registry::DecisionWrites;
using storage::v1::LinkDecision;

absl::StatusOr<DecisionWrites> DecisionPlanner::Held(const tasks::Task& task, DecisionOperation operation) const {
  const uint64_t ordinal = task.facts().overlay().ordinal();
  const std::string name = tasks::TaskName(task.number());
  WENSUM_ASSIGN_OR_RETURN(const StoredPerson person, sight_.Read(ordinal));
  const std::vector<uint64_t> waiting = view_.held.Waiting(ordinal);
  if (waiting.empty()) {
    return rpc::WithReason(
        FailedPrecondition(Cat(name, " asks about updates of which none wait any more: read it again")),
        rpc::reason::kTaskState);
  }
  WENSUM_ASSIGN_OR_RETURN(const registry::DecodedSource record, sight_.ReadRecord(ordinal));
  DecisionWrites writes;
  LinkDecision& decision = writes.add.emplace();
  decision.set_operation(static_cast<uint32_t>(operation));
  decision.set_purpose(static_cast<uint32_t>(sight_.purpose_bit() + 1));
  decision.set_task(task.number());
  storage::v1::HeldDecision& held = *decision.mutable_held();
  held.set_record(ordinal);
  held.set_first(waiting.front());
  held.set_last(waiting.back());
  held.set_former_revision(record.state.revision);
  held.set_former_deleted(record.state.deleted);
  storage::v1::DecisionSide& side = *decision.add_sides();
  side.set_person(person.anchor);
  side.add_records(ordinal);
  return writes;
}

absl::Status DecisionPlanner::CheckUndoOfHeld(const LinkDecision& decision) const {
  const auto operation = static_cast<DecisionOperation>(decision.operation());
  if (operation == DecisionOperation::kDropUpdate) {
    return absl::OkStatus();  // they wait again, whatever came after
  }
  const uint32_t reg = register_.register_id();
  std::vector<uint64_t> records = {decision.held().record()};
  if (decision.held().successor() != 0) {
    records.push_back(decision.held().successor());
  }
  for (const uint64_t record : records) {
    WENSUM_ASSIGN_OR_RETURN(const std::vector<uint64_t> numbers,
                            registry::DecisionsOfRecord(view_.reader, reg, record));
    for (const uint64_t number : numbers) {
      if (number <= decision.number()) {
        continue;
      }
      WENSUM_ASSIGN_OR_RETURN(const LinkDecision later, registry::ReadDecision(view_.reader, reg, number));
      if (later.has_held() && later.operation() != static_cast<uint32_t>(DecisionOperation::kDropUpdate) &&
          !registry::IsRetracted(later)) {
        return rpc::WithReason(
            FailedPrecondition(Cat(registry::DecisionName(number), " about the same source record came after ",
                                   registry::DecisionName(decision.number()), " and rests on it: undo that first")),
            rpc::reason::kDecisionConflict);
      }
    }
  }
  return absl::OkStatus();
}

}  // namespace wensum::decisions
