// Pairs of records that somebody has judged, from a file, and what they have done to a model.
#ifndef WENSUM_SERVICES_DEDUPE_LABELS_H_
#define WENSUM_SERVICES_DEDUPE_LABELS_H_

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "matching/schema/record_set.h"
#include "matching/train/calibrate.h"

namespace wensum::dedupe {

// "yes", "true" or "1", and "no", "false" or "0", in whatever case.
absl::StatusOr<bool> ParseAnswer(std::string_view text);

// From a CSV file with the columns record_id_a, record_id_b and one_person: a review file to which the last was added.
// Rows without an answer are left out. INVALID_ARGUMENT, with the line, for an answer that is none, a record that there
// is not, and a record paired with itself.
absl::StatusOr<std::vector<matching::PairLabel>> ReadLabels(const std::string& path,
                                                            const matching::RecordSet& records);

// For the summary.
nlohmann::ordered_json CalibrationJson(const matching::ScoreCalibration& calibration,
                                       const matching::CalibrationReport& report);

}  // namespace wensum::dedupe

#endif  // WENSUM_SERVICES_DEDUPE_LABELS_H_
