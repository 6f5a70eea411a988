// Code-Point Open: Ordnance Survey's list of postcodes with their positions, as CSV without a header.
//
// Columns, in the product's 10-column form (since 2011): postcode, positional quality (10, 20 to 60, 90), easting,
// northing, country, NHS regional authority, NHS authority, county, district, ward. Rows of older forms with more
// columns are rejected. Postcodes of quality 90 have no position (0, 0). Country, health and county codes are not
// kept.
#ifndef WENSUM_IMPORT_CODEPOINT_READER_H_
#define WENSUM_IMPORT_CODEPOINT_READER_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "import/byte_source.h"
#include "import/csv_reader.h"
#include "import/issue.h"
#include "model/gazetteer.h"

namespace wensum::ingest {

// One row of the file. The view is valid until the reader's next call.
struct CodePointRecord {
  uint64_t line = 0;
  std::string_view raw;
  model::PostcodeCentroid row;       // empty if rejected
  std::optional<RowIssue> rejected;  // why, if so: column_count, postcode_invalid, number_invalid
};

// Not thread-safe.
class CodePointReader {
 public:
  // `source` must outlive the reader.
  explicit CodePointReader(ByteSource* source) : csv_(source) {}

  // The next row, or false at the end. Numbers are taken as they are: their ranges are not checked here. Errors as
  // CsvReader::Next.
  absl::StatusOr<bool> Next(CodePointRecord& record);

  // Behind the last record given.
  [[nodiscard]] CsvPosition position() const { return csv_.position(); }

 private:
  CsvReader csv_;
};

struct CodePointFileFacts {
  TextFacts text;
  uint64_t rows = 0;
  uint64_t rejected = 0;                 // of these
  std::optional<RowIssue> first_reject;  // set if there is one
};

// Reads the whole file without keeping any of it: whether it is Code-Point Open at all is known before anything is
// written. Errors as ByteSource::OpenFile and CsvReader::Next. Thread-safe. Two passes over the file.
absl::StatusOr<CodePointFileFacts> InspectCodePointFile(const std::string& path);

}  // namespace wensum::ingest

#endif  // WENSUM_IMPORT_CODEPOINT_READER_H_
