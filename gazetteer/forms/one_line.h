// An address in one line: organisation, SAO, PAO, street, locality, town, postcode.
//
// The rules, which all forms share: numbers stand as "12A-14B"; no comma between the PAO's number and the street; an
// organisation that the SAO or PAO text repeats is shown once; so is a locality that has the street's name and a town
// that has the locality's. Letter case and white space are the rows' own.
#ifndef WENSUM_GAZETTEER_FORMS_ONE_LINE_H_
#define WENSUM_GAZETTEER_FORMS_ONE_LINE_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "model/gazetteer.h"

namespace wensum::llpg {

// What comes first in a secondary object that has both a text and a number: Ordnance Survey prints "FLAT 3", the Office
// for National Statistics "3 FLAT".
enum class SaoOrder : uint8_t { kTextFirst, kNumberFirst };

// "12A-14B"; empty without a number.
[[nodiscard]] std::string FormatNumbers(const model::AddressableObject& object);

// What stands before the street, by the rules above.
struct Premises {
  std::string_view organisation;  // empty where the texts repeat it
  std::string sao;                // text and numbers
  std::string_view pao_text;
  std::string pao_numbers;
};
// The views are into the arguments.
[[nodiscard]] Premises PremisesOf(std::string_view organisation, const model::AddressableObject& sao,
                                  const model::AddressableObject& pao, SaoOrder order = SaoOrder::kTextFirst);

// The line up to the street, with the separator that belongs there; empty without premises.
[[nodiscard]] std::string OneLinePrefix(const Premises& premises);

// The whole line.
[[nodiscard]] std::string JoinOneLine(std::string_view prefix, std::string_view street, std::string_view locality,
                                      std::string_view town, std::string_view postcode);

}  // namespace wensum::llpg

#endif  // WENSUM_GAZETTEER_FORMS_ONE_LINE_H_
