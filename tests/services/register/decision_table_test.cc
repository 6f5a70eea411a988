#include "services/register/decision_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <iostream>
#include <map>
#include <set>

#include "base/random.h"
#include "tests/support/seed.h"

namespace wensum::registry {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using Kind = DecisionTable::Kind;
using Link = DecisionTable::Link;
using RecordId = DecisionTable::RecordId;
using Pairs = std::map<std::pair<RecordId, RecordId>, Kind>;

// The textbook version: looks at everything each time.
class NaiveTable {
 public:
  struct Decision {
    std::vector<Link> links;
    bool retracted = false;
  };
  std::vector<Decision> decisions;

  [[nodiscard]] Pairs Effective() const {
    Pairs pairs;
    for (const Decision& decision : decisions) {
      for (const Link& link : decision.links) {
        if (!decision.retracted) pairs[std::minmax(link.a, link.b)] = link.kind;
      }
    }
    return pairs;
  }
  [[nodiscard]] std::set<RecordId> Joined(RecordId record) const {
    std::set<RecordId> joined = {record};
    const Pairs pairs = Effective();
    for (size_t before = 0; before != joined.size();) {
      before = joined.size();
      for (const auto& [pair, kind] : pairs) {
        if (kind == Kind::kMust && (joined.contains(pair.first) || joined.contains(pair.second))) {
          joined.insert({pair.first, pair.second});
        }
      }
    }
    return joined;
  }
  [[nodiscard]] bool Contradicts() const {
    const Pairs pairs = Effective();
    return std::ranges::any_of(pairs, [this](const auto& entry) {
      return entry.second == Kind::kCannot && Joined(entry.first.first).contains(entry.first.second);
    });
  }
};

constexpr RecordId kRecords = 9;

std::vector<Link> RandomLinks(Random& random) {
  std::map<std::pair<RecordId, RecordId>, Link> links;
  const uint64_t count = 1 + random.Below(4);
  for (uint64_t i = 0; i < count; ++i) {
    const auto a = static_cast<RecordId>(1 + random.Below(kRecords));
    const auto b = static_cast<RecordId>(1 + random.Below(kRecords));
    if (a != b) {
      links[std::minmax(a, b)] = {.a = a, .b = b, .kind = random.Chance(0.5) ? Kind::kMust : Kind::kCannot};
    }
  }
  std::vector<Link> out;
  for (const auto& [pair, link] : links) out.push_back(link);
  return out;
}

void ExpectEqual(const DecisionTable& table, const NaiveTable& naive) {
  const Pairs expected = naive.Effective();
  Pairs actual;
  for (const Link& link : table.Links()) {
    EXPECT_LT(link.a, link.b);
    actual[{link.a, link.b}] = link.kind;
  }
  ASSERT_EQ(actual, expected);
  for (RecordId a = 1; a <= kRecords; ++a) {
    const std::set<RecordId> joined = naive.Joined(a);
    EXPECT_EQ(table.Joined(a), std::vector<RecordId>(joined.begin(), joined.end()));
    bool parts = false;
    std::vector<RecordId> others;
    for (RecordId b = 1; b <= kRecords; ++b) {
      const auto found = expected.find(std::minmax(a, b));
      const Kind kind = found == expected.end() ? Kind::kNone : found->second;
      EXPECT_EQ(table.Between(a, b).kind, kind);
      EXPECT_EQ(table.ChainBetween(a, b).has_value(), joined.contains(b));
      if (kind != Kind::kNone) others.push_back(b);
      parts |= kind == Kind::kCannot;
    }
    EXPECT_EQ(table.Parts(a), parts);
    std::vector<RecordId> linked;
    for (const DecisionTable::Neighbour& other : table.LinksOf(a)) {
      linked.push_back(other.record);
      EXPECT_EQ(other.effect, table.Between(a, other.record));
      const NaiveTable::Decision& decision = naive.decisions[other.effect.decision - 1];
      EXPECT_FALSE(decision.retracted);
      EXPECT_TRUE(std::ranges::any_of(decision.links, [&](const Link& link) {
        return std::minmax(link.a, link.b) == std::minmax(a, other.record) && link.kind == other.effect.kind;
      }));
    }
    EXPECT_EQ(linked, others);
  }
  EXPECT_FALSE(table.FindContradiction().has_value());
}

// Does what the change says, or nothing if it contradicts.
void Change(uint64_t retract, const std::vector<Link>& links, DecisionTable& table, NaiveTable& naive) {
  const Pairs before = naive.Effective();
  NaiveTable after = naive;
  if (retract != 0) after.decisions[retract - 1].retracted = true;
  if (!links.empty()) after.decisions.push_back({links, false});
  const std::vector<Link> changes = table.ChangesOf(retract, links);
  Pairs changed;
  for (const Link& link : changes) changed[{link.a, link.b}] = link.kind;
  Pairs expected;
  const Pairs now = after.Effective();
  for (RecordId a = 1; a <= kRecords; ++a) {
    for (RecordId b = a + 1; b <= kRecords; ++b) {
      const auto kind = [&](const Pairs& pairs) {
        const auto found = pairs.find({a, b});
        return found == pairs.end() ? Kind::kNone : found->second;
      };
      if (kind(before) != kind(now)) expected[{a, b}] = kind(now);
    }
  }
  EXPECT_EQ(changed, expected);
  const auto contradiction = table.FindContradiction(changes);
  ASSERT_EQ(contradiction.has_value(), after.Contradicts());
  if (contradiction.has_value()) {
    EXPECT_TRUE(after.Joined(contradiction->a).contains(contradiction->b));
    const auto never = changed.find({contradiction->a, contradiction->b});
    EXPECT_EQ(contradiction->never == 0, never != changed.end());
    for (const uint64_t join : contradiction->joins) EXPECT_FALSE(naive.decisions[join - 1].retracted);
    return;
  }
  if (retract != 0) table.SetRetracted(retract, true);
  if (!links.empty()) table.Add(links);
  naive = std::move(after);
}

TEST(DecisionTableTest, AgreesWithItsNaiveTwin) {
  uint64_t kept = 0;
  for (int round = 0; round < Rounds(40, 4'000); ++round) {
    const uint64_t seed = TestSeed(1 + static_cast<uint64_t>(round));
    SCOPED_TRACE(::testing::Message() << "WENSUM_SEED=" << seed);
    Random random(seed);
    DecisionTable table;
    NaiveTable naive;
    for (int step = 0; step < 40; ++step) {
      const uint64_t newest = table.size();
      uint64_t retract = newest == 0 || random.Chance(0.6) ? 0 : 1 + random.Below(newest);
      if (retract != 0 && table.retracted(retract)) retract = 0;
      Change(retract, retract == 0 || random.Chance(0.3) ? RandomLinks(random) : std::vector<Link>(), table, naive);
      if (table.size() > newest && random.Chance(0.2)) {  // taken back, as a preview is
        table.RemoveNewest();
        naive.decisions.pop_back();
        if (retract != 0) {
          table.SetRetracted(retract, false);
          naive.decisions[retract - 1].retracted = false;
        }
      }
      ASSERT_EQ(table.size(), naive.decisions.size());
      ExpectEqual(table, naive);
      if (::testing::Test::HasFailure()) return;
    }
    kept += table.size();
  }
  EXPECT_GT(kept, 100);
}

TEST(DecisionTableTest, TheNewestDecisionInForceCounts) {
  DecisionTable table;
  table.Add(std::vector<Link>{{.a = 1, .b = 2, .kind = Kind::kMust}});
  table.Add(std::vector<Link>{{.a = 2, .b = 1, .kind = Kind::kCannot}});
  EXPECT_EQ(table.Between(1, 2), (DecisionTable::Effect{.kind = Kind::kCannot, .decision = 2}));
  table.SetRetracted(1, true);
  EXPECT_EQ(table.Between(1, 2).decision, 2);
  table.SetRetracted(1, false);
  table.SetRetracted(2, true);
  EXPECT_EQ(table.Between(2, 1), (DecisionTable::Effect{.kind = Kind::kMust, .decision = 1}));
  EXPECT_EQ(table.Between(1, 3), DecisionTable::Effect());
}

TEST(DecisionTableTest, AContradictionNamesTheDecisionsThatMakeIt) {
  DecisionTable table;
  table.Add(std::vector<Link>{{.a = 1, .b = 2, .kind = Kind::kMust}});
  table.Add(std::vector<Link>{{.a = 2, .b = 3, .kind = Kind::kMust}});
  table.Add(std::vector<Link>{{.a = 4, .b = 3, .kind = Kind::kCannot}});
  EXPECT_THAT(*table.ChainBetween(1, 3), ElementsAre(1, 2));
  EXPECT_FALSE(table.ChainBetween(1, 4).has_value());
  const std::vector<Link> merge = {{.a = 1, .b = 4, .kind = Kind::kMust}};
  const auto found = table.FindContradiction(merge);
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->a, 3);
  EXPECT_EQ(found->b, 4);
  EXPECT_EQ(found->never, 3);
  EXPECT_THAT(found->joins, ElementsAre(1, 2));
  const std::vector<Link> part = {{.a = 1, .b = 3, .kind = Kind::kCannot}};
  EXPECT_EQ(table.FindContradiction(part)->never, 0);
  EXPECT_THAT(table.FindContradiction(part)->joins, ElementsAre(1, 2));
  table.SetRetracted(3, true);
  EXPECT_FALSE(table.FindContradiction(merge).has_value());
  EXPECT_THAT(table.LinksOf(4), IsEmpty());
}

}  // namespace
}  // namespace wensum::registry
