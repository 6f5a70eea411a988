#include "services/decisions/bulk_steps.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/status_macros.h"
#include "base/strings.h"
#include "services/convert/sight.h"
#include "services/decisions/bulk_sample.h"
#include "services/decisions/decision_planner.h"
#include "services/decisions/match_task.h"
#include "services/register/bulk_store.h"
#include "services/register/decision_writes.h"
#include "services/register/mutation.h"
#include "services/tasks/task_actions.h"
#include "wensum/v1/decisions.pb.h"

namespace wensum::decisions {
namespace {

using registry::BulkOutcome;
using registry::BulkState;
using registry::BulkStepType;
using registry::BulkTaskAt;
using registry::DecisionWrites;
using registry::Planned;
using registry::PlanView;
using StoredBulk = storage::v1::BulkDecision;

// The planner's answers that say that this cannot be decided, and not that the store fails.
bool IsRefusal(const absl::Status& status) {
  return absl::IsFailedPrecondition(status) || absl::IsInvalidArgument(status) || absl::IsNotFound(status);
}

// The last step of stewards: who acts, and why.
const storage::v1::BulkStep& LastStep(const StoredBulk& bulk, BulkStepType type) {
  const auto found =
      std::find_if(bulk.steps().rbegin(), bulk.steps().rend(),
                   [type](const storage::v1::BulkStep& step) { return step.type() == static_cast<uint32_t>(type); });
  return found == bulk.steps().rend() ? bulk.steps(0) : *found;
}

template <typename Signed>
void SignWith(const storage::v1::BulkStep& step, const std::string& reason, const std::string& comment, Signed& out) {
  out.set_actor(step.actor());
  out.set_caller(step.caller());
  out.set_reason(reason);
  out.set_comment(comment);
}

// One commit in the making.
class Stepper {
 public:
  // What goes into the batch beside a decision is added to `beside`.
  Stepper(const registry::Register& reg, const PlanView& view, bool knows_all_sources, StoredBulk bulk,
          storage::WriteBatch& beside)
      : register_(reg),
        view_(view),
        sight_(reg, view.reader, knows_all_sources, reg.rules().PurposeBit(bulk.purpose())),
        bulk_(std::move(bulk)),
        beside_(beside) {}

  absl::StatusOr<Planned> Apply() {
    WENSUM_ASSIGN_OR_RETURN(std::vector<BulkTaskAt> tasks,
                            registry::ReadBulkTasks(view_.reader, register_.register_id(), bulk_.number(), bulk_.next(),
                                                    kBulkTasksPerCommit));
    for (BulkTaskAt& at : tasks) {
      bulk_.set_next(at.position + 1);
      if (at.task.outcome() != 0) {
        continue;  // of the sample, and answered
      }
      std::optional<DecisionWrites> writes;
      WENSUM_ASSIGN_OR_RETURN(const BulkOutcome outcome, Answer(at.task, writes));
      if (writes.has_value()) {
        at.task.set_decision(view_.decisions.size() + 1);
      }
      Note(outcome, at);
      if (writes.has_value()) {
        return WithDecision(*std::move(writes));
      }
    }
    if (bulk_.next() > bulk_.tasks()) {
      return Finished(BulkState::kDone, BulkStepType::kDone);
    }
    return Progress();
  }

  absl::StatusOr<Planned> Undo() {
    const uint64_t end = bulk_.next();  // of what is left, the last first
    const uint64_t begin = end > kBulkTasksPerCommit ? end - kBulkTasksPerCommit + 1 : 1;
    WENSUM_ASSIGN_OR_RETURN(
        std::vector<BulkTaskAt> tasks,
        registry::ReadBulkTasks(view_.reader, register_.register_id(), bulk_.number(), begin, end - begin + 1));
    for (auto at = tasks.rbegin(); at != tasks.rend(); ++at) {
      bulk_.set_next(at->position - 1);
      const auto outcome = static_cast<BulkOutcome>(at->task.outcome());
      if (outcome != BulkOutcome::kDecided && outcome != BulkOutcome::kUndoRefused) {
        continue;
      }
      std::optional<DecisionWrites> writes;
      WENSUM_ASSIGN_OR_RETURN(const BulkOutcome undone, Retract(at->task.decision(), writes));
      Note(undone, *at);
      if (writes.has_value()) {
        return WithDecision(*std::move(writes));
      }
    }
    if (bulk_.next() == 0) {
      return Finished(BulkState::kUndone, BulkStepType::kUndone);
    }
    return Progress();
  }

