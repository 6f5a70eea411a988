#include "services/custodian/planner.h"

#include <optional>
#include <set>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/status_macros.h"
#include "base/strings.h"
#include "gazetteer/lifecycle/apply_operation.h"
#include "gazetteer/lifecycle/invariants.h"
#include "gazetteer/lifecycle/refusal.h"
#include "services/custodian/number_allocator.h"
#include "services/custodian/operation_log.h"
#include "services/custodian/operation_messages.h"
#include "services/custodian/stored_town.h"
#include "services/gazetteer/gazetteer_writer.h"
#include "services/gazetteer/prepared_row.h"
#include "services/register/prepare.h"
#include "services/rpc/resource_name.h"
#include "services/rpc/status_details.h"
#include "storage/overlay_reader.h"

namespace wensum::custodian {
namespace {

using registry::Planned;
using registry::PlanView;
using storage::Family;
using Record = storage::v1::CustodianOperation;

constexpr int kMaxAllocated = 10'000;

model::PartialDate DateOf(TimeMicros time) { return registry::Today(ManualClock(time)); }

// ABORTED if one of them was changed since.
absl::Status CheckEtags(const PlanView& view, storage::RegisterId reg, const v1::ApplyOperationRequest& request) {
  for (int i = 0; i < request.etags_size(); ++i) {
    const v1::ExpectedEtag& expected = request.etags(i);
    const std::string field = Cat("etags[", i, "].name");
    uint64_t etag = 0;
    if (expected.name().starts_with("streets/")) {
      WENSUM_ASSIGN_OR_RETURN(const uint64_t usrn, rpc::ParseStreetName(expected.name(), field));
      WENSUM_ASSIGN_OR_RETURN(etag, StreetEtag(view.reader, reg, static_cast<uint32_t>(usrn)));
    } else {
      WENSUM_ASSIGN_OR_RETURN(const uint64_t uprn, rpc::ParsePropertyName(expected.name(), field));
      WENSUM_ASSIGN_OR_RETURN(etag, PropertyEtag(view.reader, reg, uprn));
    }
    if (etag != expected.etag()) {
      return rpc::WithReason(Aborted(Cat(expected.name(), ": etag ", expected.etag(), " does not fit: its revision is ",
                                         etag, "; read it again and decide anew")),
                             rpc::reason::kEtagMismatch, {{"name", expected.name()}});
    }
  }
  return absl::OkStatus();
}

void StartRecord(const PlanView& view, const PlanCaller& caller, uint64_t number, Record& record) {
  record.Clear();
  record.set_format(kOperationFormat);
  record.set_number(number);
  record.set_time(view.time);
  record.set_caller(caller.caller);
  record.set_purpose(caller.purpose);
}

// Ends a plan: with the record and the numbers, or, if nothing is meant, with nothing.
Planned Finish(const PlanView& view, storage::RegisterId reg, const PlanCaller& caller, Planned planned,
               Record& record) {
  record.set_revision(planned.rows.empty() ? view.revision - 1 : view.revision);
  if (caller.validate_only) {
    record.clear_number();
    record.clear_time();
    record.clear_revision();
    return {};
  }
  OperationLog::Put(reg, record, planned.writes);
  return planned;
}

absl::Status AddRow(const PlanView& view, gazetteer::PreparedRow row, Planned& planned, Record& record) {
  if (!row.issues.empty()) {
    return Internal(Cat("an operation made a row that cannot be stored: ", row.issues.front().message));
  }
  storage::v1::RowVersion& version = *record.add_rows();
  version.set_key(row.key);
  WENSUM_ASSIGN_OR_RETURN(std::optional<std::string> before, view.reader.Get(Family::kProperty, row.key));
  if (before.has_value()) {
    version.set_before(*std::move(before));
  }
  if (row.change != model::ChangeType::kDelete) {
    version.set_after(row.value);
  }
  planned.rows.push_back(std::move(row));
  return absl::OkStatus();
}

void SetOutcome(const llpg::Outcome& outcome, Record& record) {
  for (const llpg::LineageEvent& event : outcome.lineage) {
    storage::v1::LineageEvent& added = *record.add_lineage();
    added.set_kind(static_cast<uint32_t>(event.kind));
    added.set_date(event.date.ToNumber());
    for (const model::Uprn uprn : event.predecessors) {
      added.add_predecessors(uprn.value());
    }
    for (const model::Uprn uprn : event.successors) {
      added.add_successors(uprn.value());
    }
  }
  for (const model::Uprn uprn : outcome.uprns) {
    record.add_uprns(uprn.value());
  }
  for (const model::Usrn usrn : outcome.usrns) {
    record.add_usrns(usrn.value());
  }
  for (const model::Uprn uprn : outcome.new_uprns) {
    record.add_new_uprns(uprn.value());
  }
  for (const model::Usrn usrn : outcome.new_usrns) {
    record.add_new_usrns(usrn.value());
  }
}

absl::Status Allocate(const v1::CustodianOperation::AllocateNumbers& asked, NumberAllocator& numbers, Record& record) {
  const bool one_kind = (asked.uprns() == 0) != (asked.usrns() == 0);
  const int count = asked.uprns() + asked.usrns();
  if (!one_kind || count < 1 || count > kMaxAllocated) {
    return rpc::InvalidField("operation.allocate_numbers",
                             Cat("must ask for 1 to ", kMaxAllocated, " numbers of one kind"));
  }
  for (int i = 0; i < count; ++i) {
    if (asked.uprns() > 0) {
      WENSUM_ASSIGN_OR_RETURN(const model::Uprn uprn, numbers.NextUprn());
      record.add_new_uprns(uprn.value());
    } else {
      WENSUM_ASSIGN_OR_RETURN(const model::Usrn usrn, numbers.NextUsrn());
      record.add_new_usrns(usrn.value());
    }
  }
  return absl::OkStatus();
}

// Takes from `revisions` those of later operations that left nothing behind: they were undone, or undid such a one.
absl::Status DropUndone(OperationLog& log, const Record& undone, const std::vector<uint64_t>& later,
                        std::set<uint64_t>& revisions) {
  for (const uint64_t number : later) {
    if (number <= undone.number()) {
      break;  // newest first
    }
    WENSUM_ASSIGN_OR_RETURN(const Record* const operation, log.Get(number));
    WENSUM_ASSIGN_OR_RETURN(const bool in_force, log.InForce(number));
    if (!in_force || operation->undoes() > undone.number()) {
      revisions.erase(operation->revision());
    }
  }
  return absl::OkStatus();
}

// Nothing that the operation touched may be other than it left it.
absl::Status CheckUntouched(const PlanView& view, storage::RegisterId reg, OperationLog& log, const Record& undone) {
  std::vector<llpg::Refusal> refusals;
  const auto check = [&](const std::string& name, const std::string& prefix,
                         const absl::StatusOr<std::vector<uint64_t>>& later) -> absl::Status {
    WENSUM_RETURN_IF_ERROR(later.status());
    WENSUM_ASSIGN_OR_RETURN(std::set<uint64_t> revisions, ChangesSince(view.reader, prefix, undone.revision()));
    WENSUM_RETURN_IF_ERROR(DropUndone(log, undone, *later, revisions));
    if (!revisions.empty()) {
      refusals.push_back(
          {"changed_since", name,
           Cat("It was changed in revision ", *revisions.rbegin(), ", after ", OperationName(undone.number()),
               " (revision ", undone.revision(), "). Undo what came later first.")});
    }
    return absl::OkStatus();
  };
  for (const uint64_t uprn : undone.uprns()) {
    WENSUM_RETURN_IF_ERROR(
        check(rpc::PropertyName(uprn), storage::PropertyRowPrefix(reg, uprn), log.ListOfProperty(uprn, 0, SIZE_MAX)));
  }
  for (const uint32_t usrn : undone.usrns()) {
    WENSUM_RETURN_IF_ERROR(
        check(rpc::StreetName(usrn), storage::StreetRowPrefix(reg, usrn), log.ListOfStreet(usrn, 0, SIZE_MAX)));
  }
  return refusals.empty() ? absl::OkStatus() : llpg::Refuse(refusals);
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

// What came later elsewhere may lean on what would go, e.g. a child that was moved beneath a property made by the
// operation.
absl::Status CheckAfterUndo(const PlanView& view, storage::RegisterId reg, const Record& undone,
                            const std::vector<gazetteer::PreparedRow>& rows) {
  gazetteer::GazetteerWriter writer(view.reader, reg);
  WENSUM_RETURN_IF_ERROR(writer.StageMany(rows).status());
  WENSUM_ASSIGN_OR_RETURN(const gazetteer::GazetteerBatch batch, writer.Finish(view.revision));
  storage::OverlayReader overlay(&view.reader);
  overlay.Add(batch.writes);
  const StoredTown before(view.reader, reg);
  const StoredTown after(overlay, reg);
  llpg::CheckScope scope;
  for (const uint64_t number : undone.uprns()) {
    WENSUM_ASSIGN_OR_RETURN(const model::Uprn uprn, model::Uprn::Create(number));
    scope.properties.insert(uprn);
    WENSUM_ASSIGN_OR_RETURN(const llpg::PropertyState* const property, after.FindProperty(uprn));
    if (property != nullptr) {
      for (const model::Lpi& lpi : property->lpis) {
        scope.crowded.insert(lpi.usrn);
      }
    }
  }
  for (const uint32_t number : undone.usrns()) {
    WENSUM_ASSIGN_OR_RETURN(const model::Usrn usrn, model::Usrn::Create(number));
    scope.streets.insert(usrn);
  }
  return llpg::CheckNoNewFaults(before, after, std::move(scope), DateOf(view.time));
}

}  // namespace

absl::StatusOr<Planned> PlanApply(const PlanView& view, storage::RegisterId reg, const CustodianOptions& options,
                                  const PlanCaller& caller, const v1::ApplyOperationRequest& request, Record& record) {
  WENSUM_RETURN_IF_ERROR(CheckEtags(view, reg, request));
  WENSUM_ASSIGN_OR_RETURN(const uint64_t number, OperationLog(view.reader, reg).NextNumber());
  StartRecord(view, caller, number, record);
  record.set_reason(request.reason());
  record.set_act(request.operation().SerializeAsString());
  WENSUM_ASSIGN_OR_RETURN(NumberAllocator numbers, NumberAllocator::Open(view, reg, options));
  Planned planned;
  if (request.operation().has_allocate_numbers()) {
    WENSUM_RETURN_IF_ERROR(Allocate(request.operation().allocate_numbers(), numbers, record));
  } else {
    WENSUM_ASSIGN_OR_RETURN(const llpg::Operation operation, FromOperation(request.operation()));
    const StoredTown town(view.reader, reg);
    const absl::StatusOr<llpg::Outcome> outcome =
        llpg::ApplyOperation(operation, town, numbers,
                             {.today = DateOf(view.time),
                              .own_custodians = options.codes,
                              .street_authorities = options.street_authorities});
    if (!outcome.ok()) {
      return ToApiStatus(outcome.status());
    }
    const gazetteer::RowOrigin origin{
        .format = model::GazetteerFormat::kDtf73, .import_run = OperationName(number), .purposes = model::kAllPurposes};
    for (const llpg::RowChange& change : outcome->changes) {
      const auto type = change.before.has_value() ? model::ChangeType::kUpdate : model::ChangeType::kInsert;
      WENSUM_RETURN_IF_ERROR(AddRow(view, gazetteer::PrepareRow(reg, change.after, type, origin), planned, record));
    }
    SetOutcome(*outcome, record);
  }
  numbers.AddWrites(planned.writes);
  return Finish(view, reg, caller, std::move(planned), record);
}

absl::StatusOr<Planned> PlanUndo(const PlanView& view, storage::RegisterId reg, const PlanCaller& caller,
                                 uint64_t number, const std::string& reason, Record& record) {
  OperationLog log(view.reader, reg);
  WENSUM_ASSIGN_OR_RETURN(const Record* const undone, log.Get(number));
  WENSUM_ASSIGN_OR_RETURN(const bool in_force, log.InForce(number));
  const auto refuse = [&](std::string_view rule, std::string_view message) {
    return ToApiStatus(llpg::Refuse(rule, OperationName(number), message));
  };
  if (!in_force) {
    return refuse("undone", Cat("It was undone by ", OperationName(undone->undone_by()), " already."));
  }
  if (undone->rows().empty()) {
    return refuse("no_rows", "It only gave out numbers, which are never taken back.");
  }
  if (const absl::Status status = CheckUntouched(view, reg, log, *undone); !status.ok()) {
    return ToApiStatus(status);
  }
  WENSUM_ASSIGN_OR_RETURN(const uint64_t own_number, log.NextNumber());
  StartRecord(view, caller, own_number, record);
  record.set_reason(reason);
  record.set_undoes(number);
  Planned planned;
  for (const storage::v1::RowVersion& version : undone->rows()) {
    WENSUM_ASSIGN_OR_RETURN(gazetteer::PreparedRow row, Former(reg, version));
    WENSUM_RETURN_IF_ERROR(AddRow(view, std::move(row), planned, record));
  }
  if (const absl::Status status = CheckAfterUndo(view, reg, *undone, planned.rows); !status.ok()) {
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
