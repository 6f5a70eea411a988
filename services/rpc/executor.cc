#include "services/rpc/executor.h"

#include <utility>

namespace wensum::rpc {

Executor::Executor(size_t threads) {
  threads_.reserve(threads);
  for (size_t i = 0; i < threads; ++i) {
    threads_.emplace_back([this] { Loop(); });
  }
}

Executor::~Executor() {
  {
    MutexLock lock(mutex_);
    stopping_ = true;
    wake_.NotifyAll();
  }
  for (std::thread& thread : threads_) {
    thread.join();
  }
}

void Executor::RunAfter(std::chrono::microseconds delay, std::function<void()> task) {
  MutexLock lock(mutex_);
  tasks_.emplace(std::chrono::steady_clock::now() + delay, std::move(task));
  wake_.NotifyOne();
}

void Executor::Loop() {
  MutexLock lock(mutex_);
  while (true) {
    if (tasks_.empty()) {
      if (stopping_) {
        return;
      }
      wake_.Wait(mutex_);
      continue;
    }
    const Due now = std::chrono::steady_clock::now();
    const auto first = tasks_.begin();
    if (first->first > now && !stopping_) {
      wake_.WaitFor(mutex_, std::chrono::ceil<std::chrono::microseconds>(first->first - now));
      continue;
    }
    std::function<void()> task = std::move(first->second);
    tasks_.erase(first);
    mutex_.unlock();
    task();
    task = nullptr;  // what it holds is let go outside the lock
    mutex_.lock();
  }
}

}  // namespace wensum::rpc
