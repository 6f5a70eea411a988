// A store in memory: for tests, and for commands that need no register on disk.
#ifndef WENSUM_STORAGE_MEMORY_STORE_H_
#define WENSUM_STORAGE_MEMORY_STORE_H_

#include <memory>

#include "storage/store.h"

namespace wensum::storage {

// An empty store that lives as long as the object. Writes never fail and both durabilities mean the same. Readers share
// a lock that a write holds alone. Old versions of a key are dropped once no snapshot or iterator can see them.
// Cost: O(log n) for each Get, written key and iterator step.
std::unique_ptr<Store> NewMemoryStore();

}  // namespace wensum::storage

#endif  // WENSUM_STORAGE_MEMORY_STORE_H_
