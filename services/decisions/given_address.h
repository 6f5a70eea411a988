// The address that a steward gives for a person.
#ifndef WENSUM_SERVICES_DECISIONS_GIVEN_ADDRESS_H_
#define WENSUM_SERVICES_DECISIONS_GIVEN_ADDRESS_H_

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "matching/survive/resolved_address.h"
#include "model/person.h"
#include "services/register/register.h"
#include "storage/store.h"
#include "wensum/v1/common.pb.h"

namespace wensum::decisions {

// Of what a request gives: one address at most, where somebody lives now. INVALID_ARGUMENT (FIELD_INVALID) names the
// field.
absl::Status CheckGivenAddress(const model::PersonDetails& details);

// What the address means: the property whose UPRN is given, which the gazetteer must have, else what a source's address
// of this text would be matched to, by what is learnt for all sources and by the text. An address without a text gets
// that of the property. INVALID_ARGUMENT (FIELD_INVALID) if the gazetteer has no such property or no address of it.
absl::StatusOr<matching::ResolvedAddress> ResolveGivenAddress(const registry::Register& reg,
                                                              const storage::Reader& reader,
                                                              model::PersonAddress& address);

// As it is told.
void ToGivenAddress(const model::PersonAddress& address, const matching::ResolvedAddress& resolved,
                    v1::PersonAddress& out);

}  // namespace wensum::decisions

#endif  // WENSUM_SERVICES_DECISIONS_GIVEN_ADDRESS_H_
