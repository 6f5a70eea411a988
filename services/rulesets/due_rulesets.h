// Puts scheduled rulesets in force once their time has come.
#ifndef WENSUM_SERVICES_RULESETS_DUE_RULESETS_H_
#define WENSUM_SERVICES_RULESETS_DUE_RULESETS_H_

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <thread>

#include "absl/status/statusor.h"
#include "base/clock.h"
#include "base/mutex.h"
#include "services/register/register.h"
#include "services/rulesets/ruleset_runs.h"

namespace wensum::rulesets {

// Looks at once and every `period`, on a thread of its own, until it is destroyed, and starts the run that puts a due
// ruleset in force. A run that fails is started again after an hour, or when the ruleset is scheduled anew; while
// another run goes on, the next look tries.
class DueRulesets {
 public:
  // `reg`, `clock` and what `runs` needs must outlive the object. Period 0: it never looks by itself.
  DueRulesets(const registry::Register* reg, const Clock* clock, RulesetRuns runs,
              std::chrono::microseconds period = std::chrono::minutes(1));
  ~DueRulesets();
  DueRulesets(const DueRulesets&) = delete;
  DueRulesets& operator=(const DueRulesets&) = delete;

  // Starts the run if one is due and was not tried lately; its name. Not for two threads at once.
  absl::StatusOr<std::optional<std::string>> Look();

 private:
  // The schedule that a run was last started for.
  struct Attempt {
    uint64_t ruleset = 0;
    uint64_t etag = 0;
    TimeMicros time = 0;
  };

  void Loop();

  const registry::Register& register_;
  const Clock& clock_;
  const RulesetRuns runs_;
  const std::chrono::microseconds period_;
  Attempt last_;
  Mutex mutex_;
  CondVar stop_;
  bool stopping_ WENSUM_GUARDED_BY(mutex_) = false;
  std::thread thread_;  // last: it uses all of the above
};

}  // namespace wensum::rulesets

#endif  // WENSUM_SERVICES_RULESETS_DUE_RULESETS_H_
