// Scores of record pairs: log2 odds of being one person, after Fellegi and Sunter (1969), against two alternatives.
//
// A pair may be one person, two people at random, or two people of one household. A merge must beat both alternatives:
// with s_random and s_household the log2 odds against each (prior plus the sum of the fields' weights), the score is
// -log2(2^-s_random + 2^-s_household), the log2 odds against "either". Household members share surname, address and
// often phone numbers, so only forename, date of birth, sex and numbers of one's own count against that alternative.
#ifndef WENSUM_MATCHING_SCORE_SCORE_H_
#define WENSUM_MATCHING_SCORE_SCORE_H_

#include <string>
#include <string_view>
#include <vector>

#include "matching/score/evidence.h"
#include "matching/score/model.h"
#include "matching/score/scoring_record.h"
#include "matching/standardise.h"

namespace wensum::matching {

// Compares two records field by field. Symmetric, pure. Well under a microsecond for most pairs.
Evidence Compare(const ScoringRecord& a, const ScoringRecord& b, const PersonModel& model);

// Log2 odds, prior included, of being one person against either alternative.
double ScoreOf(const Evidence& evidence, const PersonModel& model);
// The same from sums of weights.
double CombineAlternatives(double against_random, double against_household);

// Score of two records; minus infinity if either is an organisation.
double Score(const PersonFeatures& a, const PersonFeatures& b, const PersonModel& model);

// How a score came about, as data.
struct FieldExplanation {
  Field field = Field::kForename;
  std::string_view level;  // as LevelName gives it
  double against_random = 0;
  double against_household = 0;
};
struct Explanation {
  double score = 0;
  double prior_random = 0;
  double prior_household = 0;
  double against_random = 0;             // prior and weights
  double against_household = 0;          // prior and weights
  bool conflict = false;                 // no merge without a steward
  std::vector<FieldExplanation> fields;  // those that were compared, in the order of Field
};
Explanation Explain(const PersonFeatures& a, const PersonFeatures& b, const PersonModel& model);

}  // namespace wensum::matching

#endif  // WENSUM_MATCHING_SCORE_SCORE_H_
