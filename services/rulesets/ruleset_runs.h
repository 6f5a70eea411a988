// What this folder needs of whoever runs long work.
#ifndef WENSUM_SERVICES_RULESETS_RULESET_RUNS_H_
#define WENSUM_SERVICES_RULESETS_RULESET_RUNS_H_

#include <functional>
#include <string_view>

#include "absl/status/statusor.h"
#include "services/rpc/request_key.h"
#include "wensum/v1/models.pb.h"

namespace wensum::rulesets {

// Both thread-safe.
struct RulesetRuns {
  // Starts a run, durably; a repeated request is answered by the run that the first one started. Waits for a commit.
  // FAILED_PRECONDITION while another goes on.
  std::function<absl::StatusOr<v1::ModelRun>(v1::ModelRunSpec spec, const rpc::RepeatableRequest& request)> start;
  // Whether a run is putting this ruleset in force.
  std::function<bool(std::string_view ruleset)> activating;
};

}  // namespace wensum::rulesets

#endif  // WENSUM_SERVICES_RULESETS_RULESET_RUNS_H_
