// Reports and waivers in the store. Internal to this folder.
#ifndef WENSUM_SERVICES_HEALTH_HEALTH_STORE_H_
#define WENSUM_SERVICES_HEALTH_HEALTH_STORE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "storage/keys.h"
#include "storage/store.h"
#include "wensum/v1/health.pb.h"

namespace wensum::health {

// Reports of revisions below `before`, newest first, at most `limit`. DATA_LOSS for a value that is no report.
absl::StatusOr<std::vector<v1::HealthReport>> ReadReports(const storage::Reader& reader, storage::RegisterId reg,
                                                          uint64_t before, size_t limit);

// Adds the report, and takes out those beyond the newest `keep`.
absl::Status PutReport(const storage::Reader& reader, storage::RegisterId reg, const v1::HealthReport& report,
                       size_t keep, storage::WriteBatch& batch);

struct StoredWaiver {
  uint64_t number = 0;
  v1::HealthWaiver waiver;  // without `active`
};
// Waivers with numbers above `after`, in their order.
absl::StatusOr<std::vector<StoredWaiver>> ReadWaivers(const storage::Reader& reader, storage::RegisterId reg,
                                                      uint64_t after = 0);
void PutWaiver(storage::RegisterId reg, const StoredWaiver& waiver, storage::WriteBatch& batch);
void DeleteWaiver(storage::RegisterId reg, uint64_t number, storage::WriteBatch& batch);

}  // namespace wensum::health

#endif  // WENSUM_SERVICES_HEALTH_HEALTH_STORE_H_
