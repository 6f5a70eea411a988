// What slip of pen, keyboard or system, if any, lies between two dates of birth.
#ifndef WENSUM_MATCHING_COMPARE_DATE_SLIP_H_
#define WENSUM_MATCHING_COMPARE_DATE_SLIP_H_

#include <cstdint>

namespace wensum::matching {

// Eight digits YYYYMMDD, one in each half byte, the year highest: 17 May 1980 is 0x19800517. Zeros for what is not
// known. Impossible dates are compared like others.
using DateDigits = uint32_t;

// Those of a date packed as year * 10000 + month * 100 + day.
[[nodiscard]] DateDigits DigitsOf(int32_t packed_date);

// The first that holds, in this order.
enum class DateSlip : uint8_t {
  kNone,               // equal
  kDayMonthDigit,      // one digit of day or month
  kYearDigit,          // one digit of the year
  kDayMonthSwapped,    // day and month changed places
  kNeighboursSwapped,  // two neighbouring digits changed places
  kCentury,            // a hundred years apart: what two-digit years become
  kYearAlone,          // same year, and of one side no more than year, or year and month, is known
  kDefaultDay,         // same year, and one side says 1 January, as systems do that know the year alone
  kTwoParts,           // two of year, month and day agree
  kTwoDigits,          // two digits differ
  kSameYear,
  kNearYear,  // at most two years apart, or three digits differ
  kDifferent,
};
inline constexpr int kDateSlips = 13;

// Symmetric. A few dozen cycles.
[[nodiscard]] DateSlip SlipBetween(DateDigits a, DateDigits b);

// True for dates that systems and clerks enter for want of one: those of model::IsDummyDateOfBirth but for 1800, when
// people of historical files were born, 1 January of the year 1, and digits all alike. 1 January of other years is
// somebody's birthday more often than by chance, not always.
[[nodiscard]] bool IsDummyDate(DateDigits date);

}  // namespace wensum::matching

#endif  // WENSUM_MATCHING_COMPARE_DATE_SLIP_H_
