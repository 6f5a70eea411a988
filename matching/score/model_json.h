// Linkage models as JSON: the form in which they are kept, shipped and compared.
#ifndef WENSUM_MATCHING_SCORE_MODEL_JSON_H_
#define WENSUM_MATCHING_SCORE_MODEL_JSON_H_

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "matching/score/linkage_model.h"

namespace wensum::matching {

// Numbers are written so that they read back as the same: a model that went through JSON scores the same.
std::string ModelToJson(const LinkageModel& model);
// INVALID_ARGUMENT, naming the place, for text that is no model of this format version. Never throws. Some 20
// milliseconds for a model with 20,000 frequencies.
absl::StatusOr<LinkageModel> ModelFromJson(std::string_view text);

}  // namespace wensum::matching

#endif  // WENSUM_MATCHING_SCORE_MODEL_JSON_H_
