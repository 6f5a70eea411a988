// The OSTN15 shift grid: by how many metres ETRS89 and OSGB36 positions differ on the National Grid's projection.
//
// Source: Ordnance Survey, "Transformations and OSGM15 user guide". Nodes lie 1 km apart, 701 columns (easting 0 to
// 700 km) by 1,251 rows (northing 0 to 1,250 km); shifts have a resolution of one millimetre; between nodes they are
// interpolated bilinearly.
#ifndef WENSUM_GAZETTEER_GEO_OSTN15_GRID_H_
#define WENSUM_GAZETTEER_GEO_OSTN15_GRID_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"

namespace wensum::llpg {

// Metres to add to an ETRS89 position to get the OSGB36 one.
struct GridShift {
  double east = 0;
  double north = 0;
  friend bool operator==(const GridShift&, const GridShift&) = default;
};

// Immutable and thread-safe; 3.5 MB.
class Ostn15Grid {
 public:
  static constexpr int kColumns = 701;
  static constexpr int kRows = 1251;
  static constexpr size_t kNodes = size_t{kColumns} * kRows;
  static constexpr double kCellMetres = 1000;
  // Size of each table that Create takes: one unsigned 16-bit number a node.
  static constexpr size_t kTableBytes = kNodes * 2;
  // What the numbers of the tables are counted from, in millimetres.
  static constexpr int kEastBase = 82140;
  static constexpr int kNorthBase = -84180;

  // From two tables of little-endian numbers, west to east and then south to north: millimetres above kEastBase and
  // kNorthBase. The bytes are not kept. INVALID_ARGUMENT for another size, and for tables that do not hold OSTN15
  // (swapped, of OSTN02, damaged), as some of Ordnance Survey's published nodes show.
  static absl::StatusOr<Ostn15Grid> Create(std::string_view east_table, std::string_view north_table);

  // From the text of Ordnance Survey's own OSTN15_OSGM15_DataFile.txt: a heading, then a line for each node in the same
  // order: point number, easting, northing, east shift, north shift; further columns are not read. INVALID_ARGUMENT
  // names the line. Some tenths of a second.
  static absl::StatusOr<Ostn15Grid> ParseDataFile(std::string_view text);

  // The shift at a position in the ETRS89 projection, in metres; nullopt outside the grid. Constant time.
  [[nodiscard]] std::optional<GridShift> At(double easting, double northing) const;

 private:
  // Millimetres above the bases.
  struct Node {
    uint16_t east = 0;
    uint16_t north = 0;
  };

  explicit Ostn15Grid(std::vector<Node> nodes) : nodes_(std::move(nodes)) {}
  static absl::StatusOr<Ostn15Grid> Checked(std::vector<Node> nodes);

  std::vector<Node> nodes_;  // kNodes
};

}  // namespace wensum::llpg

#endif  // WENSUM_GAZETTEER_GEO_OSTN15_GRID_H_
