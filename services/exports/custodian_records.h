// Whose gazetteer the register holds: the records of the files that made it. Internal to this folder.
#ifndef WENSUM_SERVICES_EXPORTS_CUSTODIAN_RECORDS_H_
#define WENSUM_SERVICES_EXPORTS_CUSTODIAN_RECORDS_H_

#include <vector>

#include "absl/status/statusor.h"
#include "model/gazetteer.h"
#include "services/exports/row_walk.h"
#include "storage/keys.h"
#include "storage/store.h"

namespace wensum::exports {

inline constexpr int kHeaderRecord = 10;

struct CustodianRecords {
  std::vector<model::CustodianRecord> records;  // 10, 29 and 98 of DTF 7.3 files
  OwnerRows ownerless;                          // rows of no street or property
};

// As of the later state of `span`, and the ownerless rows as of both. DATA_LOSS for damaged rows.
absl::StatusOr<CustodianRecords> ReadCustodianRecords(const storage::Reader& reader, storage::RegisterId reg,
                                                      const StateSpan& span);

// The code of the custodian whose file is written: `wanted`, or if that is 0 the only one with a header.
// FAILED_PRECONDITION, reason CUSTODIAN_UNKNOWN, if there is none, or several.
absl::StatusOr<int> ChooseCustodian(const std::vector<model::CustodianRecord>& records, int wanted);

}  // namespace wensum::exports

#endif  // WENSUM_SERVICES_EXPORTS_CUSTODIAN_RECORDS_H_
