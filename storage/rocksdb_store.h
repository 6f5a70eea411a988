// The store on disk: RocksDB, one column family for each Family.
#ifndef WENSUM_STORAGE_ROCKSDB_STORE_H_
#define WENSUM_STORAGE_ROCKSDB_STORE_H_

#include <cstddef>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "storage/store.h"

namespace wensum::storage {

struct RocksDbOptions {
  // The data directory. Created, with its parents, if it does not exist (not with read_only).
  std::string path;
  // Shared by data, index and filter blocks of all families.
  size_t block_cache_bytes = size_t{128} << 20;
  // Memtables of all families together; at about this much the largest is flushed.
  size_t write_buffer_bytes = size_t{32} << 20;
  // Opens without the directory's lock and changes nothing: for inspection beside a running server, whose later writes
  // are not seen. Writes give FAILED_PRECONDITION.
  bool read_only = false;
  // Flushes and compactions at one time, at least 2.
  int background_threads = 2;
};

// Opens the store. Holds the lock file of the directory until destroyed, so that no second process opens it.
//   FAILED_PRECONDITION  in use by another process; no permission; not a directory; written by a newer version
//   NOT_FOUND            read_only and there is no store
//   DATA_LOSS            files are damaged or missing
//   RESOURCE_EXHAUSTED   the disk is full
//
// Durability. Every write goes to the write-ahead log before Write returns; kSync also waits for the device, once for
// all writers that wait at the same moment (group commit). At open, the log is replayed up to the first incomplete
// record: after the loss of power the store holds everything up to some batch, at least all that was synced, and never
// a part of a batch.
//
// Failure. After a write that failed, every later one gives the same status until the store is reopened; reads go on.
// RESOURCE_EXHAUSTED: the disk is full. UNAVAILABLE: any other failure of the device or of a background job. The one
// case that no log can decide: if the device fails while it syncs, the unacknowledged batch may be there, as a whole,
// after reopening.
//
// Every block read is checked against its checksum (DATA_LOSS).
absl::StatusOr<std::unique_ptr<Store>> OpenRocksDbStore(const RocksDbOptions& options);

// Where a server keeps its store: RocksDbOptions::path for the data directory of `wensum serve`.
std::string StorePath(const std::string& data_dir);

}  // namespace wensum::storage

#endif  // WENSUM_STORAGE_ROCKSDB_STORE_H_
