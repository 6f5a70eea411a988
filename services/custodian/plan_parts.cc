#include "services/custodian/plan_parts.h"

#include <optional>
#include <string>
#include <utility>

#include "base/status_macros.h"
#include "base/strings.h"
#include "services/custodian/cases.h"
#include "services/custodian/operation_log.h"
#include "services/gazetteer/etags.h"
#include "services/register/prepare.h"
#include "services/rpc/resource_name.h"
#include "services/rpc/status_details.h"

namespace wensum::custodian {

using storage::Family;

model::PartialDate DateOf(TimeMicros time) { return registry::Today(ManualClock(time)); }

void StartRecord(const registry::PlanView& view, const PlanCaller& caller, uint64_t number,
                 storage::v1::CustodianOperation& record) {
  record.Clear();
  record.set_format(kOperationFormat);
  record.set_number(number);
  record.set_time(view.time);
  record.set_caller(caller.caller);
  record.set_purpose(caller.purpose);
}

absl::Status CheckEtags(const registry::PlanView& view, storage::RegisterId reg,
                        const v1::ApplyOperationRequest& request) {
  for (int i = 0; i < request.etags_size(); ++i) {
    const v1::ExpectedEtag& expected = request.etags(i);
    const std::string field = Cat("etags[", i, "].name");
    uint64_t etag = 0;
    if (expected.name().starts_with("streets/")) {
      WENSUM_ASSIGN_OR_RETURN(const uint64_t usrn, rpc::ParseStreetName(expected.name(), field));
      WENSUM_ASSIGN_OR_RETURN(etag, gazetteer::StreetEtag(view.reader, reg, static_cast<uint32_t>(usrn)));
    } else {
      WENSUM_ASSIGN_OR_RETURN(const uint64_t uprn, rpc::ParsePropertyName(expected.name(), field));
      WENSUM_ASSIGN_OR_RETURN(etag, gazetteer::PropertyEtag(view.reader, reg, uprn));
    }
    if (etag != expected.etag()) {
      return rpc::WithReason(Aborted(Cat(expected.name(), ": etag ", expected.etag(), " does not fit: its revision is ",
                                         etag, "; read it again and decide anew")),
                             rpc::reason::kEtagMismatch, {{"name", expected.name()}});
    }
  }
  return absl::OkStatus();
}

void SetOutcome(const llpg::Outcome& outcome, storage::v1::CustodianOperation& record) {
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

absl::Status AddRow(const registry::PlanView& view, gazetteer::PreparedRow row, registry::Planned& planned,
                    storage::v1::CustodianOperation& record) {
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

registry::Planned Finish(const registry::PlanView& view, storage::RegisterId reg, const PlanCaller& caller,
                         registry::Planned planned, storage::v1::CustodianOperation& record) {
  record.set_revision(planned.rows.empty() && planned.touched_uprns.empty() ? view.revision - 1 : view.revision);
  if (caller.validate_only) {
    ForgetOperation(record);
    record.clear_number();
    record.clear_time();
    record.clear_revision();
    for (storage::v1::MarkVersion& mark : *record.mutable_marks()) {
      mark.mutable_after()->clear_operation();
      mark.mutable_after()->clear_revision();
    }
    return {};
  }
  OperationLog::Put(reg, record, planned.writes);
  return planned;
}

}  // namespace wensum::custodian
