// Dates of which the day, or the day and month, or all may be unknown.
#ifndef WENSUM_MODEL_PARTIAL_DATE_H_
#define WENSUM_MODEL_PARTIAL_DATE_H_

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace wensum::model {

// A proleptic Gregorian date; 0 stands for an unknown part. A value made by Create or Parse is valid: a day implies a
// month, a month implies a year, and the day exists in that month. Six bytes would do; it is passed by value.
struct PartialDate {
  int16_t year = 0;  // 1000 to 9999
  int8_t month = 0;  // 1 to 12
  int8_t day = 0;    // 1 to 31

  // Zeros stand for unknown parts. INVALID_ARGUMENT, with the part and its range, if no such date exists.
  static absl::StatusOr<PartialDate> Create(int year, int month, int day);

  // Reads YYYY-MM-DD, YYYY-MM, YYYY, YYYYMMDD, DD/MM/YYYY, DD-MM-YYYY, DD.MM.YYYY (the day and month with one digit or
  // two) and "17 May 1980", "17-MAY-1980" (months in English, whole or cut to three letters, any case). White space
  // around it and a time of day after a complete date and a space or T are ignored. INVALID_ARGUMENT for anything else:
  // two-digit years (see ParseTwoDigitYear), parts written as 00, an empty text.
  static absl::StatusOr<PartialDate> Parse(std::string_view text);

  // As Parse, but also reads a year of two digits where the year comes last ("17/05/80", "17-MAY-80"): it lies in the
  // hundred years that end with `pivot_year`.
  static absl::StatusOr<PartialDate> ParseTwoDigitYear(std::string_view text, int pivot_year);

  [[nodiscard]] bool empty() const { return year == 0 && month == 0 && day == 0; }
  [[nodiscard]] bool complete() const { return day != 0; }
  // "1980-05-17", "1980-05", "1980" or "".
  [[nodiscard]] std::string ToString() const;
  // Year * 10000 + month * 100 + day; orders as the dates do, unknown parts first.
  [[nodiscard]] int32_t ToNumber() const { return year * 10000 + month * 100 + day; }

  friend auto operator<=>(const PartialDate&, const PartialDate&) = default;
};

// True for dates that systems store for want of one: the first day of an epoch (1 January 1753, 1800, 1900, 1901 or
// 1970, 30 and 31 December 1899), the last of a calendar (31 December 2099, 2999 or 9999), and 11 November 1911.
bool IsDummyDateOfBirth(PartialDate date);
// The same of PartialDate::ToNumber.
bool IsDummyDateOfBirth(int32_t number);

}  // namespace wensum::model

#endif  // WENSUM_MODEL_PARTIAL_DATE_H_
