#include "services/gazetteer/gazetteer_writer.h"

#include <algorithm>
#include <utility>

#include "base/status_macros.h"
#include "base/strings.h"
#include "services/gazetteer/etags.h"
#include "services/gazetteer/property_reader.h"

namespace wensum::gazetteer {
namespace {

using storage::Family;

// The record that makes a street or a property: without it there is none.
uint8_t HeadType(RowOwner owner) { return owner == RowOwner::kStreet ? kStreetHead : kPropertyHead; }

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

bool IsAddressBase(model::GazetteerFormat format) {
  return format == model::GazetteerFormat::kAddressBasePremium1 ||
         format == model::GazetteerFormat::kAddressBasePremium2;
}

// The column that names the owner of a row.
std::string_view OwnerColumn(RowOwner owner) {
  switch (owner) {
    case RowOwner::kStreet:
      return "USRN";
    case RowOwner::kPostcode:
      return "Postcode";
    case RowOwner::kCustodian:
      return "";
    case RowOwner::kProperty:
      break;
  }
  return "UPRN";
}

bool Contains(const std::vector<SecondaryKey>& keys, const SecondaryKey& key) {
  return std::any_of(keys.begin(), keys.end(),
                     [&key](const SecondaryKey& k) { return k.key == key.key && k.member == key.member; });
}

}  // namespace

GazetteerWriter::GazetteerWriter(const storage::Reader& reader, storage::RegisterId reg) : reader_(reader), reg_(reg) {}

absl::StatusOr<StageResult> GazetteerWriter::Stage(PreparedRow row) {
  WENSUM_ASSIGN_OR_RETURN(std::vector<StageResult> results, StageMany({std::move(row)}));
  return std::move(results.front());
}

absl::StatusOr<std::vector<StageResult>> GazetteerWriter::StageMany(std::vector<PreparedRow> rows) {
  std::vector<PendingRow*> pending(rows.size(), nullptr);
  std::vector<PendingRow*> missing;
  std::vector<std::string> missing_keys;
  for (size_t i = 0; i < rows.size(); ++i) {
    if (!rows[i].issues.empty()) {
      continue;
    }
    if (const auto found = by_key_.find(rows[i].key); found != by_key_.end()) {
      pending[i] = found->second;
      continue;
    }
    pending[i] = Remember(std::move(rows[i].identity), std::move(rows[i].key), std::nullopt);
    missing.push_back(pending[i]);
  }
  // Ascending: the store sorts keys by itself, but less quickly.
  std::sort(missing.begin(), missing.end(), [](const PendingRow* a, const PendingRow* b) { return a->key < b->key; });
  missing_keys.reserve(missing.size());
  for (const PendingRow* const row : missing) {
    missing_keys.push_back(row->key);
  }
  WENSUM_ASSIGN_OR_RETURN(std::vector<std::optional<std::string>> stored,
                          reader_.MultiGet(Family::kProperty, missing_keys));
  for (size_t i = 0; i < missing.size(); ++i) {
    missing[i]->before = std::move(stored[i]);
  }
  std::vector<StageResult> results(rows.size());
  for (size_t i = 0; i < rows.size(); ++i) {
    if (pending[i] == nullptr) {
      results[i].issues = std::move(rows[i].issues);
    } else {
      WENSUM_ASSIGN_OR_RETURN(results[i], StageFound(*pending[i], std::move(rows[i])));
    }
  }
  return results;
}

absl::StatusOr<StageResult> GazetteerWriter::StageFound(PendingRow& pending, PreparedRow row) {
  StageResult result;
  if (pending.current().has_value() && IsAddressBase(row.format)) {
    storage::v1::GazetteerRow stored;
    WENSUM_RETURN_IF_ERROR(ParseStoredRow(*pending.current(), &stored));
    if (stored.source_format() == static_cast<uint32_t>(model::GazetteerFormat::kDtf73)) {
      result.issues.push_back({OwnerColumn(pending.identity.owner), "authority_row", Severity::kReject,
                               "The authority's own gazetteer (DTF 7.3) has this row; AddressBase does not replace or "
                               "delete it."});
      return result;
    }
  }
  if (row.change == model::ChangeType::kDelete) {
    if (!pending.current().has_value()) {
      result.issues.push_back({OwnerColumn(pending.identity.owner), "unknown_row", Severity::kReject,
                               "The row to delete is not in the gazetteer."});
      return result;
    }
    pending.after.reset();
    pending.after_keys.clear();
    pending.changed = true;
    result.outcome = RowOutcome::kDeleted;
    return result;
  }
  result.outcome = RowOutcome::kInserted;
  if (pending.current().has_value()) {
    WENSUM_ASSIGN_OR_RETURN(const bool same, SameContent(*pending.current(), row.value));
    if (same) {
      result.outcome = RowOutcome::kUnchanged;
      return result;
    }
    result.outcome = RowOutcome::kUpdated;
  }
  staged_bytes_ += row.value.size() + pending.key.size();
  pending.after = std::move(row.value);
  pending.after_keys = std::move(row.secondary);
  pending.changed = true;
  return result;
}

absl::StatusOr<GazetteerWriter::PendingRow*> GazetteerWriter::Find(RowIdentity identity, std::string key) {
  if (const auto found = by_key_.find(key); found != by_key_.end()) {
    return found->second;
  }
  WENSUM_ASSIGN_OR_RETURN(std::optional<std::string> stored, reader_.Get(Family::kProperty, key));
  return Remember(std::move(identity), std::move(key), std::move(stored));
}

GazetteerWriter::PendingRow* GazetteerWriter::Remember(RowIdentity identity, std::string key,
                                                       std::optional<std::string> stored) {
  PendingRow& row = rows_.emplace_back();
  row.identity = std::move(identity);
  row.key = std::move(key);
  row.before = std::move(stored);
  by_key_.emplace(row.key, &row);
  return &row;
}

absl::StatusOr<GazetteerBatch> GazetteerWriter::Finish(uint64_t revision) {
  GazetteerBatch batch;
  WENSUM_RETURN_IF_ERROR(DropIneffective());
  WENSUM_RETURN_IF_ERROR(Touch(&batch));
  std::vector<PendingRow*> rows;
  rows.reserve(rows_.size());
  for (PendingRow& row : rows_) {
    if (row.changed) {
      rows.push_back(&row);
    }
  }
  // First the rows, then their secondary keys, both ascending: the store takes neighbours faster.
  std::sort(rows.begin(), rows.end(), [](const PendingRow* a, const PendingRow* b) { return a->key < b->key; });
  KeyChanges changes;
  for (PendingRow* const row : rows) {
    WENSUM_RETURN_IF_ERROR(WriteRow(*row, revision, &batch, &changes));
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
  by_key_.clear();
  rows_.clear();
  staged_bytes_ = 0;
  return batch;
}

// Rows that end as they began are not written.
absl::Status GazetteerWriter::DropIneffective() {
  for (PendingRow& row : rows_) {
    if (!row.changed || row.before.has_value() != row.after.has_value()) {
      continue;
    }
    bool same = true;
    if (row.before.has_value()) {
      WENSUM_ASSIGN_OR_RETURN(same, SameContent(*row.before, *row.after));
    }
    row.changed = !same;
  }
  for (PendingRow& row : rows_) {
    row.changed = row.changed && (row.before.has_value() || row.after.has_value());
  }
  return absl::OkStatus();
}

// Lists what is touched. The etag of a property is the highest revision of its rows (see etags.h), so where a row goes,
// its record 21 (or 11) takes the new revision.
absl::Status GazetteerWriter::Touch(GazetteerBatch* batch) {
  struct Change {
    TouchKind kind = TouchKind::kUpdated;
    bool head_written = false;
    bool row_deleted = false;
  };
  std::map<std::pair<RowOwner, uint64_t>, Change> changes;
  for (const PendingRow& row : rows_) {
    const RowOwner owner = row.identity.owner;
    if (!row.changed || owner == RowOwner::kPostcode || owner == RowOwner::kCustodian) {
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

absl::Status GazetteerWriter::WriteRow(PendingRow& row, uint64_t revision, GazetteerBatch* batch,
                                       KeyChanges* changes) const {
  storage::WriteBatch& writes = batch->writes;
  std::vector<SecondaryKey> before;
  if (row.before.has_value()) {
    storage::v1::GazetteerRow stored;
    WENSUM_RETURN_IF_ERROR(ParseStoredRow(*row.before, &stored));
    WENSUM_ASSIGN_OR_RETURN(const model::GazetteerRow former, DecodeRow(stored));
    before = SecondaryKeys(reg_, former);
    writes.Put(Family::kPropertyHistory, storage::PropertyHistoryKey(row.key, stored.revision()),
               *std::move(row.before));
  }
  if (row.after.has_value()) {
    AppendRevision(revision, &*row.after);
    writes.Put(Family::kProperty, row.key, *std::move(row.after));
  } else {
    std::string value = DeletionValue(row.identity.id);
    AppendRevision(revision, &value);
    writes.Put(Family::kPropertyHistory, storage::PropertyHistoryKey(row.key, revision), std::move(value));
    writes.Delete(Family::kProperty, row.key);
  }
  if (row.restamped) {
    return absl::OkStatus();
  }
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
