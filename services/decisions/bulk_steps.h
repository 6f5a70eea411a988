// What the server does by itself for a bulk decision that is applied or undone: one task after the other.
#ifndef WENSUM_SERVICES_DECISIONS_BULK_STEPS_H_
#define WENSUM_SERVICES_DECISIONS_BULK_STEPS_H_

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <thread>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/mutex.h"
#include "services/register/register.h"

namespace wensum::decisions {

// Tasks that one commit looks at, of which it decides one at most: what is decided is told in the feed and undone one
// by one, and other writes wait for some milliseconds.
inline constexpr size_t kBulkTasksPerCommit = 100;

// Does one commit's part of the bulk decision, on the writer's thread. True: there is more to do. False: it is done, or
// no longer at work. Where it stands is stored in the same batch, so that nothing is done twice and nothing is left
// out, whatever fails. Errors are the store's.
// `knows_all_sources`: see convert::KnowsAllSources.
absl::StatusOr<bool> BulkStep(registry::Register& reg, uint64_t number, bool knows_all_sources);

// Goes on with all that are at work, the oldest first, until none is or `stop` says so. Returns the commits made.
absl::StatusOr<uint64_t> WorkOnBulk(registry::Register& reg, const std::function<bool()>& stop);

// Does so at once, when it is woken, and every `period` (what failed is tried again), on a thread of its own, until it
// is destroyed. `reg` must outlive it. Thread-safe.
class BulkWorker {
 public:
  // Told what failed.
  using OnError = std::function<void(const absl::Status&)>;

  BulkWorker(registry::Register* reg, OnError on_error, std::chrono::microseconds period = std::chrono::minutes(1));
  ~BulkWorker();
  BulkWorker(const BulkWorker&) = delete;
  BulkWorker& operator=(const BulkWorker&) = delete;

  void Wake();

 private:
  void Loop();
  [[nodiscard]] bool stopping();

  registry::Register& register_;
  const OnError on_error_;
  const std::chrono::microseconds period_;
  Mutex mutex_;
  CondVar changed_;
  bool stopping_ WENSUM_GUARDED_BY(mutex_) = false;
  bool woken_ WENSUM_GUARDED_BY(mutex_) = false;
  std::thread thread_;  // last: it uses all of the above
};

}  // namespace wensum::decisions

#endif  // WENSUM_SERVICES_DECISIONS_BULK_STEPS_H_
