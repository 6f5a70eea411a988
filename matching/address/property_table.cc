#include "matching/address/property_table.h"

#include <algorithm>
#include <cmath>

namespace wensum::matching::address {

using llpg::GridBox;
using llpg::GridPoint;
namespace {

constexpr double kCellMetres = 250;
constexpr uint32_t kColumns = 2'800;
constexpr uint32_t kRows = 5'200;
static_assert(kColumns * kCellMetres == kGridEast && kRows * kCellMetres == kGridNorth);
// Where a page of an area goes on: cell and UPRN in one word.
constexpr int kUprnBits = 40;
constexpr uint64_t kUprnMask = (uint64_t{1} << kUprnBits) - 1;
static_assert(uint64_t{kColumns} * kRows < uint64_t{1} << (64 - kUprnBits));

uint32_t Index(double metres) { return static_cast<uint32_t>(metres / kCellMetres); }

bool Nearer(const Neighbour& a, const Neighbour& b) {
  return a.metres != b.metres ? a.metres < b.metres : a.uprn < b.uprn;
}

// The best `limit` neighbours so far, the worst on top.
class Nearest {
 public:
  explicit Nearest(size_t limit) : limit_(limit) {}

  void Offer(const Neighbour& neighbour) {
    if (heap_.size() == limit_) {
      if (!Nearer(neighbour, heap_.front())) {
        return;
      }
      std::pop_heap(heap_.begin(), heap_.end(), Nearer);
      heap_.pop_back();
    }
    heap_.push_back(neighbour);
    std::push_heap(heap_.begin(), heap_.end(), Nearer);
  }
  // True if nothing `metres` away or farther can get in.
  [[nodiscard]] bool ClosedTo(double metres) const { return heap_.size() == limit_ && heap_.front().metres < metres; }

  std::vector<Neighbour> Take() {
    std::sort_heap(heap_.begin(), heap_.end(), Nearer);
    return std::move(heap_);
  }

