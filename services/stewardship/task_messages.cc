#include "services/stewardship/task_messages.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/status_macros.h"
#include "base/strings.h"
#include "matching/address/address_index.h"
#include "services/convert/address_outcomes.h"
#include "services/convert/contradictions.h"
#include "services/convert/held_updates.h"
#include "services/convert/person_details.h"
#include "services/convert/review_pairs.h"
#include "services/convert/sight.h"
#include "services/convert/times.h"
#include "services/gazetteer/property_reader.h"
#include "services/register/address_questions.h"
#include "services/register/codec.h"
#include "services/register/decision_store.h"
#include "services/register/entity_conflicts.h"
#include "services/register/held_updates.h"
#include "services/register/learnt_addresses.h"
#include "services/register/property_facts.h"
#include "services/register/review_tasks.h"
#include "services/register/reviews.h"
#include "services/rpc/resource_name.h"
#include "services/rpc/status_details.h"

namespace wensum::stewardship {
namespace {

constexpr std::string_view kCollection = "tasks/";
constexpr int kApproved = 1;

static_assert(static_cast<int>(tasks::TaskKind::kPossibleMatch) == v1::Task::KIND_POSSIBLE_MATCH);
static_assert(static_cast<int>(tasks::TaskKind::kPropertyDuplicate) == v1::Task::KIND_PROPERTY_DUPLICATE);
static_assert(static_cast<int>(tasks::TaskKind::kProvisionalProperty) == v1::Task::KIND_PROVISIONAL_PROPERTY);
static_assert(static_cast<int>(tasks::TaskKind::kUnresolvedAddress) == v1::Task::KIND_UNRESOLVED_ADDRESS);
static_assert(static_cast<int>(tasks::TaskKind::kConflict) == v1::Task::KIND_CONFLICT);
static_assert(static_cast<int>(tasks::TaskKind::kOverlay) == v1::Task::KIND_OVERLAY);
static_assert(static_cast<int>(tasks::TaskKind::kWeakEntity) == v1::Task::KIND_WEAK_ENTITY);
static_assert(static_cast<int>(tasks::TaskKind::kDataQuality) == v1::Task::KIND_DATA_QUALITY);
static_assert(static_cast<int>(tasks::TaskKind::kImportStopped) == v1::Task::KIND_IMPORT_STOPPED);
static_assert(static_cast<int>(tasks::TaskKind::kSubjectRequest) == v1::Task::KIND_SUBJECT_REQUEST);
static_assert(static_cast<int>(tasks::EventType::kCompleted) == v1::TaskEvent::TYPE_COMPLETED);
static_assert(static_cast<int>(registry::ConflictAttribute::kNiNumber) == v1::ConflictEvidence::ATTRIBUTE_NI_NUMBER);
static_assert(static_cast<int>(registry::ConflictAttribute::kDateOfBirth) ==
              v1::ConflictEvidence::ATTRIBUTE_DATE_OF_BIRTH);
static_assert(static_cast<int>(tasks::TaskState::kOpen) == v1::Task::STATE_OPEN);
static_assert(static_cast<int>(tasks::TaskState::kClosed) == v1::Task::STATE_CLOSED);
static_assert(static_cast<int>(tasks::TaskState::kDismissed) == v1::Task::STATE_DISMISSED);
static_assert(static_cast<int>(tasks::Priority::kUrgent) == v1::Task::PRIORITY_URGENT);
static_assert(static_cast<int>(tasks::EventType::kRaised) == v1::TaskEvent::TYPE_RAISED);
static_assert(static_cast<int>(tasks::EventType::kDismissed) == v1::TaskEvent::TYPE_DISMISSED);
static_assert(static_cast<int>(tasks::EventType::kCommented) == v1::TaskEvent::TYPE_COMMENTED);
static_assert(static_cast<int>(tasks::EventType::kLearnt) == v1::TaskEvent::TYPE_LEARNT);
static_assert(static_cast<int>(tasks::EventType::kDecided) == v1::TaskEvent::TYPE_DECIDED);

void ToOverlay(const storage::v1::OverlayFacts& from, v1::OverlayEvidence& to) {
  convert::ToSigns(from.signs(), *to.mutable_signs());
  to.set_held_count(from.count());
}

void ToEvidence(const tasks::TaskFacts& facts, v1::TaskEvidence& out) {
  out.set_revision(facts.revision());
  if (facts.has_possible_match()) {
    const storage::v1::PossibleMatchFacts& from = facts.possible_match();
    v1::PossibleMatchEvidence& to = *out.mutable_possible_match();
    to.set_score(from.score());
    to.set_probability(convert::ProbabilityOf(from.score()));
    to.set_reason(convert::ToReason(static_cast<matching::ReviewReason>(from.reason())));
    to.set_model_version(from.model_version());
  } else if (facts.has_property_duplicate()) {
    const storage::v1::PropertyDuplicateFacts& from = facts.property_duplicate();
    v1::PropertyDuplicateEvidence& to = *out.mutable_property_duplicate();
    to.set_kind(static_cast<v1::PropertyDuplicate::Kind>(from.kind()));
    for (const uint64_t uprn : from.uprns()) {
      to.add_properties(rpc::PropertyName(uprn));
    }
    to.set_property_count(from.count());
  } else if (facts.has_provisional_property()) {
    const storage::v1::ProvisionalPropertyFacts& from = facts.provisional_property();
    v1::ProvisionalPropertyEvidence& to = *out.mutable_provisional_property();
    convert::ToTimestamp(from.receive_time(), *to.mutable_receive_time());
    to.set_match(convert::ToMatch(static_cast<matching::address::Outcome>(from.outcome())));
  } else if (facts.has_unresolved_address()) {
    const storage::v1::UnresolvedAddressFacts& from = facts.unresolved_address();
    v1::UnresolvedAddressEvidence& to = *out.mutable_unresolved_address();
    to.set_text(from.text());
    to.set_postcode(from.postcode());
    to.set_outcome(static_cast<v1::AddressOutcome>(from.outcome()));
    to.set_none_reason(static_cast<v1::MatchAddressResponse::NoneReason>(from.none_reason()));
    for (const storage::v1::AddressCandidateFacts& candidate : from.candidates()) {
      v1::AddressTaskCandidate& added = *to.add_candidates();
      added.set_property(rpc::PropertyName(candidate.uprn()));
      added.set_score(candidate.score());
      convert::ToContradictions(static_cast<matching::address::Contradictions>(candidate.contradictions()),
                                *added.mutable_contradictions());
    }
  } else if (facts.has_conflict()) {
    for (const storage::v1::ConflictValueFacts& from : facts.conflict().values()) {
      v1::ConflictEvidence::Value& to = *out.mutable_conflict()->add_values();
      to.set_attribute(static_cast<v1::ConflictEvidence::Attribute>(from.attribute()));
      to.set_record_count(static_cast<int32_t>(from.count()));
    }
  } else if (facts.has_overlay()) {
    ToOverlay(facts.overlay(), *out.mutable_overlay());
  } else if (facts.has_weak_entity()) {
    const storage::v1::WeakEntityFacts& from = facts.weak_entity();
    v1::WeakEntityEvidence& to = *out.mutable_weak_entity();
    to.set_record_count(static_cast<int32_t>(from.records()));
    to.set_distinct_record_count(static_cast<int32_t>(from.contents()));
    to.set_pair_count(static_cast<int32_t>(from.pairs()));
    to.set_cohesion(from.cohesion());
    to.set_many(from.many());
    to.set_loose(from.loose());
  } else if (facts.has_data_quality()) {
    const storage::v1::DataQualityFacts& from = facts.data_quality();
    v1::DataQualityEvidence& to = *out.mutable_data_quality();
    to.set_source(from.source());
    to.set_field(from.field());
    to.set_rule(from.rule());
    to.set_record_count(static_cast<int64_t>(from.records()));
    to.set_live_record_count(static_cast<int64_t>(from.live()));
  } else if (facts.has_import_stopped()) {
    v1::ImportStoppedEvidence& to = *out.mutable_import_stopped();
    to.set_run(Cat("importRuns/", facts.import_stopped().run()));
    to.set_feed(facts.import_stopped().feed());
    to.set_error(facts.import_stopped().error());
  } else if (facts.has_subject_request()) {
    v1::SubjectRequestEvidence& to = *out.mutable_subject_request();
    to.set_type(static_cast<v1::SubjectRequestEvidence::Type>(facts.subject_request().type()));
    convert::ToTimestamp(facts.subject_request().receive_time(), *to.mutable_receive_time());
  }
}

absl::Status AddProperty(const registry::Register& reg, const registry::ReadView& state, uint64_t uprn,
                         v1::TaskEvidenceNow& out) {
  const gazetteer::PropertyReader reader(state.reader(), reg.register_id());
  WENSUM_ASSIGN_OR_RETURN(const std::optional<v1::Property> property, reader.GetProperty(uprn, gazetteer::View::kFull));
  v1::TaskProperty& added = *out.add_properties();
  added.set_name(rpc::PropertyName(uprn));
  if (property.has_value()) {
    added.set_logical_status(property->logical_status());
    for (const v1::Lpi& lpi : property->lpis()) {
      if (lpi.logical_status() == kApproved) {
        added.add_addresses(lpi.address());
      }
    }
  }
  return absl::OkStatus();
}

absl::Status AddPossibleMatch(const registry::Register& reg, const registry::ReadView& state, int purpose_bit,
                              const tasks::Task& task, v1::TaskEvidenceNow& out) {
  const storage::v1::PossibleMatchFacts& facts = task.facts().possible_match();
  // The pair comes right after whatever might come before it.
  WENSUM_ASSIGN_OR_RETURN(const std::vector<registry::ReviewPair> pairs,
                          reg.ListReviews(state, facts.a(), facts.b() - 1, 1));
  // A pair that a steward has answered does not hold its task.
  out.set_supported(task.holds() && !pairs.empty() && pairs.front().review.a == facts.a() &&
                    pairs.front().review.b == facts.b());
  for (const uint64_t ordinal : {facts.a(), facts.b()}) {
    WENSUM_ASSIGN_OR_RETURN(const registry::SourceVersion version, reg.GetSourceByOrdinal(state, ordinal));
    v1::SourceRecord record;
    if (convert::ToSourceRecord(version, reg.ids(), purpose_bit, record)) {
      convert::ToRecordRef(version, reg.ids(), *out.add_records());
    }
  }
  return absl::OkStatus();
}

absl::Status AddProvisional(const registry::Register& reg, const registry::ReadView& state, int purpose_bit,
                            uint64_t ordinal, v1::TaskEvidenceNow& out) {
  WENSUM_ASSIGN_OR_RETURN(const registry::SourceVersion version, reg.GetSourceByOrdinal(state, ordinal));
  const auto& resolved = version.stored.resolved_addresses();
  const uint64_t uprn = version.stored.deleted() || resolved.empty() ? 0 : resolved[0].uprn();
  out.set_supported(!version.stored.deleted() && uprn == 0);
  if (uprn != 0) {
    return AddProperty(reg, state, uprn, out);
  }
  v1::TaskProperty& added = *out.add_properties();
  added.set_name(rpc::PropertyRecordName(reg.ids(), ordinal));
  v1::SourceRecord record;
  if (convert::ToSourceRecord(version, reg.ids(), purpose_bit, record)) {
    for (const v1::PersonAddress& address : record.details().addresses()) {
      added.add_addresses(address.postcode().empty() ? address.text() : Cat(address.text(), ", ", address.postcode()));
    }
  }
  return absl::OkStatus();
}

// How the address is matched now, and who has it, as far as the purpose may see them.
absl::Status AddUnresolved(const registry::Register& reg, const registry::ReadView& state, int purpose_bit,
                           const tasks::Task& task, v1::TaskEvidenceNow& out) {
  constexpr size_t kCandidates = 5;
  constexpr int kListed = 20;
  constexpr size_t kCounted = 1'000;
  out.set_supported(task.holds());
  const storage::v1::UnresolvedAddressFacts& facts = task.facts().unresolved_address();
  const matching::address::Match match =
      reg.MatchAddress({.text = facts.text(), .postcode = facts.postcode()}, {.max_candidates = kCandidates}, "");
  v1::UnresolvedAddressEvidence& now = *out.mutable_address();
  now.set_text(facts.text());
  now.set_postcode(facts.postcode());
  now.set_outcome(static_cast<v1::AddressOutcome>(match.outcome));
  now.set_none_reason(static_cast<v1::MatchAddressResponse::NoneReason>(match.none_reason));
  for (const matching::address::Candidate& candidate : match.candidates) {
    v1::AddressTaskCandidate& added = *now.add_candidates();
    added.set_property(rpc::PropertyName(candidate.uprn));
    added.set_score(candidate.score);
    convert::ToContradictions(candidate.contradictions, *added.mutable_contradictions());
    WENSUM_RETURN_IF_ERROR(AddProperty(reg, state, candidate.uprn, out));
  }
  WENSUM_ASSIGN_OR_RETURN(
      const std::vector<uint64_t> ordinals,
      registry::ListAskers(state.reader(), reg.register_id(), registry::HashOfCause(task.cause()), 0, kCounted));
  for (const uint64_t ordinal : ordinals) {
    WENSUM_ASSIGN_OR_RETURN(const registry::SourceVersion version, reg.GetSourceByOrdinal(state, ordinal));
    if (!convert::Sight(version.record, purpose_bit).record() || !registry::ShowsPlace(version.record, purpose_bit)) {
      continue;
    }
    out.set_record_count(out.record_count() + 1);
    if (out.records_size() < kListed) {
      convert::ToRecordRef(version, reg.ids(), *out.add_records());
    }
  }
  return absl::OkStatus();
}

// The record, and the updates that wait.
absl::Status AddOverlay(const registry::Register& reg, const registry::ReadView& state, int purpose_bit,
                        const tasks::Task& task, v1::TaskEvidenceNow& out) {
  constexpr int kListed = 20;
  constexpr size_t kUpdatesLookedAt = 100;
  out.set_supported(task.holds());
  const storage::v1::OverlayFacts& facts = task.facts().overlay();
  WENSUM_ASSIGN_OR_RETURN(const registry::SourceVersion version, reg.GetSourceByOrdinal(state, facts.ordinal()));
  if (!convert::ToSourceRecord(version, reg.ids(), purpose_bit, *out.mutable_record())) {
    out.clear_record();
    return absl::OkStatus();
  }
  convert::ToRecordRef(version, reg.ids(), *out.add_records());
  WENSUM_ASSIGN_OR_RETURN(
      const std::vector<storage::v1::HeldUpdate> updates,
      registry::ListHeld(state.reader(), reg.register_id(), facts.ordinal(), facts.first() - 1, kUpdatesLookedAt));
  for (const storage::v1::HeldUpdate& update : updates) {
    if (update.state() == static_cast<uint32_t>(registry::HeldState::kHeld) && out.held_updates_size() < kListed) {
      v1::HeldUpdate added;
      WENSUM_ASSIGN_OR_RETURN(const bool seen, convert::ToHeldUpdate(update, reg.ids(), purpose_bit, added));
      if (seen) {
        *out.add_held_updates() = std::move(added);
      }
    }
  }
  return absl::OkStatus();
}

// The records that raised it, as far as the purpose may see them, and what the person's records say now: of a person
// whom the purpose may see whole (TaskSight).
absl::Status AddConflict(const registry::Register& reg, const registry::ReadView& state, int purpose_bit,
                         const tasks::Task& task, v1::TaskEvidenceNow& out) {
  constexpr int kValues = 10;
  constexpr size_t kListed = 20;
  out.set_supported(task.holds());
  for (const storage::v1::TaskName& name : task.names()) {
    WENSUM_ASSIGN_OR_RETURN(const registry::SourceVersion version, reg.GetSourceByOrdinal(state, name.id()));
    if (convert::Sight(version.record, purpose_bit).everything()) {
      convert::ToRecordRef(version, reg.ids(), *out.add_records());
    }
  }
  if (task.names().empty()) {
    return absl::OkStatus();
  }
  WENSUM_ASSIGN_OR_RETURN(const std::vector<uint64_t> ordinals,
                          registry::PersonRecords(state.reader(), reg.register_id(), task.names(0).id()));
  std::vector<registry::SourceVersion> versions;
  std::vector<registry::DecodedSource> sources;
  for (const uint64_t ordinal : ordinals) {
    WENSUM_ASSIGN_OR_RETURN(registry::SourceVersion version, reg.GetSourceByOrdinal(state, ordinal));
    if (convert::Sight(version.record, purpose_bit).everything()) {
      WENSUM_ASSIGN_OR_RETURN(registry::DecodedSource source,
                              registry::DecodeSource(version.stored, Cat("source record ", ordinal)));
      versions.push_back(std::move(version));
      sources.push_back(std::move(source));
    }
  }
  std::vector<std::pair<uint64_t, const registry::DecodedSource*>> members;
  std::map<uint64_t, const registry::SourceVersion*> by_ordinal;
  for (size_t i = 0; i < versions.size(); ++i) {
    members.emplace_back(versions[i].ordinal, &sources[i]);
    by_ordinal[versions[i].ordinal] = &versions[i];
  }
  for (const registry::ConflictValue& from : registry::ConflictsOf(members)) {
    if (out.conflict().values_size() == kValues) {
      break;
    }
    v1::ConflictEvidence::Value& to = *out.mutable_conflict()->add_values();
    to.set_attribute(static_cast<v1::ConflictEvidence::Attribute>(from.attribute));
    to.set_record_count(static_cast<int32_t>(from.ordinals.size()));
    to.set_value(from.value);
    for (size_t i = 0; i < std::min(from.ordinals.size(), kListed); ++i) {
      convert::ToRecordRef(*by_ordinal.at(from.ordinals[i]), reg.ids(), *to.add_records());
    }
  }
  return absl::OkStatus();
}

// Examples, as the last health check found them.
absl::Status AddDataQuality(const registry::Register& reg, const registry::ReadView& state, int purpose_bit,
                            const tasks::Task& task, v1::TaskEvidenceNow& out) {
  out.set_supported(task.holds());
  for (const uint64_t ordinal : task.facts().data_quality().ordinals()) {
    WENSUM_ASSIGN_OR_RETURN(const registry::SourceVersion version, reg.GetSourceByOrdinal(state, ordinal));
    if (convert::Sight(version.record, purpose_bit).everything()) {
      convert::ToRecordRef(version, reg.ids(), *out.add_records());
    }
  }
  return absl::OkStatus();
}

// The first records of the person, of whom the purpose may see all (TaskSight).
absl::Status AddWeakEntity(const registry::Register& reg, const registry::ReadView& state, int purpose_bit,
                           const tasks::Task& task, v1::TaskEvidenceNow& out) {
  constexpr size_t kListed = 20;
  out.set_supported(task.holds());
  WENSUM_ASSIGN_OR_RETURN(
      const std::vector<uint64_t> ordinals,
      registry::PersonRecords(state.reader(), reg.register_id(), task.facts().weak_entity().first()));
  out.set_record_count(static_cast<int32_t>(ordinals.size()));
  for (size_t i = 0; i < std::min(kListed, ordinals.size()); ++i) {
    WENSUM_ASSIGN_OR_RETURN(const registry::SourceVersion version, reg.GetSourceByOrdinal(state, ordinals[i]));
    if (convert::Sight(version.record, purpose_bit).everything()) {
      convert::ToRecordRef(version, reg.ids(), *out.add_records());
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<uint64_t> ParseTaskName(std::string_view name) {
  const std::optional<uint64_t> number =
      name.starts_with(kCollection) ? ParseInteger<uint64_t>(name.substr(kCollection.size())) : std::nullopt;
  if (!number.has_value() || *number == 0) {
    return rpc::InvalidField("name", Cat("is ", Quote(name), "; expected tasks/{number}"));
  }
  return *number;
}

absl::StatusOr<std::vector<tasks::TaskKind>> FromKinds(const google::protobuf::RepeatedField<int>& kinds) {
  std::vector<tasks::TaskKind> out;
  for (int i = 0; i < kinds.size(); ++i) {
    const std::optional<tasks::TaskKind> kind = tasks::ToTaskKind(static_cast<uint32_t>(kinds[i]));
    if (!kind.has_value()) {
      return rpc::InvalidField(Cat("kinds[", i, "]"), "is none of those that there are");
    }
    out.push_back(*kind);
  }
  return out;
}

void ToTask(const tasks::Task& task, const OpaqueIdCodec& ids, TimeMicros now, v1::Task& out) {
  out.set_name(tasks::TaskName(task.number()));
  out.set_kind(static_cast<v1::Task::Kind>(task.kind()));
  out.set_state(static_cast<v1::Task::State>(task.state()));
  out.set_priority(static_cast<v1::Task::Priority>(task.priority()));
  out.set_sensitive(task.sensitive());
  const bool people = task.kind() == static_cast<uint32_t>(tasks::TaskKind::kPossibleMatch) ||
                      task.kind() == static_cast<uint32_t>(tasks::TaskKind::kConflict) ||
                      task.kind() == static_cast<uint32_t>(tasks::TaskKind::kOverlay) ||
                      task.kind() == static_cast<uint32_t>(tasks::TaskKind::kSubjectRequest) ||
                      task.kind() == static_cast<uint32_t>(tasks::TaskKind::kWeakEntity);
  // Who may see that an address is asked about need not see the record that asks first.
  const bool named = task.kind() != static_cast<uint32_t>(tasks::TaskKind::kUnresolvedAddress);
  for (const storage::v1::TaskName& name : task.names()) {
    if (!named) {
      break;
    }
    const bool record = name.type() == static_cast<uint32_t>(tasks::NameType::kRecord);
    out.add_subjects(!record  ? rpc::PropertyName(name.id())
                     : people ? rpc::PersonName(ids, name.id())
                              : rpc::PropertyRecordName(ids, name.id()));
  }
  ToEvidence(task.facts(), *out.mutable_evidence());
  convert::ToTimestamp(task.create_time(), *out.mutable_create_time());
  out.set_create_revision(task.create_revision());
  convert::ToTimestamp(task.open_time(), *out.mutable_open_time());
  convert::ToTimestamp(task.change_time(), *out.mutable_update_time());
  out.set_etag(task.change_revision());
  convert::ToTimestamp(task.due_time(), *out.mutable_due_time());
  out.set_team(task.team());
  out.set_assignee(task.assignee());
  if (tasks::IsClaimed(task, now)) {
    out.set_claimant(task.claimant());
    convert::ToTimestamp(task.lease_until(), *out.mutable_lease_until());
  }
  if (tasks::IsDeferred(task, now)) {
    convert::ToTimestamp(task.deferred_until(), *out.mutable_deferred_until());
  }
  out.set_dismiss_reason(task.dismissal().reason());
  out.set_event_count(task.events());
}

void ToEvent(const tasks::TaskEvent& event, v1::TaskEvent& out) {
  out.set_type(static_cast<v1::TaskEvent::Type>(event.type()));
  convert::ToTimestamp(event.time(), *out.mutable_time());
  out.set_revision(event.revision());
  out.set_actor(event.actor());
  out.set_caller(event.caller());
  out.set_reason(event.reason());
  out.set_text(event.text());
  if (event.until() != 0) {
    convert::ToTimestamp(event.until(), *out.mutable_until());
  }
  out.set_assignee(event.assignee());
  out.set_team(event.team());
  if (event.learnt() != 0) {
    out.set_learnt_address(registry::LearntName(event.learnt()));
  }
  if (event.decision() != 0) {
    out.set_decision(registry::DecisionName(event.decision()));
  }
  if (event.has_facts()) {
    ToEvidence(event.facts(), *out.mutable_evidence());
  }
}

absl::Status ToEvidenceNow(const registry::Register& reg, const registry::ReadView& state, int purpose_bit,
                           const tasks::Task& task, v1::TaskEvidenceNow& out) {
  out.set_revision(state.revision());
  switch (static_cast<tasks::TaskKind>(task.kind())) {
    case tasks::TaskKind::kPossibleMatch:
      return AddPossibleMatch(reg, state, purpose_bit, task, out);
    case tasks::TaskKind::kPropertyDuplicate:
      out.set_supported(task.holds());  // as of the last check: only that looks at all properties
      for (const uint64_t uprn : task.facts().property_duplicate().uprns()) {
        WENSUM_RETURN_IF_ERROR(AddProperty(reg, state, uprn, out));
      }
      return absl::OkStatus();
    case tasks::TaskKind::kProvisionalProperty:
      return AddProvisional(reg, state, purpose_bit, task.facts().provisional_property().ordinal(), out);
    case tasks::TaskKind::kConflict:
      return AddConflict(reg, state, purpose_bit, task, out);
    case tasks::TaskKind::kWeakEntity:
      return AddWeakEntity(reg, state, purpose_bit, task, out);
    case tasks::TaskKind::kDataQuality:
      return AddDataQuality(reg, state, purpose_bit, task, out);
    case tasks::TaskKind::kUnresolvedAddress:
      return AddUnresolved(reg, state, purpose_bit, task, out);
    case tasks::TaskKind::kOverlay:
      return AddOverlay(reg, state, purpose_bit, task, out);
    case tasks::TaskKind::kImportStopped:
    case tasks::TaskKind::kSubjectRequest:
      out.set_supported(task.holds());
      return absl::OkStatus();
  }
  return absl::OkStatus();
}

}  // namespace wensum::stewardship
