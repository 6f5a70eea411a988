// Any bytes as a report of the hub: read or refused with a reason, and what is read can be stored.
#include <cstdint>
#include <string_view>

#include "base/status_macros.h"
#include "base/strings.h"
#include "services/hub/report_file.h"
#include "tests/support/fuzz_require.h"

namespace wensum::hub {

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto file = ParseReportFile({reinterpret_cast<const char*>(data), size});
  if (!file.ok()) {
    Require(!Message(file.status()).empty(), "a refusal says why");
    return 0;
  }
  Require(file->rows.size() + file->unreadable.size() <= kMaxReportRows, "rows are bounded");
  for (const ReportRow& row : file->rows) {
    Require(row.line > 1 && !row.check_code.empty(), "a finding has a row and a code");
    Require(IsValidUtf8(row.check_code) && IsValidUtf8(row.lpi_key) && IsValidUtf8(row.message), "texts are UTF-8");
  }
  for (const UnreadableRow& row : file->unreadable) {
    Require(row.line > 1 && !row.why.empty() && IsValidUtf8(row.why), "an unreadable row says why");
  }
  for (const std::string& column : file->ignored_columns) {
    Require(IsValidUtf8(column), "names of columns are UTF-8");
  }
  return 0;
}

}  // namespace wensum::hub
