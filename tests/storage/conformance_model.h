// Random operations on a store against a std::map: part of the conformance suite.
#ifndef WENSUM_TESTS_STORAGE_CONFORMANCE_MODEL_H_
#define WENSUM_TESTS_STORAGE_CONFORMANCE_MODEL_H_

#include <memory>
#include <utility>
#include <vector>

#include "tests/storage/conformance.h"
#include "tests/storage/store_model.h"

namespace wensum::storage {

TEST_P(StoreConformanceTest, AgreesWithAMapUnderRandomOperations) {
  for (const uint64_t seed : {20260101U, 2U, 3U}) {
    SCOPED_TRACE(Cat("seed ", seed));
    TempDir directory;
    const std::unique_ptr<Store> store = GetParam().open(directory.path());
    ASSERT_NE(store, nullptr);
    StoreModel model(seed);
    std::vector<std::pair<std::unique_ptr<Snapshot>, Model>> snapshots;
    for (int step = 0; step < 3000; ++step) {
      SCOPED_TRACE(Cat("step ", step));
      if (model.Chance(0.5)) {
        model.ApplyRandomBatch(*store);
      }
      model.CheckReads(*store, model.state());
      if (model.Chance(0.05)) {
        snapshots.emplace_back(store->NewSnapshot(), model.state());
      }
      if (!snapshots.empty()) {
        const size_t chosen = model.Below(snapshots.size());
        model.CheckReads(*snapshots[chosen].first, snapshots[chosen].second);
        if (model.Chance(0.05)) {
          std::swap(snapshots[chosen], snapshots.back());
          snapshots.pop_back();
        }
      }
      if (HasFatalFailure()) {
        return;
      }
    }
  }
}

}  // namespace wensum::storage

#endif  // WENSUM_TESTS_STORAGE_CONFORMANCE_MODEL_H_
