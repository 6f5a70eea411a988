#include "services/decisions/bulk_messages.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "base/status_macros.h"
#include "base/strings.h"
#include "services/convert/review_pairs.h"
#include "services/convert/times.h"
#include "services/decisions/decision_messages.h"
#include "services/rpc/limits.h"
#include "services/rpc/status_details.h"

namespace wensum::decisions {
namespace {

constexpr size_t kMaxTeam = 100;  // bytes

std::optional<matching::ReviewReason> FromReviewReason(int reason) {
  for (size_t value = 0; value < matching::kReviewReasons; ++value) {
    const auto one = static_cast<matching::ReviewReason>(value);
    if (convert::ToReason(one) == reason) {
      return one;
    }
  }
  return std::nullopt;
}

void ToBulkFilter(const storage::v1::BulkFilter& filter, v1::BulkFilter& out) {
  out.set_min_score(filter.min_score());
  out.set_max_score(filter.max_score());
  for (const uint32_t reason : filter.reasons()) {
    out.add_reasons(convert::ToReason(static_cast<matching::ReviewReason>(reason)));
  }
  out.set_team(filter.team());
}

void ToStep(const storage::v1::BulkStep& step, v1::BulkStep& out) {
  out.set_type(static_cast<v1::BulkStep::Type>(step.type()));
  out.set_actor(step.actor());
  out.set_caller(step.caller());
  out.set_comment(step.comment());
  out.set_reason(step.reason());
  out.set_revision(step.revision());
  convert::ToTimestamp(step.time(), *out.mutable_time());
}

uint64_t LeftOf(const storage::v1::BulkDecision& bulk) {
  const bool undo = std::ranges::any_of(bulk.steps(), [](const storage::v1::BulkStep& step) {
    return step.type() == static_cast<uint32_t>(registry::BulkStepType::kUndoBegun);
  });
  switch (registry::StateOf(bulk)) {
    case registry::BulkState::kApplying:
      return bulk.tasks() + 1 - bulk.next();
    case registry::BulkState::kUndoing:
      return bulk.next();
    case registry::BulkState::kStopped:
      return undo ? bulk.next() : bulk.tasks() + 1 - bulk.next();
    default:
      return 0;
  }
}

}  // namespace

absl::StatusOr<uint64_t> ParseBulkName(std::string_view name, std::string_view field) {
  constexpr std::string_view kBulk = "bulkDecisions/";
  const absl::StatusOr<uint64_t> number = name.starts_with(kBulk)
                                              ? ParseDecisionName(Cat("decisions/", name.substr(kBulk.size())), field)
                                              : absl::StatusOr<uint64_t>(InvalidArgument(""));
  return number.ok() ? number
                     : rpc::InvalidField(
                           field, Cat(Quote(name, 100), " is no name of a bulk decision: bulkDecisions/{number}"));
}

absl::StatusOr<storage::v1::BulkFilter> FromFilter(const v1::BulkFilter& filter) {
  storage::v1::BulkFilter out;
  // The negation refuses NaN, too.
  if (!(filter.min_score() <= filter.max_score()) || !std::isfinite(filter.min_score()) ||
      !std::isfinite(filter.max_score())) {
    return rpc::InvalidField("filter.max_score", Cat("is ", filter.max_score(), "; it must not be below min_score, ",
                                                     filter.min_score(), ", and both must be finite"));
  }
  if (filter.min_score() == 0 && filter.max_score() == 0) {
    return rpc::InvalidField("filter", "needs a band of scores: min_score and max_score, log2 odds");
  }
  WENSUM_RETURN_IF_ERROR(rpc::CheckText(filter.team(), kMaxTeam, "filter.team"));
  out.set_min_score(filter.min_score());
  out.set_max_score(filter.max_score());
  out.set_team(filter.team());
  std::set<uint32_t> reasons;
  for (int i = 0; i < filter.reasons_size(); ++i) {
    const std::optional<matching::ReviewReason> reason = FromReviewReason(filter.reasons(i));
    if (!reason.has_value()) {
      return rpc::InvalidField(Cat("filter.reasons[", i, "]"),
                               Cat("has no value ", static_cast<int>(filter.reasons(i))));
    }
    reasons.insert(static_cast<uint32_t>(*reason));
  }
  out.mutable_reasons()->Assign(reasons.begin(), reasons.end());
  return out;
}

std::string StateText(v1::BulkDecision::State state) {
  return v1::BulkDecision::State_Name(state).substr(std::string_view("STATE_").size());
}

v1::BulkDecision::State ToState(const storage::v1::BulkDecision& bulk, const Sample& sample) {
  if (registry::StateOf(bulk) != registry::BulkState::kOpen) {
    return static_cast<v1::BulkDecision::State>(bulk.state());
  }
  switch (Judge(sample, bulk)) {
    case SampleVerdict::kAccepted:
      return v1::BulkDecision::STATE_ACCEPTED;
    case SampleVerdict::kRefused:
      return v1::BulkDecision::STATE_REFUSED;
    case SampleVerdict::kWaiting:
      break;
  }
  return v1::BulkDecision::STATE_SAMPLING;
}

void ToBulk(const storage::v1::BulkDecision& bulk, const Sample& sample, v1::BulkDecision& out) {
  out.set_name(registry::BulkName(bulk.number()));
  out.set_state(ToState(bulk, sample));
  ToBulkFilter(bulk.filter(), *out.mutable_filter());
  out.set_answer(static_cast<v1::DecideTaskRequest::Answer>(bulk.answer()));
  out.set_sample_size(static_cast<int32_t>(bulk.sample_size()));
  out.set_allowed_errors(static_cast<int32_t>(bulk.allowed_errors()));
  out.set_seed(registry::SeedText(bulk.seed()));
  out.set_reason(bulk.reason());
  out.set_comment(bulk.comment());
  out.set_task_count(static_cast<int64_t>(bulk.tasks()));
  v1::BulkSample& of_sample = *out.mutable_sample();
  of_sample.set_size(static_cast<int32_t>(sample.tasks.size()));
  of_sample.set_answered(static_cast<int32_t>(sample.answered));
  of_sample.set_errors(static_cast<int32_t>(sample.errors));
  of_sample.set_passed_over(static_cast<int32_t>(sample.passed_over));
  of_sample.set_error_bound(ErrorBound(sample.answered, sample.errors));
  of_sample.set_planned_error_bound(ErrorBound(bulk.sample_size(), bulk.allowed_errors()));
  for (const storage::v1::BulkCount& count : bulk.counts()) {
    v1::BulkOutcomeCount& added = *out.add_outcomes();
    added.set_outcome(static_cast<v1::BulkOutcome>(count.outcome()));
    added.set_count(static_cast<int64_t>(count.count()));
  }
  out.set_left_count(static_cast<int64_t>(LeftOf(bulk)));
  for (const storage::v1::BulkStep& step : bulk.steps()) {
    ToStep(step, *out.add_steps());
  }
  out.set_etag(bulk.change_revision());
}

absl::Status ReadToBulk(const storage::Reader& reader, uint32_t reg, const storage::v1::BulkDecision& bulk,
                        v1::BulkDecision& out) {
  Sample sample;
  if (registry::StateOf(bulk) != registry::BulkState::kWithdrawn) {
    WENSUM_ASSIGN_OR_RETURN(sample, LookAtSample(reader, reg, bulk));
  }
  ToBulk(bulk, sample, out);
  return absl::OkStatus();
}

v1::BulkOutcome ToOutcome(registry::BulkOutcome outcome) {
  return outcome == registry::BulkOutcome::kNone ? v1::BULK_OUTCOME_WAITING : static_cast<v1::BulkOutcome>(outcome);
}

}  // namespace wensum::decisions
