// Whether what custodians did, and the numbers that were given out, are stored as they should be.
#ifndef WENSUM_SERVICES_REGISTER_VERIFY_OPERATIONS_H_
#define WENSUM_SERVICES_REGISTER_VERIFY_OPERATIONS_H_

#include <cstdint>
#include <functional>
#include <string>

#include "absl/status/status.h"
#include "storage/store.h"

namespace wensum::registry {

// Calls `differ` with a sentence for each difference: operations without gaps and of known revisions, found by their
// properties, streets and lineage, and by no others; the rows they wrote among the versions of those rows; numbers they
// gave out within the blocks, which do not touch; undone operations known to those that undid them.
absl::Status VerifyOperations(const storage::Reader& reader, uint32_t register_id, uint64_t revision,
                              const std::function<void(std::string)>& differ);

}  // namespace wensum::registry

#endif  // WENSUM_SERVICES_REGISTER_VERIFY_OPERATIONS_H_
