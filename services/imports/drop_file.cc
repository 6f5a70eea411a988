#include "services/imports/drop_file.h"

#include <algorithm>
#include <filesystem>
#include <system_error>

#include "base/status_macros.h"
#include "base/strings.h"
#include "services/rpc/status_details.h"

namespace wensum::imports {
namespace {

namespace fs = std::filesystem;

absl::Status BadDropFile(std::string_view name, std::string_view why) {
  return rpc::InvalidField("spec.drop_file", Cat(Quote(name), " ", why));
}

}  // namespace

absl::StatusOr<std::string> ResolveDropFile(const std::string& drop_directory, std::string_view name) {
  if (drop_directory.empty()) {
    return FailedPrecondition("spec.drop_file: the server has no drop folder; set drop_dir, or upload the file");
  }
  const fs::path relative(name);
  if (relative.is_absolute()) {
    return BadDropFile(name, "is absolute; give a path below the drop folder");
  }
  for (const fs::path& part : relative) {
    if (part == "..") {
      return BadDropFile(name, "leaves the drop folder");
    }
  }
  std::error_code error;
  const fs::path root = fs::canonical(drop_directory, error);
  if (error) {
    return FailedPrecondition(Cat("the drop folder cannot be opened: ", error.message()));
  }
  const fs::path real = fs::canonical(root / relative, error);
  if (error) {
    return rpc::WithReason(NotFound(Cat("spec.drop_file: ", Quote(name), " is not in the drop folder")),
                           rpc::reason::kResourceUnknown);
  }
  const auto [root_end, unused] = std::mismatch(root.begin(), root.end(), real.begin(), real.end());
  if (root_end != root.end()) {
    return BadDropFile(name, "points out of the drop folder");
  }
  if (!fs::is_regular_file(real, error)) {
    return BadDropFile(name, "is not a regular file");
  }
  return real.string();
}

}  // namespace wensum::imports
