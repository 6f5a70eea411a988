// Finds and reads the OSTN15 shifts that positions are converted with.
#ifndef WENSUM_SERVICES_GAZETTEER_GRID_FILE_H_
#define WENSUM_SERVICES_GAZETTEER_GRID_FILE_H_

#include <memory>
#include <span>
#include <string>

#include "absl/status/statusor.h"
#include "gazetteer/geo/ostn15_grid.h"

namespace wensum::gazetteer {

struct GridFile {
  std::shared_ptr<const llpg::Ostn15Grid> grid;  // null: none was found
  std::string path;                              // of what was read, for the log and Admin.Stats; empty: nothing
};

// The folders in which OSTN15 is looked for when none is named: /usr/share/wensum/ostn15, where the image has it, and
// that of Debian's package libgeo-coordinates-osgb-perl.
std::span<const char* const> GridFolders();

// Reads the shifts at `path`: a folder with the tables ostn_east_shift_82140 and ostn_north_shift_-84180, or Ordnance
// Survey's OSTN15_OSGM15_DataFile.txt; not its NTv2 or GeoTIFF forms. NOT_FOUND and INVALID_ARGUMENT name the file.
// Some milliseconds for tables (3.5 MB), some tenths of a second for the data file.
absl::StatusOr<GridFile> ReadGridFile(const std::string& path);

// Reads the tables of the first of `folders` that has them. None has: no grid, which is no error. Tables that are there
// but are not OSTN15 are INVALID_ARGUMENT.
absl::StatusOr<GridFile> FindGridFile(std::span<const char* const> folders);

}  // namespace wensum::gazetteer

#endif  // WENSUM_SERVICES_GAZETTEER_GRID_FILE_H_
