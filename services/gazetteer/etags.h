// What a client's write must name to be sure that nobody else wrote (AIP-154).
//
// The etag of a property or street is the revision of the last change to its rows. Its BLPU (record 21) or record 11
// makes it one: while that stands, the etag is the highest revision of the rows, for where another row is deleted,
// GazetteerWriter gives that record the revision. Without it there is nothing that a client can have read, whatever
// rows are left, and the etag is 0: it fits none that was read before, and what comes back has a later revision.
#ifndef WENSUM_SERVICES_GAZETTEER_ETAGS_H_
#define WENSUM_SERVICES_GAZETTEER_ETAGS_H_

#include <cstdint>

#include "absl/status/statusor.h"
#include "storage/keys.h"
#include "storage/store.h"

namespace wensum::gazetteer {

// The record that makes a property or a street.
inline constexpr uint8_t kPropertyHead = 21;
inline constexpr uint8_t kStreetHead = 11;

// As v1::Property and v1::Street have it; 0 if there is none. Errors come from the store alone: DATA_LOSS for damaged
// rows. Cost: a scan of its rows, some ten mostly, of which the revisions alone are read.
absl::StatusOr<uint64_t> PropertyEtag(const storage::Reader& reader, storage::RegisterId reg, uint64_t uprn);
absl::StatusOr<uint64_t> StreetEtag(const storage::Reader& reader, storage::RegisterId reg, uint32_t usrn);

}  // namespace wensum::gazetteer

#endif  // WENSUM_SERVICES_GAZETTEER_ETAGS_H_
