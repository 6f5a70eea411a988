// Problems found in imported rows. A bad row is data: it is reported, counted and kept, and the import goes on.
#ifndef WENSUM_IMPORT_ISSUE_H_
#define WENSUM_IMPORT_ISSUE_H_

#include <cstddef>
#include <cstdint>
#include <string>

namespace wensum::ingest {

// Same numbers as wensum.v1.ImportIssue.Severity.
enum class Severity : uint8_t {
  kWarning = 1,  // the row was taken; the value was left out or kept as it is
  kReject = 2,   // the row was not taken
  kStop = 3,     // the file must not be applied
};

// At most this much of a rejected row is kept in `RowIssue::raw`.
inline constexpr size_t kMaxRawBytes = 64 * 1024;

struct RowIssue {
  uint64_t line = 0;   // of the row's first line, from 1; 0 if the whole file is meant
  std::string column;  // name, or number from 1 if columns have no names; empty if the whole row is meant
  std::string rule;    // stable and machine-readable, e.g. "date_unreadable"; docs/formats-import.md lists them
  Severity severity = Severity::kWarning;
  std::string message;  // a plain sentence
  std::string raw;      // rejects only: the row as decoded to UTF-8, at most kMaxRawBytes

  friend bool operator==(const RowIssue&, const RowIssue&) = default;
};

}  // namespace wensum::ingest

#endif  // WENSUM_IMPORT_ISSUE_H_
