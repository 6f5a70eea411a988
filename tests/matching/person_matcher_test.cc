#include "matching/resolve/person_matcher.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <iostream>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/random.h"
#include "base/strings.h"
#include "matching/score/model.h"
#include "tests/matching/household_sample.h"
#include "tests/reference/partition_reference.h"

namespace wensum::matching {
namespace {

using Clusters = std::vector<std::vector<RecordId>>;
using Link = PersonMatcher::Link;

// The matcher, the reference's input, and what outcomes said.
class Bench {
 public:
  explicit Bench(const PersonModel* model) : model_(*model), matcher_(model) {}

  void Apply(std::vector<PersonMatcher::Change> changes, const std::vector<Link>& links = {}) {
    for (const PersonMatcher::Change& change : changes) {
      if (change.features) {
        input_.records[change.id] = *change.features;
      } else {
        input_.records.erase(change.id);
      }
    }
    for (const Link& link : links) {
      const auto pair = std::minmax(link.a, link.b);
      input_.links.erase(pair);
      if (link.kind != Link::Kind::kNone && link.a != link.b) {
        input_.links[pair] = link.kind == Link::Kind::kMust;
      }
    }
    const Clusters before = matcher_.Clusters();
    const PersonMatcher::Outcome outcome = matcher_.Apply(changes, links);
    CheckOutcome(before, changes, outcome);
  }

  [[nodiscard]] Clusters FromScratch() const {
    PersonMatcher fresh(&model_);
    std::vector<PersonMatcher::Change> changes;
    for (const auto& [id, features] : input_.records) {
      changes.push_back({id, features});
    }
    fresh.Apply(std::move(changes), Links());
    return fresh.Clusters();
  }

  [[nodiscard]] std::vector<Link> Links() const {
    std::vector<Link> links;
    for (const auto& [pair, must] : input_.links) {
      links.push_back({pair.first, pair.second, must ? Link::Kind::kMust : Link::Kind::kCannot});
    }
    return links;
  }

  const reference::PartitionInput& input() const { return input_; }
  const PersonMatcher& matcher() const { return matcher_; }
  const PersonModel& model() const { return model_; }

 private:
  // Every cluster that is new or holds a changed record is reported, as it now is.
  void CheckOutcome(const Clusters& before, const std::vector<PersonMatcher::Change>& changes,
                    const PersonMatcher::Outcome& outcome) {
    const std::set<std::vector<RecordId>> old(before.begin(), before.end());
    const std::set<std::vector<RecordId>> reported(outcome.clusters.begin(), outcome.clusters.end());
    ASSERT_TRUE(std::is_sorted(outcome.clusters.begin(), outcome.clusters.end()));
    std::set<std::vector<RecordId>> now;
    for (const std::vector<RecordId>& cluster : matcher_.Clusters()) {
      now.insert(cluster);
      const bool has_changed = std::any_of(changes.begin(), changes.end(), [&](const PersonMatcher::Change& change) {
        return change.features && std::binary_search(cluster.begin(), cluster.end(), change.id);
      });
      if (has_changed || !old.contains(cluster)) {
        ASSERT_TRUE(reported.contains(cluster)) << "cluster of record " << cluster[0] << " not reported";
      }
    }
    for (const std::vector<RecordId>& cluster : reported) {
      ASSERT_TRUE(now.contains(cluster)) << "reported cluster of record " << cluster[0] << " does not exist";
    }
  }

