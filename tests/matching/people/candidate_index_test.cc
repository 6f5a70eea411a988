#include "matching/retrieve/candidate_index.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "tests/matching/people/people_sample.h"

namespace wensum::matching {
namespace {

using Pairs = std::set<std::pair<ContentIndex, ContentIndex>>;

Pairs PairsOf(const RecordSet& records, const CandidateIndex& index) {
  Pairs pairs;
  std::vector<ContentIndex> seen(records.contents(), CandidateIndex::kNobody);
  for (ContentIndex a = 0; a < records.contents(); ++a) {
    index.ForEachEarlier(a, seen, [&](ContentIndex b) { EXPECT_TRUE(pairs.emplace(a, b).second) << a << " " << b; });
  }
  return pairs;
}

// By the definition: all pairs of each key that few enough hold.
Pairs NaivePairs(const RecordSet& records, uint32_t richness, KeyCaps caps) {
  const CandidateFeatures features(&records.values());
  std::map<uint64_t, std::set<ContentIndex>> holders;
  for (RecordIndex i = 0; i < records.size(); ++i) {
    std::vector<uint64_t> keys;
    features.AppendKeys(records.row(i), richness, keys);
    EXPECT_LE(keys.size(), kMaxKeysPerRecord);
    for (const uint64_t key : keys) holders[key].insert(records.content(i));
  }
  Pairs pairs;
  for (const auto& [key, of_key] : holders) {
    if (of_key.size() > caps.of(key)) continue;
    for (const ContentIndex a : of_key) {
      for (const ContentIndex b : of_key) {
        if (b < a) pairs.emplace(a, b);
      }
    }
  }
  return pairs;
}

TEST(CandidateIndexTest, AgreesWithTheDefinition) {
  RecordSet records(PeopleSchema());
  Fill(MakePeople({.households = 120}), 3, records);
  for (const KeyCaps caps : {KeyCaps{3, 3}, KeyCaps{20, 4}, KeyCaps{4, 20}, KeyCaps{200, 200}}) {
    for (const uint32_t richness : {0U, 2U, 4U}) {
      const Pairs expected = NaivePairs(records, richness, caps);
      EXPECT_FALSE(expected.empty());
      for (const size_t threads : {1U, 2U}) {
        // A small budget makes several parts.
        const CandidateIndex index(records, {.caps = caps,
                                             .richness = richness,
                                             .threads = threads,
                                             .keys_in_memory = threads == 1 ? size_t{1} << 25 : size_t{5000}});
        EXPECT_EQ(PairsOf(records, index), expected)
            << caps.names << " " << caps.mixed << " " << richness << " " << threads;
      }
    }
  }
}

TEST(CandidateIndexTest, FindsNearlyAllRecordsOfOnePerson) {
  const std::vector<SampleRow> rows = MakePeople({.seed = 4, .households = 200});
  RecordSet records(PeopleSchema());
  Fill(rows, 0, records);
  const std::vector<uint32_t> truth = TruthOf(rows, records);
  const Pairs pairs = PairsOf(records, CandidateIndex(records, {}));
  size_t found = 0;
  size_t wanted = 0;
  for (RecordIndex a = 0; a < records.size(); ++a) {
    for (RecordIndex b = 0; b < a; ++b) {
      if (truth[a] != truth[b]) continue;
      ++wanted;
      const ContentIndex x = records.content(a);
      const ContentIndex y = records.content(b);
      found += x == y || pairs.contains({x, y}) ? 1 : 0;
    }
  }
  EXPECT_GT(static_cast<double>(found), 0.98 * static_cast<double>(wanted));
}

// A thousand John Smiths in one postcode, and one default phone and date for all: the hubs make no pairs.
TEST(CandidateIndexTest, HubsDoNotBlowUp) {
  RecordSet records(Schema({{"given", AttributeType::kGivenName},
                            {"surname", AttributeType::kSurname},
                            {"born", AttributeType::kDate},
                            {"postcode", AttributeType::kPostcode},
                            {"phone", AttributeType::kPhone}}));
  for (int i = 0; i < 3000; ++i) {
    const std::string born = i % 3 == 0 ? "" : std::to_string(1930 + i % 70) + "-" + std::to_string(i % 9 + 1) + "-11";
    const std::string_view values[] = {"John", "Smith", born, "NR2 1AB", "01603 212121"};
    records.Add(std::to_string(i), values);
  }
  records.Seal();
  const CandidateIndex index(records, {});
  EXPECT_LT(static_cast<double>(PairsOf(records, index).size()), 300.0 * static_cast<double>(records.size()));
  EXPECT_GT(index.stats().hub_keys, 10U);
}

}  // namespace
}  // namespace wensum::matching
