#include "base/mutex.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <deque>
#include <thread>
#include <vector>

namespace wensum {
namespace {

TEST(MutexTest, ExcludesWriters) {
  Mutex mutex;
  int counter = 0;  // not atomic: lost updates would show
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 20'000; ++i) {
        MutexLock lock(mutex);
        ++counter;
      }
    });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
  EXPECT_EQ(counter, 80'000);
}

TEST(MutexTest, ReadersNeverSeeHalfAWrite) {
  Mutex mutex;
  int left = 0;
  int right = 0;
  std::atomic<int> torn{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 3; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 5'000; ++i) {
        ReaderLock lock(mutex);
        torn += left != right ? 1 : 0;
      }
    });
  }
  for (int i = 0; i < 5'000; ++i) {
    MutexLock lock(mutex);
    ++left;
    ++right;
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
  EXPECT_EQ(torn, 0);
  EXPECT_EQ(left, 5'000);
}

TEST(MutexTest, TryLockFailsWhileAnyoneHoldsIt) {
  Mutex mutex;
  const auto try_elsewhere = [&mutex] {
    bool taken = false;
    std::thread([&] {
      if (mutex.try_lock()) {
        taken = true;
        mutex.unlock();
      }
    }).join();
    return taken;
  };
  EXPECT_TRUE(try_elsewhere());
  {
    MutexLock lock(mutex);
    EXPECT_FALSE(try_elsewhere());
  }
  {
    ReaderLock lock(mutex);
    EXPECT_FALSE(try_elsewhere());
  }
  EXPECT_TRUE(try_elsewhere());
}

TEST(MutexTest, ReadersShare) {
  Mutex mutex;
  ReaderLock lock(mutex);
  std::thread([&mutex] { ReaderLock other(mutex); }).join();  // would never end if readers excluded each other
}

TEST(CondVarTest, HandsOverInOrder) {
  Mutex mutex;
  CondVar changed;
  std::deque<int> queue;
  std::vector<int> taken;
  std::thread consumer([&] {
    while (taken.size() < 1000) {
      MutexLock lock(mutex);
      while (queue.empty()) {
        changed.Wait(mutex);
      }
      taken.push_back(queue.front());
      queue.pop_front();
      changed.NotifyAll();
    }
  });
  for (int i = 0; i < 1000; ++i) {
    MutexLock lock(mutex);
    while (queue.size() >= 3) {
      changed.Wait(mutex);
    }
    queue.push_back(i);
    changed.NotifyOne();
  }
  consumer.join();
  ASSERT_EQ(taken.size(), 1000U);
  for (size_t i = 0; i < taken.size(); ++i) {
    EXPECT_EQ(taken[i], static_cast<int>(i));
  }
}

TEST(CondVarTest, WaitForEndsWithoutANotification) {
  Mutex mutex;
  CondVar never;
  MutexLock lock(mutex);
  while (never.WaitFor(mutex, std::chrono::microseconds(100))) {  // a spurious wake-up counts as a notification
  }
  // The mutex is held again.
  bool taken = false;
  std::thread([&] {
    if (mutex.try_lock()) {
      taken = true;
      mutex.unlock();
    }
  }).join();
  EXPECT_FALSE(taken);
}

}  // namespace
}  // namespace wensum
