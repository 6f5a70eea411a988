// Plane polygons in metres.
#ifndef WENSUM_MATCHING_ADDRESS_POLYGON_H_
#define WENSUM_MATCHING_ADDRESS_POLYGON_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "gazetteer/geo/grid.h"

namespace wensum::matching::address {

// A simple polygon without holes. Immutable; thread-safe.
class Polygon {
 public:
  static constexpr size_t kMaxPoints = 1'000;

  // Corners in either direction; the last may repeat the first. INVALID_ARGUMENT, saying which corner is at fault, if
  // there are fewer than 3 or more than kMaxPoints, if two neighbours are equal, or if edges touch or cross each other.
  // Compares all pairs of edges: under 2 ms for the most points.
  static absl::StatusOr<Polygon> Create(std::vector<llpg::GridPoint> corners);
  static Polygon FromBox(const llpg::GridBox& box);

  [[nodiscard]] const llpg::GridBox& bounds() const { return bounds_; }
  [[nodiscard]] size_t size() const { return corners_.size(); }
  // True for points on an edge. Crossing number; one step for each edge.
  [[nodiscard]] bool Contains(const llpg::GridPoint& point) const;

  // How a box lies to the polygon. Cost as Contains.
  enum class Cover { kOutside, kCrosses, kInside };
  [[nodiscard]] Cover CoverOf(const llpg::GridBox& box) const;

 private:
  explicit Polygon(std::vector<llpg::GridPoint> corners);

  std::vector<llpg::GridPoint> corners_;
  llpg::GridBox bounds_;
};

}  // namespace wensum::matching::address

#endif  // WENSUM_MATCHING_ADDRESS_POLYGON_H_
