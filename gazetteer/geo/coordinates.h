// Positions in the coordinate systems of the API: National Grid, latitude and longitude, Web Mercator.
//
// WGS 84 and ETRS89 are taken as equal: in Great Britain they part by some centimetres a year since 1989, and every
// user of web maps takes them so.
#ifndef WENSUM_GAZETTEER_GEO_COORDINATES_H_
#define WENSUM_GAZETTEER_GEO_COORDINATES_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "gazetteer/geo/grid.h"
#include "gazetteer/geo/ostn15_grid.h"

namespace wensum::llpg {

// Values are EPSG codes.
enum class CoordinateSystem : int32_t {
  kWebMercator = 3857,
  kWgs84 = 4326,
  kNationalGrid = 27700,
};
// Nullopt for any other code.
std::optional<CoordinateSystem> CoordinateSystemOf(int epsg_code);

// EPSG:4326, degrees, north and east positive.
struct GeoPoint {
  double latitude = 0;
  double longitude = 0;
  friend bool operator==(const GeoPoint&, const GeoPoint&) = default;
};

// EPSG:3857, metres.
struct MercatorPoint {
  double x = 0;
  double y = 0;
  friend bool operator==(const MercatorPoint&, const MercatorPoint&) = default;
};

// A position in any of the systems: x is the easting or the LONGITUDE, y the northing or the LATITUDE.
struct PlanePoint {
  double x = 0;
  double y = 0;
  friend bool operator==(const PlanePoint&, const PlanePoint&) = default;
};

// A rectangle of latitudes and longitudes, edges included. None crosses the 180th meridian.
struct GeoBox {
  double south = 0;
  double west = 0;
  double north = 0;
  double east = 0;
};

// A rectangle of the National Grid that holds every position of the box that is on the grid; empty if there is none. Up
// to some hundred metres larger than it must be, more so for a box of hundreds of kilometres, whose sides are bent on
// the grid: look at the positions themselves for the last word. INVALID_ARGUMENT if south is above north, west beyond
// east, or for what is no latitude or longitude. Some tens of microseconds.
absl::StatusOr<GridBox> CoveringBox(const GeoBox& box);

// Latitude and longitude of a position anywhere but at the poles: a box of Web Mercator is a box of these.
// INVALID_ARGUMENT for what is not a number or off the map.
absl::StatusOr<GeoPoint> MercatorToGeo(MercatorPoint point);

// Converts positions of Great Britain and the Isle of Man: the rectangle of 0 to 700 km east and 0 to 1,250 km north.
//
// With OSTN15 the result is what Ordnance Survey defines, to a millimetre; its own accuracy as a link between the two
// systems is 0.1 m. Without it a Helmert transformation of seven parameters (EPSG:1314, PROJ's own way without a grid)
// is good to 5 m at all of Ordnance Survey's test points, and to 7.5 m far out at sea. There and back again gives the
// same position to less than a thousandth of a millimetre with OSTN15, to 2 mm without.
//
// Immutable and thread-safe. PROJ's transformers are not, so each thread has its own, made at its first conversion:
// some hundred microseconds, in the process's first thread some milliseconds, as PROJ looks for its proj.ini and
// proj.db then; nothing in them is used, and either may be missing. A conversion takes a third of a microsecond.
//
// All conversions: INVALID_ARGUMENT, which names the position, outside the area and for what is not a number. Most
// common of these in practice: latitude and longitude the wrong way round.
class CoordinateConverter {
 public:
  // Null: without OSTN15.
  explicit CoordinateConverter(std::shared_ptr<const Ostn15Grid> grid);

  [[nodiscard]] bool has_grid() const { return grid_ != nullptr; }
  // "OSTN15" or "HELMERT", for logs and Admin.Stats.
  [[nodiscard]] std::string_view method() const;
  // What a latitude and longitude made from a perfect National Grid position on land may be wrong by, in metres: 0.1
  // or 5.
  [[nodiscard]] double accuracy_metres() const;

  [[nodiscard]] absl::StatusOr<GeoPoint> ToGeo(GridPoint point) const;
  [[nodiscard]] absl::StatusOr<GridPoint> ToGrid(GeoPoint point) const;
  [[nodiscard]] absl::StatusOr<MercatorPoint> ToMercator(GridPoint point) const;
  [[nodiscard]] absl::StatusOr<GridPoint> ToGrid(MercatorPoint point) const;

  // Between any two systems, by way of the National Grid; a point that stays in its system is checked all the same.
  [[nodiscard]] absl::StatusOr<PlanePoint> Convert(PlanePoint point, CoordinateSystem from, CoordinateSystem to) const;

 private:
  const std::shared_ptr<const Ostn15Grid> grid_;
};

}  // namespace wensum::llpg

#endif  // WENSUM_GAZETTEER_GEO_COORDINATES_H_
