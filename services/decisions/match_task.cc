#include "services/decisions/match_task.h"

#include <string>
#include <utility>

#include "base/status_macros.h"
#include "services/rpc/resource_name.h"

namespace wensum::decisions {

absl::StatusOr<std::optional<std::vector<Subject>>> PeopleOf(const registry::Register& reg, const PersonSight& sight,
                                                             const storage::v1::PossibleMatchFacts& facts) {
  std::vector<Subject> people;
  for (const uint64_t ordinal : {facts.a(), facts.b()}) {
    WENSUM_ASSIGN_OR_RETURN(const StoredPerson person, sight.Read(ordinal));
    std::vector<uint64_t> records = person.records;
    records.push_back(ordinal);  // which may have been deleted since
    WENSUM_ASSIGN_OR_RETURN(const bool seen, sight.Sees(records));
    if (!seen) {
      return std::optional<std::vector<Subject>>();
    }
    const std::string name = rpc::PersonName(reg.ids(), person.anchor);
    people.push_back({.field = name, .name = name, .id = person.anchor, .record = std::nullopt, .etag = std::nullopt});
  }
  return std::optional(std::move(people));
}

absl::StatusOr<registry::DecisionWrites> AnswerTask(const DecisionPlanner& planner, const tasks::Task& task,
                                                    const std::vector<Subject>& people, bool same) {
  WENSUM_ASSIGN_OR_RETURN(registry::DecisionWrites writes, same ? planner.Merge(people) : planner.Distinct(people));
  const storage::v1::PossibleMatchFacts& facts = task.facts().possible_match();
  writes.add->set_task(task.number());
  storage::v1::DecisionEvidence& evidence = *writes.add->mutable_evidence();
  evidence.set_score(facts.score());
  evidence.set_reason(facts.reason());
  evidence.set_model_version(facts.model_version());
  return writes;
}

}  // namespace wensum::decisions
