// Takes the rows of a declared query out of a database and stages them as a file for the ordinary import.
#ifndef WENSUM_IMPORT_ODBC_EXTRACT_H_
#define WENSUM_IMPORT_ODBC_EXTRACT_H_

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "import/odbc/extract_config.h"

namespace wensum::ingest {

struct ExtractArguments {
  // The last watermark seen, for a configuration that has one; empty: the configuration's start.
  std::string watermark;
  // Called now and then with the rows and bytes written so far. May be empty.
  std::function<void(uint64_t rows, uint64_t bytes)> progress;
  // Asked now and then; true ends the extract with CANCELLED. May be empty. A query that has not given its first row
  // yet is not interrupted but by the configuration's timeout.
  std::function<bool()> stopping;
};

struct ExtractFacts {
  uint64_t rows = 0;
  uint64_t bytes = 0;
  std::string sha256;  // of the file, lower-case hexadecimal
  std::vector<std::string> columns;
  std::string watermark;  // the highest seen, the last one if no row came; empty without a watermark
  std::string dbms_name;
  std::string dbms_version;
};

// Runs the query in one read-only transaction that sees one state of the database, and writes its rows to `path`: CSV
// (RFC 4180, lines end in LF), UTF-8, the columns' names in the first line; docs/odbc.md says how each type is written.
// The file appears under its name once it is whole and durable: after an error an older file stays as it was, and
// nothing else is left. Memory does not grow with the number of rows.
//
// Errors: UNAVAILABLE if the database cannot be reached or goes away (the message counts the rows read), or the file
// cannot be written; PERMISSION_DENIED; DEADLINE_EXCEEDED after the configured timeout; CANCELLED; INVALID_ARGUMENT for
// a query that the database refuses, for columns that are missing, double or of a type that has no text, for a
// watermark that is none, and, with column and row number, for a value that cannot be written as it is (not in its
// encoding, too long, a date that the driver cannot show) and a key that is null or repeated; RESOURCE_EXHAUSTED past
// row_limit and for a full disk; NOT_FOUND for a password that is not where the configuration says; else
// FAILED_PRECONDITION. Messages hold SQLSTATE and text of the driver, never the password. Blocks; thread-safe.
absl::StatusOr<ExtractFacts> Extract(const ExtractConfig& config, const ExtractArguments& arguments,
                                     const std::string& path);

}  // namespace wensum::ingest

#endif  // WENSUM_IMPORT_ODBC_EXTRACT_H_
