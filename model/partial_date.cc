#include "model/partial_date.h"

#include <array>
#include <optional>

#include "base/status_macros.h"
#include "base/strings.h"

namespace wensum::model {
namespace {

constexpr int kMinYear = 1000;
constexpr int kMaxYear = 9999;
constexpr std::array<std::string_view, 12> kMonths = {"january",   "february", "march",    "april",
                                                      "may",       "june",     "july",     "august",
                                                      "september", "october",  "november", "december"};

constexpr bool IsLeapYear(int year) { return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0); }

constexpr int DaysInMonth(int year, int month) {
  constexpr std::array<int, 12> kDays = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return month == 2 && IsLeapYear(year) ? 29 : kDays[static_cast<size_t>(month - 1)];
}

// Reads a text from left to right.
class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}

  [[nodiscard]] bool done() const { return rest_.empty(); }
  [[nodiscard]] char peek() const { return rest_.empty() ? '\0' : rest_.front(); }

  bool Skip(char c) {
    if (peek() != c) {
      return false;
    }
    rest_.remove_prefix(1);
    return true;
  }
  std::string_view Digits() { return TakeWhile(IsDigit); }
  std::string_view Letters() { return TakeWhile(IsLetter); }

 private:
  template <typename Predicate>
  std::string_view TakeWhile(Predicate predicate) {
    size_t length = 0;
    while (length < rest_.size() && predicate(rest_[length])) {
      ++length;
    }
    const std::string_view taken = rest_.substr(0, length);
    rest_.remove_prefix(length);
    return taken;
  }

  std::string_view rest_;
};

// Value of at most eight digits.
int Number(std::string_view digits) {
  int value = 0;
  for (const char c : digits) {
    value = value * 10 + (c - '0');
  }
  return value;
}

// 1 to 12 for the English name of a month, its first three letters or "Sept"; 0 for anything else.
int MonthByName(std::string_view name) {
  for (size_t i = 0; i < kMonths.size(); ++i) {
    const std::string_view month = kMonths[i];
    if (EqualsIgnoreCaseAscii(name, month) || EqualsIgnoreCaseAscii(name, month.substr(0, 3)) ||
        (i == 8 && EqualsIgnoreCaseAscii(name, "sept"))) {
      return static_cast<int>(i) + 1;
    }
  }
  return 0;
}

// A number of one or two digits, up to `max`.
bool ReadSmall(Reader& reader, int max) {
  const std::string_view digits = reader.Digits();
  return !digits.empty() && digits.size() <= 2 && Number(digits) <= max;
}

bool ReadZone(Reader& reader) {
  if (reader.Skip('Z')) {
    return true;
  }
  return (reader.Skip('+') || reader.Skip('-')) && ReadSmall(reader, 14) &&
         (!reader.Skip(':') || ReadSmall(reader, 59));
}

// True for what may follow a complete date: nothing, or a space or T and a time of day such as "00:00:00.000",
// "12:00 AM", "093000" or "23:59:59+01:00". The time is checked, so that text that is no date is not taken for one.
bool IsTimeOfDayOrNothing(Reader reader) {
  if (reader.done()) {
    return true;
  }
  if (!reader.Skip(' ') && !reader.Skip('T')) {
    return false;
  }
  const std::string_view hour = reader.Digits();
  if (reader.peek() == ':') {
    if (hour.empty() || hour.size() > 2 || Number(hour) > 24) {
      return false;
    }
    for (int i = 0; i < 2 && reader.Skip(':'); ++i) {
      if (!ReadSmall(reader, i == 0 ? 59 : 60)) {
        return false;
      }
    }
  } else if ((hour.size() != 4 && hour.size() != 6) || Number(hour.substr(0, 2)) > 24 ||
             Number(hour.substr(2, 2)) > 59 || (hour.size() == 6 && Number(hour.substr(4)) > 60)) {
    return false;
  }
  if ((reader.Skip('.') || reader.Skip(',')) && reader.Digits().empty()) {
    return false;
  }
  if (reader.done()) {
    return true;
  }
  if (reader.peek() == 'Z' || reader.peek() == '+' || reader.peek() == '-') {
    return ReadZone(reader) && reader.done();
  }
  reader.Skip(' ');
  const std::string_view half = reader.Letters();
  return reader.done() && (EqualsIgnoreCaseAscii(half, "am") || EqualsIgnoreCaseAscii(half, "pm"));
}

struct Parts {
  int year = 0;
  int month = 0;
  int day = 0;
  bool two_digit_year = false;
};

// The rest of a text that starts with four digits: YYYY, YYYY-MM or YYYY-MM-DD.
std::optional<Parts> ReadYearFirst(std::string_view year, Reader& reader) {
  Parts parts{.year = Number(year)};
  for (int* part : {&parts.month, &parts.day}) {
    if (reader.done()) {
      return parts;
    }
    if (!reader.Skip('-')) {
      return std::nullopt;
    }
    const std::string_view digits = reader.Digits();
    if (digits.size() != 2 || Number(digits) == 0) {
      return std::nullopt;
    }
    *part = Number(digits);
  }
  return IsTimeOfDayOrNothing(reader) ? std::optional(parts) : std::nullopt;
}

