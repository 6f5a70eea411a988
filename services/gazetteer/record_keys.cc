#include "services/gazetteer/record_keys.h"

#include <algorithm>
#include <optional>

#include "base/status_macros.h"
#include "base/strings.h"

namespace wensum::gazetteer {
namespace {

constexpr size_t kCodeDigits = 4;
constexpr size_t kKeySize = 14;

uint64_t Slot(int custodian_code, char letter) {
  return static_cast<uint64_t>(custodian_code) << 8 | static_cast<unsigned char>(letter);
}

storage::KeyRange AllRows(storage::RegisterId reg) {
  storage::KeyRange range = storage::PrefixRange(storage::AllPropertyRowsPrefix(reg));
  range.once = true;
  return range;
}

}  // namespace

absl::Status RecordKeys::Load(const storage::Reader& reader, storage::RegisterId reg) {
  Clear();
  const auto rows = reader.NewIterator(storage::Family::kProperty, AllRows(reg));
  for (rows->SeekToFirst(); rows->Valid(); rows->Next()) {
    WENSUM_ASSIGN_OR_RETURN(const storage::RowKeyParts parts, storage::ParsePropertyRowKey(rows->key()));
    NoteKey(parts.subkey);
  }
  WENSUM_RETURN_IF_ERROR(rows->status());
  const auto history = reader.NewIterator(storage::Family::kPropertyHistory, AllRows(reg));
  for (history->SeekToFirst(); history->Valid(); history->Next()) {
    WENSUM_ASSIGN_OR_RETURN(const storage::PropertyHistoryParts version,
                            storage::ParsePropertyHistoryKey(history->key()));
    WENSUM_ASSIGN_OR_RETURN(const storage::RowKeyParts parts, storage::ParsePropertyRowKey(version.row_key));
    NoteKey(parts.subkey);
  }
  WENSUM_RETURN_IF_ERROR(history->status());
  loaded_ = true;
  return absl::OkStatus();
}

void RecordKeys::Clear() {
  loaded_ = false;
  highest_.clear();
}

void RecordKeys::Note(const RowIdentity& row) {
  if (loaded_ && row.owner == RowOwner::kProperty) {
    NoteKey(row.subkey);
  }
}

void RecordKeys::NoteKey(std::string_view key) {
  if (key.size() != kKeySize) {
    return;
  }
  const std::optional<int> code = ParseInteger<int>(key.substr(0, kCodeDigits));
  const std::optional<uint64_t> number = ParseInteger<uint64_t>(key.substr(kCodeDigits + 1));
  if (code.has_value() && *code >= 0 && number.has_value() && *number <= last_) {
    uint64_t& highest = highest_[Slot(*code, key[kCodeDigits])];
    highest = std::max(highest, *number);
  }
}

uint64_t RecordKeys::Highest(int custodian_code, char letter) const {
  const auto found = highest_.find(Slot(custodian_code, letter));
  return found == highest_.end() ? 0 : found->second;
}

}  // namespace wensum::gazetteer
