// What a tokenised address says: typed evidence (unit, floor, side, numbers) and the words that are left.
#ifndef WENSUM_MATCHING_ADDRESS_ADDRESS_READING_H_
#define WENSUM_MATCHING_ADDRESS_ADDRESS_READING_H_

#include <cstdint>
#include <string_view>

#include "absl/container/inlined_vector.h"
#include "matching/address/words/address_text.h"

namespace wensum::matching::address {

// A number or range of numbers with suffixes; low < 0: none.
struct NumberSpan {
  int32_t low = -1;
  int32_t high = -1;
  char low_letter = 0;
  char high_letter = 0;

  [[nodiscard]] bool empty() const { return low < 0; }
  friend bool operator==(const NumberSpan&, const NumberSpan&) = default;
};

// Names a unit inside a building by whatever is known of it. Words of its name are kept elsewhere.
struct UnitParts {
  int32_t number = -1;
  int32_t end_number = -1;
  uint16_t floors = 0;  // bit per floor: 0 basement, 1 ground, 2 first ...; 13 garden, 14 top, 15 attic
  uint8_t sides = 0;    // bit per side: left, right, front, rear, middle
  UnitKind kind = UnitKind::kNone;
  char letter = 0;

  [[nodiscard]] bool has_id() const { return number >= 0 || letter != 0 || floors != 0 || sides != 0; }
  [[nodiscard]] bool empty() const { return !has_id() && kind == UnitKind::kNone; }
  friend bool operator==(const UnitParts&, const UnitParts&) = default;
};

// How two mentions of a unit relate.
enum class UnitRelation : uint8_t {
  kEqual,
  kEqualWeak,    // one of them also gives a floor or side
  kTextOnly,     // the text names a unit where the other has none
  kRecordOnly,   // the record is a unit, or a closer unit, that the text does not name
  kContradicts,  // different units
};
UnitRelation CompareUnits(const UnitParts& text, const UnitParts& record);

struct NumberMention {
  enum class Kind : uint8_t { kNumber, kRange, kSlash };
  Kind kind = Kind::kNumber;
  NumberSpan span;
  size_t position = 0;  // index of its token
};

struct WordMention {
  uint64_t hash = 0;
  size_t position = 0;
};

// The typed evidence of one token list.
struct Evidence {
  UnitParts unit;                            // stated with a unit or floor word
  bool unit_from_floor_before_flat = false;  // "GROUND FLOOR FLAT 14": 14 may be the house or the flat
  bool relation = false;                     // "REAR OF", "LAND AT": not the property itself
  absl::InlinedVector<NumberMention, 4> numbers;
  absl::InlinedVector<WordMention, 16> words;
};
Evidence ReadEvidence(const TokenList& list);

}  // namespace wensum::matching::address

#endif  // WENSUM_MATCHING_ADDRESS_ADDRESS_READING_H_
