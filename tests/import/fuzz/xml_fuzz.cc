// Any text: rows are the same whatever the size of reads, are pieces of the text in their order, and can be sought; the
// text ends well or with an error that says what to do.
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/status_macros.h"
#include "import/xml_reader.h"
#include "tests/import/test_text.h"

namespace wensum::ingest {
namespace {

struct ReadXml {
  std::vector<std::vector<std::string>> rows;  // fields, then the raw text
  std::string error;
  friend bool operator==(const ReadXml&, const ReadXml&) = default;
};

ReadXml ReadRows(ByteSource& source, size_t read_bytes, uint64_t skip) {
  XmlOptions options;
  options.record = {"r", "a"};
  options.read_bytes = read_bytes;
  options.max_row_bytes = 200;
  options.max_depth = 5;
  ReadXml result;
  if (!source.SeekText(0).ok()) std::abort();
  const absl::StatusOr<std::unique_ptr<XmlReader>> reader =
      XmlReader::Create(&source, {".", "@i", "b", "b[2]/@i", "b/c"}, options);
  if (!reader.ok()) std::abort();
  if (skip > 0 && !(*reader)->Seek({.text_offset = 0, .line = 1, .rows = skip}).ok()) std::abort();
  Row row;
  absl::StatusOr<bool> more = (*reader)->Next(row);
  for (; more.ok() && *more; more = (*reader)->Next(row)) {
    if (row.number != skip + result.rows.size() + 1) std::abort();
    result.rows.emplace_back(row.fields.begin(), row.fields.end()).emplace_back(row.raw);
  }
  if (!more.ok()) result.error = Message(more.status());
  if (!more.ok() && result.error.empty()) std::abort();
  return result;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 1) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data + 1), size - 1);
  const absl::StatusOr<std::unique_ptr<ByteSource>> source = ByteSource::OpenMemory(bytes);
  if (!source.ok()) return 0;
  const absl::StatusOr<std::string> text = ReadAll(**source);
  if (!text.ok()) std::abort();
  const ReadXml whole = ReadRows(**source, 4096, 0);
  size_t at = 0;
  for (const std::vector<std::string>& row : whole.rows) {
    at = text->find(row.back(), at);
    if (at == std::string::npos || row.back().front() != '<' || row.back().back() != '>') std::abort();
    at += row.back().size();
  }
  // Where the budgets end the reading depends on the size of reads; the rows in front of it do not.
  const ReadXml pieces = ReadRows(**source, 4 + data[0] % 32, 0);
  const size_t common = std::min(whole.rows.size(), pieces.rows.size());
  for (size_t i = 0; i < common; ++i) {
    if (whole.rows[i] != pieces.rows[i]) std::abort();
  }
  if (whole.error.empty() && whole != pieces) std::abort();
  if (!whole.rows.empty()) {
    ReadXml rest = ReadRows(**source, 4096, 1);
    rest.rows.insert(rest.rows.begin(), whole.rows.front());
    if (rest != whole) std::abort();
  }
  return 0;
}

}  // namespace wensum::ingest
