// Drops events of the feed that are older than the configuration says, time and again.
#ifndef WENSUM_SERVICES_CHANGES_FEED_KEEPER_H_
#define WENSUM_SERVICES_CHANGES_FEED_KEEPER_H_

#include <atomic>
#include <chrono>
#include <functional>
#include <thread>

#include "absl/status/statusor.h"
#include "base/mutex.h"
#include "services/changes/feed_compactor.h"

namespace wensum::changes {

// Looks at once and every `period`, on a thread of its own, until it is destroyed: that ends what it does after a small
// commit. A look that fails is tried again with the next.
class FeedKeeper {
 public:
  // `done` is told of every look that did or waits for something, or failed, on the keeper's thread. The compactor and
  // what `done` needs must outlive the object. Without `keep_days` it never looks.
  FeedKeeper(FeedCompactor* compactor, FeedKeeping keeping,
             std::function<void(const absl::StatusOr<FeedCompactor::Kept>&)> done,
             std::chrono::microseconds period = std::chrono::hours(1));
  ~FeedKeeper();
  FeedKeeper(const FeedKeeper&) = delete;
  FeedKeeper& operator=(const FeedKeeper&) = delete;

 private:
  void Loop();

  FeedCompactor& compactor_;
  const FeedKeeping keeping_;
  const std::function<void(const absl::StatusOr<FeedCompactor::Kept>&)> done_;
  const std::chrono::microseconds period_;
  std::atomic<bool> ending_{false};
  Mutex mutex_;
  CondVar stop_;
  bool stopping_ WENSUM_GUARDED_BY(mutex_) = false;
  std::thread thread_;  // last: it uses all of the above
};

}  // namespace wensum::changes

#endif  // WENSUM_SERVICES_CHANGES_FEED_KEEPER_H_
