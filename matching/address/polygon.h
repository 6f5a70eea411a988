// Plane polygons in metres.
#ifndef WENSUM_MATCHING_ADDRESS_POLYGON_H_
#define WENSUM_MATCHING_ADDRESS_POLYGON_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace wensum::matching::address {

struct GridPoint {
  double easting = 0;
  double northing = 0;
  friend bool operator==(const GridPoint&, const GridPoint&) = default;
};

// Includes its edges.
struct GridBox {
  GridPoint low;
  GridPoint high;
  [[nodiscard]] bool Contains(const GridPoint& point) const {
    return point.easting >= low.easting && point.easting <= high.easting && point.northing >= low.northing &&
           point.northing <= high.northing;
  }
};

// A simple polygon without holes. Immutable; thread-safe.
class Polygon {
 public:
  static constexpr size_t kMaxPoints = 1'000;

  // Corners in either direction; the last may repeat the first. INVALID_ARGUMENT, saying which corner is at fault, if
  // there are fewer than 3 or more than kMaxPoints, if two neighbours are equal, or if edges touch or cross each other.
  // Compares all pairs of edges: under 2 ms for the most points.
  static absl::StatusOr<Polygon> Create(std::vector<GridPoint> corners);
  static Polygon FromBox(const GridBox& box);

  [[nodiscard]] const GridBox& bounds() const { return bounds_; }
  [[nodiscard]] size_t size() const { return corners_.size(); }
  // True for points on an edge. Crossing number; one step for each edge.
  [[nodiscard]] bool Contains(const GridPoint& point) const;

  // How a box lies to the polygon. Cost as Contains.
  enum class Cover { kOutside, kCrosses, kInside };
  [[nodiscard]] Cover CoverOf(const GridBox& box) const;

 private:
  explicit Polygon(std::vector<GridPoint> corners);

  std::vector<GridPoint> corners_;
  GridBox bounds_;
};

}  // namespace wensum::matching::address

#endif  // WENSUM_MATCHING_ADDRESS_POLYGON_H_
