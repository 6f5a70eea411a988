// The health check of a stored register.
#ifndef WENSUM_SERVICES_HEALTH_STORED_CHECK_H_
#define WENSUM_SERVICES_HEALTH_STORED_CHECK_H_

#include <cstddef>

#include "absl/status/statusor.h"
#include "gazetteer/rules/rule_config.h"
#include "model/partial_date.h"
#include "services/health/health_report.h"
#include "services/health/waivers.h"
#include "storage/keys.h"
#include "storage/store.h"

namespace wensum::health {

struct StoredCheckOptions {
  model::PartialDate today;  // dates after it lie in the future; empty: not checked
  llpg::RuleConfig config;
  size_t max_examples = 20;       // of each rule
  size_t max_duplicates = 1'000;  // listed of each kind; more of them cost memory alone
  WaiverSet waivers;
};

// Judges all streets and properties that `reader`, which should be a snapshot, has of the register, each row as its
// format asks. DATA_LOSS for damaged rows; other errors come from the store. Cost: one walk over the rows, some two
// microseconds a row, and the memory of llpg::RegisterCheck.
absl::StatusOr<HealthReport> CheckRegister(const storage::Reader& reader, storage::RegisterId reg,
                                           const StoredCheckOptions& options);

}  // namespace wensum::health

#endif  // WENSUM_SERVICES_HEALTH_STORED_CHECK_H_
