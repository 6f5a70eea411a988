// A directory for one test.
#ifndef WENSUM_TESTS_SUPPORT_TEMP_DIR_H_
#define WENSUM_TESTS_SUPPORT_TEMP_DIR_H_

#include <string>
#include <string_view>

namespace wensum {

// An empty directory of its own below the system's place for temporary files; deleted with all it holds by the
// destructor. Throws std::filesystem::filesystem_error if it cannot be made, which fails the test.
class TempDir {
 public:
  TempDir();
  ~TempDir();
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;

  [[nodiscard]] const std::string& path() const { return path_; }
  // The path of `name` inside it; makes nothing.
  [[nodiscard]] std::string Join(std::string_view name) const;

 private:
  std::string path_;
};

}  // namespace wensum

#endif  // WENSUM_TESTS_SUPPORT_TEMP_DIR_H_
