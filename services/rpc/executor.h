// A few threads for what must not run on the transport's or the writer's threads.
#ifndef WENSUM_SERVICES_RPC_EXECUTOR_H_
#define WENSUM_SERVICES_RPC_EXECUTOR_H_

#include <chrono>
#include <cstddef>
#include <functional>
#include <map>
#include <thread>
#include <vector>

#include "base/mutex.h"

namespace wensum::rpc {

// Runs tasks in the order in which they fall due. Thread-safe.
class Executor {
 public:
  explicit Executor(size_t threads);
  // Runs what is queued, delayed tasks at once, and stops.
  ~Executor();
  Executor(const Executor&) = delete;
  Executor& operator=(const Executor&) = delete;

  void Run(std::function<void()> task) { RunAfter(std::chrono::microseconds(0), std::move(task)); }
  void RunAfter(std::chrono::microseconds delay, std::function<void()> task);

 private:
  using Due = std::chrono::steady_clock::time_point;

  void Loop();

  Mutex mutex_;
  CondVar wake_;
  std::multimap<Due, std::function<void()>> tasks_ WENSUM_GUARDED_BY(mutex_);
  bool stopping_ WENSUM_GUARDED_BY(mutex_) = false;
  std::vector<std::thread> threads_;  // last: they use all of the above
};

}  // namespace wensum::rpc

#endif  // WENSUM_SERVICES_RPC_EXECUTOR_H_
