#include "matching/resolve/resolution.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <iostream>
#include <memory>
#include <tuple>

#include "base/random.h"
#include "matching/resolve/candidate_pairs.h"
#include "matching/train/count_frequencies.h"
#include "tests/matching/people/people_sample.h"
#include "tests/reference/agglomerate_reference.h"
#include "tests/reference/all_pairs.h"

namespace wensum::matching {
namespace {

// A batch with a model made up by hand, so that these tests do not hang on training.
class Batch {
 public:
  Batch(const std::vector<SampleRow>& rows, uint64_t shuffle, bool household, ScoreCalibration calibration = {})
      : records_(PeopleSchema()), parameters_(InformedParameters(records_.schema())), comparer_(&records_.values()) {
    Fill(rows, shuffle, records_);
    std::vector<RecordIndex> alone(records_.size());
    for (RecordIndex i = 0; i < alone.size(); ++i) alone[i] = i;
    const FrequencyCount count(records_, alone);
    tables_ = count.Tables();
    parameters_.match_rate = 2.0 / static_cast<double>(records_.size());
    parameters_.household.on = household;
    parameters_.household.prior = -1;
    for (size_t i = 0; i < records_.schema().size(); ++i) {
      AttributeModel& attribute = parameters_.attributes[i];
      attribute.log2_chance_agreement = count.Log2ChanceAgreement(i);
      for (size_t l = 1; l < LevelsOf(records_.schema()[i].type).size(); ++l) {
        attribute.u[l] = l == DifferentLevel(records_.schema()[i].type) ? 0.9 : 0.01;
        attribute.household[l] = i == 0 || i == 2 ? attribute.u[l] : attribute.m[l];
      }
    }
    parameters_.attributes[4].parent = 3;
    parameters_.attributes[4].shift[1][1] = -1.5;
    parameters_.calibration = calibration;
    scorer_ = std::make_unique<PairScorer>(&records_.values(), &parameters_, &tables_);
  }

  std::vector<ScoredPair> Pairs(double floor, size_t threads = 1) {
    const CandidateIndex index(records_, {.threads = threads});
    CandidatePairs pairs(&records_, &index, &comparer_, threads);
    return pairs.ScoreAll(*scorer_, floor);
  }
  std::vector<ScoredPair> PairsComparedToTheEnd(double floor) {
    return reference::ScoreAllPairs(records_, CandidateIndex(records_, {}), comparer_, *scorer_, floor);
  }

  const RecordSet& records() const { return records_; }
  const PairComparer& comparer() const { return comparer_; }
  const PairScorer& scorer() const { return *scorer_; }

