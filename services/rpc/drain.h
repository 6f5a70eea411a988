// Tells calls without an end of their own (streams, watches) that the server is going away.
#ifndef WENSUM_SERVICES_RPC_DRAIN_H_
#define WENSUM_SERVICES_RPC_DRAIN_H_

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "base/mutex.h"
#include "base/status_macros.h"
#include "services/rpc/status_details.h"

namespace wensum::rpc {

// Thread-safe. Must outlive its subscriptions.
class Drain {
 public:
  class Subscription {
   public:
    Subscription(Drain* drain, uint64_t id) : drain_(drain), id_(id) {}
    ~Subscription() { drain_->Remove(id_); }
    Subscription(const Subscription&) = delete;
    Subscription& operator=(const Subscription&) = delete;

   private:
    Drain* drain_;
    uint64_t id_;
  };

  // Calls `notify` once, when the drain starts; at once if it has. It may still be running for a moment after the
  // subscription is gone: let it hold weak pointers.
  [[nodiscard]] std::unique_ptr<Subscription> Subscribe(std::function<void()> notify) {
    bool started = false;
    uint64_t id = 0;
    {
      MutexLock lock(mutex_);
      id = ++last_id_;
      started = started_;
      if (!started) {
        waiting_.emplace(id, notify);
      }
    }
    if (started) {
      notify();
    }
    return std::make_unique<Subscription>(this, id);
  }

  void Start() {
    std::map<uint64_t, std::function<void()>> waiting;
    {
      MutexLock lock(mutex_);
      started_ = true;
      waiting.swap(waiting_);
    }
    for (auto& [id, notify] : waiting) {
      notify();
    }
  }

  [[nodiscard]] bool started() const {
    ReaderLock lock(mutex_);
    return started_;
  }

 private:
  void Remove(uint64_t id) {
    MutexLock lock(mutex_);
    waiting_.erase(id);
  }

  mutable Mutex mutex_;
  bool started_ WENSUM_GUARDED_BY(mutex_) = false;
  uint64_t last_id_ WENSUM_GUARDED_BY(mutex_) = 0;
  std::map<uint64_t, std::function<void()>> waiting_ WENSUM_GUARDED_BY(mutex_);
};

// What a drained call ends with.
inline absl::Status ShuttingDown() {
  return WithReason(Unavailable("the server is shutting down; connect again and go on where you were"),
                    reason::kShuttingDown);
}

}  // namespace wensum::rpc

#endif  // WENSUM_SERVICES_RPC_DRAIN_H_
