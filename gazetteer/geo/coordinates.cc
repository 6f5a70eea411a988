#include "gazetteer/geo/coordinates.h"

#include <proj.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <string>
#include <utility>

#include "base/status_macros.h"
#include "base/strings.h"

namespace wensum::llpg {
namespace {

// The National Grid's projection. All is spelt out, the algorithm too, so that no proj.ini changes a result.
#define WENSUM_NATIONAL_GRID \
  "+proj=tmerc +algo=poder_engsager +lat_0=49 +lon_0=-2 +k_0=0.9996012717 +x_0=400000 +y_0=-100000 "
constexpr const char* kEtrs89Projection = WENSUM_NATIONAL_GRID "+ellps=GRS80";
// From ETRS89 to the National Grid without OSTN15: EPSG:1314 the other way round, on the ellipsoid's surface.
constexpr const char* kHelmert =
    "+proj=pipeline +step +proj=push +v_3 +step +proj=cart +ellps=GRS80 "
    "+step +inv +proj=helmert +x=446.448 +y=-125.157 +z=542.06 +rx=0.15 +ry=0.247 +rz=0.842 +s=-20.489 "
    "+convention=position_vector "
    "+step +inv +proj=cart +ellps=airy +step +proj=pop +v_3 +step " WENSUM_NATIONAL_GRID "+ellps=airy";
#undef WENSUM_NATIONAL_GRID
constexpr const char* kWebMercator = "+proj=webmerc +ellps=WGS84";

constexpr double kWidth = (Ostn15Grid::kColumns - 1) * Ostn15Grid::kCellMetres;
constexpr double kHeight = (Ostn15Grid::kRows - 1) * Ostn15Grid::kCellMetres;
// A box around the area. The exact test is on the grid; far from it the projection means nothing.
constexpr double kSouth = 48, kNorth = 62, kWest = -11, kEast = 5;

// Ordnance Survey states 0.1 m (root mean square) for OSTN15.
constexpr double kOstn15Accuracy = 0.1;
// Measured against OSTN15 at Ordnance Survey's test points, of which St Kilda is the worst (4.94 m).
constexpr double kHelmertAccuracy = 5;

constexpr double kRadians = std::numbers::pi / 180;

// PROJ's transformers of one thread.
class Transformers {
 public:
  Transformers() : context_(proj_context_create()) {
    proj_log_level(context_, PJ_LOG_NONE);
    etrs89_ = proj_create(context_, kEtrs89Projection);
    helmert_ = proj_create(context_, kHelmert);
    mercator_ = proj_create(context_, kWebMercator);
  }
  ~Transformers() {
    proj_destroy(mercator_);
    proj_destroy(helmert_);
    proj_destroy(etrs89_);
    proj_context_destroy(context_);
  }
  Transformers(const Transformers&) = delete;
  Transformers& operator=(const Transformers&) = delete;

  static Transformers& OfThisThread() {
    thread_local Transformers transformers;
    return transformers;
  }

  [[nodiscard]] PJ* projection(bool with_grid) const { return with_grid ? etrs89_ : helmert_; }
  [[nodiscard]] PJ* mercator() const { return mercator_; }

