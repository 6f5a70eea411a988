#include "storage/rocksdb_store.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <filesystem>
#include <system_error>
#include <utility>
#include <vector>

#include "base/mutex.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "rocksdb/cache.h"
#include "rocksdb/db.h"
#include "rocksdb/write_batch.h"
#include "storage/rocksdb_status.h"
#include "storage/rocksdb_tuning.h"

namespace wensum::storage {

namespace {

namespace fs = std::filesystem;

rocksdb::Slice ToSlice(std::string_view text) { return {text.data(), text.size()}; }
std::string_view ToView(const rocksdb::Slice& slice) { return {slice.data(), slice.size()}; }

// Owns its bounds: RocksDB keeps pointers to the slices, and these point into the strings.
class RocksDbIterator final : public Iterator {
 public:
  RocksDbIterator(rocksdb::DB* db, rocksdb::ColumnFamilyHandle* family, const rocksdb::Snapshot* snapshot,
                  KeyRange range, const std::string& path)
      : path_(path), range_(std::move(range)), lower_(range_.lower), upper_(range_.upper) {
    rocksdb::ReadOptions options;
    options.snapshot = snapshot;
    options.total_order_seek = true;
    options.fill_cache = !range_.once;
    if (!range_.lower.empty()) {
      options.iterate_lower_bound = &lower_;
    }
    if (!range_.upper.empty()) {
      options.iterate_upper_bound = &upper_;
    }
    iterator_.reset(db->NewIterator(options, family));
  }
  RocksDbIterator(const RocksDbIterator&) = delete;
  RocksDbIterator& operator=(const RocksDbIterator&) = delete;

  bool Valid() const override { return iterator_->Valid(); }
  void Next() override { iterator_->Next(); }
  void Prev() override { iterator_->Prev(); }
  void Seek(std::string_view key) override { iterator_->Seek(ToSlice(key)); }
  void SeekForPrev(std::string_view key) override { iterator_->SeekForPrev(ToSlice(key)); }
  void SeekToFirst() override { iterator_->SeekToFirst(); }
  void SeekToLast() override { iterator_->SeekToLast(); }
  std::string_view key() const override { return ToView(iterator_->key()); }
  std::string_view value() const override { return ToView(iterator_->value()); }
  absl::Status status() const override { return FromReadStatus(iterator_->status(), path_); }

 private:
  const std::string& path_;  // the store's
  const KeyRange range_;
  const rocksdb::Slice lower_;
  const rocksdb::Slice upper_;
  std::unique_ptr<rocksdb::Iterator> iterator_;
};

class RocksDbStore final : public Store {
 public:
  RocksDbStore(const RocksDbOptions& options, std::shared_ptr<rocksdb::Cache> block_cache,
               std::unique_ptr<rocksdb::DB> db, std::vector<rocksdb::ColumnFamilyHandle*> handles)
      : path_(options.path),
        read_only_(options.read_only),
        block_cache_(std::move(block_cache)),
        handles_(std::move(handles)),
        db_(std::move(db)) {}
  ~RocksDbStore() override;
  RocksDbStore(const RocksDbStore&) = delete;
  RocksDbStore& operator=(const RocksDbStore&) = delete;

  absl::StatusOr<std::optional<std::string>> Get(Family family, std::string_view key) const override {
    return GetAt(nullptr, family, key);
  }
  absl::StatusOr<bool> Visit(Family family, std::string_view key, ValueVisitor visit) const override {
    return VisitAt(nullptr, family, key, visit);
  }
  absl::StatusOr<std::vector<std::optional<std::string>>> MultiGet(
      Family family, const std::vector<std::string>& keys) const override {
    return MultiGetAt(nullptr, family, keys);
  }
  std::unique_ptr<Iterator> NewIterator(Family family, const KeyRange& range) const override {
    return NewIteratorAt(nullptr, family, range);
  }
  absl::Status Write(const WriteBatch& batch, Durability durability) override;
  std::unique_ptr<Snapshot> NewSnapshot() const override;
  absl::Status Sync() override;
  StoreStats Stats() const override;

 private:
  friend class RocksDbSnapshot;

  // handles_[0] is RocksDB's "default".
  rocksdb::ColumnFamilyHandle* Handle(Family family) const { return handles_[static_cast<size_t>(family) + 1]; }

