#include "services/rpc/spool_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <system_error>
#include <utility>

#include "base/random.h"
#include "base/status_macros.h"
#include "base/strings.h"

namespace wensum::rpc {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kPartSuffix = ".part";
constexpr std::string_view kDoneSuffix = ".upload";
constexpr size_t kNameBytes = 12;

absl::Status IoError(std::string_view what, std::string_view path, int error) {
  const std::string message = Cat("cannot ", what, " ", path, ": ", std::generic_category().message(error));
  return error == ENOSPC || error == EDQUOT ? ResourceExhausted(message) : Unavailable(message);
}

absl::Status SyncDirectory(const std::string& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) {
    return IoError("open", path, errno);
  }
  const int result = ::fsync(descriptor);
  const int error = errno;
  ::close(descriptor);
  return result == 0 ? absl::OkStatus() : IoError("sync", path, error);
}

}  // namespace

absl::StatusOr<std::unique_ptr<SpoolFile>> SpoolFile::Create(const std::string& directory) {
  std::error_code error;
  fs::create_directories(directory, error);
  if (error) {
    return IoError("create", directory, error.value());
  }
  std::string name = HexEncode(SecureRandomBytes(kNameBytes));
  const std::string path = Cat(directory, "/", name, kPartSuffix);
  const int descriptor = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (descriptor < 0) {
    return IoError("create", path, errno);
  }
  return std::unique_ptr<SpoolFile>(new SpoolFile(directory, std::move(name), descriptor));
}

SpoolFile::SpoolFile(std::string directory, std::string name, int descriptor)
    : directory_(std::move(directory)), name_(std::move(name)), descriptor_(descriptor) {}

SpoolFile::~SpoolFile() {
  if (descriptor_ >= 0) {
    ::close(descriptor_);
  }
  if (!finished_) {
    ::unlink(path().c_str());
  }
}

std::string SpoolFile::path() const { return Cat(directory_, "/", name_, kPartSuffix); }

absl::Status SpoolFile::Append(std::string_view bytes) {
  bytes_ += bytes.size();
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor_, bytes.data(), bytes.size());
    if (written < 0) {
      if (errno == EINTR) {
        continue;
      }
      return IoError("write", "the upload to the spool", errno);
    }
    bytes.remove_prefix(static_cast<size_t>(written));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::string> SpoolFile::Finish() {
  const std::string part = path();
  std::string done = Cat(directory_, "/", name_, kDoneSuffix);
  if (::fsync(descriptor_) != 0) {
    return IoError("sync", part, errno);
  }
  const int closed = ::close(std::exchange(descriptor_, -1));
  if (closed != 0) {
    return IoError("close", part, errno);
  }
  if (::rename(part.c_str(), done.c_str()) != 0) {
    return IoError("rename", part, errno);
  }
  finished_ = true;
  WENSUM_RETURN_IF_ERROR(SyncDirectory(directory_));
  return done;
}

void RemoveUnfinishedUploads(const std::string& directory) {
  std::error_code error;
  for (fs::directory_iterator entry(directory, error), end; !error && entry != end; entry.increment(error)) {
    if (entry->path().extension() == kPartSuffix) {
      std::error_code ignored;  // it will be tried again at the next start
      fs::remove(entry->path(), ignored);
    }
  }
}

}  // namespace wensum::rpc
