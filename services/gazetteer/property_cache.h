// Composed properties as the newest state has them, kept between reads: people open the same ones again and again, and
// composing one from its rows costs ten times as much as parsing it.
#ifndef WENSUM_SERVICES_GAZETTEER_PROPERTY_CACHE_H_
#define WENSUM_SERVICES_GAZETTEER_PROPERTY_CACHE_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "base/mutex.h"
#include "services/gazetteer/property_reader.h"
#include "wensum/v1/properties.pb.h"

namespace wensum::gazetteer {

// Holds what was read since one revision of the gazetteer was published: the next commit that writes gazetteer rows
// empties it. A reader loads Register::gazetteer_revision() first, then asks, and reads the store only if it must: it
// sees at least that revision, as without a cache. Bounded by bytes. Thread-safe.
class PropertyCache {
 public:
  explicit PropertyCache(size_t max_bytes = size_t{64} << 20) : max_bytes_(max_bytes / kShards) {}

  // Fills `out`, which is empty; false if the property was not read in this view since `revision` was published, or a
  // later revision was.
  [[nodiscard]] bool Find(uint64_t uprn, View view, uint64_t revision, v1::Property* out) const;
  // `revision` must have been loaded before the property was read from the newest state. A full part starts anew.
  void Insert(uint64_t uprn, View view, uint64_t revision, const v1::Property& property);

 private:
  static constexpr size_t kShards = 16;
  static constexpr size_t kEntryBytes = 64;  // beside the message: key, string and table

  struct Shard {
    mutable Mutex mutex;
    uint64_t revision WENSUM_GUARDED_BY(mutex) = 0;
    size_t bytes WENSUM_GUARDED_BY(mutex) = 0;
    absl::flat_hash_map<uint64_t, std::string> messages WENSUM_GUARDED_BY(mutex);  // serialised, by UPRN and view
  };

  static uint64_t KeyOf(uint64_t uprn, View view) { return uprn << 1 | (view == View::kFull ? 1U : 0U); }

  const size_t max_bytes_;  // of a shard
  std::array<Shard, kShards> shards_;
};

}  // namespace wensum::gazetteer

#endif  // WENSUM_SERVICES_GAZETTEER_PROPERTY_CACHE_H_
