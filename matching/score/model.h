// The person model: comparison levels with weights, candidate key limits and thresholds (Fellegi and Sunter 1969).
#ifndef WENSUM_MATCHING_SCORE_MODEL_H_
#define WENSUM_MATCHING_SCORE_MODEL_H_

#include <cstdint>
#include <memory>
#include <string>

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
};

// The model that a new register starts with.
const PersonModel& DefaultPersonModel();

}  // namespace wensum::matching

#endif  // WENSUM_MATCHING_SCORE_MODEL_H_
