// The textbook CSV reader: one character at a time, everything in memory. CsvReader must agree with it on every input.
#ifndef WENSUM_TESTS_IMPORT_REFERENCE_CSV_H_
#define WENSUM_TESTS_IMPORT_REFERENCE_CSV_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "import/csv_reader.h"

namespace wensum::ingest {

struct ReferenceRow {
  std::vector<std::string> fields;
  std::string raw;
  uint64_t line = 0;
  bool open_end = false;
  friend bool operator==(const ReferenceRow&, const ReferenceRow&) = default;
};

struct ReferenceResult {
  std::vector<ReferenceRow> rows;
  uint64_t blank_lines = 0;
  std::optional<uint64_t> error_line;  // first line of the row that cannot be read; nothing is read behind it
  friend bool operator==(const ReferenceResult&, const ReferenceResult&) = default;
};

inline ReferenceResult ReferenceReadCsv(std::string_view text, const CsvOptions& options) {
  ReferenceResult result;
  size_t at = 0;
  uint64_t line = 1;
  while (at < text.size()) {
    ReferenceRow row;
    row.line = line;
    const size_t begin = at;
    std::string field;
    bool quoted = false;
    bool field_start = true;
    while (at < text.size()) {
      const char c = text[at];
      const bool is_quote = options.quote != '\0' && c == options.quote;
      if (quoted) {
        const bool doubled = is_quote && at + 1 < text.size() && text[at + 1] == options.quote;
        if (doubled) {
          field += c;
          ++at;
        } else if (is_quote) {
          quoted = false;
        } else {
          field += c;
          const bool second_of_crlf = c == '\n' && text[at - 1] == '\r';
          line += (c == '\r' || c == '\n') && !second_of_crlf ? 1 : 0;
        }
      } else if (c == '\r' || c == '\n') {
        break;
      } else if (c == options.delimiter) {
        row.fields.push_back(field);
        field.clear();
        field_start = true;
        ++at;
        continue;
      } else if (is_quote && field_start) {
        quoted = true;
      } else {
        field += c;
      }
      field_start = false;
      ++at;
    }
    row.fields.push_back(field);
    row.raw = std::string(text.substr(begin, at - begin));
    if (quoted || row.raw.size() > options.max_row_bytes || row.fields.size() > options.max_columns) {
      result.error_line = row.line;
      return result;
    }
    row.open_end = at == text.size();
    if (at < text.size()) {
      at += text.substr(at, 2) == "\r\n" ? 2 : 1;
    }
    ++line;
    if (row.raw.empty()) {
      ++result.blank_lines;
    } else {
      result.rows.push_back(row);
    }
  }
  return result;
}

}  // namespace wensum::ingest

#endif  // WENSUM_TESTS_IMPORT_REFERENCE_CSV_H_
