#include "services/custodian/plan_parts.h"

#include <optional>
#include <string>
#include <utility>

#include "base/status_macros.h"
#include "base/strings.h"
#include "services/custodian/cases.h"
#include "services/custodian/operation_log.h"
#include "services/register/prepare.h"

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
