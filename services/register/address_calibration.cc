#include "services/register/address_calibration.h"

#include <limits>
#include <optional>
#include <utility>

#include "base/status_macros.h"
#include "base/strings.h"
#include "matching/address/fit/self_calibration.h"
#include "services/register/meta_record.h"
#include "storage/address_keys.h"

namespace wensum::registry {
namespace {

using storage::Family;

absl::StatusOr<std::optional<storage::v1::AddressCalibration>> ReadNewest(const storage::Reader& reader, uint32_t reg) {
  const auto it = reader.NewIterator(Family::kDecision, storage::PrefixRange(storage::AddressCalibrationPrefix(reg)));
  it->SeekToLast();
  if (!it->Valid()) {
    WENSUM_RETURN_IF_ERROR(it->status());
    return std::nullopt;
  }
  storage::v1::AddressCalibration row;
  if (!row.ParseFromString(std::string(it->value()))) {
    return DataLoss("the newest calibration of addresses cannot be read; run `wensum verify`");
  }
  return row;
}

const matching::address::SelfCalibration& Cautious() {
  constexpr double kPrecision = 0.999;
  static const auto& cautious =
      *new matching::address::SelfCalibration(matching::address::CautiousCalibration(kPrecision));
  return cautious;
}

}  // namespace

absl::StatusOr<AddressCalibration> DecodeAddressCalibration(storage::v1::AddressCalibration row) {
  if (row.format() > kAddressCalibrationFormat) {
    return FailedPrecondition(Cat("the calibration of addresses ", row.number(), " has format ", row.format(),
                                  ", written by a newer version; this one reads up to format ",
                                  kAddressCalibrationFormat, ": run the newer version"));
  }
  std::vector<matching::address::CalibrationStep> steps;
  steps.reserve(static_cast<size_t>(row.steps_size()));
  for (const storage::v1::CalibrationStep& step : row.steps()) {
    steps.push_back({step.strength(), step.probability()});
  }
  absl::StatusOr<matching::address::Calibration> made = matching::address::Calibration::Make(std::move(steps));
  if (!made.ok()) {
    return DataLoss(Cat("the calibration of addresses ", row.number(), ": ", Message(made.status())));
  }
  AddressCalibration calibration;
  calibration.probabilities = *std::move(made);
  for (const storage::v1::CalibrationCut& cut : row.cuts()) {
    calibration.cuts.push_back({cut.precision(), cut.strength()});
  }
  calibration.row = std::move(row);
  return calibration;
}

absl::StatusOr<std::shared_ptr<const AddressCalibration>> LoadAddressCalibration(const storage::Reader& reader,
                                                                                 uint32_t reg) {
  WENSUM_ASSIGN_OR_RETURN(auto row, ReadNewest(reader, reg));
  if (!row.has_value() || row->address_rules() != kAddressRules) {
    return nullptr;
  }
  WENSUM_ASSIGN_OR_RETURN(AddressCalibration calibration, DecodeAddressCalibration(*std::move(row)));
  return std::make_shared<const AddressCalibration>(std::move(calibration));
}

absl::StatusOr<uint64_t> NewestAddressCalibration(const storage::Reader& reader, uint32_t reg) {
  WENSUM_ASSIGN_OR_RETURN(const auto row, ReadNewest(reader, reg));
  return row.has_value() ? row->number() : 0;
}

double LeastStrength(const AddressCalibration* calibration) {
  return calibration == nullptr ? -std::numeric_limits<double>::infinity() : calibration->row.least_strength();
}

double ProbabilityOfMatch(const AddressCalibration* calibration, double strength) {
  return (calibration == nullptr ? Cautious().calibration : calibration->probabilities).ProbabilityOf(strength);
}

double LeastStrengthFor(const AddressCalibration* calibration, double precision) {
  return calibration == nullptr ? matching::address::CautiousCalibration(precision).cut
                                : matching::address::CutFor(calibration->cuts, precision);
}

}  // namespace wensum::registry
