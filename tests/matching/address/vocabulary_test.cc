#include "matching/address/words/vocabulary.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "base/random.h"
#include "matching/address/words/typed_word.h"
#include "tests/reference/text_distance_reference.h"

namespace wensum::matching::address {
namespace {

using testing::ElementsAre;

std::string RandomWord(Random& random, size_t longest) {
  std::string word(1 + random.Below(longest), 'A');
  for (char& c : word) {
    c = static_cast<char>('A' + random.Below(3));
  }
  return word;
}

// By the full matrix, over every beginning of the word.
int NaiveDistance(const std::string& typed, const std::string& word, bool prefix, int limit) {
  int best = reference::OsaDistance(typed, word);
  for (size_t i = 0; prefix && i < word.size(); ++i) {
    best = std::min(best, reference::OsaDistance(typed, word.substr(0, i)));
  }
  return std::min(best, limit + 1);
}

TEST(VocabularyTest, DistanceEqualsTheFullMatrix) {
  constexpr uint64_t kSeed = 20261104;
  SCOPED_TRACE(kSeed);
  Random random(kSeed);
  std::map<int, int> seen;
  for (int i = 0; i < 40'000; ++i) {
    const std::string typed = RandomWord(random, 9);
    const std::string word = RandomWord(random, 11);
    const bool prefix = random.Chance(0.5);
    const int limit = 1 + static_cast<int>(random.Below(2));
    const int distance = EditDistance(typed, word, prefix, limit);
    ASSERT_EQ(distance, NaiveDistance(typed, word, prefix, limit)) << typed << " " << word << " " << prefix << limit;
    ++seen[distance];
  }
  for (int distance = 0; distance <= 3; ++distance) {
    EXPECT_GT(seen[distance], 500) << distance;
  }
  EXPECT_EQ(EditDistance(std::string(40, 'A'), std::string(40, 'A'), false, 2), 0);
  EXPECT_EQ(EditDistance(std::string(30, 'A'), std::string(60, 'A'), false, 2), 3);
}

TEST(VocabularyTest, NearWordsEqualAPassOverAll) {
  constexpr uint64_t kSeed = 20261105;
  SCOPED_TRACE(kSeed);
  Random random(kSeed);
  for (int round = 0; round < 40; ++round) {
    Vocabulary vocabulary;
    std::map<std::string, int> words;
    for (uint32_t i = 0; i < 300; ++i) {
      const std::string word = RandomWord(random, 10);
      vocabulary.Add(word, i);
      words[word] = 0;
    }
    ASSERT_EQ(vocabulary.size(), words.size());
    for (int i = 0; i < 30; ++i) {
      const std::string typed = RandomWord(random, 9);
      const bool prefix = random.Chance(0.5);
      const int limit = 1 + static_cast<int>(random.Below(2));
      std::map<std::string, int> expected;
      for (const auto& [word, unused] : words) {
        if (const int distance = NaiveDistance(typed, word, prefix, limit); distance <= limit) {
          expected[word] = distance;
        }
      }
      std::map<std::string, int> found;
      vocabulary.VisitNear(typed, prefix, limit,
                           [&](const std::string& word, const Vocabulary::Uses&, int edits) { found[word] = edits; });
      ASSERT_EQ(found, expected) << typed << " " << prefix << limit;
    }
  }
}

TEST(VocabularyTest, KeepsEachUseOnce) {
  Vocabulary vocabulary;
  vocabulary.Add("MILL", 7);
  vocabulary.Add("MILL", 3);
  vocabulary.Add("MILL", 7);
  vocabulary.Add("MILLER", 3);
  EXPECT_THAT(*UsesOf(vocabulary, {"MILL", ""}, false, 10), ElementsAre(3, 7));
  EXPECT_THAT(*UsesOf(vocabulary, {"MIL", "MIL"}, false, 10), ElementsAre(3, 7));
  EXPECT_FALSE(UsesOf(vocabulary, {"MIL", "MIL"}, false, 1).has_value());
  EXPECT_THAT(*UsesOf(vocabulary, {"MLIL", ""}, true, 10), ElementsAre(3, 7));
  vocabulary.Remove("MILL", 7);
  vocabulary.Remove("MILL", 9);
  vocabulary.Remove("LANE", 9);
  EXPECT_THAT(*UsesOf(vocabulary, {"MILL", ""}, false, 10), ElementsAre(3));
  vocabulary.Remove("MILL", 3);
  EXPECT_EQ(vocabulary.size(), 1U);
}

TEST(TypedWordTest, ErrorsByLength) {
  EXPECT_EQ(WordEdits({"OAK", ""}, "OKA", true), -1);
  EXPECT_EQ(WordEdits({"MILL", ""}, "MLIL", true), 1);
  EXPECT_EQ(WordEdits({"MILL", ""}, "MLIL", false), -1);
  EXPECT_EQ(WordEdits({"TOMBLAND", ""}, "TONBLNAD", true), 2);
  EXPECT_EQ(WordEdits({"TOMBLAN", ""}, "TONBLNA", true), -1);
  EXPECT_EQ(WordEdits({"PRIN", "PRIN"}, "PRINCES", false), 0);
  EXPECT_EQ(WordEdits({"PIRN", "PIRN"}, "PRINCES", true), 1);
  EXPECT_EQ(WordEdits({"ROAD", "RD"}, "ROAD", false), 0);
}

TEST(VocabularyTest, AUseCountsOnceHoweverItIsFound) {
  Vocabulary vocabulary;
  for (const Vocabulary::Use use : {1, 2, 3}) {
    vocabulary.Add("MILL", use);
    vocabulary.Add("MILLER", use);
  }
  // The word fits as it stands, as a beginning and with an error.
  EXPECT_THAT(*UsesOf(vocabulary, {"MILL", "MILL"}, true, 3), ElementsAre(1, 2, 3));
  EXPECT_FALSE(UsesOf(vocabulary, {"MILL", "MILL"}, true, 2).has_value());
  vocabulary.Add("MILLS", 4);
  EXPECT_THAT(*UsesOf(vocabulary, {"MILL", "MILL"}, true, 4), ElementsAre(1, 2, 3, 4));
  EXPECT_FALSE(UsesOf(vocabulary, {"MILL", "MILL"}, true, 3).has_value());
}

// The distinct uses of all words that fit, by a pass over every word.
TEST(VocabularyTest, UsesEqualAPassOverAll) {
  constexpr uint64_t kSeed = 20261122;
  SCOPED_TRACE(kSeed);
  Random random(kSeed);
  size_t too_many = 0;
  size_t some = 0;
  for (int round = 0; round < 300; ++round) {
    Vocabulary vocabulary;
    std::map<std::string, std::vector<Vocabulary::Use>> words;
    for (int i = 0; i < 20; ++i) {
      const std::string word = RandomWord(random, 7);
      const auto use = static_cast<Vocabulary::Use>(random.Below(30));
      vocabulary.Add(word, use);
      words[word].push_back(use);
    }
    for (int i = 0; i < 20; ++i) {
      TypedWord typed{.word = RandomWord(random, 7), .unfinished = ""};
      if (random.Chance(0.5)) {
        typed.unfinished = typed.word;
      }
      const bool fuzzy = random.Chance(0.5);
      const size_t cap = random.Below(8);
      std::vector<Vocabulary::Use> expected;
      for (const auto& [word, uses] : words) {
        if (WordEdits(typed, word, fuzzy) >= 0) {
          expected.insert(expected.end(), uses.begin(), uses.end());
        }
      }
      std::sort(expected.begin(), expected.end());
      expected.erase(std::unique(expected.begin(), expected.end()), expected.end());
      const auto found = UsesOf(vocabulary, typed, fuzzy, cap);
      ASSERT_EQ(found.has_value(), expected.size() <= cap) << typed.word << " " << typed.unfinished << " " << fuzzy;
      ++(found.has_value() ? some : too_many);
      if (found.has_value()) {
        ASSERT_EQ(*found, expected) << typed.word << " " << typed.unfinished << " " << fuzzy;
      }
    }
  }
  EXPECT_GT(too_many, 300U);
  EXPECT_GT(some, 300U);
}

}  // namespace
}  // namespace wensum::matching::address
