// The kinds of rows that the error generator makes.
#ifndef WENSUM_MATCHING_ADDRESS_ERRORS_ERROR_CLASS_H_
#define WENSUM_MATCHING_ADDRESS_ERRORS_ERROR_CLASS_H_

#include <cstdint>
#include <string_view>

namespace wensum::matching::address {

enum class ErrorClass : uint8_t {
  // The property is listed.
  kClean,
  kTypeShort,    // "12 High Rd"
  kTypeDropped,  // "12 High"
  kTypeWrong,    // "12 High Lane"
  kStreetTypo1,  // one edit: neighbour on the keyboard, swap, drop, double, by ear
  kStreetTypo2,  // two
  kSpacing,      // "HighRoad", "12High Road", "Bar ley Lane"
  kUnitWord,     // "Apt 3", "F3", "FLAT3"
  kUnitCompact,  // "3, 12", "3/12"
  kLetterForm,   // "12 A" for "12A", "Flat A, 12", "A, 12"
  kFloorForm,    // "GND FLR FLAT"
  kRangeForm,    // "12 to 14", "12/14", "12" for "12-14"
  kOrder,        // "12 Flat 3 High Road"
  kBuildingDropped,
  kBuildingAdded,
  kEstateAdded,
  kPrefixAdded,  // a person or an organisation
  kPlaceMissing,
  kPlaceWrong,
  kPlaceAdded,
  kCounty,  // town or county missing, wrong or short
  kTailRepeated,
  kPunctuation,  // commas, case, spaces
  kNoiseWord,
  kMarkup,  // HTML, bytes of another encoding
  kPostcodeMissing,
  kPostcodeForm,       // O for 0, no space, in the text
  kPostcodeEdit,       // one character wrong
  kPostcodeSwap,       // two characters swapped
  kPostcodeNeighbour,  // another listed one of the same district
  kPostcodeOutcode,    // its first half alone
  kNameForm,           // hyphens, apostrophes, Saint
  kNote,
  kOcr,  // digits for letters
  kTruncated,
  kTwoErrors,
  kThreeErrors,
  // No listed property is meant: to be refused.
  kAbsent,    // a property taken out of the list
  kSibling,   // a number, letter, floor or side that the street or building does not have
  kForeign,   // a street, or a street of the same name, in another town
  kUnitLost,  // a building of which only units are listed
};
inline constexpr int kErrorClasses = static_cast<int>(ErrorClass::kUnitLost) + 1;

// "clean", "type_short", ...
std::string_view ErrorClassName(ErrorClass error_class);
[[nodiscard]] constexpr bool MustBeRefused(ErrorClass error_class) { return error_class >= ErrorClass::kAbsent; }

}  // namespace wensum::matching::address

#endif  // WENSUM_MATCHING_ADDRESS_ERRORS_ERROR_CLASS_H_