 private:
  PJ_CONTEXT* context_;
  PJ* etrs89_ = nullptr;
  PJ* helmert_ = nullptr;
  PJ* mercator_ = nullptr;
};

// From longitude and latitude in degrees to metres; false if PROJ cannot.
bool Project(PJ* transformer, GeoPoint from, PlanePoint* to) {
  if (transformer == nullptr) {
    return false;
  }
  const PJ_COORD out =
      proj_trans(transformer, PJ_FWD, proj_coord(from.longitude * kRadians, from.latitude * kRadians, 0, 0));
  *to = {out.xy.x, out.xy.y};
  return std::isfinite(to->x) && std::isfinite(to->y);
}

bool Unproject(PJ* transformer, PlanePoint from, GeoPoint* to) {
  if (transformer == nullptr) {
    return false;
  }
  const PJ_COORD out = proj_trans(transformer, PJ_INV, proj_coord(from.x, from.y, 0, 0));
  *to = {out.lp.phi / kRadians, out.lp.lam / kRadians};
  return std::isfinite(to->latitude) && std::isfinite(to->longitude);
}

bool InArea(GridPoint point) {
  return point.easting >= 0 && point.easting <= kWidth && point.northing >= 0 && point.northing <= kHeight;
}

bool InBox(GeoPoint point) {
  return point.latitude >= kSouth && point.latitude <= kNorth && point.longitude >= kWest && point.longitude <= kEast;
}

absl::Status OutsideGrid(GridPoint point) {
  return InvalidArgument(Cat("easting ", point.easting, ", northing ", point.northing,
                             " is outside the National Grid: easting is 0 to 700000 m, northing 0 to 1250000 m"));
}

absl::Status OutsideGeo(GeoPoint point) {
  const bool swapped = InBox({point.longitude, point.latitude});
  return InvalidArgument(Cat("latitude ", point.latitude, ", longitude ", point.longitude,
                             " is outside the National Grid, which covers Great Britain and the Isle of Man",
                             swapped ? "; latitude and longitude seem to be swapped" : ""));
}

absl::Status OutsideMercator(MercatorPoint point) {
  return InvalidArgument(Cat("Web Mercator x ", point.x, ", y ", point.y,
                             " is outside the National Grid, which covers Great Britain and the Isle of Man"));
}

// The ETRS89 position in the projection that the shift takes to `point`: e = point - shift(e), by iteration. The shift
// changes by less than 0.1 m over a kilometre, so each step gains four digits. Nullopt where it leaves the grid.
std::optional<GridPoint> Unshift(const Ostn15Grid& grid, GridPoint point) {
  constexpr double kTolerance = 1e-7;  // metres
  constexpr int kMaxSteps = 10;
  GridPoint etrs = point;
  for (int step = 0; step < kMaxSteps; ++step) {
    const std::optional<GridShift> shift = grid.At(etrs.easting, etrs.northing);
    if (!shift.has_value()) {
      return std::nullopt;
    }
    const GridPoint next = {point.easting - shift->east, point.northing - shift->north};
    const double change = std::max(std::abs(next.easting - etrs.easting), std::abs(next.northing - etrs.northing));
    etrs = next;
    if (change < kTolerance) {
      break;
    }
  }
  return etrs;
}

// Grows `out` to hold the side of a box between two corners, by steps so short that the side is straight on the grid to
// some metres.
bool HoldSide(GeoPoint from, GeoPoint to, GridBox* out) {
  constexpr int kSteps = 64;
  PJ* const projection = Transformers::OfThisThread().projection(true);
  for (int i = 0; i <= kSteps; ++i) {
    const double t = static_cast<double>(i) / kSteps;
    PlanePoint point;
    if (!Project(projection, {std::lerp(from.latitude, to.latitude, t), std::lerp(from.longitude, to.longitude, t)},
                 &point)) {
      return false;
    }
    out->low.easting = std::min(out->low.easting, point.x);
    out->low.northing = std::min(out->low.northing, point.y);
    out->high.easting = std::max(out->high.easting, point.x);
    out->high.northing = std::max(out->high.northing, point.y);
  }
  return true;
}

}  // namespace

absl::StatusOr<GridBox> CoveringBox(const GeoBox& box) {
  if (!(box.south >= -90 && box.south <= box.north && box.north <= 90 && box.west >= -180 && box.west <= box.east &&
        box.east <= 180)) {
    return InvalidArgument(Cat("not a box of latitudes and longitudes: south ", box.south, ", west ", box.west,
                               ", north ", box.north, ", east ", box.east,
                               "; give degrees, south below north and west before east"));
  }
  const double south = std::max(box.south, kSouth);
  const double north = std::min(box.north, kNorth);
  const double west = std::max(box.west, kWest);
  const double east = std::min(box.east, kEast);
  if (south > north || west > east) {
    return GridBox{{0, 0}, {-1, -1}};
  }
  constexpr double kFar = 1e12;
  GridBox out = {{kFar, kFar}, {-kFar, -kFar}};
  if (!HoldSide({south, west}, {south, east}, &out) || !HoldSide({north, west}, {north, east}, &out) ||
      !HoldSide({south, west}, {north, west}, &out) || !HoldSide({south, east}, {north, east}, &out)) {
    return Internal("PROJ cannot convert a box to the National Grid; check the installation of libproj");
  }
  // The shift between ETRS89 and OSGB36, at most 112 m, either way, and the bend between two steps.
  constexpr double kMargin = 150;
  return GridBox{{std::max(out.low.easting - kMargin, 0.0), std::max(out.low.northing - kMargin, 0.0)},
                 {std::min(out.high.easting + kMargin, kWidth), std::min(out.high.northing + kMargin, kHeight)}};
}

absl::StatusOr<GeoPoint> MercatorToGeo(MercatorPoint point) {
  GeoPoint geo;
  constexpr double kEdge = 20037508.342789244;  // of the square map: pi times the radius
  if (!(std::abs(point.x) <= kEdge && std::abs(point.y) <= kEdge) ||
      !Unproject(Transformers::OfThisThread().mercator(), {point.x, point.y}, &geo)) {
    return InvalidArgument(Cat("x ", point.x, ", y ", point.y, " is off the map of Web Mercator"));
  }
  return geo;
}

std::optional<CoordinateSystem> CoordinateSystemOf(int epsg_code) {
  switch (epsg_code) {
    case 3857:
      return CoordinateSystem::kWebMercator;
    case 4326:
      return CoordinateSystem::kWgs84;
    case 27700:
      return CoordinateSystem::kNationalGrid;
    default:
      return std::nullopt;
  }
}

CoordinateConverter::CoordinateConverter(std::shared_ptr<const Ostn15Grid> grid) : grid_(std::move(grid)) {}

std::string_view CoordinateConverter::method() const { return has_grid() ? "OSTN15" : "HELMERT"; }

double CoordinateConverter::accuracy_metres() const { return has_grid() ? kOstn15Accuracy : kHelmertAccuracy; }

absl::StatusOr<GeoPoint> CoordinateConverter::ToGeo(GridPoint point) const {
  if (!InArea(point)) {
    return OutsideGrid(point);
  }
  GridPoint projected = point;
  if (has_grid()) {
    const std::optional<GridPoint> etrs = Unshift(*grid_, point);
    if (!etrs.has_value()) {
      return OutsideGrid(point);
    }
    projected = *etrs;
  }
  GeoPoint geo;
  if (!Unproject(Transformers::OfThisThread().projection(has_grid()), {projected.easting, projected.northing}, &geo)) {
    return Internal(Cat("PROJ cannot convert easting ", point.easting, ", northing ", point.northing,
                        " to latitude and longitude; check the installation of libproj"));
  }
  return geo;
}

absl::StatusOr<GridPoint> CoordinateConverter::ToGrid(GeoPoint point) const {
  if (!InBox(point)) {
    return OutsideGeo(point);
  }
  PlanePoint projected;
  if (!Project(Transformers::OfThisThread().projection(has_grid()), point, &projected)) {
    return Internal(Cat("PROJ cannot convert latitude ", point.latitude, ", longitude ", point.longitude,
                        " to the National Grid; check the installation of libproj"));
  }
  GridPoint out = {projected.x, projected.y};
  if (has_grid()) {
    const std::optional<GridShift> shift = grid_->At(projected.x, projected.y);
    if (!shift.has_value()) {
      return OutsideGeo(point);
    }
    out = {projected.x + shift->east, projected.y + shift->north};
  }
  if (!InArea(out)) {
    return OutsideGeo(point);
  }
  return out;
}

absl::StatusOr<MercatorPoint> CoordinateConverter::ToMercator(GridPoint point) const {
  WENSUM_ASSIGN_OR_RETURN(const GeoPoint geo, ToGeo(point));
  PlanePoint out;
  if (!Project(Transformers::OfThisThread().mercator(), geo, &out)) {
    return Internal(Cat("PROJ cannot convert latitude ", geo.latitude, ", longitude ", geo.longitude,
                        " to Web Mercator; check the installation of libproj"));
  }
  return MercatorPoint{out.x, out.y};
}

absl::StatusOr<GridPoint> CoordinateConverter::ToGrid(MercatorPoint point) const {
  GeoPoint geo;
  if (!Unproject(Transformers::OfThisThread().mercator(), {point.x, point.y}, &geo) || !InBox(geo)) {
    return OutsideMercator(point);
  }
  absl::StatusOr<GridPoint> out = ToGrid(geo);
  if (absl::IsInvalidArgument(out.status())) {
    return OutsideMercator(point);
  }
  return out;
}

absl::StatusOr<PlanePoint> CoordinateConverter::Convert(PlanePoint point, CoordinateSystem from,
                                                        CoordinateSystem to) const {
  GridPoint grid = {point.x, point.y};
  if (from == CoordinateSystem::kWgs84) {
    WENSUM_ASSIGN_OR_RETURN(grid, ToGrid(GeoPoint{.latitude = point.y, .longitude = point.x}));
  } else if (from == CoordinateSystem::kWebMercator) {
    WENSUM_ASSIGN_OR_RETURN(grid, ToGrid(MercatorPoint{point.x, point.y}));
  } else if (!InArea(grid)) {
    return OutsideGrid(grid);
  }
  if (from == to) {
    return point;
  }
  switch (to) {
    case CoordinateSystem::kNationalGrid:
      return PlanePoint{grid.easting, grid.northing};
    case CoordinateSystem::kWgs84: {
      WENSUM_ASSIGN_OR_RETURN(const GeoPoint geo, ToGeo(grid));
      return PlanePoint{geo.longitude, geo.latitude};
    }
    case CoordinateSystem::kWebMercator: {
      WENSUM_ASSIGN_OR_RETURN(const MercatorPoint mercator, ToMercator(grid));
      return PlanePoint{mercator.x, mercator.y};
    }
  }
  return InvalidArgument(Cat("EPSG:", static_cast<int32_t>(to), " is not known; use 27700, 4326 or 3857"));
}

}  // namespace wensum::llpg
