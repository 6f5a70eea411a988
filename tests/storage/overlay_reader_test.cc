#include "storage/overlay_reader.h"

#include <gtest/gtest.h>

#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "base/strings.h"
#include "storage/memory_store.h"
#include "tests/storage/store_model.h"

namespace wensum::storage {
namespace {

TEST(OverlayReaderTest, ReadsAsIfTheBatchesWereWritten) {
  for (const uint64_t seed : {20260101U, 2U, 3U}) {
    SCOPED_TRACE(Cat("seed ", seed));
    StoreModel model(seed);
    const std::unique_ptr<Store> store = NewMemoryStore();
    for (int round = 0; round < 60; ++round) {
      OverlayReader overlay(store.get());
      std::deque<WriteBatch> pending;
      for (int step = 0; step < 30; ++step) {
        SCOPED_TRACE(Cat("round ", round, ", step ", step));
        if (model.Chance(0.3)) {
          pending.push_back(model.RandomBatch());
          overlay.Add(pending.back());
        }
        model.CheckReads(overlay, model.state());
        const Family family = model.AnyFamily();
        const std::vector<std::string> keys = {model.AnyKey(), model.AnyKey(), model.AnyKey()};
        const auto values = overlay.MultiGet(family, keys);
        ASSERT_TRUE(values.ok()) << values.status();
        ASSERT_EQ(values->size(), keys.size());
        for (size_t i = 0; i < keys.size(); ++i) {
          ASSERT_EQ((*values)[i], *overlay.Get(family, keys[i])) << Quote(keys[i]);
        }
      }
      for (const WriteBatch& batch : pending) {
        ASSERT_TRUE(store->Write(batch, Durability::kNoSync).ok());
      }
    }
  }
}

TEST(OverlayReaderTest, AddsTheEndOfABatch) {
  const std::unique_ptr<Store> store = NewMemoryStore();
  WriteBatch batch;
  batch.Put(Family::kEntity, "before", "1");
  OverlayReader overlay(store.get());
  overlay.Add(batch, batch.size());
  EXPECT_EQ(*overlay.Get(Family::kEntity, "before"), std::nullopt);
  overlay.Add(batch);
  EXPECT_EQ(*overlay.Get(Family::kEntity, "before"), "1");
  EXPECT_EQ(*overlay.Get(Family::kSource, "before"), std::nullopt) << "families are apart";
}

}  // namespace
}  // namespace wensum::storage
