// How an address stands to the gazetteer.
#ifndef WENSUM_MATCHING_SURVIVE_RESOLVED_ADDRESS_H_
#define WENSUM_MATCHING_SURVIVE_RESOLVED_ADDRESS_H_

#include <cstdint>

namespace wensum::matching {

struct ResolvedAddress {
  uint64_t uprn = 0;
  uint8_t outcome = 0;  // address::Outcome
  friend bool operator==(const ResolvedAddress&, const ResolvedAddress&) = default;
};

}  // namespace wensum::matching

#endif  // WENSUM_MATCHING_SURVIVE_RESOLVED_ADDRESS_H_