 private:
  RecordSet records_;
  LinkageParameters parameters_;
  FrequencyTables tables_;
  PairComparer comparer_;
  std::unique_ptr<PairScorer> scorer_;
};

PairDecisions RandomDecisions(Random& random, size_t records) {
  PairDecisions decisions;
  for (int i = 0; i < 6; ++i) {
    const auto a = static_cast<RecordIndex>(random.Below(records));
    const auto b = static_cast<RecordIndex>(random.Below(records));
    if (a != b) (i % 3 == 0 ? decisions.must_links : decisions.cannot_links).emplace_back(a, b);
  }
  return decisions;
}

TEST(ResolutionTest, AgreesWithTheDefinition) {
  for (uint64_t seed = 1; seed <= 12; ++seed) {
    std::cout << "seed " << seed << "\n";
    std::vector<SampleRow> rows = MakePeople({.seed = seed, .households = 12, .records = 4, .error_rate = 0.3});
    if (seed % 3 != 0) {
      for (SampleRow& row : rows) row.once.clear();
    }
    const ScoreCalibration calibration = {.slope = 0.6 + 0.1 * static_cast<double>(seed), .offset = 1, .labels = 1};
    Batch batch(rows, 0, seed % 2 == 0, seed % 3 == 1 ? calibration : ScoreCalibration());
    Random random(seed);
    const PairDecisions decisions = seed % 4 < 2 ? RandomDecisions(random, batch.records().size()) : PairDecisions();
    const double floor = -4;
    std::vector<std::pair<RecordIndex, RecordIndex>> edges;
    for (const ScoredPair& pair : RecordPairs(batch.records(), batch.Pairs(floor))) edges.emplace_back(pair.a, pair.b);
    const Resolution found = ResolveRecords(batch.records(), batch.comparer(), batch.scorer(), batch.Pairs(floor),
                                            decisions, {.merge_threshold = 1, .edge_floor = floor, .threads = 2});
    EXPECT_EQ(found.labels,
              reference::Agglomerate(batch.records(), batch.comparer(), batch.scorer(), edges, decisions, 1));
    EXPECT_GT(found.stats.components, 0U);
  }
}

TEST(ResolutionTest, OrderOfRecordsPairsAndThreadsDoNotShow) {
  const std::vector<SampleRow> rows = MakePeople({.households = 80, .error_rate = 0.25});
  std::vector<std::vector<std::string>> first;
  for (uint64_t shuffle = 0; shuffle < 8; ++shuffle) {
    Batch batch(rows, shuffle, true);
    std::vector<ScoredPair> pairs = batch.Pairs(-2, 1 + shuffle % 2);
    std::reverse(pairs.begin(), pairs.end());
    const Resolution found = ResolveRecords(batch.records(), batch.comparer(), batch.scorer(), std::move(pairs), {},
                                            {.merge_threshold = 1, .edge_floor = 0, .threads = 1 + shuffle % 2});
    std::vector<std::vector<std::string>> clusters(batch.records().size());
    for (RecordIndex i = 0; i < found.labels.size(); ++i) {
      clusters[found.labels[i]].push_back(batch.records().key(i));
    }
    for (const ReviewPair& pair : found.review) {
      clusters.push_back({batch.records().key(pair.a), batch.records().key(pair.b)});
    }
    if (shuffle == 0) first = clusters;
    EXPECT_EQ(clusters, first) << shuffle;
  }
}

// Comparisons that end early must lose no pair that reaches the floor.
TEST(CandidatePairsTest, EarlyEndsLoseNothing) {
  for (const bool household : {false, true}) {
    Batch batch(MakePeople({.households = 150, .error_rate = 0.3}), 0, household);
    for (const double floor : {-20.0, -3.0, 0.0, 6.0}) {
      const std::vector<ScoredPair> full = batch.PairsComparedToTheEnd(floor);
      const std::vector<ScoredPair> early = batch.Pairs(floor, 2);
      ASSERT_EQ(early.size(), full.size()) << floor;
      EXPECT_FALSE(full.empty());
      for (size_t i = 0; i < full.size(); ++i) {
        EXPECT_EQ(std::tie(early[i].a, early[i].b, early[i].score, early[i].levels),
                  std::tie(full[i].a, full[i].b, full[i].score, full[i].levels));
      }
    }
  }
}

// A component's result does not change when the others are taken away.
TEST(ResolutionTest, ComponentsAreIndependent) {
  Batch batch(MakePeople({.households = 60, .error_rate = 0.3}), 0, false);
  const std::vector<ScoredPair> pairs = batch.Pairs(0);
  const ResolveOptions options = {.merge_threshold = 1, .edge_floor = 0};
  const Resolution all = ResolveRecords(batch.records(), batch.comparer(), batch.scorer(), pairs, {}, options);
  std::vector<RecordIndex> component(batch.records().size());
  for (RecordIndex i = 0; i < component.size(); ++i) component[i] = i;
  for (bool changed = true; changed;) {
    changed = false;
    for (const ScoredPair& pair : pairs) {
      const RecordIndex low = std::min(component[pair.a], component[pair.b]);
      changed |= component[pair.a] != low || component[pair.b] != low;
      component[pair.a] = component[pair.b] = low;
    }
  }
  for (RecordIndex root = 0; root < component.size(); root += 7) {
    std::vector<ScoredPair> own;
    for (const ScoredPair& pair : pairs) {
      if (component[pair.a] == component[root]) own.push_back(pair);
    }
    const Resolution one = ResolveRecords(batch.records(), batch.comparer(), batch.scorer(), own, {}, options);
    for (RecordIndex i = 0; i < component.size(); ++i) {
      if (component[i] == component[root]) {
        EXPECT_EQ(one.labels[i], all.labels[i]);
      }
    }
  }
}

TEST(ResolutionTest, OversizedComponentsAreCutTheSameWay) {
  Batch batch(MakePeople({.households = 40, .records = 6, .error_rate = 0.4}), 0, false);
  const ResolveOptions options = {.merge_threshold = 1, .edge_floor = -6, .component_limit = 20};
  const Resolution found =
      ResolveRecords(batch.records(), batch.comparer(), batch.scorer(), batch.Pairs(-6), {}, options);
  EXPECT_GT(found.stats.cut_components, 0U);
  EXPECT_GT(found.stats.largest_component, 20U);
  std::vector<uint32_t> sizes(found.labels.size());
  for (const RecordIndex label : found.labels) ++sizes[label];
  EXPECT_LE(*std::ranges::max_element(sizes), 20U);
  EXPECT_GT(*std::ranges::max_element(sizes), 1U);
}

TEST(ResolutionTest, DecisionsWin) {
  std::vector<SampleRow> rows = {{"a", 0, {"JOHN", "BARONKE", "1950-01-02", "NR2 1AB", "1", "LIMAS ROAD"}, ""},
                                 {"b", 0, {"JOHN", "BARONKE", "1950-01-02", "NR2 1AB", "1", "LIMAS ROAD"}, ""},
                                 {"c", 1, {"MARY", "SULVER", "1980-05-22", "NR5 7XY", "9", "GOR ROAD"}, ""}};
  for (SampleRow& row : MakePeople({.households = 40})) rows.push_back(std::move(row));
  Batch batch(rows, 0, false);
  const auto index = [&](std::string_view key) {
    for (RecordIndex i = 0; i < batch.records().size(); ++i) {
      if (batch.records().key(i) == key) return i;
    }
    return RecordIndex{0};
  };
  const auto resolve = [&](const PairDecisions& decisions) {
    return ResolveRecords(batch.records(), batch.comparer(), batch.scorer(), batch.Pairs(-1), decisions,
                          {.merge_threshold = 1})
        .labels;
  };
  const RecordIndex a = index("a");
  const RecordIndex b = index("b");
  const RecordIndex c = index("c");
  std::vector<RecordIndex> labels = resolve({});
  EXPECT_EQ(labels[a], labels[b]);
  EXPECT_NE(labels[a], labels[c]);
  labels = resolve({.must_links = {{a, c}}, .cannot_links = {{b, c}}});
  EXPECT_EQ(labels[a], labels[c]);
  EXPECT_NE(labels[a], labels[b]);  // c, which b is not, stands with a
}

}  // namespace
}  // namespace wensum::matching
