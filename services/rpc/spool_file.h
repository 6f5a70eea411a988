// Uploads too large for memory: on disk until they are taken in, and other files that a call needs for itself.
#ifndef WENSUM_SERVICES_RPC_SPOOL_FILE_H_
#define WENSUM_SERVICES_RPC_SPOOL_FILE_H_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace wensum::rpc {

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
  // Where it lies until Finish: what was appended can be read there.
  [[nodiscard]] std::string path() const;

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

}  // namespace wensum::rpc

#endif  // WENSUM_SERVICES_RPC_SPOOL_FILE_H_
