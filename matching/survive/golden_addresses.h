// The addresses of a golden record.
#ifndef WENSUM_MATCHING_SURVIVE_GOLDEN_ADDRESSES_H_
#define WENSUM_MATCHING_SURVIVE_GOLDEN_ADDRESSES_H_

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "matching/survive/survivorship.h"

namespace wensum::matching {

class StewardStep;

// Fills addresses, resolved_addresses, current_address and the lineage of both. `order` lists the contributors whose
// addresses may be seen, best first by the rule of "current_address"; in the order of the tie-break chain if the rule
// IsScored. `rules` are for trust, as is `has(contributor, attribute)`: whether a record has a visible value of another
// attribute. `steward`: what stewards decided; null if nothing.
void SurviveAddresses(std::span<const Contributor> contributors, std::span<const uint32_t> order, Rule rule,
                      const SurvivorshipRules& rules, const std::function<bool(uint32_t, std::string_view)>& has,
                      const StewardStep* steward, GoldenRecord& golden);

// In one line, the postcode last, as the lineage has it.
std::string AddressText(const model::PersonAddress& address);

}  // namespace wensum::matching

#endif  // WENSUM_MATCHING_SURVIVE_GOLDEN_ADDRESSES_H_
