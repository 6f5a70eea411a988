// The models that a register keeps: their JSON, what is told of each, and which were in force when.
#ifndef WENSUM_SERVICES_REGISTER_MODEL_STORE_H_
#define WENSUM_SERVICES_REGISTER_MODEL_STORE_H_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/clock.h"
#include "matching/score/linkage_model.h"
#include "storage/store.h"
#include "wensum/storage/v1/models.pb.h"

namespace wensum::registry {

// Values equal those of wensum.v1.Model.Origin.
enum class ModelOrigin : uint8_t { kUnknown = 0, kDefault = 1, kTrained = 2, kImported = 3, kCalibrated = 4 };

// INVALID_ARGUMENT, saying what does not fit, unless the model compares records of people as PersonSchema() declares
// them and its numbers and rules are within sensible bounds.
absl::Status CheckPersonModel(const matching::LinkageModel& model);

// A model under the name it is stored by: "m-" and 16 digits that its content decides, whatever it called itself. The
// same content has the same name on every server.
struct NamedModel {
  matching::LinkageModel model;
  std::string json;
  storage::v1::ModelInfo info;  // all that the model itself tells
};
NamedModel NameByContent(matching::LinkageModel model, ModelOrigin origin, TimeMicros now);

void PutModel(const NamedModel& named, storage::WriteBatch& batch);
void DeleteModel(std::string_view version, storage::WriteBatch& batch);

// In order of creation, then version.
absl::StatusOr<std::vector<storage::v1::ModelInfo>> ListModels(const storage::Reader& reader);
// NOT_FOUND if there is no such model.
absl::StatusOr<storage::v1::ModelInfo> ReadModelInfo(const storage::Reader& reader, std::string_view version);
absl::StatusOr<std::string> ReadModelJson(const storage::Reader& reader, std::string_view version);
// Some 20 milliseconds. DATA_LOSS if it cannot be read.
absl::StatusOr<std::shared_ptr<const matching::LinkageModel>> ReadModel(const storage::Reader& reader,
                                                                        std::string_view version);

// Oldest first.
absl::StatusOr<std::vector<storage::v1::ModelActivation>> ListActivations(const storage::Reader& reader);
void PutActivation(const storage::v1::ModelActivation& activation, storage::WriteBatch& batch);

// For start-up: writes what is told of models that a version before this one stored.
absl::Status DescribeModels(storage::Store& store);

}  // namespace wensum::registry

#endif  // WENSUM_SERVICES_REGISTER_MODEL_STORE_H_
