// Steps that the plans of operations and of their undoing share. Internal to this folder.
#ifndef WENSUM_SERVICES_CUSTODIAN_PLAN_PARTS_H_
#define WENSUM_SERVICES_CUSTODIAN_PLAN_PARTS_H_

#include <cstdint>

#include "absl/status/status.h"
#include "base/clock.h"
#include "gazetteer/lifecycle/apply_operation.h"
#include "model/partial_date.h"
#include "services/custodian/planner.h"
#include "services/gazetteer/prepared_row.h"
#include "services/register/mutation.h"
#include "storage/keys.h"
#include "wensum/storage/v1/operations.pb.h"

namespace wensum::custodian {

// The day (UTC) of a time.
model::PartialDate DateOf(TimeMicros time);

// Replaces the record by a new one of that number.
void StartRecord(const registry::PlanView& view, const PlanCaller& caller, uint64_t number,
                 storage::v1::CustodianOperation& record);

// ABORTED if a property or street of the request's etags was changed since.
absl::Status CheckEtags(const registry::PlanView& view, storage::RegisterId reg,
                        const v1::ApplyOperationRequest& request);

// Puts lineage, objects and new numbers of an outcome into the record; its rows are AddRow's.
void SetOutcome(const llpg::Outcome& outcome, storage::v1::CustodianOperation& record);

// Adds the row to what is written and, with the version it replaces, to the record.
absl::Status AddRow(const registry::PlanView& view, gazetteer::PreparedRow row, registry::Planned& planned,
                    storage::v1::CustodianOperation& record);

// Ends a plan: with the record or, if nothing is meant, with nothing.
registry::Planned Finish(const registry::PlanView& view, storage::RegisterId reg, const PlanCaller& caller,
                         registry::Planned planned, storage::v1::CustodianOperation& record);

}  // namespace wensum::custodian

#endif  // WENSUM_SERVICES_CUSTODIAN_PLAN_PARTS_H_
