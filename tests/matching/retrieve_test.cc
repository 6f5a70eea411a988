#include <gtest/gtest.h>

#include <algorithm>
#include <iostream>
#include <map>
#include <set>
#include <vector>

#include "base/random.h"
#include "matching/retrieve/candidate_keys.h"
#include "matching/retrieve/posting_index.h"
#include "tests/matching/household_sample.h"

namespace wensum::matching {
namespace {

TEST(PostingIndexTest, BehavesLikeAMapOfSets) {
  constexpr uint64_t kSeed = 3;
  std::cout << "seed " << kSeed << "\n";
  Random random(kSeed);
  PostingIndex index;
  std::map<uint64_t, std::set<uint32_t>> model;
  for (int step = 0; step < 200000; ++step) {
    // Few distinct keys at times, many at others; low bits alike, to make probe runs.
    const uint64_t key = random.Below(random.Chance(0.5) ? 40 : 3000) << 40;
    const auto record = static_cast<uint32_t>(1 + random.Below(60));
    std::set<uint32_t>& records = model[key];
    if (records.contains(record)) {
      index.Remove(key, record);
      records.erase(record);
    } else {
      index.Add(key, record);
      records.insert(record);
    }
    uint32_t single = 0;
    const std::span<const uint32_t> found = index.Find(key, &single);
    ASSERT_EQ(std::set<uint32_t>(found.begin(), found.end()), records);
    ASSERT_EQ(found.size(), records.size());
  }
  size_t keys = 0;
  for (const auto& [key, records] : model) {
    ASSERT_EQ(index.Count(key), records.size());
    keys += records.empty() ? 0 : 1;
  }
  EXPECT_EQ(index.keys(), keys);
}

TEST(CandidateKeysTest, AreFewSortedAndUniqueAndNeverSearchKeys) {
  std::vector<uint64_t> keys;
  std::vector<uint64_t> search_keys;
  size_t total = 0;
  const auto sample = matching_test::MakeHouseholdSample(300, 9);
  for (const auto& record : sample) {
    CandidateKeys(record.features, &keys);
    SearchKeys(record.features, &search_keys);
    ASSERT_LE(keys.size(), kMaxCandidateKeys);
    ASSERT_TRUE(std::is_sorted(keys.begin(), keys.end()));
    ASSERT_EQ(std::adjacent_find(keys.begin(), keys.end()), keys.end());
    ASSERT_TRUE(std::is_sorted(search_keys.begin(), search_keys.end()));
    std::vector<uint64_t> both;
    std::set_intersection(keys.begin(), keys.end(), search_keys.begin(), search_keys.end(), std::back_inserter(both));
    ASSERT_TRUE(both.empty());
    total += keys.size();
  }
  std::cout << "candidate keys per record: " << static_cast<double>(total) / static_cast<double>(sample.size()) << "\n";
}

PersonFeatures Person(std::string forenames, std::string surname, int32_t birth, uint64_t uprn, std::string postcode) {
  PersonFeatures features;
  features.forenames = std::move(forenames);
  features.surname = std::move(surname);
  features.date_of_birth = birth;
  if (uprn != 0 || !postcode.empty()) {
    features.addresses.push_back({uprn, 0, std::move(postcode)});
  }
  return features;
}

bool Meet(const PersonFeatures& a, const PersonFeatures& b) {
  std::vector<uint64_t> x;
  std::vector<uint64_t> y;
  CandidateKeys(a, &x);
  CandidateKeys(b, &y);
  return std::find_first_of(x.begin(), x.end(), y.begin(), y.end()) != x.end();
}

TEST(CandidateKeysTest, BringTogetherWhatOneSlipParts) {
  const PersonFeatures john = Person("JOHN", "SMITH", 19800512, 7, "NR21AB");
  EXPECT_TRUE(Meet(john, Person("JOHN", "SMYTH", 19800512, 0, "")));
  EXPECT_TRUE(Meet(john, Person("JONNY", "BROWN", 19800512, 0, "")));
  EXPECT_TRUE(Meet(john, Person("JOHN", "SMITH", 19801205, 0, "")));
  EXPECT_TRUE(Meet(john, Person("SMITH", "JOHN", 0, 0, "")));
  EXPECT_TRUE(Meet(john, Person("J", "SMITH", 0, 7, "")));
  EXPECT_TRUE(Meet(john, Person("JOHN", "BROWN", 0, 0, "NR21AB")));
  EXPECT_FALSE(Meet(john, Person("PETER", "BROWN", 19700101, 9, "CB11AA")));
  PersonFeatures organisation = john;
  organisation.organisation = true;
  EXPECT_FALSE(Meet(john, organisation));
}

}  // namespace
}  // namespace wensum::matching
