// The keys of what ties people to one another, and the range of those that tie them to properties. As keys.h; what
// stands under each is in docs/storage-format.md.
#ifndef WENSUM_STORAGE_RELATION_KEYS_H_
#define WENSUM_STORAGE_RELATION_KEYS_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "storage/keys.h"

namespace wensum::storage {

// Family occupancy. All of them: see OccupancyKey.
std::string AllOccupanciesPrefix(RegisterId reg);

// Family crosswalk. Live records with a relation to the record of this source key, which need not exist: register | 'R'
// | hash of the source key | ordinal of the record that says so
std::string RelationKey(RegisterId reg, std::string_view hash, uint64_t ordinal);
std::string RelationPrefix(RegisterId reg, std::string_view hash);
// All of them.
std::string AllRelationsPrefix(RegisterId reg);

struct RelationParts {
  RegisterId reg = 0;
  std::string_view hash;
  uint64_t ordinal = 0;
  bool operator==(const RelationParts&) const = default;
};
absl::StatusOr<RelationParts> ParseRelationKey(std::string_view key);

}  // namespace wensum::storage

#endif  // WENSUM_STORAGE_RELATION_KEYS_H_
