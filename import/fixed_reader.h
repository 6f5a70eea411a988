// Rows of fixed width: each column is at the same characters of every line.
//
// tests/import/reference_rows.h has the textbook version; both must agree on every input.
#ifndef WENSUM_IMPORT_FIXED_READER_H_
#define WENSUM_IMPORT_FIXED_READER_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "import/byte_source.h"
#include "import/csv_reader.h"
#include "import/row_reader.h"

namespace wensum::ingest {

struct FixedColumn {
  std::string name;
  size_t begin = 0;  // characters (code points) before it
  size_t width = 0;  // characters, at least 1
};

struct FixedOptions {
  std::vector<FixedColumn> columns;  // at least one
  size_t length = 0;                 // characters of every row; at least to the end of the last column
  bool trimmed = false;              // lines may lack spaces at their end
  CsvOptions lines = CsvOptions::Lines();
};

// Fields are those of `columns`, with the spaces that pad them. A line of another length is a row with the problem
// column_count. Memory: the longest row plus lines.read_bytes. Speed: several hundred MB/s of ASCII, half of that else.
class FixedReader final : public RowReader {
 public:
  // `source` must outlive the reader and is read by nobody else meanwhile.
  FixedReader(ByteSource* source, FixedOptions options);

  absl::StatusOr<bool> Next(Row& row) override;
  [[nodiscard]] RowPosition position() const override { return lines_.position(); }
  absl::Status Seek(const RowPosition& position) override { return lines_.Seek(position); }
  [[nodiscard]] uint64_t blank_lines() const override { return lines_.blank_lines(); }

 private:
  const FixedOptions options_;
  CsvReader lines_;
  std::vector<std::string_view> fields_;
  std::vector<size_t> offsets_;  // of each character of a line that is not ASCII, and of its end
  std::string problem_;
};

}  // namespace wensum::ingest

#endif  // WENSUM_IMPORT_FIXED_READER_H_
