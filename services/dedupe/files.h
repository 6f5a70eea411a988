// Files of the offline commands for people.
#ifndef WENSUM_SERVICES_DEDUPE_FILES_H_
#define WENSUM_SERVICES_DEDUPE_FILES_H_

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace wensum::dedupe {

// The whole of a file; NOT_FOUND or UNAVAILABLE, with the path.
absl::StatusOr<std::string> ReadFile(const std::string& path);
// Replaces the file, by way of a file beside it, so that no reader sees half of it.
absl::Status WriteFile(const std::string& path, std::string_view content);

// A table in memory's stead: reads the wanted columns of a CSV file with a header, in any encoding the importer knows,
// and calls `row` with their values, without white space at either end, in the order of `columns`, and the line. Names
// of columns are compared without white space at either end; a column that is missing is INVALID_ARGUMENT with the
// names there are. A short row has blanks; a status from `row` ends the reading.
absl::Status ReadColumns(
    const std::string& path, std::span<const std::string> columns,
    const std::function<absl::Status(std::span<const std::string_view> values, uint64_t line)>& row);

// Appends a row of CSV (RFC 4180, ending in LF).
void AppendCsvRow(std::string& out, std::span<const std::string_view> fields);

// The name of a file without folders and without what follows its last dot.
std::string LabelOf(const std::string& path);

}  // namespace wensum::dedupe

#endif  // WENSUM_SERVICES_DEDUPE_FILES_H_