  // Reads at a snapshot, or of the newest state if it is null.
  absl::StatusOr<bool> VisitAt(const rocksdb::Snapshot* snapshot, Family family, std::string_view key,
                               ValueVisitor visit) const;
  absl::StatusOr<std::optional<std::string>> GetAt(const rocksdb::Snapshot* snapshot, Family family,
                                                   std::string_view key) const;
  absl::StatusOr<std::vector<std::optional<std::string>>> MultiGetAt(const rocksdb::Snapshot* snapshot, Family family,
                                                                     const std::vector<std::string>& keys) const;
  std::unique_ptr<Iterator> NewIteratorAt(const rocksdb::Snapshot* snapshot, Family family,
                                          const KeyRange& range) const {
    return std::make_unique<RocksDbIterator>(db_.get(), Handle(family), snapshot, range, path_);
  }

  // Adds to `writes` what `range`, a deletion of a range in the batch, deletes: the keys that are stored now, and those
  // that the batch puts before it. For families without range deletions of RocksDB's own.
  absl::Status DeleteEach(const WriteBatch& batch, const WriteBatch::Write& range, rocksdb::WriteBatch& writes) const;

  // Lets no later write reach RocksDB. When there is space again, RocksDB 7.8 resumes by itself; but if its memtables
  // are empty, it goes on with the log file, and the writer of it, that failed in the middle of a record, and builds
  // with assertions (Debian's) end the process over that. Reopening starts a new log.
  void StopWrites(const absl::Status& status) WENSUM_EXCLUDES(stop_mutex_);

  const std::string path_;
  const bool read_only_;
  const std::shared_ptr<rocksdb::Cache> block_cache_;
  const std::vector<rocksdb::ColumnFamilyHandle*> handles_;  // owned; destroyed before the database
  const std::unique_ptr<rocksdb::DB> db_;                    // thread-safe

  std::atomic<bool> stopped_ = false;
  mutable Mutex stop_mutex_;
  absl::Status stop_status_ WENSUM_GUARDED_BY(stop_mutex_);  // the first failure of a write
};

class RocksDbSnapshot final : public Snapshot {
 public:
  explicit RocksDbSnapshot(const RocksDbStore* store) : store_(store), snapshot_(store->db_->GetSnapshot()) {}
  ~RocksDbSnapshot() override { store_->db_->ReleaseSnapshot(snapshot_); }
  RocksDbSnapshot(const RocksDbSnapshot&) = delete;
  RocksDbSnapshot& operator=(const RocksDbSnapshot&) = delete;

  absl::StatusOr<std::optional<std::string>> Get(Family family, std::string_view key) const override {
    return store_->GetAt(snapshot_, family, key);
  }
  absl::StatusOr<bool> Visit(Family family, std::string_view key, ValueVisitor visit) const override {
    return store_->VisitAt(snapshot_, family, key, visit);
  }
  absl::StatusOr<std::vector<std::optional<std::string>>> MultiGet(
      Family family, const std::vector<std::string>& keys) const override {
    return store_->MultiGetAt(snapshot_, family, keys);
  }
  std::unique_ptr<Iterator> NewIterator(Family family, const KeyRange& range) const override {
    return store_->NewIteratorAt(snapshot_, family, range);
  }

