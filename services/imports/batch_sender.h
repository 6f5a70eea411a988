// Batches on their way to the register.
#ifndef WENSUM_SERVICES_IMPORTS_BATCH_SENDER_H_
#define WENSUM_SERVICES_IMPORTS_BATCH_SENDER_H_

#include "absl/status/status.h"
#include "base/mutex.h"
#include "services/imports/run_ledger.h"
#include "services/register/register.h"

namespace wensum::imports {

// Hands batches to the register, in order, at most kInFlight at a time, and keeps the ledger in step. Not thread-safe.
class BatchSender {
 public:
  static constexpr int kInFlight = 4;

  BatchSender(registry::Register* reg, RunLedger* ledger) : register_(reg), ledger_(ledger) {}
  // Waits for what is in flight.
  ~BatchSender();
  BatchSender(const BatchSender&) = delete;
  BatchSender& operator=(const BatchSender&) = delete;

  // Queues a batch. The error of an earlier batch is returned here, and nothing is queued after it.
  absl::Status Send(registry::Mutation mutation, RunBatch batch) WENSUM_EXCLUDES(mutex_);
  // Waits until everything sent is durable; the first error.
  absl::Status Drain() WENSUM_EXCLUDES(mutex_);

 private:
  registry::Register* const register_;
  RunLedger* const ledger_;
  Mutex mutex_;
  CondVar done_;
  int in_flight_ WENSUM_GUARDED_BY(mutex_) = 0;
  absl::Status status_ WENSUM_GUARDED_BY(mutex_);
};

}  // namespace wensum::imports

#endif  // WENSUM_SERVICES_IMPORTS_BATCH_SENDER_H_
