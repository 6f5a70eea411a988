// Helpers of the import tests: compressed and transcoded copies of texts, temporary files, whole-file reads.
#ifndef WENSUM_TESTS_IMPORT_TEST_TEXT_H_
#define WENSUM_TESTS_IMPORT_TEST_TEXT_H_

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "import/byte_source.h"

namespace wensum::ingest {

// One gzip member.
std::string Gzip(std::string_view text);

// An archive of these files, by name; names that end in "/" are folders.
std::string Zip(const std::vector<std::pair<std::string, std::string>>& files);

// UTF-16 of well-formed UTF-8 `text`, with byte order mark.
std::string ToUtf16(std::string_view text, bool big_endian);

// A file that is removed with the object.
class TempFile {
 public:
  explicit TempFile(std::string_view content);
  ~TempFile();
  TempFile(const TempFile&) = delete;
  TempFile& operator=(const TempFile&) = delete;
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

// All of the text that is left in `source`, read `step` bytes at a time.
absl::StatusOr<std::string> ReadAll(ByteSource& source, size_t step = 4096);

}  // namespace wensum::ingest

#endif  // WENSUM_TESTS_IMPORT_TEST_TEXT_H_
