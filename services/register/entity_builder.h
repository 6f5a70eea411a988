// From the members of an entity to its stored value: a pure function of the members, the rules and what stewards
// decided.
#ifndef WENSUM_SERVICES_REGISTER_ENTITY_BUILDER_H_
#define WENSUM_SERVICES_REGISTER_ENTITY_BUILDER_H_

#include <cstdint>
#include <utility>
#include <vector>

#include "services/register/codec.h"
#include "services/register/rules.h"
#include "services/register/value_decisions.h"
#include "wensum/storage/v1/records.pb.h"

namespace wensum::registry {

// The entity of these members, which must be in order of ordinal and not empty; without revision. Of `rules` the
// purposes count. `values`: what stewards decided, about anybody.
storage::v1::Entity BuildEntity(const std::vector<std::pair<uint64_t, const DecodedSource*>>& members,
                                const RegisterRules& rules, const matching::SurvivorshipRules& survivorship,
                                const ValueDecisions& values);

}  // namespace wensum::registry

#endif  // WENSUM_SERVICES_REGISTER_ENTITY_BUILDER_H_