  const PersonModel& model_;
  PersonMatcher matcher_;
  reference::PartitionInput input_;
};

PersonModel TightModel(uint32_t key_cap, uint32_t component_limit, double floor) {
  PersonModel model = DefaultPersonModel();
  model.key_cap = key_cap;
  model.component_limit = component_limit;
  model.edge_floor = floor;
  return model;
}

// A few crowded households, so that keys cross their caps and components their limits.
std::vector<PersonFeatures> Pool(uint64_t seed, size_t count) {
  std::vector<PersonFeatures> pool;
  for (const auto& record : matching_test::MakeHouseholdSample(12, seed)) {
    if (pool.size() < count) {
      pool.push_back(record.features);
    }
  }
  return pool;
}

std::vector<PersonMatcher::Change> RandomBatch(Random& random, const std::vector<PersonFeatures>& pool, uint32_t ids,
                                               size_t most) {
  std::vector<PersonMatcher::Change> changes;
  for (size_t i = 1 + random.Below(most); i > 0; --i) {
    PersonMatcher::Change change;
    change.id = static_cast<RecordId>(1 + random.Below(ids));
    if (!random.Chance(0.3)) {
      change.features = pool[random.Below(pool.size())];
      change.features->tie_break = Cat("record ", change.id);
      change.features->organisation = random.Chance(0.02);
    }
    changes.push_back(std::move(change));
  }
  return changes;
}

class PartitionTest : public testing::TestWithParam<int> {};

TEST_P(PartitionTest, IsThatOfTheRecordsAlone) {
  const std::vector<PersonModel> models = {TightModel(60, 200, 0), TightModel(2, 200, 0), TightModel(3, 4, 0),
                                           TightModel(1, 3, -6),   TightModel(5, 2, -3),  TightModel(60, 6, -12)};
  const PersonModel& model = models[static_cast<size_t>(GetParam())];
  for (uint64_t seed = 1; seed <= 40; ++seed) {
    SCOPED_TRACE(Cat("seed ", seed, ", model ", GetParam()));
    Random random(seed * 7919);
    const std::vector<PersonFeatures> pool = Pool(seed, 40);
    Bench bench(&model);
    for (int step = 0; step < 12; ++step) {
      std::vector<Link> links;
      while (random.Chance(0.3)) {
        links.push_back({static_cast<RecordId>(1 + random.Below(30)), static_cast<RecordId>(1 + random.Below(30)),
                         static_cast<Link::Kind>(random.Below(3))});
      }
      bench.Apply(RandomBatch(random, pool, 30, 8), links);
      ASSERT_EQ(bench.matcher().size(), bench.input().records.size());
      ASSERT_EQ(bench.matcher().Clusters(), reference::Partition(bench.input(), model)) << "step " << step;
      ASSERT_EQ(bench.matcher().Clusters(), bench.FromScratch()) << "step " << step;
      if (HasFatalFailure()) {
        return;
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Models, PartitionTest, testing::Range(0, 6));

TEST(PersonMatcherTest, LoadedClustersAreKeptUntilAChangeTouchesThem) {
  const PersonModel model = TightModel(4, 6, 0);
  for (uint64_t seed = 1; seed <= 30; ++seed) {
    SCOPED_TRACE(Cat("seed ", seed));
    Random random(seed);
    const std::vector<PersonFeatures> pool = Pool(seed + 100, 60);
    Bench bench(&model);
    bench.Apply(RandomBatch(random, pool, 40, 60), {{1, 2, Link::Kind::kMust}, {3, 4, Link::Kind::kCannot}});
    std::vector<std::pair<RecordId, PersonFeatures>> records(bench.input().records.begin(),
                                                             bench.input().records.end());
    std::map<RecordId, RecordId> cluster_of;
    for (const std::vector<RecordId>& cluster : bench.matcher().Clusters()) {
      for (const RecordId id : cluster) {
        cluster_of[id] = cluster.front();
      }
    }
    std::vector<RecordId> clusters;
    for (const auto& [id, features] : records) {
      clusters.push_back(cluster_of[id]);
    }
    PersonMatcher loaded(&model);
    const size_t half = records.size() / 2;
    const auto middle = records.begin() + static_cast<std::ptrdiff_t>(half);
    const std::span<const RecordId> all(clusters);
    loaded.Load({records.begin(), middle}, all.first(half), 2, bench.Links());
    loaded.Load({middle, records.end()}, all.subspan(half), 2);
    EXPECT_EQ(loaded.Clusters(), bench.matcher().Clusters());
    for (int step = 0; step < 5; ++step) {
      std::vector<PersonMatcher::Change> changes = RandomBatch(random, pool, 40, 6);
      loaded.Apply(changes);
      bench.Apply(changes);
      ASSERT_EQ(loaded.Clusters(), bench.matcher().Clusters()) << "step " << step;
    }
  }
}

TEST(PersonMatcherTest, ReverseChangesRestoreThePartition) {
  const PersonModel model = TightModel(4, 8, 0);
  for (uint64_t seed = 1; seed <= 30; ++seed) {
    SCOPED_TRACE(Cat("seed ", seed));
    Random random(seed);
    const std::vector<PersonFeatures> pool = Pool(seed + 200, 60);
    Bench bench(&model);
    bench.Apply(RandomBatch(random, pool, 50, 80));
    const Clusters before = bench.matcher().Clusters();
    const std::map<uint32_t, PersonFeatures> records = bench.input().records;
    std::map<RecordId, PersonMatcher::Change> reverse;
    for (int step = 0; step < 4; ++step) {
      std::vector<PersonMatcher::Change> changes = RandomBatch(random, pool, 50, 10);
      for (const PersonMatcher::Change& change : changes) {
        const auto it = records.find(change.id);
        reverse[change.id] = {change.id, it == records.end() ? std::nullopt : std::optional(it->second)};
      }
      bench.Apply(std::move(changes));
    }
    std::vector<PersonMatcher::Change> back;
    for (const auto& [id, change] : reverse) {
      back.push_back(change);
    }
    bench.Apply(std::move(back));
    EXPECT_EQ(bench.matcher().Clusters(), before);
  }
}

PersonFeatures Person(std::string forenames, std::string surname, int32_t birth, uint64_t uprn,
                      std::string postcode = "NR21AB") {
  PersonFeatures features;
  features.forenames = std::move(forenames);
  features.surname = std::move(surname);
  features.date_of_birth = birth;
  PersonFeatures::Address address;
  address.uprn = uprn;
  address.postcode = std::move(postcode);
  features.addresses.push_back(address);
  return features;
}

Clusters ResolveThese(const std::vector<PersonFeatures>& records) {
  PersonMatcher matcher(&DefaultPersonModel());
  std::vector<PersonMatcher::Change> changes;
  for (size_t i = 0; i < records.size(); ++i) {
    changes.push_back({static_cast<RecordId>(i + 1), records[i]});
    changes.back().features->content_rank = i * 7 % 5;
    changes.back().features->tie_break = Cat(i);
  }
  matcher.Apply(std::move(changes));
  return matcher.Clusters();
}

const Clusters kApart = {{1}, {2}};
const Clusters kTogether = {{1, 2}};

TEST(MergeRulesTest, SameNameAndHomeMergesWithoutADate) {
  EXPECT_EQ(ResolveThese({Person("JOHN", "SMITH", 0, 7), Person("JOHN", "SMITH", 19800517, 7)}), kTogether);
}
TEST(MergeRulesTest, FatherAndSonStayApart) {
  EXPECT_EQ(ResolveThese({Person("JOHN", "SMITH", 19500203, 7), Person("JOHN", "SMITH", 19800517, 7)}), kApart);
  PersonFeatures son = Person("JOHN", "SMITH", 0, 7);
  son.suffix = "JR";
  EXPECT_EQ(ResolveThese({Person("JOHN", "SMITH", 0, 7), son}), kApart);
}
TEST(MergeRulesTest, ARecordThatFitsFatherAndSonJoinsNeither) {
  EXPECT_EQ(ResolveThese({Person("JOHN", "SMITH", 19500203, 7), Person("JOHN", "SMITH", 19800517, 7),
                          Person("JOHN", "SMITH", 0, 7)}),
            (Clusters{{1}, {2}, {3}}));
}
TEST(MergeRulesTest, TwinsStayApart) {
  EXPECT_EQ(ResolveThese({Person("KYRA", "MASON", 20010517, 7), Person("KYLA", "MASON", 20010517, 7)}), kApart);
  EXPECT_EQ(ResolveThese({Person("ZORBA", "MASON", 20010517, 7), Person("ZORFA", "MASON", 20010517, 7)}), kApart);
  EXPECT_EQ(ResolveThese({Person("ADAM", "MASON", 20010517, 7), Person("ALICE", "MASON", 20010517, 7)}), kApart);
}
TEST(MergeRulesTest, HousematesStayApart) {
  EXPECT_EQ(ResolveThese({Person("MARY", "SMITH", 0, 7), Person("JOHN", "SMITH", 0, 7)}), kApart);
  PersonFeatures mary = Person("MARY", "SMITH", 0, 7);
  PersonFeatures john = Person("JOHN", "SMITH", 0, 7);
  mary.phones = john.phones = {55};
  mary.emails = john.emails = {66};
  EXPECT_EQ(ResolveThese({mary, john}), kApart);
}
TEST(MergeRulesTest, NamesakesInOneStreetStayApart) {
  EXPECT_EQ(ResolveThese({Person("JOHN", "SMITH", 0, 7), Person("JOHN", "SMITH", 0, 8)}), kApart);
  EXPECT_EQ(ResolveThese({Person("ZEBEDEE", "UNTHANKFUL", 0, 7), Person("ZEBEDEE", "UNTHANKFUL", 0, 8)}), kApart);
}
TEST(MergeRulesTest, MoversMergeByNameAndDate) {
  EXPECT_EQ(ResolveThese({Person("JOHN", "SMITH", 19800517, 7), Person("JOHN", "SMITH", 19800517, 99, "CB11AA")}),
            kTogether);
}
TEST(MergeRulesTest, SlipsNicknamesAndSwapsMergeWithADate) {
  EXPECT_EQ(ResolveThese({Person("ROBERT", "SMITH", 19800517, 7), Person("BOB", "SMITH", 19800517, 7)}), kTogether);
  EXPECT_EQ(ResolveThese({Person("MICHAEL", "SMITH", 19800517, 7), Person("MIHCAEL", "SMITH", 19800517, 7)}),
            kTogether);
  EXPECT_EQ(ResolveThese({Person("MICHAEL", "SMITH", 19800517, 7), Person("SMITH", "MICHAEL", 19800517, 7)}),
            kTogether);
  EXPECT_EQ(ResolveThese({Person("MICHAEL", "SMITH", 19800512, 7), Person("MICHAEL", "SMITH", 19801205, 7)}),
            kTogether);
}
TEST(MergeRulesTest, AnotherNiNumberIsAnotherPerson) {
  PersonFeatures a = Person("JOHN", "SMITH", 19800517, 7);
  PersonFeatures b = a;
  a.ni_number = "AB123456C";
  b.ni_number = "AB654321C";
  EXPECT_EQ(ResolveThese({a, b}), kApart);
  b.ni_number = "AB123456";
  EXPECT_EQ(ResolveThese({a, b}), kTogether);
}
TEST(MergeRulesTest, OrganisationsNeverMatch) {
  PersonFeatures a = Person("", "ANGLIA BAKERIES", 0, 7);
  a.organisation = true;
  EXPECT_EQ(ResolveThese({a, a}), kApart);
}

TEST(PersonMatcherTest, LinksOverrideScores) {
  const PersonFeatures john = Person("JOHN", "SMITH", 19800517, 7);
  const PersonFeatures jane = Person("JANE", "BROWN", 19600101, 9);
  PersonMatcher matcher(&DefaultPersonModel());
  matcher.Apply({{1, john}, {2, john}, {3, jane}});
  EXPECT_EQ(matcher.Clusters(), (Clusters{{1, 2}, {3}}));
  matcher.Apply({}, std::vector<Link>{{1, 2, Link::Kind::kCannot}, {2, 3, Link::Kind::kMust}});
  EXPECT_EQ(matcher.Clusters(), (Clusters{{1}, {2, 3}}));
  matcher.Apply({}, std::vector<Link>{{1, 2, Link::Kind::kNone}, {2, 3, Link::Kind::kNone}});
  EXPECT_EQ(matcher.Clusters(), (Clusters{{1, 2}, {3}}));
}

TEST(PersonMatcherTest, FindsCandidatesAndSearches) {
  PersonMatcher matcher(&DefaultPersonModel());
  matcher.Apply({{1, Person("JOHN", "SMITH", 19800517, 7)},
                 {2, Person("JON", "SMYTHE", 0, 12, "NR31AA")},
                 {3, Person("MARY", "BROWN", 19800517, 9, "NR31AA")}});
  const auto candidates = matcher.FindCandidates(Person("JOHN", "SMITH", 19800517, 7), 5);
  ASSERT_FALSE(candidates.empty());
  EXPECT_EQ(candidates[0].id, 1U);
  EXPECT_GT(candidates[0].probability, 0.99);
  EXPECT_TRUE(matcher.FindCandidates(Person("JOHN", "SMITH", 19800517, 7), 0).empty());
  const std::vector<RecordId> found = matcher.SearchCandidates(StandardiseQuery("smith jon"), 100);
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(matcher.SearchCandidates(StandardiseQuery("17/05/1980"), 100), (std::vector<RecordId>{1, 3}));
  EXPECT_EQ(matcher.SearchCandidates(StandardiseQuery("nr3 1aa"), 100), (std::vector<RecordId>{2, 3}));
  EXPECT_EQ(matcher.SearchCandidates(StandardiseQuery("nr3 1aa"), 1).size(), 1U);
}

TEST(PersonMatcherTest, StaysWithinItsMemory) {
  PersonMatcher matcher(&DefaultPersonModel());
  std::vector<PersonMatcher::Change> changes;
  for (const auto& record : matching_test::MakeHouseholdSample(3000, 5)) {
    changes.push_back({static_cast<RecordId>(changes.size() + 1), record.features});
  }
  matcher.Apply(std::move(changes));
  const double per_record = static_cast<double>(matcher.memory_bytes()) / static_cast<double>(matcher.size());
  std::cout << "bytes per record: " << per_record << "\n";
  EXPECT_LT(per_record, 900);
}

}  // namespace
}  // namespace wensum::matching
