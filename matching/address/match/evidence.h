// What the tokens of an address say: units, floors, sides and numbers as typed evidence, and the words that are left
// for names. Readings: the ways in which a text's numbers may be its unit and its house.
#ifndef WENSUM_MATCHING_ADDRESS_MATCH_EVIDENCE_H_
#define WENSUM_MATCHING_ADDRESS_MATCH_EVIDENCE_H_

#include <cstdint>

#include "absl/container/inlined_vector.h"
#include "matching/address/match/address_line.h"

namespace wensum::matching::address::match {

// Where something lies that is not the property of the number itself: a bit for each that is said. LAND AT says none.
using Relations = uint8_t;
inline constexpr Relations kBehind = 1U << 0;
inline constexpr Relations kBeside = 1U << 1;
inline constexpr Relations kOpposite = 1U << 2;
inline constexpr Relations kAbove = 1U << 3;
inline constexpr Relations kBelow = 1U << 4;

// A unit inside a building, by whatever is known of it.
struct Unit {
  int32_t number = -1;
  int32_t end = -1;     // of a range of units, or the second number of a Scottish flat (3/2)
  uint16_t floors = 0;  // a bit per floor, see lexicon.h
  uint8_t sides = 0;    // a bit per side: left, right, front, rear, centre
  UnitKind kind = UnitKind::kNone;
  char letter = 0;  // suffix of the number, or the unit's letter
  char prefix = 0;  // the letter before its number: B12
  char block_letter = 0;
  int16_t block = -1;

  [[nodiscard]] bool has_id() const { return number >= 0 || letter != 0; }
  [[nodiscard]] bool has_block() const { return block >= 0 || block_letter != 0; }
  [[nodiscard]] bool located() const { return has_id() || floors != 0 || sides != 0; }
  [[nodiscard]] bool empty() const { return !located() && kind == UnitKind::kNone; }
};

// A house number, or a range of them. low < 0: none.
struct House {
  int32_t low = -1;
  int32_t high = -1;
  char low_letter = 0;  // '#': and a half
  char high_letter = 0;

  [[nodiscard]] bool empty() const { return low < 0; }
};

struct Numeral {
  TokenKind kind = TokenKind::kNumber;
  House span;
  char prefix = 0;
  uint8_t position = 0;     // of its token
  bool contextual = false;  // 130 of "REAR OF 130 MERTHYR ROAD"
};

struct Evidence {
  Unit unit;                       // stated by unit, floor and side words
  bool unit_word = false;          // FLAT, UNIT, ... stands in the text
  bool floor_before_unit = false;  // "GROUND FLOOR FLAT 98": 98 may be the house or the flat
  bool relation = false;           // REAR OF, LAND AT: not the property itself
  Relations relations = 0;         // which
  absl::InlinedVector<Numeral, 4> numbers;
  TokenMask names = 0;    // tokens that may be words of names
  TokenMask noise = 0;    // tokens that say nothing: titles
  char loose_letter = 0;  // a letter by itself, and its token
  uint8_t loose_position = 0;
};
Evidence ReadEvidence(const Tokens& tokens);

// One way to read the numbers of a text.
struct Reading {
  Unit unit;
  House house;
  float penalty = 0;
  int8_t house_position = -1;  // of its token; -1: no house
  int8_t unit_position = -1;   // of a bare number that is read as the unit
  bool leaves_number = false;  // a number of the text is neither
  bool contextual = false;     // the house is a neighbour of what is meant
  bool unit_given = false;     // a unit word binds the unit's id
};
using Readings = absl::InlinedVector<Reading, 8>;
inline constexpr size_t kMostReadings = 24;
// All readings, the likeliest first; at least one.
Readings MakeReadings(const Evidence& evidence);

}  // namespace wensum::matching::address::match

#endif  // WENSUM_MATCHING_ADDRESS_MATCH_EVIDENCE_H_
