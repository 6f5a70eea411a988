#include "gazetteer/rules/text_rules.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>

#include "base/strings.h"

namespace wensum::llpg {
namespace {

using Words = std::span<const std::string_view>;

// Characters of ISO 8859-14 above U+00FF, ascending.
constexpr auto kCeltic =
    std::to_array<uint32_t>({0x010A, 0x010B, 0x0120, 0x0121, 0x0174, 0x0175, 0x0176, 0x0177, 0x0178, 0x1E02, 0x1E03,
                             0x1E0A, 0x1E0B, 0x1E1E, 0x1E1F, 0x1E40, 0x1E41, 0x1E56, 0x1E57, 0x1E60, 0x1E61, 0x1E6A,
                             0x1E6B, 0x1E80, 0x1E81, 0x1E82, 0x1E83, 0x1E84, 0x1E85, 0x1EF2, 0x1EF3});
static_assert(std::ranges::is_sorted(kCeltic));

bool InLatin8(uint32_t character) {
  if (character < 0x80) {
    return character >= 0x20 && character != 0x7F;
  }
  if (character > 0xFF) {
    return std::ranges::binary_search(kCeltic, character);
  }
  // Of ISO 8859-1's upper half it keeps the letters, all but eth, thorn, multiplication and division, and few signs.
  switch (character) {
    case 0xA0:
    case 0xA3:
    case 0xA7:
    case 0xA9:
    case 0xAD:
    case 0xAE:
    case 0xB6:
      return true;
    case 0xD0:
    case 0xD7:
    case 0xDE:
    case 0xF0:
    case 0xF7:
    case 0xFE:
      return false;
    default:
      return character >= 0xC0;
  }
}

// The length of the UTF-8 character at the start of `text`, which starts with a byte above 0x7F, and its value; length
// 1 and value 0 if it is not well-formed.
struct Decoded {
  size_t length = 1;
  uint32_t value = 0;
};
Decoded Decode(std::string_view text) {
  const auto byte = [&](size_t i) { return static_cast<uint32_t>(static_cast<unsigned char>(text[i])); };
  const size_t length = byte(0) >= 0xF0 ? 4 : (byte(0) >= 0xE0 ? 3 : 2);
  if (text.size() < length || !IsValidUtf8(text.substr(0, length))) {
    return {};
  }
  uint32_t value = byte(0) & (0xFFU >> (length + 1));
  for (size_t i = 1; i < length; ++i) {
    value = (value << 6) | (byte(i) & 0x3F);
  }
  return {length, value};
}

constexpr char Upper(char c) { return IsLower(c) ? static_cast<char>(c - 'a' + 'A') : c; }

// Takes the next word of letters and digits off the front of `rest`; empty at the end.
std::string_view NextWord(std::string_view& rest) {
  const auto in_word = [](char c) {
    return IsLetter(c) || IsDigit(c) || static_cast<unsigned char>(c) >= 0x80 || c == '\'';
  };
  size_t begin = 0;
  while (begin < rest.size() && !in_word(rest[begin])) {
    ++begin;
  }
  size_t end = begin;
  while (end < rest.size() && in_word(rest[end])) {
    ++end;
  }
  const std::string_view word = rest.substr(begin, end - begin);
  rest.remove_prefix(end);
  return word;
}

bool Among(std::string_view word, Words words) {
  return std::ranges::any_of(words, [word](std::string_view other) { return EqualsIgnoreCaseAscii(word, other); });
}

std::string_view FirstAmong(std::string_view text, Words words) {
  for (std::string_view word = NextWord(text); !word.empty(); word = NextWord(text)) {
    if (Among(word, words)) {
      return word;
    }
  }
  return {};
}

}  // namespace

size_t CharacterCount(std::string_view text) {
  return static_cast<size_t>(
      std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

std::string_view OutsideLatin8(std::string_view text) {
  for (size_t i = 0; i < text.size();) {
    const auto byte = static_cast<unsigned char>(text[i]);
    const Decoded character = byte < 0x80 ? Decoded{1, byte} : Decode(text.substr(i));
    if (!InLatin8(character.value)) {
      return text.substr(i, character.length);
    }
    i += character.length;
  }
  return {};
}

bool HasDoubleSpace(std::string_view text) { return text.find("  ") != std::string_view::npos; }

bool BracketsBalanced(std::string_view text) {
  std::array<char, 8> open{};
  size_t depth = 0;
  for (const char c : text) {
    if (c == '(' || c == '[') {
      if (depth == open.size()) {
        return false;
      }
      open[depth++] = c == '(' ? ')' : ']';
    } else if (c == ')' || c == ']') {
      if (depth == 0 || open[--depth] != c) {
        return false;
      }
    }
  }
  return depth == 0;
}

char RepeatedPunctuation(std::string_view text) {
  constexpr std::string_view kMarks = ".,;:!?-&'\"/()[]+*";
  const auto found = std::ranges::adjacent_find(
      text, [&](char a, char b) { return a == b && kMarks.find(a) != std::string_view::npos; });
  return found == text.end() ? '\0' : *found;
}

char TripledLetter(std::string_view text) {
  for (size_t i = 0; i + 2 < text.size(); ++i) {
    const char letter = Upper(text[i]);
    const bool tripled = IsUpper(letter) && Upper(text[i + 1]) == letter && Upper(text[i + 2]) == letter;
    if (tripled && letter != 'I' && letter != 'X' && letter != 'W' && letter != 'C' && letter != 'M') {
      return letter;
    }
  }
  return '\0';
}

std::string_view AddressAbbreviation(std::string_view text) {
  static constexpr auto kWords = std::to_array<std::string_view>(
      {"APT", "AVE", "BLDG", "BLDGS", "BSMT", "CRES", "FLR", "FLT", "GDNS", "GRD", "HSE", "RD", "TERR"});
  return FirstAmong(text, kWords);
}

std::string_view StreetAbbreviation(std::string_view text) {
  static constexpr auto kWords = std::to_array<std::string_view>(
      {"AVE", "CL", "CRES", "CT", "DR", "GDNS", "GRN", "LN", "PK", "PL", "RD", "SQ", "TCE", "TERR"});
  const std::string_view found = FirstAmong(text, kWords);
  if (!found.empty()) {
    return found;
  }
  std::string_view last;
  for (std::string_view word = NextWord(text); !word.empty(); word = NextWord(text)) {
    last = word;
  }
  return EqualsIgnoreCaseAscii(last, "ST") ? last : std::string_view();
}

std::string_view AgainstConvention(std::string_view text) {
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == ',' || text[i] == '"' || text[i] == '&') {
      return text.substr(i, 1);
    }
    if (text[i] == '-' && i > 0) {
      size_t before = i - 1;
      while (before > 0 && text[before] == ' ') {
        --before;
      }
      size_t after = i + 1;
      while (after < text.size() && text[after] == ' ') {
        ++after;
      }
      if (after < text.size() && IsDigit(text[before]) && IsDigit(text[after])) {
        return text.substr(before, after - before + 1);
      }
    }
  }
  return {};
}

bool ReadsLikeDescription(std::string_view text) {
  static constexpr auto kOpeners =
      std::to_array<std::string_view>({"ADJACENT", "BETWEEN", "FROM", "LEADING", "OFF", "REAR"});
  std::string_view rest = text;
  if (Among(NextWord(rest), kOpeners)) {
    return true;
  }
  bool from = false;
  for (std::string_view word = NextWord(rest); !word.empty(); word = NextWord(rest)) {
    if (from && EqualsIgnoreCaseAscii(word, "TO")) {
      return true;
    }
    from = from || EqualsIgnoreCaseAscii(word, "FROM");
  }
  return false;
}

bool IsRoadNumber(std::string_view text) {
  constexpr size_t kLongest = 8;
  const auto allowed = [](char c) { return IsLetter(c) || IsDigit(c) || c == '(' || c == ')' || c == '-'; };
  return !text.empty() && text.size() <= kLongest && IsLetter(text.front()) && std::ranges::any_of(text, IsDigit) &&
         std::ranges::all_of(text, allowed);
}

}  // namespace wensum::llpg
