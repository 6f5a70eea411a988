#include "sample/output.h"

#include <cerrno>
#include <cstring>

#include "base/status_macros.h"
#include "base/strings.h"

namespace wensum::sample {
namespace {
constexpr size_t kBufferBytes = size_t{1} << 20;

absl::Status SystemError(std::string_view path, int error) {
  return Unavailable(Cat("cannot write ", path, ": ", std::strerror(error)));
}
}  // namespace

absl::StatusOr<std::unique_ptr<OutputFile>> OutputFile::Create(const std::string& path) {
  std::FILE* file = std::fopen(path.c_str(), "wb");
  if (file == nullptr) {
    return SystemError(path, errno);
  }
  return std::unique_ptr<OutputFile>(new OutputFile(path, file));
}

OutputFile::~OutputFile() {
  if (file_ != nullptr) {
    std::fclose(file_);
  }
}

void OutputFile::Write(std::string_view bytes) {
  buffer_.append(bytes);
  if (buffer_.size() >= kBufferBytes) {
    Flush();
  }
}

void OutputFile::WriteRow(const std::vector<std::string>& cells, const CsvDialect& dialect) {
  AppendCsvRow(buffer_, cells, dialect);
  if (buffer_.size() >= kBufferBytes) {
    Flush();
  }
}

void OutputFile::Flush() {
  digest_.Update(buffer_);
  bytes_ += buffer_.size();
  if (error_ == 0 && std::fwrite(buffer_.data(), 1, buffer_.size(), file_) != buffer_.size()) {
    error_ = errno != 0 ? errno : EIO;
  }
  buffer_.clear();
}

absl::Status OutputFile::Close() {
  Flush();
  sha256_ = digest_.FinishHex();
  if (std::fclose(file_) != 0 && error_ == 0) {
    error_ = errno;
  }
  file_ = nullptr;
  return error_ == 0 ? absl::OkStatus() : SystemError(path_, error_);
}

}  // namespace wensum::sample
