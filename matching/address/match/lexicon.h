// The words that have a meaning of their own in a UK address, each with its abbreviations.
#ifndef WENSUM_MATCHING_ADDRESS_MATCH_LEXICON_H_
#define WENSUM_MATCHING_ADDRESS_MATCH_LEXICON_H_

#include <cstdint>
#include <string_view>

#include "absl/functional/function_ref.h"

namespace wensum::matching::address::match {

// What a word may mean; a word may have several (COURT is a street or a building).
using WordFlags = uint16_t;
inline constexpr WordFlags kStreetType = 1U << 0;    // ROAD, AVENUE
inline constexpr WordFlags kBuildingType = 1U << 1;  // HOUSE, COTTAGE
inline constexpr WordFlags kTypeWord = kStreetType | kBuildingType;
inline constexpr WordFlags kUnitWord = 1U << 2;        // FLAT, SHOP; argument: UnitKind
inline constexpr WordFlags kFloorName = 1U << 3;       // BASEMENT: a floor wherever it stands; argument: its bit
inline constexpr WordFlags kFloorOrdinal = 1U << 4;    // FIRST, GROUND: a floor beside FLOOR or FLAT; argument: its bit
inline constexpr WordFlags kFloorFlat = 1U << 5;       // GFF: floor and flat in one; argument: bit of the floor
inline constexpr WordFlags kFloorWord = 1U << 6;       // FLOOR
inline constexpr WordFlags kSideWord = 1U << 7;        // LEFT; argument: bit of the side
inline constexpr WordFlags kRelationWord = 1U << 8;    // ADJACENT, OPPOSITE: the number that follows is context
inline constexpr WordFlags kStopWord = 1U << 9;        // OF, AND, THE
inline constexpr WordFlags kNumberWord = 1U << 10;     // NO: announces a number
inline constexpr WordFlags kCountyWord = 1U << 11;     // ESSEX, ENGLAND: tells no property from another
inline constexpr WordFlags kDirectionWord = 1U << 12;  // NORTH: tells streets of one name apart
inline constexpr WordFlags kPluralUnit = 1U << 13;     // FLATS, APARTMENTS: ends a building's name
inline constexpr WordFlags kTitle = 1U << 14;          // MR: a person follows
inline constexpr WordFlags kBlockWord = 1U << 15;      // BLOCK: its id follows

// Kinds of unit. Those up to kSuite name dwellings and business units alike: sources mix them up.
enum class UnitKind : uint8_t {
  kNone = 0,
  kFlat,
  kUnit,
  kStudio,
  kSuite,
  kRoom,
  kShop,
  kPenthouse,
  kAnnexe,
  kGarage,
  kPlot,
  kCaravan,
  kMooring,
  kParking
};

struct LexiconWord {
  std::string_view canonical;
  WordFlags flags = 0;
  uint8_t argument = 0;
};

// Null if the folded word is not in the lexicon. Tens of nanoseconds.
const LexiconWord* FindLexiconWord(std::string_view folded);
void ForEachLexiconWord(absl::FunctionRef<void(std::string_view spelling, const LexiconWord& word)> visit);

// Bits of a set of floors.
inline constexpr uint8_t kBasementBit = 0;
inline constexpr uint8_t kGroundBit = 1;  // first floor: 2, and so on
inline constexpr uint8_t kTopBit = 14;
inline constexpr uint8_t kAtticBit = 15;
inline constexpr uint8_t kGardenArgument = 16;  // basement or ground

// Post towns, London boroughs and counties: places that may end an address whatever the gazetteer holds. Words in
// their canonical form with one space between.
void ForEachKnownPlace(absl::FunctionRef<void(std::string_view words)> visit);
inline constexpr int kMostPlaceWords = 4;

}  // namespace wensum::matching::address::match

#endif  // WENSUM_MATCHING_ADDRESS_MATCH_LEXICON_H_
