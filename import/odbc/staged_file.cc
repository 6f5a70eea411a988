#include "import/odbc/staged_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <system_error>

#include "base/status_macros.h"
#include "base/strings.h"

namespace wensum::ingest {

absl::StatusOr<std::unique_ptr<StagedFile>> StagedFile::Create(const std::string& path) {
  std::string part = Cat(path, ".part");
  // What another run left is not written into but replaced: it may be a link, or be read by somebody.
  ::unlink(part.c_str());
  const int fd = ::open(part.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0640);
  if (fd < 0) {
    return Unavailable(Cat("the file ", Quote(part), " cannot be made: ", std::generic_category().message(errno)));
  }
  return std::unique_ptr<StagedFile>(new StagedFile(path, std::move(part), fd));
}

StagedFile::~StagedFile() {
  if (fd_ >= 0) ::close(fd_);
  if (!finished_) ::unlink(part_.c_str());
}

absl::Status StagedFile::Failed(std::string_view what, int error) const {
  const std::string message =
      Cat("the file ", Quote(path_), " cannot be ", what, ": ", std::generic_category().message(error));
  if (error == ENOSPC || error == EDQUOT || error == EFBIG) {
    return ResourceExhausted(Cat(message, "; make room and extract again"));
  }
  return Unavailable(message);
}

absl::Status StagedFile::Write(std::string_view bytes) {
  hash_.Update(bytes);
  bytes_ += bytes.size();
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd_, bytes.data(), bytes.size());
    if (written < 0) {
      if (errno == EINTR) continue;
      return Failed("written", errno);
    }
    bytes.remove_prefix(static_cast<size_t>(written));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::string> StagedFile::Finish() {
  if (::fsync(fd_) != 0) return Failed("made durable", errno);
  const int fd = std::exchange(fd_, -1);
  if (::close(fd) != 0) return Failed("closed", errno);
  if (std::rename(part_.c_str(), path_.c_str()) != 0) return Failed("put in its place", errno);
  finished_ = true;
  const std::filesystem::path parent = std::filesystem::path(path_).parent_path();
  const int folder = ::open(parent.empty() ? "." : parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const bool durable = folder >= 0 && ::fsync(folder) == 0;
  const int error = errno;
  if (folder >= 0) ::close(folder);
  if (!durable) return Failed("made durable under its name", error);
  return hash_.FinishHex();
}

}  // namespace wensum::ingest
