// Lines of JSON (jsonlines.org): each line one object, columns by their paths in it.
//
// tests/import/reference_rows.h has the textbook version; both must agree on every input.
#ifndef WENSUM_IMPORT_JSON_LINES_READER_H_
#define WENSUM_IMPORT_JSON_LINES_READER_H_

#include <cstddef>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "import/byte_source.h"
#include "import/csv_reader.h"
#include "import/row_reader.h"

namespace wensum::ingest {

// One step of a path: a member of an object, or an element of a list.
struct JsonStep {
  std::string name;   // of a member
  bool list = false;  // element `index` is meant instead
  size_t index = 0;   // from 0
  friend bool operator==(const JsonStep&, const JsonStep&) = default;
};

// Reads a path such as address.postcode, lines[0] or people[1].name. A backslash makes the character behind it part of
// a name ("odata\.etag"). INVALID_ARGUMENT, saying what is wrong, for anything else.
absl::StatusOr<std::vector<JsonStep>> ParseJsonPath(std::string_view text);

struct JsonLinesOptions {
  size_t max_depth = 64;  // of objects and lists in each other
  CsvOptions lines = CsvOptions::Lines();
};

// Fields are those of the paths, in their order; empty where the object has no such value, or null. Numbers keep their
// text, but for -0, which is 0; true and false are these words. The row's problem is row_unreadable if the line is no
// JSON object, is nested too deep, has a name of a path twice, has an object or list where a path means a value, or a
// character U+0000 in a value.
//
// Memory: twice the longest line. Speed: some 100 MB/s.
class JsonLinesReader final : public RowReader {
 public:
  // `source` must outlive the reader and is read by nobody else meanwhile. INVALID_ARGUMENT for a path that is none.
  static absl::StatusOr<std::unique_ptr<JsonLinesReader>> Create(ByteSource* source,
                                                                 const std::vector<std::string>& paths,
                                                                 const JsonLinesOptions& options = {});
  ~JsonLinesReader() override;

  absl::StatusOr<bool> Next(Row& row) override;
  [[nodiscard]] RowPosition position() const override { return lines_.position(); }
  absl::Status Seek(const RowPosition& position) override { return lines_.Seek(position); }
  [[nodiscard]] uint64_t blank_lines() const override { return lines_.blank_lines(); }
  [[nodiscard]] std::set<std::string> unknown() const override;

 private:
  class Handler;

  JsonLinesReader(ByteSource* source, const JsonLinesOptions& options);

  CsvReader lines_;
  std::unique_ptr<Handler> handler_;
  std::vector<std::string_view> fields_;
};

}  // namespace wensum::ingest

#endif  // WENSUM_IMPORT_JSON_LINES_READER_H_
