// Random small gazetteers: incremental change against a fresh index, and what is said to be touched against real
// changes.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "base/random.h"
#include "base/strings.h"
#include "matching/address/match/dependants.h"
#include "tests/matching/address/random_gazetteer.h"

namespace wensum::matching::address {
namespace {

std::string Print(const Match& match) {
  std::string out = Cat(OutcomeName(match.outcome), " ", match.uprn, " ", match.parent_uprn, " ", match.reason);
  for (const Candidate& candidate : match.candidates) {
    AppendTo(out, "\n  ", candidate.uprn, " ", candidate.score, " ", candidate.address);
  }
  return out;
}

using Properties = std::map<uint64_t, IndexedProperty>;

void RandomChange(Random& random, Properties* properties, AddressIndex* index, match::Touched* touched) {
  const uint64_t uprn = 1 + random.Below(25);
  if (random.Chance(0.3)) {
    properties->erase(uprn);
    index->Remove(uprn, touched);
  } else {
    const IndexedProperty property = RandomProperty(random, uprn);
    (*properties)[uprn] = property;
    index->Upsert(property, touched);
  }
}

TEST(AddressIndexModelTest, IncrementalEqualsFresh) {
  constexpr uint64_t kSeed = 20260301;
  SCOPED_TRACE(kSeed);
  std::map<Outcome, int> outcomes;
  for (uint64_t round = 0; round < 150; ++round) {
    Random random(kSeed + round);
    Properties properties;
    AddressIndex incremental;
    match::Touched touched;
    for (int i = 0; i < 60; ++i) {
      RandomChange(random, &properties, &incremental, &touched);
    }
    std::vector<IndexedProperty> shuffled;
    for (const auto& [uprn, property] : properties) {
      shuffled.push_back(property);
    }
    for (size_t i = shuffled.size(); i > 1; --i) {
      std::swap(shuffled[i - 1], shuffled[random.Below(i)]);
    }
    AddressIndex fresh;
    for (const IndexedProperty& property : shuffled) {
      fresh.Upsert(property, &touched);
    }
    ASSERT_EQ(incremental.size(), fresh.size());
    for (int i = 0; i < 100; ++i) {
      const Query query = RandomQuery(random);
      const Match match = incremental.FindMatch(query, {});
      ++outcomes[match.outcome];
      ASSERT_EQ(Print(match), Print(fresh.FindMatch(query, {}))) << query.text << " | " << query.postcode;
      const std::string typed = query.text.substr(0, random.Below(query.text.size() + 1));
      const SuggestQuery asked{.input = typed, .limit = 8, .filter = RandomFilter(random)};
      ASSERT_EQ(Print(incremental.Suggest(asked)), Print(fresh.Suggest(asked))) << typed;
      const SuggestQuery inside{.input = std::string_view(typed).substr(0, 2), .within_uprn = 1 + random.Below(12)};
      ASSERT_EQ(Print(incremental.Suggest(inside)), Print(fresh.Suggest(inside))) << inside.within_uprn;
    }
  }
  for (const Outcome outcome :
       {Outcome::kMatched, Outcome::kAmbiguous, Outcome::kParent, Outcome::kStreetOnly, Outcome::kNone}) {
    EXPECT_GT(outcomes[outcome], 20) << OutcomeName(outcome);
  }
}

TEST(AddressIndexModelTest, WhatIsNotTouchedKeepsItsAnswer) {
  constexpr uint64_t kSeed = 20260302;
  SCOPED_TRACE(kSeed);
  int untouched = 0;
  int changed = 0;
  for (uint64_t round = 0; round < 200; ++round) {
    Random random(kSeed + round);
    Properties properties;
    AddressIndex index;
    match::Touched ignored;
    for (int i = 0; i < 40; ++i) {
      RandomChange(random, &properties, &index, &ignored);
    }
    std::vector<Query> queries;
    match::Dependants dependants;
    std::vector<std::string> answers;
    for (uint32_t i = 0; i < 60; ++i) {
      queries.push_back(RandomQuery(random));
      dependants.Add(i, queries[i].text, queries[i].postcode);
      answers.push_back(Print(index.FindMatch(queries[i], {})));
    }
    for (int change = 0; change < 20; ++change) {
      match::Touched touched;
      RandomChange(random, &properties, &index, &touched);
      const std::vector<uint32_t> found = dependants.Find(touched);
      for (uint32_t i = 0; i < queries.size(); ++i) {
        const std::string now = Print(index.FindMatch(queries[i], {}));
        if (!std::binary_search(found.begin(), found.end(), i)) {
          ++untouched;
          ASSERT_EQ(now, answers[i]) << queries[i].text << " | " << queries[i].postcode;
        } else if (now != answers[i]) {
          ++changed;
        }
        answers[i] = now;
      }
    }
  }
  EXPECT_GT(untouched, 10000);
  EXPECT_GT(changed, 1000);
}

}  // namespace
}  // namespace wensum::matching::address
