// Addresses of Royal Mail's Postcode Address File (record 28), by the formatting rules of Royal Mail's Programmers'
// Guide.
#ifndef WENSUM_GAZETTEER_FORMS_PAF_ADDRESS_H_
#define WENSUM_GAZETTEER_FORMS_PAF_ADDRESS_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "gazetteer/forms/address_lines.h"
#include "model/gazetteer.h"

namespace wensum::llpg {

// kWelsh takes each Welsh street, locality and town that the row has, and the English one where it has none.
enum class PafLanguage : uint8_t { kEnglish, kWelsh };

// True if the row has any Welsh field.
[[nodiscard]] bool HasWelsh(const model::DeliveryPoint& point);

// True for names that are written like numbers, before the street or the building's name: one character ("A"), or first
// and last characters digits ("110-114"), or first and last but one digits and the last a letter ("12A").
[[nodiscard]] bool IsNumberLike(std::string_view name);

// What stands before the first street, or the first locality without one: the building's number, or a name that is
// written like one. Empty if nothing does.
[[nodiscard]] std::string PafNumber(const model::DeliveryPoint& point);

// Organisation, department, PO box, sub-building, building, number with (dependent) thoroughfare, localities, post
// town, postcode. The number stands before the first thoroughfare, without one before the first locality; so does a
// building name that is written like a number, if there is no number. A sub-building name like that stands before the
// building's name, or before the street if there is neither name nor number. An organisation that has the building's or
// sub-building's name is left out.
[[nodiscard]] AddressLines PafLines(const model::DeliveryPoint& point, PafLanguage language = PafLanguage::kEnglish);

}  // namespace wensum::llpg

#endif  // WENSUM_GAZETTEER_FORMS_PAF_ADDRESS_H_
