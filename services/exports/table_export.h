// Tables of properties and streets as CSV and GeoJSON.
#ifndef WENSUM_SERVICES_EXPORTS_TABLE_EXPORT_H_
#define WENSUM_SERVICES_EXPORTS_TABLE_EXPORT_H_

#include <functional>
#include <memory>
#include <optional>

#include "absl/status/statusor.h"
#include "services/exports/export.h"
#include "services/exports/table_rows.h"
#include "storage/keys.h"
#include "storage/store.h"

namespace wensum::exports {

// Degrees, WGS 84.
struct LongitudeLatitude {
  double longitude = 0;
  double latitude = 0;
};
// From the National Grid (EPSG:27700), metres; nullopt for a point where the transformation is not defined. Must be
// thread-safe.
using ToWgs84 = std::function<std::optional<LongitudeLatitude>(double easting, double northing)>;

enum class TableFormat : uint8_t { kCsv, kGeoJson };

struct TableExportOptions {
  TableSelection table;
  TableFormat format = TableFormat::kCsv;
  // Needed for kGeoJson.
  ToWgs84 to_wgs84;
};

// One row or feature for each property that has a BLPU, in the order of UPRNs, or each street that has a record 11, in
// the order of USRNs.
//
// CSV as RFC 4180 with a line of column names, UTF-8, coordinates in metres of the National Grid. GeoJSON as RFC 7946:
// one FeatureCollection, WGS 84, a property as a point and a street as a line from its start to its end, with the
// columns of the CSV as members; without coordinates the geometry is null. Codes as the gazetteer has them.
//
// The selection holds back what it holds back from a DTF 7.3 file: whole properties, and of the others what the rows
// that are left out say (addresses of candidate LPIs, names and classes of AddressBase).
//
// `reader` must show one state and outlive the export. Memory: a piece of the file. INVALID_ARGUMENT for options that
// exclude each other; FAILED_PRECONDITION for GeoJSON without a transformation, and if under Profile::kHub it cannot be
// told whose properties are meant (see Selection::custodian_code).
absl::StatusOr<std::unique_ptr<Export>> OpenTableExport(const storage::Reader& reader, storage::RegisterId reg,
                                                        const TableExportOptions& options);

}  // namespace wensum::exports

#endif  // WENSUM_SERVICES_EXPORTS_TABLE_EXPORT_H_
