#include "matching/resolve/live_matcher.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <iostream>
#include <map>
#include <memory>
#include <set>

#include "base/random.h"
#include "base/strings.h"
#include "matching/resolve/resolution.h"
#include "matching/schema/value_text.h"
#include "matching/train/count_frequencies.h"
#include "tests/matching/people/people_sample.h"
#include "tests/reference/all_pairs.h"

namespace wensum::matching {
namespace {

bool LongForm() { return std::getenv("WENSUM_LONG") != nullptr; }

LinkageRecord Canonical(const Schema& schema, const SampleRow& row) {
  LinkageRecord record{{}, row.key, row.once};
  for (size_t i = 0; i < schema.size(); ++i) record.values.push_back(ValueText(schema[i].type, row.values[i]));
  return record;
}

// Made up by hand, with the frequencies of a sample.
LinkageModel MakeModel(const std::vector<SampleRow>& sample, bool household) {
  RecordSet records(PeopleSchema());
  Fill(sample, 0, records);
  std::vector<RecordIndex> alone(records.size());
  for (RecordIndex i = 0; i < alone.size(); ++i) alone[i] = i;
  const FrequencyCount count(records, alone);
  LinkageModel model{"hand-made", PeopleSchema(), InformedParameters(PeopleSchema()), count.Snapshot()};
  LinkageParameters& parameters = model.parameters;
  parameters.match_rate = 2.0 / static_cast<double>(records.size());
  parameters.household.on = household;
  parameters.household.prior = -1;
  for (size_t i = 0; i < model.schema.size(); ++i) {
    AttributeModel& attribute = parameters.attributes[i];
    attribute.log2_chance_agreement = count.Log2ChanceAgreement(i);
    for (size_t l = 1; l < LevelsOf(model.schema[i].type).size(); ++l) {
      attribute.u[l] = l == DifferentLevel(model.schema[i].type) ? 0.9 : 0.01;
      attribute.household[l] = i == 0 || i == 2 ? attribute.u[l] : attribute.m[l];
    }
  }
  parameters.attributes[4].parent = 3;
  parameters.attributes[4].shift[1][1] = -1.5;
  return model;
}

using Links = std::map<std::pair<RecordId, RecordId>, RecordLink::Kind>;
using Present = std::map<RecordId, LinkageRecord>;

struct Result {
  std::vector<std::vector<RecordId>> clusters;
  std::vector<RecordReview> reviews;
};

// What the batch code makes of the records.
Result Batch(const LinkageModel& model, const Present& present, const Links& links) {
  RecordSet records(model.schema);
  std::map<std::string, RecordId> id_of;
  for (const auto& [id, record] : present) {
    const std::vector<std::string_view> values(record.values.begin(), record.values.end());
    records.Add(record.key, values, record.once);
    id_of[record.key] = id;
  }
  records.Seal();
  std::map<RecordId, RecordIndex> index_of;
  for (RecordIndex i = 0; i < records.size(); ++i) index_of[id_of[records.key(i)]] = i;
  const ResolutionRules& rules = model.parameters.rules;
  const CandidateIndex index(records, {.caps = {rules.hub_cap, rules.mixed_cap}, .richness = rules.key_richness});
  const PairComparer comparer(&records.values());
  const FrequencyTables tables = TablesFor(records.values(), model.frequencies);
  const PairScorer scorer(&records.values(), &model.parameters, &tables);
  PairDecisions decisions;
  for (const auto& [ends, kind] : links) {
    const auto a = index_of.find(ends.first);
    const auto b = index_of.find(ends.second);
    if (a == index_of.end() || b == index_of.end() || kind == RecordLink::Kind::kNone) continue;
    (kind == RecordLink::Kind::kMust ? decisions.must_links : decisions.cannot_links)
        .emplace_back(a->second, b->second);
  }
  const Resolution found = ResolveRecords(
      records, comparer, scorer,
      reference::ScoreAllPairs(records, index, comparer, scorer, std::min(rules.edge_floor, rules.review_threshold)),
      decisions,
      {.merge_threshold = rules.merge_threshold,
       .edge_floor = rules.edge_floor,
       .component_limit = rules.component_limit,
       .rules = true});
  Result out;
  std::map<RecordIndex, std::vector<RecordId>> clusters;
  for (RecordIndex i = 0; i < records.size(); ++i) clusters[found.labels[i]].push_back(id_of[records.key(i)]);
  for (auto& [label, cluster] : clusters) {
    std::ranges::sort(cluster);
    out.clusters.push_back(std::move(cluster));
  }
  std::ranges::sort(out.clusters);
  for (const ReviewPair& pair : found.review) {
    const RecordId a = id_of[records.key(pair.a)];
    const RecordId b = id_of[records.key(pair.b)];
    out.reviews.push_back({std::min(a, b), std::max(a, b), pair.score, pair.reason});
  }
  std::ranges::sort(out.reviews, {}, [](const RecordReview& r) { return std::pair(r.a, r.b); });
  return out;
}

// For messages of failed comparisons.
[[maybe_unused]] void PrintTo(const RecordReview& review, std::ostream* out) {
  *out << review.a << "-" << review.b << " " << review.score << " " << ReviewReasonName(review.reason);
}

// Records, decisions and a matcher, changed at random.
class Register {
 public:
  Register(const LinkageModel* model, uint64_t seed, std::vector<LinkageRecord> vocabulary)
      : model_(*model), random_(seed), vocabulary_(std::move(vocabulary)), matcher_(New()) {}

