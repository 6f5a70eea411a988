// Any file: each row that is no header and no trailer comes out once, typed or with a reason.
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string_view>

#include "import/gazetteer_reader.h"

namespace wensum::ingest {

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 1) return 0;
  GazetteerOptions options;
  options.format = static_cast<wensum::model::GazetteerFormat>(data[0] % 4);
  const std::string_view bytes(reinterpret_cast<const char*>(data + 1), size - 1);
  const absl::StatusOr<std::unique_ptr<ByteSource>> source = ByteSource::OpenMemory(bytes);
  if (!source.ok()) return 0;
  const absl::StatusOr<std::unique_ptr<GazetteerReader>> reader = GazetteerReader::Open(source->get(), options);
  if (!reader.ok()) return 0;
  GazetteerRecord record;
  uint64_t records = 0;
  absl::StatusOr<bool> more = (*reader)->Next(record);
  for (; more.ok() && *more; more = (*reader)->Next(record)) {
    records += record.record_type == 29 && !(*reader)->facts().trailer ? 0 : 1;
    bool rejected = false;
    for (const RowIssue& issue : record.issues) rejected = rejected || issue.severity == Severity::kReject;
    if (rejected != (record.outcome == GazetteerRecord::Outcome::kRejected)) std::abort();
  }
  if (more.ok() && records != (*reader)->facts().data_rows) std::abort();
  return 0;
}

}  // namespace wensum::ingest
