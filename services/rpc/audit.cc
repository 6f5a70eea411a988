#include "services/rpc/audit.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "base/status_macros.h"
#include "base/strings.h"
#include "storage/keys.h"

namespace wensum::rpc {
namespace {

constexpr uint32_t kAuditFormat = 1;
constexpr auto kRetryPause = std::chrono::milliseconds(200);
constexpr size_t kFullBatch = 1'024;  // entries that are not made to wait for more

}  // namespace

absl::StatusOr<std::unique_ptr<AuditLog>> AuditLog::Open(storage::Store* store, AuditOptions options) {
  const auto last =
      store->NewIterator(storage::Family::kAudit, storage::PrefixRange(storage::RegisterPrefix(options.register_id)));
  last->SeekToLast();
  uint64_t sequence = 0;
  if (last->Valid()) {
    WENSUM_ASSIGN_OR_RETURN(const storage::NumberedKey key, storage::ParseAuditKey(last->key()));
    sequence = key.number;
  }
  WENSUM_RETURN_IF_ERROR(last->status());
  return std::unique_ptr<AuditLog>(new AuditLog(store, options, sequence));
}

AuditLog::AuditLog(storage::Store* store, AuditOptions options, uint64_t last_sequence)
    : store_(store), options_(options), last_sequence_(last_sequence), writer_([this] { Loop(); }) {}

AuditLog::~AuditLog() {
  {
    MutexLock lock(mutex_);
    stopping_ = true;
    writer_wake_.NotifyAll();
  }
  writer_.join();
  store_->Sync().IgnoreError();  // there is nobody left to tell
}

void AuditLog::Append(const storage::v1::AuditEntry& entry) {
  thread_local std::string serialised;  // keeps its memory from call to call
  entry.SerializeToString(&serialised);
  MutexLock lock(mutex_);
  if (queue_.size() >= options_.max_queued && accepting()) {
    stalls_.fetch_add(1, std::memory_order_relaxed);
    while (queue_.size() >= options_.max_queued && accepting()) {
      caller_wake_.Wait(mutex_);
    }
  }
  if (queue_.size() >= 2 * options_.max_queued) {
    lost_.fetch_add(1, std::memory_order_relaxed);
    return;
  }
  queue_.bytes.append(serialised);
  queue_.ends.push_back(queue_.bytes.size());
  ++appended_;
  if (queue_.size() == 1 || queue_.size() == kFullBatch) {
    writer_wake_.NotifyOne();
  }
}

absl::Status AuditLog::Flush() {
  {
    MutexLock lock(mutex_);
    const uint64_t target = appended_;
    const uint64_t failures = failures_;
    ++flushing_;
    writer_wake_.NotifyAll();
    while (written_ < target && failures_ == failures) {
      caller_wake_.Wait(mutex_);
    }
    --flushing_;
    if (written_ < target) {
      return last_error_;
    }
  }
  return store_->Sync();
}

void AuditLog::Loop() {
  Entries entries;  // taken off the queue, not yet written
  MutexLock lock(mutex_);
  while (true) {
    if (entries.empty()) {
      if (queue_.empty()) {
        if (stopping_) {
          return;
        }
        writer_wake_.Wait(mutex_);
        continue;
      }
      if (queue_.size() < kFullBatch && flushing_ == 0 && !stopping_) {
        writer_wake_.WaitFor(mutex_, options_.linger);
      }
      std::swap(entries, queue_);
      caller_wake_.NotifyAll();
    }
    mutex_.unlock();
    const absl::Status status = WriteEntries(entries);
    mutex_.lock();
    if (status.ok()) {
      written_ += entries.size();
      entries.clear();
      accepting_ = true;
    } else {
      ++failures_;
      last_error_ = status;
      accepting_ = queue_.size() < options_.max_queued;
    }
    caller_wake_.NotifyAll();
    if (!status.ok()) {
      if (stopping_) {
        return;
      }
      writer_wake_.WaitFor(mutex_, kRetryPause);
    }
  }
}

absl::Status AuditLog::WriteEntries(const Entries& entries) {
  storage::WriteBatch batch;
  uint64_t sequence = last_sequence_;
  size_t start = 0;
  for (const size_t end : entries.ends) {
    batch.Put(storage::Family::kAudit, storage::AuditKey(options_.register_id, ++sequence),
              entries.bytes.substr(start, end - start));
    start = end;
  }
  WENSUM_RETURN_IF_ERROR(store_->Write(batch, storage::Durability::kNoSync));
  last_sequence_ = sequence;
  return absl::OkStatus();
}

absl::StatusOr<std::vector<storage::v1::AuditEntry>> AuditLog::Read(uint64_t after_sequence, size_t limit) const {
  std::vector<storage::v1::AuditEntry> entries;
  const auto row =
      store_->NewIterator(storage::Family::kAudit, storage::PrefixRange(storage::RegisterPrefix(options_.register_id)));
  for (row->Seek(storage::AuditKey(options_.register_id, after_sequence + 1)); row->Valid() && entries.size() < limit;
       row->Next()) {
    storage::v1::AuditEntry& entry = entries.emplace_back();
    if (!entry.ParseFromArray(row->value().data(), static_cast<int>(row->value().size())) ||
        entry.format() > kAuditFormat) {
      return DataLoss(Cat("audit entry at key ", HexEncode(row->key()), " cannot be read"));
    }
  }
  WENSUM_RETURN_IF_ERROR(row->status());
  return entries;
}

}  // namespace wensum::rpc
