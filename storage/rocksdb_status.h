// What RocksDB's statuses mean to Wensum. Internal to storage/.
#ifndef WENSUM_STORAGE_ROCKSDB_STATUS_H_
#define WENSUM_STORAGE_ROCKSDB_STATUS_H_

#include <string_view>

#include "absl/status/status.h"
#include "rocksdb/status.h"

namespace wensum::storage {

// Of opening the data directory `path`: see OpenRocksDbStore. OK stays OK, here and below.
absl::Status FromOpenStatus(const rocksdb::Status& status, std::string_view path);

// Of Get and of iterators: DATA_LOSS, whether the checksum or the read itself failed.
absl::Status FromReadStatus(const rocksdb::Status& status, std::string_view path);

// Of Write and Sync: RESOURCE_EXHAUSTED (no space), INVALID_ARGUMENT (a key or value too large), else UNAVAILABLE.
absl::Status FromWriteStatus(const rocksdb::Status& status, std::string_view path);

}  // namespace wensum::storage

#endif  // WENSUM_STORAGE_ROCKSDB_STATUS_H_
