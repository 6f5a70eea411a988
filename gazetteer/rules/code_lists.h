// Code lists that rules look values up in. Facts from the custodian list and the AddressBase classification scheme as
// of 2025; a code that is newer is a reason to extend the list, so the rules that use it name the code they did not
// find.
#ifndef WENSUM_GAZETTEER_RULES_CODE_LISTS_H_
#define WENSUM_GAZETTEER_RULES_CODE_LISTS_H_

#include <cstdint>
#include <string_view>

namespace wensum::llpg {

// True for the codes of local custodians, Ordnance Survey (7655) and GeoPlace (9999). Logarithmic.
[[nodiscard]] bool IsKnownCustodian(int code);

// True for the codes of the AddressBase classification scheme, 1 to 6 capitals and digits; those of up to four are also
// what DTF 7.3 has in BLPU_CLASS. Logarithmic.
[[nodiscard]] bool IsKnownClass(std::string_view code);

}  // namespace wensum::llpg

#endif  // WENSUM_GAZETTEER_RULES_CODE_LISTS_H_
