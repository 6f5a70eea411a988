// What ties people and organisations to properties, and to one another: lists by property and by source key, in step
// with the newest versions of the source records.
#ifndef WENSUM_SERVICES_REGISTER_OCCUPANTS_H_
#define WENSUM_SERVICES_REGISTER_OCCUPANTS_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/register/core.h"
#include "storage/store.h"

namespace wensum::registry {

// The UPRNs that a record's addresses are matched to, ascending, each once. None for null, and for a record that is
// deleted or of a property.
[[nodiscard]] std::vector<uint64_t> OccupiedUprns(const DecodedSource* source);

// The hashes of the source keys that a record relates its subject to, ascending, each once. None for null, and for a
// record that is deleted.
[[nodiscard]] std::vector<std::string> RelatedKeys(const Core& core, const DecodedSource* source);

// Ordinals of the records that may tell of somebody at this UPRN, ascending, those above `after`, at most `limit`: live
// ones of people and organisations with an address that is matched to it, and those, live or not, that decisions in
// force belong to which give somebody a home there.
absl::StatusOr<std::vector<uint64_t>> ListOccupants(const storage::Reader& reader, uint32_t register_id, uint64_t uprn,
                                                    uint64_t after, size_t limit);

// Ordinals of the live records that name this source key as related, ascending, at most `limit`.
absl::StatusOr<std::vector<uint64_t>> ListRelated(const Core& core, const storage::Reader& reader,
                                                  const model::SourceKey& key, size_t limit);

// For data from before there were lists by property: writes them, some thousand rows a batch, and `with_last` in one
// batch with the last of them; returns the number of rows. They are no change of the register's state: no revision.
// For start-up; one pass over all records on core.options.threads threads.
absl::StatusOr<uint64_t> AddOccupancies(Core& core, storage::WriteBatch with_last);

// For data from before given homes were listed: as AddOccupancies, in one batch.
absl::StatusOr<uint64_t> AddGivenHomes(Core& core, storage::WriteBatch with_last);

// Compares what is stored of both lists with the records. Add every record, in any order, then Run. Memory: 16 bytes
// for a record and property, 24 more for a relation.
class TiesCheck {
 public:
  void Add(const Core& core, uint64_t ordinal, const DecodedSource& source);
  absl::Status Run(const storage::Reader& reader, uint32_t register_id, const std::function<void(std::string)>& differ);

 private:
  std::vector<std::pair<uint64_t, uint64_t>> occupancies_;   // UPRN and ordinal
  std::vector<std::pair<std::string, uint64_t>> relations_;  // hash of the other's key, and ordinal
};

}  // namespace wensum::registry

#endif  // WENSUM_SERVICES_REGISTER_OCCUPANTS_H_
