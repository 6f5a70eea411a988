// One answer to many tasks in scenarios: README.md tells the statements.
#ifndef WENSUM_TESTS_SCENARIOS_BULK_STEWARD_H_
#define WENSUM_TESTS_SCENARIOS_BULK_STEWARD_H_

#include <map>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/register/register.h"
#include "tests/scenarios/scenario.h"
#include "wensum/v1/bulk_decisions.pb.h"

namespace wensum::scenarios {

// Ann proposes, Cid answers what is drawn, Bob applies, Eve undoes.
class BulkSteward {
 public:
  void set_register(registry::Register* reg) { register_ = reg; }

  [[nodiscard]] static bool Knows(const Statement& statement);
  // Does what the statement says. With a first word `refused` it must be refused, for a reason that holds the field
  // `because`, and nothing may have changed.
  absl::Status Execute(const Statement& statement);
  // `expect bulk b1 ACCEPTED tasks=6`: its state, how many tasks it is about, how many of the sample are answered.
  absl::Status Expect(const Statement& statement) const;

 private:
  absl::Status Do(const Statement& statement);
  absl::Status Propose(const Statement& statement);
  absl::Status AnswerSample(const std::string& name, const std::string& answer) const;
  absl::Status Apply(const std::string& name) const;
  absl::Status Undo(const std::string& name) const;
  absl::StatusOr<v1::BulkDecision> Get(const std::string& name) const;

  registry::Register* register_ = nullptr;
  std::map<std::string, std::string> bulks_;  // bulkDecisions/{number}, by the name that the story gives
};

}  // namespace wensum::scenarios

#endif  // WENSUM_TESTS_SCENARIOS_BULK_STEWARD_H_
