// Linkage models in files (matching/score/model_json.h).
#ifndef WENSUM_SERVICES_DEDUPE_MODEL_FILE_H_
#define WENSUM_SERVICES_DEDUPE_MODEL_FILE_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "matching/score/linkage_model.h"

namespace wensum::dedupe {

absl::Status SaveModel(const matching::LinkageModel& model, const std::string& path);
// INVALID_ARGUMENT, naming the file and the place in it, for what is no model.
absl::StatusOr<matching::LinkageModel> LoadModel(const std::string& path);

}  // namespace wensum::dedupe

#endif  // WENSUM_SERVICES_DEDUPE_MODEL_FILE_H_
