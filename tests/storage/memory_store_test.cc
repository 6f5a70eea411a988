#include "storage/memory_store.h"

#include "tests/storage/conformance.h"
#include "tests/storage/conformance_model.h"

namespace wensum::storage {
namespace {

INSTANTIATE_TEST_SUITE_P(Memory, StoreConformanceTest,
                         testing::Values(StoreBackend{"Memory", [](const std::string&) { return NewMemoryStore(); }}));

void Put(Store& store, const std::string& key, const std::string& value) {
  WriteBatch batch;
  batch.Put(Family::kEntity, key, value);
  ASSERT_TRUE(store.Write(batch, Durability::kNoSync).ok());
}

TEST(MemoryStoreTest, DropsVersionsThatNobodyCanSee) {
  const std::unique_ptr<Store> store = NewMemoryStore();
  Put(*store, "key", std::string(1000, 'x'));
  const uint64_t one_version = store->Stats().memory_bytes;
  for (int i = 0; i < 10; ++i) {
    Put(*store, "key", std::string(1000, 'y'));
  }
  EXPECT_EQ(store->Stats().memory_bytes, one_version);

  std::unique_ptr<Snapshot> snapshot = store->NewSnapshot();
  std::unique_ptr<Iterator> iterator = snapshot->NewIterator(Family::kEntity, {});
  snapshot.reset();  // the iterator alone keeps the state (stricter than the contract)
  Put(*store, "key", std::string(1000, 'z'));
  EXPECT_GT(store->Stats().memory_bytes, one_version);
  iterator.reset();
  EXPECT_EQ(store->Stats().memory_bytes, one_version);
}

TEST(MemoryStoreTest, DropsDeletedKeys) {
  const std::unique_ptr<Store> store = NewMemoryStore();
  Put(*store, "key", "value");
  std::unique_ptr<Snapshot> snapshot = store->NewSnapshot();
  WriteBatch batch;
  batch.Delete(Family::kEntity, "key");
  batch.Delete(Family::kEntity, "never there");
  ASSERT_TRUE(store->Write(batch, Durability::kNoSync).ok());
  EXPECT_EQ(Show(snapshot->Get(Family::kEntity, "key")), "value");
  snapshot.reset();
  EXPECT_EQ(store->Stats().memory_bytes, 0U);
  EXPECT_EQ(store->Stats().approximate_keys[static_cast<size_t>(Family::kEntity)], 0U);
}

TEST(WriteBatchTest, CountsAndAppends) {
  WriteBatch batch;
  EXPECT_TRUE(batch.empty());
  batch.Put(Family::kEntity, "key", "value");
  batch.Delete(Family::kEntity, "gone");
  EXPECT_EQ(batch.size(), 2U);
  EXPECT_EQ(batch.bytes(), 12U);
  WriteBatch other;
  other.Put(Family::kMeta, "m", "n");
  batch.Append(std::move(other));
  EXPECT_EQ(batch.size(), 3U);
  EXPECT_EQ(batch.bytes(), 14U);
  EXPECT_EQ(batch.writes()[2].key, "m");
  EXPECT_TRUE(other.empty());  // NOLINT(bugprone-use-after-move): promised
  EXPECT_EQ(other.bytes(), 0U);
  batch.Clear();
  EXPECT_TRUE(batch.empty());
  EXPECT_EQ(batch.bytes(), 0U);
}

TEST(FamilyNameTest, NamesAreThoseOnDisk) {
  std::string names;
  for (size_t i = 0; i < kFamilyCount; ++i) {
    AppendTo(names, FamilyName(static_cast<Family>(i)), " ");
  }
  EXPECT_EQ(names,
            "source source_history entity entity_history crosswalk edge decision task property property_history "
            "occupancy change_log audit import_run request meta ");
}

}  // namespace
}  // namespace wensum::storage
