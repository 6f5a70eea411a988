#include "sample/text.h"

#include "base/strings.h"
#include "sample/dates.h"

namespace wensum::sample {
namespace {

// ASCII forms of U+00C0 to U+017F; "." stands for a character that is no letter.
constexpr std::string_view kLatin1Fold =
    "AAAAAAACEEEEIIII"
    "DNOOOOO.OUUUUYTs"
    "aaaaaaaceeeeiiii"
    "dnooooo.ouuuuyty";
constexpr std::string_view kExtendedFold =
    "AaAaAaCcCcCcCcDdDdEeEeEeEeEeGgGgGgGgHhHhIiIiIiIiIiIiJjKkkLlLlLlL"
    "lLlNnNnNnnNnOoOoOoOoRrRrRrSsSsSsSsTtTtTtUuUuUuUuUuUuWwYyYZzZzZzs";

// The code point that starts at `at`, which moves past it; `utf8` must be well formed up to U+FFFF.
uint32_t NextCodePoint(std::string_view utf8, size_t& at) {
  const auto byte = [&](size_t i) { return static_cast<uint32_t>(static_cast<unsigned char>(utf8[i])); };
  const uint32_t lead = byte(at++);
  if (lead < 0x80 || at >= utf8.size()) return lead;
  if (lead < 0xE0) return ((lead & 0x1F) << 6) | (byte(at++) & 0x3F);
  if (at + 1 >= utf8.size()) return lead;
  const uint32_t high = byte(at++) & 0x3F;
  return ((lead & 0x0F) << 12) | (high << 6) | (byte(at++) & 0x3F);
}

void AppendFolded(std::string& out, uint32_t code_point) {
  if (code_point < 0x80) {
    out.push_back(static_cast<char>(code_point));
  } else if (code_point == 0xDF) {
    out.append("ss");
  } else if (code_point >= 0xC0 && code_point <= 0xFF && kLatin1Fold[code_point - 0xC0] != '.') {
    out.push_back(kLatin1Fold[code_point - 0xC0]);
  } else if (code_point >= 0x100 && code_point <= 0x17F) {
    out.push_back(kExtendedFold[code_point - 0x100]);
  } else {
    out.push_back('?');
  }
}

static_assert(kLatin1Fold.size() == 64);
static_assert(kExtendedFold.size() == 128);

std::string Padded(int value, int width) {
  std::string text = Cat(value);
  while (static_cast<int>(text.size()) < width) {
    text.insert(text.begin(), '0');
  }
  return text;
}

}  // namespace

std::string FoldToAscii(std::string_view utf8) {
  std::string out;
  out.reserve(utf8.size());
  for (size_t at = 0; at < utf8.size();) {
    AppendFolded(out, NextCodePoint(utf8, at));
  }
  return out;
}

std::string ToWindows1252(std::string_view utf8) {
  std::string out;
  out.reserve(utf8.size());
  for (size_t at = 0; at < utf8.size();) {
    const uint32_t code_point = NextCodePoint(utf8, at);
    switch (code_point) {
      case 0x160:
        out.push_back('\x8A');
        break;
      case 0x161:
        out.push_back('\x9A');
        break;
      case 0x17D:
        out.push_back('\x8E');
        break;
      case 0x17E:
        out.push_back('\x9E');
        break;
      default:
        if (code_point >= 0xA0 && code_point <= 0xFF) {
          out.push_back(static_cast<char>(code_point));
        } else {
          AppendFolded(out, code_point);
        }
    }
  }
  return out;
}

std::string Capitals(std::string_view utf8) { return ToUpperAscii(FoldToAscii(utf8)); }

std::string_view FirstCharacter(std::string_view utf8) {
  if (utf8.empty()) return utf8;
  size_t at = 0;
  NextCodePoint(utf8, at);
  return utf8.substr(0, at);
}

void AppendCsvRow(std::string& out, const std::vector<std::string>& cells, const CsvDialect& dialect) {
  bool first = true;
  for (const std::string& cell : cells) {
    if (!first) out.push_back(dialect.delimiter);
    first = false;
    const std::string text = dialect.windows_1252 ? ToWindows1252(cell) : cell;
    const bool quote = dialect.quote_all || text.find(dialect.delimiter) != std::string::npos ||
                       text.find_first_of("\"\r\n") != std::string::npos;
    if (!quote) {
      out.append(text);
      continue;
    }
    out.push_back('"');
    for (const char c : text) {
      if (c == '"') out.push_back('"');
      out.push_back(c);
    }
    out.push_back('"');
  }
  out.append(dialect.line_end);
}

std::string FormatDate(Civil date, DateStyle style) {
  static constexpr std::string_view kMonths[] = {"JAN", "FEB", "MAR", "APR", "MAY", "JUN",
                                                 "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"};
  const std::string day = Padded(date.day, 2);
  const std::string month = Padded(date.month, 2);
  const std::string year = Padded(date.year, 4);
  switch (style) {
    case DateStyle::kSlashes:
      return Cat(day, "/", month, "/", year);
    case DateStyle::kSlashesTwoDigit:
      return Cat(day, "/", month, "/", year.substr(2));
    case DateStyle::kMonthName:
      return Cat(day, "-", kMonths[date.month - 1], "-", year);
    case DateStyle::kCompact:
      return Cat(year, month, day);
    case DateStyle::kIso:
      break;
  }
  return Cat(year, "-", month, "-", day);
}

}  // namespace wensum::sample
