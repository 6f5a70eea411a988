// Files on their way into an import: uploads, and names in the drop folder.
#ifndef WENSUM_SERVICES_IMPORTS_SPOOL_H_
#define WENSUM_SERVICES_IMPORTS_SPOOL_H_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace wensum::imports {

// One upload: bytes go to a ".part" file, which gets its final name only when it is complete and on disk. Not
// thread-safe. Destroyed before Finish, it deletes the file.
class SpoolFile {
 public:
  // In folder `directory`, made if missing, under a fresh random name.
  static absl::StatusOr<std::unique_ptr<SpoolFile>> Create(const std::string& directory);
  ~SpoolFile();
  SpoolFile(const SpoolFile&) = delete;
  SpoolFile& operator=(const SpoolFile&) = delete;

  // RESOURCE_EXHAUSTED if the disk is full.
  absl::Status Append(std::string_view bytes);
  // Makes the file durable and gives its final path. The file is the caller's from then on.
  absl::StatusOr<std::string> Finish();

  [[nodiscard]] uint64_t bytes() const { return bytes_; }

 private:
  SpoolFile(std::string directory, std::string name, int descriptor);

  const std::string directory_;
  const std::string name_;  // without suffix
  int descriptor_;          // -1: closed
  uint64_t bytes_ = 0;
  bool finished_ = false;
};

// Deletes uploads in `directory` that were cut off by the end of the server. Call before the first Create.
void RemoveUnfinishedUploads(const std::string& directory);

// The real path of `name`, a path below the drop folder. INVALID_ARGUMENT if it is absolute, leaves the folder (".." or
// a symbolic link that points out of it) or is no regular file; NOT_FOUND if there is none; FAILED_PRECONDITION if no
// drop folder is configured.
absl::StatusOr<std::string> ResolveDropFile(const std::string& drop_directory, std::string_view name);

}  // namespace wensum::imports

#endif  // WENSUM_SERVICES_IMPORTS_SPOOL_H_
