// Addresses that look like listed ones and are not.
#ifndef WENSUM_MATCHING_ADDRESS_ERRORS_REFUSALS_H_
#define WENSUM_MATCHING_ADDRESS_ERRORS_REFUSALS_H_

#include "base/random.h"
#include "matching/address/errors/listed_addresses.h"

namespace wensum::matching::address::errors {

// Another number, letter, floor or side of the same street or building; false if the address has none to change. It may
// be listed all the same: the caller looks.
bool MakeSibling(Random& random, Statement& statement);
// Another town; most often with a street of that town, else with the listed street's name, or a street that is not
// here with the listed town.
void MakeForeign(Random& random, Statement& statement);
// The building instead of its unit; false unless the address has a unit and at least two units are listed there.
bool LoseUnit(const ListedAddresses& listed, Statement& statement);

}  // namespace wensum::matching::address::errors

#endif  // WENSUM_MATCHING_ADDRESS_ERRORS_REFUSALS_H_
