// Transfers of properties between custodians: which they are, and what that writes.
#ifndef WENSUM_SERVICES_CUSTODIAN_TRANSFERS_H_
#define WENSUM_SERVICES_CUSTODIAN_TRANSFERS_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "model/uprn.h"
#include "services/custodian/planner.h"
#include "services/register/register.h"

namespace wensum::custodian {

// INVALID_ARGUMENT, naming the field, if the operation, which must be a transfer, is wrong whatever the gazetteer says.
absl::Status CheckTransferForm(const v1::CustodianOperation& operation);

// Ascending: the properties that a transfer of a ward or of all may move. Walks the address index: some nanoseconds for
// each property of the register. Empty for a list.
std::vector<model::Uprn> TransferCandidates(const registry::Register& reg, const v1::TransferProperties& transfer);

// As PlanApply, of a transfer. The candidates are looked at again: they may be older than the view.
absl::StatusOr<registry::Planned> PlanTransfer(const registry::PlanView& view, storage::RegisterId reg,
                                               const CustodianOptions& options, const PlanCaller& caller,
                                               const v1::ApplyOperationRequest& request,
                                               const std::vector<model::Uprn>& candidates,
                                               storage::v1::CustodianOperation& record);

// Of a stored operation; empty if it is no transfer. DATA_LOSS if it is damaged.
absl::StatusOr<std::string> TransferReferenceOf(const storage::v1::CustodianOperation& stored);

}  // namespace wensum::custodian

#endif  // WENSUM_SERVICES_CUSTODIAN_TRANSFERS_H_
