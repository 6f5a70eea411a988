// Buffered output files that know their size and digest.
#ifndef WENSUM_SAMPLE_OUTPUT_H_
#define WENSUM_SAMPLE_OUTPUT_H_

#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/hash.h"
#include "sample/text.h"

namespace wensum::sample {

// One file being written. Errors are kept and reported by Close, so that writing needs no checks. Not thread-safe.
class OutputFile {
 public:
  // Creates or replaces the file.
  static absl::StatusOr<std::unique_ptr<OutputFile>> Create(const std::string& path);
  ~OutputFile();
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;

  void Write(std::string_view bytes);
  void WriteRow(const std::vector<std::string>& cells, const CsvDialect& dialect);
  // Flushes and closes; UNAVAILABLE with the path and the system's reason if any write failed. Call once.
  absl::Status Close();

  // Of everything written; sha256 only after Close.
  [[nodiscard]] uint64_t bytes() const { return bytes_; }
  [[nodiscard]] const std::string& sha256() const { return sha256_; }

 private:
  OutputFile(std::string path, std::FILE* file) : path_(std::move(path)), file_(file) {}
  void Flush();

  std::string path_;
  std::FILE* file_;
  std::string buffer_;
  Sha256 digest_;
  std::string sha256_;
  uint64_t bytes_ = 0;
  int error_ = 0;
};

}  // namespace wensum::sample

#endif  // WENSUM_SAMPLE_OUTPUT_H_
