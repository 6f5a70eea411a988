// The highest record keys in use, so that new ones are never those of other rows.
#ifndef WENSUM_SERVICES_GAZETTEER_RECORD_KEYS_H_
#define WENSUM_SERVICES_GAZETTEER_RECORD_KEYS_H_

#include <cstdint>
#include <string_view>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "services/gazetteer/row_codec.h"
#include "storage/keys.h"
#include "storage/store.h"

namespace wensum::gazetteer {

// Of each custodian and kind of record, the highest number of a record key that any property ever had. Keys have four
// digits (custodian), a letter and nine digits; others count for nothing. Not thread-safe.
class RecordKeys {
 public:
  // Only numbers up to `last` count: those above are not made here.
  explicit RecordKeys(uint64_t last) : last_(last) {}

  // Reads all properties of the register and their history: some hundred nanoseconds a row.
  absl::Status Load(const storage::Reader& reader, storage::RegisterId reg);
  [[nodiscard]] bool loaded() const { return loaded_; }
  // As before Load.
  void Clear();

  // A row that is written. Nothing if not loaded: Load will see it.
  void Note(const RowIdentity& row);

  // 0 if there is none.
  [[nodiscard]] uint64_t Highest(int custodian_code, char letter) const;

 private:
  void NoteKey(std::string_view key);

  const uint64_t last_;
  bool loaded_ = false;
  absl::flat_hash_map<uint64_t, uint64_t> highest_;  // by custodian and letter
};

}  // namespace wensum::gazetteer

#endif  // WENSUM_SERVICES_GAZETTEER_RECORD_KEYS_H_
