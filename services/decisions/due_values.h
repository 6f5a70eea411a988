// Ends the values that stewards gave until a time.
#ifndef WENSUM_SERVICES_DECISIONS_DUE_VALUES_H_
#define WENSUM_SERVICES_DECISIONS_DUE_VALUES_H_

#include <chrono>
#include <cstdint>
#include <thread>

#include "absl/status/statusor.h"
#include "base/mutex.h"
#include "services/register/register.h"

namespace wensum::decisions {

// Retracts, each in a commit of its own, all decisions whose time is over by the register's clock; returns their
// number. Golden records never look at a clock: what ended is stored. Errors are the register's.
absl::StatusOr<uint64_t> EndDueValues(registry::Register& reg);

// Does so at once and every `period`, on a thread of its own, until it is destroyed. `reg` must outlive it. What fails
// is tried again the next time.
class DueValues {
 public:
  explicit DueValues(registry::Register* reg, std::chrono::microseconds period = std::chrono::minutes(1));
  ~DueValues();
  DueValues(const DueValues&) = delete;
  DueValues& operator=(const DueValues&) = delete;

 private:
  void Loop();

  registry::Register& register_;
  const std::chrono::microseconds period_;
  Mutex mutex_;
  CondVar stop_;
  bool stopping_ WENSUM_GUARDED_BY(mutex_) = false;
  std::thread thread_;  // last: it uses all of the above
};

}  // namespace wensum::decisions

#endif  // WENSUM_SERVICES_DECISIONS_DUE_VALUES_H_
