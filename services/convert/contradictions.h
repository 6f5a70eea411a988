// What rules an address out, as the API says it.
#ifndef WENSUM_SERVICES_CONVERT_CONTRADICTIONS_H_
#define WENSUM_SERVICES_CONVERT_CONTRADICTIONS_H_

#include <string>

#include "google/protobuf/repeated_field.h"
#include "matching/address/address_index.h"

namespace wensum::convert {

// Appends wensum.v1.MatchAddressResponse.Contradiction values.
void ToContradictions(matching::address::Contradictions from, google::protobuf::RepeatedField<int>& out);
// "another number, another street"; empty for none.
std::string ContradictionsText(matching::address::Contradictions from);

}  // namespace wensum::convert

#endif  // WENSUM_SERVICES_CONVERT_CONTRADICTIONS_H_
