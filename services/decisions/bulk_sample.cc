#include "services/decisions/bulk_sample.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include "base/status_macros.h"
#include "services/register/decision_store.h"
#include "services/register/review_tasks.h"
#include "wensum/v1/decisions.pb.h"

namespace wensum::decisions {
namespace {

using registry::BulkOutcome;
using registry::DecisionOperation;
using storage::v1::LinkDecision;

constexpr double kDoubt = 0.05;
constexpr size_t kEvents = 50;    // of a task, that an answer is looked for in
constexpr size_t kPiece = 1'000;  // tasks that are read at once

// The probability of at most `errors` among `sample` draws, each an error with probability 0 < p < 1.
double AtMost(uint64_t sample, uint64_t errors, double p) {
  const auto n = static_cast<double>(sample);
  double log_term = n * std::log1p(-p);
  double sum = std::exp(log_term);
  for (uint64_t k = 1; k <= errors; ++k) {
    const auto drawn = static_cast<double>(k);
    log_term += std::log((n - drawn + 1) / drawn) + std::log(p) - std::log1p(-p);
    sum += std::exp(log_term);
  }
  return sum;
}

// What became of a task of the sample. nullopt: it is in the sample no longer.
struct Answer {
  BulkOutcome outcome = BulkOutcome::kNone;
  uint64_t decision = 0;
};

class SampleReader {
 public:
  SampleReader(const storage::Reader& reader, uint32_t reg, const storage::v1::BulkDecision& bulk)
      : reader_(reader), reg_(reg), bulk_(bulk) {}

  absl::StatusOr<std::optional<Answer>> Find(const storage::v1::BulkTask& frozen) const {
    if (registry::StateOf(bulk_) != registry::BulkState::kOpen) {
      return AsApplied(frozen);
    }
    WENSUM_ASSIGN_OR_RETURN(const tasks::Task task, tasks::ReadTask(reader_, reg_, frozen.task()));
    WENSUM_ASSIGN_OR_RETURN(const std::vector<tasks::TaskEvent> events,
                            tasks::ReadEvents(reader_, reg_, frozen.task(), kEvents));
    for (auto event = events.rbegin(); event != events.rend(); ++event) {
      if (event->decision() == 0 || event->revision() <= bulk_.steps(0).revision()) {
        continue;
      }
      WENSUM_ASSIGN_OR_RETURN(const LinkDecision decision, registry::ReadDecision(reader_, reg_, event->decision()));
      WENSUM_ASSIGN_OR_RETURN(std::optional<Answer> answer, FromDecision(task, decision));
      if (answer.has_value()) {
        return answer;
      }
    }
    if (task.state() == static_cast<uint32_t>(tasks::TaskState::kDismissed)) {
      return std::optional(Answer{.outcome = BulkOutcome::kSampleError});
    }
    WENSUM_ASSIGN_OR_RETURN(const bool as_frozen, AsFrozen(reader_, reg_, bulk_.filter(), task, frozen.evidence()));
    return as_frozen ? std::optional(Answer()) : std::nullopt;
  }

 private:
  static std::optional<Answer> AsApplied(const storage::v1::BulkTask& frozen) {
    const auto outcome = static_cast<BulkOutcome>(frozen.outcome());
    return outcome == BulkOutcome::kSampleAgreed || outcome == BulkOutcome::kSampleError
               ? std::optional(Answer{.outcome = outcome, .decision = frozen.decision()})
               : std::nullopt;
  }

  // A steward's decision that stands and says whether the two are one: that of the task, or another that closed it.
  absl::StatusOr<std::optional<Answer>> FromDecision(const tasks::Task& task, const LinkDecision& decision) const {
    const bool merge = decision.operation() == static_cast<uint32_t>(DecisionOperation::kMerge);
    if (registry::IsRetracted(decision) || decision.bulk() != 0 || decision.has_value()) {
      return std::optional<Answer>();
    }
    if (decision.task() != task.number()) {
      if (tasks::IsOpen(task)) {
        return std::optional<Answer>();
      }
      const storage::v1::PossibleMatchFacts& facts = task.facts().possible_match();
      WENSUM_ASSIGN_OR_RETURN(const std::vector<uint64_t> of_a, registry::PersonRecords(reader_, reg_, facts.a()));
      const bool one = std::ranges::binary_search(of_a, facts.b());
      if (one != merge) {
        return std::optional<Answer>();  // it was about others
      }
    }
    const bool same = bulk_.answer() == static_cast<uint32_t>(v1::DecideTaskRequest::ANSWER_SAME);
    return std::optional(Answer{.outcome = same == merge ? BulkOutcome::kSampleAgreed : BulkOutcome::kSampleError,
                                .decision = decision.number()});
  }

