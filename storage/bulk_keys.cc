#include "storage/bulk_keys.h"

#include "base/status_macros.h"
#include "storage/key_codec.h"

namespace wensum::storage {
namespace {

// Tags after the register. Part of the format: never change or reuse one.
constexpr uint8_t kBulkDecision = 'G';
constexpr uint8_t kBulkTask = 'g';

KeyWriter BulkStart(RegisterId reg, uint8_t tag) {
  KeyWriter writer;
  writer.U32(reg).U8(tag);
  return writer;
}

}  // namespace

std::string BulkDecisionKey(RegisterId reg, uint64_t number) {
  return BulkStart(reg, kBulkDecision).U64(number).Take();
}
std::string BulkDecisionPrefix(RegisterId reg) { return BulkStart(reg, kBulkDecision).Take(); }
std::string BulkTaskKey(RegisterId reg, uint64_t number, uint64_t position) {
  return BulkStart(reg, kBulkTask).U64(number).U64(position).Take();
}
std::string BulkTaskPrefix(RegisterId reg, uint64_t number) { return BulkStart(reg, kBulkTask).U64(number).Take(); }
std::string BulkTasksPrefix(RegisterId reg) { return BulkStart(reg, kBulkTask).Take(); }

absl::StatusOr<NumberedKey> ParseBulkDecisionKey(std::string_view key) {
  return ParseTagged<NumberedKey>(key, kBulkDecision, "bulk decision", &NumberedKey::number);
}

absl::StatusOr<BulkTaskParts> ParseBulkTaskKey(std::string_view key) {
  return ParseTagged<BulkTaskParts>(key, kBulkTask, "task of a bulk decision", &BulkTaskParts::number,
                                    &BulkTaskParts::position);
}

}  // namespace wensum::storage
