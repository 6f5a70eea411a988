#include "gazetteer/geo/ostn15_grid.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "base/status_macros.h"
#include "base/strings.h"

namespace wensum::llpg {
namespace {

// Nodes as Ordnance Survey prints them in the results of its test points, in millimetres: from the far south-west to
// the far north. All else about a table may be right and it still be OSTN02's, which differs at nearly every node.
struct KnownNode {
  int column;
  int row;
  int east;
  int north;
};
constexpr KnownNode kKnownNodes[] = {{91, 11, 92139, -81209},
                                     {530, 178, 98555, -78581},
                                     {389, 261, 96151, -77131},
                                     {9, 899, 87931, -50965},
                                     {395, 1138, 101061, -51402}};

uint16_t LittleEndian(std::string_view table, size_t index) {
  const auto low = static_cast<uint8_t>(table[2 * index]);
  const auto high = static_cast<uint8_t>(table[2 * index + 1]);
  return static_cast<uint16_t>(low | (high << 8));
}

absl::Status CheckSize(std::string_view name, std::string_view table) {
  if (table.size() != Ostn15Grid::kTableBytes) {
    return InvalidArgument(Cat("the ", name, " table of OSTN15 shifts has ", table.size(), " bytes, not ",
                               Ostn15Grid::kTableBytes, "; name the unchanged file"));
  }
  return absl::OkStatus();
}

size_t IndexOf(int column, int row) { return static_cast<size_t>(row) * Ostn15Grid::kColumns + column; }

// One line of the data file, without its line break.
struct DataLine {
  double easting = 0;
  double northing = 0;
  double east_shift = 0;
  double north_shift = 0;
};

std::optional<DataLine> ParseDataLine(std::string_view line) {
  const std::vector<std::string_view> fields = Split(line, ',');
  if (fields.size() < 5) {
    return std::nullopt;
  }
  const auto easting = ParseDouble(Trim(fields[1]));
  const auto northing = ParseDouble(Trim(fields[2]));
  const auto east = ParseDouble(Trim(fields[3]));
  const auto north = ParseDouble(Trim(fields[4]));
  if (!easting || !northing || !east || !north) {
    return std::nullopt;
  }
  return DataLine{*easting, *northing, *east, *north};
}

// Millimetres above `base`; nullopt if they do not fit.
std::optional<uint16_t> AboveBase(double metres, int base) {
  const double above = std::round(metres * 1000) - base;
  if (!(above >= 0 && above <= 65535)) {
    return std::nullopt;
  }
  return static_cast<uint16_t>(above);
}

}  // namespace

absl::StatusOr<Ostn15Grid> Ostn15Grid::Checked(std::vector<Node> nodes) {
  for (const KnownNode& known : kKnownNodes) {
    const Node& node = nodes[IndexOf(known.column, known.row)];
    if (kEastBase + node.east != known.east || kNorthBase + node.north != known.north) {
      return InvalidArgument(Cat("not the shifts of OSTN15: the node at ", known.column, " km east, ", known.row,
                                 " km north has ", kEastBase + node.east, " and ", kNorthBase + node.north,
                                 " mm, Ordnance Survey gives ", known.east, " and ", known.north,
                                 "; check that the east and north files are not swapped and are not OSTN02's"));
    }
  }
  return Ostn15Grid(std::move(nodes));
}

absl::StatusOr<Ostn15Grid> Ostn15Grid::Create(std::string_view east_table, std::string_view north_table) {
  WENSUM_RETURN_IF_ERROR(CheckSize("east", east_table));
  WENSUM_RETURN_IF_ERROR(CheckSize("north", north_table));
  std::vector<Node> nodes(kNodes);
  for (size_t i = 0; i < kNodes; ++i) {
    nodes[i] = {LittleEndian(east_table, i), LittleEndian(north_table, i)};
  }
  return Checked(std::move(nodes));
}

absl::StatusOr<Ostn15Grid> Ostn15Grid::ParseDataFile(std::string_view text) {
  std::vector<Node> nodes;
  nodes.reserve(kNodes);
  size_t line_number = 0;
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = Trim(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    ++line_number;
    if (line_number == 1 || line.empty()) {
      continue;  // heading, end of the file
    }
    const std::optional<DataLine> data = ParseDataLine(line);
    if (!data.has_value()) {
      return InvalidArgument(Cat("line ", line_number,
                                 " of the OSTN15 data file is not point number, easting, northing, ",
                                 "east shift, north shift: ", Quote(line)));
    }
    const auto column = static_cast<double>(nodes.size() % kColumns);
    const auto row = static_cast<double>(nodes.size() / kColumns);
    if (nodes.size() == kNodes || data->easting != column * kCellMetres || data->northing != row * kCellMetres) {
      return InvalidArgument(Cat("line ", line_number, " of the OSTN15 data file is out of order: ", Quote(line),
                                 "; name the unchanged file"));
    }
    const auto east = AboveBase(data->east_shift, kEastBase);
    const auto north = AboveBase(data->north_shift, kNorthBase);
    if (!east.has_value() || !north.has_value()) {
      return InvalidArgument(
          Cat("line ", line_number, " of the OSTN15 data file has a shift that OSTN15 does not have: ", Quote(line)));
    }
    nodes.push_back({*east, *north});
  }
  if (nodes.size() != kNodes) {
    return InvalidArgument(
        Cat("the OSTN15 data file has ", nodes.size(), " nodes, not ", kNodes, "; name the whole file"));
  }
  return Checked(std::move(nodes));
}

std::optional<GridShift> Ostn15Grid::At(double easting, double northing) const {
  constexpr double kWidth = (kColumns - 1) * kCellMetres;
  constexpr double kHeight = (kRows - 1) * kCellMetres;
  if (!(easting >= 0 && easting <= kWidth && northing >= 0 && northing <= kHeight)) {
    return std::nullopt;  // not a number, too
  }
  const double x = easting / kCellMetres;
  const double y = northing / kCellMetres;
  // The last node of a row belongs to the cell before it.
  const int column = std::min(static_cast<int>(x), kColumns - 2);
  const int row = std::min(static_cast<int>(y), kRows - 2);
  const double t = x - column;
  const double u = y - row;
  const Node* const south = &nodes_[IndexOf(column, row)];
  const Node* const north = south + kColumns;
  const auto mix = [t, u](double sw, double se, double nw, double ne) {
    return (1 - u) * ((1 - t) * sw + t * se) + u * ((1 - t) * nw + t * ne);
  };
  return GridShift{(kEastBase + mix(south[0].east, south[1].east, north[0].east, north[1].east)) / 1000,
                   (kNorthBase + mix(south[0].north, south[1].north, north[0].north, north[1].north)) / 1000};
}

}  // namespace wensum::llpg