 private:
  // What comes of a task now; a decision alone if it is DECIDED.
  absl::StatusOr<BulkOutcome> Answer(const storage::v1::BulkTask& frozen, std::optional<DecisionWrites>& writes) const {
    WENSUM_ASSIGN_OR_RETURN(const tasks::Task task,
                            tasks::ReadTask(view_.reader, register_.register_id(), frozen.task()));
    if (!tasks::IsOpen(task)) {
      return BulkOutcome::kClosed;
    }
    WENSUM_ASSIGN_OR_RETURN(const bool as_frozen,
                            AsFrozen(view_.reader, register_.register_id(), bulk_.filter(), task, frozen.evidence()));
    if (!as_frozen) {
      return BulkOutcome::kEvidenceChanged;
    }
    const storage::v1::BulkStep& step = LastStep(bulk_, BulkStepType::kApplied);
    const tasks::Actor actor{.name = step.actor(), .caller = step.caller(), .now = view_.time};
    if (!tasks::CheckAnswer(actor, task).ok() || tasks::IsDeferred(task, view_.time) ||
        (!task.assignee().empty() && task.assignee() != actor.name)) {
      return BulkOutcome::kHeld;
    }
    if (sight_.purpose_bit() < 0) {
      return BulkOutcome::kUnseen;  // the purpose is configured no longer
    }
    WENSUM_ASSIGN_OR_RETURN(const auto people, PeopleOf(register_, sight_, task.facts().possible_match()));
    if (!people.has_value()) {
      return BulkOutcome::kUnseen;
    }
    absl::StatusOr<DecisionWrites> planned =
        AnswerTask(DecisionPlanner(register_, view_, sight_), task, *people,
                   bulk_.answer() == static_cast<uint32_t>(v1::DecideTaskRequest::ANSWER_SAME));
    if (!planned.ok()) {
      return IsRefusal(planned.status()) ? absl::StatusOr<BulkOutcome>(BulkOutcome::kContradicted) : planned.status();
    }
    SignWith(step, bulk_.reason(), bulk_.comment(), *planned->add);
    planned->add->set_bulk(bulk_.number());
    writes = *std::move(planned);
    return BulkOutcome::kDecided;
  }

  absl::StatusOr<BulkOutcome> Retract(uint64_t decision, std::optional<DecisionWrites>& writes) const {
    if (view_.decisions.retracted(decision)) {
      return BulkOutcome::kUndone;
    }
    if (sight_.purpose_bit() < 0) {
      return BulkOutcome::kUndoRefused;
    }
    absl::StatusOr<DecisionWrites> planned =
        DecisionPlanner(register_, view_, sight_).Undo(decision, /*etag=*/std::nullopt);
    if (!planned.ok()) {
      return IsRefusal(planned.status()) ? absl::StatusOr<BulkOutcome>(BulkOutcome::kUndoRefused) : planned.status();
    }
    const storage::v1::BulkStep& step = LastStep(bulk_, BulkStepType::kUndoBegun);
    SignWith(step, step.reason(), step.comment(), planned->retraction);
    writes = *std::move(planned);
    return BulkOutcome::kUndone;
  }

  void Note(BulkOutcome outcome, BulkTaskAt& at) {
    if (const auto former = static_cast<BulkOutcome>(at.task.outcome()); former != BulkOutcome::kNone) {
      registry::CountOutcome(former, -1, bulk_);
    }
    at.task.set_outcome(static_cast<uint32_t>(outcome));
    registry::CountOutcome(outcome, 1, bulk_);
    registry::PutBulkTask(register_.register_id(), bulk_.number(), at, beside_);
  }

  Planned WithDecision(DecisionWrites writes) {
    registry::PutBulk(register_.register_id(), bulk_, beside_);
    Planned planned;
    planned.decision = std::make_shared<DecisionWrites>(std::move(writes));
    planned.decision->tell = [](const registry::DecisionEffects& /*effects*/) { return absl::OkStatus(); };
    return planned;
  }

