// The secondary keys by parent of rows that were written before there were such keys.
#ifndef WENSUM_SERVICES_GAZETTEER_PARENT_KEYS_H_
#define WENSUM_SERVICES_GAZETTEER_PARENT_KEYS_H_

#include <functional>
#include <string>

#include "absl/status/status.h"
#include "storage/keys.h"
#include "storage/store.h"

namespace wensum::gazetteer {

// Writes the keys of all BLPUs that lack theirs. May be cut off and run again. For start-up: reads every property.
absl::Status AddParentKeys(storage::Store& store, storage::RegisterId reg);

// Calls `differ` with a sentence for each BLPU that lacks its key, and for each key without its BLPU.
absl::Status CheckParentKeys(const storage::Reader& reader, storage::RegisterId reg,
                             const std::function<void(std::string)>& differ);

}  // namespace wensum::gazetteer

#endif  // WENSUM_SERVICES_GAZETTEER_PARENT_KEYS_H_
