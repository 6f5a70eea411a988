// A file that appears whole or not at all.
#ifndef WENSUM_SERVICES_ADDRESS_MATCH_OUTPUT_FILE_H_
#define WENSUM_SERVICES_ADDRESS_MATCH_OUTPUT_FILE_H_

#include <fstream>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace wensum::address_match {

// Written beside its place as `path`.part and renamed by Finish; without Finish nothing is left of it, unless the
// process is killed: then the .part stays, and the next run writes over it. Not thread-safe.
class OutputFile {
 public:
  // UNAVAILABLE, with the path, if it cannot be made.
  static absl::StatusOr<std::unique_ptr<OutputFile>> Create(const std::string& path);
  ~OutputFile();
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;

  // Errors show in Finish.
  void Write(std::string_view text) { file_.write(text.data(), static_cast<std::streamsize>(text.size())); }
  [[nodiscard]] bool good() const { return file_.good(); }
  // UNAVAILABLE, with the path, if not all could be written (a full disk); then the old file, if any, stays.
  absl::Status Finish();

 private:
  explicit OutputFile(std::string path);

  const std::string path_;
  const std::string part_;
  std::ofstream file_;
  bool finished_ = false;
};

// Appends a row of CSV (RFC 4180, ending in LF).
void AppendCsv(std::span<const std::string_view> fields, std::string* out);

}  // namespace wensum::address_match

#endif  // WENSUM_SERVICES_ADDRESS_MATCH_OUTPUT_FILE_H_
