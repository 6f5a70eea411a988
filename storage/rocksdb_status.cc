#include "storage/rocksdb_status.h"

#include <string>

#include "base/status_macros.h"
#include "base/strings.h"

namespace wensum::storage {

namespace {

bool Contains(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

// Also quotas: a user's limit (EDQUOT) arrives as a plain I/O error.
bool IsNoSpace(const rocksdb::Status& status, std::string_view text) {
  return status.IsNoSpace() || status.subcode() == rocksdb::Status::kSpaceLimit ||
         Contains(text, "No space left on device") || Contains(text, "Disk quota exceeded");
}

absl::Status DiskFull(std::string_view path, std::string_view text) {
  return ResourceExhausted(
      Cat("the disk of data directory ", path, " is full: free space there, then start again (", text, ")"));
}

}  // namespace

absl::Status FromOpenStatus(const rocksdb::Status& status, std::string_view path) {
  if (status.ok()) {
    return absl::OkStatus();
  }
  const std::string text = status.ToString();
  if (status.IsCorruption()) {
    return DataLoss(Cat("data directory ", path, " is damaged: restore it from a backup (", text, ")"));
  }
  if (IsNoSpace(status, text)) {
    return DiskFull(path, text);
  }
  if (Contains(text, "Permission denied") || Contains(text, "Read-only file system") ||
      Contains(text, "Operation not permitted")) {
    return FailedPrecondition(
        Cat("no permission to write in data directory ", path, ": give it to the service's user (", text, ")"));
  }
  // From flock: held by another process. From RocksDB's own table: held by another store of this process.
  if (Contains(text, "While lock file") || Contains(text, "lock hold by current process")) {
    return FailedPrecondition(Cat("data directory ", path,
                                  " is in use by another process: stop it or choose another directory (", text, ")"));
  }
  if (status.IsInvalidArgument() && Contains(text, "does not exist")) {
    return NotFound(Cat("there is no store in data directory ", path, " (", text, ")"));
  }
  if (status.IsInvalidArgument() && Contains(text, "olumn famil")) {
    return FailedPrecondition(
        Cat("data directory ", path, " was written by another version of Wensum: use that one (", text, ")"));
  }
  if (status.IsIOError() && status.subcode() != rocksdb::Status::kPathNotFound) {
    return Unavailable(Cat("cannot open data directory ", path, ": check the disk (", text, ")"));
  }
  if (status.IsIOError() || status.IsNotFound()) {
    return DataLoss(
        Cat("a file of data directory ", path, " is missing: restore the directory from a backup (", text, ")"));
  }
  return Internal(Cat("cannot open data directory ", path, " (", text, ")"));
}

absl::Status FromReadStatus(const rocksdb::Status& status, std::string_view path) {
  if (status.ok()) {
    return absl::OkStatus();
  }
  return DataLoss(Cat("cannot read from data directory ", path,
                      ": check the disk, or restore the directory from a backup (", status.ToString(), ")"));
}

absl::Status FromWriteStatus(const rocksdb::Status& status, std::string_view path) {
  if (status.ok()) {
    return absl::OkStatus();
  }
  const std::string text = status.ToString();
  if (IsNoSpace(status, text)) {
    return DiskFull(path, text);
  }
  if (status.IsInvalidArgument()) {
    return InvalidArgument(Cat("the store takes no such write (", text, ")"));
  }
  return Unavailable(Cat("writing to data directory ", path,
                         " failed and no more writes are taken: check the disk, then start again (", text, ")"));
}

}  // namespace wensum::storage
