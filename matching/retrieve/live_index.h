// Which holders have a candidate key, under change.
#ifndef WENSUM_MATCHING_RETRIEVE_LIVE_INDEX_H_
#define WENSUM_MATCHING_RETRIEVE_LIVE_INDEX_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "matching/retrieve/candidate_features.h"
#include "matching/retrieve/holder_lists.h"

namespace wensum::matching {

// A map from the upper 48 bits of keys (candidate_features.h makes no others) to sets of holders, which are numbers
// from 1 to 2^31 - 1. 16 bits choose one of 65,536 small hash tables, so that no growth moves more than a small part;
// the other 32 stand in full in a slot of 8 bytes, beside the holder or the name of a list: keys are never confused.
// About 10 bytes for a key with one holder, and 5 to 6 for each holder of a key with several, hubs included.
// Not thread-safe for writing; const members may run concurrently.
class LiveIndex {
 public:
  // A key with more holders than its cap is a hub.
  explicit LiveIndex(KeyCaps caps);
  ~LiveIndex();
  LiveIndex(LiveIndex&&) noexcept;
  LiveIndex& operator=(LiveIndex&&) noexcept;

  struct Update {
    uint64_t key = 0;
    uint32_t holder = 0;
    bool add = false;  // false: remove
  };
  // Carries the updates out, those of one key in their order; what is added must not be there, what is removed must.
  // Appends to `crossings` each key each time that it becomes a hub or ceases to be one.
  void Apply(std::span<const Update> updates, size_t threads, std::vector<uint64_t>& crossings);

  [[nodiscard]] uint32_t Count(uint64_t key) const;
  // Calls `visit(holder)` for each holder of the key, in no special order, until it returns false.
  template <typename Visit>
  void ForEach(uint64_t key, const Visit& visit) const {
    const Found found = Find(key);
    if (found.payload == 0) return;
    if ((found.payload & kList) == 0) {
      visit(found.payload);
    } else {
      found.lists->ForEach(found.payload & ~kList, visit);
    }
  }
  // Calls `visit(holder)` for each holder of each key that is no hub; once for each key that a holder has.
  template <typename Visit>
  void ForEachPeer(std::span<const uint64_t> keys, const Visit& visit) const {
    constexpr size_t kAhead = 16;
    // First the tables, then their slots, then the lists.
    for (const uint64_t key : keys) PrefetchTable(key);
    for (size_t i = 0; i < keys.size() && i < kAhead; ++i) Prefetch(keys[i]);
    std::vector<Found> lists;
    for (size_t i = 0; i < keys.size(); ++i) {
      if (i + kAhead < keys.size()) Prefetch(keys[i + kAhead]);
      const Found found = Find(keys[i]);
      if (found.payload == 0) continue;
      if ((found.payload & kList) == 0) {
        visit(found.payload);
      } else {
        found.lists->Prefetch(found.payload & ~kList);
        lists.push_back(found);
        lists.back().cap = caps_.of(keys[i]);
      }
    }
    for (const Found& found : lists) {
      const HolderLists::Name name = found.payload & ~kList;
      if (found.lists->size(name) > found.cap) continue;
      found.lists->ForEach(name, [&visit](uint32_t holder) {
        visit(holder);
        return true;
      });
    }
  }

  [[nodiscard]] bool IsHub(uint64_t key) const { return Count(key) > caps_.of(key); }
  [[nodiscard]] uint64_t keys() const;       // distinct
  [[nodiscard]] uint64_t hubs() const;       // distinct
  [[nodiscard]] uint64_t crossings() const;  // since it was made
  [[nodiscard]] size_t memory_bytes() const;

 private:
  static constexpr uint32_t kList = uint32_t{1} << 31;
  struct Table;
  struct Shard;
  struct Found {
    uint32_t payload = 0;  // a holder, or kList and a list's name; 0: the key is not there
    const HolderLists* lists = nullptr;
    uint32_t cap = 0;
  };
  [[nodiscard]] Found Find(uint64_t key) const;
  void PrefetchTable(uint64_t key) const;
  void Prefetch(uint64_t key) const;  // waits for the table

  KeyCaps caps_;
  std::vector<std::unique_ptr<Shard>> shards_;
};

}  // namespace wensum::matching

#endif  // WENSUM_MATCHING_RETRIEVE_LIVE_INDEX_H_
