// What every Store must do. A backend's test includes this and registers itself:
//
//   INSTANTIATE_TEST_SUITE_P(Memory, StoreConformanceTest, testing::Values(StoreBackend{"Memory", &MakeMemoryStore}));
#ifndef WENSUM_TESTS_STORAGE_CONFORMANCE_H_
#define WENSUM_TESTS_STORAGE_CONFORMANCE_H_

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "base/random.h"
#include "base/strings.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "storage/store.h"
#include "tests/storage/store_test_util.h"
#include "tests/support/temp_dir.h"

namespace wensum::storage {

struct StoreBackend {
  std::string name;
  // Opens an empty store; `directory` is empty and outlives it.
  std::function<std::unique_ptr<Store>(const std::string& directory)> open;
};
inline void PrintTo(const StoreBackend& backend, std::ostream* out) { *out << backend.name; }

class StoreConformanceTest : public testing::TestWithParam<StoreBackend> {
 protected:
  void SetUp() override {
    store_ = GetParam().open(directory_.path());
    ASSERT_NE(store_, nullptr);
  }

  void Put(std::string key, std::string value, Family family = Family::kEntity) {
    WriteBatch batch;
    batch.Put(family, std::move(key), std::move(value));
    Write(batch);
  }
  void Delete(std::string key, Family family = Family::kEntity) {
    WriteBatch batch;
    batch.Delete(family, std::move(key));
    Write(batch);
  }
  void Write(const WriteBatch& batch) {
    const absl::Status status = store_->Write(batch, Durability::kNoSync);
    ASSERT_TRUE(status.ok()) << status;
  }
  std::string Get(std::string_view key, Family family = Family::kEntity) { return Show(store_->Get(family, key)); }

