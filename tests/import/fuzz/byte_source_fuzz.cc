// Any bytes: the source gives well-formed UTF-8 without NUL, or an error; and the same after seeking.
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>

#include "base/strings.h"
#include "import/byte_source.h"
#include "tests/import/test_text.h"

namespace wensum::ingest {

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const absl::StatusOr<std::unique_ptr<ByteSource>> source = ByteSource::OpenMemory(bytes);
  if (!source.ok()) return 0;
  const absl::StatusOr<std::string> text = ReadAll(**source, 5);
  if (!text.ok()) std::abort();  // the first pass has read it all
  if (!wensum::IsValidUtf8(*text) || text->find('\0') != std::string::npos) std::abort();
  if (!(*source)->SeekText(0).ok() || *ReadAll(**source) != *text) std::abort();
  return 0;
}

}  // namespace wensum::ingest
