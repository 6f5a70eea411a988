#include "services/gazetteer/gazetteer_writer.h"

#include <algorithm>
#include <utility>

#include "base/status_macros.h"
#include "base/strings.h"
#include "services/gazetteer/property_reader.h"

namespace wensum::gazetteer {
namespace {

using storage::Family;

// The record that makes a street or a property: without it there is none.
uint8_t HeadType(RowOwner owner) { return owner == RowOwner::kStreet ? 11 : 21; }

// True if the serialised rows differ in more than revision and import run. Both are parsed only if their bytes differ.
absl::StatusOr<bool> SameContent(std::string_view a, std::string_view b) {
  if (a == b) {
    return true;
  }
  storage::v1::GazetteerRow x;
  storage::v1::GazetteerRow y;
  WENSUM_RETURN_IF_ERROR(ParseStoredRow(a, &x));
  WENSUM_RETURN_IF_ERROR(ParseStoredRow(b, &y));
  for (storage::v1::GazetteerRow* const row : {&x, &y}) {
    row->clear_revision();
    row->clear_import_run();
  }
  return x.SerializeAsString() == y.SerializeAsString();
}

// The secondary keys of a serialised row.
absl::StatusOr<std::vector<SecondaryKey>> KeysOf(storage::RegisterId reg,
                                                 const std::optional<std::string>& serialised) {
  if (!serialised.has_value()) {
    return std::vector<SecondaryKey>();
  }
  storage::v1::GazetteerRow stored;
  WENSUM_RETURN_IF_ERROR(ParseStoredRow(*serialised, &stored));
  WENSUM_ASSIGN_OR_RETURN(const model::GazetteerRow row, DecodeRow(stored));
  return SecondaryKeys(reg, row);
}

// The column that names the owner of a row.
std::string_view OwnerColumn(RowOwner owner) {
  return owner == RowOwner::kStreet ? "USRN" : owner == RowOwner::kPostcode ? "Postcode" : "UPRN";
}

bool Contains(const std::vector<SecondaryKey>& keys, const SecondaryKey& key) {
  return std::any_of(keys.begin(), keys.end(),
                     [&key](const SecondaryKey& k) { return k.key == key.key && k.member == key.member; });
}

}  // namespace

GazetteerWriter::GazetteerWriter(const storage::Reader& reader, storage::RegisterId reg, model::PartialDate today)
    : reader_(reader), reg_(reg), today_(today) {}

absl::StatusOr<StageResult> GazetteerWriter::Stage(const model::GazetteerRow& row, model::ChangeType change,
                                                   const RowOrigin& origin) {
  const RowIdentity identity = IdentityOf(row);
  return StageWith(row, change, origin, identity, RowKey(reg_, identity));
}

absl::StatusOr<std::vector<StageResult>> GazetteerWriter::StageMany(const std::vector<Input>& inputs,
                                                                    const RowOrigin& origin) {
  std::vector<RowIdentity> identities;
  std::vector<std::string> keys;
  std::vector<size_t> missing;
  std::vector<std::string> missing_keys;
  identities.reserve(inputs.size());
  keys.reserve(inputs.size());
  for (size_t i = 0; i < inputs.size(); ++i) {
    identities.push_back(IdentityOf(inputs[i].row));
    keys.push_back(RowKey(reg_, identities.back()));
    if (!rows_.contains(keys.back())) {
      missing.push_back(i);
      missing_keys.push_back(keys.back());
    }
  }
  WENSUM_ASSIGN_OR_RETURN(std::vector<std::optional<std::string>> stored,
                          reader_.MultiGet(Family::kProperty, missing_keys));
  for (size_t i = 0; i < missing.size(); ++i) {
    if (identities[missing[i]].complete()) {  // else the row is rejected below
      Remember(identities[missing[i]], missing_keys[i], std::move(stored[i]));
    }
  }
  std::vector<StageResult> results;
  results.reserve(inputs.size());
  for (size_t i = 0; i < inputs.size(); ++i) {
    WENSUM_ASSIGN_OR_RETURN(StageResult result,
                            StageWith(inputs[i].row, inputs[i].change, origin, identities[i], keys[i]));
    results.push_back(std::move(result));
  }
  return results;
}

absl::StatusOr<StageResult> GazetteerWriter::StageWith(const model::GazetteerRow& row, model::ChangeType change,
                                                       const RowOrigin& origin, const RowIdentity& identity,
                                                       const std::string& key) {
  StageResult result;
  CheckRow(row, change, origin.format, today_, &result.issues);
  const bool rejected = std::any_of(result.issues.begin(), result.issues.end(),
                                    [](const RowIssue& issue) { return issue.severity == Severity::kReject; });
  if (rejected) {
    return result;
  }
  WENSUM_ASSIGN_OR_RETURN(PendingRow* const pending, Find(identity, key));
  if (change == model::ChangeType::kDelete) {
    if (!pending->after.has_value()) {
      result.issues.push_back({OwnerColumn(identity.owner), "unknown_row", Severity::kReject,
                               "The row to delete is not in the gazetteer."});
      return result;
    }
    pending->after.reset();
    pending->after_keys.clear();
    pending->changed = true;
    result.outcome = RowOutcome::kDeleted;
    return result;
  }
  EncodeRow(row, origin, &scratch_);
  std::string value = scratch_.SerializeAsString();
  result.outcome = RowOutcome::kInserted;
  if (pending->after.has_value()) {
    WENSUM_ASSIGN_OR_RETURN(const bool same, SameContent(*pending->after, value));
    if (same) {
      result.outcome = RowOutcome::kUnchanged;
      return result;
    }
    result.outcome = RowOutcome::kUpdated;
  }
  staged_bytes_ += value.size() + key.size();
  pending->after = std::move(value);
  pending->after_keys = SecondaryKeys(reg_, row);
  pending->changed = true;
  return result;
}

absl::StatusOr<GazetteerWriter::PendingRow*> GazetteerWriter::Find(const RowIdentity& identity,
                                                                   const std::string& key) {
  if (const auto found = rows_.find(key); found != rows_.end()) {
    return &found->second;
  }
  WENSUM_ASSIGN_OR_RETURN(std::optional<std::string> stored, reader_.Get(Family::kProperty, key));
  return Remember(identity, key, std::move(stored));
}

GazetteerWriter::PendingRow* GazetteerWriter::Remember(const RowIdentity& identity, const std::string& key,
                                                       std::optional<std::string> stored) {
  PendingRow& row = rows_[key];
  row.identity = identity;
  row.before = std::move(stored);
  row.after = row.before;
  return &row;
}

absl::StatusOr<GazetteerBatch> GazetteerWriter::Finish(uint64_t revision) {
  GazetteerBatch batch;
  WENSUM_RETURN_IF_ERROR(DropIneffective());
  WENSUM_RETURN_IF_ERROR(Touch(&batch));
  std::vector<const std::pair<const std::string, PendingRow>*> rows;
  rows.reserve(rows_.size());
  for (const auto& entry : rows_) {
    if (entry.second.changed) {
      rows.push_back(&entry);
    }
  }
  // The batch does not depend on the order of a hash map.
  std::sort(rows.begin(), rows.end(), [](const auto* a, const auto* b) { return a->first < b->first; });
  // First the rows, then their secondary keys, both ascending: the store takes neighbours faster.
  KeyChanges changes;
  for (const auto* const row : rows) {
    WENSUM_RETURN_IF_ERROR(WriteRow(row->first, row->second, revision, &batch, &changes));
  }
  std::sort(changes.plain.begin(), changes.plain.end());
  for (auto& [key, put] : changes.plain) {
    if (put) {
      batch.writes.Put(Family::kProperty, std::move(key), {});
    } else {
      batch.writes.Delete(Family::kProperty, std::move(key));
    }
  }
  WENSUM_RETURN_IF_ERROR(WriteMembers(changes.members, &batch));
  WENSUM_RETURN_IF_ERROR(AddPropertiesOnStreets(&batch));
  rows_.clear();
  staged_bytes_ = 0;
  return batch;
}

// Rows that end as they began are not written.
absl::Status GazetteerWriter::DropIneffective() {
  for (auto& [key, row] : rows_) {
    if (!row.changed || row.before.has_value() != row.after.has_value()) {
      continue;
    }
    bool same = true;
    if (row.before.has_value()) {
      WENSUM_ASSIGN_OR_RETURN(same, SameContent(*row.before, *row.after));
    }
    row.changed = !same;
  }
  for (auto& [key, row] : rows_) {
    row.changed = row.changed && (row.before.has_value() || row.after.has_value());
  }
  return absl::OkStatus();
}

// Lists what is touched. The revision of a property is the highest of its rows, so where a row goes, its record 21 (or
// 11) takes the new revision.
absl::Status GazetteerWriter::Touch(GazetteerBatch* batch) {
  struct Change {
    TouchKind kind = TouchKind::kUpdated;
    bool head_written = false;
    bool row_deleted = false;
  };
  std::map<std::pair<RowOwner, uint64_t>, Change> changes;
  for (const auto& [key, row] : rows_) {
    const RowOwner owner = row.identity.owner;
    if (!row.changed || owner == RowOwner::kPostcode) {
      continue;
    }
    Change& change = changes[{owner, row.identity.id}];
    if (row.identity.row_type == HeadType(owner)) {
      change.head_written = true;
      change.kind = !row.before.has_value()  ? TouchKind::kCreated
                    : !row.after.has_value() ? TouchKind::kDeleted
                                             : TouchKind::kUpdated;
    } else {
      change.row_deleted |= !row.after.has_value();
    }
  }
  for (const auto& [owner, change] : changes) {
    (owner.first == RowOwner::kStreet ? batch->streets : batch->properties).push_back({owner.second, change.kind});
    if (change.row_deleted && !change.head_written) {
      WENSUM_RETURN_IF_ERROR(Restamp({owner.first, owner.second, HeadType(owner.first), {}}));
    }
  }
  return absl::OkStatus();
}

absl::Status GazetteerWriter::Restamp(const RowIdentity& head) {
  WENSUM_ASSIGN_OR_RETURN(PendingRow* const row, Find(head, RowKey(reg_, head)));
  if (!row->before.has_value()) {
    return absl::OkStatus();
  }
  storage::v1::GazetteerRow stored;
  WENSUM_RETURN_IF_ERROR(ParseStoredRow(*row->before, &stored));
  stored.clear_revision();
  row->after = stored.SerializeAsString();
  row->changed = true;
  row->restamped = true;
  return absl::OkStatus();
}

absl::Status GazetteerWriter::WriteRow(const std::string& key, const PendingRow& row, uint64_t revision,
                                       GazetteerBatch* batch, KeyChanges* changes) const {
  storage::WriteBatch& writes = batch->writes;
  std::string history = storage::PropertyHistoryKey(key, revision);
  if (row.after.has_value()) {
    std::string value = *row.after;
    AppendRevision(revision, &value);
    writes.Put(Family::kPropertyHistory, std::move(history), value);
    writes.Put(Family::kProperty, key, std::move(value));
  } else {
    std::string value = DeletionValue(row.identity.id);
    AppendRevision(revision, &value);
    writes.Put(Family::kPropertyHistory, std::move(history), std::move(value));
    writes.Delete(Family::kProperty, key);
  }
  if (row.restamped) {
    return absl::OkStatus();
  }
  WENSUM_ASSIGN_OR_RETURN(const std::vector<SecondaryKey> before, KeysOf(reg_, row.before));
  for (const SecondaryKey& old : before) {
    if (Contains(row.after_keys, old)) {
      continue;
    }
    if (old.member.empty()) {
      changes->plain.emplace_back(old.key, false);
    } else {
      changes->members[old.key].removed.insert(old.member);
    }
  }
  for (const SecondaryKey& now : row.after_keys) {
    if (Contains(before, now)) {
      continue;
    }
    if (now.member.empty()) {
      changes->plain.emplace_back(now.key, true);
    } else {
      changes->members[now.key].added.insert(now.member);
    }
  }
  return absl::OkStatus();
}

absl::Status GazetteerWriter::WriteMembers(const MemberChanges& changes, GazetteerBatch* batch) const {
  std::vector<std::string> keys;
  for (const auto& [key, change] : changes) {
    keys.push_back(key);
  }
  WENSUM_ASSIGN_OR_RETURN(const std::vector<std::optional<std::string>> stored,
                          reader_.MultiGet(Family::kProperty, keys));
  size_t next = 0;
  for (const auto& [key, change] : changes) {
    const std::optional<std::string>& before = stored[next++];
    std::set<std::string> members = change.added;
    if (before.has_value()) {
      for (const std::string_view member : Split(*before, '\n')) {
        if (!change.removed.contains(std::string(member))) {
          members.emplace(member);
        }
      }
    }
    if (members.empty()) {
      batch->writes.Delete(Family::kProperty, key);
    } else {
      batch->writes.Put(Family::kProperty, key, Join({members.begin(), members.end()}, "\n"));
    }
  }
  return absl::OkStatus();
}

absl::Status GazetteerWriter::AddPropertiesOnStreets(GazetteerBatch* batch) const {
  std::vector<uint64_t>& uprns = batch->readdress_uprns;
  for (const Touched& property : batch->properties) {
    uprns.push_back(property.id);
  }
  // LPIs that this batch puts on a street belong to touched properties already.
  const PropertyReader reader(reader_, reg_);
  for (const Touched& street : batch->streets) {
    WENSUM_ASSIGN_OR_RETURN(const std::vector<uint64_t> standing,
                            reader.ListByStreet(static_cast<uint32_t>(street.id), 0, SIZE_MAX));
    uprns.insert(uprns.end(), standing.begin(), standing.end());
  }
  std::sort(uprns.begin(), uprns.end());
  uprns.erase(std::unique(uprns.begin(), uprns.end()), uprns.end());
  return absl::OkStatus();
}

}  // namespace wensum::gazetteer
