#include "services/gazetteer/grid_file.h"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string_view>
#include <system_error>
#include <utility>

#include "base/status_macros.h"
#include "base/strings.h"

namespace wensum::gazetteer {
namespace {

constexpr const char* kFolders[] = {"/usr/share/wensum/ostn15",
                                    "/usr/share/perl5/auto/share/dist/Geo-Coordinates-OSGB"};
constexpr const char* kEastTable = "ostn_east_shift_82140";
constexpr const char* kNorthTable = "ostn_north_shift_-84180";
constexpr const char* kRemedy = "; name a folder with OSTN15's two tables or Ordnance Survey's OSTN15 data file";

absl::StatusOr<std::string> ReadWhole(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in.is_open()) {
    return NotFound(Cat(path.string(), " cannot be opened", kRemedy));
  }
  std::string content{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  if (in.bad()) {
    return Unavailable(Cat(path.string(), " cannot be read"));
  }
  return content;
}

absl::StatusOr<llpg::Ostn15Grid> ReadTables(const std::filesystem::path& folder) {
  WENSUM_ASSIGN_OR_RETURN(const std::string east, ReadWhole(folder / kEastTable));
  WENSUM_ASSIGN_OR_RETURN(const std::string north, ReadWhole(folder / kNorthTable));
  return llpg::Ostn15Grid::Create(east, north);
}

// True for the formats of PROJ's own grids, which are not read: they approximate OSTN15 to centimetres.
bool IsProjGrid(std::string_view content) {
  using std::string_view_literals::operator""sv;
  return content.starts_with("NUM_OREC"sv) || content.starts_with("II*\0"sv) || content.starts_with("MM\0*"sv);
}

absl::StatusOr<llpg::Ostn15Grid> ReadDataFile(const std::filesystem::path& path) {
  WENSUM_ASSIGN_OR_RETURN(const std::string text, ReadWhole(path));
  if (IsProjGrid(text)) {
    return InvalidArgument(Cat("NTv2 and GeoTIFF grids are not read", kRemedy));
  }
  return llpg::Ostn15Grid::ParseDataFile(text);
}

}  // namespace

std::span<const char* const> GridFolders() { return kFolders; }

absl::StatusOr<GridFile> ReadGridFile(const std::string& path) {
  std::error_code error;
  const bool folder = std::filesystem::is_directory(path, error);
  absl::StatusOr<llpg::Ostn15Grid> grid = folder ? ReadTables(path) : ReadDataFile(path);
  if (absl::IsInvalidArgument(grid.status())) {
    return Annotate(grid.status(), path);
  }
  if (!grid.ok()) {
    return grid.status();
  }
  return GridFile{std::make_shared<const llpg::Ostn15Grid>(*std::move(grid)), path};
}

absl::StatusOr<GridFile> FindGridFile(std::span<const char* const> folders) {
  for (const char* const folder : folders) {
    std::error_code error;
    if (std::filesystem::exists(std::filesystem::path(folder) / kEastTable, error)) {
      return ReadGridFile(folder);
    }
  }
  return GridFile{};
}

}  // namespace wensum::gazetteer
