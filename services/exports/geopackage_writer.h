// GeoPackage files (OGC 12-128r18) through GDAL. The one place that knows GDAL.
#ifndef WENSUM_SERVICES_EXPORTS_GEOPACKAGE_WRITER_H_
#define WENSUM_SERVICES_EXPORTS_GEOPACKAGE_WRITER_H_

#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/clock.h"
#include "services/exports/table_rows.h"

namespace wensum::exports {

// Writes layers of points or lines on the National Grid (EPSG:27700), each with a spatial index, into a file. The same
// rows and time give the same bytes, with the same version of GDAL and SQLite. Memory does not grow with the file.
// Thread-compatible: calls may come from different threads, one at a time.
//
// RESOURCE_EXHAUSTED if the disk is full, UNAVAILABLE with what GDAL says if the file cannot be written for another
// reason; FAILED_PRECONDITION if PROJ's database is not installed.
class GeoPackageWriter {
 public:
  // `path` must not exist. `time` stands in the file as that of the last change.
  static absl::StatusOr<std::unique_ptr<GeoPackageWriter>> Create(const std::string& path, TimeMicros time);
  // Leaves the file, which is no GeoPackage unless Finish was called. Quick: nothing is completed.
  virtual ~GeoPackageWriter() = default;

  // Rows go into the layer that was begun last, which must have been ended before the next is begun. `name` must be
  // new, `columns` must outlive the layer.
  virtual absl::Status BeginLayer(const std::string& name, std::span<const TableColumn> columns, bool lines) = 0;
  // A feature whose id is the row's. Empty values are NULL, and so is the geometry of a row without coordinates.
  virtual absl::Status Add(const TableRow& row) = 0;
  // Makes the layer's spatial index, in one go: some 30 us a row, so 10 seconds for 300,000.
  virtual absl::Status EndLayer() = 0;
  // Completes and closes the file. Nothing may be called afterwards.
  virtual absl::Status Finish() = 0;
};

// What a step that failed gives, by GDAL's last message.
absl::Status GeoPackageError(std::string_view step, std::string_view gdal_message);

}  // namespace wensum::exports

#endif  // WENSUM_SERVICES_EXPORTS_GEOPACKAGE_WRITER_H_
