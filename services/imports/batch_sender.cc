#include "services/imports/batch_sender.h"

#include <memory>
#include <utility>

namespace wensum::imports {

BatchSender::~BatchSender() { Drain().IgnoreError(); }

absl::Status BatchSender::Send(registry::Mutation mutation, RunBatch batch) {
  {
    MutexLock lock(mutex_);
    while (in_flight_ >= kInFlight) {
      done_.Wait(mutex_);
    }
    if (!status_.ok()) {
      return status_;
    }
    ++in_flight_;
  }
  const auto shared = std::make_shared<const RunBatch>(std::move(batch));
  mutation.extra_writes = [ledger = ledger_, shared](const registry::MutationResult& result,
                                                     storage::WriteBatch& writes) {
    ledger->Commit(*shared, result, writes);
  };
  // The register answers a failed batch before it writes a later one: batches in flight behind it go uncounted.
  const auto finish = [this](const absl::Status& status) {
    if (!status.ok()) {
      ledger_->LoseBatch();
    }
    MutexLock lock(mutex_);
    --in_flight_;
    if (status_.ok() && !status.ok()) {
      status_ = status;
    }
    done_.NotifyAll();
  };
  const absl::Status queued =
      register_->Enqueue(std::move(mutation), [finish, shared](const registry::MutationResult& result) {
        if (result.status.ok() && shared->settled) {
          shared->settled(result);
        }
        finish(result.status);
      });
  if (!queued.ok()) {
    finish(queued);
  }
  return queued;
}

absl::Status BatchSender::Drain() {
  MutexLock lock(mutex_);
  while (in_flight_ > 0) {
    done_.Wait(mutex_);
  }
  return status_;
}

}  // namespace wensum::imports
