#include "services/decisions/due_values.h"

#include <memory>
#include <utility>
#include <vector>

#include "base/status_macros.h"
#include "services/register/decision_store.h"
#include "services/register/decision_writes.h"
#include "services/register/mutation.h"
#include "services/register/value_decisions.h"

namespace wensum::decisions {

absl::StatusOr<uint64_t> EndDueValues(registry::Register& reg) {
  for (uint64_t ended = 0;; ++ended) {
    bool due = false;
    registry::Mutation mutation;
    mutation.plan = [&due](const registry::PlanView& view) -> absl::StatusOr<registry::Planned> {
      const std::vector<uint64_t> numbers = view.values.DueAt(view.time);
      if (numbers.empty()) {
        return FailedPrecondition("no decision is due");
      }
      due = true;
      registry::Planned planned;
      planned.decision = std::make_shared<registry::DecisionWrites>();
      planned.decision->retract = numbers.front();
      planned.decision->retraction.set_cause(static_cast<uint32_t>(registry::RetractionCause::kTime));
      planned.decision->tell = [](const registry::DecisionEffects& /*effects*/) { return absl::OkStatus(); };
      return planned;
    };
    const registry::MutationResult result = reg.Commit(std::move(mutation));
    if (!result.status.ok()) {
      return due || !absl::IsFailedPrecondition(result.status) ? absl::StatusOr<uint64_t>(result.status) : ended;
    }
  }
}

DueValues::DueValues(registry::Register* reg, std::chrono::microseconds period)
    : register_(*reg), period_(period), thread_([this] { Loop(); }) {}

DueValues::~DueValues() {
  {
    MutexLock lock(mutex_);
    stopping_ = true;
  }
  stop_.NotifyOne();
  thread_.join();
}

void DueValues::Loop() {
  while (true) {
    EndDueValues(register_).IgnoreError();
    MutexLock lock(mutex_);
    if (!stopping_) {
      stop_.WaitFor(mutex_, period_);
    }
    if (stopping_) {
      return;
    }
  }
}

}  // namespace wensum::decisions
