// Comparison of two dates of birth.
#ifndef WENSUM_MATCHING_COMPARE_COMPARE_DATE_H_
#define WENSUM_MATCHING_COMPARE_COMPARE_DATE_H_

#include <cstdint>

namespace wensum::matching {

enum class DateLevel : uint8_t {
  kNull = 0,    // a side has no date
  kExact,       // the same complete date
  kSwapped,     // day and month change places
  kOneDigit,    // one of the eight digits differs, or two neighbouring digits change places
  kCompatible,  // the known parts agree, but not all parts are known on both sides
  kDefaultDay,  // same year, and one side says 1 January, as systems do that know the year alone
  kTwoParts,    // two of year, month and day agree
  kSameYear,    // complete dates of one year
  kDifferent,   // anything else
};

// Dates are packed as year * 10000 + month * 100 + day, 0 for an unknown part. Symmetric.
[[nodiscard]] DateLevel CompareDates(int32_t a, int32_t b);

// True for levels that no slip of the pen explains: the dates are those of two people.
[[nodiscard]] constexpr bool IsConflict(DateLevel level) {
  return level == DateLevel::kSameYear || level == DateLevel::kDifferent;
}

}  // namespace wensum::matching

#endif  // WENSUM_MATCHING_COMPARE_COMPARE_DATE_H_
