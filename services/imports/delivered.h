// What a feed delivered last under each of its keys: rows that say the same again need no work, and keys that are not
// there any more can be told.
#ifndef WENSUM_SERVICES_IMPORTS_DELIVERED_H_
#define WENSUM_SERVICES_IMPORTS_DELIVERED_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/mutex.h"
#include "services/register/mutation.h"
#include "services/register/register.h"
#include "storage/store.h"
#include "wensum/storage/v1/imports.pb.h"

namespace wensum::imports {

// A key in a row of an extract.
struct RowKey {
  std::string hash;       // Register::HashSourceKey
  uint64_t row_hash = 0;  // of what the row says; never 0
};

// What is known of a row's key.
struct KnownKey {
  enum class Answer : uint8_t {
    kNew,       // the row says something new, or must be looked at again
    kSame,      // it says what it said last time, and its record is there
    kRepeated,  // an earlier row of the extract has the key
  };
  Answer answer = Answer::kNew;
  // What is stored; nullopt: the feed never delivered the key.
  std::optional<storage::v1::Delivered> last;
};

// What is to be kept of the rows of one batch. Made by the run, written by the commit.
struct DeliveredBatch {
  // A row that goes to the register: the i-th source write of the mutation.
  struct Written {
    std::string hash;
    uint64_t row_hash = 0;  // 0: the row must be looked at again the next time
    bool flagged = false;
    std::optional<storage::v1::Delivered> last;
    bool erases = false;  // the write is a deletion
    uint64_t run = 0;     // that the row is of then; 0: this one, if the record changes
  };
  std::vector<Written> written;
  // Keys whose stored value changes though no record does.
  std::vector<std::pair<std::string, storage::v1::Delivered>> changed;
};

// One run's view of its feed. Look is the run's alone; Write and Settle may be called by another thread meanwhile.
// Memory: a bit for each source record of the register, and the keys of rows that are on their way or were refused.
class DeliveredTable {
 public:
  // `reg` must outlive the table.
  DeliveredTable(registry::Register* reg, std::string feed, uint64_t run);

  // Looks up the keys of rows in their order, and notes that the extract has them. `out` is replaced. A key that is
  // kNew must be sent on with the next batch. DATA_LOSS if a stored value cannot be read.
  absl::Status Look(std::span<const RowKey> keys, std::vector<KnownKey>& out) WENSUM_EXCLUDES(mutex_);
  // For rows that are rejected: their keys are not absent, and another row may still have them. Adds to `batch` what
  // changes by that. Errors as Look.
  absl::Status Mention(std::span<const RowKey> keys, DeliveredBatch& batch) WENSUM_EXCLUDES(mutex_);
  // For a row that says the same: adds to `batch` what changes all the same.
  static void Pass(const RowKey& key, const KnownKey& known, DeliveredBatch& batch);

  // For the commit of a batch: adds the stored values that follow from the register's answers.
  void Write(const DeliveredBatch& batch, const registry::MutationResult& result, storage::WriteBatch& writes) const;
  // The batch is durable.
  void Settle(const DeliveredBatch& batch, const registry::MutationResult& result) WENSUM_EXCLUDES(mutex_);

  // Calls `visit(hash, delivered)` for each key of the feed that the extract does not have and that was not ended, in
  // the order of their hashes. All batches must be settled. Returns how many keys of the feed are not ended. A
  // microsecond a key.
  absl::StatusOr<uint64_t> ForEachAbsent(
      const std::function<absl::Status(const std::string& hash, const storage::v1::Delivered& delivered)>& visit) const
      WENSUM_EXCLUDES(mutex_);

  // Calls `visit` for each key of the feed, whatever is stored of it, in the order of their hashes, and as they were at
  // the call.
  absl::Status ForEach(
      const std::function<absl::Status(const std::string& hash, const storage::v1::Delivered& delivered)>& visit) const;

 private:
  [[nodiscard]] std::string KeyOf(std::string_view hash) const;
  [[nodiscard]] bool Seen(uint64_t ordinal) const WENSUM_REQUIRES_SHARED(mutex_) {
    return ordinal < seen_.size() && seen_[ordinal];
  }
  void See(uint64_t ordinal) WENSUM_REQUIRES(mutex_);
  absl::StatusOr<std::vector<std::optional<storage::v1::Delivered>>> Read(std::span<const RowKey> keys) const;

  registry::Register* const register_;
  const std::string feed_;
  const uint64_t run_;
  mutable Mutex mutex_;
  std::vector<bool> seen_ WENSUM_GUARDED_BY(mutex_);  // by ordinal
  // Keys that the extract has and that have no stored value (yet): those on their way, and those that were refused.
  absl::flat_hash_set<std::string> unstored_ WENSUM_GUARDED_BY(mutex_);
  // Records of which only a rejected row speaks.
  absl::flat_hash_set<uint64_t> mentioned_ WENSUM_GUARDED_BY(mutex_);
};

}  // namespace wensum::imports

#endif  // WENSUM_SERVICES_IMPORTS_DELIVERED_H_
