#include "matching/address/polygon.h"

#include <algorithm>
#include <utility>

#include "base/status_macros.h"
#include "base/strings.h"

namespace wensum::matching::address {

using llpg::GridBox;
using llpg::GridPoint;

namespace {

// Twice the signed area of the triangle: positive if `c` lies left of the way from `a` to `b`.
double Turn(const GridPoint& a, const GridPoint& b, const GridPoint& c) {
  return (b.easting - a.easting) * (c.northing - a.northing) - (b.northing - a.northing) * (c.easting - a.easting);
}

bool BoxesTouch(const GridPoint& a, const GridPoint& b, const GridPoint& c, const GridPoint& d) {
  return std::min(a.easting, b.easting) <= std::max(c.easting, d.easting) &&
         std::min(c.easting, d.easting) <= std::max(a.easting, b.easting) &&
         std::min(a.northing, b.northing) <= std::max(c.northing, d.northing) &&
         std::min(c.northing, d.northing) <= std::max(a.northing, b.northing);
}

bool Opposite(double a, double b) { return (a <= 0 && b >= 0) || (a >= 0 && b <= 0); }

// True if the segments share a point.
bool SegmentsTouch(const GridPoint& a, const GridPoint& b, const GridPoint& c, const GridPoint& d) {
  return BoxesTouch(a, b, c, d) && Opposite(Turn(a, b, c), Turn(a, b, d)) && Opposite(Turn(c, d, a), Turn(c, d, b));
}

bool OnSegment(const GridPoint& a, const GridPoint& b, const GridPoint& point) {
  return BoxesTouch(a, b, point, point) && Turn(a, b, point) == 0;
}

// Neighbouring edges share their corner; anything more is an edge that goes back over the other.
bool GoesBack(const GridPoint& a, const GridPoint& corner, const GridPoint& b) {
  const double along = (a.easting - corner.easting) * (b.easting - corner.easting) +
                       (a.northing - corner.northing) * (b.northing - corner.northing);
  return Turn(a, corner, b) == 0 && along > 0;
}

}  // namespace

Polygon::Polygon(std::vector<GridPoint> corners)
    : corners_(std::move(corners)), bounds_{corners_.front(), corners_.front()} {
  for (const GridPoint& corner : corners_) {
    bounds_.low.easting = std::min(bounds_.low.easting, corner.easting);
    bounds_.low.northing = std::min(bounds_.low.northing, corner.northing);
    bounds_.high.easting = std::max(bounds_.high.easting, corner.easting);
    bounds_.high.northing = std::max(bounds_.high.northing, corner.northing);
  }
}

absl::StatusOr<Polygon> Polygon::Create(std::vector<GridPoint> corners) {
  if (corners.size() > 1 && corners.front() == corners.back()) {
    corners.pop_back();
  }
  const size_t n = corners.size();
  if (n < 3 || n > kMaxPoints) {
    return InvalidArgument(Cat("has ", n, " different corners; give 3 to ", kMaxPoints));
  }
  for (size_t i = 0; i < n; ++i) {
    const GridPoint& a = corners[i];
    const GridPoint& b = corners[(i + 1) % n];
    if (a == b) {
      return InvalidArgument(Cat("repeats corner ", i, " (counted from 0); give each corner once"));
    }
    if (GoesBack(a, b, corners[(i + 2) % n])) {
      return InvalidArgument(Cat("goes back over itself at corner ", (i + 1) % n, " (counted from 0)"));
    }
    for (size_t j = i + 2; j < n; ++j) {
      if ((j + 1) % n != i && SegmentsTouch(a, b, corners[j], corners[(j + 1) % n])) {
        return InvalidArgument(Cat("crosses itself: the edges that start at corners ", i, " and ", j,
                                   " (counted from 0) touch; give the corners in order around the area"));
      }
    }
  }
  return Polygon(std::move(corners));
}

Polygon Polygon::FromBox(const GridBox& box) {
  return Polygon({box.low, {box.high.easting, box.low.northing}, box.high, {box.low.easting, box.high.northing}});
}

bool Polygon::Contains(const GridPoint& point) const {
  if (!bounds_.Contains(point)) {
    return false;
  }
  bool inside = false;
  for (size_t i = 0; i < corners_.size(); ++i) {
    const GridPoint& a = corners_[i];
    const GridPoint& b = corners_[i + 1 == corners_.size() ? 0 : i + 1];
    if (OnSegment(a, b, point)) {
      return true;
    }
    // The ray to the east crosses edges that have one end above it; an end on it counts as below.
    if ((a.northing > point.northing) != (b.northing > point.northing)) {
      const double side = Turn(a, b, point);
      inside ^= b.northing > a.northing ? side > 0 : side < 0;
    }
  }
  return inside;
}

Polygon::Cover Polygon::CoverOf(const GridBox& box) const {
  const GridPoint corners[] = {
      box.low, {box.high.easting, box.low.northing}, box.high, {box.low.easting, box.high.northing}};
  for (size_t i = 0; i < corners_.size(); ++i) {
    const GridPoint& a = corners_[i];
    const GridPoint& b = corners_[i + 1 == corners_.size() ? 0 : i + 1];
    if (!BoxesTouch(a, b, box.low, box.high)) {
      continue;
    }
    bool left = false;
    bool right = false;
    for (const GridPoint& corner : corners) {
      const double side = Turn(a, b, corner);
      left |= side >= 0;
      right |= side <= 0;
    }
    if (left && right) {
      return Cover::kCrosses;  // the edge's line parts the box, and the edge reaches it
    }
  }
  return Contains(box.low) ? Cover::kInside : Cover::kOutside;
}

}  // namespace wensum::matching::address
