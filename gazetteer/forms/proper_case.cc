#include "gazetteer/forms/proper_case.h"

#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <cstdint>
#include <span>

#include "gazetteer/forms/proper_case_tables.h"

namespace wensum::llpg {
namespace {

// A byte that is no part of well-formed UTF-8 stands as kRawByte + byte, above all code points.
constexpr UChar32 kRawByte = 0x110000;

using Letters = std::u32string;
using LettersView = std::u32string_view;

Letters Decode(std::string_view text) {
  Letters out;
  out.reserve(text.size());
  const char* const bytes = text.data();
  const auto size = static_cast<int64_t>(text.size());
  for (int64_t i = 0; i < size;) {
    const int64_t start = i;
    UChar32 c = 0;
    U8_NEXT(bytes, i, size, c);
    if (c >= 0) {
      out.push_back(static_cast<char32_t>(c));
      continue;
    }
    for (int64_t k = start; k < i; ++k) {
      out.push_back(static_cast<char32_t>(kRawByte + static_cast<uint8_t>(text[static_cast<size_t>(k)])));
    }
  }
  return out;
}

std::string Encode(LettersView letters) {
  std::string out;
  out.reserve(letters.size());
  for (const char32_t letter : letters) {
    if (letter >= static_cast<char32_t>(kRawByte)) {
      out.push_back(static_cast<char>(letter - static_cast<char32_t>(kRawByte)));
      continue;
    }
    char buffer[U8_MAX_LENGTH];
    size_t length = 0;
    U8_APPEND_UNSAFE(buffer, length, letter);
    out.append(buffer, length);
  }
  return out;
}

bool IsCodePoint(char32_t c) { return c < static_cast<char32_t>(kRawByte); }
bool IsDigitLetter(char32_t c) { return IsCodePoint(c) && u_isdigit(static_cast<UChar32>(c)) != 0; }
bool IsMark(char32_t c) { return IsCodePoint(c) && (U_GET_GC_MASK(static_cast<UChar32>(c)) & U_GC_M_MASK) != 0; }
bool IsAlpha(char32_t c) { return IsCodePoint(c) && u_isalpha(static_cast<UChar32>(c)) != 0; }
bool IsApostrophe(char32_t c) { return c == U'\'' || c == U'\u2019' || c == U'\u02BC'; }
// Inside a word, between its parts.
bool IsJoiner(char32_t c) { return c == U'-' || c == U'/' || c == U'&' || c == U'.'; }
bool IsWordLetter(char32_t c) { return IsAlpha(c) || IsMark(c) || IsDigitLetter(c) || IsApostrophe(c) || IsJoiner(c); }
// What a new beginning follows.
bool IsBreak(char32_t c) { return c == U',' || c == U'(' || c == U'"' || c == U';' || c == U':'; }

char32_t Upper(char32_t c) { return IsCodePoint(c) ? static_cast<char32_t>(u_toupper(static_cast<UChar32>(c))) : c; }

// Letters whose small form has another capital (the dotted I of Turkish) stay.
char32_t Lower(char32_t c) {
  if (!IsCodePoint(c)) {
    return c;
  }
  const auto lower = static_cast<char32_t>(u_tolower(static_cast<UChar32>(c)));
  return Upper(lower) == Upper(c) ? lower : c;
}

// The word in capitals as a key of the tables; empty for words that none of them has: long, or beyond ASCII.
std::string KeyOf(LettersView word) {
  constexpr size_t kLongestKey = 24;
  std::string key;
  if (word.size() > kLongestKey) {
    return key;
  }
  for (const char32_t letter : word) {
    const char32_t upper = Upper(letter);
    if (letter >= 0x80 || upper >= 0x80) {
      return {};
    }
    key.push_back(static_cast<char>(upper));
  }
  return key;
}

bool In(std::span<const std::string_view> table, std::string_view key) {
  return std::ranges::binary_search(table, key);
}

void AppendUpper(Letters& out, LettersView letters) { std::ranges::transform(letters, std::back_inserter(out), Upper); }
void AppendLower(Letters& out, LettersView letters) { std::ranges::transform(letters, std::back_inserter(out), Lower); }
void AppendTitle(Letters& out, LettersView letters) {
  AppendUpper(out, letters.substr(0, 1));
  AppendLower(out, letters.substr(std::min<size_t>(1, letters.size())));
}

// A part of a word without apostrophes and joiners.
void AppendName(Letters& out, LettersView name) {
  constexpr size_t kShortestMc = 4;
  if (name.size() >= kShortestMc && KeyOf(name.substr(0, 2)) == "MC") {
    AppendTitle(out, name.substr(0, 2));
    AppendTitle(out, name.substr(2));
  } else {
    AppendTitle(out, name);
  }
}

// A part of a word that has a digit: "12A", "B1108", "UNIT3B".
void AppendWithDigits(Letters& out, LettersView part, size_t first_digit) {
  constexpr size_t kLongestCode = 2;
  if (first_digit > kLongestCode) {
    AppendTitle(out, part.substr(0, first_digit));
    part.remove_prefix(first_digit);
  }
  AppendUpper(out, part);
}

// A part of a word without joiners.
void AppendPart(Letters& out, LettersView part) {
  const auto digit = std::ranges::find_if(part, IsDigitLetter);
  if (digit != part.end()) {
    AppendWithDigits(out, part, static_cast<size_t>(digit - part.begin()));
    return;
  }
  if (In(kAcronyms, KeyOf(part))) {
    AppendUpper(out, part);
    return;
  }
  bool first = true;
  bool capital = true;
  while (!part.empty()) {
    const size_t end = static_cast<size_t>(std::ranges::find_if(part, IsApostrophe) - part.begin());
    const LettersView name = part.substr(0, end);
    // After an apostrophe at the word's beginning, "O'" and the like, not before the single letter of "D'S".
    if (capital && (first || name.size() > 1)) {
      AppendName(out, name);
    } else {
      AppendLower(out, name);
    }
    const std::string key = KeyOf(name);
    capital = first && (name.empty() || key == "O" || key == "D" || key == "L");
    first = false;
    if (end == part.size()) {
      break;
    }
    out.push_back(part[end]);
    part.remove_prefix(end + 1);
  }
}

// Where a word stands in its component.
struct Place {
  bool beginning = true;      // of the component, or after a comma or bracket
  bool end = false;           // of the component
  bool after_number = false;  // after "12", "12A", or the letter of a flat
};

bool IsSmall(const std::string& key, const Place& place) {
  return !place.beginning && !place.end && In(kSmallWords, key) && !(place.after_number && In(kArticles, key));
}

// A word with its joiners.
void AppendWord(Letters& out, LettersView word, const Place& place) {
  const std::string key = KeyOf(word);
  const auto* const spelling = std::ranges::lower_bound(kSpellings, key, {}, &Spelling::capitals);
  if (spelling != std::end(kSpellings) && spelling->capitals == key) {
    out.append(spelling->proper.begin(), spelling->proper.end());
    return;
  }
  if (IsSmall(key, place)) {
    AppendLower(out, word);
    return;
  }
  for (bool first = true; !word.empty(); first = false) {
    const size_t end = static_cast<size_t>(std::ranges::find_if(word, IsJoiner) - word.begin());
    const LettersView part = word.substr(0, end);
    const bool before_hyphen = end < word.size() && word[end] == U'-';
    const bool after_hyphen = !first && out.back() == U'-';
    const std::string part_key = KeyOf(part);
    if (before_hyphen && after_hyphen && (In(kSmallWords, part_key) || In(kHyphenatedSmallWords, part_key))) {
      AppendLower(out, part);
    } else {
      AppendPart(out, part);
    }
    if (end == word.size()) {
      break;
    }
    out.push_back(word[end]);
    word.remove_prefix(end + 1);
  }
}

size_t WordEnd(LettersView text, size_t begin) {
  size_t end = begin;
  while (end < text.size() && IsWordLetter(text[end])) {
    ++end;
  }
  return end;
}

// True if the words without digits have capitals and small letters.
bool IsMixed(LettersView text) {
  bool upper = false;
  bool lower = false;
  for (size_t i = 0; i < text.size();) {
    const size_t end = WordEnd(text, i);
    const LettersView word = text.substr(i, end - i);
    if (std::ranges::none_of(word, IsDigitLetter)) {
      upper = upper || std::ranges::any_of(word, [](char32_t c) { return IsCodePoint(c) && Lower(c) != c; });
      lower = lower || std::ranges::any_of(word, [](char32_t c) { return IsCodePoint(c) && Upper(c) != c; });
    }
    i = std::max(end, i + 1);
  }
  return upper && lower;
}

}  // namespace

std::string ProperCase(std::string_view text) {
  const Letters letters = Decode(text);
  const LettersView view = letters;
  if (IsMixed(view)) {
    return std::string(text);
  }
  // Where the last word begins.
  size_t last = view.size();
  while (last > 0 && !IsWordLetter(view[last - 1])) {
    --last;
  }
  while (last > 0 && IsWordLetter(view[last - 1])) {
    --last;
  }
  Letters out;
  out.reserve(view.size());
  Place place;
  for (size_t i = 0; i < view.size();) {
    const size_t end = WordEnd(view, i);
    if (end == i) {
      place.beginning = place.beginning || IsBreak(view[i]);
      out.push_back(view[i++]);
      continue;
    }
    const LettersView word = view.substr(i, end - i);
    place.end = i == last;
    AppendWord(out, word, place);
    place.beginning = false;
    place.after_number = IsDigitLetter(word[0]) || word.size() == 1;
    i = end;
  }
  return Encode(out);
}

std::string UpperCase(std::string_view text) {
  Letters out;
  AppendUpper(out, Decode(text));
  return Encode(out);
}

}  // namespace wensum::llpg
