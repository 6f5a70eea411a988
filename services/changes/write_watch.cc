#include "services/changes/write_watch.h"

#include <utility>

namespace wensum::changes {

std::shared_ptr<WriteWatch> WriteWatch::Start(rpc::Executor* executor, std::chrono::milliseconds limit,
                                              std::function<void()> stalled) {
  std::shared_ptr<WriteWatch> watch(new WriteWatch(executor, limit, std::move(stalled)));
  watch->LookLater(/*last_seen=*/0);
  return watch;
}

void WriteWatch::OnStart() {
  const MutexLock lock(mutex_);
  writing_ = true;
  ++writes_;
}

void WriteWatch::OnDone() {
  const MutexLock lock(mutex_);
  writing_ = false;
}

void WriteWatch::LookLater(uint64_t last_seen) {
  executor_.RunAfter(limit_, [weak = weak_from_this(), last_seen] {
    if (const std::shared_ptr<WriteWatch> alive = weak.lock()) {
      alive->Look(last_seen);
    }
  });
}

void WriteWatch::Look(uint64_t last_seen) {
  uint64_t outstanding = 0;  // none
  {
    const MutexLock lock(mutex_);
    outstanding = writing_ ? writes_ : 0;
  }
  if (outstanding != 0 && outstanding == last_seen) {
    stalled_();
  } else {
    LookLater(outstanding);
  }
}

}  // namespace wensum::changes
