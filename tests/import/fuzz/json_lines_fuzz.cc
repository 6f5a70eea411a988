// Any text: the reader of JSON lines agrees with the textbook one; no line ends the reading.
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string_view>

#include "import/json_lines_reader.h"
#include "tests/import/reference_rows.h"
#include "tests/import/test_text.h"

namespace wensum::ingest {

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 1) return 0;
  const std::vector<std::string> paths = {"a", "b.c", "d[0]", "d[1].e"};
  JsonLinesOptions options;
  options.lines.read_bytes = 4 + data[0] % 32;
  options.max_depth = 4;
  const std::string_view bytes(reinterpret_cast<const char*>(data + 1), size - 1);
  const absl::StatusOr<std::unique_ptr<ByteSource>> source = ByteSource::OpenMemory(bytes);
  if (!source.ok()) return 0;
  const absl::StatusOr<std::string> text = ReadAll(**source);
  if (!text.ok() || !(*source)->SeekText(0).ok()) std::abort();
  const absl::StatusOr<std::unique_ptr<JsonLinesReader>> reader =
      JsonLinesReader::Create(source->get(), paths, options);
  if (!reader.ok()) std::abort();
  Row row;
  for (const ReferenceLine& line : ReferenceLines(*text)) {
    if (!(*reader)->Next(row).value_or(false) || row.raw != line.text || row.line != line.line) std::abort();
    std::optional<std::vector<std::string>> fields;
    if (row.problem_rule.empty()) fields.emplace(row.fields.begin(), row.fields.end());
    if (!IsJsonRow(line.text, paths, options.max_depth, fields)) std::abort();
  }
  if ((*reader)->Next(row).value_or(true)) std::abort();
  if ((*reader)->unknown().size() > RowReader::kMaxUnknown) std::abort();
  return 0;
}

}  // namespace wensum::ingest
