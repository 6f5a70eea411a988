// A matcher calibrated on errors made in its own list.
#ifndef WENSUM_MATCHING_ADDRESS_FIT_SELF_CALIBRATION_H_
#define WENSUM_MATCHING_ADDRESS_FIT_SELF_CALIBRATION_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "matching/address/fit/address_matcher.h"
#include "matching/address/fit/calibration.h"
#include "matching/address/fit/trial.h"

namespace wensum::matching::address {

struct SelfCalibrationOptions {
  uint64_t seed = 1;
  size_t rows = 20'000;  // errors made; a quarter of as many on top for the check
  double precision = 0.999;
  int threads = 1;
  size_t fewest_matches = 2'000;  // with fewer the cautious table is taken
  // Texts whose meaning somebody told, as indexes into the list's ids; those that the matcher matches count like errors
  // made on the tune streets. Must outlive the call.
  std::span<const TrialRow> known = {};
};

struct SelfCalibration {
  Calibration calibration;
  double cut = 0;                  // the least strength to accept; infinity: none can be
  bool cautious = false;           // the table of CautiousCalibration was taken
  std::vector<PrecisionCut> cuts;  // for other precisions; empty with `cautious`
  size_t rows = 0;                 // asked, check included
  size_t known = 0;                // of the known texts: that were matched, and so say something
  Reliability reliability;         // on streets it was not fitted on; empty with `cautious`
};

// Fits on the tune streets of `gazetteer`, which the matcher was built over, half of the rows without their postcodes,
// and checks on the unseen ones. What must be refused there are traps and foreign streets; properties that are truly
// missing are not tried, for the matcher holds all. The same arguments give the same result on any number of threads.
SelfCalibration CalibrateOn(const AddressMatcher& matcher, const FlatGazetteer& gazetteer,
                            const SelfCalibrationOptions& options);

// For lists too small to learn from: a fixed table of what the engine kept on a list of fifty thousand. The cut is at
// the first step from which on `precision` was kept there; if from none, at the last.
SelfCalibration CautiousCalibration(double precision);

}  // namespace wensum::matching::address

#endif  // WENSUM_MATCHING_ADDRESS_FIT_SELF_CALIBRATION_H_
