// What a comparison of two records finds: one level per field, each with a weight against both alternatives.
#ifndef WENSUM_MATCHING_SCORE_EVIDENCE_H_
#define WENSUM_MATCHING_SCORE_EVIDENCE_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace wensum::matching {

enum class Field : uint8_t {
  kForename = 0,  // the first forename
  kSurname,
  kMiddle,  // the forenames after the first
  kSuffix,
  kBirth,
  kSex,
  kAddress,
  kNiNumber,
  kPhone,
  kEmail,
  kIdentifier,
};
inline constexpr size_t kFieldCount = 11;
// "forename", "surname" ...
std::string_view FieldName(Field field);

// Levels of each field. 0 is always "not compared": a side says nothing, and the weight is 0.
inline constexpr uint8_t kNotCompared = 0;
inline constexpr size_t kMaxLevels = 12;

enum class ForenameLevel : uint8_t {
  kNull = 0,
  kExact,
  kNickname,
  kTypo,         // near, and one of the two is no common name: a slip
  kNearUnknown,  // near, neither is a common name: a slip, or a twin
  kNearKnown,    // near, but both are common names: Joan and John are two people
  kInitial,
  kUsesMiddle,  // the first forename of one is a middle name of the other
  kSwapped,     // forename and surname change places
  kDifferent,
};
enum class SurnameLevel : uint8_t {
  kNull = 0,
  kExact,
  kFormer,  // equal to another surname of the other side
  kPart,    // double-barrelled on one side
  kTypo,
  kSimilar,
  kInitial,
  kDifferent,
};
enum class MiddleLevel : uint8_t { kNull = 0, kSame, kNear, kInitial, kDifferent };
enum class SuffixLevel : uint8_t { kNull = 0, kSame, kOneSided, kDifferent };
enum class SexLevel : uint8_t { kNull = 0, kSame, kDifferent };
// The best pair of addresses counts.
enum class AddressLevel : uint8_t {
  kNull = 0,
  kUprn,
  kText,           // same text and postcode, where a UPRN is missing
  kPostcode,       // same postcode, where a UPRN is missing
  kOtherProperty,  // same postcode, two UPRNs
  kNear,           // postcode one slip away, or same sector
  kDistrict,
  kElsewhere,
};
enum class NiNumberLevel : uint8_t { kNull = 0, kSame, kOneEdit, kDifferent };
enum class ContactLevel : uint8_t { kNull = 0, kShared, kDifferent };
// kBirth uses DateLevel (matching/compare/compare_date.h).

// "exact", "nickname" ...
std::string_view LevelName(Field field, uint8_t level);

// log2 (P(level | same person) / P(level | alternative)).
struct LevelWeight {
  float random = 0;     // the alternative: two people drawn at random
  float household = 0;  // the alternative: two people of one household
};

struct Evidence {
  std::array<uint8_t, kFieldCount> levels{};
  std::array<LevelWeight, kFieldCount> weights{};
  bool conflict = false;  // the two must not be merged automatically, however high the score

  [[nodiscard]] uint8_t level(Field field) const { return levels[static_cast<size_t>(field)]; }
  template <typename Level>
  [[nodiscard]] bool Is(Field field, Level level) const {
    return levels[static_cast<size_t>(field)] == static_cast<uint8_t>(level);
  }
};

}  // namespace wensum::matching

#endif  // WENSUM_MATCHING_SCORE_EVIDENCE_H_
