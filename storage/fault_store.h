// A store that fails when told to: for tests of what stands above it.
#ifndef WENSUM_STORAGE_FAULT_STORE_H_
#define WENSUM_STORAGE_FAULT_STORE_H_

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/mutex.h"
#include "storage/store.h"

namespace wensum::storage {

// Passes everything to another store but for the faults asked for. A write that fails reaches the other store not at
// all. Thread-safe. Snapshots and iterators must not outlive it.
class FaultStore final : public Store {
 public:
  // `base` is not owned and must outlive this.
  explicit FaultStore(Store* base) : base_(base) {}
  FaultStore(const FaultStore&) = delete;
  FaultStore& operator=(const FaultStore&) = delete;

  // The next `count` writes give `status`, which must not be OK.
  void FailNextWrites(uint64_t count, absl::Status status) WENSUM_EXCLUDES(mutex_);
  // The next `count` writes succeed; every later write and sync gives `status`, until Heal.
  void FailWritesAfter(uint64_t count, absl::Status status) WENSUM_EXCLUDES(mutex_);
  // While true, writes and syncs give RESOURCE_EXHAUSTED.
  void SetDiskFull(bool full) WENSUM_EXCLUDES(mutex_);
  // Reads of `family`, also by snapshots and iterators made before, give DATA_LOSS until Heal.
  void FailReads(Family family) WENSUM_EXCLUDES(mutex_);
  // Ends all faults.
  void Heal() WENSUM_EXCLUDES(mutex_);

  // Batches that the other store took, and that it was not given or did not take.
  [[nodiscard]] uint64_t batches_written() const WENSUM_EXCLUDES(mutex_);
  [[nodiscard]] uint64_t batches_failed() const WENSUM_EXCLUDES(mutex_);

  absl::StatusOr<std::optional<std::string>> Get(Family family, std::string_view key) const override;
  absl::StatusOr<std::vector<std::optional<std::string>>> MultiGet(Family family,
                                                                   const std::vector<std::string>& keys) const override;
  std::unique_ptr<Iterator> NewIterator(Family family, const KeyRange& range) const override;
  absl::Status Write(const WriteBatch& batch, Durability durability) override;
  std::unique_ptr<Snapshot> NewSnapshot() const override;
  absl::Status Sync() override;
  StoreStats Stats() const override { return base_->Stats(); }

 private:
  friend class FaultIterator;
  friend class FaultSnapshot;

  // The fault that a write meets now; uses it up.
  absl::Status NextWriteFault() WENSUM_REQUIRES(mutex_);
  absl::Status ReadFault(Family family) const WENSUM_EXCLUDES(mutex_);

  Store* const base_;

  mutable Mutex mutex_;
  uint64_t failing_writes_ WENSUM_GUARDED_BY(mutex_) = 0;
  absl::Status failing_status_ WENSUM_GUARDED_BY(mutex_);
  std::optional<uint64_t> writes_left_ WENSUM_GUARDED_BY(mutex_);  // before every write fails
  absl::Status stopped_status_ WENSUM_GUARDED_BY(mutex_);
  bool disk_full_ WENSUM_GUARDED_BY(mutex_) = false;
  std::array<bool, kFamilyCount> unreadable_ WENSUM_GUARDED_BY(mutex_){};
  uint64_t batches_written_ WENSUM_GUARDED_BY(mutex_) = 0;
  uint64_t batches_failed_ WENSUM_GUARDED_BY(mutex_) = 0;
};

}  // namespace wensum::storage

#endif  // WENSUM_STORAGE_FAULT_STORE_H_
