// What stewards decided about where somebody is, as a stored golden record has it.
#ifndef WENSUM_SERVICES_CONVERT_DECIDED_PLACES_H_
#define WENSUM_SERVICES_CONVERT_DECIDED_PLACES_H_

#include <cstdint>

#include "absl/status/statusor.h"
#include "matching/survive/occupancies.h"
#include "storage/store.h"
#include "wensum/storage/v1/records.pb.h"

namespace wensum::convert {

// Of a golden record with its lineage, newest or past; `contributor` is a member of its entity. `reader` may show any
// state in which the decision is there. Parses the lineage, and reads the decision that made the current address that,
// if one did. DATA_LOSS if one of the two cannot be read.
absl::StatusOr<matching::DecidedPlaces> ReadDecidedPlaces(const storage::Reader& reader, uint32_t register_id,
                                                          const storage::v1::Golden& golden);

}  // namespace wensum::convert

#endif  // WENSUM_SERVICES_CONVERT_DECIDED_PLACES_H_
