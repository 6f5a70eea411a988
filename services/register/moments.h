// Which revision a moment means.
#ifndef WENSUM_SERVICES_REGISTER_MOMENTS_H_
#define WENSUM_SERVICES_REGISTER_MOMENTS_H_

#include <cstdint>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "base/clock.h"
#include "base/mutex.h"
#include "storage/store.h"

namespace wensum::registry {

// Thread-safe.
class Moments {
 public:
  // The newest revision at the time, 0 if there was none. Who reads the past reads much of one moment: the last ones
  // are kept.
  absl::StatusOr<uint64_t> RevisionAt(const storage::Reader& reader, uint32_t reg, TimeMicros time) const
      WENSUM_EXCLUDES(mutex_);

 private:
  mutable Mutex mutex_;
  mutable absl::flat_hash_map<TimeMicros, uint64_t> revisions_ WENSUM_GUARDED_BY(mutex_);  // of past moments
};

}  // namespace wensum::registry

#endif  // WENSUM_SERVICES_REGISTER_MOMENTS_H_
