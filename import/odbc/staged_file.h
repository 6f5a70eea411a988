// A file that appears whole, durable and hashed, or not at all.
#ifndef WENSUM_IMPORT_ODBC_STAGED_FILE_H_
#define WENSUM_IMPORT_ODBC_STAGED_FILE_H_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/hash.h"

namespace wensum::ingest {

// Written as `path`.part, which only the user and its group can read, and renamed by Finish. Without Finish nothing is
// left of it, unless the process is killed: then the .part stays, and the next run writes over it. Not thread-safe.
class StagedFile {
 public:
  // UNAVAILABLE, with the path, if it cannot be made.
  static absl::StatusOr<std::unique_ptr<StagedFile>> Create(const std::string& path);
  ~StagedFile();
  StagedFile(const StagedFile&) = delete;
  StagedFile& operator=(const StagedFile&) = delete;

  // RESOURCE_EXHAUSTED if the disk, a quota or a limit of file sizes is reached, UNAVAILABLE if it fails otherwise.
  absl::Status Write(std::string_view bytes);
  // Makes all of it durable under its name; the SHA-256 of its bytes in lower-case hexadecimal. Errors as Write; then
  // the old file of that name, if there is one, stays. Call once.
  absl::StatusOr<std::string> Finish();

  [[nodiscard]] uint64_t bytes() const { return bytes_; }

 private:
  StagedFile(std::string path, std::string part, int fd) : path_(std::move(path)), part_(std::move(part)), fd_(fd) {}
  [[nodiscard]] absl::Status Failed(std::string_view what, int error) const;

  const std::string path_;
  const std::string part_;
  int fd_;
  bool finished_ = false;
  uint64_t bytes_ = 0;
  Sha256 hash_;
};

}  // namespace wensum::ingest

#endif  // WENSUM_IMPORT_ODBC_STAGED_FILE_H_
