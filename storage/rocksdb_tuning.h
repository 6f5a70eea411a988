// RocksDB's options as Wensum uses it. Internal to storage/.
#ifndef WENSUM_STORAGE_ROCKSDB_TUNING_H_
#define WENSUM_STORAGE_ROCKSDB_TUNING_H_

#include <vector>

#include "rocksdb/db.h"
#include "rocksdb/options.h"
#include "storage/rocksdb_store.h"

namespace wensum::storage {

struct RocksDbTuning {
  rocksdb::DBOptions db;
  // RocksDB's unused "default" first, then the families in their order.
  std::vector<rocksdb::ColumnFamilyDescriptor> families;
  std::shared_ptr<rocksdb::Cache> block_cache;
};

RocksDbTuning Tune(const RocksDbOptions& options);

}  // namespace wensum::storage

#endif  // WENSUM_STORAGE_ROCKSDB_TUNING_H_