  void Step() {
    if (random_.Chance(0.08)) Restart();
    if (random_.Chance(0.1)) matcher_->Keep(matcher_->FindCold(1 + random_.Below(40)));
    std::vector<LiveMatcher::Change> changes;
    const uint64_t batch = random_.Chance(0.3) ? 1 : 1 + random_.Below(12);
    for (uint64_t i = 0; i < batch; ++i) changes.push_back(RandomChange());
    std::vector<RecordLink> links;
    if (random_.Chance(0.3)) links.push_back(RandomLink());
    Apply(std::move(changes), links);
  }

  void Apply(std::vector<LiveMatcher::Change> changes, const std::vector<RecordLink>& links) {
    std::set<RecordId> touched;
    for (const LiveMatcher::Change& change : changes) {
      touched.insert(change.id);
      present_.erase(change.id);
      if (change.record) present_[change.id] = *change.record;
    }
    for (const RecordLink& link : links) {
      if (link.a != link.b) links_[std::minmax(link.a, link.b)] = link.kind;
    }
    const LiveMatcher::Outcome outcome = matcher_->Apply(std::move(changes), links);
    // What is reported is just what differs.
    for (const auto& cluster : outcome.clusters) touched.insert(cluster.begin(), cluster.end());
    std::erase_if(result_.clusters, [&](const std::vector<RecordId>& cluster) {
      return std::ranges::any_of(cluster, [&](RecordId id) { return touched.contains(id); });
    });
    result_.clusters.insert(result_.clusters.end(), outcome.clusters.begin(), outcome.clusters.end());
    std::ranges::sort(result_.clusters);
    for (const RecordReview& review : outcome.reviews_gone) ASSERT_EQ(std::erase(result_.reviews, review), 1U);
    for (const RecordReview& review : outcome.reviews) {
      std::erase_if(result_.reviews, [&](const RecordReview& r) { return r.a == review.a && r.b == review.b; });
      result_.reviews.push_back(review);
    }
    std::ranges::sort(result_.reviews, {}, [](const RecordReview& r) { return std::pair(r.a, r.b); });
  }

  void Check() const {
    const Result batch = Batch(model_, present_, links_);
    ASSERT_EQ(matcher_->Clusters(), batch.clusters);
    ASSERT_EQ(result_.clusters, batch.clusters);
    ASSERT_EQ(matcher_->Reviews(), batch.reviews);
    ASSERT_EQ(result_.reviews, batch.reviews);
    ASSERT_EQ(matcher_->size(), present_.size());
  }

  const LiveMatcher& matcher() const { return *matcher_; }
  const Present& present() const { return present_; }

 private:
  std::unique_ptr<LiveMatcher> New() { return std::make_unique<LiveMatcher>(&model_, 1 + random_.Below(2)); }