 private:
  const RocksDbStore* const store_;
  const rocksdb::Snapshot* const snapshot_;
};

RocksDbStore::~RocksDbStore() {
  for (rocksdb::ColumnFamilyHandle* handle : handles_) {
    // Fails only for a handle of another database.
    db_->DestroyColumnFamilyHandle(handle).PermitUncheckedError();
  }
}

absl::StatusOr<bool> RocksDbStore::VisitAt(const rocksdb::Snapshot* snapshot, Family family, std::string_view key,
                                           ValueVisitor visit) const {
  rocksdb::ReadOptions options;
  options.snapshot = snapshot;
  rocksdb::PinnableSlice value;  // refers to the cached block
  const rocksdb::Status status = db_->Get(options, Handle(family), ToSlice(key), &value);
  if (status.IsNotFound()) {
    return false;
  }
  WENSUM_RETURN_IF_ERROR(FromReadStatus(status, path_));
  WENSUM_RETURN_IF_ERROR(visit(ToView(value)));
  return true;
}

absl::StatusOr<std::optional<std::string>> RocksDbStore::GetAt(const rocksdb::Snapshot* snapshot, Family family,
                                                               std::string_view key) const {
  std::optional<std::string> copy;
  WENSUM_RETURN_IF_ERROR(VisitAt(snapshot, family, key, [&copy](std::string_view value) {
                           copy.emplace(value);
                           return absl::OkStatus();
                         }).status());
  return copy;
}

absl::StatusOr<std::vector<std::optional<std::string>>> RocksDbStore::MultiGetAt(
    const rocksdb::Snapshot* snapshot, Family family, const std::vector<std::string>& keys) const {
  rocksdb::ReadOptions options;
  options.snapshot = snapshot;
  const std::vector<rocksdb::Slice> slices(keys.begin(), keys.end());
  std::vector<rocksdb::PinnableSlice> values(keys.size());
  std::vector<rocksdb::Status> statuses(keys.size());
  db_->MultiGet(options, Handle(family), slices.size(), slices.data(), values.data(), statuses.data(),
                std::is_sorted(keys.begin(), keys.end()));
  std::vector<std::optional<std::string>> answers(keys.size());
  for (size_t i = 0; i < keys.size(); ++i) {
    if (statuses[i].IsNotFound()) {
      continue;
    }
    WENSUM_RETURN_IF_ERROR(FromReadStatus(statuses[i], path_));
    answers[i].emplace(values[i].data(), values[i].size());
  }
  return answers;
}

absl::Status RocksDbStore::Write(const WriteBatch& batch, Durability durability) {
  if (read_only_) {
    return FailedPrecondition(Cat("data directory ", path_, " is open for reading only"));
  }
  if (stopped_.load(std::memory_order_acquire)) {
    ReaderLock lock(stop_mutex_);
    return stop_status_;
  }
  // RocksDB adds a few bytes of kind, family and lengths to each write.
  rocksdb::WriteBatch writes(batch.bytes() + batch.size() * 16);
  for (const WriteBatch::Write& write : batch.writes()) {
    rocksdb::ColumnFamilyHandle* const handle = Handle(write.family);
    if (!write.range_end.empty() && !HasRangeDeletions(write.family)) {
      WENSUM_RETURN_IF_ERROR(DeleteEach(batch, write, writes));
      continue;
    }
    const rocksdb::Status status = write.value               ? writes.Put(handle, write.key, *write.value)
                                   : write.range_end.empty() ? writes.Delete(handle, write.key)
                                                             : writes.DeleteRange(handle, write.key, write.range_end);
    WENSUM_RETURN_IF_ERROR(FromWriteStatus(status, path_));
  }
  rocksdb::WriteOptions options;
  options.sync = durability == Durability::kSync;
  const absl::Status status = FromWriteStatus(db_->Write(options, &writes), path_);
  if (!status.ok() && !absl::IsInvalidArgument(status)) {
    StopWrites(status);
  }
  return status;
}

absl::Status RocksDbStore::DeleteEach(const WriteBatch& batch, const WriteBatch::Write& range,
                                      rocksdb::WriteBatch& writes) const {
  rocksdb::ColumnFamilyHandle* const handle = Handle(range.family);
  for (const WriteBatch::Write& write : batch.writes()) {
    if (&write == &range) {
      break;
    }
    if (write.family == range.family && write.value && write.key >= range.key && write.key < range.range_end) {
      WENSUM_RETURN_IF_ERROR(FromWriteStatus(writes.Delete(handle, write.key), path_));
    }
  }
  const std::unique_ptr<Iterator> it =
      NewIterator(range.family, {.lower = range.key, .upper = range.range_end, .once = true});
  for (it->SeekToFirst(); it->Valid(); it->Next()) {
    WENSUM_RETURN_IF_ERROR(FromWriteStatus(writes.Delete(handle, it->key()), path_));
  }
  return it->status();
}

void RocksDbStore::StopWrites(const absl::Status& status) {
  MutexLock lock(stop_mutex_);
  stop_status_.Update(status);
  stopped_.store(true, std::memory_order_release);
}

std::unique_ptr<Snapshot> RocksDbStore::NewSnapshot() const { return std::make_unique<RocksDbSnapshot>(this); }

absl::Status RocksDbStore::Sync() {
  // Not RocksDB's SyncWAL, which does not look for an earlier failure and, in builds with assertions (Debian's), ends
  // the process on it. An empty write takes its turn among the others and syncs the log.
  return read_only_ ? absl::OkStatus() : Write(WriteBatch(), Durability::kSync);
}

StoreStats RocksDbStore::Stats() const {
  StoreStats stats;
  uint64_t memtables = 0;
  uint64_t readers = 0;
  // On failure, which only an unknown property has, the number stays 0.
  db_->GetAggregatedIntProperty(rocksdb::DB::Properties::kSizeAllMemTables, &memtables);
  db_->GetAggregatedIntProperty(rocksdb::DB::Properties::kEstimateTableReadersMem, &readers);
  stats.memory_bytes = block_cache_->GetUsage() + memtables + readers;
  for (size_t i = 0; i < kFamilyCount; ++i) {
    db_->GetIntProperty(Handle(static_cast<Family>(i)), rocksdb::DB::Properties::kEstimateNumKeys,
                        &stats.approximate_keys[i]);
  }
  // Files come and go meanwhile: one that is gone counts nothing.
  std::error_code error;
  for (fs::directory_iterator it(path_, error), end; !error && it != end; it.increment(error)) {
    std::error_code gone;
    if (const uintmax_t size = it->is_regular_file(gone) ? it->file_size(gone) : 0; !gone) {
      stats.disk_bytes += size;
    }
  }
  return stats;
}

// Finds the usual mistakes before RocksDB does, for messages that say what to do.
absl::Status CheckDirectory(const RocksDbOptions& options) {
  const fs::path path(options.path);
  std::error_code error;
  if (!options.read_only) {
    fs::create_directories(path, error);
    if (error) {
      return FailedPrecondition(
          Cat("cannot create data directory ", options.path, ": ", error.message(), "; create it or choose another"));
    }
  }
  if (!fs::exists(path, error) && !error) {
    return NotFound(Cat("there is no data directory ", options.path));
  }
  if (error) {
    return FailedPrecondition(Cat("cannot look at data directory ", options.path, ": ", error.message()));
  }
  if (!fs::is_directory(path, error)) {
    return FailedPrecondition(Cat("data directory ", options.path, " is not a directory"));
  }
  const int wanted = options.read_only ? R_OK | X_OK : R_OK | W_OK | X_OK;
  if (faccessat(AT_FDCWD, options.path.c_str(), wanted, AT_EACCESS) != 0) {
    const std::error_code denied(errno, std::generic_category());
    return FailedPrecondition(Cat("no permission to ", options.read_only ? "read" : "write in", " data directory ",
                                  options.path, ": ", denied.message(), "; give it to the service's user"));
  }
  // Without the file CURRENT, RocksDB would begin anew and delete the rest as left over.
  if (!fs::exists(path / "CURRENT", error) && !error) {
    for (fs::directory_iterator it(path, error), end; !error && it != end; it.increment(error)) {
      if (it->path().extension() == ".sst") {
        return DataLoss(Cat("data directory ", options.path,
                            " has tables but no file CURRENT: restore the directory from a backup"));
      }
    }
    if (options.read_only) {
      return NotFound(Cat("there is no store in data directory ", options.path));
    }
  }
  if (error) {
    return FailedPrecondition(Cat("cannot list data directory ", options.path, ": ", error.message()));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::unique_ptr<Store>> OpenRocksDbStore(const RocksDbOptions& options) {
  if (options.path.empty()) {
    return InvalidArgument("no data directory is given");
  }
  WENSUM_RETURN_IF_ERROR(CheckDirectory(options));
  const RocksDbTuning tuning = Tune(options);
  std::vector<rocksdb::ColumnFamilyHandle*> handles;
  rocksdb::DB* opened = nullptr;
  const rocksdb::Status status =
      options.read_only ? rocksdb::DB::OpenForReadOnly(tuning.db, options.path, tuning.families, &handles, &opened)
                        : rocksdb::DB::Open(tuning.db, options.path, tuning.families, &handles, &opened);
  std::unique_ptr<rocksdb::DB> db(opened);
  WENSUM_RETURN_IF_ERROR(FromOpenStatus(status, options.path));
  return std::unique_ptr<Store>(
      std::make_unique<RocksDbStore>(options, tuning.block_cache, std::move(db), std::move(handles)));
}

std::string StorePath(const std::string& data_dir) { return Cat(data_dir, "/db"); }

}  // namespace wensum::storage
