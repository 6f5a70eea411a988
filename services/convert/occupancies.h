// Occupancies, to the API's messages.
#ifndef WENSUM_SERVICES_CONVERT_OCCUPANCIES_H_
#define WENSUM_SERVICES_CONVERT_OCCUPANCIES_H_

#include <span>

#include "matching/survive/occupancies.h"
#include "wensum/v1/occupancies.pb.h"

namespace wensum::convert {

// `contributors` are those that the occupancy was made of.
void ToOccupancy(const matching::Occupancy& occupancy, std::span<const matching::Contributor> contributors,
                 v1::Occupancy& out);

}  // namespace wensum::convert

#endif  // WENSUM_SERVICES_CONVERT_OCCUPANCIES_H_
