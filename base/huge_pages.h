// Large arrays that are read in no order wait for the processor's page tables as much as for memory. On pages of 2 MiB
// they don't: scoring ten million candidate pairs of 250,000 records takes a fifth less.
#ifndef WENSUM_BASE_HUGE_PAGES_H_
#define WENSUM_BASE_HUGE_PAGES_H_

#include <cstddef>
#include <vector>

namespace wensum {

// Memory of at least 2 MiB begins at a boundary of 2 MiB and asks the system for huge pages (madvise(2),
// MADV_HUGEPAGE); a system that has none gives common ones. Less is common memory.
[[nodiscard]] void* AllocateOnHugePages(size_t bytes, size_t alignment);
// `bytes` and `alignment` as they were asked for.
void FreeFromHugePages(void* memory, size_t bytes, size_t alignment);

template <typename T>
struct HugePageAllocator {
  using value_type = T;

  HugePageAllocator() = default;
  template <typename U>
  // NOLINTNEXTLINE(google-explicit-constructor): the allocator of another type converts, by the standard's table.
  HugePageAllocator(const HugePageAllocator<U>& /*other*/) {}

  T* allocate(size_t count) { return static_cast<T*>(AllocateOnHugePages(count * sizeof(T), alignof(T))); }
  void deallocate(T* memory, size_t count) { FreeFromHugePages(memory, count * sizeof(T), alignof(T)); }

  friend bool operator==(const HugePageAllocator&, const HugePageAllocator&) { return true; }
};

template <typename T>
using HugeVector = std::vector<T, HugePageAllocator<T>>;

}  // namespace wensum

#endif  // WENSUM_BASE_HUGE_PAGES_H_
