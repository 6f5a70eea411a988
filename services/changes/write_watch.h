// Notices that nothing of a stream is taken any more.
#ifndef WENSUM_SERVICES_CHANGES_WRITE_WATCH_H_
#define WENSUM_SERVICES_CHANGES_WRITE_WATCH_H_

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>

#include "base/mutex.h"
#include "services/rpc/executor.h"

namespace wensum::changes {

// Calls `stalled` once, on the executor, when one write has been outstanding for the limit or longer (less than twice
// as long). Thread-safe.
class WriteWatch : public std::enable_shared_from_this<WriteWatch> {
 public:
  // The executor must outlive the watch.
  static std::shared_ptr<WriteWatch> Start(rpc::Executor* executor, std::chrono::milliseconds limit,
                                           std::function<void()> stalled);

  void OnStart();
  void OnDone();

 private:
  WriteWatch(rpc::Executor* executor, std::chrono::milliseconds limit, std::function<void()> stalled)
      : executor_(*executor), limit_(limit), stalled_(std::move(stalled)) {}
  // Looks again when the limit is over: the write that was outstanding then, `last_seen`, must not be now.
  void LookLater(uint64_t last_seen);
  void Look(uint64_t last_seen);

  rpc::Executor& executor_;
  const std::chrono::milliseconds limit_;
  const std::function<void()> stalled_;
  Mutex mutex_;
  bool writing_ WENSUM_GUARDED_BY(mutex_) = false;
  uint64_t writes_ WENSUM_GUARDED_BY(mutex_) = 0;  // started so far
};

}  // namespace wensum::changes

#endif  // WENSUM_SERVICES_CHANGES_WRITE_WATCH_H_
