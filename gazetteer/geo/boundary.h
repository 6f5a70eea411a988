// Areas with a name, such as wards and parishes, and which of them a position lies in.
#ifndef WENSUM_GAZETTEER_GEO_BOUNDARY_H_
#define WENSUM_GAZETTEER_GEO_BOUNDARY_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "gazetteer/geo/grid.h"

namespace wensum::llpg {

// One area of any number of parts with any number of holes. Immutable; thread-safe.
class Boundary {
 public:
  using Ring = std::vector<GridPoint>;

  // The rings of all parts and holes, in any order and direction; the last point of each may repeat the first. A
  // position lies inside if an odd number of rings go around it, so holes need not be told from parts. INVALID_ARGUMENT
  // if there is no ring, for a ring of fewer than 3 different points, and for what is not a number. Rings that cross
  // are not looked for.
  static absl::StatusOr<Boundary> Create(std::string code, std::string name, const std::vector<Ring>& rings);

  [[nodiscard]] const std::string& code() const { return code_; }  // e.g. "E05005886"
  [[nodiscard]] const std::string& name() const { return name_; }  // may be empty
  [[nodiscard]] const GridBox& bounds() const { return bounds_; }
  // True on an edge. Looks at the edges that cross the position's band of latitude alone: some tens of thousands.
  [[nodiscard]] bool Contains(const GridPoint& point) const;

 private:
  struct Edge {
    GridPoint from;
    GridPoint to;
  };

  Boundary() = default;
  [[nodiscard]] size_t BandOf(double northing) const;

  std::string code_;
  std::string name_;
  GridBox bounds_;
  std::vector<Edge> edges_;
  // Bands of one height from south to north; edges of band i are band_edges_[band_begin_[i], band_begin_[i + 1]).
  std::vector<uint32_t> band_begin_;
  std::vector<uint32_t> band_edges_;
};

// Many boundaries in a tree of boxes. Immutable; thread-safe.
class BoundaryIndex {
 public:
  explicit BoundaryIndex(std::vector<Boundary> boundaries);

  [[nodiscard]] const std::vector<Boundary>& boundaries() const { return boundaries_; }
  // Those that hold the position, by code: more than one on a common edge, or where boundaries overlap. Some
  // microseconds.
  [[nodiscard]] std::vector<const Boundary*> Find(const GridPoint& point) const;

 private:
  struct Node {
    GridBox box;
    // Of a leaf: boundaries_[begin, end); else nodes_[begin, end).
    uint32_t begin = 0;
    uint32_t end = 0;
    bool leaf = true;
  };

  std::vector<Boundary> boundaries_;
  std::vector<Node> nodes_;  // the root is the last; empty without boundaries
};

}  // namespace wensum::llpg

#endif  // WENSUM_GAZETTEER_GEO_BOUNDARY_H_
