// What a set of records says about people: declared attributes, each with a type that brings its own comparison levels.
#ifndef WENSUM_MATCHING_SCHEMA_SCHEMA_H_
#define WENSUM_MATCHING_SCHEMA_SCHEMA_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"

namespace wensum::matching {

enum class AttributeType : uint8_t {
  kGivenName,   // the forename in use; at most one attribute
  kSurname,     // at most one attribute
  kOtherNames,  // middle names or the full name: what it says beyond given name and surname; at most one attribute
  kDate,        // of birth, in nearly all cases
  kPostcode,    // of the UK, or a code of digits
  kText,        // a place, an occupation, a line of an address
  kCode,        // an identifier of the person: National Insurance, passport or account number
  kPhone,       // a code of digits
  kEmail,       // a code
  kCategory,    // one of few values: sex, ethnic group
  kReference,   // what a system wrote, not a hand: UPRN, account number; equal or not
};
inline constexpr size_t kAttributeTypes = 11;

// How the frequency of the values enters a level's weight.
enum class FrequencyRule : uint8_t {
  kNone,   // not at all
  kValue,  // chance agreement on this level is the value's own frequency
  kToken,  // the frequency of the rarest token the two sides share
  kNear,   // half of the value's rarity counts: a rare name is rarely near another one by chance
};

// One comparison level of a type.
struct Level {
  std::string_view name;
  FrequencyRule frequency = FrequencyRule::kNone;
  // P(level | one person) where nothing has been learnt.
  double informed_m = 0;
  // P(level | two people of one household) where nothing has been learnt; 0: no informed value.
  double informed_household = 0;
};

// Levels are numbered from 1 in the order of LevelsOf; 0 is "not compared": a side says nothing.
using LevelIndex = uint8_t;
inline constexpr LevelIndex kNullLevel = 0;
inline constexpr size_t kMaxLevelIndex = 15;  // a level fits four bits

// The levels of a type, best first; index 0 is "not compared".
[[nodiscard]] std::span<const Level> LevelsOf(AttributeType type);

// Levels that code names. Given names and surnames share one list. What stored clusters rest on: where the comparison
// of two values, the candidate keys or the resolution change, kDerivedVersion in services/register/meta_record.h must
// grow.
namespace name_level {
inline constexpr LevelIndex kExact = 1;
inline constexpr LevelIndex kNickname = 2;   // given names only
inline constexpr LevelIndex kTypo = 3;       // one edit apart (optimal string alignment), both of three letters or more
inline constexpr LevelIndex kSimilar = 4;    // Jaro-Winkler 0.75, or equal but for spaces
inline constexpr LevelIndex kInitial = 5;    // of given names also if both sides have no more than the same initial
inline constexpr LevelIndex kCross = 6;      // a token of one side stands in another role on the other side
inline constexpr LevelIndex kDifferent = 7;  // and at least one side is no established name
// Near, or different, and both sides are established names: Kyra and Kyla are two people more often than a slip.
inline constexpr LevelIndex kNearEstablished = 8;
inline constexpr LevelIndex kDifferentEstablished = 9;
}  // namespace name_level
namespace other_names_level {
inline constexpr LevelIndex kShared = 1;   // a token of both
inline constexpr LevelIndex kNear = 2;     // a token one edit or a nickname away
inline constexpr LevelIndex kInitial = 3;  // an initial of the other side's token
inline constexpr LevelIndex kDifferent = 4;
}  // namespace other_names_level
namespace date_level {
inline constexpr LevelIndex kExact = 1;
inline constexpr LevelIndex kDayMonthDigit = 2;  // one digit of day or month
inline constexpr LevelIndex kYearDigit = 3;      // one digit of the year, or the century
inline constexpr LevelIndex kSwapped = 4;        // day and month, or two neighbouring digits
inline constexpr LevelIndex kTwoParts = 5;       // two of year, month and day equal, or two digits differ
inline constexpr LevelIndex kDefaultDay = 6;     // same year, one side says 1 January or the year alone
inline constexpr LevelIndex kSameYear = 7;
inline constexpr LevelIndex kNearYear = 8;  // at most two years or three digits apart
inline constexpr LevelIndex kDifferent = 9;
}  // namespace date_level
namespace postcode_level {
inline constexpr LevelIndex kExact = 1;
inline constexpr LevelIndex kTypo = 2;
inline constexpr LevelIndex kSector = 3;    // all but the last two characters
inline constexpr LevelIndex kDistrict = 4;  // all but the last three (of digits: the first two), or two edits
inline constexpr LevelIndex kArea = 5;      // the leading letters (of digits: the first)
inline constexpr LevelIndex kDifferent = 6;
}  // namespace postcode_level
namespace text_level {
inline constexpr LevelIndex kExact = 1;
inline constexpr LevelIndex kNear = 2;    // one edit, or Jaro-Winkler 0.88; of houses if they have no other numbers
inline constexpr LevelIndex kShared = 3;  // a token of four letters or more of both
inline constexpr LevelIndex kDifferent = 4;
}  // namespace text_level
namespace code_level {
inline constexpr LevelIndex kExact = 1;
inline constexpr LevelIndex kTypo = 2;
inline constexpr LevelIndex kNear = 3;  // two edits, or Jaro-Winkler 0.9; of phones one, of emails see EmailLevel
inline constexpr LevelIndex kDifferent = 4;
}  // namespace code_level
namespace category_level {
inline constexpr LevelIndex kExact = 1;
inline constexpr LevelIndex kTypo = 2;
inline constexpr LevelIndex kDifferent = 3;
}  // namespace category_level
namespace reference_level {
inline constexpr LevelIndex kExact = 1;
inline constexpr LevelIndex kDifferent = 2;
}  // namespace reference_level

// The last level: no agreement of any kind. For names and once both sides are known, see kDifferentEstablished.
[[nodiscard]] LevelIndex DifferentLevel(AttributeType type);

// "given_name", "other_names" ..., as configurations and models spell them.
[[nodiscard]] std::string_view TypeName(AttributeType type);
[[nodiscard]] std::optional<AttributeType> TypeByName(std::string_view name);

// What an attribute says of where a person lives. Members of a household share it.
enum class AddressPart : uint8_t {
  kNone,
  kArea,   // many households have it: town, state
  kHouse,  // few do: house number, street
};

struct Attribute {
  std::string name;
  AttributeType type = AttributeType::kText;
  AddressPart address = AddressPart::kNone;
  // A person has but one: a National Insurance number, a generation suffix. Clusters of which no values agree, even but
  // for one edit, are never merged by scores (agglomerate.h).
  bool unique = false;

