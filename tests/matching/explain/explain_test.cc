// Verdicts and sentences on pairs of records.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>

#include "base/strings.h"
#include "matching/explain/pair_sentence.h"
#include "matching/explain/phrase.h"
#include "matching/explain/verdict.h"
#include "matching/person/person_schema.h"

namespace wensum::matching {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

namespace attribute = person_attribute;

constexpr double kMerge = 1.5;

LiveMatcher::Explanation Apart(double score, double people_score) {
  LiveMatcher::Explanation pair;
  pair.score = score;
  pair.cluster_score = people_score;
  pair.is_candidate = pair.clusters_compared = true;
  pair.cluster_records = 3;
  return pair;
}

TEST(JudgementTest, OnePersonWhateverTheScore) {
  LiveMatcher::Explanation pair = Apart(-20, -20);
  pair.same_cluster = true;
  EXPECT_EQ(JudgementOf(pair, kMerge), Judgement{Verdict::kOnePerson});
}

TEST(JudgementTest, EachWhyNot) {
  EXPECT_EQ(JudgementOf(Apart(1, 1), kMerge), Judgement{Verdict::kBelowThreshold});
  EXPECT_EQ(JudgementOf(Apart(kMerge, 1), kMerge), Judgement{Verdict::kPeopleBelowThreshold});
  EXPECT_EQ(JudgementOf(Apart(kMerge, kMerge), kMerge), (Judgement{Verdict::kRefused, ReviewReason::kContested}));

  LiveMatcher::Explanation pair = Apart(5, 5);
  pair.cluster_refusal = ReviewReason::kDateConflict;
  EXPECT_EQ(JudgementOf(pair, kMerge), (Judgement{Verdict::kRefused, ReviewReason::kDateConflict}));
  pair.clusters_compared = false;
  EXPECT_EQ(JudgementOf(pair, kMerge), Judgement{Verdict::kNeverCompared});
  pair.cluster_refusal = ReviewReason::kUnique;
  EXPECT_EQ(JudgementOf(pair, kMerge), (Judgement{Verdict::kRefused, ReviewReason::kUnique}))
      << "two NI numbers are two people, compared or not";
  pair.says_nothing = true;
  EXPECT_EQ(JudgementOf(pair, kMerge), Judgement{Verdict::kSaysNothing});

  pair = Apart(5, 0);
  pair.refusal = ReviewReason::kUndated;
  EXPECT_EQ(JudgementOf(pair, kMerge), (Judgement{Verdict::kRefused, ReviewReason::kUndated}));
}

TEST(PhraseTest, EveryLevelOfThePersonSchemaHasAPhraseOfItsOwn) {
  for (const Attribute& attribute : PersonSchema().attributes()) {
    std::set<std::string> phrases;
    const auto levels = LevelsOf(attribute.type);
    for (LevelIndex level = 1; size_t{level} < levels.size(); ++level) {
      const std::string phrase = LevelPhrase(attribute, level);
      EXPECT_FALSE(phrase.empty());
      // "different" and "different, both established" read alike.
      if (level != name_level::kDifferentEstablished || !IsNameType(attribute.type)) {
        EXPECT_TRUE(phrases.insert(phrase).second) << attribute.name << ": " << phrase;
      }
    }
    EXPECT_EQ(LevelPhrase(attribute, kNullLevel), "");
  }
}

TEST(PhraseTest, Words) {
  const Schema& schema = PersonSchema();
  EXPECT_EQ(EvidencePhrase(schema[attribute::kSurname], name_level::kExact, 3), "same surname (rare)");
  EXPECT_EQ(EvidencePhrase(schema[attribute::kSurname], name_level::kExact, -3), "same surname (common)");
  EXPECT_EQ(EvidencePhrase(schema[attribute::kSurname], name_level::kExact, 1), "same surname");
  EXPECT_EQ(LevelPhrase(schema[attribute::kBorn], date_level::kYearDigit),
            "date of birth differs by one digit of the year");
  EXPECT_EQ(LevelPhrase(schema[attribute::kGivenName], name_level::kTypo), "given name differs by one letter");
  EXPECT_EQ(LevelPhrase(schema[attribute::kUprn], reference_level::kDifferent), "different properties (UPRN)");
  EXPECT_EQ(LevelPhrase({.name = "occupation"}, text_level::kDifferent), "different occupations");
}

TEST(PhraseTest, Probabilities) {
  EXPECT_EQ(ProbabilityText(0.5), "0.500");
  EXPECT_EQ(ProbabilityText(0.99951), "over 0.999");
  EXPECT_EQ(ProbabilityText(0.9994), "0.999");
  EXPECT_EQ(ProbabilityText(0), "under 0.001");
  EXPECT_EQ(ProbabilityText(0.0006), "0.001");
}

SentenceInput Input(Judgement judgement) {
  const Schema& schema = PersonSchema();
  SentenceInput input{.a = "council tax 12345", .b = "benefits B77", .judgement = judgement};
  input.probability = 0.998;
  input.needed = 0.739;
  input.evidence = {
      {.attribute = schema[attribute::kGivenName], .level = name_level::kTypo, .weight = 4},
      {.attribute = schema[attribute::kSurname], .level = name_level::kExact, .weight = 6, .rarity = 4},
      {.attribute = schema[attribute::kBorn], .level = date_level::kExact, .weight = 9},
      {.attribute = schema[attribute::kSex], .level = category_level::kExact, .weight = 0.3},
      {.attribute = schema[attribute::kNiNumber], .level = kNullLevel, .weight = 20},
      {.attribute = schema[attribute::kPostcode], .level = postcode_level::kDifferent, .weight = -2},
  };
  return input;
}

TEST(SentenceTest, OnePerson) {
  SentenceInput input = Input({Verdict::kOnePerson});
  EXPECT_EQ(
      PairSentence(input),
      "Council tax 12345 and benefits B77 are one person with probability 0.998: same date of birth, same surname "
      "(rare), given name differs by one letter; against it: different postcodes.");
  input.probability = 0.2;
  EXPECT_THAT(PairSentence(input), HasSubstr("are one person; the two alone would be one with probability 0.200: "));
  input.through_others = true;
  EXPECT_THAT(PairSentence(input), HasSubstr("are one person through other records of that person; the two alone "));
  input.probability.reset();
  input.withheld = true;
  EXPECT_EQ(PairSentence(input),
            "Council tax 12345 and benefits B77 are one person: same date of birth, same surname (rare), given name "
            "differs by one letter; against it: different postcodes; what this purpose may not see is left out.");
  input.evidence.clear();
  input.withheld = false;
  EXPECT_EQ(PairSentence(input), "Council tax 12345 and benefits B77 are one person.");
}

TEST(SentenceTest, TwoPeopleAndWhy) {
  SentenceInput input = Input({Verdict::kRefused, ReviewReason::kUndated});
  input.people_probability = 0.9;
  EXPECT_THAT(PairSentence(input),
              HasSubstr("are left apart, although they would be one person with probability 0.900, because no date of "
                        "birth was compared, and no personal number, phone or email agrees; for it: same date"));
  input.judgement = {Verdict::kNeverCompared};
  EXPECT_THAT(PairSentence(input), HasSubstr("never compared because they share nothing that only few share"));
  input.judgement = {Verdict::kPeopleBelowThreshold};
  EXPECT_THAT(PairSentence(input),
              HasSubstr("all records of the two people together say so with probability 0.900 only"));
  input.judgement = {Verdict::kBelowThreshold};
  input.probability = 0.4;
  input.household = 0;
  EXPECT_THAT(PairSentence(input), HasSubstr("one with probability 0.400, where 0.739 is needed"));
  EXPECT_THAT(PairSentence(input), HasSubstr("; two people of one household are as likely."));
  input.household = 0.5;
  EXPECT_THAT(PairSentence(input), HasSubstr("; two people of one household are nearly as likely."));
  input.probability = 0.7389;
  EXPECT_THAT(PairSentence(input), HasSubstr("they would be one with probability just under the 0.739 that is needed"));
  input.judgement = {Verdict::kSaysNothing};
  EXPECT_THAT(PairSentence(input), Not(HasSubstr("same surname")));
  input.judgement = {Verdict::kWithheld};
  EXPECT_THAT(PairSentence(input), HasSubstr("benefits B77 are two people; for it: "));
}

TEST(SentenceTest, EveryRefusalReadsDifferently) {
  std::set<std::string> sentences;
  for (size_t reason = 0; reason < kReviewReasons; ++reason) {
    sentences.insert(PairSentence(Input({Verdict::kRefused, static_cast<ReviewReason>(reason)})));
  }
  EXPECT_EQ(sentences.size(), kReviewReasons);
}

}  // namespace
}  // namespace wensum::matching
