// The model that a register of people starts with.
#ifndef WENSUM_MATCHING_PERSON_DEFAULT_MODEL_H_
#define WENSUM_MATCHING_PERSON_DEFAULT_MODEL_H_

#include <string_view>

namespace wensum::matching {

// default_model.json, compiled in: a linkage model for PersonSchema(), learnt on the synthetic city and made portable
// (portable_model.h), in the format of services/dedupe/model_file.h, where DefaultPersonModel() reads it.
// docs/people-model.md says how it is made again.
std::string_view DefaultPersonModelJson();

}  // namespace wensum::matching

#endif  // WENSUM_MATCHING_PERSON_DEFAULT_MODEL_H_