  void Restart() {
    matcher_ = New();
    std::vector<std::pair<RecordId, LinkageRecord>> records(present_.begin(), present_.end());
    std::map<RecordId, RecordId> label;
    for (const auto& cluster : result_.clusters) {
      for (const RecordId id : cluster) label[id] = cluster[0];
    }
    std::vector<RecordLink> links;
    for (const auto& [ends, kind] : links_) links.push_back({ends.first, ends.second, kind});
    if (records.empty()) matcher_->Load({}, {}, links);  // decisions may be older than what they are about
    for (size_t begin = 0; begin < records.size();) {
      const size_t end = std::min(records.size(), begin + 1 + random_.Below(20));
      std::vector<RecordId> labels;
      std::vector<RecordReview> reviews;
      for (size_t i = begin; i < end; ++i) {
        labels.push_back(label[records[i].first]);
        for (const RecordReview& review : result_.reviews) {
          if (review.b == records[i].first) reviews.push_back(review);
        }
      }
      matcher_->Load({records.data() + begin, records.data() + end}, labels,
                     begin == 0 ? links : std::vector<RecordLink>(), reviews);
      begin = end;
    }
  }

  LinkageRecord RandomRecord(RecordId id) {
    LinkageRecord record = vocabulary_[random_.Below(vocabulary_.size())];
    for (size_t i = 0; i < record.values.size(); ++i) {
      if (random_.Chance(0.15)) record.values[i] = vocabulary_[random_.Below(vocabulary_.size())].values[i];
      if (random_.Chance(0.1)) record.values[i].clear();
    }
    record.key = Cat("k", (id * 7919) % 1000, "-", id);
    record.once = random_.Chance(0.3) ? Cat("s", random_.Below(3)) : "";
    return record;
  }

  LiveMatcher::Change RandomChange() {
    const auto id = static_cast<RecordId>(1 + random_.Below(next_));
    if (id < next_ && present_.contains(id) && random_.Chance(0.4)) return {id, std::nullopt};
    if (id == next_) ++next_;
    if (random_.Chance(0.5)) {
      const RecordId fresh = next_++;
      return {fresh, RandomRecord(fresh)};
    }
    return {id, RandomRecord(id)};
  }

  RecordLink RandomLink() {
    const auto a = static_cast<RecordId>(1 + random_.Below(next_));
    const auto b = static_cast<RecordId>(1 + random_.Below(next_));
    return {a, b, static_cast<RecordLink::Kind>(random_.Below(3))};
  }

