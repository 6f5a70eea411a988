// Decisions made on a small register, without a transport.
#ifndef WENSUM_TESTS_SERVICES_DECISIONS_DECISION_TEST_UTIL_H_
#define WENSUM_TESTS_SERVICES_DECISIONS_DECISION_TEST_UTIL_H_

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "services/decisions/decision_planner.h"
#include "services/register/decision_writes.h"
#include "tests/services/register/register_test_util.h"

namespace wensum::decisions {

using PlanDecision = std::function<absl::StatusOr<registry::DecisionWrites>(const DecisionPlanner&)>;

struct Decided {
  absl::Status status;
  uint64_t number = 0;  // of the new decision
  uint64_t revision = 0;
  std::vector<uint64_t> people_before;
  std::vector<uint64_t> people_after;
  std::vector<std::pair<uint64_t, uint64_t>> moved;  // id, to whom
  std::vector<uint64_t> tasks;
  int events = 0;
};

inline Decided Decide(registry::Register& reg, const PlanDecision& plan, bool preview = false, uint64_t task = 0,
                      int purpose_bit = 0) {
  Decided decided;
  registry::Mutation mutation;
  mutation.plan = [&](const registry::PlanView& view) -> absl::StatusOr<registry::Planned> {
    const PersonSight sight(reg, view.reader, /*knows_all_sources=*/true, purpose_bit);
    WENSUM_ASSIGN_OR_RETURN(registry::DecisionWrites writes, plan(DecisionPlanner(reg, view, sight)));
    registry::Planned planned;
    planned.decision = std::make_shared<registry::DecisionWrites>(std::move(writes));
    registry::DecisionWrites& kept = *planned.decision;
    kept.preview = preview;
    if (kept.add.has_value()) {
      kept.add->set_actor("ann");
      kept.add->set_reason("records_agree");
      kept.add->set_task(task);
    }
    if (kept.retract != 0) {
      kept.retraction.set_actor("ann");
    }
    kept.tell = [&decided, &kept](const registry::DecisionEffects& effects) {
      decided.number = kept.added;
      decided.people_before = effects.people_before;
      decided.people_after = effects.people_after;
      for (const auto& moved : effects.moved) {
        decided.moved.emplace_back(moved.id, moved.to);
      }
      decided.tasks = effects.tasks;
      decided.events = effects.commit.events_size();
      return absl::OkStatus();
    };
    return planned;
  };
  const registry::MutationResult result = reg.Commit(std::move(mutation));
  decided.status = result.status;
  decided.revision = result.revision;
  return decided;
}

inline Subject Person(uint64_t id, std::string field = "subjects[0]") {
  return {
      .field = std::move(field), .name = Cat("people/", id), .id = id, .record = std::nullopt, .etag = std::nullopt};
}
inline Subject Record(model::SourceKey key, std::string field = "subjects[0]") {
  return {.field = std::move(field), .name = "", .id = 0, .record = std::move(key), .etag = std::nullopt};
}
inline model::SourceKey Key(std::string source, std::string key) {
  return {.source = std::move(source), .key = std::move(key), .incarnation = 0};
}

}  // namespace wensum::decisions

#endif  // WENSUM_TESTS_SERVICES_DECISIONS_DECISION_TEST_UTIL_H_
