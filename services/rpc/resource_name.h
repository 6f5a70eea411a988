// Resource names (AIP-122): people/{id}, properties/{uprn}, streets/{usrn}, postcodes/{postcode}, importRuns/{id}.
#ifndef WENSUM_SERVICES_RPC_RESOURCE_NAME_H_
#define WENSUM_SERVICES_RPC_RESOURCE_NAME_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "base/opaque_id.h"
#include "model/postcode.h"

namespace wensum::rpc {

std::string PersonName(const OpaqueIdCodec& ids, uint64_t anchor);
std::string PropertyName(uint64_t uprn);
// properties/p-{id}: a record of a property, by its ordinal.
std::string PropertyRecordName(const OpaqueIdCodec& ids, uint64_t ordinal);
std::string StreetName(uint64_t usrn);
// Without the space: postcodes/NR11AA.
std::string PostcodeName(const model::Postcode& postcode);
std::string ImportRunName(uint64_t id);

// INVALID_ARGUMENT, naming `field`, for anything but a well-formed name.
absl::StatusOr<uint64_t> ParsePersonName(const OpaqueIdCodec& ids, std::string_view name, std::string_view field);
absl::StatusOr<uint64_t> ParsePropertyName(std::string_view name, std::string_view field);
// properties/{uprn} or properties/p-{id}: one of the two numbers is set.
struct PropertyId {
  uint64_t uprn = 0;
  uint64_t ordinal = 0;
};
absl::StatusOr<PropertyId> ParsePropertyOrRecordName(const OpaqueIdCodec& ids, std::string_view name,
                                                     std::string_view field);
absl::StatusOr<uint64_t> ParseStreetName(std::string_view name, std::string_view field);
// With or without the space, in any case.
absl::StatusOr<model::Postcode> ParsePostcodeName(std::string_view name, std::string_view field);
absl::StatusOr<uint64_t> ParseImportRunName(std::string_view name, std::string_view field);

// NOT_FOUND for a resource that is not there, or that the caller may not know of: both look alike (AIP-211).
absl::Status UnknownResource(std::string_view name);

}  // namespace wensum::rpc

#endif  // WENSUM_SERVICES_RPC_RESOURCE_NAME_H_
