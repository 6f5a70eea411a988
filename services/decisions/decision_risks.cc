#include "services/decisions/decision_risks.h"

#include <algorithm>
#include <string>
#include <utility>

#include "base/status_macros.h"
#include "base/strings.h"
#include "services/register/decision_store.h"
#include "services/register/entity_conflicts.h"
#include "services/rpc/status_details.h"

namespace wensum::decisions {
namespace {

// The records give two NI numbers, or two dates of birth.
absl::StatusOr<bool> Conflict(const PersonSight& sight, const storage::v1::LinkDecision& decision) {
  std::vector<std::pair<uint64_t, registry::DecodedSource>> sources;
  for (const storage::v1::DecisionSide& side : decision.sides()) {
    for (const uint64_t ordinal : side.records()) {
      WENSUM_ASSIGN_OR_RETURN(registry::DecodedSource source, sight.ReadRecord(ordinal));
      sources.emplace_back(ordinal, std::move(source));
    }
  }
  std::vector<std::pair<uint64_t, const registry::DecodedSource*>> members;
  members.reserve(sources.size());
  for (const auto& [ordinal, source] : sources) {
    members.emplace_back(ordinal, &source);
  }
  return !registry::ConflictsOf(members).empty();
}

}  // namespace

absl::StatusOr<std::vector<v1::DecisionRisk>> RisksOf(const tasks::SecondStewardRules& rules, const PersonSight& sight,
                                                      const storage::v1::LinkDecision& decision) {
  std::vector<v1::DecisionRisk> risks;
  if (decision.operation() != static_cast<uint32_t>(registry::DecisionOperation::kMerge)) {
    return risks;
  }
  const auto established =
      std::ranges::count_if(decision.sides(), [](const auto& side) { return side.records_size() > 1; });
  if (rules.merge_established && established > 1) {
    risks.push_back(v1::DECISION_RISK_ESTABLISHED);
  }
  if (rules.merge_in_conflict) {
    WENSUM_ASSIGN_OR_RETURN(const bool conflict, Conflict(sight, decision));
    if (conflict) {
      risks.push_back(v1::DECISION_RISK_CONFLICT);
    }
  }
  uint64_t records = 0;
  for (const storage::v1::DecisionSide& side : decision.sides()) {
    records += static_cast<uint64_t>(side.records_size());
  }
  if (rules.merge_records_above > 0 && records > rules.merge_records_above) {
    risks.push_back(v1::DECISION_RISK_MANY_RECORDS);
  }
  return risks;
}

absl::Status CheckSecond(std::string_view proposer, std::string_view second, std::string_view what) {
  if (ToLowerAscii(Trim(proposer)) != ToLowerAscii(Trim(second))) {
    return absl::OkStatus();
  }
  return rpc::WithReason(
      FailedPrecondition(Cat(what, " was proposed by ", Quote(proposer), ": another steward has to answer it")),
      rpc::reason::kSecondSteward);
}

}  // namespace wensum::decisions
