#include "matching/compare/date_slip.h"

#include <bit>
#include <cstdlib>

#include "model/partial_date.h"

namespace wensum::matching {
namespace {

constexpr DateDigits kMonthAndDay = 0xFFFF;
constexpr DateDigits kDay = 0xFF;
constexpr DateDigits kFirstOfJanuary = 0x0101;

int DifferingDigits(DateDigits a, DateDigits b) {
  DateDigits x = a ^ b;
  x |= x >> 1;
  x |= x >> 2;
  return std::popcount(x & 0x11111111U);
}

// Of dates that differ in two digits: these are neighbours and changed places.
bool NeighboursSwapped(DateDigits a, DateDigits b) {
  const DateDigits differing = a ^ b;
  const int shift = std::countr_zero(differing) / 4 * 4;
  if (shift > 24 || (differing >> shift) > 0xFF) return false;
  const DateDigits x = (a >> shift) & 0xFFU;
  const DateDigits y = (b >> shift) & 0xFFU;
  return x == ((y & 15U) << 4 | y >> 4);
}

int YearOf(DateDigits date) {
  int year = 0;
  for (int shift = 28; shift >= 16; shift -= 4) year = year * 10 + static_cast<int>((date >> shift) & 15U);
  return year;
}

}  // namespace

DateSlip SlipBetween(DateDigits a, DateDigits b) {
  if (a == b) return DateSlip::kNone;
  const int differing = DifferingDigits(a, b);
  const bool same_year = (a >> 16) == (b >> 16);
  if (differing == 1) return same_year ? DateSlip::kDayMonthDigit : DateSlip::kYearDigit;
  const DateDigits month_a = (a >> 8) & 0xFFU;
  const DateDigits month_b = (b >> 8) & 0xFFU;
  if (same_year && month_a == (b & kDay) && month_b == (a & kDay)) return DateSlip::kDayMonthSwapped;
  if (differing == 2 && NeighboursSwapped(a, b)) return DateSlip::kNeighboursSwapped;
  const int years_apart = std::abs(YearOf(a) - YearOf(b));
  if (years_apart == 100 && ((a ^ b) & kMonthAndDay) == 0) return DateSlip::kCentury;
  if (same_year) {
    const auto year_alone = [](DateDigits date) { return (date & kMonthAndDay) == 0; };
    const auto no_day = [](DateDigits date) { return (date & kDay) == 0; };
    if (year_alone(a) || year_alone(b)) return DateSlip::kYearAlone;
    if (month_a == month_b && (no_day(a) || no_day(b))) return DateSlip::kYearAlone;
    if ((a & kMonthAndDay) == kFirstOfJanuary || (b & kMonthAndDay) == kFirstOfJanuary) return DateSlip::kDefaultDay;
  }
  const int equal_parts = (same_year ? 1 : 0) + (month_a == month_b ? 1 : 0) + ((a & kDay) == (b & kDay) ? 1 : 0);
  if (equal_parts == 2) return DateSlip::kTwoParts;
  if (differing == 2) return DateSlip::kTwoDigits;
  if (same_year) return DateSlip::kSameYear;
  return years_apart <= 2 || differing == 3 ? DateSlip::kNearYear : DateSlip::kDifferent;
}

DateDigits DigitsOf(int32_t packed_date) {
  DateDigits digits = 0;
  for (int shift = 0; shift < 32; shift += 4, packed_date /= 10) {
    digits |= static_cast<DateDigits>(packed_date % 10) << shift;
  }
  return digits;
}

bool IsDummyDate(DateDigits date) {
  constexpr DateDigits kFirstOfCalendar = 0x00010101;
  constexpr DateDigits kFirstOfCentury = 0x18000101;
  if (date == kFirstOfCentury) return false;
  const bool all_alike = date == (date & 15U) * 0x11111111U;
  if (all_alike || date == kFirstOfCalendar) return true;
  int32_t packed = 0;
  for (int shift = 28; shift >= 0; shift -= 4) packed = packed * 10 + static_cast<int32_t>((date >> shift) & 15U);
  return model::IsDummyDateOfBirth(packed);
}

}  // namespace wensum::matching
