// The rows of a stored operation as people read them.
#ifndef WENSUM_SERVICES_CUSTODIAN_ROW_CHANGES_H_
#define WENSUM_SERVICES_CUSTODIAN_ROW_CHANGES_H_

#include "absl/status/status.h"
#include "wensum/storage/v1/operations.pb.h"
#include "wensum/v1/custodian.pb.h"

namespace wensum::custodian {

// Adds a change for each row; one for a row that was deleted under one key and inserted under another. DATA_LOSS if a
// row is damaged.
absl::Status ToChanges(const storage::v1::CustodianOperation& stored, v1::OperationRecord& out);

// How many those are.
int CountChanges(const storage::v1::CustodianOperation& stored);

}  // namespace wensum::custodian

#endif  // WENSUM_SERVICES_CUSTODIAN_ROW_CHANGES_H_
