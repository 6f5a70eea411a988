#include "services/gazetteer/property_cache.h"

#include <utility>

namespace wensum::gazetteer {

bool PropertyCache::Find(uint64_t uprn, View view, uint64_t revision, v1::Property* out) const {
  const Shard& shard = shards_[uprn % kShards];
  ReaderLock lock(shard.mutex);
  if (revision != shard.revision) {
    return false;
  }
  const auto found = shard.messages.find(KeyOf(uprn, view));
  if (found == shard.messages.end()) {
    return false;
  }
  return out->ParseFromString(found->second);
}

void PropertyCache::Insert(uint64_t uprn, View view, uint64_t revision, const v1::Property& property) {
  std::string message = property.SerializeAsString();
  const size_t bytes = message.size() + kEntryBytes;
  Shard& shard = shards_[uprn % kShards];
  MutexLock lock(shard.mutex);
  if (revision < shard.revision) {
    return;  // a slow reader's: it may be out of date
  }
  if (revision > shard.revision || shard.bytes + bytes > max_bytes_) {
    shard.messages.clear();
    shard.bytes = 0;
    shard.revision = revision;
  }
  if (bytes <= max_bytes_ && shard.messages.try_emplace(KeyOf(uprn, view), std::move(message)).second) {
    shard.bytes += bytes;
  }
}

}  // namespace wensum::gazetteer
