// Undoing an operation: what it may not touch, what it would leave behind, and the rows that come back.
#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/status_macros.h"
#include "base/strings.h"
#include "gazetteer/lifecycle/invariants.h"
#include "gazetteer/lifecycle/refusal.h"
#include "gazetteer/lifecycle/transfer.h"
#include "services/custodian/cases.h"
#include "services/custodian/marks.h"
#include "services/custodian/operation_log.h"
#include "services/custodian/operation_messages.h"
#include "services/custodian/plan_parts.h"
#include "services/custodian/planner.h"
#include "services/custodian/stored_town.h"
#include "services/gazetteer/gazetteer_writer.h"
#include "services/rpc/resource_name.h"
#include "storage/overlay_reader.h"

namespace wensum::custodian {
namespace {

using registry::Planned;
using registry::PlanView;
using storage::Family;
using Record = storage::v1::CustodianOperation;

bool IsStreet(const gazetteer::RowIdentity& row) { return row.owner == gazetteer::RowOwner::kStreet; }

std::string NameOf(const gazetteer::RowIdentity& row) {
  return IsStreet(row) ? rpc::StreetName(row.id) : rpc::PropertyName(row.id);
}

// The row as it was before the operation.
absl::StatusOr<gazetteer::PreparedRow> Former(storage::RegisterId reg, const storage::v1::RowVersion& version) {
  storage::v1::GazetteerRow stored;
  WENSUM_RETURN_IF_ERROR(gazetteer::ParseStoredRow(version.has_before() ? version.before() : version.after(), &stored));
  WENSUM_ASSIGN_OR_RETURN(const model::GazetteerRow row, gazetteer::DecodeRow(stored));
  gazetteer::PreparedRow prepared;
  prepared.identity = gazetteer::IdentityOf(row);
  prepared.key = version.key();
  if (!version.has_before()) {
    prepared.change = model::ChangeType::kDelete;
    return prepared;
  }
  prepared.change = version.has_after() ? model::ChangeType::kUpdate : model::ChangeType::kInsert;
  stored.clear_revision();
  prepared.value = stored.SerializeAsString();
  prepared.secondary = gazetteer::SecondaryKeys(reg, row);
  return prepared;
}

absl::StatusOr<std::string> WithoutRevision(std::string_view value) {
  storage::v1::GazetteerRow stored;
  WENSUM_RETURN_IF_ERROR(gazetteer::ParseStoredRow(value, &stored));
  stored.clear_revision();
  return stored.SerializeAsString();
}

// True if the row stands as the operation left it. What was changed and changed back since counts as untouched.
absl::StatusOr<bool> StandsAsLeft(const storage::Reader& reader, const storage::v1::RowVersion& version) {
  WENSUM_ASSIGN_OR_RETURN(const std::optional<std::string> now, reader.Get(Family::kProperty, version.key()));
  if (!now.has_value() || !version.has_after()) {
    return now.has_value() == version.has_after();
  }
  WENSUM_ASSIGN_OR_RETURN(const std::string is, WithoutRevision(*now));
  WENSUM_ASSIGN_OR_RETURN(const std::string was, WithoutRevision(version.after()));
  return is == was;
}

// What a transfer put under new keys stood there until now.
void SetFormerKeys(const Record& undone, Record& record) {
  std::map<std::string_view, std::string_view> keys;  // of the undone operation: new ones by former ones
  for (const storage::v1::RowVersion& version : undone.rows()) {
    if (!version.former_key().empty()) {
      keys.emplace(version.former_key(), version.key());
    }
  }
  for (storage::v1::RowVersion& version : *record.mutable_rows()) {
    if (const auto found = keys.find(version.key()); found != keys.end()) {
      version.set_former_key(std::string(found->second));
    }
  }
}

// The newest operation after `number` that is in force and wrote a row of the object whose key `matches`. 0: no
// operation did. An undo of an operation after `number` is passed over with it: both together left nothing.
template <typename Matches>
absl::StatusOr<uint64_t> NewestOn(const PlanView& view, storage::RegisterId reg, const gazetteer::RowIdentity& object,
                                  uint64_t number, const Matches& matches) {
  OperationLog log(view.reader, reg, OperationLog::Keep::kAllButRows);
  constexpr size_t kPage = 16;
  for (uint64_t before = 0;;) {
    WENSUM_ASSIGN_OR_RETURN(const std::vector<uint64_t> later,
                            IsStreet(object) ? log.ListOfStreet(static_cast<uint32_t>(object.id), before, kPage)
                                             : log.ListOfProperty(object.id, before, kPage));
    for (const uint64_t at : later) {
      if (at <= number) {
        return 0;
      }
      size_t bytes = 0;
      WENSUM_ASSIGN_OR_RETURN(const Record operation, log.Read(at, &bytes));  // not kept: it may be large
      const auto& rows = operation.rows();
      if (operation.undoes() > number ||
          std::none_of(rows.begin(), rows.end(), [&](const auto& row) { return matches(row.key()); })) {
        continue;
      }
      WENSUM_ASSIGN_OR_RETURN(const bool in_force, log.InForce(at));
      if (in_force) {
        return at;
      }
    }
    if (later.size() < kPage) {
      return 0;
    }
    before = later.back();
  }
}

std::string WhatToUndo(uint64_t later) {
  return later == 0 ? "An import did that, which is not undone: do what mends it as a new operation."
                    : Cat("Undo ", OperationName(later), " first.");
}

// Refuses once for each object that has a row which is not as the operation left it.
absl::Status CheckUntouched(const PlanView& view, storage::RegisterId reg, const Record& undone,
                            const std::vector<gazetteer::PreparedRow>& rows) {
  std::vector<llpg::Refusal> refusals;
  std::set<std::string> named;
  for (size_t i = 0; i < rows.size(); ++i) {
    const gazetteer::RowIdentity& row = rows[i].identity;
    WENSUM_ASSIGN_OR_RETURN(const bool untouched, StandsAsLeft(view.reader, undone.rows(static_cast<int>(i))));
    if (untouched || !named.insert(NameOf(row)).second) {
      continue;
    }
    if (refusals.size() >= llpg::kMaxRefusals) {
      refusals.push_back({"changed_since", NameOf(row), ""});  // counted, not told
      continue;
    }
    const std::string& changed = rows[i].key;
    WENSUM_ASSIGN_OR_RETURN(
        const uint64_t later,
        NewestOn(view, reg, row, undone.number(), [&changed](const std::string& key) { return key == changed; }));
    refusals.push_back({"changed_since", NameOf(row),
                        Cat("Its record ", row.row_type, row.subkey.empty() ? "" : " ", row.subkey,
                            " was changed after ", OperationName(undone.number()), ". ", WhatToUndo(later))});
  }
  return refusals.empty() ? absl::OkStatus() : llpg::Refuse(refusals);
}

// A property without its BLPU, or a street without its record 11, must have no other rows either: later ones would be
// left behind.
absl::Status CheckNothingOrphaned(const PlanView& view, const storage::Reader& after, storage::RegisterId reg,
                                  const Record& undone, const std::vector<gazetteer::PreparedRow>& rows) {
  const StoredTown town(after, reg);
  std::vector<llpg::Refusal> refusals;
  std::set<std::string> seen;
  for (const gazetteer::PreparedRow& row : rows) {
    const gazetteer::RowIdentity& object = row.identity;
    if (!seen.insert(NameOf(object)).second) {
      continue;
    }
    bool stands = false;
    std::string prefix;
    if (IsStreet(object)) {
      WENSUM_ASSIGN_OR_RETURN(const model::Usrn usrn, model::Usrn::Create(object.id));
      WENSUM_ASSIGN_OR_RETURN(const llpg::StreetState* const street, town.FindStreet(usrn));
      stands = street != nullptr;
      prefix = storage::StreetRowPrefix(reg, static_cast<uint32_t>(object.id));
    } else {
      WENSUM_ASSIGN_OR_RETURN(const model::Uprn uprn, model::Uprn::Create(object.id));
      WENSUM_ASSIGN_OR_RETURN(const llpg::PropertyState* const property, town.FindProperty(uprn));
      stands = property != nullptr;
      prefix = storage::PropertyRowPrefix(reg, object.id);
    }
    const auto left = after.NewIterator(Family::kProperty, storage::PrefixRange(prefix));
    left->SeekToFirst();
    WENSUM_RETURN_IF_ERROR(left->status());
    if (stands || !left->Valid()) {
      continue;
    }
    if (refusals.size() >= llpg::kMaxRefusals) {
      refusals.push_back({"changed_since", NameOf(object), ""});
      continue;
    }
    WENSUM_ASSIGN_OR_RETURN(const uint64_t later,
                            NewestOn(view, reg, object, undone.number(),
                                     [&prefix](const std::string& key) { return key.starts_with(prefix); }));
    refusals.push_back(
        {"changed_since", NameOf(object),
         Cat("Rows that do not come from ", OperationName(undone.number()), " would be left without their ",
             IsStreet(object) ? "street" : "BLPU", ". ", WhatToUndo(later))});
  }
  return refusals.empty() ? absl::OkStatus() : llpg::Refuse(refusals);
}

bool Holds(const std::vector<int>& codes, int code) {
  return std::find(codes.begin(), codes.end(), code) != codes.end();
}

// An import may have handed over what was the custodian's own. Looks at the object as it stands, or as it would come
// back.
absl::Status CheckOwnProperty(const StoredTown& now, const StoredTown& after, const CustodianOptions& options,
                              uint64_t number) {
  WENSUM_ASSIGN_OR_RETURN(const model::Uprn uprn, model::Uprn::Create(number));
  WENSUM_ASSIGN_OR_RETURN(const llpg::PropertyState* property, now.FindProperty(uprn));
  if (property == nullptr || Holds(options.codes, property->blpu.local_custodian_code)) {
    WENSUM_ASSIGN_OR_RETURN(property, after.FindProperty(uprn));  // a transfer was from another
  }
  if (property == nullptr || Holds(options.codes, property->blpu.local_custodian_code)) {
    return absl::OkStatus();
  }
  return llpg::Refuse("own_custodian", rpc::PropertyName(number),
                      Cat("The property is kept by custodian ", property->blpu.local_custodian_code,
                          ", whose rows are not changed here; see `custodian.codes` of the configuration."));
}

absl::Status CheckOwnStreet(const StoredTown& now, const StoredTown& after, const CustodianOptions& options,
                            uint32_t number) {
  WENSUM_ASSIGN_OR_RETURN(const model::Usrn usrn, model::Usrn::Create(number));
  WENSUM_ASSIGN_OR_RETURN(const llpg::StreetState* street, now.FindStreet(usrn));
  if (street == nullptr) {
    WENSUM_ASSIGN_OR_RETURN(street, after.FindStreet(usrn));
  }
  const int authority = street == nullptr ? 0 : street->street.swa_org_ref_naming;
  if (authority == 0 || Holds(options.codes, authority) || Holds(options.street_authorities, authority)) {
    return absl::OkStatus();
  }
  return llpg::Refuse(
      "own_custodian", rpc::StreetName(number),
      Cat("The street is named by authority ", authority,
          ", whose streets are not changed here; see `custodian.street_authorities` of the configuration."));
}

// Of whose rows come back, and of properties that are to be kept out of exports again. Notes and visits may be kept on
// any property, and a mark may be taken away from any.
absl::Status CheckOwn(const StoredTown& now, const StoredTown& after, const CustodianOptions& options,
                      const Record& undone, const std::vector<gazetteer::PreparedRow>& rows) {
  std::set<uint64_t> uprns;
  std::set<uint32_t> usrns;
  for (const gazetteer::PreparedRow& row : rows) {
    if (IsStreet(row.identity)) {
      usrns.insert(static_cast<uint32_t>(row.identity.id));
    } else {
      uprns.insert(row.identity.id);
    }
  }
  for (const storage::v1::MarkVersion& mark : undone.marks()) {
    if (mark.kind() == static_cast<uint32_t>(MarkKind::kExclusion) && mark.before().set()) {
      uprns.insert(mark.uprn());
    }
  }
  for (const uint64_t uprn : uprns) {
    WENSUM_RETURN_IF_ERROR(CheckOwnProperty(now, after, options, uprn));
  }
  for (const uint32_t usrn : usrns) {
    WENSUM_RETURN_IF_ERROR(CheckOwnStreet(now, after, options, usrn));
  }
  return absl::OkStatus();
}

// A transfer that goes back takes whole families along, too: a child may have come since.
absl::Status CheckFamiliesAfter(const StoredTown& now, const StoredTown& after, const Record& undone) {
  std::map<model::Uprn, llpg::CustodianChange> moved;
  for (const uint64_t number : undone.uprns()) {
    WENSUM_ASSIGN_OR_RETURN(const model::Uprn uprn, model::Uprn::Create(number));
    WENSUM_ASSIGN_OR_RETURN(const llpg::PropertyState* const is, now.FindProperty(uprn));
    WENSUM_ASSIGN_OR_RETURN(const llpg::PropertyState* const was, after.FindProperty(uprn));
    if (is != nullptr && was != nullptr && is->blpu.local_custodian_code != was->blpu.local_custodian_code) {
      moved[uprn] = {is->blpu.local_custodian_code, was->blpu.local_custodian_code};
    }
  }
  return llpg::CheckFamilies(after, moved);
}

// What came later elsewhere may lean on what would go, e.g. a child that was moved beneath a property made by the
// operation. Faults that stand now do not count, and neither do those that stood before the operation: they come back
// with the rows.
absl::Status CheckAfterUndo(const PlanView& view, storage::RegisterId reg, const CustodianOptions& options,
                            const Record& undone, const std::vector<gazetteer::PreparedRow>& rows) {
  gazetteer::GazetteerWriter writer(view.reader, reg);
  WENSUM_RETURN_IF_ERROR(writer.StageMany(rows).status());
  WENSUM_ASSIGN_OR_RETURN(const gazetteer::GazetteerBatch batch, writer.Finish(view.revision));
  storage::OverlayReader overlay(&view.reader);
  overlay.Add(batch.writes);
  const StoredTown now(view.reader, reg);
  const StoredTown then(overlay, reg, undone.revision() - 1);
  const StoredTown after(overlay, reg);
  WENSUM_RETURN_IF_ERROR(CheckOwn(now, after, options, undone, rows));
  WENSUM_RETURN_IF_ERROR(CheckNothingOrphaned(view, overlay, reg, undone, rows));
  WENSUM_RETURN_IF_ERROR(CheckFamiliesAfter(now, after, undone));
  llpg::CheckScope scope;
  for (const uint64_t number : undone.uprns()) {
    WENSUM_ASSIGN_OR_RETURN(const model::Uprn uprn, model::Uprn::Create(number));
    scope.properties.insert(uprn);
    WENSUM_ASSIGN_OR_RETURN(const llpg::PropertyState* const property, after.FindProperty(uprn));
    if (property != nullptr) {
      for (const model::Lpi& lpi : property->lpis) {
        if (llpg::IsLive(lpi.logical_status)) {
          scope.crowded.insert(lpi.usrn);
        }
      }
    }
  }
  for (const uint32_t number : undone.usrns()) {
    WENSUM_ASSIGN_OR_RETURN(const model::Usrn usrn, model::Usrn::Create(number));
    scope.streets.insert(usrn);
  }
  return llpg::CheckNoNewFaults({&now, &then}, after, std::move(scope), DateOf(view.time), options.gazetteer_rules);
}

}  // namespace

absl::StatusOr<Planned> PlanUndo(const PlanView& view, storage::RegisterId reg, const CustodianOptions& options,
                                 const PlanCaller& caller, uint64_t number, const std::string& reason, Record& record) {
  OperationLog log(view.reader, reg);
  WENSUM_ASSIGN_OR_RETURN(const Record* const undone, log.Get(number));
  WENSUM_ASSIGN_OR_RETURN(const bool in_force, log.InForce(number));
  const auto refuse = [&](std::string_view rule, std::string_view message) {
    return ToApiStatus(llpg::Refuse(rule, OperationName(number), message));
  };
  if (!in_force) {
    return refuse("undone", Cat("It was undone by ", OperationName(undone->undone_by()), " already."));
  }
  if (undone->rows().empty() && undone->marks().empty() && undone->cases().empty()) {
    return refuse("no_rows", "It only gave out numbers, which are never taken back.");
  }
  std::vector<gazetteer::PreparedRow> rows;
  for (const storage::v1::RowVersion& version : undone->rows()) {
    WENSUM_ASSIGN_OR_RETURN(gazetteer::PreparedRow row, Former(reg, version));
    rows.push_back(std::move(row));
  }
  if (const absl::Status status = CheckUntouched(view, reg, *undone, rows); !status.ok()) {
    return ToApiStatus(status);
  }
  if (const absl::Status status = CheckAfterUndo(view, reg, options, *undone, rows); !status.ok()) {
    return ToApiStatus(status);
  }
  WENSUM_ASSIGN_OR_RETURN(const uint64_t own_number, log.NextNumber());
  StartRecord(view, caller, own_number, record);
  record.set_reason(reason);
  record.set_undoes(number);
  Planned planned;
  for (gazetteer::PreparedRow& row : rows) {
    WENSUM_RETURN_IF_ERROR(AddRow(view, std::move(row), planned, record));
  }
  SetFormerKeys(*undone, record);
  if (const absl::Status status = PlanUnmark(view, reg, *undone, planned, record); !status.ok()) {
    return ToApiStatus(status);
  }
  if (const absl::Status status = PlanCaseBack(view, reg, *undone, planned, record); !status.ok()) {
    return ToApiStatus(status);
  }
  *record.mutable_uprns() = undone->uprns();
  *record.mutable_usrns() = undone->usrns();
  Record marked = *undone;
  marked.set_undone_by(own_number);
  planned.writes.Put(Family::kDecision, storage::OperationKey(reg, number), marked.SerializeAsString());
  return Finish(view, reg, caller, std::move(planned), record);
}

}  // namespace wensum::custodian
