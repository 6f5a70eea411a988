#include "matching/address/errors/error_kinds.h"

#include <array>

namespace wensum::matching::address {

std::string_view ErrorClassName(ErrorClass error_class) {
  constexpr std::array<std::string_view, kErrorClasses> kNames = {"clean",
                                                                  "type_short",
                                                                  "type_dropped",
                                                                  "type_wrong",
                                                                  "street_typo_1",
                                                                  "street_typo_2",
                                                                  "spacing",
                                                                  "unit_word",
                                                                  "unit_compact",
                                                                  "letter_form",
                                                                  "floor_form",
                                                                  "range_form",
                                                                  "order",
                                                                  "building_dropped",
                                                                  "building_added",
                                                                  "estate_added",
                                                                  "prefix_added",
                                                                  "place_missing",
                                                                  "place_wrong",
                                                                  "place_added",
                                                                  "county",
                                                                  "tail_repeated",
                                                                  "punctuation",
                                                                  "noise_word",
                                                                  "markup",
                                                                  "postcode_missing",
                                                                  "postcode_form",
                                                                  "postcode_edit",
                                                                  "postcode_swap",
                                                                  "postcode_neighbour",
                                                                  "postcode_outcode",
                                                                  "name_form",
                                                                  "note",
                                                                  "ocr",
                                                                  "truncated",
                                                                  "two_errors",
                                                                  "three_errors",
                                                                  "absent",
                                                                  "sibling",
                                                                  "foreign",
                                                                  "unit_lost"};
  return kNames[static_cast<size_t>(error_class)];
}

namespace errors {

std::span<const ErrorKind> ErrorKinds() {
  static constexpr auto kKinds = std::to_array<ErrorKind>({
      {ErrorClass::kTypeShort, 5, ShortenType},
      {ErrorClass::kTypeDropped, 3, DropType},
      {ErrorClass::kTypeWrong, 2, ChangeType},
      {ErrorClass::kStreetTypo1, 6, MisspellStreetOnce},
      {ErrorClass::kStreetTypo2, 2, MisspellStreetTwice},
      {ErrorClass::kSpacing, 3, ChangeSpacing},
      {ErrorClass::kUnitWord, 6, ChangeUnitWord},
      {ErrorClass::kUnitCompact, 6, CompactUnit},
      {ErrorClass::kLetterForm, 6, ChangeLetterForm},
      {ErrorClass::kFloorForm, 6, ChangeFloorForm},
      {ErrorClass::kRangeForm, 6, ChangeRangeForm},
      {ErrorClass::kOrder, 5, ChangeOrder},
      {ErrorClass::kBuildingDropped, 4, DropBuilding},
      {ErrorClass::kBuildingAdded, 2, AddBuilding},
      {ErrorClass::kEstateAdded, 2, AddEstate},
      {ErrorClass::kPrefixAdded, 3, AddPrefix},
      {ErrorClass::kPlaceMissing, 4, DropPlace},
      {ErrorClass::kPlaceWrong, 2, ChangePlace},
      {ErrorClass::kPlaceAdded, 2, AddPlace},
      {ErrorClass::kCounty, 3, ChangeCounty},
      {ErrorClass::kTailRepeated, 2, RepeatTail},
      {ErrorClass::kPunctuation, 4, ChangePunctuation},
      {ErrorClass::kNoiseWord, 2, AddNoiseWord},
      {ErrorClass::kMarkup, 2, AddMarkup},
      {ErrorClass::kPostcodeMissing, 4, DropPostcode},
      {ErrorClass::kPostcodeForm, 3, ChangePostcodeForm},
      {ErrorClass::kPostcodeEdit, 3, EditPostcode},
      {ErrorClass::kPostcodeSwap, 2, SwapPostcode},
      {ErrorClass::kPostcodeNeighbour, 3, TakeNeighbourPostcode},
      {ErrorClass::kPostcodeOutcode, 2, KeepOutcode},
      {ErrorClass::kNameForm, 2, ChangeNameForm},
      {ErrorClass::kNote, 2, AppendNote},
      {ErrorClass::kOcr, 2, ReadAsOcr},
      {ErrorClass::kTruncated, 2, Truncate},
  });
  return kKinds;
}

}  // namespace errors
}  // namespace wensum::matching::address