  const LinkageModel& model_;
  Random random_;
  std::vector<LinkageRecord> vocabulary_;
  std::unique_ptr<LiveMatcher> matcher_;
  Present present_;
  Links links_;
  Result result_;
  RecordId next_ = 1;
};

std::vector<LinkageRecord> Vocabulary(const std::vector<SampleRow>& rows) {
  std::vector<LinkageRecord> vocabulary;
  for (const SampleRow& row : rows) vocabulary.push_back(Canonical(PeopleSchema(), row));
  return vocabulary;
}

// Few values, so that everything is near everything, keys cross the cap all the time and components are too large.
TEST(LiveMatcherTest, EqualsTheBatchAfterEveryStep) {
  const char* const only = std::getenv("WENSUM_SEED");  // to look at one run again
  const uint64_t first = only == nullptr ? 1 : std::strtoull(only, nullptr, 10);
  const uint64_t runs = only != nullptr ? first : LongForm() ? 400 : 16;
  const int steps = LongForm() ? 150 : 60;
  uint64_t crossings = 0;
  size_t reviews = 0;
  size_t joined = 0;
  for (uint64_t seed = first; seed <= runs; ++seed) {
    SCOPED_TRACE(Cat("seed ", seed));
    const std::vector<SampleRow> rows =
        MakePeople({.seed = seed, .households = 3 + static_cast<uint32_t>(seed % 5), .error_rate = 0.2});
    LinkageModel model = MakeModel(MakePeople({.seed = seed, .households = 8}), seed % 2 == 0);
    ResolutionRules& rules = model.parameters.rules;
    rules.hub_cap = std::array<uint32_t, 4>{3, 6, 12, 200}[seed % 4];
    rules.mixed_cap = std::array<uint32_t, 5>{2, 3, 8, 20, 200}[seed % 5];
    rules.component_limit = std::array<uint32_t, 3>{4, 9, 1000}[seed % 3];
    rules.merge_threshold = seed % 5 == 0 ? 8 : 1.5;
    rules.edge_floor = seed % 7 == 0 ? -6 : 0;
    rules.review_threshold = seed % 3 == 0 ? -8 : -1;
    rules.undated = seed % 4 == 0 ? UndatedRule::kAlways : UndatedRule::kBelowScore;
    if (seed % 3 == 1) model.parameters.calibration = {.slope = 1.2, .offset = -0.8, .labels = 30};
    Register live(&model, seed, Vocabulary(rows));
    for (int step = 0; step < steps; ++step) {
      live.Step();
      live.Check();
      if (testing::Test::HasFatalFailure()) {
        std::cout << "seed " << seed << " step " << step << "\n";
        return;
      }
    }
    crossings += live.matcher().stats().crossings;
    reviews += live.matcher().Reviews().size();
    joined += live.present().size() - live.matcher().Clusters().size();
  }
  if (only != nullptr) return;
  // The test has seen what it is for.
  EXPECT_GT(crossings, 500U);
  EXPECT_GT(reviews, 50U);
  EXPECT_GT(joined, 50U);
}

TEST(LiveMatcherTest, OrderAndGroupingDoNotShow) {
  const uint32_t households = LongForm() ? 334 : 100;
  const std::vector<SampleRow> rows = MakePeople({.seed = 11, .households = households, .error_rate = 0.25});
  LinkageModel model = MakeModel(rows, true);
  model.parameters.rules.hub_cap = 20;
  model.parameters.rules.mixed_cap = 8;
  Present present;
  for (size_t i = 0; i < rows.size(); ++i) {
    present[static_cast<RecordId>(i + 1)] = Canonical(model.schema, rows[i]);
    if (i % 3 != 0) present[static_cast<RecordId>(i + 1)].once.clear();
  }
  const Result batch = Batch(model, present, {});
  EXPECT_LT(batch.clusters.size(), rows.size() * 2 / 3);
  EXPECT_GT(batch.reviews.size(), 10U);
  for (uint64_t order = 1; order <= (LongForm() ? 100 : 6); ++order) {
    Random random(order);
    std::vector<RecordId> ids;
    for (const auto& [id, record] : present) ids.push_back(id);
    for (size_t i = ids.size(); i > 1; --i) std::swap(ids[i - 1], ids[random.Below(i)]);
    LiveMatcher matcher(&model, 1 + order % 2);
    for (size_t begin = 0; begin < ids.size();) {
      const size_t end = std::min(ids.size(), begin + 1 + random.Below(order % 3 == 0 ? 3 : 300));
      std::vector<LiveMatcher::Change> changes;
      for (size_t i = begin; i < end; ++i) changes.push_back({ids[i], present[ids[i]]});
      matcher.Apply(std::move(changes));
      begin = end;
    }
    ASSERT_EQ(matcher.Clusters(), batch.clusters) << order;
    ASSERT_EQ(matcher.Reviews(), batch.reviews) << order;
  }
}

// Ten thousand equal records, that say enough or too little, and a few that are nearly so.
TEST(LiveMatcherTest, ManyEqualRecordsCostNoMore) {
  for (const bool telling : {true, false}) {
    const std::vector<SampleRow> sample = MakePeople({.households = 30});
    const LinkageModel model = MakeModel(sample, true);
    Present present;
    for (RecordId id = 1; id <= 10000; ++id) {
      present[id] = {{"JOHN", "BARONKE", telling ? "19500102" : "", telling ? "NR21AB" : "", "", ""}, Cat("k", id), ""};
      if (id % 2500 == 0) present[id].values[4] = "12";
    }
    const Result batch = Batch(model, present, {});
    EXPECT_EQ(batch.clusters.size() < 10, telling);
    LiveMatcher matcher(&model, 2);
    std::vector<LiveMatcher::Change> changes;
    for (const auto& [id, record] : present) changes.push_back({id, record});
    matcher.Apply(changes);
    EXPECT_EQ(matcher.Clusters(), batch.clusters);
    EXPECT_EQ(matcher.Reviews(), batch.reviews);
    EXPECT_LT(matcher.stats().contents, 5U);
    // All but a handful go again.
    for (LiveMatcher::Change& change : changes) change.record.reset();
    changes.resize(9990);
    matcher.Apply(changes);
    for (RecordId id = 1; id <= 9990; ++id) present.erase(id);
    const Result few = Batch(model, present, {});
    EXPECT_EQ(matcher.Clusters(), few.clusters);
    EXPECT_EQ(matcher.Reviews(), few.reviews);
  }
}

// A content that too many nodes say makes no pairs, and makes them again when it is said less often.
TEST(LiveMatcherTest, CrowdsComeAndGo) {
  LinkageModel model = MakeModel(MakePeople({.households = 30}), false);
  model.parameters.rules.hub_cap = 3;
  model.parameters.rules.mixed_cap = 3;
  Present present;
  LiveMatcher matcher(&model);
  const auto change = [&](RecordId id, std::optional<LinkageRecord> record) {
    present.erase(id);
    if (record) present[id] = *record;
    matcher.Apply({{id, record}});
    const Result batch = Batch(model, present, {});
    EXPECT_EQ(matcher.Clusters(), batch.clusters) << id;
    EXPECT_EQ(matcher.Reviews(), batch.reviews) << id;
  };
  // One source says it again and again, of ever other people; another one nearly says it.
  const LinkageRecord said = {{"JOHN", "BARONKE", "19500102", "NR21AB", "12", "LONG ROAD"}, "said", "source"};
  const LinkageRecord near = {{"JOHN", "BARONKE", "19500102", "NR21AB", "12A", "LONG ROAD"}, "near", ""};
  change(1, near);
  for (RecordId id = 2; id <= 5; ++id) {
    LinkageRecord again = said;
    again.key = Cat("said", id);
    change(id, again);
    EXPECT_EQ(matcher.Clusters().size(), id == 5 ? 5U : id - 1) << id;
  }
  change(4, std::nullopt);
  EXPECT_EQ(matcher.Clusters().size(), 3U);
}

class QueryTest : public testing::Test {
 protected:
  QueryTest() : rows_(MakePeople({.seed = 5, .households = 60})), model_(MakeModel(rows_, true)), matcher_(&model_) {
    std::vector<LiveMatcher::Change> changes;
    for (const SampleRow& row : rows_) {
      records_.push_back(Canonical(model_.schema, row));
      records_.back().once.clear();
      changes.push_back({static_cast<RecordId>(records_.size()), records_.back()});
    }
    matcher_.Apply(std::move(changes));
  }

