#include "base/huge_pages.h"

#include <sys/mman.h>

#include <new>

namespace wensum {
namespace {

constexpr size_t kHugePage = size_t{2} << 20;

}  // namespace

void* AllocateOnHugePages(size_t bytes, size_t alignment) {
  if (bytes < kHugePage) return ::operator new(bytes, std::align_val_t(alignment));
  void* const memory = ::operator new(bytes, std::align_val_t(kHugePage));
  // Whole pages only: what follows the last may be another's. A refusal costs time alone.
  (void)madvise(memory, bytes / kHugePage * kHugePage, MADV_HUGEPAGE);
  return memory;
}

void FreeFromHugePages(void* memory, size_t bytes, size_t alignment) {
  ::operator delete(memory, std::align_val_t(bytes < kHugePage ? alignment : kHugePage));
}

}  // namespace wensum
