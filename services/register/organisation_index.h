// Organisations by name, for searches: the matcher, which finds people, knows nothing of them.
#ifndef WENSUM_SERVICES_REGISTER_ORGANISATION_INDEX_H_
#define WENSUM_SERVICES_REGISTER_ORGANISATION_INDEX_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "matching/resolve/live_records.h"
#include "model/source_record.h"

namespace wensum::registry {

// By the sounds of the words. Not thread-safe for writing; Find may run concurrently with itself. Memory: some 12 bytes
// a word and record.
class OrganisationIndex {
 public:
  // Replaces what is known of the record. Empty for people, and for records that are gone.
  void Put(matching::RecordId id, std::string_view name);

  // The records that have the sound of the rarest word of `name`, and of its other words as long as there are less than
  // `budget` records, ascending. No more than `budget`.
  [[nodiscard]] std::vector<matching::RecordId> Find(std::string_view name, size_t budget) const;

 private:
  absl::flat_hash_map<uint64_t, std::vector<matching::RecordId>> holders_;  // by sound, ascending
  absl::flat_hash_map<matching::RecordId, std::vector<uint64_t>> sounds_;   // ascending
};

// The name of an organisation as searches see it; empty for people.
[[nodiscard]] std::string OrganisationName(const model::SourceRecord& record);

}  // namespace wensum::registry

#endif  // WENSUM_SERVICES_REGISTER_ORGANISATION_INDEX_H_