  std::vector<SampleRow> rows_;
  LinkageModel model_;
  std::vector<LinkageRecord> records_;  // by RecordId - 1
  LiveMatcher matcher_;
};

TEST_F(QueryTest, CandidatesAreWhatTheRecordWouldPairWith) {
  LinkageRecord query = records_[40];
  query.key = "query";
  query.values[0] = "NOBODYELSE";  // a value that the register has not seen
  const auto before = matcher_.FindCandidates(query.values, 1000);
  ASSERT_FALSE(before.empty());
  EXPECT_TRUE(std::ranges::is_sorted(before, std::ranges::greater(), &LiveMatcher::Candidate::score));
  const auto id = static_cast<RecordId>(records_.size() + 1);
  matcher_.Apply({{id, query}});
  for (const LiveMatcher::Candidate& candidate : before) {
    const LiveMatcher::Explanation pair = matcher_.Explain(id, candidate.id);
    EXPECT_TRUE(pair.is_candidate);
    EXPECT_EQ(pair.score, candidate.score);
    EXPECT_EQ(pair.probability, candidate.probability);
  }
  EXPECT_EQ(matcher_.FindCandidates(query.values, 3).size(), 3U);
}

// Against each pair's own explanation.
TEST_F(QueryTest, UnusualClustersAreManyOrLoose) {
  std::vector<LiveMatcher::Link> links;
  for (RecordId id = 2; id <= 80; ++id) links.push_back({id - 1, id, RecordLink::Kind::kMust});  // a crowd of strangers
  for (RecordId id = 100; id < 300; id += 40) links.push_back({id, id + 20, RecordLink::Kind::kMust});
  matcher_.Apply({}, links);
  const UnusualBounds bounds = {.many = 40, .least = 3, .max_cohesion = 0.8};
  std::vector<LiveMatcher::Unusual> expected;
  for (const std::vector<RecordId>& cluster : matcher_.Clusters()) {
    std::map<std::vector<std::string>, RecordId> contents;
    for (const RecordId id : cluster) contents[records_[id - 1].values] = id;
    if (contents.size() < bounds.least) continue;
    uint32_t pairs = 0;
    uint32_t agreeing = 0;
    for (auto a = contents.begin(); a != contents.end(); ++a) {
      for (auto b = contents.begin(); b != a; ++b, ++pairs) {
        agreeing += matcher_.Explain(a->second, b->second, false).score >= 0 ? 1 : 0;
      }
    }
    const double share = static_cast<double>(agreeing) / pairs;
    if (contents.size() < bounds.many && share > bounds.max_cohesion) continue;
    expected.push_back({cluster.front(),
                        static_cast<uint32_t>(cluster.size()),
                        {static_cast<uint32_t>(contents.size()), pairs, share}});
  }
  const LiveMatcher::UnusualPage all = matcher_.FindUnusual(0, bounds, 1000, 1'000'000);
  EXPECT_EQ(all.last, 0U);
  ASSERT_EQ(all.clusters.size(), expected.size());
  ASSERT_GT(expected.size(), 2U);
  for (size_t i = 0; i < expected.size(); ++i) {
    const Cohesion& cohesion = all.clusters[i].cohesion;
    EXPECT_EQ(all.clusters[i].first, expected[i].first);
    EXPECT_EQ(all.clusters[i].records, expected[i].records);
    EXPECT_EQ(cohesion.contents, expected[i].cohesion.contents);
    if (cohesion.contents <= 64) {
      EXPECT_EQ(cohesion.pairs, expected[i].cohesion.pairs);
      EXPECT_EQ(cohesion.share, expected[i].cohesion.share);
    }
  }
  EXPECT_TRUE(all.clusters.front().cohesion.many(bounds));
  EXPECT_TRUE(all.clusters.front().cohesion.loose(bounds));
  EXPECT_EQ(all.clusters.front().cohesion.pairs, 64U * 63U / 2U);
  // Page by page it is the same, however small the steps.
  for (const auto& [limit, budget] : {std::pair(size_t{1}, uint64_t{1'000'000}), {size_t{1000}, uint64_t{1}}}) {
    std::vector<RecordId> firsts;
    RecordId after = 0;
    do {
      const LiveMatcher::UnusualPage page = matcher_.FindUnusual(after, bounds, limit, budget);
      EXPECT_LE(page.clusters.size(), limit);
      for (const LiveMatcher::Unusual& cluster : page.clusters) firsts.push_back(cluster.first);
      after = page.last;
    } while (after != 0);
    ASSERT_EQ(firsts.size(), expected.size());
    for (size_t i = 0; i < firsts.size(); ++i) EXPECT_EQ(firsts[i], expected[i].first);
  }
}

TEST_F(QueryTest, ExplanationsAddUp) {
  for (RecordId a = 2; a < 60; ++a) {
    const LiveMatcher::Explanation pair = matcher_.Explain(a, a - 1);
    EXPECT_EQ(pair.model_version, "hand-made");
    double random = pair.prior;
    double household = pair.household_prior;
    for (const LiveMatcher::AttributeEvidence& evidence : pair.attributes) {
      random += evidence.random;
      household += evidence.household;
    }
    EXPECT_NEAR(random, pair.random, 1e-9);
    EXPECT_NEAR(household, pair.household, 1e-9);
    EXPECT_NEAR(pair.score, -std::log2(std::exp2(-random) + std::exp2(-household)), 1e-9);
    EXPECT_EQ(pair.same_cluster, matcher_.ClusterOf(a) == matcher_.ClusterOf(a - 1));
  }
}

TEST_F(QueryTest, RefusalsAreNamed) {
  const RecordId end = static_cast<RecordId>(records_.size());
  LinkageRecord one = {{"JOHN", "UNCOMMON", "19500102", "NR21AB", "7", "LONG ROAD"}, "one", "2020"};
  LinkageRecord other = one;
  other.key = "other";
  matcher_.Apply({{end + 1, one}, {end + 2, other}});
  EXPECT_EQ(matcher_.Explain(end + 1, end + 2).refusal, ReviewReason::kDistinct);
  EXPECT_FALSE(matcher_.Explain(end + 1, end + 2).same_cluster);
  other.once.clear();
  matcher_.Apply({{end + 2, other}});
  EXPECT_EQ(matcher_.Explain(end + 1, end + 2).refusal, ReviewReason::kScore);
  EXPECT_TRUE(matcher_.Explain(end + 1, end + 2).same_cluster);
  matcher_.Apply({}, std::vector<RecordLink>{{end + 1, end + 2, RecordLink::Kind::kCannot}});
  EXPECT_EQ(matcher_.Explain(end + 1, end + 2).refusal, ReviewReason::kDistinct);
  EXPECT_FALSE(matcher_.Explain(end + 1, end + 2).same_cluster);
}

// What all records of two people say is the review pair that Apply reports for them, if it reports one.
TEST_F(QueryTest, ClustersAreJudgedAsReviewPairsAre) {
  size_t together = 0;
  for (const RecordReview& review : matcher_.Reviews()) {
    const LiveMatcher::Explanation pair = matcher_.Explain(review.a, review.b);
    EXPECT_FALSE(pair.same_cluster);
    EXPECT_TRUE(pair.clusters_compared);
    EXPECT_EQ(pair.cluster_score, review.score);
    const bool contested = review.reason == ReviewReason::kContested;
    EXPECT_EQ(pair.cluster_refusal, contested ? ReviewReason::kScore : review.reason);
    if (contested) {
      EXPECT_GE(review.score, model_.parameters.rules.merge_threshold);
    }
    const LiveMatcher::Explanation alone = matcher_.Explain(review.a, review.b, /*with_clusters=*/false);
    EXPECT_EQ(alone.score, pair.score);
    EXPECT_NEAR(alone.cluster_score, pair.score, 1e-2) << "but for fixed-point arithmetic";
    together += pair.cluster_records > 2 ? 1 : 0;
  }
  EXPECT_GT(together, 0U);
}

TEST_F(QueryTest, RarityTellsRareValuesFromCommonOnes) {
  const auto end = static_cast<RecordId>(records_.size());
  LinkageRecord rare = {{"ZEBEDIAH", "QUIXOTE", "19500102", "NR21AB", "7", "LONG ROAD"}, "rare", ""};
  LinkageRecord same = rare;
  same.key = "same";
  matcher_.Apply({{end + 1, rare}, {end + 2, same}});
  const LiveMatcher::Explanation pair = matcher_.Explain(end + 1, end + 2);
  for (const LiveMatcher::AttributeEvidence& evidence : pair.attributes) {
    EXPECT_EQ(evidence.level_name, "exact") << evidence.attribute;
  }
  EXPECT_GT(pair.attributes[0].rarity, 1);
  EXPECT_GT(pair.attributes[1].rarity, 1);
  EXPECT_TRUE(matcher_.Has(end + 2));
  EXPECT_FALSE(matcher_.Has(end + 3));
}

TEST_F(QueryTest, StepsLeadToTheCluster) {
  size_t steps_seen = 0;
  for (const std::vector<RecordId>& cluster : matcher_.Clusters()) {
    const std::vector<LiveMatcher::Step> steps = matcher_.ExplainCluster(cluster.back());
    ASSERT_EQ(steps.size(), cluster.size() - 1);
    std::map<RecordId, RecordId> label;
    for (const RecordId id : cluster) label[id] = id;
    for (const LiveMatcher::Step& step : steps) {
      ASSERT_TRUE(label.contains(step.a) && label.contains(step.b));
      ASSERT_NE(label[step.a], label[step.b]);
      EXPECT_GE(step.score, model_.parameters.rules.merge_threshold);
      for (auto& [id, of] : label) {
        if (of == label[step.b] && id != step.b) of = label[step.a];
      }
      label[step.b] = label[step.a];
    }
    steps_seen += steps.size();
  }
  EXPECT_GT(steps_seen, 50U);
}

TEST_F(QueryTest, SearchFindsByPartsAndThroughHubs) {
  // A house that many share, and one name among them.
  std::vector<LiveMatcher::Change> changes;
  const auto end = static_cast<RecordId>(records_.size());
  for (RecordId i = 1; i <= 600; ++i) {
    const std::string born = Cat(19400000 + i);
    changes.push_back({end + i, LinkageRecord{{"MARY", "ABBOTT", born, "NR77QQ", "", ""}, Cat("a", i), ""}});
  }
  matcher_.Apply(std::move(changes));
  const auto finds = [this](std::vector<std::string> values, size_t budget, RecordId id) {
    const std::vector<RecordId> found = matcher_.SearchCandidates(values, budget);
    EXPECT_LE(found.size(), budget);
    return std::ranges::find(found, id) != found.end();
  };
  EXPECT_EQ(matcher_.SearchCandidates(std::vector<std::string>{"", "ABBOTT", "", "", "", ""}, 500).size(), 500U);
  EXPECT_TRUE(finds({"", "ABBOT", "19400077", "", "", ""}, 50, end + 77));  // the date is rarer than the name
  EXPECT_TRUE(finds({"", records_[10].values[1], "", "", "", ""}, 500, 11) || records_[10].values[1].empty());
  EXPECT_TRUE(matcher_.SearchCandidates(std::vector<std::string>{"", "", "", "", "", ""}, 500).empty());
}

}  // namespace
}  // namespace wensum::matching
