// Positions in requests and answers, in the coordinate system that a request names.
#ifndef WENSUM_SERVICES_PROPERTIES_PLACES_H_
#define WENSUM_SERVICES_PROPERTIES_PLACES_H_

#include <string>

#include "absl/status/statusor.h"
#include "gazetteer/geo/coordinates.h"
#include "matching/address/polygon.h"
#include "wensum/v1/properties.pb.h"

namespace wensum::properties {

class Places {
 public:
  // For requests that name no system.
  explicit Places(const llpg::CoordinateConverter& coordinates)
      : Places(coordinates, llpg::CoordinateSystem::kNationalGrid, false) {}
  // INVALID_ARGUMENT, naming `crs`, for a system that is not served. The converter must outlive it.
  static absl::StatusOr<Places> Create(const llpg::CoordinateConverter& coordinates, v1::CoordinateSystem crs);

  // On the National Grid. INVALID_ARGUMENT, naming `field`, for what lies outside Great Britain.
  [[nodiscard]] absl::StatusOr<llpg::GridPoint> Point(const v1::MapPoint& point, const std::string& field) const;
  // A box of another system than the grid is the area between its four corners.
  [[nodiscard]] absl::StatusOr<matching::address::Polygon> Area(const v1::WithinPropertiesRequest& request) const;

  // Sets latitude and longitude of a property that has an easting and a northing of Great Britain, and `position` if
  // the request named a system.
  void Locate(v1::Property& property) const;

 private:
  Places(const llpg::CoordinateConverter& coordinates, llpg::CoordinateSystem system, bool named)
      : coordinates_(coordinates), system_(system), named_(named) {}
  [[nodiscard]] absl::StatusOr<matching::address::Polygon> Box(const v1::MapBox& box) const;
  [[nodiscard]] absl::StatusOr<matching::address::Polygon> Outline(const v1::MapPolygon& polygon) const;

  const llpg::CoordinateConverter& coordinates_;
  llpg::CoordinateSystem system_;
  bool named_;
};

}  // namespace wensum::properties

#endif  // WENSUM_SERVICES_PROPERTIES_PLACES_H_
