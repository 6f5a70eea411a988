#include "import/date_format.h"

#include <array>
#include <optional>

#include "base/status_macros.h"
#include "base/strings.h"

namespace wensum::ingest {
namespace {

constexpr std::array<std::string_view, 12> kMonths = {"january",   "february", "march",    "april",
                                                      "may",       "june",     "july",     "august",
                                                      "september", "october",  "november", "december"};

// Takes `min` to `max` digits off the front of `text`.
std::optional<int> TakeNumber(std::string_view& text, size_t min, size_t max) {
  size_t size = 0;
  int value = 0;
  while (size < max && size < text.size() && IsDigit(text[size])) {
    value = value * 10 + (text[size++] - '0');
  }
  if (size < min) return std::nullopt;
  text.remove_prefix(size);
  return value;
}

std::optional<int> TakeMonthName(std::string_view& text) {
  size_t size = 0;
  while (size < text.size() && IsLetter(text[size])) ++size;
  const std::string word = ToLowerAscii(text.substr(0, size));
  for (size_t i = 0; i < kMonths.size(); ++i) {
    if (word == kMonths[i] || word == kMonths[i].substr(0, 3) || (word == "sept" && i == 8)) {
      text.remove_prefix(size);
      return static_cast<int>(i) + 1;
    }
  }
  return std::nullopt;
}

}  // namespace

absl::StatusOr<DateFormat> DateFormat::Create(std::string_view pattern) {
  static constexpr std::pair<std::string_view, Part> kTokens[] = {
      {"YYYY", Part::kYear4}, {"YY", Part::kYear2}, {"MON", Part::kMonthName}, {"MM", Part::kMonth2},
      {"M", Part::kMonth1},   {"DD", Part::kDay2},  {"D", Part::kDay1}};
  DateFormat format;
  format.pattern_ = std::string(pattern);
  int years = 0, months = 0, days = 0;
  while (!pattern.empty()) {
    Token token{Part::kLiteral, pattern.front()};
    size_t size = 1;
    for (const auto& [name, part] : kTokens) {
      if (pattern.substr(0, name.size()) == name) {
        token.part = part;
        size = name.size();
        break;
      }
    }
    years += token.part == Part::kYear4 || token.part == Part::kYear2 ? 1 : 0;
    months += token.part == Part::kMonth2 || token.part == Part::kMonth1 || token.part == Part::kMonthName ? 1 : 0;
    days += token.part == Part::kDay2 || token.part == Part::kDay1 ? 1 : 0;
    format.two_digit_year_ = format.two_digit_year_ || token.part == Part::kYear2;
    format.tokens_.push_back(token);
    pattern.remove_prefix(size);
  }
  if (years != 1 || months > 1 || days > 1 || days > months) {
    return InvalidArgument(Cat("the date format ", Quote(format.pattern_),
                               " must have one year (YYYY or YY), at most one month (MM, M, MON) and, with a month, at "
                               "most one day (DD, D)"));
  }
  return format;
}

DateFormat::Result DateFormat::Parse(std::string_view text, int pivot_year, model::PartialDate& date) const {
  int year = 0, month = 0, day = 0;
  for (const Token& token : tokens_) {
    std::optional<int> number;
    switch (token.part) {
      case Part::kLiteral:
        if (text.empty() || text.front() != token.literal) return Result::kNoMatch;
        text.remove_prefix(1);
        continue;
      case Part::kYear4:
        number = TakeNumber(text, 4, 4);
        year = number.value_or(0);
        break;
      case Part::kYear2:
        number = TakeNumber(text, 2, 2);
        year = pivot_year - ((pivot_year - number.value_or(0)) % 100 + 100) % 100;
        break;
      case Part::kMonth2:
      case Part::kMonth1:
        number = TakeNumber(text, token.part == Part::kMonth2 ? 2 : 1, 2);
        month = number.value_or(0);
        break;
      case Part::kMonthName:
        number = TakeMonthName(text);
        month = number.value_or(0);
        break;
      case Part::kDay2:
      case Part::kDay1:
        number = TakeNumber(text, token.part == Part::kDay2 ? 2 : 1, 2);
        day = number.value_or(0);
        break;
    }
    if (!number) return Result::kNoMatch;
  }
  if (!text.empty()) return Result::kNoMatch;
  // A part written as zeros is an unknown one in PartialDate, but "00/00/1980" is no date of the calendar: both
  // readings agree in keeping the year.
  absl::StatusOr<model::PartialDate> created = model::PartialDate::Create(year, month, day);
  if (!created.ok()) return Result::kImpossible;
  date = *created;
  return Result::kDate;
}

}  // namespace wensum::ingest
