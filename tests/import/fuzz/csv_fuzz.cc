// Any text: the fast CSV reader agrees with the textbook one, whatever the budgets and the size of reads.
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string_view>

#include "import/csv_reader.h"
#include "tests/import/reference_csv.h"
#include "tests/import/test_text.h"

namespace wensum::ingest {

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 3) return 0;
  CsvOptions options;
  options.read_bytes = 4 + data[0] % 32;
  options.max_row_bytes = data[1] < 128 ? 1000 : data[1] - 128U;
  options.max_columns = data[2] < 128 ? 1000 : 1 + data[2] % 8U;
  const std::string_view bytes(reinterpret_cast<const char*>(data + 3), size - 3);
  const absl::StatusOr<std::unique_ptr<ByteSource>> source = ByteSource::OpenMemory(bytes);
  if (!source.ok()) return 0;
  const absl::StatusOr<std::string> text = ReadAll(**source);
  if (!text.ok() || !(*source)->SeekText(0).ok()) std::abort();
  const ReferenceResult expected = ReferenceReadCsv(*text, options);
  CsvReader reader(source->get(), options);
  CsvRow row;
  for (const ReferenceRow& reference : expected.rows) {
    const absl::StatusOr<bool> more = reader.Next(row);
    if (!more.ok() || !*more) std::abort();
    const ReferenceRow got = {{row.fields.begin(), row.fields.end()}, std::string(row.raw), row.line, row.open_end};
    if (got != reference) std::abort();
  }
  const absl::StatusOr<bool> end = reader.Next(row);
  if (end.ok() == expected.error_line.has_value() || (end.ok() && *end)) std::abort();
  if (reader.blank_lines() != expected.blank_lines) std::abort();
  return 0;
}

}  // namespace wensum::ingest
