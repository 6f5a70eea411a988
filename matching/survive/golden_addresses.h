// The addresses of a golden record.
#ifndef WENSUM_MATCHING_SURVIVE_GOLDEN_ADDRESSES_H_
#define WENSUM_MATCHING_SURVIVE_GOLDEN_ADDRESSES_H_

#include <span>

#include "matching/survive/survivorship.h"

namespace wensum::matching {

// Fills addresses, resolved_addresses, current_address and the lineage of both. `order` lists the contributors whose
// addresses may be seen, best first by the rule of "current_address".
void SurviveAddresses(std::span<const Contributor> contributors, std::span<const uint32_t> order, Rule rule,
                      GoldenRecord& golden);

}  // namespace wensum::matching

#endif  // WENSUM_MATCHING_SURVIVE_GOLDEN_ADDRESSES_H_
