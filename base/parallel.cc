#include "base/parallel.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <thread>
#include <vector>

namespace wensum {

size_t DefaultThreads() { return std::max<size_t>(1, std::thread::hardware_concurrency()); }

void ParallelFor(size_t count, size_t threads, size_t grain, const std::function<void(size_t, size_t)>& body) {
  grain = std::max<size_t>(1, grain);
  const size_t chunks = count / grain + (count % grain != 0 ? 1 : 0);
  threads = std::min(std::max<size_t>(1, threads), chunks);
  std::atomic<size_t> next{0};
  const auto work = [&] {
    for (size_t chunk = next++; chunk < chunks; chunk = next++) {
      const size_t begin = chunk * grain;
      body(begin, begin + std::min(grain, count - begin));
    }
  };
  std::vector<std::thread> helpers;
  try {
    for (size_t i = 1; i < threads; ++i) {
      helpers.emplace_back(work);
    }
  } catch (const std::exception&) {  // NOLINT(bugprone-empty-catch)
    // No more threads or memory: those that started, and this one, do all the work.
  }
  work();
  for (std::thread& helper : helpers) {
    helper.join();
  }
}

}  // namespace wensum
