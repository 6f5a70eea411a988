// A file with a summary beside it.
#ifndef WENSUM_SERVICES_CLI_SUMMED_FILE_H_
#define WENSUM_SERVICES_CLI_SUMMED_FILE_H_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/hash.h"
#include "services/address_match/output_file.h"

namespace wensum::cli {

// The file appears under its name once it is whole, then `path`.json with its revision, rows and SHA-256. Errors are
// printed. Not thread-safe.
class SummedFile {
 public:
  // Null if it cannot be made.
  static std::unique_ptr<SummedFile> Create(const std::string& path);

  void Write(std::string_view text) {
    file_->Write(text);
    hash_.Update(text);
  }
  [[nodiscard]] bool good() const { return file_->good(); }
  // Prints the summary; returns the exit code of the command. Call once. `kind`: what the summary calls the file.
  int Finish(std::string_view kind, uint64_t revision, uint64_t rows);

 private:
  SummedFile(std::string path, std::unique_ptr<address_match::OutputFile> file)
      : path_(std::move(path)), file_(std::move(file)) {}

  const std::string path_;
  const std::unique_ptr<address_match::OutputFile> file_;
  Sha256 hash_;
};

}  // namespace wensum::cli

#endif  // WENSUM_SERVICES_CLI_SUMMED_FILE_H_
