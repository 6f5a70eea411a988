// Typeahead by looking at every name and every address, for small gazetteers.
#ifndef WENSUM_TESTS_REFERENCE_SUGGEST_REFERENCE_H_
#define WENSUM_TESTS_REFERENCE_SUGGEST_REFERENCE_H_

#include <vector>

#include "matching/address/address_index.h"

namespace wensum::reference {

// What AddressIndex::Suggest answers for these properties, within its bounds of work. Queries inside a street, building
// or postcode are not answered.
std::vector<matching::address::Suggestion> Suggest(const std::vector<matching::address::IndexedProperty>& properties,
                                                   const matching::address::SuggestQuery& query);

}  // namespace wensum::reference

#endif  // WENSUM_TESTS_REFERENCE_SUGGEST_REFERENCE_H_