  Planned Progress() {
    registry::PutBulk(register_.register_id(), bulk_, beside_);
    Planned planned;
    planned.writes = std::exchange(beside_, {});
    return planned;
  }

  Planned Finished(BulkState state, BulkStepType type) {
    bulk_.set_state(static_cast<uint32_t>(state));
    bulk_.set_change_revision(view_.revision);
    storage::v1::BulkStep& step = *bulk_.add_steps();
    step.set_type(static_cast<uint32_t>(type));
    step.set_time(view_.time);
    step.set_revision(view_.revision);
    Planned planned = Progress();
    planned.has_revision = true;
    return planned;
  }

  const registry::Register& register_;
  const PlanView& view_;
  const PersonSight sight_;
  StoredBulk bulk_;
  storage::WriteBatch& beside_;
};

}  // namespace

absl::StatusOr<bool> BulkStep(registry::Register& reg, uint64_t number, bool knows_all_sources) {
  bool at_work = false;
  const auto beside = std::make_shared<storage::WriteBatch>();
  registry::Mutation mutation;
  mutation.plan = [&reg, number, knows_all_sources, &at_work, beside](const PlanView& view) -> absl::StatusOr<Planned> {
    WENSUM_ASSIGN_OR_RETURN(StoredBulk bulk, registry::ReadBulk(view.reader, reg.register_id(), number));
    const BulkState state = registry::StateOf(bulk);
    if (state != BulkState::kApplying && state != BulkState::kUndoing) {
      return FailedPrecondition(Cat(registry::BulkName(number), " is not at work"));
    }
    at_work = true;
    Stepper stepper(reg, view, knows_all_sources, std::move(bulk), *beside);
    return state == BulkState::kApplying ? stepper.Apply() : stepper.Undo();
  };
  mutation.extra_writes = [beside](const registry::MutationResult& /*result*/, storage::WriteBatch& batch) {
    batch.Append(std::move(*beside));
  };
  const registry::MutationResult result = reg.Commit(std::move(mutation));
  if (!at_work && absl::IsFailedPrecondition(result.status)) {
    return false;
  }
  WENSUM_RETURN_IF_ERROR(result.status);
  return true;
}

absl::StatusOr<uint64_t> WorkOnBulk(registry::Register& reg, const std::function<bool()>& stop) {
  WENSUM_ASSIGN_OR_RETURN(const registry::ReadView state, reg.OpenView({}));
  WENSUM_ASSIGN_OR_RETURN(const std::vector<uint64_t> numbers,
                          registry::BulksAtWork(state.reader(), reg.register_id()));
  const bool knows_all_sources = !numbers.empty() && convert::KnowsAllSources(reg.rules(), reg.Stats().by_source);
  uint64_t commits = 0;
  for (const uint64_t number : numbers) {
    for (bool more = true; more && !stop(); ++commits) {
      WENSUM_ASSIGN_OR_RETURN(more, BulkStep(reg, number, knows_all_sources));
    }
  }
  return commits;
}

BulkWorker::BulkWorker(registry::Register* reg, OnError on_error, std::chrono::microseconds period)
    : register_(*reg), on_error_(std::move(on_error)), period_(period), thread_([this] { Loop(); }) {}

BulkWorker::~BulkWorker() {
  {
    MutexLock lock(mutex_);
    stopping_ = true;
  }
  changed_.NotifyOne();
  thread_.join();
}

void BulkWorker::Wake() {
  {
    MutexLock lock(mutex_);
    woken_ = true;
  }
  changed_.NotifyOne();
}

bool BulkWorker::stopping() {
  MutexLock lock(mutex_);
  return stopping_;
}

void BulkWorker::Loop() {
  while (!stopping()) {
    {
      MutexLock lock(mutex_);
      woken_ = false;
    }
    const absl::StatusOr<uint64_t> worked = WorkOnBulk(register_, [this] { return stopping(); });
    if (!worked.ok()) {
      on_error_(worked.status());
    }
    MutexLock lock(mutex_);
    if (!woken_ && !stopping_) {
      changed_.WaitFor(mutex_, period_);
    }
  }
}

}  // namespace wensum::decisions
