#include "import/codepoint_reader.h"

#include <memory>
#include <utility>

#include "base/status_macros.h"
#include "base/strings.h"
#include "import/gazetteer_row.h"

namespace wensum::ingest {
namespace {

constexpr size_t kColumns = 10;
constexpr size_t kPostcode = 0, kQuality = 1, kEasting = 2, kNorthing = 3, kDistrict = 8, kWard = 9;

}  // namespace

absl::StatusOr<bool> CodePointReader::Next(CodePointRecord& record) {
  CsvRow row;
  WENSUM_ASSIGN_OR_RETURN(const bool more, csv_.Next(row));
  if (!more) return false;
  record = {.line = row.line, .raw = row.raw, .row = {}, .rejected = std::nullopt};
  const auto reject = [&](std::string_view column, std::string_view rule, std::string message) {
    record.rejected = {row.line,          std::string(column), std::string(rule),
                       Severity::kReject, std::move(message),  std::string(row.raw.substr(0, kMaxRawBytes))};
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
  record.row.postcode = *std::move(postcode);
  record.row.quality = *quality;
  record.row.x = *easting;
  record.row.y = *northing;
  record.row.district_code = std::string(Trim(row.fields[kDistrict]));
  record.row.ward_code = std::string(Trim(row.fields[kWard]));
  return true;
}

absl::StatusOr<CodePointFileFacts> InspectCodePointFile(const std::string& path) {
  WENSUM_ASSIGN_OR_RETURN(const std::unique_ptr<ByteSource> source, ByteSource::OpenFile(path));
  CodePointReader reader(source.get());
  CodePointFileFacts facts;
  facts.text = source->facts();
  CodePointRecord record;
  while (true) {
    WENSUM_ASSIGN_OR_RETURN(const bool more, reader.Next(record));
    if (!more) break;
    ++facts.rows;
    if (record.rejected.has_value()) {
      ++facts.rejected;
      if (!facts.first_reject.has_value()) facts.first_reject = std::move(record.rejected);
    }
  }
  return facts;
}

}  // namespace wensum::ingest
