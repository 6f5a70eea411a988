// Updates of source records that look like another person than the record: they are held, and what a steward decides
// about them is done, or taken back.
#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "base/status_macros.h"
#include "base/strings.h"
#include "matching/another_person.h"
#include "services/register/codec.h"
#include "services/register/decision_store.h"
#include "services/register/held_updates.h"
#include "services/register/slice.h"
#include "storage/keys.h"

namespace wensum::registry {

using storage::Family;
using storage::v1::HeldUpdate;

namespace {

matching::AnotherSigns SignsBetween(const model::SourceRecord& former, const model::SourceRecord& next) {
  return matching::SignsOfAnother(former.details, former.kind, next.details, next.kind);
}

std::string NameOf(const HeldUpdate& update) {
  return Cat("held update ", update.number(), " of source record ", update.ordinal());
}

absl::StatusOr<DecodedSource> VersionOf(const HeldUpdate& update) {
  return DecodeSource(update.version(), NameOf(update));
}

}  // namespace

bool Slice::HoldBack(Ordinal ordinal, const DecodedSource& former, PreparedSource& prepared, SourceResult& result) {
  const SourceRules* rules = core_.options.rules.FindSource(prepared.record.key.source);
  if (rules == nullptr || !rules->guards_overlays ||
      (!former.state.deleted && former.state.content_hash == prepared.content_hash)) {
    return false;
  }
  const matching::AnotherSigns signs = SignsBetween(former.record, prepared.record);
  if (signs == 0) {
    return false;
  }
  HeldTable& held = core_.indexes.held;
  const uint64_t says = WhatItSays(prepared.record);
  result.outcome = WriteOutcome::kHeld;
  if (const uint64_t decision = held.DroppedBy(ordinal, says); decision != 0) {
    result.issues.push_back({.field = "",
                             .rule = "overlay_dropped",
                             .message = Cat("looks like another person than the record, and was dropped by ",
                                            DecisionName(decision), ": mend it at its source, or undo that")});
    return true;
  }
  result.issues.push_back(
      {.field = "",
       .rule = "overlay_held",
       .message = "looks like another person than the record: waits until a steward has answered its task (OVERLAY)"});
  if (held.WaitsLast(ordinal, says)) {
    return true;
  }
  model::SourceRecord& record = prepared.record;
  record.receive_time = now_;
  if (record.source_time == 0) {
    record.source_time = now_;
  }
  AddHeld(ordinal,
          EncodeSource(record, {.revision = revision_,
                                .deleted = false,
                                .content_hash = prepared.content_hash,
                                .issues = result.issues,
                                .resolved_addresses = prepared.resolved_addresses,
                                .import_run = prepared.import_run,
                                .import_line = prepared.import_line}),
          says, signs);
  return true;
}

void Slice::AddHeld(Ordinal ordinal, storage::v1::SourceRecord version, uint64_t says, matching::AnotherSigns signs) {
  HeldUpdate update;
  update.set_format(kHeldFormat);
  update.set_ordinal(ordinal);
  update.set_number(core_.indexes.held.NextNumber(ordinal));
  *update.mutable_version() = std::move(version);
  update.set_says(says);
  update.set_signs(signs);
  update.set_state(static_cast<uint32_t>(HeldState::kHeld));
  PutHeld(update);
}

void Slice::PutHeld(const HeldUpdate& update) {
  HeldTable& held = core_.indexes.held;
  OnRevert([&held, ordinal = update.ordinal(), was = held.Of(update.ordinal())] { held.Set(ordinal, was); });
  held.Put(update);
  PutHeldUpdate(register_, update, batch_);
  overlays_.insert(update.ordinal());
  changed_ = true;
}

void Slice::EndHeld(HeldUpdate update, HeldState state, uint64_t decision) {
  update.set_state(static_cast<uint32_t>(state));
  update.set_decision(decision);
  update.set_end_revision(state == HeldState::kHeld ? 0 : revision_);
  PutHeld(update);
}

absl::StatusOr<std::vector<HeldUpdate>> Slice::ReadWaiting(Ordinal ordinal) const {
  std::vector<HeldUpdate> updates;
  for (const uint64_t number : core_.indexes.held.Waiting(ordinal)) {
    WENSUM_ASSIGN_OR_RETURN(HeldUpdate update, ReadHeld(*core_.store, register_, ordinal, number));
    updates.push_back(std::move(update));
  }
  return updates;
}

absl::Status Slice::EndHolds(Ordinal ordinal) {
  if (!core_.indexes.held.IsHeld(ordinal)) {
    return absl::OkStatus();
  }
  WENSUM_ASSIGN_OR_RETURN(std::vector<HeldUpdate> updates, ReadWaiting(ordinal));
  for (HeldUpdate& update : updates) {
    EndHeld(std::move(update), HeldState::kOvertaken, 0);
  }
  return absl::OkStatus();
}

absl::Status Slice::StageHeld(storage::v1::LinkDecision& decision) {
  const Ordinal ordinal = decision.held().record();
  switch (static_cast<DecisionOperation>(decision.operation())) {
    case DecisionOperation::kTakeUpdate:
      return TakeHeld(ordinal, decision.number());
    case DecisionOperation::kNewPerson:
      return PassOn(decision);
    default:
      break;
  }
  WENSUM_ASSIGN_OR_RETURN(std::vector<HeldUpdate> updates, ReadWaiting(ordinal));
  for (HeldUpdate& update : updates) {
    EndHeld(std::move(update), HeldState::kDropped, decision.number());
  }
  return absl::OkStatus();
}

absl::Status Slice::UnstageHeld(const storage::v1::LinkDecision& decision) {
  const storage::v1::HeldDecision& held = decision.held();
  switch (static_cast<DecisionOperation>(decision.operation())) {
    case DecisionOperation::kTakeUpdate:
      return TakeBack(held.record(), decision);
    case DecisionOperation::kNewPerson:
      return PassBack(held.record(), decision);
    default:
      break;
  }
  for (const HeldTable::Update& update : core_.indexes.held.Of(held.record())) {
    if (update.state == HeldState::kDropped && update.decision == decision.number()) {
      WENSUM_ASSIGN_OR_RETURN(HeldUpdate dropped, ReadHeld(*core_.store, register_, held.record(), update.number));
      EndHeld(std::move(dropped), HeldState::kHeld, 0);
    }
  }
  return absl::OkStatus();
}

absl::Status Slice::MoveHeld(std::vector<HeldUpdate> updates, Ordinal to, const DecodedSource& version,
                             uint64_t decision) {
  for (HeldUpdate& update : updates) {
    WENSUM_ASSIGN_OR_RETURN(const DecodedSource next, VersionOf(update));
    AddHeld(to, update.version(), update.says(), SignsBetween(version.record, next.record));
    EndHeld(std::move(update), HeldState::kPassedOn, decision);
  }
  return absl::OkStatus();
}

namespace {

// The waiting updates that are taken together, and the version that this gives.
struct Taken {
  size_t count = 0;
  DecodedSource version;
};

// The first, and those behind it up to the first that looks like another person again. They are taken under `key`, the
// record's own now: it may have given away the one that they came under.
absl::StatusOr<Taken> TakenOf(const std::vector<HeldUpdate>& waiting, const model::SourceKey& key) {
  WENSUM_ASSIGN_OR_RETURN(DecodedSource version, VersionOf(waiting.front()));
  Taken taken{.count = 1, .version = std::move(version)};
  for (; taken.count < waiting.size(); ++taken.count) {
    WENSUM_ASSIGN_OR_RETURN(DecodedSource next, VersionOf(waiting[taken.count]));
    if (SignsBetween(taken.version.record, next.record) != 0) {
      break;
    }
    taken.version = std::move(next);
  }
  taken.version.record.key = key;
  return taken;
}

PreparedSource PrepareTaken(const Core& core, const DecodedSource& version) {
  PreparedSource prepared = PrepareStored(core, version.record);
  prepared.issues = version.state.issues;
  prepared.import_run = version.state.import_run;
  prepared.import_line = version.state.import_line;
  return prepared;
}

}  // namespace

absl::Status Slice::TakeHeld(Ordinal ordinal, uint64_t decision) {
  WENSUM_ASSIGN_OR_RETURN(std::vector<HeldUpdate> waiting, ReadWaiting(ordinal));
  WENSUM_ASSIGN_OR_RETURN(const DecodedSource* stored, Load(ordinal));
  const DecodedSource former = *stored;
  WENSUM_ASSIGN_OR_RETURN(const Taken taken, TakenOf(waiting, former.record.key));
  PreparedSource prepared = PrepareTaken(core_, taken.version);
  SourceResult result;
  result.ordinal = ordinal;
  result.issues = prepared.issues;
  WENSUM_RETURN_IF_ERROR(EndValuesOf(ordinal));
  Accept(&former, prepared, result);
  for (size_t i = 0; i < taken.count; ++i) {
    EndHeld(std::move(waiting[i]), HeldState::kTaken, decision);
  }
  for (size_t i = taken.count; i < waiting.size(); ++i) {
    WENSUM_ASSIGN_OR_RETURN(const DecodedSource next, VersionOf(waiting[i]));
    waiting[i].set_signs(SignsBetween(taken.version.record, next.record));
    PutHeld(waiting[i]);
  }
  return absl::OkStatus();
}

// The first that is free.
absl::StatusOr<uint32_t> Slice::FreeIncarnation(model::SourceKey key) const {
  for (std::optional<Ordinal> taken = 0; taken.has_value();) {
    ++key.incarnation;
    WENSUM_ASSIGN_OR_RETURN(taken, FindOrdinal(*core_.store, register_, core_.HashSourceKey(key)));
  }
  return key.incarnation;
}

// The record leaves its key: it is deleted, if it is not yet, under that incarnation.
void Slice::GiveKeyAway(Ordinal ordinal, const DecodedSource& former, uint32_t incarnation) {
  DecodedSource version = former;
  version.record.key.incarnation = incarnation;
  const std::string key_hash = core_.HashSourceKey(version.record.key);
  batch_.Put(Family::kCrosswalk, storage::CrosswalkSourceKey(register_, key_hash), EncodeOrdinal(ordinal));
  if (former.state.deleted) {
    version.state.revision = revision_;
    PutVersion(ordinal, &former, std::move(version), key_hash);
  } else {
    Erase(ordinal, former, std::move(version), key_hash);
  }
}

absl::Status Slice::PassOn(storage::v1::LinkDecision& decision) {
  const Ordinal ordinal = decision.held().record();
  WENSUM_ASSIGN_OR_RETURN(std::vector<HeldUpdate> waiting, ReadWaiting(ordinal));
  WENSUM_ASSIGN_OR_RETURN(const DecodedSource* stored, Load(ordinal));
  const DecodedSource former = *stored;
  WENSUM_ASSIGN_OR_RETURN(const Taken taken, TakenOf(waiting, former.record.key));
  WENSUM_ASSIGN_OR_RETURN(const uint32_t incarnation, FreeIncarnation(former.record.key));
  GiveKeyAway(ordinal, former, incarnation);
  PreparedSource prepared = PrepareTaken(core_, taken.version);
  SourceResult result;
  result.issues = prepared.issues;
  Accept(nullptr, prepared, result);
  for (size_t i = 0; i < taken.count; ++i) {
    EndHeld(std::move(waiting[i]), HeldState::kPassedOn, decision.number());
  }
  waiting.erase(waiting.begin(), waiting.begin() + static_cast<std::ptrdiff_t>(taken.count));
  WENSUM_RETURN_IF_ERROR(MoveHeld(std::move(waiting), result.ordinal, taken.version, decision.number()));
  decision.mutable_held()->set_successor(result.ordinal);
  decision.add_sides()->add_records(result.ordinal);
  return absl::OkStatus();
}

// What the record was before the decision, and says now, or said when it was deleted.
absl::Status Slice::Restore(Ordinal ordinal, const DecodedSource& current, const storage::v1::HeldDecision& decision) {
  WENSUM_ASSIGN_OR_RETURN(const auto value,
                          core_.store->Get(Family::kSourceHistory,
                                           storage::SourceHistoryKey(register_, ordinal, decision.former_revision())));
  const std::string what = Cat("source record ", ordinal, " at revision ", decision.former_revision());
  if (!value.has_value()) {
    return DataLoss(Cat(what, " is missing; run `wensum verify`"));
  }
  WENSUM_ASSIGN_OR_RETURN(DecodedSource former, DecodeSource(*value, what));
  if (!decision.former_deleted()) {
    PreparedSource prepared = PrepareTaken(core_, former);
    SourceResult result;
    result.ordinal = ordinal;
    result.issues = prepared.issues;
    Accept(&current, prepared, result);
  } else if (current.state.deleted) {
    former.state.revision = revision_;
    PutVersion(ordinal, &current, std::move(former), core_.HashSourceKey(current.record.key));
  } else {
    Erase(ordinal, current, std::move(former), core_.HashSourceKey(current.record.key));
  }
  return absl::OkStatus();
}

// What the record said since waits again, and behind it what waited.
absl::Status Slice::HoldAgain(Ordinal ordinal, DecodedSource current, std::vector<HeldUpdate> waiting,
                              uint64_t decision) {
  const DecodedSource& former = *records_.at(ordinal);
  if (!current.state.deleted) {
    current.state.revision = revision_;
    AddHeld(ordinal, EncodeSource(current.record, current.state), WhatItSays(current.record),
            SignsBetween(former.record, current.record));
  }
  return MoveHeld(std::move(waiting), ordinal, former, decision);
}

absl::Status Slice::TakeBack(Ordinal ordinal, const storage::v1::LinkDecision& decision) {
  WENSUM_ASSIGN_OR_RETURN(std::vector<HeldUpdate> waiting, ReadWaiting(ordinal));
  WENSUM_ASSIGN_OR_RETURN(const DecodedSource* stored, Load(ordinal));
  DecodedSource current = *stored;
  WENSUM_RETURN_IF_ERROR(Restore(ordinal, current, decision.held()));
  return HoldAgain(ordinal, std::move(current), std::move(waiting), decision.number());
}

absl::Status Slice::PassBack(Ordinal ordinal, const storage::v1::LinkDecision& decision) {
  const Ordinal successor = decision.held().successor();
  WENSUM_ASSIGN_OR_RETURN(std::vector<HeldUpdate> waiting, ReadWaiting(successor));
  WENSUM_ASSIGN_OR_RETURN(const DecodedSource* stored, Load(successor));
  DecodedSource current = *stored;
  WENSUM_ASSIGN_OR_RETURN(const DecodedSource* retired, Load(ordinal));
  const DecodedSource gone = *retired;
  GiveKeyAway(successor, current, gone.record.key.incarnation);  // the two change places
  batch_.Put(Family::kCrosswalk, storage::CrosswalkSourceKey(register_, core_.HashSourceKey(current.record.key)),
             EncodeOrdinal(ordinal));
  WENSUM_RETURN_IF_ERROR(Restore(ordinal, gone, decision.held()));
  return HoldAgain(ordinal, std::move(current), std::move(waiting), decision.number());
}

absl::Status Slice::StageOverlayTasks() {
  if (overlays_.empty()) {
    return absl::OkStatus();
  }
  storage::OverlayReader after(core_.store);
  after.Add(batch_);
  for (const Ordinal ordinal : overlays_) {
    const std::vector<uint64_t> waiting = core_.indexes.held.Waiting(ordinal);
    if (waiting.empty()) {
      WENSUM_RETURN_IF_ERROR(tasks_.Withdraw(tasks::TaskKind::kOverlay, OverlayCause(ordinal)));
      continue;
    }
    WENSUM_ASSIGN_OR_RETURN(const HeldUpdate first, ReadHeld(after, register_, ordinal, waiting.front()));
    tasks_.Raise(OverlayCondition(first, waiting));
  }
  return absl::OkStatus();
}

}  // namespace wensum::registry
