#include "services/dedupe/labels.h"

#include <cmath>
#include <nlohmann/json.hpp>
#include <span>

#include "absl/container/flat_hash_map.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "services/dedupe/files.h"

namespace wensum::dedupe {

absl::StatusOr<bool> ParseAnswer(std::string_view text) {
  const std::string lower = ToLowerAscii(text);
  if (lower == "yes" || lower == "true" || lower == "1") return true;
  if (lower == "no" || lower == "false" || lower == "0") return false;
  return InvalidArgument(Cat("one_person is ", Quote(text), "; expected yes or no, or nothing where it is not known"));
}

absl::StatusOr<std::vector<matching::PairLabel>> ReadLabels(const std::string& path,
                                                            const matching::RecordSet& records) {
  absl::flat_hash_map<std::string_view, matching::RecordIndex> place;
  place.reserve(records.size());
  for (matching::RecordIndex i = 0; i < records.size(); ++i) place.emplace(records.key(i), i);
  std::vector<matching::PairLabel> labels;
  const std::string columns[] = {"record_id_a", "record_id_b", "one_person"};
  WENSUM_RETURN_IF_ERROR(ReadColumns(path, columns, [&](std::span<const std::string_view> values, uint64_t line) {
    if (values[2].empty()) return absl::OkStatus();
    const absl::StatusOr<bool> answer = ParseAnswer(values[2]);
    if (!answer.ok()) return InvalidArgument(Cat("line ", line, ": ", Message(answer.status())));
    for (const std::string_view id : {values[0], values[1]}) {
      if (!place.contains(id)) {
        return InvalidArgument(Cat("line ", line, ": there is no record ", Quote(id), " in the files"));
      }
    }
    if (values[0] == values[1]) {
      return InvalidArgument(Cat("line ", line, ": the record ", Quote(values[0]), " is paired with itself"));
    }
    labels.push_back({place[values[0]], place[values[1]], *answer});
    return absl::OkStatus();
  }));
  return labels;
}

nlohmann::ordered_json CalibrationJson(const matching::ScoreCalibration& calibration,
                                       const matching::CalibrationReport& report) {
  nlohmann::ordered_json bins = nlohmann::ordered_json::array();
  for (const matching::CalibrationBin& bin : report.bins) {
    nlohmann::ordered_json row = {{"reason", matching::ReviewReasonName(bin.reason)}};
    if (std::isfinite(bin.from)) row["from"] = bin.from;
    if (std::isfinite(bin.to)) row["to"] = bin.to;
    row["labels"] = bin.labels;
    row["one_person"] = bin.one_person;
    row["probability_before"] = bin.before;
    row["probability_after"] = bin.after;
    bins.push_back(std::move(row));
  }
  return {{"labels", report.labels},
          {"used", report.used},
          {"refused", report.refused},
          {"repeated", report.repeated},
          {"slope", calibration.slope},
          {"offset", calibration.offset},
          {"log_loss_before", report.log_loss_before},
          {"log_loss_after", report.log_loss_after},
          {"bins", std::move(bins)}};
}

}  // namespace wensum::dedupe
