// Any file under a fixed mapping: no row vanishes, accepted records have a key and a name, rejects say why.
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>

#include "import/mapped_reader.h"

namespace wensum::ingest {
namespace {

const Mapping& FixedMapping() {
  static const auto* const mapping = new absl::StatusOr<Mapping>(ParseMapping(R"yaml(
version: 1
feed: f
source: s
kind: person
csv: {trailer: 'END,(.*)'}
records:
  - key: "{A}"
    fields:
      name.full: {column: B, replace: [{pattern: "x+", with: " "}]}
      date_of_birth: {column: C, date: [DD/MM/YY, YYYYMMDD, D MON YYYY]}
      emails: [{column: C}]
      addresses: [{role: residence, text: {columns: [B, C], join: ", "}, postcode: {column: C}, uprn: {column: A}}]
      attributes: {code: {column: C, codes: {"1": one}}}
)yaml"));
  if (!mapping->ok()) std::abort();
  return **mapping;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string text = "A,B,C\n" + std::string(reinterpret_cast<const char*>(data), size);
  const absl::StatusOr<std::unique_ptr<ByteSource>> source = ByteSource::OpenMemory(text);
  if (!source.ok()) return 0;
  const absl::StatusOr<std::unique_ptr<MappedReader>> reader = MappedReader::Open(&FixedMapping(), source->get(), {});
  if (!reader.ok()) std::abort();
  MappedRow row;
  uint64_t records = 0;
  absl::StatusOr<bool> more = (*reader)->Next(row);
  for (; more.ok() && *more; more = (*reader)->Next(row)) {
    if (row.records.size() != 1) std::abort();
    ++records;
    const MappedRecord& record = row.records[0];
    if (record.rejected && record.issues.empty()) std::abort();
    if (!record.rejected && (record.record.key.key.empty() || record.record.details.name.empty())) std::abort();
  }
  if (more.ok() && records != (*reader)->facts().data_rows) std::abort();
  return 0;
}

}  // namespace wensum::ingest
