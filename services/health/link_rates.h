// How many records of each source system are linked to a property.
#ifndef WENSUM_SERVICES_HEALTH_LINK_RATES_H_
#define WENSUM_SERVICES_HEALTH_LINK_RATES_H_

#include <string>

#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "services/register/codec.h"
#include "storage/keys.h"
#include "storage/store.h"
#include "wensum/v1/health.pb.h"

namespace wensum::health {

// How one live record is linked, by the one of its addresses of which most is known.
[[nodiscard]] v1::LinkCount::Match MatchOf(const registry::DecodedSource& source);

// Counts the live records of the register that `reader`, which should be a snapshot, shows to the purpose of that bit;
// only those of `sources` unless it is empty. Fills the sources of an empty `rates`. DATA_LOSS for damaged records.
// Cost: one walk over all records; no memory to speak of.
absl::Status CountLinks(const storage::Reader& reader, storage::RegisterId reg, int purpose_bit,
                        const absl::flat_hash_set<std::string>& sources, v1::LinkRates& rates);

}  // namespace wensum::health

#endif  // WENSUM_SERVICES_HEALTH_LINK_RATES_H_
