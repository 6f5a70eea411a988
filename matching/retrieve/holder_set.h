// The distinct holders that a query's keys lead to.
#ifndef WENSUM_MATCHING_RETRIEVE_HOLDER_SET_H_
#define WENSUM_MATCHING_RETRIEVE_HOLDER_SET_H_

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace wensum::matching {

// A set of numbers that are not 0, in the order in which they came. Keeps its memory when cleared. A hash set that
// lives in the first-level cache: some hundreds of peers are met several times each, and sorting them costs five times
// as much.
class HolderSet {
 public:
  // False if it was there before.
  bool Insert(uint32_t holder) {
    if (2 * (members_.size() + 1) > slots_.size()) Grow();
    if (!Place(holder)) return false;
    members_.push_back(holder);
    return true;
  }
  [[nodiscard]] const std::vector<uint32_t>& members() const { return members_; }
  void Clear() {
    members_.clear();
    std::ranges::fill(slots_, 0U);
  }

 private:
  static constexpr size_t kFirstSlots = 1024;

  bool Place(uint32_t holder) {
    const size_t mask = slots_.size() - 1;
    const uint64_t mixed = uint64_t{holder} * 0x9E3779B97F4A7C15U;
    for (size_t at = mixed >> (64 - std::countr_zero(slots_.size()));; at = (at + 1) & mask) {
      if (slots_[at] == holder) return false;
      if (slots_[at] != 0) continue;
      slots_[at] = holder;
      return true;
    }
  }

  void Grow() {
    slots_.assign(slots_.size() * 2, 0);
    for (const uint32_t member : members_) Place(member);
  }

  std::vector<uint32_t> slots_ = std::vector<uint32_t>(kFirstSlots);  // 0: free
  std::vector<uint32_t> members_;
};

}  // namespace wensum::matching

#endif  // WENSUM_MATCHING_RETRIEVE_HOLDER_SET_H_
