#include "import/codepoint_reader.h"

#include <optional>
#include <utility>

#include "base/status_macros.h"
#include "base/strings.h"
#include "import/gazetteer_row.h"

namespace wensum::ingest {
namespace {

constexpr size_t kColumns = 10;
constexpr size_t kPostcode = 0, kQuality = 1, kEasting = 2, kNorthing = 3, kDistrict = 8, kWard = 9;
constexpr int kNoPosition = 90;

}  // namespace

absl::StatusOr<bool> CodePointReader::Next(PostcodeCentroid& centroid, bool& rejected, RowIssue& issue) {
  CsvRow row;
  WENSUM_ASSIGN_OR_RETURN(const bool more, csv_.Next(row));
  if (!more) return false;
  centroid = {};
  rejected = false;
  const auto reject = [&](std::string_view column, std::string_view rule, std::string message) {
    rejected = true;
    issue = {row.line,          std::string(column), std::string(rule),
             Severity::kReject, std::move(message),  std::string(row.raw.substr(0, kMaxRawBytes))};
    centroid = {};
    return true;
  };
  if (row.fields.size() != kColumns) {
    return reject("", "column_count", Cat("The row has ", row.fields.size(), " columns, Code-Point Open has 10."));
  }
  absl::StatusOr<model::Postcode> postcode = model::Postcode::Parse(row.fields[kPostcode]);
  if (!postcode.ok()) {
    return reject("Postcode", "postcode_invalid", std::string(Message(postcode.status())));
  }
  const std::optional<int> quality = ParseInteger<int>(Trim(row.fields[kQuality]));
  const std::optional<double> easting = ParseDecimal(Trim(row.fields[kEasting]));
  const std::optional<double> northing = ParseDecimal(Trim(row.fields[kNorthing]));
  if (!quality || !easting || !northing) {
    return reject(!quality   ? "Positional_quality_indicator"
                  : !easting ? "Eastings"
                             : "Northings",
                  "number_invalid", "The column is not a number.");
  }
  centroid.postcode = *std::move(postcode);
  centroid.quality = *quality;
  centroid.has_position = *quality < kNoPosition && *easting > 0 && *northing > 0;
  centroid.easting = *easting;
  centroid.northing = *northing;
  centroid.district = std::string(Trim(row.fields[kDistrict]));
  centroid.ward = std::string(Trim(row.fields[kWard]));
  return true;
}

}  // namespace wensum::ingest
