// Streets as the newest state has them, kept between reads: neighbours share a street, and a property is asked for far
// more often than a street changes.
#ifndef WENSUM_SERVICES_GAZETTEER_STREET_CACHE_H_
#define WENSUM_SERVICES_GAZETTEER_STREET_CACHE_H_

#include <cstddef>
#include <cstdint>
#include <memory>

#include "absl/container/flat_hash_map.h"
#include "base/mutex.h"
#include "services/gazetteer/property_rows.h"

namespace wensum::gazetteer {

// Holds what was read since one revision of the gazetteer was published; the next commit that writes gazetteer rows
// empties it. A reader loads Register::gazetteer_revision() first, then asks, and reads the store only if it must: it
// sees at least that revision, as without a cache. Thread-safe.
class StreetCache {
 public:
  // Rows of a street that the register does not have are kept too: empty.
  using Street = std::shared_ptr<const StreetRows>;

  explicit StreetCache(size_t max_streets = 65'536) : max_streets_(max_streets) {}

  // Null if the street was not read since `revision` was published, or a later revision was.
  [[nodiscard]] Street Find(uint32_t usrn, uint64_t revision) const;
  // `revision` must have been loaded before `street` was read from the newest state. Full: starts anew.
  void Insert(uint32_t usrn, uint64_t revision, Street street);

 private:
  const size_t max_streets_;

  mutable Mutex mutex_;
  uint64_t revision_ WENSUM_GUARDED_BY(mutex_) = 0;
  absl::flat_hash_map<uint32_t, Street> streets_ WENSUM_GUARDED_BY(mutex_);
};

}  // namespace wensum::gazetteer

#endif  // WENSUM_SERVICES_GAZETTEER_STREET_CACHE_H_
