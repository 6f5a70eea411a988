// Golden records as stored to golden records as served.
#ifndef WENSUM_SERVICES_CONVERT_GOLDEN_H_
#define WENSUM_SERVICES_CONVERT_GOLDEN_H_

#include <string_view>

#include "absl/status/statusor.h"
#include "base/opaque_id.h"
#include "services/register/property_facts.h"
#include "services/register/register.h"
#include "wensum/storage/v1/records.pb.h"
#include "wensum/v1/people.pb.h"
#include "wensum/v1/properties.pb.h"

namespace wensum::convert {

// The golden record that the purpose of bit `purpose_bit` sees, or null if it sees none.
storage::v1::Golden* GoldenFor(storage::v1::Entity& entity, int purpose_bit);
const storage::v1::Golden* GoldenFor(const storage::v1::Entity& entity, int purpose_bit);

// Whether the purpose of that bit may know of the entity: it sees a value of it, or saw one before the entity ended.
// The purpose's part of the entity is enough.
absl::StatusOr<bool> Visible(const registry::Register& reg, uint64_t anchor, const storage::v1::Entity& entity,
                             int purpose_bit);
inline absl::StatusOr<bool> Visible(const registry::Register& reg, const registry::EntityRecord& record,
                                    int purpose_bit) {
  return Visible(reg, record.anchor, record.entity, purpose_bit);
}

// True for the entity of a property record: it is no person, and no service for people may show it.
bool IsProperty(const storage::v1::Entity& entity);

// Fills an empty `out` with what the purpose may see of the facts, taking their texts; leaves it empty if that is
// nothing. `name` is for messages: DATA_LOSS if the lineage cannot be read.
absl::Status ToPropertyFacts(registry::PropertyFacts& facts, const OpaqueIdCodec& ids, std::string_view name,
                             int purpose_bit, v1::PropertyFacts& out);

enum class View : uint8_t {
  kBasic,
  kFull,
  // All values of the full view and the keys of the contributors, and nothing that changes with what the purpose may
  // not see: no etag, no lineage, no times of contributors.
  kValues,
};
// INVALID_ARGUMENT for an unknown number.
absl::StatusOr<View> FromView(v1::PersonView view);
// What ToPerson looks at.
inline registry::EntityPart PartFor(int purpose_bit, View view) {
  return {.purpose_bit = purpose_bit, .full = view != View::kBasic};
}

// Fills an empty `out` from the golden record for the purpose in the entity known by `anchor`, taking its texts; costs
// least if both are on one arena. NOT_FOUND, with `out` untouched, if the purpose sees none, or it is a property;
// DATA_LOSS if the lineage cannot be read. Only the full view parses the lineage.
absl::Status ToPerson(uint64_t anchor, storage::v1::Entity& entity, const OpaqueIdCodec& ids, int purpose_bit,
                      View view, v1::Person& out);

// True if the golden record, its winning and losing values, show this identifier. `type` "ni_number" or any other.
bool ShowsIdentifier(const storage::v1::Golden& golden, std::string_view type, std::string_view value);

}  // namespace wensum::convert

#endif  // WENSUM_SERVICES_CONVERT_GOLDEN_H_
