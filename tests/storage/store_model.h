// A std::map beside a store: random writes, and reads that must agree.
#ifndef WENSUM_TESTS_STORAGE_STORE_MODEL_H_
#define WENSUM_TESTS_STORAGE_STORE_MODEL_H_

#include <gtest/gtest.h>

#include <array>
#include <iterator>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include "base/random.h"
#include "base/strings.h"
#include "storage/store.h"
#include "tests/storage/store_test_util.h"

namespace wensum::storage {

// All families as maps; copied whole for a snapshot.
using ModelFamily = std::map<std::string, std::string>;
using Model = std::array<ModelFamily, kFamilyCount>;

class StoreModel {
 public:
  explicit StoreModel(uint64_t seed) : random_(seed) {}

  Family AnyFamily() { return static_cast<Family>(random_.Below(3)); }
  bool Chance(double p) { return random_.Chance(p); }
  size_t Below(size_t bound) { return random_.Below(bound); }

  // From a small space, so that keys meet, with the bytes that break naive orders.
  std::string AnyKey() {
    static constexpr char kBytes[] = {'\x00', '\x01', 'a', '\x7F', '\x80', '\xFF'};
    std::string key(random_.Below(4), '\0');
    for (char& c : key) {
      c = kBytes[random_.Below(sizeof(kBytes))];
    }
    return key;
  }

  // A few writes, applied to the state.
  WriteBatch RandomBatch() {
    WriteBatch batch;
    for (uint64_t i = random_.Below(8); i > 0; --i) {
      const Family family = AnyFamily();
      std::string key = AnyKey();
      ModelFamily& map = state_[static_cast<size_t>(family)];
      if (Chance(0.05)) {
        std::string upper = AnyKey();  // often below the other: an empty range
        if (key < upper) {
          map.erase(map.lower_bound(key), map.lower_bound(upper));
        }
        batch.DeleteRange(family, std::move(key), std::move(upper));
      } else if (Chance(0.35)) {
        map.erase(key);
        batch.Delete(family, std::move(key));
      } else {
        std::string value = Cat("v", ++last_value_);
        map[key] = value;
        batch.Put(family, std::move(key), std::move(value));
      }
    }
    return batch;
  }

  void ApplyRandomBatch(Store& store) {
    const WriteBatch batch = RandomBatch();
    const absl::Status status = store.Write(batch, Chance(0.02) ? Durability::kSync : Durability::kNoSync);
    ASSERT_TRUE(status.ok()) << status;
  }

  // Compares reads of `reader` with `state`.
  void CheckReads(const Reader& reader, const Model& state) {
    const Family family = AnyFamily();
    const ModelFamily& map = state[static_cast<size_t>(family)];
    const std::string key = AnyKey();
    const auto found = map.find(key);
    ASSERT_EQ(Show(reader.Get(family, key)), found == map.end() ? "(none)" : found->second) << Quote(key);
    KeyRange range;
    if (Chance(0.7)) {
      range = {AnyKey(), AnyKey()};
    }
    range.once = Chance(0.5);  // changes nothing of what is read
    const std::unique_ptr<Iterator> it = reader.NewIterator(family, range);
    ModelFamily inside;
    for (const auto& [k, v] : map) {
      if (k >= range.lower && (range.upper.empty() || k < range.upper)) {
        inside[k] = v;
      }
    }
    CheckWalk(*it, inside);
  }

  // Moves `it` and an iterator over `map`, which holds just what `it` may show, side by side.
  void CheckWalk(Iterator& it, const ModelFamily& map) {
    auto expected = map.end();
    for (int step = 0; step < 12; ++step) {
      const std::string key = AnyKey();
      // No steps from an invalid position: the contract does not allow them.
      switch (expected == map.end() ? random_.Below(4) : random_.Below(8)) {
        case 0:
          it.SeekToFirst();
          expected = map.begin();
          break;
        case 1:
          it.SeekToLast();
          expected = map.empty() ? map.end() : std::prev(map.end());
          break;
        case 2:
          it.Seek(key);
          expected = map.lower_bound(key);
          break;
        case 3: {
          it.SeekForPrev(key);
          const auto after = map.upper_bound(key);
          expected = after == map.begin() ? map.end() : std::prev(after);
          break;
        }
        case 4:
        case 5:
          it.Next();
          ++expected;
          break;
        default:
          it.Prev();
          expected = expected == map.begin() ? map.end() : std::prev(expected);
      }
      ASSERT_TRUE(it.status().ok()) << it.status();
      ASSERT_EQ(it.Valid(), expected != map.end());
      if (it.Valid()) {
        ASSERT_EQ(it.key(), expected->first);
        ASSERT_EQ(it.value(), expected->second);
      }
    }
  }

  [[nodiscard]] const Model& state() const { return state_; }

 private:
  Random random_;
  Model state_;
  uint64_t last_value_ = 0;
};

}  // namespace wensum::storage

#endif  // WENSUM_TESTS_STORAGE_STORE_MODEL_H_
