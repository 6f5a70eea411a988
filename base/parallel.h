// Data-parallel loops over plain threads.
#ifndef WENSUM_BASE_PARALLEL_H_
#define WENSUM_BASE_PARALLEL_H_

#include <cstddef>
#include <functional>

namespace wensum {

// Number of threads to use when the caller has no wish: the machine's, at least 1.
[[nodiscard]] size_t DefaultThreads();

// Calls `body(begin, end)` for disjoint ranges that cover [0, count), on up to `threads` threads (the caller's among
// them; fewer if the system gives no more), and returns when all are done. Each range holds `grain` items (the last may
// hold fewer) and starts at a multiple of `grain`. `body` must be safe to run concurrently on disjoint ranges and must
// not throw.
void ParallelFor(size_t count, size_t threads, size_t grain, const std::function<void(size_t, size_t)>& body);

}  // namespace wensum

#endif  // WENSUM_BASE_PARALLEL_H_
