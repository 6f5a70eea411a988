// Areas with a name, such as wards and parishes, and which of them a position lies in.
#ifndef WENSUM_GAZETTEER_GEO_BOUNDARY_H_
#define WENSUM_GAZETTEER_GEO_BOUNDARY_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "gazetteer/geo/grid.h"

namespace wensum::llpg {

// One area of any number of parts with any number of holes. Immutable; thread-safe.
class Boundary {
 public:
  using Ring = std::vector<GridPoint>;

  static constexpr size_t kMaxEdges = 4'000'000;

  // The rings of all parts and holes, in any order and direction; the last point of each may repeat the first. A
  // position lies inside if an odd number of rings go around it, so holes need not be told from parts. INVALID_ARGUMENT
  // if there is no ring, for a ring of fewer than 3 different points, for what is not a number, and for more than
  // kMaxEdges edges. Rings that cross are not looked for. Memory: some 50 bytes an edge, whatever its shape.
  static absl::StatusOr<Boundary> Create(std::string code, std::string name, const std::vector<Ring>& rings);

  [[nodiscard]] const std::string& code() const { return code_; }  // e.g. "E05005886"
  [[nodiscard]] const std::string& name() const { return name_; }  // may be empty
  [[nodiscard]] const GridBox& bounds() const { return bounds_; }
  // True on an edge. Looks at the edges alone that reach into the position's band of northings: some tens, if the area
  // is shaped as wards and parishes are; at worst, where most edges cross most of its height, at all of them.
  [[nodiscard]] bool Contains(const GridPoint& point) const;

 private:
  struct Edge {
    GridPoint from;
    GridPoint to;
  };

  Boundary() = default;
  void FillBands();
  [[nodiscard]] std::pair<size_t, size_t> BandsOf(const Edge& edge) const;
  [[nodiscard]] size_t BandOf(double northing) const;

  std::string code_;
  std::string name_;
  GridBox bounds_;
  std::vector<Edge> edges_;
  // Bands of northings of one height, from south to north; the edges that reach into band i are
  // band_edges_[band_begin_[i], band_begin_[i + 1]), an edge in each that it reaches into.
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
