#include "storage/fault_store.h"

#include <utility>

#include "base/status_macros.h"
#include "base/strings.h"

namespace wensum::storage {

namespace {

absl::Status DiskFull() { return ResourceExhausted("the disk is full (injected fault): free space, then try again"); }

}  // namespace

// Turns invalid at the first move that meets a read fault, and stays so.
class FaultIterator final : public Iterator {
 public:
  FaultIterator(const FaultStore* store, Family family, std::unique_ptr<Iterator> base)
      : store_(store), family_(family), base_(std::move(base)) {}

  bool Valid() const override { return fault_.ok() && base_->Valid(); }
  void Next() override {
    if (Readable()) base_->Next();
  }
  void Prev() override {
    if (Readable()) base_->Prev();
  }
  void Seek(std::string_view key) override {
    if (Readable()) base_->Seek(key);
  }
  void SeekForPrev(std::string_view key) override {
    if (Readable()) base_->SeekForPrev(key);
  }
  void SeekToFirst() override {
    if (Readable()) base_->SeekToFirst();
  }
  void SeekToLast() override {
    if (Readable()) base_->SeekToLast();
  }
  std::string_view key() const override { return base_->key(); }
  std::string_view value() const override { return base_->value(); }
  absl::Status status() const override { return fault_.ok() ? base_->status() : fault_; }

 private:
  bool Readable() {
    fault_.Update(store_->ReadFault(family_));
    return fault_.ok();
  }

  const FaultStore* const store_;
  const Family family_;
  const std::unique_ptr<Iterator> base_;
  absl::Status fault_;
};

class FaultSnapshot final : public Snapshot {
 public:
  FaultSnapshot(const FaultStore* store, std::unique_ptr<Snapshot> base) : store_(store), base_(std::move(base)) {}

  absl::StatusOr<std::optional<std::string>> Get(Family family, std::string_view key) const override {
    WENSUM_RETURN_IF_ERROR(store_->ReadFault(family));
    return base_->Get(family, key);
  }
  absl::StatusOr<std::vector<std::optional<std::string>>> MultiGet(
      Family family, const std::vector<std::string>& keys) const override {
    WENSUM_RETURN_IF_ERROR(store_->ReadFault(family));
    return base_->MultiGet(family, keys);
  }
  std::unique_ptr<Iterator> NewIterator(Family family, const KeyRange& range) const override {
    return std::make_unique<FaultIterator>(store_, family, base_->NewIterator(family, range));
  }

 private:
  const FaultStore* const store_;
  const std::unique_ptr<Snapshot> base_;
};

void FaultStore::FailNextWrites(uint64_t count, absl::Status status) {
  MutexLock lock(mutex_);
  failing_writes_ = count;
  failing_status_ = std::move(status);
}

void FaultStore::FailWritesAfter(uint64_t count, absl::Status status) {
  MutexLock lock(mutex_);
  writes_left_ = count;
  stopped_status_ = std::move(status);
}

void FaultStore::SetDiskFull(bool full) {
  MutexLock lock(mutex_);
  disk_full_ = full;
}

void FaultStore::FailReads(Family family) {
  MutexLock lock(mutex_);
  unreadable_[static_cast<size_t>(family)] = true;
}

void FaultStore::Heal() {
  MutexLock lock(mutex_);
  failing_writes_ = 0;
  writes_left_.reset();
  disk_full_ = false;
  unreadable_.fill(false);
}

uint64_t FaultStore::batches_written() const {
  MutexLock lock(mutex_);
  return batches_written_;
}

uint64_t FaultStore::batches_failed() const {
  MutexLock lock(mutex_);
  return batches_failed_;
}

absl::StatusOr<std::optional<std::string>> FaultStore::Get(Family family, std::string_view key) const {
  WENSUM_RETURN_IF_ERROR(ReadFault(family));
  return base_->Get(family, key);
}

absl::StatusOr<std::vector<std::optional<std::string>>> FaultStore::MultiGet(
    Family family, const std::vector<std::string>& keys) const {
  WENSUM_RETURN_IF_ERROR(ReadFault(family));
  return base_->MultiGet(family, keys);
}

std::unique_ptr<Iterator> FaultStore::NewIterator(Family family, const KeyRange& range) const {
  return std::make_unique<FaultIterator>(this, family, base_->NewIterator(family, range));
}

absl::Status FaultStore::Write(const WriteBatch& batch, Durability durability) {
  {
    MutexLock lock(mutex_);
    if (absl::Status fault = NextWriteFault(); !fault.ok()) {
      ++batches_failed_;
      return fault;
    }
  }
  // Not under the lock, so that writers meet in the other store as they would without this one.
  absl::Status status = base_->Write(batch, durability);
  MutexLock lock(mutex_);
  ++(status.ok() ? batches_written_ : batches_failed_);
  return status;
}

std::unique_ptr<Snapshot> FaultStore::NewSnapshot() const {
  return std::make_unique<FaultSnapshot>(this, base_->NewSnapshot());
}

absl::Status FaultStore::Sync() {
  {
    MutexLock lock(mutex_);
    if (disk_full_) {
      return DiskFull();
    }
    if (writes_left_ == uint64_t{0}) {
      return stopped_status_;
    }
  }
  return base_->Sync();
}

absl::Status FaultStore::NextWriteFault() {
  if (disk_full_) {
    return DiskFull();
  }
  if (failing_writes_ > 0) {
    --failing_writes_;
    return failing_status_;
  }
  if (writes_left_ == uint64_t{0}) {
    return stopped_status_;
  }
  if (writes_left_) {
    --*writes_left_;
  }
  return absl::OkStatus();
}

absl::Status FaultStore::ReadFault(Family family) const {
  ReaderLock lock(mutex_);
  if (unreadable_[static_cast<size_t>(family)]) {
    return DataLoss(Cat("cannot read family ", FamilyName(family), " (injected fault)"));
  }
  return absl::OkStatus();
}

}  // namespace wensum::storage
