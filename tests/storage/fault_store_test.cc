#include "storage/fault_store.h"

#include "base/status_macros.h"
#include "storage/memory_store.h"
#include "tests/storage/conformance.h"
#include "tests/storage/conformance_model.h"

namespace wensum::storage {
namespace {

// Owns the store below, for the conformance suite.
class PassThrough final : public Store {
 public:
  absl::StatusOr<std::optional<std::string>> Get(Family family, std::string_view key) const override {
    return fault_.Get(family, key);
  }
  absl::StatusOr<std::vector<std::optional<std::string>>> MultiGet(
      Family family, const std::vector<std::string>& keys) const override {
    return fault_.MultiGet(family, keys);
  }
  std::unique_ptr<Iterator> NewIterator(Family family, const KeyRange& range) const override {
    return fault_.NewIterator(family, range);
  }
  absl::Status Write(const WriteBatch& batch, Durability durability) override {
    return fault_.Write(batch, durability);
  }
  std::unique_ptr<Snapshot> NewSnapshot() const override { return fault_.NewSnapshot(); }
  absl::Status Sync() override { return fault_.Sync(); }
  StoreStats Stats() const override { return fault_.Stats(); }

 private:
  std::unique_ptr<Store> base_ = NewMemoryStore();
  FaultStore fault_{base_.get()};
};

INSTANTIATE_TEST_SUITE_P(Fault, StoreConformanceTest,
                         testing::Values(StoreBackend{
                             "Fault", [](const std::string&) { return std::make_unique<PassThrough>(); }}));

class FaultStoreTest : public testing::Test {
 protected:
  absl::Status Put(const std::string& key, const std::string& value) {
    WriteBatch batch;
    batch.Put(Family::kEntity, key, value);
    batch.Put(Family::kMeta, key, value);
    return store_.Write(batch, Durability::kSync);
  }
  std::string Get(const std::string& key) { return Show(store_.Get(Family::kEntity, key)); }

  std::unique_ptr<Store> base_ = NewMemoryStore();
  FaultStore store_{base_.get()};
};

TEST_F(FaultStoreTest, FailsTheNextWritesAndAppliesNothingOfThem) {
  store_.FailNextWrites(2, Unavailable("gone"));
  EXPECT_EQ(Put("a", "1").code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(Put("b", "1").message(), "gone");
  EXPECT_TRUE(Put("c", "1").ok());
  EXPECT_EQ(Scan(*base_, Family::kEntity), (Pairs{{"c", "1"}}));
  EXPECT_EQ(Scan(*base_, Family::kMeta), (Pairs{{"c", "1"}}));
  EXPECT_EQ(store_.batches_written(), 1U);
  EXPECT_EQ(store_.batches_failed(), 2U);
}

TEST_F(FaultStoreTest, FailsForGoodAfterSomeWrites) {
  store_.FailWritesAfter(2, Unavailable("gone"));
  EXPECT_TRUE(Put("a", "1").ok());
  EXPECT_TRUE(Put("b", "1").ok());
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(Put("c", "1").code(), absl::StatusCode::kUnavailable);
  }
  EXPECT_EQ(store_.Sync().code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(Get("b"), "1");
  EXPECT_EQ(Get("c"), "(none)");
  store_.Heal();
  EXPECT_TRUE(Put("c", "1").ok());
  EXPECT_TRUE(store_.Sync().ok());
}

TEST_F(FaultStoreTest, DiskFullUntilToldOtherwise) {
  store_.SetDiskFull(true);
  EXPECT_EQ(Put("a", "1").code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(store_.Sync().code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(Get("a"), "(none)");
  store_.SetDiskFull(false);
  EXPECT_TRUE(Put("a", "1").ok());
  EXPECT_EQ(Get("a"), "1");
}

TEST_F(FaultStoreTest, FailsReadsOfOneFamily) {
  ASSERT_TRUE(Put("a", "1").ok());
  ASSERT_TRUE(Put("b", "1").ok());
  const std::unique_ptr<Snapshot> snapshot = store_.NewSnapshot();
  const std::unique_ptr<Iterator> it = snapshot->NewIterator(Family::kEntity, {});
  it->SeekToFirst();
  ASSERT_TRUE(it->Valid());
  store_.FailReads(Family::kEntity);
  EXPECT_EQ(store_.Get(Family::kEntity, "a").status().code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(store_.MultiGet(Family::kEntity, {"a"}).status().code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(snapshot->Get(Family::kEntity, "a").status().code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(snapshot->MultiGet(Family::kEntity, {"a"}).status().code(), absl::StatusCode::kDataLoss);
  it->Next();
  EXPECT_FALSE(it->Valid());
  EXPECT_EQ(it->status().code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(Show(store_.Get(Family::kMeta, "a")), "1");
  EXPECT_TRUE(Put("c", "1").ok());
  store_.Heal();
  EXPECT_EQ(Get("c"), "1");
}

}  // namespace
}  // namespace wensum::storage
