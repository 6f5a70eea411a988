// Linkage models as JSON files.
#ifndef WENSUM_SERVICES_DEDUPE_MODEL_FILE_H_
#define WENSUM_SERVICES_DEDUPE_MODEL_FILE_H_

#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "matching/score/linkage_model.h"

namespace wensum::dedupe {

// Numbers are written so that they read back as the same: a model that went through a file scores the same.
std::string ModelToJson(const matching::LinkageModel& model);
// INVALID_ARGUMENT, naming the place, for text that is no model of this format version. Never throws.
absl::StatusOr<matching::LinkageModel> ModelFromJson(std::string_view text);

absl::Status SaveModel(const matching::LinkageModel& model, const std::string& path);
absl::StatusOr<matching::LinkageModel> LoadModel(const std::string& path);

// The model that a register of people starts with (matching/person/default_model.h). Some 20 milliseconds.
absl::StatusOr<matching::LinkageModel> DefaultPersonModel();

}  // namespace wensum::dedupe

#endif  // WENSUM_SERVICES_DEDUPE_MODEL_FILE_H_
