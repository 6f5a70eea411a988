#include "gazetteer/geo/boundary.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "base/status_macros.h"
#include "base/strings.h"

namespace wensum::llpg {
namespace {

// Boundaries of a leaf and nodes of a node.
constexpr size_t kFanOut = 8;
constexpr size_t kEdgesOfBand = 8;  // about as many
constexpr size_t kMaxBands = 4096;
// Entries of all bands together, for each edge and beside. The outline of a ward has not 2 for each edge.
constexpr size_t kEntriesOfEdge = 4;
constexpr size_t kMoreEntries = 64;

// Twice the signed area of the triangle: positive if `c` lies left of the way from `a` to `b`.
double Turn(const GridPoint& a, const GridPoint& b, const GridPoint& c) {
  return (b.easting - a.easting) * (c.northing - a.northing) - (b.northing - a.northing) * (c.easting - a.easting);
}

void Extend(const GridBox& by, GridBox* box) {
  box->low.easting = std::min(box->low.easting, by.low.easting);
  box->low.northing = std::min(box->low.northing, by.low.northing);
  box->high.easting = std::max(box->high.easting, by.high.easting);
  box->high.northing = std::max(box->high.northing, by.high.northing);
}

double MiddleEast(const GridBox& box) { return (box.low.easting + box.high.easting) / 2; }
double MiddleNorth(const GridBox& box) { return (box.low.northing + box.high.northing) / 2; }

// Sorts `items` so that each run of kFanOut lies close together: slices from west to east, in each from south to north
// (sort-tile-recursive: Leutenegger, Lopez and Edgington 1997).
template <typename Iterator, typename BoxOf>
void Tile(Iterator begin, Iterator end, const BoxOf& box_of) {
  const auto count = static_cast<size_t>(end - begin);
  std::sort(begin, end, [&](const auto& a, const auto& b) { return MiddleEast(box_of(a)) < MiddleEast(box_of(b)); });
  const size_t leaves = (count + kFanOut - 1) / kFanOut;
  const auto slices = static_cast<size_t>(std::ceil(std::sqrt(static_cast<double>(leaves))));
  const size_t slice = std::max<size_t>(1, (leaves + slices - 1) / std::max<size_t>(1, slices)) * kFanOut;
  for (size_t at = 0; at < count; at += slice) {
    std::sort(begin + static_cast<ptrdiff_t>(at), begin + static_cast<ptrdiff_t>(std::min(count, at + slice)),
              [&](const auto& a, const auto& b) { return MiddleNorth(box_of(a)) < MiddleNorth(box_of(b)); });
  }
}

}  // namespace

absl::StatusOr<Boundary> Boundary::Create(std::string code, std::string name, const std::vector<Ring>& rings) {
  Boundary boundary;
  boundary.code_ = std::move(code);
  boundary.name_ = std::move(name);
  for (size_t i = 0; i < rings.size(); ++i) {
    const Ring& ring = rings[i];
    const size_t size = ring.size() > 1 && ring.front() == ring.back() ? ring.size() - 1 : ring.size();
    const size_t first = boundary.edges_.size();
    for (size_t k = 0; k < size; ++k) {
      const GridPoint& from = ring[k];
      const GridPoint& to = ring[k + 1 == size ? 0 : k + 1];
      if (!std::isfinite(from.easting) || !std::isfinite(from.northing)) {
        return InvalidArgument(Cat("point ", k, " of ring ", i, " (counted from 0) is not a position"));
      }
      if (from != to) {
        if (boundary.edges_.size() == kMaxEdges) {
          return InvalidArgument(Cat("it has more than ", kMaxEdges, " edges; simplify its lines"));
        }
        boundary.edges_.push_back({from, to});
      }
    }
    if (boundary.edges_.size() - first < 3) {
      return InvalidArgument(Cat("ring ", i, " (counted from 0) has fewer than 3 different points"));
    }
  }
  if (boundary.edges_.empty()) {
    return InvalidArgument("it has no ring");
  }
  boundary.bounds_ = {boundary.edges_[0].from, boundary.edges_[0].from};
  for (const Edge& edge : boundary.edges_) {
    Extend({edge.from, edge.from}, &boundary.bounds_);
  }
  boundary.FillBands();
  return boundary;
}

// An edge stands in every band that it reaches into, so the entries of a zigzag would be the product of edges and
// bands: then there are fewer bands.
void Boundary::FillBands() {
  const size_t most = kEntriesOfEdge * edges_.size() + kMoreEntries;
  size_t bands = std::clamp(edges_.size() / kEdgesOfBand, size_t{1}, kMaxBands);
  for (size_t entries = most + 1; entries > most; bands /= 2) {
    band_begin_.assign(bands + 1, 0);  // BandOf asks how many there are
    entries = 0;
    for (const Edge& edge : edges_) {
      const auto [low, high] = BandsOf(edge);
      entries += high - low + 1;
    }
  }
  // Counted, then filled: no number is above `most`, which is far below 2^32.
  static_assert(kEntriesOfEdge * kMaxEdges + kMoreEntries <= std::numeric_limits<uint32_t>::max());
  for (const Edge& edge : edges_) {
    const auto [low, high] = BandsOf(edge);
    for (size_t band = low; band <= high; ++band) {
      ++band_begin_[band + 1];
    }
  }
  for (size_t band = 1; band < band_begin_.size(); ++band) {
    band_begin_[band] += band_begin_[band - 1];
  }
  band_edges_.resize(band_begin_.back());
  std::vector<uint32_t> next = band_begin_;
  for (size_t i = 0; i < edges_.size(); ++i) {
    const auto [low, high] = BandsOf(edges_[i]);
    for (size_t band = low; band <= high; ++band) {
      band_edges_[next[band]++] = static_cast<uint32_t>(i);
    }
  }
}

std::pair<size_t, size_t> Boundary::BandsOf(const Edge& edge) const {
  return {BandOf(std::min(edge.from.northing, edge.to.northing)),
          BandOf(std::max(edge.from.northing, edge.to.northing))};
}

size_t Boundary::BandOf(double northing) const {
  const double height = bounds_.high.northing - bounds_.low.northing;
  const auto bands = static_cast<double>(band_begin_.size() - 1);
  const double band = height > 0 ? (northing - bounds_.low.northing) / height * bands : 0;
  return static_cast<size_t>(std::clamp(band, 0.0, bands - 1));
}

bool Boundary::Contains(const GridPoint& point) const {
  if (!bounds_.Contains(point)) {  // NaN too
    return false;
  }
  bool inside = false;
  const size_t band = BandOf(point.northing);
  for (uint32_t k = band_begin_[band]; k < band_begin_[band + 1]; ++k) {
    const GridPoint& a = edges_[band_edges_[k]].from;
    const GridPoint& b = edges_[band_edges_[k]].to;
    if (point.northing < std::min(a.northing, b.northing) || point.northing > std::max(a.northing, b.northing)) {
      continue;
    }
    const double side = Turn(a, b, point);
    if (side == 0 && point.easting >= std::min(a.easting, b.easting) &&
        point.easting <= std::max(a.easting, b.easting)) {
      return true;
    }
    // The ray to the east crosses edges that have one end above it; an end on it counts as below.
    if ((a.northing > point.northing) != (b.northing > point.northing)) {
      inside ^= b.northing > a.northing ? side > 0 : side < 0;
    }
  }
  return inside;
}

BoundaryIndex::BoundaryIndex(std::vector<Boundary> boundaries) : boundaries_(std::move(boundaries)) {
  Tile(boundaries_.begin(), boundaries_.end(), [](const Boundary& boundary) { return boundary.bounds(); });
  for (size_t at = 0; at < boundaries_.size(); at += kFanOut) {
    Node leaf = {.box = boundaries_[at].bounds(),
                 .begin = static_cast<uint32_t>(at),
                 .end = static_cast<uint32_t>(std::min(boundaries_.size(), at + kFanOut))};
    for (size_t i = leaf.begin; i < leaf.end; ++i) {
      Extend(boundaries_[i].bounds(), &leaf.box);
    }
    nodes_.push_back(leaf);
  }
  // Leaves are tiled already: neighbours share a parent, level by level until one is left.
  for (size_t first = 0; nodes_.size() - first > 1;) {
    const size_t end = nodes_.size();
    for (size_t at = first; at < end; at += kFanOut) {
      Node parent = {.box = nodes_[at].box,
                     .begin = static_cast<uint32_t>(at),
                     .end = static_cast<uint32_t>(std::min(end, at + kFanOut)),
                     .leaf = false};
      for (size_t i = parent.begin; i < parent.end; ++i) {
        Extend(nodes_[i].box, &parent.box);
      }
      nodes_.push_back(parent);
    }
    first = end;
  }
}

std::vector<const Boundary*> BoundaryIndex::Find(const GridPoint& point) const {
  std::vector<const Boundary*> found;
  std::vector<uint32_t> open;
  if (!nodes_.empty()) {
    open.push_back(static_cast<uint32_t>(nodes_.size() - 1));
  }
  while (!open.empty()) {
    const Node& node = nodes_[open.back()];
    open.pop_back();
    if (!node.box.Contains(point)) {
      continue;
    }
    for (uint32_t i = node.begin; i < node.end; ++i) {
      if (!node.leaf) {
        open.push_back(i);
      } else if (boundaries_[i].Contains(point)) {
        found.push_back(&boundaries_[i]);
      }
    }
  }
  std::ranges::sort(found, {}, [](const Boundary* boundary) { return boundary->code(); });
  return found;
}

}  // namespace wensum::llpg
