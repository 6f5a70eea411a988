// How sure matches of addresses are and must be, as fitted to this register's gazetteer.
#ifndef WENSUM_SERVICES_REGISTER_ADDRESS_CALIBRATION_H_
#define WENSUM_SERVICES_REGISTER_ADDRESS_CALIBRATION_H_

#include <cstdint>
#include <memory>
#include <vector>

#include "absl/status/statusor.h"
#include "matching/address/fit/calibration.h"
#include "storage/store.h"
#include "wensum/storage/v1/address_calibration.pb.h"

namespace wensum::registry {

inline constexpr uint32_t kAddressCalibrationFormat = 1;

// Immutable once made.
struct AddressCalibration {
  storage::v1::AddressCalibration row;
  matching::address::Calibration probabilities;
  std::vector<matching::address::PrecisionCut> cuts;
};

// DATA_LOSS if the steps do not ascend; FAILED_PRECONDITION if a newer version wrote it.
absl::StatusOr<AddressCalibration> DecodeAddressCalibration(storage::v1::AddressCalibration row);

// The one in force: the newest, if it was fitted to the address rules of this program. Null if there is none.
absl::StatusOr<std::shared_ptr<const AddressCalibration>> LoadAddressCalibration(const storage::Reader& reader,
                                                                                 uint32_t reg);
// The number of the newest, in force or not; 0 if there is none.
absl::StatusOr<uint64_t> NewestAddressCalibration(const storage::Reader& reader, uint32_t reg);

// What counts as long as none was fitted: every match that the rules allow, with probabilities of a cautious table.
double LeastStrength(const AddressCalibration* calibration);
double ProbabilityOfMatch(const AddressCalibration* calibration, double strength);
// The least strength for a wanted precision; infinity if no match is as sure.
double LeastStrengthFor(const AddressCalibration* calibration, double precision);

}  // namespace wensum::registry

#endif  // WENSUM_SERVICES_REGISTER_ADDRESS_CALIBRATION_H_
