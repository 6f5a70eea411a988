// Boundaries of wards and parishes from a GeoJSON file.
#ifndef WENSUM_SERVICES_HEALTH_BOUNDARY_FILE_H_
#define WENSUM_SERVICES_HEALTH_BOUNDARY_FILE_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "gazetteer/geo/boundary.h"

namespace wensum::health {

struct BoundaryFileOptions {
  // Of each feature; empty: the property whose name begins with `prefix` and ends with "CD", in any case, e.g.
  // "WD24CD". The name of the boundary is in the property of the same name with "NM" at its end, if there is one.
  std::string code_property;
  std::string prefix = "WD";
};

// Reads a FeatureCollection of Polygons and MultiPolygons on the National Grid; members may come in any order. Features
// of one code are one boundary. A "crs" that is not EPSG:27700, coordinates that cannot be on the National Grid, and
// without a "crs" those that look like degrees, are refused. INVALID_ARGUMENT says what is wrong and, where it can, in
// which feature (counted from 1): the first that is found ends the reading.
//
// For files that nobody vouches for: time grows with the file's length alone; no more than 32 levels and
// llpg::Boundary::kMaxEdges positions are taken. Of the text only codes, names and positions are kept, 16 bytes a
// position, until the boundaries are made of them.
absl::StatusOr<std::vector<llpg::Boundary>> ParseBoundaries(std::string_view geojson,
                                                            const BoundaryFileOptions& options);

}  // namespace wensum::health

#endif  // WENSUM_SERVICES_HEALTH_BOUNDARY_FILE_H_