  TempDir directory_;
  std::unique_ptr<Store> store_;
};

TEST_P(StoreConformanceTest, StartsEmpty) {
  EXPECT_EQ(Get("a"), "(none)");
  EXPECT_THAT(Scan(*store_, Family::kEntity), testing::IsEmpty());
}

TEST_P(StoreConformanceTest, PutGetDelete) {
  Put("a", "1");
  EXPECT_EQ(Get("a"), "1");
  Put("a", "2");
  EXPECT_EQ(Get("a"), "2");
  Delete("a");
  EXPECT_EQ(Get("a"), "(none)");
  Delete("a");  // deleting what is not there is no error
  Put("a", "3");
  EXPECT_EQ(Get("a"), "3");
}

TEST_P(StoreConformanceTest, BatchAppliesAllItsWritesInOrder) {
  Put("gone", "1");
  WriteBatch batch;
  batch.Put(Family::kEntity, "a", "first");
  batch.Put(Family::kEntity, "a", "second");
  batch.Delete(Family::kEntity, "gone");
  batch.Put(Family::kEntity, "b", "1");
  batch.Delete(Family::kEntity, "b");
  batch.Delete(Family::kEntity, "c");
  batch.Put(Family::kEntity, "c", "1");
  batch.Put(Family::kMeta, "a", "meta");
  Write(batch);
  EXPECT_EQ(Scan(*store_, Family::kEntity), (Pairs{{"a", "second"}, {"c", "1"}}));
  EXPECT_EQ(Get("a", Family::kMeta), "meta");
}

TEST_P(StoreConformanceTest, RangesAreDeleted) {
  for (const std::string_view key : {"a", "b", "ba", "c", "d"}) {
    Put(std::string(key), "1");
    Put(std::string(key), "1", Family::kMeta);
  }
  const std::unique_ptr<Snapshot> before = store_->NewSnapshot();
  WriteBatch batch;
  batch.Put(Family::kEntity, "bb", "put before");
  batch.DeleteRange(Family::kEntity, "b", "d");
  batch.Put(Family::kEntity, "c", "put after");
  batch.DeleteRange(Family::kEntity, "d", "d");
  batch.DeleteRange(Family::kEntity, "d", "a");
  Write(batch);
  EXPECT_EQ(Scan(*store_, Family::kEntity), (Pairs{{"a", "1"}, {"c", "put after"}, {"d", "1"}}));
  EXPECT_EQ(Get("b"), "(none)");
  EXPECT_EQ(Scan(*store_, Family::kMeta).size(), 5U) << "another family";
  EXPECT_EQ(Scan(*before, Family::kEntity).size(), 5U) << "a snapshot keeps what was there";
  Put("b", "2");
  EXPECT_EQ(Get("b"), "2");
}

TEST_P(StoreConformanceTest, EmptyBatchAndSync) {
  EXPECT_TRUE(store_->Write(WriteBatch(), Durability::kSync).ok());
  EXPECT_TRUE(store_->Write(WriteBatch(), Durability::kNoSync).ok());
  Put("a", "1");
  EXPECT_TRUE(store_->Sync().ok());
  WriteBatch batch;
  batch.Put(Family::kEntity, "b", "2");
  EXPECT_TRUE(store_->Write(batch, Durability::kSync).ok());
  EXPECT_EQ(Scan(*store_, Family::kEntity), (Pairs{{"a", "1"}, {"b", "2"}}));
}

TEST_P(StoreConformanceTest, KeysAreOrderedAsUnsignedBytes) {
  const std::vector<std::string> ordered = {
      "",
      std::string("\x00", 1),
      std::string("\x00\x00", 2),
      std::string("\x00\xFF", 2),
      "\x01",
      "a",
      "a\x01",
      "a\x7F",
      "a\x80",
      "a\xFF",
      "b",
      "\x7F",
      "\x80",
      "\xFF",
      "\xFF\xFF",
  };
  for (size_t i = 0; i < ordered.size(); ++i) {
    const size_t shuffled = i * 7 % ordered.size();
    Put(ordered[shuffled], Cat(shuffled));
  }
  const Pairs pairs = Scan(*store_, Family::kEntity);
  ASSERT_EQ(pairs.size(), ordered.size());
  for (size_t i = 0; i < ordered.size(); ++i) {
    EXPECT_EQ(pairs[i].first, ordered[i]) << i;
    EXPECT_EQ(pairs[i].second, Cat(i));
  }
}

TEST_P(StoreConformanceTest, EmptyKeyAndEmptyValue) {
  Put("", "of the empty key");
  Put("a", "");
  EXPECT_EQ(Get(""), "of the empty key");
  EXPECT_EQ(Get("a"), "");
  EXPECT_EQ(Scan(*store_, Family::kEntity), (Pairs{{"", "of the empty key"}, {"a", ""}}));
}

TEST_P(StoreConformanceTest, LargeValues) {
  Random random(7);
  std::string large(8 << 20, '\0');
  for (char& c : large) {
    c = static_cast<char>(random());
  }
  WriteBatch batch;
  batch.Put(Family::kImportRun, "a", large);
  batch.Put(Family::kImportRun, "b", std::string(large.rbegin(), large.rend()));
  Write(batch);
  EXPECT_TRUE(store_->Get(Family::kImportRun, "a").value() == large);
  const std::unique_ptr<Iterator> it = store_->NewIterator(Family::kImportRun, {});
  it->SeekToLast();
  ASSERT_TRUE(it->Valid());
  EXPECT_TRUE(it->value() == std::string(large.rbegin(), large.rend()));
}

TEST_P(StoreConformanceTest, FamiliesAreIndependent) {
  for (size_t i = 0; i < kFamilyCount; ++i) {
    Put("key", Cat("value ", i), static_cast<Family>(i));
  }
  Delete("key", Family::kTask);
  for (size_t i = 0; i < kFamilyCount; ++i) {
    const auto family = static_cast<Family>(i);
    EXPECT_EQ(Get("key", family), family == Family::kTask ? "(none)" : Cat("value ", i)) << FamilyName(family);
    EXPECT_EQ(Scan(*store_, family).size(), family == Family::kTask ? 0U : 1U);
  }
}

TEST_P(StoreConformanceTest, IteratorStaysWithinItsBounds) {
  for (const char* key : {"a", "b", "c", "d", "e"}) {
    Put(key, key);
  }
  EXPECT_EQ(Scan(*store_, Family::kEntity, {"b", "d"}), (Pairs{{"b", "b"}, {"c", "c"}}));
  EXPECT_EQ(Scan(*store_, Family::kEntity, {"bb", ""}), (Pairs{{"c", "c"}, {"d", "d"}, {"e", "e"}}));
  EXPECT_EQ(Scan(*store_, Family::kEntity, {"", "b"}), (Pairs{{"a", "a"}}));
  EXPECT_THAT(Scan(*store_, Family::kEntity, {"c", "c"}), testing::IsEmpty());
  EXPECT_THAT(Scan(*store_, Family::kEntity, {"x", "y"}), testing::IsEmpty());

  const std::unique_ptr<Iterator> it = store_->NewIterator(Family::kEntity, {"b", "d"});
  it->Seek("a");
  ASSERT_TRUE(it->Valid());
  EXPECT_EQ(it->key(), "b");
  it->Seek("d");
  EXPECT_FALSE(it->Valid());
  it->SeekForPrev("e");
  ASSERT_TRUE(it->Valid());
  EXPECT_EQ(it->key(), "c");
  it->SeekForPrev("a");
  EXPECT_FALSE(it->Valid());
  it->Seek("b");
  it->Prev();
  EXPECT_FALSE(it->Valid());
  it->Seek("c");
  it->Next();
  EXPECT_FALSE(it->Valid());
  EXPECT_TRUE(it->status().ok());
}

TEST_P(StoreConformanceTest, SeekAndSeekForPrevBetweenKeys) {
  Put("b", "1");
  Put("d", "2");
  Put("e", "3");
  Delete("e");
  const std::unique_ptr<Iterator> it = store_->NewIterator(Family::kEntity, {});
  EXPECT_FALSE(it->Valid());  // not yet positioned
  it->Seek("c");
  ASSERT_TRUE(it->Valid());
  EXPECT_EQ(it->key(), "d");
  it->SeekForPrev("c");
  ASSERT_TRUE(it->Valid());
  EXPECT_EQ(it->key(), "b");
  it->SeekForPrev("d");
  ASSERT_TRUE(it->Valid());
  EXPECT_EQ(it->key(), "d");
  it->Prev();
  ASSERT_TRUE(it->Valid());
  EXPECT_EQ(it->key(), "b");
  it->Next();
  ASSERT_TRUE(it->Valid());
  EXPECT_EQ(it->key(), "d");
  it->Next();
  EXPECT_FALSE(it->Valid());
  it->SeekForPrev("z");
  ASSERT_TRUE(it->Valid());
  EXPECT_EQ(it->key(), "d");
  it->SeekForPrev("a");
  EXPECT_FALSE(it->Valid());
  it->Seek("z");
  EXPECT_FALSE(it->Valid());
}

TEST_P(StoreConformanceTest, PrefixRangeHoldsExactlyThePrefix) {
  const std::string high("p\xFF", 2);
  for (const std::string& key : {std::string("o"), std::string("p"), std::string("p\x00", 2), high, high + "\xFF",
                                 std::string("q"), std::string("\xFF"), std::string("\xFF\xFF"), std::string("\xFE")}) {
    Put(key, "");
  }
  EXPECT_EQ(Scan(*store_, Family::kEntity, PrefixRange("p")).size(), 4U);
  EXPECT_EQ(Scan(*store_, Family::kEntity, PrefixRange(high)).size(), 2U);
  EXPECT_EQ(Scan(*store_, Family::kEntity, PrefixRange("\xFF")).size(), 2U);
  EXPECT_EQ(Scan(*store_, Family::kEntity, PrefixRange("")).size(), 9U);
}

TEST_P(StoreConformanceTest, MultiGetAnswersInOrder) {
  Put("a", "1");
  Put("b", "");
  const auto answers = store_->MultiGet(Family::kEntity, {"b", "x", "a", "a", "0"});
  ASSERT_TRUE(answers.ok()) << answers.status();
  EXPECT_THAT(*answers,
              testing::ElementsAre(std::optional<std::string>(""), std::nullopt, std::optional<std::string>("1"),
                                   std::optional<std::string>("1"), std::nullopt));
  EXPECT_TRUE(store_->MultiGet(Family::kEntity, {})->empty());
}

TEST_P(StoreConformanceTest, VisitLendsWhatGetCopies) {
  const auto visit = [](const Reader& reader, std::string_view key) -> std::string {
    std::string seen = "(not called)";
    const absl::StatusOr<bool> found = reader.Visit(Family::kEntity, key, [&seen](std::string_view value) {
      seen = value;
      return absl::OkStatus();
    });
    EXPECT_TRUE(found.ok()) << found.status();
    EXPECT_EQ(found.value_or(false), seen != "(not called)") << key;
    return seen;
  };
  Put("a", "1");
  Put("empty", "");
  Put("large", std::string(100'000, 'x'));
  const std::unique_ptr<Snapshot> before = store_->NewSnapshot();
  Put("a", "2");
  Delete("empty");
  EXPECT_EQ(visit(*store_, "a"), "2");
  EXPECT_EQ(visit(*store_, "empty"), "(not called)");
  EXPECT_EQ(visit(*store_, "large"), std::string(100'000, 'x'));
  EXPECT_EQ(visit(*before, "a"), "1");
  EXPECT_EQ(visit(*before, "empty"), "");
  EXPECT_EQ(visit(*before, "never"), "(not called)");
  // What the visitor says is the answer.
  const absl::StatusOr<bool> refused =
      store_->Visit(Family::kEntity, "a", [](std::string_view) { return absl::CancelledError("enough"); });
  EXPECT_EQ(refused.status(), absl::CancelledError("enough"));
}

TEST_P(StoreConformanceTest, SnapshotSeesItsStateForEver) {
  Put("a", "old");
  Put("b", "deleted later");
  const std::unique_ptr<Snapshot> snapshot = store_->NewSnapshot();
  const std::unique_ptr<Iterator> before = snapshot->NewIterator(Family::kEntity, {});
  before->SeekToFirst();
  Put("a", "new");
  Delete("b");
  Put("c", "added later");
  Put("a", "newest");

  EXPECT_EQ(Show(snapshot->Get(Family::kEntity, "a")), "old");
  EXPECT_EQ(Show(snapshot->Get(Family::kEntity, "b")), "deleted later");
  EXPECT_EQ(Show(snapshot->Get(Family::kEntity, "c")), "(none)");
  EXPECT_THAT(*snapshot->MultiGet(Family::kEntity, {"a", "c"}),
              testing::ElementsAre(std::optional<std::string>("old"), std::nullopt));
  EXPECT_EQ(Scan(*snapshot, Family::kEntity), (Pairs{{"a", "old"}, {"b", "deleted later"}}));
  ASSERT_TRUE(before->Valid());
  EXPECT_EQ(before->value(), "old");
  before->Next();
  ASSERT_TRUE(before->Valid());
  EXPECT_EQ(before->key(), "b");
  EXPECT_EQ(Scan(*store_, Family::kEntity), (Pairs{{"a", "newest"}, {"c", "added later"}}));
}

TEST_P(StoreConformanceTest, SnapshotsOfDifferentAgesEndInAnyOrder) {
  std::vector<std::unique_ptr<Snapshot>> snapshots;
  for (int i = 0; i < 5; ++i) {
    Put("a", Cat(i));
    if (i == 3) {
      Delete("a");
    }
    snapshots.push_back(store_->NewSnapshot());
  }
  snapshots[1].reset();
  snapshots[4].reset();
  Put("a", "last");
  EXPECT_EQ(Show(snapshots[0]->Get(Family::kEntity, "a")), "0");
  EXPECT_EQ(Show(snapshots[2]->Get(Family::kEntity, "a")), "2");
  EXPECT_EQ(Show(snapshots[3]->Get(Family::kEntity, "a")), "(none)");
  snapshots[0].reset();
  EXPECT_EQ(Show(snapshots[2]->Get(Family::kEntity, "a")), "2");
  EXPECT_EQ(Show(snapshots[3]->Get(Family::kEntity, "a")), "(none)");
  snapshots.clear();
  EXPECT_EQ(Get("a"), "last");
}

TEST_P(StoreConformanceTest, IteratorOfTheStoreIsAConsistentView) {
  Put("a", "1");
  Put("b", "1");
  const std::unique_ptr<Iterator> it = store_->NewIterator(Family::kEntity, {});
  it->SeekToFirst();
  WriteBatch batch;
  batch.Put(Family::kEntity, "a", "2");
  batch.Delete(Family::kEntity, "b");
  batch.Put(Family::kEntity, "c", "2");
  Write(batch);
  EXPECT_EQ(it->value(), "1");
  it->Next();
  ASSERT_TRUE(it->Valid());
  EXPECT_EQ(it->key(), "b");
  it->Next();
  EXPECT_FALSE(it->Valid());
  it->SeekToLast();
  ASSERT_TRUE(it->Valid());
  EXPECT_EQ(it->key(), "b");
}

TEST_P(StoreConformanceTest, BoundsNeedNotOutliveTheCall) {
  Put("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab", "in");
  Put("b", "out");
  std::unique_ptr<Iterator> it;
  {
    KeyRange range{std::string(40, 'a'), std::string(40, 'a') + "zzzz"};
    it = store_->NewIterator(Family::kEntity, range);
    range.lower.assign(40, '\xFF');
    range.upper.assign(44, '\xFF');
  }
  it->SeekToFirst();
  ASSERT_TRUE(it->Valid());
  EXPECT_EQ(it->value(), "in");
  it->Next();
  EXPECT_FALSE(it->Valid());
}

TEST_P(StoreConformanceTest, StatsCountKeys) {
  for (int i = 0; i < 100; ++i) {
    Put(Cat("key ", i), "value", Family::kOccupancy);
  }
  const StoreStats stats = store_->Stats();
  EXPECT_EQ(stats.approximate_keys[static_cast<size_t>(Family::kOccupancy)], 100U);
  EXPECT_EQ(stats.approximate_keys[static_cast<size_t>(Family::kTask)], 0U);
  EXPECT_GT(stats.memory_bytes, 0U);
}

// Each writer moves its own two keys, in different families, from one value to the next in one batch. Whatever a reader
// sees must be a state between batches.
TEST_P(StoreConformanceTest, ConcurrentReadersSeeWholeBatches) {
  constexpr int kWriters = 2;
  constexpr int kReaders = 2;
  constexpr int kRounds = 400;
  std::atomic<int> writing = kWriters;
  std::atomic<int> torn = 0;
  std::atomic<int> failed = 0;
  std::vector<std::thread> threads;
  for (int w = 0; w < kWriters; ++w) {
    threads.emplace_back([&, w] {
      for (int round = 0; round < kRounds; ++round) {
        WriteBatch batch;
        batch.Put(Family::kEntity, Cat("writer ", w), Cat(round));
        batch.Put(Family::kChangeLog, Cat("writer ", w), Cat(round));
        batch.Put(Family::kChangeLog, Cat("writer ", w, " again"), Cat(round));
        failed += store_->Write(batch, round % 100 == 0 ? Durability::kSync : Durability::kNoSync).ok() ? 0 : 1;
      }
      --writing;
    });
  }
  for (int r = 0; r < kReaders; ++r) {
    threads.emplace_back([&] {
      do {
        const std::unique_ptr<Snapshot> snapshot = store_->NewSnapshot();
        for (int w = 0; w < kWriters; ++w) {
          const std::string key = Cat("writer ", w);
          torn += Show(snapshot->Get(Family::kEntity, key)) == Show(snapshot->Get(Family::kChangeLog, key)) ? 0 : 1;
          const std::unique_ptr<Iterator> it = store_->NewIterator(Family::kChangeLog, PrefixRange(key));
          it->SeekToFirst();
          if (it->Valid()) {
            const std::string value(it->value());
            it->Next();
            torn += it->Valid() && it->value() == value ? 0 : 1;
          }
        }
      } while (writing > 0);
    });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
  EXPECT_EQ(torn, 0);
  EXPECT_EQ(failed, 0);
  for (int w = 0; w < kWriters; ++w) {
    EXPECT_EQ(Get(Cat("writer ", w)), Cat(kRounds - 1));
  }
}

}  // namespace wensum::storage

#endif  // WENSUM_TESTS_STORAGE_CONFORMANCE_H_
