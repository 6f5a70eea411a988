// Records of properties in what Properties answers.
#ifndef WENSUM_SERVICES_PROPERTIES_PROPERTY_RECORDS_H_
#define WENSUM_SERVICES_PROPERTIES_PROPERTY_RECORDS_H_

#include <cstdint>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/gazetteer/property_reader.h"
#include "services/register/register.h"
#include "storage/store.h"
#include "wensum/v1/properties.pb.h"

namespace wensum::properties {

// Adds what the source systems say of the property, as far as the purpose may see it.
absl::Status AddFacts(const registry::Register& reg, const storage::Reader& reader, uint64_t uprn, int purpose_bit,
                      v1::Property& out);

// The UPRN that a record of a property belongs to, with `out` untouched; or 0, and `out`, which must be empty, filled
// with the record's own address, if it belongs to none or its source has deleted it. NOT_FOUND if there is no such
// record of a property (in that state), or the purpose may not know of it.
absl::StatusOr<uint64_t> FillRecord(const registry::Register& reg, const registry::ReadView& state, uint64_t ordinal,
                                    int purpose_bit, gazetteer::View view, v1::Property& out);

}  // namespace wensum::properties

#endif  // WENSUM_SERVICES_PROPERTIES_PROPERTY_RECORDS_H_
