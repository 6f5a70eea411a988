// Properties and streets as a GeoPackage.
#ifndef WENSUM_SERVICES_EXPORTS_GEOPACKAGE_EXPORT_H_
#define WENSUM_SERVICES_EXPORTS_GEOPACKAGE_EXPORT_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "base/clock.h"
#include "services/exports/export.h"
#include "services/exports/table_rows.h"
#include "storage/keys.h"
#include "storage/store.h"

namespace wensum::exports {

struct GeoPackageExportOptions {
  Selection selection;
  std::vector<TableContent> contents;  // a layer each: "properties", "streets"
  bool open = false;                   // see TableSelection: of kProperties alone, in a layer "open_uprn"
  TimeMicros time = 0;                 // stands in the file
  std::string scratch_directory;       // made if missing
};

// The rows and columns of the CSV tables (see OpenTableExport), with points and lines on the National Grid
// (EPSG:27700).
//
// A GeoPackage is a database, so nothing can be sent before all is written: until then Next gives empty pieces. The
// file stands in the scratch directory under a random name that ends in ".part", and has no name any more once its
// first bytes are sent. Memory: some megabytes of GDAL's and SQLite's. Errors as
// TableRows::Open and GeoPackageWriter, UNAVAILABLE or RESOURCE_EXHAUSTED if there can be no such directory.
absl::StatusOr<std::unique_ptr<Export>> OpenGeoPackageExport(const storage::Reader& reader, storage::RegisterId reg,
                                                             const GeoPackageExportOptions& options);

}  // namespace wensum::exports

#endif  // WENSUM_SERVICES_EXPORTS_GEOPACKAGE_EXPORT_H_
