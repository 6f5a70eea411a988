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

// Whether RocksDB's DeleteRange may be used on the family. A memtable keeps the hints of
// `memtable_insert_with_hint_prefix_extractor` for keys and for range deletions in one table (RocksDB 7.8): a range
// deletion whose key begins like a key that was inserted before goes on with a place of the other list and damages
// both. So there is either the one or the other. Keys of the change log are appended in order, and need no hint.
bool HasRangeDeletions(Family family);

}  // namespace wensum::storage

#endif  // WENSUM_STORAGE_ROCKSDB_TUNING_H_
