// One file into the register: reading, batching, keeping a few commits in flight.
#ifndef WENSUM_SERVICES_IMPORTS_FILE_RUN_H_
#define WENSUM_SERVICES_IMPORTS_FILE_RUN_H_

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/mutex.h"
#include "model/gazetteer.h"
#include "model/partial_date.h"
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

// What a run needs besides its file.
struct FileRunContext {
  registry::Register* reg = nullptr;
  RunLedger* ledger = nullptr;
  std::string path;
  model::PartialDate today;
  // True once the run should stop at its next checkpoint.
  std::function<bool()> stopping;
};

// "auto" (or nothing), "dtf_7_3", "abp_2", "abp_1"; INVALID_ARGUMENT for others.
absl::StatusOr<model::GazetteerFormat> ParseGazetteerFormat(std::string_view name);

// Each: OK if the file was taken in to its end; CANCELLED if it was told to stop; INVALID_ARGUMENT, and nothing of it
// written, if the file as a whole must be refused; other errors from the store.
absl::Status RunMappedFile(const FileRunContext& context);
absl::Status RunGazetteerFile(const FileRunContext& context);
absl::Status RunCodePointFile(const FileRunContext& context);

}  // namespace wensum::imports

#endif  // WENSUM_SERVICES_IMPORTS_FILE_RUN_H_
