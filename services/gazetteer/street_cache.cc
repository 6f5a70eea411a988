#include "services/gazetteer/street_cache.h"

#include <utility>

namespace wensum::gazetteer {

StreetCache::Street StreetCache::Find(uint32_t usrn, uint64_t revision) const {
  ReaderLock lock(mutex_);
  if (revision != revision_) {
    return nullptr;
  }
  const auto found = streets_.find(usrn);
  return found == streets_.end() ? nullptr : found->second;
}

void StreetCache::Insert(uint32_t usrn, uint64_t revision, Street street) {
  MutexLock lock(mutex_);
  if (revision < revision_) {
    return;  // a slow reader's: it may be out of date
  }
  if (revision > revision_ || streets_.size() >= max_streets_) {
    streets_.clear();
    revision_ = revision;
  }
  streets_.insert_or_assign(usrn, std::move(street));
}

}  // namespace wensum::gazetteer
