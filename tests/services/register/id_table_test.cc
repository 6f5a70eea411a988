#include "services/register/id_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "base/random.h"
#include "tests/support/seed.h"

namespace wensum::registry {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// The rule itself: one holder and one anchor per id, everything else a scan.
class NaiveIds {
 public:
  uint64_t Mint() {
    holders_.push_back(holders_.size());
    anchors_.push_back(anchors_.size());
    return holders_.size() - 1;
  }
  [[nodiscard]] uint64_t size() const { return holders_.size() - 1; }
  [[nodiscard]] uint64_t Holder(uint64_t id) const { return holders_[id]; }
  [[nodiscard]] uint64_t Anchor(uint64_t id) const { return anchors_[id]; }
  [[nodiscard]] std::vector<uint64_t> Held(uint64_t ordinal) const {
    std::vector<uint64_t> held;
    for (uint64_t id = 1; id < holders_.size(); ++id) {
      if (holders_[id] == ordinal) {
        held.push_back(id);
      }
    }
    return held;
  }
  [[nodiscard]] uint64_t OldestHeld(const std::vector<uint64_t>& members) const {
    for (uint64_t id = 1; id < holders_.size(); ++id) {
      if (std::find(members.begin(), members.end(), holders_[id]) != members.end()) {
        return id;
      }
    }
    return 0;
  }
  void SetHolder(uint64_t id, uint64_t holder) { holders_[id] = holder; }
  void SetAnchor(uint64_t id, uint64_t anchor) { anchors_[id] = anchor; }

 private:
  std::vector<uint64_t> holders_ = {0};
  std::vector<uint64_t> anchors_ = {0};
};

std::vector<std::pair<uint64_t, uint64_t>> Pairs(const std::vector<IdTable::Handover>& handovers) {
  std::vector<std::pair<uint64_t, uint64_t>> pairs;
  for (const IdTable::Handover& handover : handovers) {
    pairs.emplace_back(handover.anchor, handover.holder);
  }
  return pairs;
}

TEST(IdTable, MintsFromOneAndEachIdIsHeldByItsMinter) {
  IdTable ids;
  EXPECT_EQ(ids.size(), 0);
  EXPECT_FALSE(ids.Minted(0));
  EXPECT_FALSE(ids.Minted(1));
  EXPECT_EQ(ids.Mint(), 1);
  EXPECT_EQ(ids.Mint(), 2);
  EXPECT_TRUE(ids.Minted(2));
  EXPECT_FALSE(ids.Minted(3));
  EXPECT_EQ(ids.Resolve(2), 2);
  EXPECT_THAT(ids.HeldBy(2), ElementsAre(2));
}

TEST(IdTable, AnEstateGoesToOneHeirAndOnlyTheOwnIdComesBack) {
  IdTable ids;
  for (int i = 0; i < 3; ++i) {
    ids.Mint();
  }
  EXPECT_THAT(Pairs(ids.HandOver(1, 2)), ElementsAre(std::pair(1, 2)));
  EXPECT_THAT(Pairs(ids.HandOver(2, 3)), ElementsAre(std::pair(1, 3), std::pair(2, 3)));
  EXPECT_THAT(ids.HeldBy(2), IsEmpty());
  EXPECT_THAT(ids.HeldBy(3), ElementsAre(1, 2, 3));
  const uint64_t third[] = {3};
  EXPECT_EQ(ids.AnchorOf(third), 1);
  EXPECT_THAT(Pairs(ids.TakeBack(2)), ElementsAre(std::pair(2, 2)));
  EXPECT_THAT(Pairs(ids.TakeBack(2)), IsEmpty());
  EXPECT_THAT(ids.HeldBy(3), ElementsAre(1, 3));
  EXPECT_THAT(Pairs(ids.HandOver(3, 0)), IsEmpty()) << "without heir, everything stays";
  EXPECT_THAT(ids.HeldBy(3), ElementsAre(1, 3));
}

TEST(IdTable, AgreesWithTheRuleUnderRandomOperations) {
  for (int round = 0; round < Rounds(20, 2000); ++round) {
    const uint64_t seed = TestSeed(static_cast<uint64_t>(round) + 1);
    SCOPED_TRACE(::testing::Message() << "seed " << seed);
    Random random(seed);
    IdTable ids;
    NaiveIds naive;
    const auto any = [&] { return 1 + random.Below(naive.size()); };
    for (int step = 0; step < 300; ++step) {
      const uint64_t dice = naive.size() == 0 ? 0 : random.Below(10);
      if (dice < 3) {
        EXPECT_EQ(ids.Mint(), naive.Mint());
      } else if (dice < 6) {
        const uint64_t from = any();
        const uint64_t heir = random.Chance(0.1) ? 0 : any();
        std::vector<std::pair<uint64_t, uint64_t>> expected;
        if (heir != 0 && heir != from) {
          for (const uint64_t id : naive.Held(from)) {
            naive.SetHolder(id, heir);
            expected.emplace_back(id, heir);
          }
        }
        EXPECT_EQ(Pairs(ids.HandOver(from, heir)), expected);
      } else if (dice < 8) {
        const uint64_t back = any();
        std::vector<std::pair<uint64_t, uint64_t>> expected;
        if (naive.Holder(back) != back) {
          naive.SetHolder(back, back);
          expected.emplace_back(back, back);
        }
        EXPECT_EQ(Pairs(ids.TakeBack(back)), expected);
      } else if (dice == 8) {
        const uint64_t id = any();
        const uint64_t holder = any();
        ids.SetHolder(id, holder);
        naive.SetHolder(id, holder);
      } else {
        const uint64_t id = any();
        const uint64_t anchor = any();
        EXPECT_EQ(ids.Assign(id, anchor), naive.Anchor(id) != anchor);
        naive.SetAnchor(id, anchor);
      }
      ASSERT_EQ(ids.size(), naive.size());
      if (naive.size() == 0) {
        continue;
      }
      const uint64_t probe = any();
      ASSERT_EQ(ids.HolderOf(probe), naive.Holder(probe)) << "step " << step;
      ASSERT_EQ(ids.HeldBy(probe), naive.Held(probe)) << "step " << step;
      ASSERT_EQ(ids.Resolve(probe), naive.Anchor(probe)) << "step " << step;
      const std::vector<uint64_t> members = {any(), any(), any()};
      ASSERT_EQ(ids.AnchorOf(members), naive.OldestHeld(members)) << "step " << step;
    }
  }
}

}  // namespace
}  // namespace wensum::registry
