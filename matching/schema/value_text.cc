#include "matching/schema/value_text.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>
#include <vector>

#include "base/strings.h"
#include "matching/compare/date_slip.h"
#include "matching/text/fold.h"
#include "matching/text/surname_form.h"

namespace wensum::matching {
namespace {

constexpr std::array<std::string_view, 22> kPlaceholders = {
    "UNKNOWN",  "UNK",  "NOT KNOWN", "NOT STATED", "NOT GIVEN",    "NOT RECORDED", "NOT APPLICABLE",
    "N A",      "NONE", "NULL",      "NIL",        "TBC",          "TBA",          "TEST",
    "XX",       "XXX",  "XXXX",      "DECEASED",   "THE OCCUPIER", "OCCUPIER",     "ANON",
    "ANONYMOUS"};

bool IsPlaceholder(std::string_view folded) { return std::ranges::find(kPlaceholders, folded) != kPlaceholders.end(); }

// Cuts at a character's start.
std::string_view Shorten(std::string_view text, size_t limit) {
  if (text.size() <= limit) return text;
  while (limit > 0 && (static_cast<unsigned char>(text[limit]) & 0xC0U) == 0x80U) --limit;
  return text.substr(0, limit);
}

// What is folded is at most a few times the limit, however long the text.
std::string Folded(std::string_view raw) {
  std::string folded = FoldText(Shorten(raw, 4 * kMaxValueBytes));
  return IsPlaceholder(folded) ? std::string() : folded;
}

std::string FoldedWords(std::string_view raw) {
  const std::string folded = Folded(raw);
  std::string words;
  size_t count = 0;
  for (const std::string_view token : FoldedTokens(folded)) {
    const std::string_view kept = Shorten(token, kMaxTokenBytes);
    if (count++ == kMaxTokens || words.size() + kept.size() + 1 > kMaxValueBytes) break;
    AppendTo(words, words.empty() ? "" : " ", kept);
  }
  return words;
}

bool AllEqual(std::string_view text) {
  return std::ranges::all_of(text, [text](char c) { return c == text.front(); });
}

std::string Code(std::string_view raw) {
  std::string code = Folded(raw);
  std::erase(code, ' ');
  code = std::string(Shorten(code, kMaxTokenBytes));
  return code.size() > 2 && AllEqual(code) ? std::string() : code;
}

std::string Phone(std::string_view raw) {
  std::string digits;
  for (const char c : raw) {
    if (IsDigit(c) && digits.size() < 20) digits.push_back(c);
  }
  if (digits.starts_with("0044")) {
    digits.replace(0, 4, "0");
  } else if (digits.starts_with("44") && digits.size() > 11) {
    digits.replace(0, 2, "0");
  }
  const bool same_but_first = digits.size() > 1 && AllEqual(std::string_view(digits).substr(1));
  return digits.size() < 5 || same_but_first ? std::string() : digits;
}

std::string Email(std::string_view raw) {
  std::string email = ToUpperAscii(Shorten(Trim(raw), kMaxTokenBytes));  // a lost '@' is a typing slip like others
  return email.find('.') == std::string::npos || IsPlaceholder(FoldText(email)) ? std::string() : email;
}

std::optional<int> MonthByName(std::string_view text) {
  constexpr std::array<std::string_view, 12> kMonths = {"JAN", "FEB", "MAR", "APR", "MAY", "JUN",
                                                        "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"};
  const std::string upper = ToUpperAscii(text.substr(0, 3));
  const auto found = std::ranges::find(kMonths, upper);
  return found == kMonths.end() ? std::nullopt : std::optional<int>(static_cast<int>(found - kMonths.begin()) + 1);
}

std::string Pad(int value, size_t width) {
  std::string digits = std::to_string(value);
  return digits.size() < width ? std::string(width - digits.size(), '0') + digits : digits;
}

// Runs of digits and of letters.
std::vector<std::string_view> DateParts(std::string_view text) {
  std::vector<std::string_view> parts;
  const auto kind = [](char c) { return IsDigit(c) ? 1 : IsLetter(c) ? 2 : 0; };
  for (size_t i = 0; i < text.size() && parts.size() < 4;) {
    size_t end = i + 1;
    while (end < text.size() && kind(text[end]) == kind(text[i])) ++end;
    if (kind(text[i]) != 0) parts.push_back(text.substr(i, end - i));
    i = end;
  }
  return parts;
}

// The date of three parts, or empty if they make none.
std::string FromParts(std::string_view first, std::string_view second, std::string_view third) {
  const bool year_first = first.size() == 4;
  const auto year = ParseInteger<int>(year_first ? first : third);
  const auto day = ParseInteger<int>(year_first ? third : first);
  const auto month = IsLetter(second.front()) ? MonthByName(second) : ParseInteger<int>(second);
  if (!year || !day || !month || (year_first ? first : third).size() != 4 || *day > 99 || *month > 99) return {};
  return Cat(Pad(*year, 4), Pad(*month, 2), Pad(*day, 2));
}

std::string Date(std::string_view raw) {
  const std::string_view text = Trim(Shorten(raw, kMaxTokenBytes));
  const std::vector<std::string_view> parts = DateParts(text);
  std::string digits;
  if (parts.size() >= 3) digits = FromParts(parts[0], parts[1], parts[2]);
  if (digits.empty()) {
    for (const char c : text) {
      if (IsDigit(c) && digits.size() < 8) digits.push_back(c);
    }
    if (digits.size() < 4) return {};
    digits.resize(8, '0');
  }
  return IsDummyDate(PackDigits(digits)) ? std::string() : digits;
}

}  // namespace

std::string ValueText(AttributeType type, std::string_view raw) {
  switch (type) {
    case AttributeType::kDate:
      return Date(raw);
    case AttributeType::kPostcode:
    case AttributeType::kCode:
    case AttributeType::kReference:
      return Code(raw);
    case AttributeType::kPhone:
      return Phone(raw);
    case AttributeType::kEmail:
      return Email(raw);
    case AttributeType::kSurname:
      return JoinSurnamePrefixes(FoldedWords(raw));
    default:
      return FoldedWords(raw);
  }
}

std::string ValueSetText(AttributeType type, std::string_view raw) {
  if (IsNameType(type) || raw.find(kAlternativeSeparator) == std::string_view::npos) return ValueText(type, raw);
  std::vector<std::string> values;
  while (!raw.empty() && values.size() < kMaxAlternatives) {
    const size_t end = std::min(raw.find(kAlternativeSeparator), raw.size());
    std::string value = ValueText(type, raw.substr(0, end));
    if (!value.empty() && std::ranges::find(values, value) == values.end()) values.push_back(std::move(value));
    raw.remove_prefix(std::min(raw.size(), end + 1));
  }
  std::ranges::sort(values);
  return Join(values, std::string_view(&kAlternativeSeparator, 1));
}

uint32_t PackDigits(std::string_view date_value) {
  uint32_t packed = 0;
  for (size_t i = 0; i < 8; ++i) {
    const bool digit = i < date_value.size() && IsDigit(date_value[i]);
    packed = (packed << 4) | (digit ? static_cast<uint32_t>(date_value[i] - '0') : 15U);
  }
  return packed;
}

}  // namespace wensum::matching
