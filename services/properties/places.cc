#include "services/properties/places.h"

#include <optional>
#include <utility>
#include <vector>

#include "base/status_macros.h"
#include "base/strings.h"
#include "services/rpc/status_details.h"

namespace wensum::properties {

using matching::address::Polygon;
using Corner = llpg::GridPoint;

absl::StatusOr<Places> Places::Create(const llpg::CoordinateConverter& coordinates, v1::CoordinateSystem crs) {
  if (crs == v1::COORDINATE_SYSTEM_UNSPECIFIED) {
    return Places(coordinates);
  }
  const std::optional<llpg::CoordinateSystem> system = llpg::CoordinateSystemOf(crs);
  if (!system.has_value()) {
    return rpc::InvalidField("crs", Cat("is ", static_cast<int>(crs), "; served are 27700, 4326 and 3857"));
  }
  return Places(coordinates, *system, true);
}

absl::StatusOr<Corner> Places::Point(const v1::MapPoint& point, const std::string& field) const {
  const auto grid = coordinates_.Convert({point.x(), point.y()}, system_, llpg::CoordinateSystem::kNationalGrid);
  if (!grid.ok()) {
    return rpc::InvalidField(field, Message(grid.status()));
  }
  return Corner{grid->x, grid->y};
}

absl::StatusOr<Polygon> Places::Box(const v1::MapBox& box) const {
  if (!box.has_low() || !box.has_high()) {
    return rpc::InvalidField("box", "needs low, its south-west corner, and high, its north-east corner");
  }
  WENSUM_ASSIGN_OR_RETURN(const Corner low, Point(box.low(), "box.low"));
  WENSUM_ASSIGN_OR_RETURN(const Corner high, Point(box.high(), "box.high"));
  if (!(box.low().x() < box.high().x() && box.low().y() < box.high().y())) {
    return rpc::InvalidField("box", "has no area: low must lie south and west of high");
  }
  v1::MapPoint south_east;
  south_east.set_x(box.high().x());
  south_east.set_y(box.low().y());
  v1::MapPoint north_west;
  north_west.set_x(box.low().x());
  north_west.set_y(box.high().y());
  if (system_ == llpg::CoordinateSystem::kNationalGrid) {
    return Polygon::FromBox({low, high});
  }
  WENSUM_ASSIGN_OR_RETURN(const Corner low_high, Point(south_east, "box"));
  WENSUM_ASSIGN_OR_RETURN(const Corner high_low, Point(north_west, "box"));
  absl::StatusOr<Polygon> made = Polygon::Create({low, low_high, high, high_low});
  return made.ok() ? std::move(made) : rpc::InvalidField("box", Message(made.status()));
}

absl::StatusOr<Polygon> Places::Outline(const v1::MapPolygon& polygon) const {
  if (static_cast<size_t>(polygon.corners_size()) > Polygon::kMaxPoints + 1) {
    return rpc::InvalidField("polygon.corners",
                             Cat("holds ", polygon.corners_size(), "; at most ", Polygon::kMaxPoints, " are taken"));
  }
  std::vector<Corner> corners;
  for (int i = 0; i < polygon.corners_size(); ++i) {
    WENSUM_ASSIGN_OR_RETURN(const Corner corner, Point(polygon.corners(i), Cat("polygon.corners[", i, "]")));
    corners.push_back(corner);
  }
  absl::StatusOr<Polygon> made = Polygon::Create(std::move(corners));
  return made.ok() ? std::move(made) : rpc::InvalidField("polygon", Message(made.status()));
}

absl::StatusOr<Polygon> Places::Area(const v1::WithinPropertiesRequest& request) const {
  switch (request.area_case()) {
    case v1::WithinPropertiesRequest::kBox:
      return Box(request.box());
    case v1::WithinPropertiesRequest::kPolygon:
      return Outline(request.polygon());
    case v1::WithinPropertiesRequest::AREA_NOT_SET:
      break;
  }
  return rpc::InvalidField("area", "is required: give a box or a polygon");
}

void Places::Locate(v1::Property& property) const {
  if (property.easting() == 0 && property.northing() == 0) {
    return;
  }
  // A gazetteer's position may be anything: what lies outside Great Britain has none in other systems.
  if (const auto geo = coordinates_.ToGeo(llpg::GridPoint{property.easting(), property.northing()}); geo.ok()) {
    property.set_latitude(geo->latitude);
    property.set_longitude(geo->longitude);
  }
  if (!named_) {
    return;
  }
  const auto point =
      coordinates_.Convert({property.easting(), property.northing()}, llpg::CoordinateSystem::kNationalGrid, system_);
  if (point.ok()) {
    property.mutable_position()->set_x(point->x);
    property.mutable_position()->set_y(point->y);
  }
}

}  // namespace wensum::properties
