#include "services/dedupe/model_file.h"

#include "base/status_macros.h"
#include "base/strings.h"
#include "matching/score/model_json.h"
#include "services/dedupe/files.h"

namespace wensum::dedupe {

absl::Status SaveModel(const matching::LinkageModel& model, const std::string& path) {
  return WriteFile(path, matching::ModelToJson(model));
}

absl::StatusOr<matching::LinkageModel> LoadModel(const std::string& path) {
  WENSUM_ASSIGN_OR_RETURN(const std::string text, ReadFile(path));
  absl::StatusOr<matching::LinkageModel> model = matching::ModelFromJson(text);
  if (!model.ok()) return Annotate(model.status(), path);
  return model;
}

}  // namespace wensum::dedupe
