#include "import/contract.h"

#include <algorithm>
#include <string_view>

#include "base/strings.h"

namespace wensum::ingest {
namespace {

// Whether `a` is before `b` for certain, as far as both are known.
bool IsBefore(model::PartialDate a, model::PartialDate b) {
  if (a.year != b.year) return a.year < b.year;
  if (a.month == 0 || b.month == 0) return false;
  if (a.month != b.month) return a.month < b.month;
  return a.day != 0 && b.day != 0 && a.day < b.day;
}

model::PartialDate DateOf(const DateBound& bound, model::PartialDate today) { return bound.today ? today : bound.date; }

std::string TextOf(const DateBound& bound) { return bound.today ? "today" : bound.date.ToString(); }

bool IsBetween(const ContractRule& rule, RowValues row, const NullValues& nulls, model::PartialDate today) {
  constexpr int kPivotWithoutToday = 2029;
  const model::PartialDate date = rule.date.Apply(row, nulls, today.empty() ? kPivotWithoutToday : today.year).date;
  if (date.empty()) return false;
  if (rule.date_from) {
    const model::PartialDate from = DateOf(*rule.date_from, today);
    if (!from.empty() && IsBefore(date, from)) return false;
  }
  if (!rule.date_to) return true;
  const model::PartialDate to = DateOf(*rule.date_to, today);
  return to.empty() || !IsBefore(to, date);
}

bool IsBetween(const ContractRule& rule, std::string_view value) {
  const std::optional<double> number = ParseDouble(value);
  return number && (!rule.from || *number >= *rule.from) && (!rule.to || *number <= *rule.to);
}

template <typename Text>
std::string Range(const std::string& what, const std::optional<Text>& from, const std::optional<Text>& to) {
  if (!to) return Cat("The value must be ", what, " from ", *from, " on.");
  if (!from) return Cat("The value must be ", what, " up to ", *to, ".");
  return Cat("The value must be ", what, " from ", *from, " to ", *to, ".");
}

std::optional<std::string> OptionalText(const std::optional<DateBound>& bound) {
  return bound ? std::optional<std::string>(TextOf(*bound)) : std::nullopt;
}

}  // namespace

std::optional<size_t> ContractRule::Broken(RowValues row, const NullValues& nulls, model::PartialDate today) const {
  if (test == Test::kRequired) {
    for (const size_t column : columns) {
      if (row[column].empty()) return column;
    }
    return std::nullopt;
  }
  const size_t column = columns.front();
  const std::string_view value = row[column];
  if (value.empty()) return std::nullopt;
  bool holds = true;
  switch (test) {
    case Test::kRequired:
      break;
    case Test::kMatches:
      holds = RE2::FullMatch(re2::StringPiece(value.data(), value.size()), *pattern);
      break;
    case Test::kOneOf:
      holds = values.contains(value);
      break;
    case Test::kDateBetween:
      holds = IsBetween(*this, row, nulls, today);
      break;
    case Test::kNumberBetween:
      holds = IsBetween(*this, value);
      break;
  }
  return holds ? std::nullopt : std::optional<size_t>(column);
}

std::string ContractRule::Sentence() const {
  switch (test) {
    case Test::kRequired:
      return "The column must not be empty.";
    case Test::kMatches:
      return Cat("The value must match ", Quote(pattern->pattern()), ".");
    case Test::kOneOf:
      return Cat("The value must be one of the ", values.size(), " that the contract lists.");
    case Test::kDateBetween:
      return Range("a date", OptionalText(date_from), OptionalText(date_to));
    case Test::kNumberBetween:
      return Range("a number", from, to);
  }
  return {};
}

std::optional<int64_t> ParseTenThousandths(std::string_view text) {
  constexpr size_t kPlaces = 4;
  const bool negative = !text.empty() && text.front() == '-';
  if (!text.empty() && (negative || text.front() == '+')) text.remove_prefix(1);
  const size_t point = std::min(text.find('.'), text.size());
  std::string_view decimals = text.substr(std::min(point + 1, text.size()));
  while (decimals.size() > kPlaces && decimals.back() == '0') decimals.remove_suffix(1);
  if (decimals.size() > kPlaces || (point == 0 && decimals.empty())) return std::nullopt;
  std::string digits(text.substr(0, point));
  digits.append(decimals).append(kPlaces - decimals.size(), '0');
  if (!IsDigits(digits)) return std::nullopt;
  const std::optional<int64_t> value = ParseInteger<int64_t>(digits);
  return value && negative ? -*value : value;
}

}  // namespace wensum::ingest
