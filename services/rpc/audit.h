// The audit log: one entry for every call, allowed or refused.
#ifndef WENSUM_SERVICES_RPC_AUDIT_H_
#define WENSUM_SERVICES_RPC_AUDIT_H_

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/mutex.h"
#include "storage/store.h"
#include "wensum/storage/v1/log.pb.h"

namespace wensum::rpc {

struct AuditOptions {
  uint32_t register_id = 1;
  size_t max_queued = 65'536;  // entries that may wait to be written
  // How long an entry may wait for others to be written with it: each write costs as much as several calls.
  std::chrono::microseconds linger{2'000};
};

// Appends entries to family audit in the order given, on a thread of its own and in batches that are not synced: the
// power failing may cost the last of them, the process being killed only those still queued. While the store refuses
// writes (disk full) entries wait and are tried again; accepting() turns false when too many wait, and calls must be
// refused: the room left is for those already under way. Thread-safe.
class AuditLog {
 public:
  // Goes on after the last stored entry. `store` must outlive the log.
  static absl::StatusOr<std::unique_ptr<AuditLog>> Open(storage::Store* store, AuditOptions options);
  // As Flush, as far as the store takes the entries.
  ~AuditLog();
  AuditLog(const AuditLog&) = delete;
  AuditLog& operator=(const AuditLog&) = delete;

  // Never waits for the store, but for the queue: if it is full, until the writer has taken it. While not accepting, an
  // entry beyond twice the queue is lost: it can only be that of a refused call.
  void Append(const storage::v1::AuditEntry& entry);
  // False while the store refuses writes and the queue is full.
  [[nodiscard]] bool accepting() const { return accepting_.load(std::memory_order_relaxed); }
  // Writes all that was appended before, synced. The store's error, if it refuses.
  absl::Status Flush();

  // Entries with sequences above `after_sequence`, in order, at most `limit`.
  absl::StatusOr<std::vector<storage::v1::AuditEntry>> Read(uint64_t after_sequence, size_t limit) const;
  // How often Append had to wait.
  [[nodiscard]] uint64_t stalls() const { return stalls_.load(std::memory_order_relaxed); }
  [[nodiscard]] uint64_t lost() const { return lost_.load(std::memory_order_relaxed); }

 private:
  AuditLog(storage::Store* store, AuditOptions options, uint64_t last_sequence);

  // Serialised entries, one behind the other: calls leave no blocks behind for the writing thread to free.
  struct Entries {
    std::string bytes;
    std::vector<size_t> ends;

    [[nodiscard]] size_t size() const { return ends.size(); }
    [[nodiscard]] bool empty() const { return ends.empty(); }
    void clear() {
      bytes.clear();
      ends.clear();
    }
  };

  void Loop();
  absl::Status WriteEntries(const Entries& entries);

  storage::Store* const store_;
  const AuditOptions options_;
  std::atomic<bool> accepting_{true};
  std::atomic<uint64_t> stalls_{0};
  std::atomic<uint64_t> lost_{0};
  uint64_t last_sequence_;  // of the writing thread alone

  Mutex mutex_;
  CondVar writer_wake_;
  CondVar caller_wake_;
  Entries queue_ WENSUM_GUARDED_BY(mutex_);
  uint64_t appended_ WENSUM_GUARDED_BY(mutex_) = 0;
  uint64_t written_ WENSUM_GUARDED_BY(mutex_) = 0;
  uint64_t failures_ WENSUM_GUARDED_BY(mutex_) = 0;
  uint64_t flushing_ WENSUM_GUARDED_BY(mutex_) = 0;  // calls of Flush that wait
  absl::Status last_error_ WENSUM_GUARDED_BY(mutex_);
  bool stopping_ WENSUM_GUARDED_BY(mutex_) = false;
  std::thread writer_;  // last: it uses all of the above
};

}  // namespace wensum::rpc

#endif  // WENSUM_SERVICES_RPC_AUDIT_H_
