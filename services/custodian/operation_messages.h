// Operations between the API, the life cycle and the store.
#ifndef WENSUM_SERVICES_CUSTODIAN_OPERATION_MESSAGES_H_
#define WENSUM_SERVICES_CUSTODIAN_OPERATION_MESSAGES_H_

#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "gazetteer/lifecycle/operation.h"
#include "gazetteer/lifecycle/town.h"
#include "wensum/storage/v1/operations.pb.h"
#include "wensum/v1/custodian.pb.h"

namespace wensum::custodian {

// INVALID_ARGUMENT naming the field. Not for AllocateNumbers and marks, which are no operations on the
// gazetteer's rows.
absl::StatusOr<llpg::Operation> FromOperation(const v1::CustodianOperation& message);

// INVALID_ARGUMENT: there are none or too many, or one is of a kind that no case allocates, has a date, or is wrong.
absl::StatusOr<std::vector<llpg::Operation>> FromAllocation(const v1::CustodianOperation::AllocateCase& message);

// What was stored, or would be (number 0), into an empty `out`. DATA_LOSS if it is damaged.
absl::Status ToRecord(const storage::v1::CustodianOperation& stored, v1::OperationRecord& out);

// A stored operation in a list, into an empty `out`. DATA_LOSS if it is damaged.
absl::Status ToSummary(const storage::v1::CustodianOperation& stored, v1::OperationSummary& out);

void ToEvent(const storage::v1::LineageEvent& stored, v1::LineageEvent& out);

// The life cycle's refusals as the API's errors: reasons, the field or the violations. Other statuses stay.
absl::Status ToApiStatus(const absl::Status& status);

}  // namespace wensum::custodian

#endif  // WENSUM_SERVICES_CUSTODIAN_OPERATION_MESSAGES_H_
