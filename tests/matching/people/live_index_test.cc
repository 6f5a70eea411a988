#include "matching/retrieve/live_index.h"

#include <gtest/gtest.h>

#include <iostream>
#include <map>
#include <set>
#include <vector>

#include "base/hash.h"
#include "base/random.h"

namespace wensum::matching {
namespace {

std::set<uint32_t> HoldersOf(const LiveIndex& index, uint64_t key) {
  std::set<uint32_t> holders;
  index.ForEach(key, [&](uint32_t holder) {
    EXPECT_TRUE(holders.insert(holder).second);
    return true;
  });
  return holders;
}

TEST(LiveIndexTest, BehavesLikeAMapOfSets) {
  constexpr uint64_t kSeed = 5;
  constexpr uint32_t kCap = 6;
  std::cout << "seed " << kSeed << "\n";
  Random random(kSeed);
  LiveIndex index({kCap, kCap});
  std::map<uint64_t, std::set<uint32_t>> model;
  uint64_t crossings = 0;
  bool growing = true;
  for (int round = 0; round < 60; ++round) {
    if (round % 12 == 0) growing = !growing;
    std::vector<LiveIndex::Update> updates;
    std::map<uint64_t, bool> was_hub;
    std::map<uint64_t, int> crossed;
    for (int i = 0; i < 3000; ++i) {
      // Some keys with many holders, more with few; neighbours in one table and in one run of slots.
      const uint64_t rank = random.Below(random.Chance(0.5) ? 8 : 4000);
      const uint64_t key = random.Chance(0.5) ? MixBits(rank) << 16 : rank << 16;
      const auto holder = static_cast<uint32_t>(1 + random.Below(random.Chance(0.5) ? 40 : 100000));
      std::set<uint32_t>& holders = model[key];
      was_hub.try_emplace(key, holders.size() > kCap);
      const bool present = holders.contains(holder);
      if (!present && !growing && random.Chance(0.7) && !holders.empty()) {
        updates.push_back({key, *holders.begin(), false});
        holders.erase(holders.begin());
      } else {
        updates.push_back({key, holder, !present});
        present ? static_cast<void>(holders.erase(holder)) : static_cast<void>(holders.insert(holder));
      }
    }
    std::vector<uint64_t> found;
    index.Apply(updates, 1 + static_cast<size_t>(round % 2), found);
    crossings += found.size();
    for (const uint64_t key : found) ++crossed[key];
    for (const auto& [key, before] : was_hub) {
      const std::set<uint32_t>& holders = model[key];
      ASSERT_EQ(HoldersOf(index, key), holders);
      ASSERT_EQ(index.Count(key), holders.size());
      ASSERT_EQ(crossed[key] % 2 == 1, before != (holders.size() > kCap));
    }
  }
  uint64_t keys = 0;
  uint64_t hubs = 0;
  std::vector<uint64_t> all;
  std::multiset<uint32_t> peers;
  for (const auto& [key, holders] : model) {
    keys += holders.empty() ? 0 : 1;
    hubs += holders.size() > kCap ? 1 : 0;
    all.push_back(key);
    if (holders.size() <= kCap) peers.insert(holders.begin(), holders.end());
  }
  EXPECT_EQ(index.keys(), keys);
  EXPECT_EQ(index.hubs(), hubs);
  EXPECT_EQ(index.crossings(), crossings);
  EXPECT_GT(crossings, 100U);
  std::multiset<uint32_t> found;
  index.ForEachPeer(all, [&](uint32_t holder) { found.insert(holder); });
  EXPECT_EQ(found, peers);
}

TEST(LiveIndexTest, SetsOfManyShrinkAgain) {
  LiveIndex index({200, 200});
  std::vector<uint64_t> crossings;
  const auto change = [&](uint32_t begin, uint32_t end, bool add) {
    std::vector<LiveIndex::Update> updates;
    for (uint32_t i = begin; i < end; ++i) updates.push_back({uint64_t{7} << 16, i, add});
    index.Apply(updates, 1, crossings);
  };
  change(1, 50001, true);
  EXPECT_EQ(index.Count(uint64_t{7} << 16), 50000U);
  change(1, 49999, false);
  EXPECT_EQ(HoldersOf(index, uint64_t{7} << 16), (std::set<uint32_t>{49999, 50000}));
  change(49999, 50000, false);
  EXPECT_EQ(HoldersOf(index, uint64_t{7} << 16), (std::set<uint32_t>{50000}));
  change(50000, 50001, false);
  EXPECT_EQ(index.keys(), 0U);
  EXPECT_EQ(crossings.size(), 2U);
}

}  // namespace
}  // namespace wensum::matching
