#include "services/custodian/number_blocks.h"

#include <gtest/gtest.h>

#include <optional>
#include <set>
#include <string>

#include "base/random.h"
#include "base/strings.h"
#include "storage/memory_store.h"
#include "tests/support/seed.h"

namespace wensum::custodian {
namespace {

NumberBlocks LoadOrDie(const storage::Reader& reader) {
  auto blocks = NumberBlocks::Load(reader, 1, NumberKind::kUprn);
  EXPECT_TRUE(blocks.ok()) << blocks.status();
  return *std::move(blocks);
}

// Against a set of numbers, through the store.
TEST(NumberBlocksTest, IsASetOfNumbers) {
  const uint64_t seed = TestSeed(7);
  SCOPED_TRACE(Cat("WENSUM_SEED=", seed));
  Random random(seed);
  const auto store = storage::NewMemoryStore();
  std::set<uint64_t> expected;
  for (int round = 0; round < 200; ++round) {
    NumberBlocks blocks = LoadOrDie(*store);
    for (int i = 0; i < 3; ++i) {
      const uint64_t number = 1 + random.Below(120);
      EXPECT_EQ(blocks.Contains(number), expected.contains(number));
      blocks.Add(number);
      expected.insert(number);
      uint64_t outside = 1 + random.Below(120);
      const uint64_t next = blocks.NextOutside(outside);
      while (expected.contains(outside)) {
        ++outside;
      }
      ASSERT_EQ(next, outside);
      const uint64_t first = 1 + random.Below(60);
      const uint64_t last = first + random.Below(60);
      uint64_t count = 0;
      for (uint64_t n = first; n <= last; ++n) {
        count += expected.contains(n) ? 0 : 1;
      }
      ASSERT_EQ(blocks.CountOutside(first, last), count);
    }
    storage::WriteBatch batch;
    blocks.AddWrites(batch);
    ASSERT_TRUE(store->Write(batch, storage::Durability::kSync).ok());
  }
  // Blocks that touch have become one.
  uint64_t runs = 0;
  for (const uint64_t number : expected) {
    runs += expected.contains(number - 1) ? 0 : 1;
  }
  uint64_t stored = 0;
  const auto it = store->NewIterator(storage::Family::kDecision, {});
  for (it->SeekToFirst(); it->Valid(); it->Next()) {
    ++stored;
  }
  EXPECT_EQ(stored, runs);
}

// Against a sorted set, asked in any order.
TEST(NumbersInUseTest, FindsTheNextOne) {
  const uint64_t seed = TestSeed(8);
  SCOPED_TRACE(Cat("WENSUM_SEED=", seed));
  Random random(seed);
  const auto store = storage::NewMemoryStore();
  std::set<uint64_t> used;
  storage::WriteBatch batch;
  for (int i = 0; i < 60; ++i) {
    const uint64_t number = 1 + random.Below(500);
    used.insert(number);
    for (uint64_t row = 0; row <= random.Below(20); ++row) {
      const std::string key = storage::PropertyRowKey(1, number, 24, Cat(row));
      if (random.Chance(0.5)) {
        batch.Put(storage::Family::kProperty, key, "");
      } else {
        batch.Put(storage::Family::kPropertyHistory, storage::PropertyHistoryKey(key, 1 + random.Below(3)), "");
      }
    }
  }
  batch.Put(storage::Family::kProperty, storage::StreetRowKey(1, 7, 11, ""), "");  // no property's
  ASSERT_TRUE(store->Write(batch, storage::Durability::kSync).ok());
  NumbersInUse in_use(*store, 1, NumberKind::kUprn);
  uint64_t number = 0;
  for (int i = 0; i < 2'000; ++i) {
    number = random.Chance(0.9) ? number + random.Below(4) : random.Below(520);
    const auto expected = used.lower_bound(number);
    const auto next = in_use.NextFrom(number);
    ASSERT_TRUE(next.ok()) << next.status();
    ASSERT_EQ(*next, expected == used.end() ? std::nullopt : std::optional<uint64_t>(*expected)) << number;
    ASSERT_EQ(*in_use.Contains(number), used.contains(number));
  }
}

TEST(NumberBlocksTest, DamageIsTold) {
  const auto store = storage::NewMemoryStore();
  storage::WriteBatch batch;
  batch.Put(storage::Family::kDecision, storage::NumberBlockKey(1, 'U', 5), "x");
  ASSERT_TRUE(store->Write(batch, storage::Durability::kSync).ok());
  EXPECT_EQ(NumberBlocks::Load(*store, 1, NumberKind::kUprn).status().code(), absl::StatusCode::kDataLoss);
}

}  // namespace
}  // namespace wensum::custodian
