// What became of addresses, as the API's counts and tasks say it.
#ifndef WENSUM_SERVICES_CONVERT_ADDRESS_OUTCOMES_H_
#define WENSUM_SERVICES_CONVERT_ADDRESS_OUTCOMES_H_

#include "matching/address/address_index.h"
#include "wensum/v1/health.pb.h"

namespace wensum::convert {

// Of an address that is matched to no property; kUnspecified: there is no address.
v1::LinkCount::Match ToMatch(matching::address::Outcome unmatched);

}  // namespace wensum::convert

#endif  // WENSUM_SERVICES_CONVERT_ADDRESS_OUTCOMES_H_
