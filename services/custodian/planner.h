// Decides, against the state just before it, what an operation writes. Runs on the register's writer.
#ifndef WENSUM_SERVICES_CUSTODIAN_PLANNER_H_
#define WENSUM_SERVICES_CUSTODIAN_PLANNER_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "services/custodian/custodian_options.h"
#include "services/register/mutation.h"
#include "storage/keys.h"
#include "wensum/storage/v1/operations.pb.h"
#include "wensum/v1/custodian.pb.h"

namespace wensum::custodian {

// Who asks, and whether it is meant.
struct PlanCaller {
  std::string caller;
  std::string purpose;
  bool validate_only = false;
};

// What an operation writes: rows, the numbers it gives out and its record, which is also put into `record`. With
// `validate_only` the answer is empty and the record has neither number nor revision. Statuses are those of the API.
absl::StatusOr<registry::Planned> PlanApply(const registry::PlanView& view, storage::RegisterId reg,
                                            const CustodianOptions& options, const PlanCaller& caller,
                                            const v1::ApplyOperationRequest& request,
                                            storage::v1::CustodianOperation& record);

// The same for the undoing of operation `number`. Rows come back byte for byte, their origin with them, but for their
// revision. As in PlanApply, rows of other custodians are not written, even if they were the custodian's own then.
absl::StatusOr<registry::Planned> PlanUndo(const registry::PlanView& view, storage::RegisterId reg,
                                           const CustodianOptions& options, const PlanCaller& caller, uint64_t number,
                                           const std::string& reason, storage::v1::CustodianOperation& record);

}  // namespace wensum::custodian

#endif  // WENSUM_SERVICES_CUSTODIAN_PLANNER_H_
