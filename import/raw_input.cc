#include "import/raw_input.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>
#include <vector>

#include "base/status_macros.h"
#include "base/strings.h"

namespace wensum::ingest {
namespace {

std::string ErrnoText(int error) { return std::error_code(error, std::generic_category()).message(); }

class FileInput final : public RawInput {
 public:
  FileInput(int fd, uint64_t size, std::string path) : fd_(fd), size_(size), path_(std::move(path)) {}
  ~FileInput() override { ::close(fd_); }
  FileInput(const FileInput&) = delete;
  FileInput& operator=(const FileInput&) = delete;

  [[nodiscard]] uint64_t size() const override { return size_; }

  absl::StatusOr<size_t> ReadAt(uint64_t offset, char* out, size_t capacity) const override {
    while (true) {
      const ssize_t got = ::pread(fd_, out, capacity, static_cast<off_t>(offset));
      if (got >= 0) {
        return static_cast<size_t>(got);
      }
      if (errno != EINTR) {
        return Unavailable(Cat("cannot read ", path_, " at byte ", offset, ": ", ErrnoText(errno)));
      }
    }
  }

 private:
  const int fd_;
  const uint64_t size_;
  const std::string path_;
};

class MemoryInput final : public RawInput {
 public:
  explicit MemoryInput(std::string_view bytes) : bytes_(bytes) {}
  [[nodiscard]] uint64_t size() const override { return bytes_.size(); }
  absl::StatusOr<size_t> ReadAt(uint64_t offset, char* out, size_t capacity) const override {
    if (offset >= bytes_.size()) {
      return size_t{0};
    }
    const std::string_view piece = bytes_.substr(offset, capacity);
    std::memcpy(out, piece.data(), piece.size());
    return piece.size();
  }

 private:
  const std::string_view bytes_;
};

class PlainByteStream final : public ByteStream {
 public:
  PlainByteStream(const RawInput* input, uint64_t offset) : input_(input), offset_(offset) {}
  absl::StatusOr<size_t> Read(char* out, size_t capacity) override {
    WENSUM_ASSIGN_OR_RETURN(const size_t got, input_->ReadAt(offset_, out, capacity));
    offset_ += got;
    return got;
  }
  [[nodiscard]] uint64_t raw_offset() const override { return offset_; }

 private:
  const RawInput* const input_;
  uint64_t offset_;
};

class GzipByteStream final : public ByteStream {
 public:
  explicit GzipByteStream(const RawInput* input) : input_(input), buffer_(kBufferBytes) {
    // 15: the largest window; 16: gzip framing only.
    initialised_ = inflateInit2(&zlib_, 15 + 16) == Z_OK;
  }
  ~GzipByteStream() override {
    if (initialised_) {
      inflateEnd(&zlib_);
    }
  }
  GzipByteStream(const GzipByteStream&) = delete;
  GzipByteStream& operator=(const GzipByteStream&) = delete;

  absl::StatusOr<size_t> Read(char* out, size_t capacity) override {
    if (!initialised_) {
      return ResourceExhausted("not enough memory to decompress gzip data");
    }
    zlib_.next_out = reinterpret_cast<Bytef*>(out);
    zlib_.avail_out = static_cast<uInt>(std::min<size_t>(capacity, 1U << 30));
    const uInt wanted = zlib_.avail_out;
    while (zlib_.avail_out == wanted && !finished_) {
      WENSUM_RETURN_IF_ERROR(Fill());
      WENSUM_RETURN_IF_ERROR(Step());
    }
    return static_cast<size_t>(wanted - zlib_.avail_out);
  }

  [[nodiscard]] uint64_t raw_offset() const override { return offset_ - zlib_.avail_in; }

 private:
  static constexpr size_t kBufferBytes = 64 * 1024;

  absl::Status Fill() {
    if (zlib_.avail_in > 0) {
      return absl::OkStatus();
    }
    WENSUM_ASSIGN_OR_RETURN(const size_t got, input_->ReadAt(offset_, buffer_.data(), buffer_.size()));
    offset_ += got;
    zlib_.next_in = reinterpret_cast<Bytef*>(buffer_.data());
    zlib_.avail_in = static_cast<uInt>(got);
    return absl::OkStatus();
  }

  // Decompresses once, or ends the stream, or goes on to the next member.
  absl::Status Step() {
    if (zlib_.avail_in == 0) {
      if (member_open_) {
        return DataLoss(Cat("the gzip data ends early, at byte ", offset_,
                            ": the file was cut off; ask for it again or copy it again"));
      }
      finished_ = true;
      return absl::OkStatus();
    }
    if (!member_open_) {
      if (*zlib_.next_in == 0 && any_member_) {  // zero padding after the last member, as tapes and some tools leave
        finished_ = true;
        return absl::OkStatus();
      }
      member_open_ = true;
    }
    const int code = inflate(&zlib_, Z_NO_FLUSH);
    if (code == Z_STREAM_END) {
      member_open_ = false;
      any_member_ = true;
      inflateReset(&zlib_);
    } else if (code != Z_OK && code != Z_BUF_ERROR) {
      return DataLoss(Cat("the gzip data is damaged at byte ", raw_offset(), ": ",
                          zlib_.msg != nullptr ? zlib_.msg : "zlib gives no reason", "; ask for the file again"));
    }
    return absl::OkStatus();
  }

  const RawInput* const input_;
  std::vector<char> buffer_;
  uint64_t offset_ = 0;
  z_stream zlib_{};
  bool initialised_ = false;
  bool member_open_ = true;  // the first member must exist
  bool any_member_ = false;
  bool finished_ = false;
};

}  // namespace

absl::StatusOr<std::unique_ptr<RawInput>> OpenRawFile(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) {
    const int error = errno;
    return MakeStatus(error == ENOENT ? absl::StatusCode::kNotFound : absl::StatusCode::kFailedPrecondition,
                      Cat("cannot open ", path, ": ", ErrnoText(error)));
  }
  struct stat facts{};
  if (::fstat(fd, &facts) != 0 || !S_ISREG(facts.st_mode)) {
    ::close(fd);
    return FailedPrecondition(Cat(path, " is not a regular file; name a file, not a directory, pipe or device"));
  }
  return std::unique_ptr<RawInput>(std::make_unique<FileInput>(fd, static_cast<uint64_t>(facts.st_size), path));
}

std::unique_ptr<RawInput> RawMemory(std::string_view bytes) { return std::make_unique<MemoryInput>(bytes); }

std::unique_ptr<ByteStream> PlainStream(const RawInput* input, uint64_t offset) {
  return std::make_unique<PlainByteStream>(input, offset);
}

std::unique_ptr<ByteStream> GzipStream(const RawInput* input) { return std::make_unique<GzipByteStream>(input); }

absl::StatusOr<std::string> ReadRawText(const std::string& path, size_t limit) {
  WENSUM_ASSIGN_OR_RETURN(const std::unique_ptr<RawInput> input, OpenRawFile(path));
  std::string text(static_cast<size_t>(std::min<uint64_t>(input->size(), limit + 1)), '\0');
  size_t size = 0;
  while (size < text.size()) {
    WENSUM_ASSIGN_OR_RETURN(const size_t got, input->ReadAt(size, text.data() + size, text.size() - size));
    if (got == 0) break;
    size += got;
  }
  text.resize(size);
  return text;
}

}  // namespace wensum::ingest
