// Positions and rectangles of the British National Grid (EPSG:27700), in metres.
#ifndef WENSUM_GAZETTEER_GEO_GRID_H_
#define WENSUM_GAZETTEER_GEO_GRID_H_

namespace wensum::llpg {

struct GridPoint {
  double easting = 0;
  double northing = 0;
  friend bool operator==(const GridPoint&, const GridPoint&) = default;
};

// From the south-west corner to the north-east one. Edges belong to it.
struct GridBox {
  GridPoint low;
  GridPoint high;
  friend bool operator==(const GridBox&, const GridBox&) = default;

  [[nodiscard]] bool empty() const { return low.easting > high.easting || low.northing > high.northing; }
  [[nodiscard]] bool Contains(const GridPoint& point) const {
    return point.easting >= low.easting && point.easting <= high.easting && point.northing >= low.northing &&
           point.northing <= high.northing;
  }
};

}  // namespace wensum::llpg

#endif  // WENSUM_GAZETTEER_GEO_GRID_H_
