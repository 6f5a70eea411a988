// What stewards do in scenarios: README.md tells the statements.
#ifndef WENSUM_TESTS_SCENARIOS_STEWARD_H_
#define WENSUM_TESTS_SCENARIOS_STEWARD_H_

#include <functional>
#include <map>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/decisions/decision_planner.h"
#include "services/register/register.h"
#include "services/tasks/task_store.h"
#include "tests/scenarios/scenario.h"

namespace wensum::scenarios {

class Steward {
 public:
  using AnchorOf = std::function<absl::StatusOr<uint64_t>(const std::string& text)>;

  // `anchor_of`: the person of a record or of a remembered name.
  Steward(registry::Register* reg, AnchorOf anchor_of) : register_(reg), anchor_of_(std::move(anchor_of)) {}

  // After the register was opened again.
  void set_register(registry::Register* reg) { register_ = reg; }

  [[nodiscard]] static bool Knows(const Statement& statement);
  // Does what the statement says. With a first word `refused` it must be refused, for a reason that holds the field
  // `because`, and nothing may have changed.
  absl::Status Execute(const Statement& statement);
  // `expect task ...` and `expect no-task ...`: whether a task of the kind is open that names these records.
  absl::Status ExpectTask(const Statement& statement) const;

 private:
  using Plan = std::function<absl::StatusOr<registry::DecisionWrites>(const decisions::DecisionPlanner& planner)>;

  absl::StatusOr<Plan> PlanOf(const Statement& statement) const;
  absl::StatusOr<Plan> PlanValue(const Statement& statement) const;
  absl::StatusOr<Plan> PlanSplit(const Statement& statement) const;
  absl::StatusOr<decisions::Subject> SubjectOf(const std::string& text, size_t index) const;
  absl::StatusOr<uint64_t> DecisionNamed(const std::string& name) const;
  absl::StatusOr<uint64_t> OrdinalOf(const std::string& text) const;
  absl::StatusOr<tasks::Task> TaskAbout(const Statement& statement, tasks::TaskKind kind, size_t first) const;
  absl::Status Dismiss(const Statement& statement);
  absl::StatusOr<uint64_t> Decide(const Plan& plan);

  registry::Register* register_;
  AnchorOf anchor_of_;
  std::map<std::string, uint64_t> decisions_;  // by the name that the story gives
};

}  // namespace wensum::scenarios

#endif  // WENSUM_TESTS_SCENARIOS_STEWARD_H_
