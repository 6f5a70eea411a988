// Which source records are deleted, for those who must know without asking the store.
#ifndef WENSUM_SERVICES_REGISTER_DELETED_RECORDS_H_
#define WENSUM_SERVICES_REGISTER_DELETED_RECORDS_H_

#include <cstdint>

#include "absl/container/flat_hash_set.h"
#include "base/mutex.h"

namespace wensum::registry {

// By ordinal. May be ahead of the stored state by the commit that is being written. Thread-safe; memory: some 16 bytes
// a deleted record.
class DeletedRecords {
 public:
  void Set(uint64_t ordinal, bool deleted) WENSUM_EXCLUDES(mutex_) {
    MutexLock lock(mutex_);
    if (deleted) {
      ordinals_.insert(ordinal);
    } else {
      ordinals_.erase(ordinal);
    }
  }
  [[nodiscard]] bool Contains(uint64_t ordinal) const WENSUM_EXCLUDES(mutex_) {
    ReaderLock lock(mutex_);
    return ordinals_.contains(ordinal);
  }

 private:
  mutable Mutex mutex_;
  absl::flat_hash_set<uint64_t> ordinals_ WENSUM_GUARDED_BY(mutex_);
};

}  // namespace wensum::registry

#endif  // WENSUM_SERVICES_REGISTER_DELETED_RECORDS_H_
