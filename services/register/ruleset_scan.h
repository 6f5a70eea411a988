// Golden records as other rules of survivorship would make them, beside those that are stored.
#ifndef WENSUM_SERVICES_REGISTER_RULESET_SCAN_H_
#define WENSUM_SERVICES_REGISTER_RULESET_SCAN_H_

#include <cstdint>
#include <functional>
#include <span>

#include "absl/status/status.h"
#include "services/register/core.h"
#include "services/register/value_decisions.h"
#include "storage/store.h"
#include "wensum/storage/v1/records.pb.h"

namespace wensum::registry {

// What a scan looks at. The pointees must outlive it.
struct RulesetScan {
  const Core& core;
  const storage::Reader& reader;
  const matching::SurvivorshipRules& rules;
  const ValueDecisions& values;  // of the reader's state
};

// An entity as it is stored, and as the rules would have it; both without revision.
using RebuiltVisitor =
    std::function<void(uint64_t anchor, const storage::v1::Entity& stored, const storage::v1::Entity& rebuilt)>;

// Calls `visit` for every entity with an id in [first, end), from several threads at once. Ids that lead to others, and
// entities that have ended, are left out. Some 30 microseconds a record and thread. DATA_LOSS if a value cannot be
// read.
absl::Status ScanRebuilt(const RulesetScan& scan, uint64_t first, uint64_t end, const RebuiltVisitor& visit);
// The same for those of these ids, which must be distinct, that are stored.
absl::Status ScanRebuilt(const RulesetScan& scan, std::span<const uint64_t> ids, const RebuiltVisitor& visit);

}  // namespace wensum::registry

#endif  // WENSUM_SERVICES_REGISTER_RULESET_SCAN_H_
