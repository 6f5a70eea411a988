#include "storage/rocksdb_tuning.h"

#include <algorithm>
#include <initializer_list>
#include <memory>
#include <string>

#include "rocksdb/cache.h"
#include "rocksdb/convenience.h"
#include "rocksdb/filter_policy.h"
#include "rocksdb/slice_transform.h"
#include "rocksdb/table.h"
#include "rocksdb/write_buffer_manager.h"

namespace wensum::storage {

namespace {

// A key begins with its register, 4 bytes, and in most families with a tag for what it is a key of.
constexpr size_t kKindBytes = 5;
// Size of a memtable's filter, as a share of the write buffer.
constexpr double kMemtableFilterRatio = 0.01;

// Families that are read by whole keys, often by ones that do not exist: a filter saves the read of a block. The others
// are walked in ranges.
bool HasPointReads(Family family) {
  switch (family) {
    case Family::kSource:
    case Family::kEntity:
    case Family::kCrosswalk:
    case Family::kEdge:
    case Family::kDecision:
    case Family::kTask:
    case Family::kProperty:
    case Family::kRequest:
    case Family::kMeta:
      return true;
    case Family::kSourceHistory:
    case Family::kEntityHistory:
    case Family::kPropertyHistory:
    case Family::kOccupancy:
    case Family::kChangeLog:
    case Family::kAudit:
    case Family::kImportRun:
      return false;
  }
  return false;
}

// The first of `wishes` that this build of RocksDB can do.
rocksdb::CompressionType FirstSupported(std::initializer_list<rocksdb::CompressionType> wishes) {
  const std::vector<rocksdb::CompressionType> supported = rocksdb::GetSupportedCompressions();
  for (const rocksdb::CompressionType wish : wishes) {
    if (std::find(supported.begin(), supported.end(), wish) != supported.end()) {
      return wish;
    }
  }
  return rocksdb::kNoCompression;
}

rocksdb::DBOptions TuneDb(const RocksDbOptions& options) {
  rocksdb::DBOptions db;
  db.create_if_missing = !options.read_only;
  db.create_missing_column_families = !options.read_only;
  db.paranoid_checks = true;
  // A torn or unsynced tail, left by the loss of power, ends the replay and does not prevent it.
  db.wal_recovery_mode = rocksdb::WALRecoveryMode::kPointInTimeRecovery;
  db.write_buffer_manager = std::make_shared<rocksdb::WriteBufferManager>(options.write_buffer_bytes);
  // A family that is seldom written pins the logs since its last flush: bounds them, and with them the time to open.
  db.max_total_wal_size = std::max<uint64_t>(uint64_t{4} * options.write_buffer_bytes, uint64_t{64} << 20);
  db.max_background_jobs = std::max(2, options.background_threads);
  db.max_subcompactions = 1;
  db.bytes_per_sync = 1 << 20;  // spreads the writing of new files, which would stall a log sync
  db.info_log_level = rocksdb::InfoLogLevel::WARN_LEVEL;
  db.max_log_file_size = 1 << 20;
  db.keep_log_file_num = 4;
  db.stats_dump_period_sec = 0;
  db.stats_persist_period_sec = 0;
  return db;
}

rocksdb::ColumnFamilyOptions TuneFamily(const RocksDbOptions& options, const std::shared_ptr<rocksdb::Cache>& cache,
                                        Family of) {
  const bool point_reads = HasPointReads(of);
  rocksdb::BlockBasedTableOptions table;
  table.block_cache = cache;
  table.cache_index_and_filter_blocks = true;
  table.cache_index_and_filter_blocks_with_high_priority = true;
  table.pin_l0_filter_and_index_blocks_in_cache = true;
  // Index and filter of an open file stay in the cache, counted there, and are read without a look-up in it.
  table.metadata_cache_options.unpartitioned_pinning = rocksdb::PinningTier::kAll;
  table.block_size = 8 << 10;
  table.checksum = rocksdb::kXXH3;
  if (point_reads) {
    // 10 bits a key: about one needless read in a hundred.
    table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
    table.whole_key_filtering = true;
  }

  rocksdb::ColumnFamilyOptions family;
  family.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  family.compression = FirstSupported({rocksdb::kLZ4Compression, rocksdb::kSnappyCompression});
  family.bottommost_compression = FirstSupported({rocksdb::kZSTD, family.compression});
  family.level_compaction_dynamic_level_bytes = true;
  family.write_buffer_size = std::max<size_t>(options.write_buffer_bytes, size_t{1} << 20);
  // Arenas count against the common budget from the first key on: small, as most families hold little at a time.
  family.arena_block_size = 64 << 10;
  if (!HasRangeDeletions(of)) {
    // Batches come sorted by kind of key: from the last key of its kind the way to the next one's place is short.
    family.memtable_insert_with_hint_prefix_extractor.reset(rocksdb::NewFixedPrefixTransform(kKindBytes));
  }
  if (point_reads) {
    // Whoever writes a key mostly looks first whether it is there. The filter says no for a tenth of what a search of
    // the memtable takes, at some ten bits for each key that fits into it.
    family.memtable_whole_key_filtering = true;
    family.memtable_prefix_bloom_size_ratio = kMemtableFilterRatio;
  }
  return family;
}

}  // namespace

bool HasRangeDeletions(Family family) { return family == Family::kChangeLog; }

RocksDbTuning Tune(const RocksDbOptions& options) {
  RocksDbTuning tuning;
  tuning.db = TuneDb(options);
  tuning.block_cache = rocksdb::NewLRUCache(options.block_cache_bytes);
  tuning.families.emplace_back(rocksdb::kDefaultColumnFamilyName, rocksdb::ColumnFamilyOptions());
  for (size_t i = 0; i < kFamilyCount; ++i) {
    const auto family = static_cast<Family>(i);
    tuning.families.emplace_back(std::string(FamilyName(family)), TuneFamily(options, tuning.block_cache, family));
  }
  return tuning;
}

}  // namespace wensum::storage
