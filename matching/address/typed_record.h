// An address of the gazetteer, whose fields are known, as the matcher compares it.
#ifndef WENSUM_MATCHING_ADDRESS_TYPED_RECORD_H_
#define WENSUM_MATCHING_ADDRESS_TYPED_RECORD_H_

#include <string_view>
#include <vector>

#include "matching/address/address_index.h"
#include "matching/address/match/names.h"
#include "matching/address/match/record.h"

namespace wensum::matching::address {

// The ways in which texts write the address: with its organisation and without. At least one. New words become known
// to `names`.
std::vector<match::RecordDraft> DraftsOf(const PropertyAddress& address, match::NameTable* names);

// The words of a street as its addresses have them.
match::NameWords StreetWords(std::string_view description, match::NameTable* names);

}  // namespace wensum::matching::address

#endif  // WENSUM_MATCHING_ADDRESS_TYPED_RECORD_H_
