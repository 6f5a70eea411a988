// Every property's facts and position: lists by filter, the nearest to a point, those inside an area.
//
// Positions lie in a grid of square cells of 250 m, kept in one ordered map by column and row. Against an R-tree: a
// property is moved in the time of one look-up, cells are walked in memory order, and each page of an area goes on
// where the last one ended. An R-tree would win for areas of very uneven density, which addresses are not: a built-up
// cell holds some hundred.
#ifndef WENSUM_MATCHING_ADDRESS_PROPERTY_TABLE_H_
#define WENSUM_MATCHING_ADDRESS_PROPERTY_TABLE_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/container/btree_map.h"
#include "gazetteer/geo/grid.h"
#include "matching/address/polygon.h"
#include "matching/address/property_facts.h"

namespace wensum::matching::address {

// The part of the British National Grid that is asked about: a property elsewhere has no position here.
inline constexpr double kGridEast = 700'000;
inline constexpr double kGridNorth = 1'300'000;
// False for NaN too.
[[nodiscard]] inline bool OnGrid(const llpg::GridPoint& point) {
  return point.easting >= 0 && point.easting < kGridEast && point.northing >= 0 && point.northing < kGridNorth;
}

struct Neighbour {
  uint64_t uprn = 0;
  double metres = 0;
  friend bool operator==(const Neighbour&, const Neighbour&) = default;
};

// A page of UPRNs. `more`: go on from `next`, which is then not 0.
struct PropertyPage {
  std::vector<uint64_t> uprns;
  uint64_t next = 0;
  bool more = false;
  bool spent = false;  // it ended because it had examined as much as one page may
};

// Not thread-safe for writing; the const members may run concurrently. Their answers are functions of the set of
// properties alone.
class PropertyTable {
 public:
  // UPRNs must be below 2^40, which 12 digits are.
  void Upsert(uint64_t uprn, const PropertyFacts& facts);
  void Remove(uint64_t uprn);
  [[nodiscard]] size_t size() const { return by_uprn_.size(); }
  [[nodiscard]] size_t memory_bytes() const;

  // At most `limit` properties within `radius` metres of `centre`, nearest first, then by UPRN. Goes outward in rings
  // of cells and stops when no nearer one can come: cost grows with the properties in the cells it enters, which cover
  // at most (2 * radius + 500 m)^2.
  [[nodiscard]] std::vector<Neighbour> Nearby(const llpg::GridPoint& centre, double radius, size_t limit,
                                              const FactsMatcher& filter) const;

  // Work that a page may cost: an examined property counts 1, or in a cell that the polygon's edge crosses as many as
  // the polygon has edges; so does each cell.
  static constexpr size_t kAreaSteps = 1'000'000;
  // At most `limit` properties inside the area, by cell from the south-west and then by UPRN, from `from` on (0: the
  // start).
  [[nodiscard]] PropertyPage Within(const Polygon& area, uint64_t from, size_t limit, const FactsMatcher& filter) const;

  // Properties that a page of List may examine.
  static constexpr size_t kListSteps = 100'000;
  // At most `limit` properties in the order of their UPRNs, from `from` on.
  [[nodiscard]] PropertyPage List(uint64_t from, size_t limit, const FactsMatcher& filter) const;

 private:
  static constexpr uint32_t kNoCell = 0xFFFFFFFF;

  struct Row {
    PackedFacts facts;
    uint32_t cell = kNoCell;
  };
  // In the order of UPRNs.
  struct Point {
    llpg::GridPoint position;
    uint64_t uprn = 0;
    uint32_t row = 0;
    uint8_t status = 0;
  };
  using Cell = std::vector<Point>;

  static uint32_t CellOf(const llpg::GridPoint& point);
  static llpg::GridBox BoxOf(uint32_t cell);
  // Of the first point whose UPRN is not below.
  static size_t IndexFrom(const Cell& cell, uint64_t uprn);
  void Place(uint64_t uprn, uint32_t row, const llpg::GridPoint& position);
  void Displace(uint64_t uprn, uint32_t row);
  [[nodiscard]] bool Passes(const Point& point, const FactsMatcher& filter) const {
    return filter.StatusAllowed(point.status) && (filter.StatusOnly() || filter.Matches(rows_[point.row].facts));
  }

  std::vector<Row> rows_;
  std::vector<uint32_t> free_rows_;
  absl::btree_map<uint64_t, uint32_t> by_uprn_;
  absl::btree_map<uint32_t, Cell> cells_;
};

}  // namespace wensum::matching::address

#endif  // WENSUM_MATCHING_ADDRESS_PROPERTY_TABLE_H_
