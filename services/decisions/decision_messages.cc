#include "services/decisions/decision_messages.h"

#include <charconv>
#include <span>
#include <utility>

#include "base/status_macros.h"
#include "base/strings.h"
#include "services/convert/golden.h"
#include "services/convert/person_details.h"
#include "services/convert/review_pairs.h"
#include "services/convert/sight.h"
#include "services/convert/times.h"
#include "services/decisions/value_planner.h"
#include "services/register/bulk_store.h"
#include "services/register/decision_store.h"
#include "services/rpc/resource_name.h"
#include "services/rpc/status_details.h"
#include "services/tasks/task_store.h"

namespace wensum::decisions {
namespace {

constexpr std::string_view kCollection = "decisions/";

static_assert(static_cast<int>(registry::DecisionOperation::kMerge) == v1::Decision::OPERATION_MERGE);
static_assert(static_cast<int>(registry::DecisionOperation::kUnmerge) == v1::Decision::OPERATION_UNMERGE);
static_assert(static_cast<int>(registry::DecisionOperation::kSplit) == v1::Decision::OPERATION_SPLIT);
static_assert(static_cast<int>(registry::DecisionOperation::kDistinct) == v1::Decision::OPERATION_DISTINCT);
static_assert(static_cast<int>(registry::DecisionOperation::kPin) == v1::Decision::OPERATION_PIN_VALUE);
static_assert(static_cast<int>(registry::DecisionOperation::kIgnore) == v1::Decision::OPERATION_IGNORE_VALUE);
static_assert(static_cast<int>(registry::DecisionOperation::kOverride) == v1::Decision::OPERATION_OVERRIDE_VALUE);
static_assert(static_cast<int>(registry::DecisionOperation::kRecordOfTruth) == v1::Decision::OPERATION_RECORD_OF_TRUTH);
static_assert(static_cast<int>(registry::DecisionOperation::kTakeUpdate) == v1::Decision::OPERATION_TAKE_UPDATE);
static_assert(static_cast<int>(registry::DecisionOperation::kDropUpdate) == v1::Decision::OPERATION_DROP_UPDATE);
static_assert(static_cast<int>(registry::DecisionOperation::kNewPerson) == v1::Decision::OPERATION_NEW_PERSON);
static_assert(static_cast<int>(registry::RetractionCause::kTime) == v1::DecisionRetraction::CAUSE_TIME);
static_assert(static_cast<int>(registry::RetractionCause::kReasserted) == v1::DecisionRetraction::CAUSE_REASSERTED);

// Adds the records that the purpose may know of.
absl::Status AddRecords(const registry::Register& reg, const PersonSight& sight, std::span<const uint64_t> records,
                        google::protobuf::RepeatedPtrField<v1::RecordRef>& out) {
  for (const uint64_t ordinal : records) {
    WENSUM_ASSIGN_OR_RETURN(const registry::DecodedSource source, sight.ReadRecord(ordinal));
    if (!convert::Sight(source.record, sight.purpose_bit()).record()) {
      continue;
    }
    WENSUM_ASSIGN_OR_RETURN(const StoredPerson person, sight.Read(ordinal));
    v1::RecordRef& added = *out.Add();
    convert::ToSourceKey(source.record.key, *added.mutable_source_key());
    added.set_person(rpc::PersonName(reg.ids(), person.anchor));
  }
  return absl::OkStatus();
}

void ToRetraction(const storage::v1::DecisionRetraction& from, v1::DecisionRetraction& to) {
  to.set_actor(from.actor());
  to.set_caller(from.caller());
  to.set_reason(from.reason());
  to.set_comment(from.comment());
  convert::ToTimestamp(from.time(), *to.mutable_time());
  to.set_revision(from.revision());
  to.set_cause(static_cast<v1::DecisionRetraction::Cause>(from.cause()));
  if (from.decision() != 0) {
    to.set_decision(registry::DecisionName(from.decision()));
  }
}

absl::Status AddPeople(const registry::Register& reg, const PersonSight& sight, std::span<const uint64_t> people,
                       google::protobuf::RepeatedPtrField<v1::DecidedPerson>& out) {
  for (const uint64_t anchor : people) {
    WENSUM_ASSIGN_OR_RETURN(StoredPerson person, sight.Read(anchor));
    v1::DecidedPerson& added = *out.Add();
    WENSUM_RETURN_IF_ERROR(AddRecords(reg, sight, person.records, *added.mutable_records()));
    const absl::Status status = convert::ToPerson(person.anchor, person.entity, reg.ids(), sight.purpose_bit(),
                                                  convert::View::kFull, *added.mutable_person());
    if (absl::IsNotFound(status)) {
      added.clear_person();
    } else {
      WENSUM_RETURN_IF_ERROR(status);
    }
    if (!added.has_person() && added.records().empty()) {
      out.RemoveLast();  // somebody of whom the purpose may not know
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<v1::Task::State> StateOf(const storage::Reader& reader, uint32_t reg, uint64_t number) {
  const absl::StatusOr<tasks::Task> task = tasks::ReadTask(reader, reg, number);
  if (absl::IsNotFound(task.status())) {
    return v1::Task::STATE_UNSPECIFIED;
  }
  WENSUM_RETURN_IF_ERROR(task.status());
  return static_cast<v1::Task::State>(task->state());
}

// Of people alone: a decision touches nothing else.
void ToEvent(const OpaqueIdCodec& ids, const storage::v1::ChangeEvent& stored, v1::ChangeEvent& event) {
  event.set_kind(static_cast<v1::ChangeKind>(stored.kind()));
  event.set_name(rpc::PersonName(ids, stored.id()));
  if (stored.kind() == v1::CHANGE_KIND_PERSON_MERGED || stored.kind() == v1::CHANGE_KIND_ID_REDIRECTED) {
    event.set_merged_into(rpc::PersonName(ids, stored.other()));
  } else if (stored.kind() == v1::CHANGE_KIND_PERSON_SPLIT) {
    event.set_split_from(rpc::PersonName(ids, stored.other()));
  }
}

}  // namespace

absl::StatusOr<uint64_t> ParseDecisionName(std::string_view name, std::string_view field) {
  uint64_t number = 0;
  if (name.starts_with(kCollection)) {
    const std::string_view digits = name.substr(kCollection.size());
    const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    if (parsed.ec == std::errc() && parsed.ptr == digits.data() + digits.size() && number != 0 &&
        digits.front() != '0') {
      return number;
    }
  }
  return rpc::InvalidField(field, Cat(Quote(name, 100), " is no name of a decision: decisions/{number}"));
}

absl::Status ToDecision(const registry::Register& reg, const PersonSight& sight,
                        const storage::v1::LinkDecision& decision, v1::Decision& out) {
  out.set_name(registry::DecisionName(decision.number()));
  out.set_operation(static_cast<v1::Decision::Operation>(decision.operation()));
  out.set_state(registry::IsRetracted(decision) ? v1::Decision::STATE_RETRACTED : v1::Decision::STATE_IN_FORCE);
  for (const storage::v1::DecisionSide& from : decision.sides()) {
    v1::DecisionSide& to = *out.add_sides();
    to.set_person(rpc::PersonName(reg.ids(), from.person()));
    WENSUM_RETURN_IF_ERROR(AddRecords(
        reg, sight, std::span(from.records().data(), static_cast<size_t>(from.records_size())), *to.mutable_records()));
  }
  if (decision.has_value()) {
    ToDecidedValue(decision, reg.rules(), *out.mutable_value());
  }
  out.set_link_count(static_cast<uint32_t>(decision.links_size()));
  out.set_actor(decision.actor());
  out.set_caller(decision.caller());
  out.set_reason(decision.reason());
  out.set_comment(decision.comment());
  convert::ToTimestamp(decision.time(), *out.mutable_decide_time());
  out.set_revision(decision.revision());
  out.set_etag(decision.revision());
  if (decision.task() != 0) {
    out.set_task(tasks::TaskName(decision.task()));
  }
  if (decision.has_evidence()) {
    const storage::v1::DecisionEvidence& from = decision.evidence();
    v1::PossibleMatchEvidence& to = *out.mutable_evidence();
    to.set_score(from.score());
    to.set_probability(convert::ProbabilityOf(from.score()));
    to.set_reason(convert::ToReason(static_cast<matching::ReviewReason>(from.reason())));
    to.set_model_version(from.model_version());
  }
  if (decision.undoes() != 0) {
    out.set_undoes(registry::DecisionName(decision.undoes()));
  }
  out.set_approver(decision.approver());
  if (decision.bulk() != 0) {
    out.set_bulk_decision(registry::BulkName(decision.bulk()));
  }
  if (registry::IsRetracted(decision)) {
    ToRetraction(decision.retraction(), *out.mutable_retraction());
    out.set_etag(decision.retraction().revision());
  }
  return absl::OkStatus();
}

absl::Status ToEffects(const registry::Register& reg, const registry::DecisionEffects& effects, bool knows_all_sources,
                       int purpose_bit, uint64_t revision, v1::DecisionResult& out) {
  const PersonSight before(reg, effects.before, knows_all_sources, purpose_bit);
  const PersonSight after(reg, effects.after, knows_all_sources, purpose_bit);
  WENSUM_RETURN_IF_ERROR(AddPeople(reg, before, effects.people_before, *out.mutable_before()));
  WENSUM_RETURN_IF_ERROR(AddPeople(reg, after, effects.people_after, *out.mutable_after()));
  for (const registry::DecisionEffects::Moved& from : effects.moved) {
    v1::MovedId& to = *out.add_moved();
    to.set_name(rpc::PersonName(reg.ids(), from.id));
    to.set_from(rpc::PersonName(reg.ids(), from.from));
    to.set_to(rpc::PersonName(reg.ids(), from.to));
  }
  for (const uint64_t number : effects.tasks) {
    v1::DecidedTask& task = *out.add_tasks();
    task.set_name(tasks::TaskName(number));
    WENSUM_ASSIGN_OR_RETURN(const v1::Task::State former, StateOf(effects.before, reg.register_id(), number));
    WENSUM_ASSIGN_OR_RETURN(const v1::Task::State now, StateOf(effects.after, reg.register_id(), number));
    task.set_before(former);
    task.set_after(now);
  }
  for (const storage::v1::ChangeEvent& event : effects.commit.events()) {
    v1::ChangeEvent& added = *out.add_events();
    added.set_revision(revision);
    ToEvent(reg.ids(), event, added);
  }
  if (!out.events().empty()) {
    out.mutable_events()->rbegin()->set_last_of_revision(true);
  }
  return absl::OkStatus();
}

absl::Status ToResult(const registry::Register& reg, const registry::DecisionWrites& writes,
                      const registry::DecisionEffects& effects, bool knows_all_sources, int purpose_bit,
                      v1::DecisionResult& answer) {
  const PersonSight after(reg, effects.after, knows_all_sources, purpose_bit);
  const uint64_t number = writes.add.has_value() ? writes.added : writes.retract;
  WENSUM_ASSIGN_OR_RETURN(const storage::v1::LinkDecision decision,
                          registry::ReadDecision(effects.after, reg.register_id(), number));
  WENSUM_RETURN_IF_ERROR(ToDecision(reg, after, decision, *answer.mutable_decision()));
  const uint64_t revision = answer.decision().etag();
  if (writes.preview) {
    if (writes.add.has_value()) {
      answer.mutable_decision()->clear_name();
      answer.mutable_decision()->clear_revision();
    }
    answer.mutable_decision()->clear_etag();
    return ToEffects(reg, effects, knows_all_sources, purpose_bit, 0, answer);
  }
  answer.set_revision(revision);
  return ToEffects(reg, effects, knows_all_sources, purpose_bit, revision, answer);
}

}  // namespace wensum::decisions
