#include "import/odbc/field_text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <optional>

#include "base/status_macros.h"
#include "base/strings.h"

namespace wensum::ingest {
namespace {

// True if `text` has digits where `shape` has 9 and otherwise its characters.
bool HasShape(std::string_view text, std::string_view shape) {
  return std::ranges::equal(text, shape, [](char c, char s) { return s == '9' ? IsDigit(c) : c == s; });
}

// Of YYYY-MM-DD.
std::chrono::year_month_day CalendarDate(std::string_view date) {
  const auto number = [date](size_t at, size_t size) {
    int value = 0;
    for (const char c : date.substr(at, size)) value = value * 10 + (c - '0');
    return value;
  };
  return {std::chrono::year(number(0, 4)), std::chrono::month(static_cast<unsigned>(number(5, 2))),
          std::chrono::day(static_cast<unsigned>(number(8, 2)))};
}

// The fraction with its point, without zeros at its end; nullopt if it is none.
std::optional<std::string_view> Fraction(std::string_view text) {
  if (text.empty()) return text;
  if (text.front() != '.' || !IsDigits(text.substr(1))) return std::nullopt;
  while (text.back() == '0') text.remove_suffix(1);
  return text == "." ? std::string_view() : text;
}

}  // namespace

bool AppendCanonicalTime(FieldKind kind, std::string_view text, bool zeros, std::string& out) {
  const std::string_view date = text.substr(0, 10);
  if (!HasShape(date, "9999-99-99")) return false;
  if (!zeros && !CalendarDate(date).ok()) return false;
  if (kind == FieldKind::kDate) {
    // Some drivers write a date of Oracle, which knows a time, with it.
    if (text.size() != 10 && !HasShape(text.substr(10), " 00:00:00")) return false;
    out.append(date);
    return true;
  }
  const std::string_view time = text.size() == 10 ? " 00:00:00" : text.substr(10, 9);
  if (!HasShape(time, " 99:99:99") && !HasShape(time, "T99:99:99")) return false;
  const std::optional<std::string_view> fraction = Fraction(text.size() <= 19 ? std::string_view() : text.substr(19));
  if (!fraction.has_value()) return false;
  AppendTo(out, date, 'T', time.substr(1), *fraction, kind == FieldKind::kInstant ? "Z" : "");
  return true;
}

void AppendFloat(double value, bool single, std::string& out) {
  if (std::isnan(value)) {
    out.append("NaN");
  } else if (std::isinf(value)) {
    out.append(value > 0 ? "Infinity" : "-Infinity");
  } else {
    char buffer[32];
    const auto result = single ? std::to_chars(buffer, buffer + sizeof(buffer), static_cast<float>(value))
                               : std::to_chars(buffer, buffer + sizeof(buffer), value);
    out.append(buffer, result.ptr);
  }
}

bool AppendUtf8(std::span<const char16_t> units, std::string& out) {
  for (size_t i = 0; i < units.size(); ++i) {
    uint32_t c = units[i];
    if (c < 0x80) {
      out.push_back(static_cast<char>(c));
      continue;
    }
    if (c >= 0xD800 && c < 0xE000) {
      if (c >= 0xDC00 || i + 1 == units.size() || units[i + 1] < 0xDC00 || units[i + 1] >= 0xE000) return false;
      c = 0x10000 + ((c - 0xD800) << 10) + (units[++i] - 0xDC00U);
    }
    const auto tail = [&out, c](unsigned shift) { out.push_back(static_cast<char>(0x80 | ((c >> shift) & 0x3F))); };
    if (c < 0x800) {
      out.push_back(static_cast<char>(0xC0 | (c >> 6)));
    } else if (c < 0x10000) {
      out.push_back(static_cast<char>(0xE0 | (c >> 12)));
      tail(6);
    } else {
      out.push_back(static_cast<char>(0xF0 | (c >> 18)));
      tail(12);
      tail(6);
    }
    tail(0);
  }
  return true;
}

std::u16string ToUtf16(std::string_view text) {
  std::u16string out;
  for (size_t i = 0; i < text.size();) {
    const auto lead = static_cast<unsigned char>(text[i]);
    const size_t size = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    uint32_t c = size == 1 ? lead : lead & (0xFFU >> (size + 1));
    for (size_t k = 1; k < size && i + k < text.size(); ++k) {
      c = (c << 6) | (static_cast<unsigned char>(text[i + k]) & 0x3F);
    }
    if (c < 0x10000) {
      out.push_back(static_cast<char16_t>(c));
    } else {
      out.push_back(static_cast<char16_t>(0xD7C0 + (c >> 10)));
      out.push_back(static_cast<char16_t>(0xDC00 + (c & 0x3FF)));
    }
    i += size;
  }
  return out;
}

void AppendCsvField(std::string_view field, std::string& out) {
  // Much faster on short fields than find_first_of, which searches its set anew for each character.
  static constexpr auto kQuoted = [] {
    std::array<bool, 256> table{};
    for (const char c : {',', '"', '\r', '\n'}) table[static_cast<unsigned char>(c)] = true;
    return table;
  }();
  if (std::ranges::none_of(field, [](char c) { return kQuoted[static_cast<unsigned char>(c)]; })) {
    out.append(field);
    return;
  }
  out.push_back('"');
  for (const char c : field) out.append(c == '"' ? 2 : 1, c);
  out.push_back('"');
}

absl::StatusOr<WatermarkValue> ParseWatermark(std::string_view text) {
  WatermarkValue value;
  if (const std::optional<int64_t> number = ParseInteger<int64_t>(text); number.has_value()) {
    value.is_number = true;
    value.number = *number;
    return value;
  }
  absl::Status wrong =
      InvalidArgument("a watermark is a whole number, or a date and time such as 2026-05-17 or 2026-05-17T08:30:00.25");
  std::string_view rest = text;
  if (rest.ends_with('Z')) rest.remove_suffix(1);
  std::string canonical;
  if (!AppendCanonicalTime(FieldKind::kTimestamp, rest, /*zeros=*/false, canonical)) return wrong;
  const auto part = [&canonical](size_t at, size_t size) {
    return ParseInteger<int>(std::string_view(canonical).substr(at, size)).value_or(-1);
  };
  value.year = part(0, 4);
  value.month = part(5, 2);
  value.day = part(8, 2);
  value.hour = part(11, 2);
  value.minute = part(14, 2);
  value.second = part(17, 2);
  if (value.year < 1 || value.hour > 23 || value.minute > 59 || value.second > 59) return wrong;
  std::string digits = canonical.size() > 20 ? canonical.substr(20) : std::string();
  if (digits.size() > 9) return wrong;
  digits.append(9 - digits.size(), '0');
  value.nanosecond = ParseInteger<uint32_t>(digits).value_or(0);
  return value;
}

WatermarkValue Earlier(WatermarkValue value, int64_t seconds) {
  using std::chrono::sys_seconds;
  const std::chrono::sys_days first = std::chrono::year(1) / 1 / 1;
  const sys_seconds given = std::chrono::sys_days(std::chrono::year(value.year) / value.month / value.day) +
                            std::chrono::hours(value.hour) + std::chrono::minutes(value.minute) +
                            std::chrono::seconds(value.second);
  const sys_seconds time = std::max<sys_seconds>(given - std::chrono::seconds(seconds), first);
  const auto days = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(days);
  const std::chrono::hh_mm_ss clock(time - days);
  value.year = static_cast<int>(date.year());
  value.month = static_cast<int>(static_cast<unsigned>(date.month()));
  value.day = static_cast<int>(static_cast<unsigned>(date.day()));
  value.hour = static_cast<int>(clock.hours().count());
  value.minute = static_cast<int>(clock.minutes().count());
  value.second = static_cast<int>(clock.seconds().count());
  return value;
}

}  // namespace wensum::ingest
