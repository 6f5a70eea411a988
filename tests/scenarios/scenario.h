// Scenario files: what happens to a register and what must then be true, in words. README.md tells the format.
#ifndef WENSUM_TESTS_SCENARIOS_SCENARIO_H_
#define WENSUM_TESTS_SCENARIOS_SCENARIO_H_

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "services/register/mutation.h"

namespace wensum::scenarios {

// One line: words, then fields (name=value), in order.
struct Statement {
  int line = 0;  // from 1
  std::vector<std::string> words;
  std::vector<std::pair<std::string, std::string>> fields;
  std::string text;  // what follows the first ": ", as written
};

// The statements of a text; blank lines and comments are left out. INVALID_ARGUMENT names the line.
absl::StatusOr<std::vector<Statement>> ParseScenario(std::string_view text);

// "housing:H1".
absl::StatusOr<model::SourceKey> ParseKey(std::string_view text);

// A `record` statement. `default_time` is the source time if the statement has no field `updated`.
absl::StatusOr<registry::SourceWrite> ParseRecord(const Statement& statement, TimeMicros default_time);

// The rows of a `property` statement: street, descriptor, BLPU and LPI.
absl::StatusOr<std::vector<registry::GazetteerWrite>> ParseProperty(const Statement& statement);

}  // namespace wensum::scenarios

#endif  // WENSUM_TESTS_SCENARIOS_SCENARIO_H_
