// Builds the in-memory indexes of a register from its store: at start, and after a failed write.
#ifndef WENSUM_SERVICES_REGISTER_LOADER_H_
#define WENSUM_SERVICES_REGISTER_LOADER_H_

#include <cstdint>
#include <functional>
#include <span>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "services/register/codec.h"
#include "services/register/core.h"

namespace wensum::registry {

// Replaces the indexes and the published revision by what the store says. Only for the writer's thread, or before there
// is one. Reads every source record, entity and property once, on core.options.threads threads. DATA_LOSS if a stored
// value cannot be read.
absl::Status LoadIndexes(Core& core);

// Builds indexes.dependants and uprn_dependants from the store. For the writer's thread.
absl::Status LoadDependants(Core& core);

// Live records that hold an address of this form (matching::address::TextForm), and those whose addresses are learnt to
// mean one of these properties; ascending, perhaps some too many. Builds the indexes if need be. For the writer's
// thread.
absl::StatusOr<std::vector<uint64_t>> HoldersOfForm(Core& core, std::string_view form);
absl::StatusOr<std::vector<uint64_t>> HoldersOfLearnt(Core& core, std::span<const uint64_t> uprns);

// Calls `visit` for every source record, from several threads at once, disjoint ranges of ordinals each in order. Stops
// at the first error.
absl::Status ScanSources(const Core& core, const storage::Reader& reader, uint64_t last_ordinal,
                         const std::function<absl::Status(uint64_t ordinal, DecodedSource source)>& visit);

// The same for the ordinals of [first, end).
absl::Status ScanSourceRange(const Core& core, const storage::Reader& reader, uint64_t first, uint64_t end,
                             const std::function<absl::Status(uint64_t ordinal, DecodedSource source)>& visit);

// Calls `visit` for every id with the anchor that it resolves to and the members that it has as an entity, from several
// threads at once. One pass over the entity family that skips the golden records.
absl::Status ScanAnchors(const Core& core, const storage::Reader& reader, uint64_t last_ordinal,
                         const std::function<void(uint64_t id, uint64_t anchor, uint32_t members)>& visit);

// The highest ordinal in the store, 0 if there is none.
absl::StatusOr<uint64_t> LastOrdinal(const Core& core, const storage::Reader& reader);

// Reads the recorded handovers of ids into `ids`.
absl::Status LoadHandovers(const Core& core, const storage::Reader& reader, IdTable& ids);

// Fills an address index from the stored gazetteer. Counts properties and streets.
struct GazetteerCounts {
  uint64_t properties = 0;
  uint64_t streets = 0;
};
absl::StatusOr<GazetteerCounts> LoadAddresses(const Core& core, const storage::Reader& reader,
                                              matching::address::AddressIndex& index);

// Threads to use for scans.
[[nodiscard]] size_t ScanThreads(const Core& core);

}  // namespace wensum::registry

#endif  // WENSUM_SERVICES_REGISTER_LOADER_H_
