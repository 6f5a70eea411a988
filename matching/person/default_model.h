// The model that a register of people starts with.
#ifndef WENSUM_MATCHING_PERSON_DEFAULT_MODEL_H_
#define WENSUM_MATCHING_PERSON_DEFAULT_MODEL_H_

#include <string_view>

#include "absl/status/statusor.h"
#include "matching/score/linkage_model.h"

namespace wensum::matching {

// default_model.json, compiled in: a linkage model for PersonSchema(), learnt on the synthetic city and made portable
// (portable_model.h), as matching/score/model_json.h reads it.
// docs/people-model.md says how it is made again.
std::string_view DefaultPersonModelJson();
// The same, read: some 20 milliseconds.
absl::StatusOr<LinkageModel> DefaultPersonModel();

// The rules of a register's models. Files are resolved once and may cost more: registers have fewer keys and lower
// caps, since every change pays for the keys it has and the pairs they let through, and without caps that would grow
// with the register. On the sample city (20,000 people) what merges by itself is the same; of what a perfect review
// would add three pairs of a thousand are missed, and two thirds of the pairs and nearly half of the keys go.
inline ResolutionRules PersonRules() {
  ResolutionRules rules;
  rules.hub_cap = 100;
  rules.mixed_cap = 20;
  rules.key_richness = 1;
  return rules;
}

}  // namespace wensum::matching

#endif  // WENSUM_MATCHING_PERSON_DEFAULT_MODEL_H_
