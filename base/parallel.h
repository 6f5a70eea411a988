// Data-parallel loops over plain threads.
#ifndef WENSUM_BASE_PARALLEL_H_
#define WENSUM_BASE_PARALLEL_H_

#include <cstddef>
#include <functional>

namespace wensum {

// Number of threads to use when the caller has no wish: the machine's, at least 1.
[[nodiscard]] size_t DefaultThreads();

// Calls `body(begin, end)` for disjoint ranges that cover [0, count), on up to `threads` threads, and returns when all
// are done. Ranges hold at least `grain` items (but for the last). `body` must be safe to run concurrently on disjoint
// ranges.
void ParallelFor(size_t count, size_t threads, size_t grain, const std::function<void(size_t, size_t)>& body);

}  // namespace wensum

#endif  // WENSUM_BASE_PARALLEL_H_
