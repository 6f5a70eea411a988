// Rows of an extract, whatever its format: delimited text, columns of fixed width, lines of JSON, elements of XML.
#ifndef WENSUM_IMPORT_ROW_READER_H_
#define WENSUM_IMPORT_ROW_READER_H_

#include <cstddef>
#include <cstdint>
#include <set>
#include <span>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace wensum::ingest {

// Views into the reader's buffers, valid until its next call.
struct Row {
  std::span<const std::string_view> fields;  // by the reader's columns; at least one unless there is a problem
  std::string_view raw;                      // as in the text; of lines without the line end
  uint64_t line = 0;                         // of the row's first character, from 1
  uint64_t number = 0;                       // of the row, from 1, blank lines apart
  bool open_end = false;                     // the text's last row, without a line end: it may have been cut off
  // Why the row has no fields: a rule ("column_count", "row_unreadable") and a plain sentence that does not quote
  // values. Both empty for a row that is well-formed.
  std::string_view problem_rule;
  std::string_view problem;
};

// A place between two rows, to go on from in another process.
struct RowPosition {
  uint64_t text_offset = 0;  // see ByteSource::SeekText; 0 for readers that can only count rows
  uint64_t line = 1;         // of the next row
  uint64_t rows = 0;         // before it
  friend bool operator==(const RowPosition&, const RowPosition&) = default;
};

// Not thread-safe.
class RowReader {
 public:
  // So many names are kept of what no column takes, and so many bytes of each.
  static constexpr size_t kMaxUnknown = 50;
  static constexpr size_t kMaxUnknownBytes = 200;

  virtual ~RowReader() = default;

  // The next row, or false at the end. INVALID_ARGUMENT where the text cannot be read on: the message names the line,
  // the likely cause and how to mend it. Errors of the source as they are. After an error every call gives the same
  // one. A single row that cannot be read is no error: it comes with its problem.
  virtual absl::StatusOr<bool> Next(Row& row) = 0;

  // Behind the last row given.
  [[nodiscard]] virtual RowPosition position() const = 0;
  // Goes to a position that a reader of the same text and options gave. Errors as Next and ByteSource::SeekText.
  virtual absl::Status Seek(const RowPosition& position) = 0;

  // Lines without any character, which are no rows.
  [[nodiscard]] virtual uint64_t blank_lines() const { return 0; }
  // Names of what rows had so far and no column takes, of formats whose columns are asked for by path.
  [[nodiscard]] virtual std::set<std::string> unknown() const { return {}; }
};

}  // namespace wensum::ingest

#endif  // WENSUM_IMPORT_ROW_READER_H_
