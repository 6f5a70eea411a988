// Any text: the reader of fixed width agrees with the textbook one, whatever the size of reads.
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string_view>

#include "import/fixed_reader.h"
#include "tests/import/reference_rows.h"
#include "tests/import/test_text.h"

namespace wensum::ingest {

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 3) return 0;
  FixedOptions options;
  options.lines.read_bytes = 4 + data[0] % 32;
  options.trimmed = data[1] % 2 == 1;
  options.columns = {{"A", 0, 1U + data[1] % 8U}, {"B", 9, 1U + data[2] % 4U}, {"C", 14, 3}};
  options.length = 17 + data[2] % 3U;
  const std::string_view bytes(reinterpret_cast<const char*>(data + 3), size - 3);
  const absl::StatusOr<std::unique_ptr<ByteSource>> source = ByteSource::OpenMemory(bytes);
  if (!source.ok()) return 0;
  const absl::StatusOr<std::string> text = ReadAll(**source);
  if (!text.ok() || !(*source)->SeekText(0).ok()) std::abort();
  FixedReader reader(source->get(), options);
  Row row;
  for (const ReferenceLine& line : ReferenceLines(*text)) {
    if (!reader.Next(row).value_or(false)) std::abort();
    if (row.raw != line.text || row.line != line.line || row.open_end != line.open_end) std::abort();
    const std::optional<std::vector<std::string>> expected = ReferenceFixed(line.text, options);
    if (expected.has_value() != row.problem_rule.empty()) std::abort();
    if (expected && *expected != std::vector<std::string>(row.fields.begin(), row.fields.end())) std::abort();
  }
  if (reader.Next(row).value_or(true)) std::abort();
  return 0;
}

}  // namespace wensum::ingest
