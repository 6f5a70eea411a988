// Street naming and numbering: cases from the application to the allocated addresses.
#ifndef WENSUM_SERVICES_CUSTODIAN_CASES_H_
#define WENSUM_SERVICES_CUSTODIAN_CASES_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "model/partial_date.h"
#include "services/register/mutation.h"
#include "storage/keys.h"
#include "storage/store.h"
#include "wensum/storage/v1/operations.pb.h"
#include "wensum/v1/custodian.pb.h"
#include "wensum/v1/custodian_marks.pb.h"

namespace wensum::custodian {

// "cases/7"
std::string CaseName(uint64_t number);
// INVALID_ARGUMENT, naming `field`.
absl::StatusOr<uint64_t> ParseCaseName(std::string_view name, std::string_view field);

// True if the operation opens a case or brings it further without writing rows. Allocation writes rows.
bool IsCaseOperation(const v1::CustodianOperation& operation);

// Plans such an operation: `record` has its number and author. Statuses are those of the API.
absl::Status PlanCase(const registry::PlanView& view, storage::RegisterId reg, const v1::ApplyOperationRequest& request,
                      registry::Planned& planned, storage::v1::CustodianOperation& record);
// Brings the case to the stage ALLOCATED, with this operation as its allocation. Only a case that is approved.
absl::Status PlanAllocated(const registry::PlanView& view, storage::RegisterId reg,
                           const v1::ApplyOperationRequest& request, registry::Planned& planned,
                           storage::v1::CustodianOperation& record);
// Gives back what the cases of `undone` were. Refused (see gazetteer/lifecycle/refusal.h) if one is not as that left
// it.
absl::Status PlanCaseBack(const registry::PlanView& view, storage::RegisterId reg,
                          const storage::v1::CustodianOperation& undone, registry::Planned& planned,
                          storage::v1::CustodianOperation& record);

// Of an operation that is only validated: its cases no longer have its number, which will be another's.
void ForgetOperation(storage::v1::CustodianOperation& record);

// NOT_FOUND if there is no such case.
absl::StatusOr<storage::v1::NamingCase> ReadCase(const storage::Reader& reader, storage::RegisterId reg,
                                                 uint64_t number);
// Numbers above `after`, ascending, at most `limit`: of one stage, or of all for 0.
absl::StatusOr<std::vector<uint64_t>> ListCases(const storage::Reader& reader, storage::RegisterId reg, int stage,
                                                uint64_t after, size_t limit);

// As the API has it, into an empty `out`.
void ToCase(const storage::v1::NamingCase& stored, v1::NamingCase& out);
// The cases that the operation brought further, as it left them. DATA_LOSS if one is damaged.
absl::Status ToCases(const storage::v1::CustodianOperation& operation, v1::OperationRecord& out);

}  // namespace wensum::custodian

#endif  // WENSUM_SERVICES_CUSTODIAN_CASES_H_