  const storage::Reader& reader_;
  const uint32_t reg_;
  const storage::v1::BulkDecision& bulk_;
};

}  // namespace

double ErrorBound(uint64_t sample, uint64_t errors) {
  if (errors >= sample) {
    return 1;
  }
  double low = 0;
  double high = 1;
  while (high - low > 1e-13) {
    const double middle = (low + high) / 2;
    (AtMost(sample, errors, middle) > kDoubt ? low : high) = middle;
  }
  return high;
}

bool Fits(const storage::v1::BulkFilter& filter, const tasks::Task& task) {
  if (!tasks::IsOpen(task) || task.sensitive() || !task.facts().has_possible_match() ||
      (!filter.team().empty() && filter.team() != task.team())) {
    return false;
  }
  const storage::v1::PossibleMatchFacts& facts = task.facts().possible_match();
  return facts.score() >= filter.min_score() && facts.score() <= filter.max_score() &&
         (filter.reasons().empty() || std::ranges::find(filter.reasons(), facts.reason()) != filter.reasons().end());
}

absl::StatusOr<bool> AsFrozen(const storage::Reader& reader, uint32_t reg, const storage::v1::BulkFilter& filter,
                              const tasks::Task& task, uint64_t evidence) {
  storage::v1::BulkFilter any_team = filter;
  any_team.clear_team();  // it may have been given to another
  if (!Fits(any_team, task)) {
    return false;
  }
  const storage::v1::PossibleMatchFacts& facts = task.facts().possible_match();
  WENSUM_ASSIGN_OR_RETURN(const uint64_t now, registry::ReviewEvidence(reader, reg, facts.a(), facts.b()));
  return now == evidence;
}

absl::StatusOr<Sample> LookAtSample(const storage::Reader& reader, uint32_t reg,
                                    const storage::v1::BulkDecision& bulk) {
  const SampleReader answers(reader, reg, bulk);
  Sample sample;
  size_t passed_over = 0;  // also after the last of the sample
  for (uint64_t from = 1; from <= bulk.tasks(); from += kPiece) {
    sample.cut = passed_over > kMostPassedOver;
    if (sample.cut || sample.tasks.size() == bulk.sample_size()) {
      break;
    }
    WENSUM_ASSIGN_OR_RETURN(std::vector<registry::BulkTaskAt> piece,
                            registry::ReadBulkTasks(reader, reg, bulk.number(), from, kPiece));
    for (registry::BulkTaskAt& at : piece) {
      if (sample.tasks.size() == bulk.sample_size()) {
        break;
      }
      WENSUM_ASSIGN_OR_RETURN(const std::optional<Answer> answer, answers.Find(at.task));
      if (!answer.has_value()) {
        ++passed_over;
        continue;
      }
      sample.answered += answer->outcome == BulkOutcome::kNone ? 0 : 1;
      sample.errors += answer->outcome == BulkOutcome::kSampleError ? 1 : 0;
      sample.passed_over = passed_over;
      sample.tasks.push_back({.at = std::move(at), .outcome = answer->outcome, .decision = answer->decision});
    }
  }
  return sample;
}

SampleVerdict Judge(const Sample& sample, const storage::v1::BulkDecision& bulk) {
  if (sample.errors > bulk.allowed_errors()) {
    return SampleVerdict::kRefused;
  }
  return sample.tasks.empty() || sample.answered < sample.tasks.size() || sample.cut ? SampleVerdict::kWaiting
                                                                                     : SampleVerdict::kAccepted;
}

}  // namespace wensum::decisions
