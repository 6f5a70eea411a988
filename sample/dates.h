// Days since 1970-01-01 in the proleptic Gregorian calendar, and their texts.
#ifndef WENSUM_SAMPLE_DATES_H_
#define WENSUM_SAMPLE_DATES_H_

#include <cstdint>
#include <string>

namespace wensum::sample {

using Day = int32_t;
inline constexpr Day kNoDay = INT32_MIN;

struct Civil {
  int year = 0, month = 0, day = 0;
};

// The day of a date that exists (H. Hinnant, "chrono-compatible low-level date algorithms").
constexpr Day DayOf(int year, int month, int day) {
  const int y = month <= 2 ? year - 1 : year;
  const int era = (y >= 0 ? y : y - 399) / 400;
  const int yoe = y - era * 400;
  const int doy = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
  return era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468;
}

constexpr Civil CivilOf(Day days) {
  const int z = days + 719468;
  const int era = (z >= 0 ? z : z - 146096) / 146097;
  const int doe = z - era * 146097;
  const int yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
  const int doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
  const int mp = (5 * doy + 2) / 153;
  const int month = mp < 10 ? mp + 3 : mp - 9;
  return {yoe + era * 400 + (month <= 2 ? 1 : 0), month, doy - (153 * mp + 2) / 5 + 1};
}

constexpr int YearOf(Day day) { return CivilOf(day).year; }
// Whole years from `from` to `to`.
constexpr int YearsBetween(Day from, Day to) {
  const Civil a = CivilOf(from);
  const Civil b = CivilOf(to);
  return b.year - a.year - ((b.month * 100 + b.day < a.month * 100 + a.day) ? 1 : 0);
}

// How a legacy system writes dates.
enum class DateStyle : uint8_t { kIso, kSlashes, kSlashesTwoDigit, kMonthName, kCompact };
// The date in that style: 2026-11-01, 01/11/2026, 01/11/26, 01-NOV-2026, 20261101.
std::string FormatDate(Civil date, DateStyle style);
inline std::string IsoDate(Day day) { return FormatDate(CivilOf(day), DateStyle::kIso); }

}  // namespace wensum::sample

#endif  // WENSUM_SAMPLE_DATES_H_
