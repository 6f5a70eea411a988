// Code-Point Open: Ordnance Survey's list of postcodes with their positions, as CSV without a header.
//
// Columns, in the product's 10-column form (since 2011): postcode, positional quality (10, 20 to 60, 90), easting,
// northing, country, NHS regional authority, NHS authority, county, district, ward. Files of older forms with more
// columns are refused. Postcodes of quality 90 have no position (0, 0).
#ifndef WENSUM_IMPORT_CODEPOINT_READER_H_
#define WENSUM_IMPORT_CODEPOINT_READER_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "import/byte_source.h"
#include "import/csv_reader.h"
#include "import/issue.h"
#include "model/postcode.h"

namespace wensum::ingest {

struct PostcodeCentroid {
  model::Postcode postcode;
  int quality = 0;
  bool has_position = false;
  double easting = 0;  // metres, EPSG:27700
  double northing = 0;
  std::string district;  // GSS code, e.g. "E07000148"
  std::string ward;      // GSS code
};

// Not thread-safe.
class CodePointReader {
 public:
  // `source` must outlive the reader.
  explicit CodePointReader(ByteSource* source) : csv_(source) {}

  // The next row, or false at the end. With `rejected` set, `issue` says why and `centroid` is empty: column_count,
  // postcode_invalid, number_invalid. Errors as CsvReader::Next.
  absl::StatusOr<bool> Next(PostcodeCentroid& centroid, bool& rejected, RowIssue& issue);

  [[nodiscard]] CsvPosition position() const { return csv_.position(); }
  absl::Status Seek(const CsvPosition& position) { return csv_.Seek(position); }

 private:
  CsvReader csv_;
};

}  // namespace wensum::ingest

#endif  // WENSUM_IMPORT_CODEPOINT_READER_H_
