#include "services/register/slice.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/status_macros.h"
#include "base/strings.h"
#include "model/canonical.h"
#include "services/gazetteer/property_reader.h"
#include "services/register/loader.h"
#include "storage/keys.h"
#include "wensum/v1/changes.pb.h"

namespace wensum::registry {

using storage::Family;

namespace {

GazetteerResult ToResult(const gazetteer::StageResult& staged) {
  GazetteerResult result;
  switch (staged.outcome) {
    case gazetteer::RowOutcome::kInserted:
      result.outcome = WriteOutcome::kInserted;
      break;
    case gazetteer::RowOutcome::kUpdated:
      result.outcome = WriteOutcome::kUpdated;
      break;
    case gazetteer::RowOutcome::kUnchanged:
      result.outcome = WriteOutcome::kUnchanged;
      break;
    case gazetteer::RowOutcome::kDeleted:
      result.outcome = WriteOutcome::kDeleted;
      break;
    case gazetteer::RowOutcome::kRejected:
      result.status = InvalidArgument(staged.issues.empty() ? "the row was rejected" : staged.issues.back().message);
      break;
  }
  return result;
}

// The event kinds of properties and of streets each stand in the order created, updated, deleted.
uint32_t EventKind(gazetteer::TouchKind kind, v1::ChangeKind created) {
  return static_cast<uint32_t>(created) + static_cast<uint32_t>(kind);
}

int64_t CountDelta(gazetteer::TouchKind kind) {
  return kind == gazetteer::TouchKind::kCreated ? 1 : kind == gazetteer::TouchKind::kDeleted ? -1 : 0;
}

}  // namespace

Slice::Slice(Core& core, uint64_t revision, TimeMicros now)
    : core_(core),
      register_(core.options.register_id),
      revision_(revision),
      now_(now),
      survivorship_(core.survivorship()),
      gazetteer_(*core.store, core.options.register_id),
      tasks_(*core.store, core.options.register_id, core.options.tasks) {}

absl::StatusOr<const DecodedSource*> Slice::Load(Ordinal ordinal) {
  if (const auto found = records_.find(ordinal); found != records_.end()) {
    return found->second.get();
  }
  WENSUM_RETURN_IF_ERROR(LoadAll({ordinal}));
  return records_.at(ordinal).get();
}

absl::Status Slice::LoadAll(const std::vector<Ordinal>& ordinals) {
  std::vector<Ordinal> missing;
  std::vector<std::string> keys;
  for (const Ordinal ordinal : ordinals) {
    if (!records_.contains(ordinal)) {
      missing.push_back(ordinal);
      keys.push_back(storage::SourceKey(register_, ordinal));
    }
  }
  WENSUM_ASSIGN_OR_RETURN(const auto values, core_.store->MultiGet(Family::kSource, keys));
  for (size_t i = 0; i < missing.size(); ++i) {
    const std::string what = Cat("source record ", missing[i]);
    if (!values[i].has_value()) {
      return DataLoss(Cat(what, " is missing; run `wensum verify`"));
    }
    WENSUM_ASSIGN_OR_RETURN(DecodedSource decoded, DecodeSource(*values[i], what));
    records_[missing[i]] = std::make_unique<DecodedSource>(std::move(decoded));
  }
  return absl::OkStatus();
}

absl::Status Slice::StageSource(PreparedSource& prepared, SourceResult& result) {
  result.issues = std::move(prepared.issues);
  if (!prepared.status.ok()) {
    result.status = prepared.status;
    return absl::OkStatus();
  }
  WENSUM_ASSIGN_OR_RETURN(const std::optional<Ordinal> known, FindOrdinal(*core_.store, register_, prepared.key_hash));
  const DecodedSource* former = nullptr;
  if (known.has_value()) {
    WENSUM_ASSIGN_OR_RETURN(former, Load(*known));
    result.ordinal = *known;
    result.revision = former->state.revision;
  }
  if (former != nullptr && !prepared.erase &&
      (former->record.kind == model::RecordKind::kProperty) != (prepared.record.kind == model::RecordKind::kProperty)) {
    result.status = InvalidArgument(
        Cat("kind: record ", Quote(prepared.record.key.key), " of source ", Quote(prepared.record.key.source),
            former->record.kind == model::RecordKind::kProperty ? " is a property and can be nothing else"
                                                                : " is no property and cannot become one",
            "; give the new record a key of its own"));
    return absl::OkStatus();
  }
  if (prepared.erase && former == nullptr) {
    result.status = NotFound(Cat("no record ", Quote(prepared.record.key.key), " of source ",
                                 Quote(prepared.record.key.source), " was ever received"));
    return absl::OkStatus();
  }
  if (prepared.etag.has_value() && *prepared.etag != result.revision) {
    result.status = Aborted(Cat("etag ", *prepared.etag, " does not fit: the record's revision is ", result.revision,
                                "; read it again and decide anew"));
    return absl::OkStatus();
  }
  if (prepared.erase) {
    WENSUM_RETURN_IF_ERROR(EndHolds(*known));
    if (former->state.deleted) {
      result.outcome = WriteOutcome::kUnchanged;
    } else {
      DecodedSource version = *former;
      version.state.import_run = prepared.import_run;
      version.state.import_line = prepared.import_line;
      Erase(*known, *former, std::move(version), prepared.key_hash);
      result.outcome = WriteOutcome::kDeleted;
      result.revision = revision_;
    }
    return absl::OkStatus();
  }
  if (prepared.address_version != core_.indexes.address_version.load(std::memory_order_relaxed)) {
    RefreshDerived(core_, prepared);
  }
  if (prepared.record.kind == model::RecordKind::kProperty) {
    result.uprn = prepared.resolved_addresses.empty() ? 0 : prepared.resolved_addresses.front().uprn;
  }
  for (const matching::ResolvedAddress& address : prepared.resolved_addresses) {
    result.address_outcomes.push_back(address.outcome);
  }
  if (known.has_value()) {
    if (!prepared.restores && HoldBack(*known, *former, prepared, result)) {
      return absl::OkStatus();
    }
    WENSUM_RETURN_IF_ERROR(EndHolds(*known));
    WENSUM_RETURN_IF_ERROR(EndValuesOf(*known));
  }
  const bool same_purposes = former != nullptr && former->record.purposes == prepared.record.purposes &&
                             former->record.field_purposes == prepared.record.field_purposes;
  if (former != nullptr && !former->state.deleted && former->state.content_hash == prepared.content_hash &&
      same_purposes) {
    result.outcome = WriteOutcome::kUnchanged;
    return absl::OkStatus();
  }
  Accept(former, prepared, result);
  return absl::OkStatus();
}

void Slice::Accept(const DecodedSource* former, PreparedSource& prepared, SourceResult& result) {
  const bool live = former != nullptr && !former->state.deleted;
  result.outcome = live ? WriteOutcome::kUpdated : WriteOutcome::kInserted;
  result.revision = revision_;
  if (former == nullptr) {
    result.ordinal = core_.indexes.ids.Mint();
    core_.indexes.live.resize(result.ordinal + 1, false);
    core_.indexes.entity_size.resize(result.ordinal + 1, 0);
    former_anchor_[result.ordinal] = 0;
    minted_.push_back(result.ordinal);
    OnRevert([this] { core_.indexes.ids.Unmint(); });
  } else if (!live) {
    revived_.push_back(result.ordinal);
    --deltas_.deleted_sources;
  }
  if (!live) {
    ++deltas_.live_by_source[prepared.record.key.source];
  }
  SetLive(result.ordinal, true);
  DecodedSource version{.record = std::move(prepared.record),
                        .state = {.revision = revision_,
                                  .deleted = false,
                                  .content_hash = prepared.content_hash,
                                  .issues = result.issues,
                                  .resolved_addresses = std::move(prepared.resolved_addresses),
                                  .import_run = std::move(prepared.import_run),
                                  .import_line = prepared.import_line}};
  version.record.receive_time = now_;
  if (version.record.source_time == 0) {
    version.record.source_time = now_;
  }
  ChangeMatcher(result.ordinal, former, std::move(prepared.linkage));
  PutVersion(result.ordinal, former, std::move(version), prepared.key_hash);
}

void Slice::Erase(Ordinal ordinal, const DecodedSource& former, DecodedSource version, std::string_view key_hash) {
  version.state.revision = revision_;
  version.state.deleted = true;
  version.record.receive_time = now_;
  SetLive(ordinal, false);
  erased_.push_back(ordinal);
  ++deltas_.deleted_sources;
  --deltas_.live_by_source[former.record.key.source];
  ChangeMatcher(ordinal, &former, std::nullopt);
  PutVersion(ordinal, &former, std::move(version), key_hash);
}

void Slice::SetLive(Ordinal ordinal, bool live) {
  const bool was = core_.indexes.live[ordinal];
  OnRevert([this, ordinal, was] {
    core_.indexes.live[ordinal] = was;
    core_.indexes.deleted.Set(ordinal, !was);  // of one that was minted: until its number is given out again
  });
  core_.indexes.live[ordinal] = live;
  core_.indexes.deleted.Set(ordinal, !live);
}

void Slice::ChangeMatcher(Ordinal ordinal, const DecodedSource* former, std::optional<matching::LinkageRecord> next) {
  if (decision_ != nullptr) {
    matching::LiveMatcher::Change back{.id = static_cast<matching::RecordId>(ordinal), .record = std::nullopt};
    if (former != nullptr && !former->state.deleted) {
      back.record = LinkageRecordOf(core_.options.rules, former->record, former->state.resolved_addresses);
    }
    former_matches_.push_back(std::move(back));
  }
  matcher_changes_[ordinal] = std::move(next);
}

void Slice::PutVersion(Ordinal ordinal, const DecodedSource* former, DecodedSource version, std::string_view key_hash) {
  std::string value = EncodeSource(version.record, version.state).SerializeAsString();
  batch_.Put(Family::kSourceHistory, storage::SourceHistoryKey(register_, ordinal, revision_), value);
  batch_.Put(Family::kSource, storage::SourceKey(register_, ordinal), std::move(value));
  if (former == nullptr) {
    batch_.Put(Family::kCrosswalk, storage::CrosswalkSourceKey(register_, key_hash), EncodeOrdinal(ordinal));
    batch_.Put(Family::kCrosswalk, storage::CrosswalkSourceOrdinalKey(register_, version.record.key.source, ordinal),
               std::string());
  }
  const auto identifiers = [](const DecodedSource* source) {
    return source == nullptr || source->state.deleted ? std::vector<model::Identifier>()
                                                      : IdentifiersOf(source->record.details);
  };
  const auto key_of = [&](const model::Identifier& identifier) {
    return storage::CrosswalkIdentifierKey(register_, core_.HashIdentifier(identifier.type, identifier.value), ordinal);
  };
  for (const model::Identifier& identifier : identifiers(former)) {
    batch_.Delete(Family::kCrosswalk, key_of(identifier));
  }
  for (const model::Identifier& identifier : identifiers(&version)) {
    batch_.Put(Family::kCrosswalk, key_of(identifier), std::string());
  }
  if (former != nullptr && !former->state.deleted) {
    deltas_.given.Count(former->record, -1);
  }
  if (!version.state.deleted) {
    deltas_.given.Count(version.record, 1);
  }
  IndexDependant(ordinal, former, version);
  IndexOrganisation(ordinal, former, version);
  IndexProperty(ordinal, former, version);
  IndexOccupancies(ordinal, former, version);
  IndexRelations(ordinal, former, version);
  NoteMatched(ordinal);
  IndexQuestions(ordinal, former, &version);
  content_changed_.insert(ordinal);
  records_[ordinal] = std::make_unique<DecodedSource>(std::move(version));
}

void Slice::IndexOrganisation(Ordinal ordinal, const DecodedSource* former, const DecodedSource& next) {
  const std::string before = former == nullptr || former->state.deleted ? "" : OrganisationName(former->record);
  const std::string after = next.state.deleted ? "" : OrganisationName(next.record);
  if (before != after) {
    const auto put = [this, ordinal](const std::string& name) {
      MutexLock lock(core_.indexes.matcher_mutex);
      core_.indexes.organisations.Put(static_cast<matching::RecordId>(ordinal), name);
    };
    put(after);
    OnRevert([put, before] { put(before); });
  }
}

void Slice::IndexProperty(Ordinal ordinal, const DecodedSource* former, const DecodedSource& next) {
  if (next.record.kind != model::RecordKind::kProperty) {
    return;
  }
  const std::optional<uint64_t> before = former == nullptr ? std::nullopt : UprnOfProperty(*former);
  const std::optional<uint64_t> after = UprnOfProperty(next);
  if (before != after && before.has_value()) {
    batch_.Delete(Family::kCrosswalk, storage::CrosswalkPropertyKey(register_, *before, ordinal));
  }
  if (before != after && after.has_value()) {
    batch_.Put(Family::kCrosswalk, storage::CrosswalkPropertyKey(register_, *after, ordinal), std::string());
  }
  if (!after.has_value()) {
    if (before.has_value()) Event(v1::CHANGE_KIND_PROPERTY_RECORD_ENDED, ordinal, *before);
    return;
  }
  if (before.value_or(0) != 0 && before != after) {
    Event(v1::CHANGE_KIND_PROPERTY_RECORD_LEFT, ordinal, *before);
  }
  Event(before.has_value() ? v1::CHANGE_KIND_PROPERTY_RECORD_UPDATED : v1::CHANGE_KIND_PROPERTY_RECORD_CREATED, ordinal,
        *after);
}

bool Slice::IsPropertyRecord(Ordinal ordinal) const {
  const auto found = records_.find(ordinal);
  return found != records_.end() && found->second->record.kind == model::RecordKind::kProperty;
}

void Slice::IndexDependant(Ordinal ordinal, const DecodedSource* former, const DecodedSource& next) {
  if (!core_.indexes.dependants_ready || next.state.deleted) {
    return;
  }
  if (former == nullptr || former->state.deleted || former->record.details.addresses != next.record.details.addresses) {
    AddDependant(static_cast<matching::RecordId>(ordinal), next.record.details, core_.indexes);
  }
}

absl::Status Slice::StageRows(std::vector<gazetteer::PreparedRow> rows, std::vector<GazetteerResult>& results) {
  for (const gazetteer::PreparedRow& row : rows) {
    core_.indexes.record_keys.Note(row.identity);
  }
  WENSUM_ASSIGN_OR_RETURN(const auto staged, gazetteer_.StageMany(std::move(rows)));
  std::transform(staged.begin(), staged.end(), results.begin(), ToResult);
  return absl::OkStatus();
}

void Slice::TouchProperty(uint64_t uprn) {
  changed_ = true;
  gazetteer_changed_ = true;
  Event(EventKind(gazetteer::TouchKind::kUpdated, v1::CHANGE_KIND_PROPERTY_CREATED), uprn);
}

absl::Status Slice::ApplyRows() {
  WENSUM_ASSIGN_OR_RETURN(gazetteer::GazetteerBatch staged, gazetteer_.Finish(revision_));
  if (staged.writes.empty()) {
    return absl::OkStatus();
  }
  changed_ = true;
  gazetteer_changed_ = true;
  for (const gazetteer::Touched& property : staged.properties) {
    Event(EventKind(property.kind, v1::CHANGE_KIND_PROPERTY_CREATED), property.id);
    deltas_.properties += CountDelta(property.kind);
  }
  for (const gazetteer::Touched& street : staged.streets) {
    Event(EventKind(street.kind, v1::CHANGE_KIND_STREET_CREATED), street.id);
    deltas_.streets += CountDelta(street.kind);
  }
  matching::address::match::Touched touched;
  if (!staged.readdress_uprns.empty() || !staged.streets.empty()) {
    storage::OverlayReader after(core_.store);
    after.Add(staged.writes);
    const gazetteer::PropertyReader reader(after, register_);
    WENSUM_ASSIGN_OR_RETURN(const auto properties, reader.GetIndexedMany(staged.readdress_uprns, ScanThreads(core_)));
    std::vector<std::optional<matching::address::IndexedStreet>> streets;
    for (const gazetteer::Touched& street : staged.streets) {
      WENSUM_ASSIGN_OR_RETURN(auto indexed, reader.GetIndexedStreet(static_cast<uint32_t>(street.id)));
      streets.push_back(std::move(indexed));
    }
    MutexLock lock(core_.indexes.address_mutex);
    for (size_t i = 0; i < properties.size(); ++i) {
      if (properties[i].has_value()) {
        core_.indexes.addresses->Upsert(*properties[i], &touched);
      } else {
        core_.indexes.addresses->Remove(staged.readdress_uprns[i], &touched);
      }
    }
    for (size_t i = 0; i < streets.size(); ++i) {
      if (streets[i].has_value()) {
        core_.indexes.addresses->UpsertStreet(*streets[i], &touched);
      } else {
        core_.indexes.addresses->RemoveStreet(static_cast<uint32_t>(staged.streets[i].id), &touched);
      }
    }
    core_.indexes.address_version.fetch_add(1, std::memory_order_release);
  }
  batch_.Append(std::move(staged.writes));
  return RematchTouched(touched, staged.readdress_uprns);
}

absl::Status Slice::RematchTouched(const matching::address::match::Touched& touched, std::span<const uint64_t> uprns) {
  if (touched.empty() && uprns.empty()) {
    return absl::OkStatus();
  }
  if (!core_.indexes.dependants_ready) {
    WENSUM_RETURN_IF_ERROR(LoadDependants(core_));
  }
  std::set<Ordinal> affected;
  for (const matching::RecordId id : core_.indexes.dependants.Find(touched)) {
    affected.insert(id);
  }
  for (const uint64_t uprn : uprns) {
    if (const auto found = core_.indexes.uprn_dependants.find(uprn); found != core_.indexes.uprn_dependants.end()) {
      affected.insert(found->second.begin(), found->second.end());
    }
  }
  WENSUM_ASSIGN_OR_RETURN(const std::vector<uint64_t> learnt, HoldersOfLearnt(core_, uprns));
  affected.insert(learnt.begin(), learnt.end());
  // Those that are gone since they were noted have nothing to match.
  std::erase_if(affected, [this](Ordinal ordinal) { return !core_.indexes.live[ordinal]; });
  return Rematch(std::vector<Ordinal>(affected.begin(), affected.end()));
}

absl::Status Slice::Restamp(Ordinal ordinal) {
  WENSUM_RETURN_IF_ERROR(Load(ordinal).status());
  DecodedSource& source = *records_.at(ordinal);
  const SourceRules* rules = core_.options.rules.FindSource(source.record.key.source);
  if (rules != nullptr &&
      (source.record.purposes != rules->purposes || source.record.field_purposes != rules->field_purposes)) {
    source.record.purposes = rules->purposes;
    source.record.field_purposes = rules->field_purposes;
    batch_.Put(Family::kSource, storage::SourceKey(register_, ordinal),
               EncodeSource(source.record, source.state).SerializeAsString());
    changed_ = true;
  }
  compare_golden_ = true;
  content_changed_.insert(ordinal);
  return absl::OkStatus();
}

absl::Status Slice::Rematch(std::span<const uint64_t> ordinals) {
  WENSUM_RETURN_IF_ERROR(LoadAll({ordinals.begin(), ordinals.end()}));
  for (const Ordinal ordinal : ordinals) {
    RematchLoaded(ordinal);
  }
  return absl::OkStatus();
}

// A record's UPRN is derived: the gazetteer moved beneath it, the record itself has no new version and keeps its etag.
// The history has it all the same, so that the record as of a revision is where it was then.
void Slice::RematchLoaded(Ordinal ordinal) {
  NoteMatched(ordinal);
  DecodedSource& source = *records_.at(ordinal);
  std::vector<matching::ResolvedAddress> resolved =
      ResolveAddresses(source.record.details, source.record.key.source, core_.indexes);
  if (resolved == source.state.resolved_addresses) {
    LookAtQuestions(ordinal, source);  // there may be others to choose from
    return;
  }
  const DecodedSource former = source;
  source.state.resolved_addresses = std::move(resolved);
  IndexProperty(ordinal, &former, source);
  IndexOccupancies(ordinal, &former, source);
  IndexQuestions(ordinal, &former, &source);
  changed_ = true;
  std::string value = EncodeSource(source.record, source.state).SerializeAsString();
  batch_.Put(Family::kSourceHistory, storage::SourceHistoryKey(register_, ordinal, revision_), value);
  batch_.Put(Family::kSource, storage::SourceKey(register_, ordinal), std::move(value));
  matcher_changes_[ordinal] = LinkageRecordOf(core_.options.rules, source.record, source.state.resolved_addresses);
  content_changed_.insert(ordinal);
}

}  // namespace wensum::registry