// The rest of a text that starts with one or two digits: the month in figures after / - or ., or by name after a space
// or -, the same separator again, and the year.
std::optional<Parts> ReadDayFirst(std::string_view day, Reader& reader) {
  Parts parts{.day = Number(day)};
  const char separator = reader.peek();
  if (std::string_view("/-. ").find(separator) == std::string_view::npos || !reader.Skip(separator)) {
    return std::nullopt;
  }
  if (IsLetter(reader.peek())) {
    if (separator == '/' || separator == '.') {
      return std::nullopt;
    }
    parts.month = MonthByName(reader.Letters());
  } else {
    const std::string_view month = reader.Digits();
    if (separator == ' ' || month.size() > 2) {
      return std::nullopt;
    }
    parts.month = Number(month);
  }
  if (!reader.Skip(separator)) {
    return std::nullopt;
  }
  const std::string_view year = reader.Digits();
  if (year.size() != 4 && year.size() != 2) {
    return std::nullopt;
  }
  parts.year = Number(year);
  parts.two_digit_year = year.size() == 2;
  const bool known = parts.day != 0 && parts.month != 0;
  return known && IsTimeOfDayOrNothing(reader) ? std::optional(parts) : std::nullopt;
}

std::optional<Parts> Read(std::string_view text) {
  Reader reader(text);
  const std::string_view digits = reader.Digits();
  switch (digits.size()) {
    case 1:
    case 2:
      return ReadDayFirst(digits, reader);
    case 4:
      return ReadYearFirst(digits, reader);
    case 8: {
      const Parts parts{.year = Number(digits.substr(0, 4)),
                        .month = Number(digits.substr(4, 2)),
                        .day = Number(digits.substr(6, 2))};
      const bool known = parts.day != 0 && parts.month != 0;
      return known && IsTimeOfDayOrNothing(reader) ? std::optional(parts) : std::nullopt;
    }
    default:
      return std::nullopt;
  }
}

absl::Status NotADate(std::string_view text) {
  return InvalidArgument(Cat("date ", Quote(text), " is not written as YYYY-MM-DD, DD/MM/YYYY or the like"));
}

}  // namespace

absl::StatusOr<PartialDate> PartialDate::Create(int year, int month, int day) {
  if (year == 0 && month == 0 && day == 0) {
    return PartialDate();
  }
  if (year < kMinYear || year > kMaxYear) {
    return InvalidArgument(Cat("year ", year, " is not from ", kMinYear, " to ", kMaxYear));
  }
  if (month < 0 || month > 12) {
    return InvalidArgument(Cat("month ", month, " is not from 1 to 12, or 0 for unknown"));
  }
  if (month == 0 && day != 0) {
    return InvalidArgument(Cat("day ", day, " has no month"));
  }
  if (month != 0 && (day < 0 || day > DaysInMonth(year, month))) {
    return InvalidArgument(Cat("day ", day, " is not from 1 to ", DaysInMonth(year, month),
                               ", or 0 for unknown, in month ", month, " of ", year));
  }
  return PartialDate{static_cast<int16_t>(year), static_cast<int8_t>(month), static_cast<int8_t>(day)};
}

absl::StatusOr<PartialDate> PartialDate::Parse(std::string_view text) {
  const std::optional<Parts> parts = Read(Trim(text));
  if (!parts.has_value()) {
    return NotADate(text);
  }
  if (parts->two_digit_year) {
    return InvalidArgument(Cat("date ", Quote(text), " has a year of two digits, whose century is not known here"));
  }
  if (parts->year == 0) {  // would otherwise pass as "all unknown"
    return NotADate(text);
  }
  return Create(parts->year, parts->month, parts->day);
}

absl::StatusOr<PartialDate> PartialDate::ParseTwoDigitYear(std::string_view text, int pivot_year) {
  const std::optional<Parts> parts = Read(Trim(text));
  if (!parts.has_value() || !parts->two_digit_year) {
    return Parse(text);
  }
  if (pivot_year < kMinYear || pivot_year > kMaxYear) {
    return InvalidArgument(Cat("pivot year ", pivot_year, " is not from ", kMinYear, " to ", kMaxYear));
  }
  const int years_before_pivot = (pivot_year - parts->year) % 100;
  return Create(pivot_year - years_before_pivot, parts->month, parts->day);
}

std::string PartialDate::ToString() const {
  std::string text;
  const auto append = [&text](int value, size_t width) {
    const std::string digits = Cat(value);
    text.append(digits.size() < width ? width - digits.size() : 0, '0');
    text.append(digits);
  };
  if (year == 0) {
    return text;
  }
  append(year, 4);
  if (month != 0) {
    text.push_back('-');
    append(month, 2);
  }
  if (day != 0) {
    text.push_back('-');
    append(day, 2);
  }
  return text;
}

bool IsDummyDateOfBirth(PartialDate date) { return IsDummyDateOfBirth(date.ToNumber()); }

bool IsDummyDateOfBirth(int32_t number) {
  switch (number) {
    case 17530101:
    case 18000101:
    case 18991230:
    case 18991231:
    case 19000101:
    case 19010101:
    case 19111111:
    case 19700101:
    case 20991231:
    case 29991231:
    case 99991231:
      return true;
    default:
      return false;
  }
}

}  // namespace wensum::model
