// What the source systems say of a property: the golden record of the property records that belong to one UPRN. It is
// computed when it is asked for, from the newest versions of the records: a few of them, and no state to keep in step
// but an index by UPRN.
#ifndef WENSUM_SERVICES_REGISTER_PROPERTY_FACTS_H_
#define WENSUM_SERVICES_REGISTER_PROPERTY_FACTS_H_

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "model/source_record.h"
#include "services/register/rules.h"
#include "storage/store.h"
#include "wensum/storage/v1/records.pb.h"

namespace wensum::registry {

// Ordinals of the live property records whose address is matched to this UPRN (0: to none), ascending, those above
// `after`, at most `limit`.
absl::StatusOr<std::vector<uint64_t>> ListPropertyRecords(const storage::Reader& reader, uint32_t register_id,
                                                          uint64_t uprn, uint64_t after, size_t limit);

// Whether the purpose may see a field of the record, by the name that rules give it: "addresses", "relations".
[[nodiscard]] bool ShowsField(const model::SourceRecord& record, std::string_view field, int purpose_bit);

// Whether the purpose may see where the record's subject is: its addresses, and so the UPRNs that are matched to them.
// Every listing by place goes through this one gate: what it does not show is left out there without a trace, so that
// nobody is found by asking who is at a property. A policy that protects people belongs here; there is none yet,
// purposes alone decide.
[[nodiscard]] bool ShowsPlace(const model::SourceRecord& record, int purpose_bit);
// The same of the current address of a golden record for the purpose, which alone shows the homes that stewards gave.
[[nodiscard]] bool ShowsPlace(const storage::v1::Golden& golden);

struct PropertyFacts {
  // Members and golden records as those of a person, without members if there is no record; no revision.
  storage::v1::Entity entity;
  bool truncated = false;  // there are more than kMaxPropertyRecords: the oldest ones speak
};
inline constexpr size_t kMaxPropertyRecords = 1'000;

// Cost: a scan of the index, a read of each record, and their survivorship: some 20 microseconds a record.
// Records whose address the purpose of that bit may not see are left out: where they are would tell it.
absl::StatusOr<PropertyFacts> ReadPropertyFacts(const storage::Reader& reader, uint32_t register_id, uint64_t uprn,
                                                int purpose_bit, const RegisterRules& rules,
                                                const matching::SurvivorshipRules& survivorship);
// The same of one record alone, whatever it belongs to; without members if it is no live record of a property.
absl::StatusOr<PropertyFacts> ReadRecordFacts(const storage::Reader& reader, uint32_t register_id, uint64_t ordinal,
                                              const RegisterRules& rules,
                                              const matching::SurvivorshipRules& survivorship);

}  // namespace wensum::registry

#endif  // WENSUM_SERVICES_REGISTER_PROPERTY_FACTS_H_
