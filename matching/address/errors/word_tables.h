// Words that the error generator knows: types of streets, units and floors with the ways in which people write them,
// and invented names. Made for the generator alone: what a matcher knows must not decide which errors it is tried with.
#ifndef WENSUM_MATCHING_ADDRESS_ERRORS_WORD_TABLES_H_
#define WENSUM_MATCHING_ADDRESS_ERRORS_WORD_TABLES_H_

#include <span>
#include <string_view>

namespace wensum::matching::address::errors {

struct StreetType {
  std::string_view name;                          // "ROAD"
  std::span<const std::string_view> short_forms;  // "RD"
  bool strong;                                    // seldom the end of a place's or a building's name
};
// The street type that a word in capitals, long or short, stands for; null if none.
const StreetType* FindStreetType(std::string_view word);
std::span<const StreetType> StreetTypes();

// True if a word in capitals ends names of buildings: HOUSE, LODGE.
bool IsBuildingType(std::string_view word);
// True if a word in capitals announces a unit: FLAT, UNIT, SHOP.
bool IsUnitWord(std::string_view word);
// Other words, in capitals, for the same kind of unit; empty if there are none.
std::span<const std::string_view> OtherUnitWords(std::string_view word);

inline constexpr int kNoFloor = -100;
inline constexpr int kTopFloor = 50;
// The floor that a word in capitals tells: BASEMENT -1, GROUND 0, FIRST or 1ST 1, TOP kTopFloor; kNoFloor if none.
int FloorOf(std::string_view word);
// How a single floor is written for a flat, in capitals, without the word FLAT; empty if unknown.
std::span<const std::string_view> FloorForms(int floor);
// 'L', 'R', 'F' (front), 'B' (back), 'C' of LEFT, RHS, FRONT, REAR, CENTRE; 0 of other words.
char SideOf(std::string_view word);

std::span<const std::string_view> Counties();
// A county's or town's usual short form, in capitals; empty if there is none.
std::string_view ShortPlace(std::string_view place);

// Invented or common names, spelt with capital initials.
std::span<const std::string_view> PersonNames();
std::span<const std::string_view> OrganisationNames();
std::span<const std::string_view> HouseNames();
std::span<const std::string_view> EstateNames();
std::span<const std::string_view> ForeignStreets();
struct ForeignPlace {
  std::string_view town;
  std::string_view outcode;
};
std::span<const ForeignPlace> ForeignPlaces();
std::span<const std::string_view> NoteTexts();

}  // namespace wensum::matching::address::errors

#endif  // WENSUM_MATCHING_ADDRESS_ERRORS_WORD_TABLES_H_
