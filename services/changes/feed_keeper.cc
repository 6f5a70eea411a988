#include "services/changes/feed_keeper.h"

#include <utility>

namespace wensum::changes {

FeedKeeper::FeedKeeper(FeedCompactor* compactor, FeedKeeping keeping,
                       std::function<void(const absl::StatusOr<FeedCompactor::Kept>&)> done,
                       std::chrono::microseconds period)
    : compactor_(*compactor), keeping_(keeping), done_(std::move(done)), period_(period) {
  if (keeping_.keep_days > 0) {
    thread_ = std::thread([this] { Loop(); });
  }
}

FeedKeeper::~FeedKeeper() {
  ending_ = true;
  {
    const MutexLock lock(mutex_);
    stopping_ = true;
  }
  stop_.NotifyOne();
  if (thread_.joinable()) {
    thread_.join();
  }
}

void FeedKeeper::Loop() {
  while (true) {
    const absl::StatusOr<FeedCompactor::Kept> kept = compactor_.Keep(keeping_, [this] { return ending_.load(); });
    if (!kept.ok() || kept->dropped != 0 || !kept->waiting.empty()) {
      done_(kept);
    }
    const MutexLock lock(mutex_);
    if (!stopping_) {
      stop_.WaitFor(mutex_, period_);
    }
    if (stopping_) {
      return;
    }
  }
}

}  // namespace wensum::changes
