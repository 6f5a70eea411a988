#include "base/parallel.h"

#include <gtest/gtest.h>

#include <atomic>
#include <limits>
#include <thread>
#include <utility>
#include <vector>

#include "base/mutex.h"

namespace wensum {
namespace {

TEST(ParallelForTest, CoversEveryItemOnce) {
  for (const size_t count : {0U, 1U, 2U, 7U, 64U, 1000U}) {
    for (const size_t threads : {0U, 1U, 2U, 5U, 2000U}) {
      for (const size_t grain : {0U, 1U, 3U, 64U, 5000U}) {
        std::vector<std::atomic<int>> visits(count);
        ParallelFor(count, threads, grain, [&](size_t begin, size_t end) {
          EXPECT_LT(begin, end);
          EXPECT_LE(end, count);
          const size_t size = grain == 0 ? 1 : grain;
          EXPECT_EQ(begin % size, 0U);
          EXPECT_TRUE(end - begin == size || end == count);
          for (size_t i = begin; i < end; ++i) {
            ++visits[i];
          }
        });
        for (const std::atomic<int>& visit : visits) {
          ASSERT_EQ(visit, 1) << count << " " << threads << " " << grain;
        }
      }
    }
  }
}

TEST(ParallelForTest, HugeCountsAndGrainsDoNotOverflow) {
  constexpr size_t kMax = std::numeric_limits<size_t>::max();
  Mutex mutex;
  std::vector<std::pair<size_t, size_t>> ranges;
  const auto body = [&](size_t begin, size_t end) {
    MutexLock lock(mutex);
    ranges.emplace_back(begin, end);
  };
  ParallelFor(10, 4, kMax, body);
  EXPECT_EQ(ranges, (std::vector<std::pair<size_t, size_t>>{{0, 10}}));
  ranges.clear();
  ParallelFor(kMax, 1, kMax / 2, body);
  EXPECT_EQ(ranges, (std::vector<std::pair<size_t, size_t>>{{0, kMax / 2}, {kMax / 2, kMax - 1}, {kMax - 1, kMax}}));
}

TEST(ParallelForTest, UsesSeveralThreads) {
  // Each range waits for the other: this ends only if two threads run at once.
  std::atomic<int> arrived{0};
  ParallelFor(2, 2, 1, [&](size_t, size_t) {
    ++arrived;
    while (arrived < 2) {
      std::this_thread::yield();
    }
  });
  EXPECT_EQ(arrived, 2);
  EXPECT_GE(DefaultThreads(), 1U);
}

TEST(ParallelForTest, OneThreadIsTheCallers) {
  const std::thread::id caller = std::this_thread::get_id();
  ParallelFor(100, 1, 7, [&](size_t, size_t) { EXPECT_EQ(std::this_thread::get_id(), caller); });
}

}  // namespace
}  // namespace wensum
