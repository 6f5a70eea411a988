// The keys of decisions about many tasks at once, in family decision. As keys.h; what stands under each is in
// docs/storage-format.md.
#ifndef WENSUM_STORAGE_BULK_KEYS_H_
#define WENSUM_STORAGE_BULK_KEYS_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "storage/keys.h"

namespace wensum::storage {

// register | 'G' | number
std::string BulkDecisionKey(RegisterId reg, uint64_t number);
std::string BulkDecisionPrefix(RegisterId reg);
// Its tasks in the order of the draw: register | 'g' | number | position
std::string BulkTaskKey(RegisterId reg, uint64_t number, uint64_t position);
std::string BulkTaskPrefix(RegisterId reg, uint64_t number);
std::string BulkTasksPrefix(RegisterId reg);

// What the keys say.
absl::StatusOr<NumberedKey> ParseBulkDecisionKey(std::string_view key);

struct BulkTaskParts {
  RegisterId reg = 0;
  uint64_t number = 0;
  uint64_t position = 0;
  bool operator==(const BulkTaskParts&) const = default;
};
absl::StatusOr<BulkTaskParts> ParseBulkTaskKey(std::string_view key);

}  // namespace wensum::storage

#endif  // WENSUM_STORAGE_BULK_KEYS_H_
