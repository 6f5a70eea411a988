// The person model: comparison levels with weights, candidate key limits and thresholds (Fellegi and Sunter 1969).
#ifndef WENSUM_MATCHING_SCORE_MODEL_H_
#define WENSUM_MATCHING_SCORE_MODEL_H_

#include <array>
#include <cstdint>
#include <memory>
#include <string>

#include "matching/score/evidence.h"
#include "matching/score/name_frequency.h"

namespace wensum::matching {

// Everything a score depends on besides the two records. Immutable; shared by all threads.
struct PersonModel {
  std::string version;           // e.g. "default-1"
  double prior_log2_odds = 0;    // of two random records being one person
  double merge_threshold = 0;    // log2 odds at which clusters merge
  double review_threshold = 0;   // log2 odds from which a pair is worth a steward's look
  double edge_floor = 0;         // log2 odds from which a pair joins a component
  uint32_t key_cap = 0;          // a candidate key held by more records makes no pairs
  uint32_t component_limit = 0;  // records; a larger component has its floor raised step by step

  // Of two records of one household being one person.
  double household_prior_log2_odds = 0;
  // By field and level. For the levels that compare names by frequency the weights are those of m alone, and the
  // frequency's part is added (score.cc says how).
  std::array<std::array<LevelWeight, kMaxLevels>, kFieldCount> weights{};
  // Frequencies of names in the population.
  std::shared_ptr<const NameFrequencies> names;

  // Rules for merges without a steward (person resolution note, P7).
  double conflict_floor = 0;     // records whose own pair scores below this never share a cluster by merging
  double undated_threshold = 0;  // log2 odds for a merge with neither date of birth nor a number of their own compared
  double weak_forename = 0;      // a forename weight against the household at or below this asks for personal evidence
  double personal_evidence = 0;  // log2 weight against the household that birth, numbers and email must then give
  double rival_margin = 0;       // a merge is ambiguous if a contradicting one scores within this of it
};

// The model that a new register starts with.
const PersonModel& DefaultPersonModel();

}  // namespace wensum::matching

#endif  // WENSUM_MATCHING_SCORE_MODEL_H_
