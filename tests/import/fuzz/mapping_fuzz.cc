// Any text as a mapping: errors have places; a mapping that is accepted can be used on any row.
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>

#include "base/status_macros.h"
#include "base/strings.h"
#include "import/mapped_reader.h"

namespace wensum::ingest {

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const absl::StatusOr<Mapping> mapping = ParseMapping({reinterpret_cast<const char*>(data), size});
  if (!mapping.ok()) {
    if (wensum::Message(mapping.status()).empty()) std::abort();
    return 0;
  }
  std::string text;
  for (const char* line : {"", "1", "31/12/99 x,y"}) {
    for (size_t i = 0; i < mapping->columns.size(); ++i) {
      const std::string& name = mapping->columns[i].name;
      wensum::AppendTo(text, i == 0 ? "" : ",", *line == '\0' ? name.c_str() : line);
    }
    text += '\n';
  }
  const absl::StatusOr<std::unique_ptr<ByteSource>> source = ByteSource::OpenMemory(text);
  if (!source.ok()) return 0;
  const absl::StatusOr<std::unique_ptr<MappedReader>> reader = MappedReader::Open(&*mapping, source->get(), {});
  if (!reader.ok()) return 0;
  MappedRow row;
  absl::StatusOr<bool> more = (*reader)->Next(row);
  for (; more.ok() && *more; more = (*reader)->Next(row)) {
    if (row.records.empty()) std::abort();
  }
  return 0;
}

}  // namespace wensum::ingest
