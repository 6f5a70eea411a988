#include "services/custodian/planner.h"

#include <string>
#include <utility>
#include <vector>

#include "base/status_macros.h"
#include "base/strings.h"
#include "gazetteer/lifecycle/apply_operation.h"
#include "services/convert/times.h"
#include "services/custodian/cases.h"
#include "services/custodian/marks.h"
#include "services/custodian/number_allocator.h"
#include "services/custodian/operation_log.h"
#include "services/custodian/operation_messages.h"
#include "services/custodian/plan_parts.h"
#include "services/custodian/stored_town.h"
#include "services/gazetteer/prepared_row.h"
#include "services/rpc/status_details.h"

namespace wensum::custodian {
namespace {

using registry::Planned;
using registry::PlanView;
using Record = storage::v1::CustodianOperation;

constexpr int kMaxAllocated = 10'000;

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

// What an operation on rows does to the gazetteer.
absl::StatusOr<llpg::Outcome> Decide(const v1::CustodianOperation& asked, const llpg::Town& town,
                                     llpg::NumberSource& numbers, const llpg::LifecycleRules& rules) {
  if (!asked.has_allocate_case()) {
    WENSUM_ASSIGN_OR_RETURN(const llpg::Operation operation, FromOperation(asked));
    return llpg::ApplyOperation(operation, town, numbers, rules);
  }
  WENSUM_ASSIGN_OR_RETURN(const std::vector<llpg::Operation> operations, FromAllocation(asked.allocate_case()));
  WENSUM_ASSIGN_OR_RETURN(const model::PartialDate date, convert::FromDate(asked.date()));
  return llpg::ApplyOperations(operations, "allocate_case.operations", date, town, numbers, rules);
}

}  // namespace

absl::StatusOr<Planned> PlanApply(const PlanView& view, storage::RegisterId reg, const CustodianOptions& options,
                                  const PlanCaller& caller, const v1::ApplyOperationRequest& request, Record& record) {
  WENSUM_RETURN_IF_ERROR(CheckEtags(view, reg, request));
  WENSUM_ASSIGN_OR_RETURN(const uint64_t number, OperationLog(view.reader, reg).NextNumber());
  StartRecord(view, caller, number, record);
  record.set_reason(request.reason());
  record.set_act(request.operation().SerializeAsString());
  if (IsMarkOperation(request.operation()) || IsCaseOperation(request.operation())) {
    Planned beside;
    WENSUM_RETURN_IF_ERROR(IsMarkOperation(request.operation()) ? PlanMark(view, reg, options, request, beside, record)
                                                                : PlanCase(view, reg, request, beside, record));
    return Finish(view, reg, caller, std::move(beside), record);
  }
  WENSUM_ASSIGN_OR_RETURN(NumberAllocator numbers, NumberAllocator::Open(view, reg, options));
  Planned planned;
  if (request.operation().has_allocate_numbers()) {
    WENSUM_RETURN_IF_ERROR(Allocate(request.operation().allocate_numbers(), numbers, record));
  } else {
    const StoredTown town(view.reader, reg);
    const absl::StatusOr<llpg::Outcome> outcome = Decide(request.operation(), town, numbers,
                                                         {.today = DateOf(view.time),
                                                          .own_custodians = options.codes,
                                                          .street_authorities = options.street_authorities,
                                                          .config = &options.gazetteer_rules});
    if (!outcome.ok()) {
      return ToApiStatus(outcome.status());
    }
    if (const absl::Status status = CheckExclusionsKept(view.reader, reg, town, *outcome); !status.ok()) {
      return ToApiStatus(status);
    }
    const gazetteer::RowOrigin origin{
        .format = model::GazetteerFormat::kDtf73, .import_run = OperationName(number), .purposes = model::kAllPurposes};
    for (const llpg::RowChange& change : outcome->changes) {
      const auto type = change.before.has_value() ? model::ChangeType::kUpdate : model::ChangeType::kInsert;
      WENSUM_RETURN_IF_ERROR(AddRow(view, gazetteer::PrepareRow(reg, change.after, type, origin), planned, record));
    }
    SetOutcome(*outcome, record);
    if (request.operation().has_allocate_case()) {
      WENSUM_RETURN_IF_ERROR(PlanAllocated(view, reg, request, planned, record));
    }
  }
  numbers.AddWrites(planned.writes);
  return Finish(view, reg, caller, std::move(planned), record);
}

}  // namespace wensum::custodian
