// Union-find whose sets are named by their smallest member, whatever the order of the joins.
#ifndef WENSUM_MATCHING_RESOLVE_DISJOINT_SETS_H_
#define WENSUM_MATCHING_RESOLVE_DISJOINT_SETS_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <vector>

namespace wensum::matching {

// Not thread-safe. Find and Join cost amortised O(log n): paths are halved.
class DisjointSets {
 public:
  // 0 to size - 1, each a set of its own.
  explicit DisjointSets(size_t size) : parent_(size) { std::iota(parent_.begin(), parent_.end(), 0U); }

  // The smallest member of the set.
  uint32_t Find(uint32_t member) {
    while (parent_[member] != member) {
      parent_[member] = parent_[parent_[member]];
      member = parent_[member];
    }
    return member;
  }

  void Join(uint32_t a, uint32_t b) {
    a = Find(a);
    b = Find(b);
    parent_[std::max(a, b)] = std::min(a, b);
  }

 private:
  std::vector<uint32_t> parent_;
};

}  // namespace wensum::matching

#endif  // WENSUM_MATCHING_RESOLVE_DISJOINT_SETS_H_
