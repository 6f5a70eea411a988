#include "services/rulesets/due_rulesets.h"

#include <utility>
#include <vector>

#include "base/status_macros.h"
#include "services/register/ruleset_store.h"

namespace wensum::rulesets {
namespace {

constexpr TimeMicros kTryAgainAfter = TimeMicros{3'600} * 1'000'000;

}  // namespace

DueRulesets::DueRulesets(const registry::Register* reg, const Clock* clock, RulesetRuns runs,
                         std::chrono::microseconds period)
    : register_(*reg), clock_(*clock), runs_(std::move(runs)), period_(period) {
  if (period_.count() > 0) {
    thread_ = std::thread([this] { Loop(); });
  }
}

DueRulesets::~DueRulesets() {
  {
    MutexLock lock(mutex_);
    stopping_ = true;
  }
  stop_.NotifyOne();
  if (thread_.joinable()) {
    thread_.join();
  }
}

absl::StatusOr<std::optional<std::string>> DueRulesets::Look() {
  const TimeMicros now = clock_.Now();
  WENSUM_ASSIGN_OR_RETURN(const std::vector<storage::v1::Ruleset> rulesets,
                          registry::ListRulesets(*register_.store(), register_.register_id()));
  for (const storage::v1::Ruleset& ruleset : rulesets) {
    if (registry::StateOf(ruleset) != registry::RulesetState::kScheduled || ruleset.schedule().effective_time() > now) {
      continue;
    }
    const std::string name = registry::RulesetName(ruleset.number());
    const bool tried = last_.ruleset == ruleset.number() && last_.etag == ruleset.change_revision() &&
                       now - last_.time < kTryAgainAfter;
    if (tried || runs_.activating(name)) {
      return std::nullopt;
    }
    v1::ModelRunSpec spec;
    v1::ActivateRulesetSpec& activate = *spec.mutable_activate_ruleset();
    activate.set_ruleset(name);
    activate.set_etag(ruleset.change_revision());
    activate.set_actor(ruleset.schedule().actor());
    activate.set_caller(ruleset.schedule().caller());
    WENSUM_ASSIGN_OR_RETURN(const v1::ModelRun run, runs_.start(std::move(spec), {}));
    last_ = {.ruleset = ruleset.number(), .etag = ruleset.change_revision(), .time = now};
    return run.name();
  }
  return std::nullopt;
}

void DueRulesets::Loop() {
  while (true) {
    Look().status().IgnoreError();
    MutexLock lock(mutex_);
    if (!stopping_) {
      stop_.WaitFor(mutex_, period_);
    }
    if (stopping_) {
      return;
    }
  }
}

}  // namespace wensum::rulesets
