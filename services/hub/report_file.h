// A report of the hub as it comes: a CSV file with a line of column names.
#ifndef WENSUM_SERVICES_HUB_REPORT_FILE_H_
#define WENSUM_SERVICES_HUB_REPORT_FILE_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "model/uprn.h"
#include "wensum/v1/health.pb.h"

namespace wensum::hub {

inline constexpr size_t kMaxReportRows = 100'000;

struct ReportRow {
  uint64_t line = 0;       // of the file, from 1
  std::string check_code;  // in upper case
  model::Uprn uprn;        // empty: none
  model::Usrn usrn;
  std::string lpi_key;
  v1::HealthFinding::Severity severity = v1::HealthFinding::SEVERITY_UNSPECIFIED;
  std::string message;
};

// A row that is no finding.
struct UnreadableRow {
  uint64_t line = 0;
  std::string why;
};

// Each row below the header is in one of the first two lists. Rows without any character are no rows.
struct ReportFile {
  std::vector<ReportRow> rows;
  std::vector<UnreadableRow> unreadable;
  std::vector<std::string> ignored_columns;
};

// Columns are known by name: docs/formats.md, "Reports of the hub". `bytes` may be gzip or zip. INVALID_ARGUMENT,
// saying what to do, for bytes that are no such file as a whole: not CSV, without a column that is needed, or with more
// than kMaxReportRows rows; DATA_LOSS for a damaged archive; RESOURCE_EXHAUSTED for one that expands beyond 64 MiB.
absl::StatusOr<ReportFile> ParseReportFile(std::string_view bytes);

}  // namespace wensum::hub

#endif  // WENSUM_SERVICES_HUB_REPORT_FILE_H_