 private:
  const size_t limit_;
  std::vector<Neighbour> heap_;
};

}  // namespace

uint32_t PropertyTable::CellOf(const GridPoint& point) { return Index(point.easting) * kRows + Index(point.northing); }

size_t PropertyTable::IndexFrom(const Cell& cell, uint64_t uprn) {
  const auto at =
      std::lower_bound(cell.begin(), cell.end(), uprn, [](const Point& p, uint64_t id) { return p.uprn < id; });
  return static_cast<size_t>(at - cell.begin());
}

GridBox PropertyTable::BoxOf(uint32_t cell) {
  const GridPoint low{cell / kRows * kCellMetres, cell % kRows * kCellMetres};
  return {low, {low.easting + kCellMetres, low.northing + kCellMetres}};
}

void PropertyTable::Upsert(uint64_t uprn, const PropertyFacts& facts) {
  const auto [found, inserted] = by_uprn_.try_emplace(uprn, 0);
  if (inserted) {
    if (free_rows_.empty()) {
      free_rows_.push_back(static_cast<uint32_t>(rows_.size()));
      rows_.emplace_back();
    }
    found->second = free_rows_.back();
    free_rows_.pop_back();
  } else {
    Displace(uprn, found->second);
  }
  rows_[found->second] = {.facts = Pack(facts), .cell = kNoCell};
  const GridPoint position{facts.easting, facts.northing};
  if (OnGrid(position) && (position.easting != 0 || position.northing != 0)) {
    Place(uprn, found->second, position);
  }
}

void PropertyTable::Remove(uint64_t uprn) {
  const auto found = by_uprn_.find(uprn);
  if (found == by_uprn_.end()) {
    return;
  }
  Displace(uprn, found->second);
  free_rows_.push_back(found->second);
  by_uprn_.erase(found);
}

void PropertyTable::Place(uint64_t uprn, uint32_t row, const GridPoint& position) {
  rows_[row].cell = CellOf(position);
  Cell& cell = cells_[rows_[row].cell];
  cell.insert(cell.begin() + static_cast<Cell::difference_type>(IndexFrom(cell, uprn)),
              {.position = position, .uprn = uprn, .row = row, .status = rows_[row].facts.status});
}

void PropertyTable::Displace(uint64_t uprn, uint32_t row) {
  const auto found = cells_.find(rows_[row].cell);
  if (found == cells_.end()) {
    return;
  }
  Cell& cell = found->second;
  cell.erase(cell.begin() + static_cast<Cell::difference_type>(IndexFrom(cell, uprn)));
  if (cell.empty()) {
    cells_.erase(found);
  }
}

std::vector<Neighbour> PropertyTable::Nearby(const GridPoint& centre, double radius, size_t limit,
                                             const FactsMatcher& filter) const {
  if (limit == 0) {
    return {};
  }
  Nearest nearest(limit);
  const auto visit = [&](const Cell& cell) {
    for (const Point& point : cell) {
      const double east = point.position.easting - centre.easting;
      const double north = point.position.northing - centre.northing;
      const double metres = std::sqrt(east * east + north * north);
      if (metres <= radius && Passes(point, filter)) {
        nearest.Offer({point.uprn, metres});
      }
    }
  };
  const auto column = static_cast<int64_t>(Index(centre.easting));
  const auto row = static_cast<int64_t>(Index(centre.northing));
  // The cells of a column from row `low` to `high`.
  const auto visit_column = [&](int64_t at, int64_t low, int64_t high) {
    if (at < 0 || at >= kColumns || high < 0 || low >= kRows) {
      return;
    }
    const uint32_t base = static_cast<uint32_t>(at) * kRows;
    const uint32_t last = base + static_cast<uint32_t>(std::min<int64_t>(high, kRows - 1));
    for (auto it = cells_.lower_bound(base + static_cast<uint32_t>(std::max<int64_t>(low, 0)));
         it != cells_.end() && it->first <= last; ++it) {
      visit(it->second);
    }
  };
  // What lies in ring r is farther than r - 1 whole cells and the way to the centre cell's nearest edge.
  const double inside = std::min({centre.easting - static_cast<double>(column) * kCellMetres,
                                  static_cast<double>(column + 1) * kCellMetres - centre.easting,
                                  centre.northing - static_cast<double>(row) * kCellMetres,
                                  static_cast<double>(row + 1) * kCellMetres - centre.northing});
  for (int64_t ring = 0;; ++ring) {
    const double at_least = ring == 0 ? 0 : static_cast<double>(ring - 1) * kCellMetres + inside;
    if (at_least > radius || nearest.ClosedTo(at_least)) {
      return nearest.Take();
    }
    visit_column(column - ring, row - ring, row + ring);
    for (int64_t at = column - ring + 1; at < column + ring; ++at) {
      visit_column(at, row - ring, row - ring);
      visit_column(at, row + ring, row + ring);
    }
    if (ring > 0) {
      visit_column(column + ring, row - ring, row + ring);
    }
  }
}

PropertyPage PropertyTable::Within(const Polygon& area, uint64_t from, size_t limit, const FactsMatcher& filter) const {
  PropertyPage page;
  const GridBox& bounds = area.bounds();
  if (bounds.high.easting < 0 || bounds.high.northing < 0 || bounds.low.easting >= kGridEast ||
      bounds.low.northing >= kGridNorth) {
    return page;
  }
  const uint32_t first_row = Index(std::max(bounds.low.northing, 0.0));
  const uint32_t last_row = std::min(Index(bounds.high.northing), kRows - 1);
  const uint32_t last_column = std::min(Index(bounds.high.easting), kColumns - 1);
  const uint32_t first = Index(std::max(bounds.low.easting, 0.0)) * kRows + first_row;
  // Ends the page before the property, or the cell if `uprn` is 0.
  const auto end_before = [&page](uint32_t cell, uint64_t uprn, bool spent) {
    page.next = uint64_t{cell} << kUprnBits | uprn;
    page.more = true;
    page.spent = spent;
  };
  size_t steps = 0;
  auto it = cells_.lower_bound(std::max(first, static_cast<uint32_t>(from >> kUprnBits)));
  while (it != cells_.end() && it->first / kRows <= last_column) {
    const uint32_t cell = it->first;
    const uint32_t row = cell % kRows;
    if (row < first_row || row > last_row) {
      it = cells_.lower_bound((cell / kRows + (row > last_row ? 1 : 0)) * kRows + first_row);
      continue;
    }
    if (steps > kAreaSteps) {
      end_before(cell, 0, true);
      return page;
    }
    const Polygon::Cover cover = area.CoverOf(BoxOf(cell));
    steps += area.size();
    const size_t cost = cover == Polygon::Cover::kCrosses ? area.size() : 1;
    const uint64_t from_uprn = cell == from >> kUprnBits ? from & kUprnMask : 0;
    const Cell& points = it->second;
    for (size_t i = cover == Polygon::Cover::kOutside ? points.size() : IndexFrom(points, from_uprn); i < points.size();
         ++i) {
      const Point& point = points[i];
      if (steps > kAreaSteps) {
        end_before(cell, point.uprn, true);
        return page;
      }
      steps += cost;
      if (Passes(point, filter) && (cover == Polygon::Cover::kInside || area.Contains(point.position))) {
        if (page.uprns.size() == limit) {
          end_before(cell, point.uprn, false);
          return page;
        }
        page.uprns.push_back(point.uprn);
      }
    }
    ++it;
  }
  return page;
}

PropertyPage PropertyTable::List(uint64_t from, size_t limit, const FactsMatcher& filter) const {
  PropertyPage page;
  size_t steps = 0;
  for (auto it = by_uprn_.lower_bound(from); it != by_uprn_.end(); ++it) {
    const bool passes = filter.Matches(rows_[it->second].facts);
    page.spent = steps == kListSteps;
    if (page.spent || (passes && page.uprns.size() == limit)) {
      page.next = it->first;
      page.more = true;
      return page;
    }
    ++steps;
    if (passes) {
      page.uprns.push_back(it->first);
    }
  }
  return page;
}

size_t PropertyTable::memory_bytes() const {
  size_t bytes = rows_.capacity() * sizeof(Row) + free_rows_.capacity() * sizeof(uint32_t);
  bytes += by_uprn_.size() * sizeof(std::pair<uint64_t, uint32_t>) + cells_.size() * sizeof(std::pair<uint32_t, Cell>);
  for (const auto& [key, cell] : cells_) {
    bytes += cell.capacity() * sizeof(Point);
  }
  return bytes;
}

}  // namespace wensum::matching::address
