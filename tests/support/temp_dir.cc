#include "tests/support/temp_dir.h"

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <system_error>

namespace wensum {

TempDir::TempDir() {
  path_ = (std::filesystem::temp_directory_path() / "wensum-test-XXXXXX").string();
  if (mkdtemp(path_.data()) == nullptr) {
    throw std::filesystem::filesystem_error("mkdtemp", path_, std::error_code(errno, std::generic_category()));
  }
}

TempDir::~TempDir() {
  std::error_code ignored;  // a test's verdict does not depend on it
  std::filesystem::remove_all(path_, ignored);
}

std::string TempDir::Join(std::string_view name) const { return (std::filesystem::path(path_) / name).string(); }

}  // namespace wensum