  friend bool operator==(const Attribute&, const Attribute&) = default;
};

inline constexpr size_t kMaxAttributes = 16;  // the levels of a pair fit one word

// The attributes of a register or batch. Immutable once made.
class Schema {
 public:
  Schema() = default;
  explicit Schema(std::vector<Attribute> attributes);

  // INVALID_ARGUMENT: none or too many attributes, one name twice, or one of the types twice that may come once.
  [[nodiscard]] absl::Status Validate() const;

  [[nodiscard]] size_t size() const { return attributes_.size(); }
  [[nodiscard]] const Attribute& operator[](size_t i) const { return attributes_[i]; }
  [[nodiscard]] const std::vector<Attribute>& attributes() const { return attributes_; }

  // Places of the name attributes; -1 if not declared.
  [[nodiscard]] int given() const { return given_; }
  [[nodiscard]] int surname() const { return surname_; }
  [[nodiscard]] int other_names() const { return other_names_; }
  // True if an attribute tells houses apart.
  [[nodiscard]] bool has_house() const { return has_house_; }

  friend bool operator==(const Schema& a, const Schema& b) { return a.attributes_ == b.attributes_; }

 private:
  std::vector<Attribute> attributes_;
  int given_ = -1;
  int surname_ = -1;
  int other_names_ = -1;
  bool has_house_ = false;
};

[[nodiscard]] constexpr bool IsNameType(AttributeType type) { return type <= AttributeType::kOtherNames; }
[[nodiscard]] constexpr bool IsCodeType(AttributeType type) {
  return type == AttributeType::kCode || type == AttributeType::kPhone || type == AttributeType::kEmail;
}

// The levels of one pair, four bits an attribute.
using LevelVector = uint64_t;
[[nodiscard]] constexpr LevelIndex LevelAt(LevelVector levels, size_t attribute) {
  return static_cast<LevelIndex>((levels >> (4 * attribute)) & 15U);
}
[[nodiscard]] constexpr LevelVector LevelBits(LevelIndex level, size_t attribute) {
  return static_cast<LevelVector>(level) << (4 * attribute);
}

}  // namespace wensum::matching

#endif  // WENSUM_MATCHING_SCHEMA_SCHEMA_H_
