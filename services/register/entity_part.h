// The part of a stored entity that one reader needs, read without parsing the rest: an entity holds a golden record for
// every group of purposes, a reader sees one of them, and most readers do not ask where its values come from.
#ifndef WENSUM_SERVICES_REGISTER_ENTITY_PART_H_
#define WENSUM_SERVICES_REGISTER_ENTITY_PART_H_

#include <cstdint>
#include <optional>
#include <string_view>

#include "absl/status/status.h"
#include "wensum/storage/v1/records.pb.h"

namespace wensum::registry {

struct EntityPart {
  int purpose_bit = 0;  // the golden record that this purpose sees
  bool full = true;     // with the members, and the golden record's identifiers, attributes and lineage
};

// Fills an empty `out`, on an arena or not, with what `part` names and every field that is not repeated; golden records
// of other purposes, and without `full` what it adds, are left out. Equal to parsing all and removing those.
// DATA_LOSS if the bytes are no entity or of a format that this version does not read; `id` is for the message.
absl::Status DecodeEntityPart(std::string_view bytes, const EntityPart& part, uint64_t id, storage::v1::Entity& out);

// The revision that wrote a stored entity, without parsing the rest; nullopt if the bytes have none.
[[nodiscard]] std::optional<uint64_t> RevisionOfEntity(std::string_view bytes);

}  // namespace wensum::registry

#endif  // WENSUM_SERVICES_REGISTER_ENTITY_PART_H_
