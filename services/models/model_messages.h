// Models and their runs as the API tells them.
#ifndef WENSUM_SERVICES_MODELS_MODEL_MESSAGES_H_
#define WENSUM_SERVICES_MODELS_MODEL_MESSAGES_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "base/opaque_id.h"
#include "services/register/model_work.h"
#include "storage/store.h"
#include "wensum/storage/v1/models.pb.h"
#include "wensum/v1/models.pb.h"

namespace wensum::models {

std::string ModelName(std::string_view version);
std::string ModelRunName(uint64_t id);
// INVALID_ARGUMENT, naming `field`, for anything but a well-formed name.
absl::StatusOr<std::string> ParseModelName(std::string_view name, std::string_view field);
absl::StatusOr<uint64_t> ParseModelRunName(std::string_view name, std::string_view field);

// Which models are in force, were, and when.
struct ModelHistory {
  std::string active;
  std::string previous;  // empty: none
  std::vector<storage::v1::ModelActivation> activations;
};
absl::StatusOr<ModelHistory> ReadModelHistory(const storage::Reader& reader, std::string_view active);

// All but the JSON.
void ToModel(const storage::v1::ModelInfo& info, const ModelHistory& history, v1::Model& out);

void ToResult(const registry::Training& training, std::string_view version, v1::TrainResult& out);
void ToResult(const registry::Calibration& calibration, std::string_view version, v1::CalibrateResult& out);
void ToResult(const registry::Comparison& comparison, const OpaqueIdCodec& ids, v1::CompareResult& out);
void ToResult(const registry::Evaluation& evaluation, v1::EvaluateResult& out);
void ToResult(const registry::Activation& activation, v1::ActivateResult& out);
void ToResult(const registry::AddressFit& fit, v1::CalibrateAddressesResult& out);
void ToAddressCalibration(const storage::v1::AddressCalibration& row, v1::AddressCalibration& out);

// The model that a run is about, as its spec names it; empty if it names none.
const std::string& ModelOf(const v1::ModelRunSpec& spec);

}  // namespace wensum::models

#endif  // WENSUM_SERVICES_MODELS_MODEL_MESSAGES_H_
