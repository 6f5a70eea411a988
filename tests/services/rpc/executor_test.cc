#include "services/rpc/executor.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <future>
#include <vector>

namespace wensum::rpc {
namespace {

TEST(ExecutorTest, RunsTasksInTheOrderGiven) {
  std::vector<int> order;
  {
    Executor executor(1);
    for (int i = 0; i < 100; ++i) {
      executor.Run([&order, i] { order.push_back(i); });
    }
  }
  ASSERT_EQ(order.size(), 100U);
  for (int i = 0; i < 100; ++i) {
    EXPECT_EQ(order[static_cast<size_t>(i)], i);
  }
}

TEST(ExecutorTest, ADelayedTaskLetsOthersPass) {
  Executor executor(1);
  std::promise<void> done;
  std::atomic<bool> delayed{false};
  executor.RunAfter(std::chrono::hours(1), [&delayed] { delayed = true; });
  executor.Run([&done] { done.set_value(); });
  done.get_future().wait();
  EXPECT_FALSE(delayed);
}

TEST(ExecutorTest, RunsDelayedTasksAtOnceWhenDestroyed) {
  std::atomic<bool> delayed{false};
  {
    Executor(1).RunAfter(std::chrono::hours(1), [&delayed] { delayed = true; });
  }
  EXPECT_TRUE(delayed);
}

}  // namespace
}  // namespace wensum::rpc
