// Rows of delimited text (RFC 4180 and its usual relatives).
//
// Accepts quoted fields with doubled quotes, delimiters and line ends inside; CRLF, LF and CR line ends, mixed; a last
// line without end. A quote inside a field that did not start with one is an ordinary character, and so is what follows
// a closing quote up to the delimiter. Lines without any character are no rows: they are skipped and counted.
//
// tests/import/reference_csv.h is the textbook version; both must agree on every input.
#ifndef WENSUM_IMPORT_CSV_READER_H_
#define WENSUM_IMPORT_CSV_READER_H_

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "import/byte_source.h"
#include "import/row_reader.h"

namespace wensum::ingest {

struct CsvOptions {
  char delimiter = ',';
  char quote = '"';  // '\0': no quoting
  // Budgets per row; a row over them ends the reading.
  size_t max_row_bytes = size_t{1} << 20;
  size_t max_columns = 100'000;
  size_t read_bytes = 256 * 1024;  // asked of the source at a time; at least 4

  // Of a reader whose rows are whole lines, each one field.
  [[nodiscard]] static CsvOptions Lines() {
    CsvOptions options;
    options.delimiter = '\n';  // never inside a line
    options.quote = '\0';
    return options;
  }
};

using CsvRow = Row;
using CsvPosition = RowPosition;

// Not thread-safe. Memory: the longest row plus read_bytes. Speed: several hundred MB/s.
class CsvReader final : public RowReader {
 public:
  // `source` must outlive the reader and is read by nobody else meanwhile.
  explicit CsvReader(ByteSource* source, const CsvOptions& options = {});
  ~CsvReader() override = default;
  CsvReader(const CsvReader&) = delete;
  CsvReader& operator=(const CsvReader&) = delete;

  // The next row, or false at the end. INVALID_ARGUMENT, naming line, limit and likely cause, for a row over the budget
  // and for a quote that is still open at the end of the text; errors of the source as they are. After an error every
  // call gives the same one.
  absl::StatusOr<bool> Next(CsvRow& row) override;

  [[nodiscard]] CsvPosition position() const override { return {text_offset_ + begin_, line_, rows_}; }
  absl::Status Seek(const CsvPosition& position) override;

  [[nodiscard]] uint64_t blank_lines() const override { return blank_lines_; }

 private:
  enum class Parse : uint8_t { kRow, kBlank, kNeedMore, kEnd, kTooManyColumns };

  Parse ParseRow(CsvRow& row);
  // Parses the quoted field that starts at `at`; moves `at` behind it. False if the buffer ends first.
  bool ParseQuoted(size_t& at);
  // End of the line that goes on at `at`: the first CR or LF, or end_.
  size_t LineEnd(size_t at);
  // The offset behind the line end at `at`; end_ + 1 if more is needed to tell CR from CRLF.
  [[nodiscard]] size_t BehindLineEnd(size_t at) const;
  [[nodiscard]] uint64_t CountLines(size_t begin, size_t end) const;
  absl::Status Fill();
  [[nodiscard]] absl::Status RowTooLong() const;
  [[nodiscard]] absl::Status Unclosed() const;

  ByteSource* const source_;
  const CsvOptions options_;
  std::vector<char> buffer_;
  std::vector<char> scratch_;  // fields without their doubled quotes
  std::vector<std::string_view> fields_;
  size_t scratch_used_ = 0;
  size_t begin_ = 0;  // of the next row
  size_t end_ = 0;    // of the bytes in the buffer
  size_t next_lf_ = 0;
  size_t next_cr_ = 0;  // first of their kind at or after the last LineEnd; end_ if there is none
  size_t open_quote_ = std::string_view::npos;
  uint64_t text_offset_ = 0;  // of buffer_[0]
  uint64_t line_ = 1;
  uint64_t rows_ = 0;
  uint64_t blank_lines_ = 0;
  bool at_end_ = false;  // the source has no more
  absl::Status status_;
};

}  // namespace wensum::ingest

#endif  // WENSUM_IMPORT_CSV_READER_H_
