// Held updates of source records as the API tells them.
#ifndef WENSUM_SERVICES_CONVERT_HELD_UPDATES_H_
#define WENSUM_SERVICES_CONVERT_HELD_UPDATES_H_

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/opaque_id.h"
#include "google/protobuf/repeated_field.h"
#include "matching/another_person.h"
#include "wensum/storage/v1/decisions.pb.h"
#include "wensum/v1/stewardship.pb.h"

namespace wensum::convert {

void ToSigns(matching::AnotherSigns signs, google::protobuf::RepeatedField<int>& out);

// As the purpose may see it. False, with `out` untouched, if it may not see the record at all. DATA_LOSS if the stored
// version cannot be read.
absl::StatusOr<bool> ToHeldUpdate(const storage::v1::HeldUpdate& update, const OpaqueIdCodec& ids, int purpose_bit,
                                  v1::HeldUpdate& out);

}  // namespace wensum::convert

#endif  // WENSUM_SERVICES_CONVERT_HELD_UPDATES_H_
