// An ordered, durable key-value store with atomic batches and snapshots: all that Wensum asks of a storage engine.
//
// Implementations: RocksDB (rocksdb_store.h), memory (memory_store.h), fault injection around another (fault_store.h).
// All pass tests/storage/conformance. Knows nothing of what the keys and values mean.
#ifndef WENSUM_STORAGE_STORE_H_
#define WENSUM_STORAGE_STORE_H_

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace wensum::storage {

// The column families, each an ordered key space of its own. docs/formats.md gives the keys and values of each.
enum class Family : uint8_t {
  kSource,           // latest version of each source record
  kSourceHistory,    // every version of each source record, by revision
  kEntity,           // golden records and id redirects
  kEntityHistory,    // every version of those, by revision
  kCrosswalk,        // source key, identifiers and postings -> record
  kEdge,             // scored pairs kept
  kDecision,         // recorded decisions: stewards' and the engine's own
  kTask,             // open and closed tasks
  kProperty,         // gazetteer rows and their secondary keys
  kPropertyHistory,  // former versions of gazetteer rows, by revision
  kOccupancy,        // person <-> UPRN
  kChangeLog,        // revision -> events
  kAudit,            // who read and wrote what
  kImportRun,        // import runs, their checkpoints and row issues
  kRequest,          // idempotency keys and their stored answers
  kMeta,             // format version, id key, rules
};
inline constexpr size_t kFamilyCount = 16;

// The family's name on disk, e.g. "source_history".
std::string_view FamilyName(Family family);

// A list of writes that are applied together or not at all. Later writes to one key win. Not thread-safe.
class WriteBatch {
 public:
  struct Write {
    Family family;
    std::string key;
    std::optional<std::string> value;  // nullopt deletes the key
    // Not empty: all keys of [key, range_end) are deleted; there is no value.
    std::string range_end = {};
  };

  void Put(Family family, std::string key, std::string value);
  void Delete(Family family, std::string key);
  // Deletes all keys of [lower, upper), those that were put by this batch before included. Adds nothing if there can be
  // none. On disk it costs the same however many there are for kChangeLog; else a deletion of each.
  void DeleteRange(Family family, std::string lower, std::string upper);
  void Clear();
  [[nodiscard]] bool empty() const { return writes_.empty(); }
  [[nodiscard]] size_t size() const { return writes_.size(); }
  // Sum of key and value sizes, in bytes.
  [[nodiscard]] size_t bytes() const { return bytes_; }
  [[nodiscard]] const std::vector<Write>& writes() const { return writes_; }
  // Moves all of `other`'s writes to the end of this batch; `other` is left empty.
  void Append(WriteBatch&& other);

 private:
  std::vector<Write> writes_;
  size_t bytes_ = 0;
};

enum class Durability : uint8_t {
  kSync,    // on disk when Write returns: survives the loss of power
  kNoSync,  // survives the end of the process, but not the loss of power, until a later synced write
};

// Walks a key range in order. Reads one consistent state: that of the snapshot it was made from, or the store at
// creation. Not thread-safe. Must not outlive its snapshot or store.
class Iterator {
 public:
  virtual ~Iterator() = default;
  // False at the end of the range and after an error: check status() when done.
  [[nodiscard]] virtual bool Valid() const = 0;
  virtual void Next() = 0;
  virtual void Prev() = 0;
  // To the first key >= `key` (within the bounds).
  virtual void Seek(std::string_view key) = 0;
  // To the last key <= `key` (within the bounds).
  virtual void SeekForPrev(std::string_view key) = 0;
  virtual void SeekToFirst() = 0;
  virtual void SeekToLast() = 0;
  // Valid until the next move. Require Valid().
  [[nodiscard]] virtual std::string_view key() const = 0;
  [[nodiscard]] virtual std::string_view value() const = 0;
  // DATA_LOSS if the walk ended on a read or checksum error.
  [[nodiscard]] virtual absl::Status status() const = 0;
};

// Half-open key range [lower, upper); an empty bound is open.
struct KeyRange {
  std::string lower;
  std::string upper;
  // The walk is long and nothing of it will be read again soon: the store need not keep it in its caches.
  bool once = false;
};

// The range of all keys that start with `prefix`.
KeyRange PrefixRange(std::string_view prefix);

// What is done with a value that is lent.
using ValueVisitor = absl::FunctionRef<absl::Status(std::string_view value)>;

// Read access to one consistent state. Thread-safe.
class Reader {
 public:
  virtual ~Reader() = default;
  // The value of `key`, or nullopt if there is none. DATA_LOSS if it cannot be read.
  virtual absl::StatusOr<std::optional<std::string>> Get(Family family, std::string_view key) const = 0;
  // Lends the value of `key` to `visit`, which must not keep it, and returns true and what `visit` says; false, without
  // a call, if there is none. For values that are parsed at once: saves the copy that Get makes where the store can
  // lend its own memory.
  virtual absl::StatusOr<bool> Visit(Family family, std::string_view key, ValueVisitor visit) const;
  // As Get for several keys of one family; answers in the order of `keys`.
  virtual absl::StatusOr<std::vector<std::optional<std::string>>> MultiGet(
      Family family, const std::vector<std::string>& keys) const = 0;
  // An unpositioned iterator over `range`.
  [[nodiscard]] virtual std::unique_ptr<Iterator> NewIterator(Family family, const KeyRange& range) const = 0;
};

// A frozen view of the store. Keeps old versions alive: hold it for one request, not for hours.
class Snapshot : public Reader {};

struct StoreStats {
  uint64_t disk_bytes = 0;    // files of the store, an estimate
  uint64_t memory_bytes = 0;  // caches and write buffers, an estimate
  std::array<uint64_t, kFamilyCount> approximate_keys{};
};

// The store. Thread-safe. As a Reader it reads the newest state.
class Store : public Reader {
 public:
  // Applies the batch atomically. On an error nothing of it is visible, now or after a restart.
  // RESOURCE_EXHAUSTED: the disk is full. UNAVAILABLE: the store has failed. After either, a store on disk takes no
  // more writes until reopened. (If the device fails in a sync, a reopened store may hold the batch after all, as a
  // whole.)
  virtual absl::Status Write(const WriteBatch& batch, Durability durability) = 0;
  [[nodiscard]] virtual std::unique_ptr<Snapshot> NewSnapshot() const = 0;
  // Makes every write so far survive the loss of power.
  virtual absl::Status Sync() = 0;
  [[nodiscard]] virtual StoreStats Stats() const = 0;
};

}  // namespace wensum::storage

#endif  // WENSUM_STORAGE_STORE_H_
