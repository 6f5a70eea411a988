#include "import/letter_case.h"

#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include <array>
#include <vector>

namespace wensum::ingest {
namespace {

constexpr UChar32 kReplacement = 0xFFFD;

std::vector<UChar32> Characters(std::string_view text) {
  std::vector<UChar32> out;
  out.reserve(text.size());
  const auto* const bytes = reinterpret_cast<const uint8_t*>(text.data());
  const auto size = static_cast<int32_t>(text.size());
  for (int32_t at = 0; at < size;) {
    UChar32 c = 0;
    U8_NEXT_OR_FFFD(bytes, at, size, c);
    out.push_back(c);
  }
  return out;
}

void AppendCharacter(std::string& out, UChar32 c) {
  std::array<uint8_t, U8_MAX_LENGTH> bytes{};
  int32_t size = 0;
  UBool error = 0;
  U8_APPEND(bytes.data(), size, static_cast<int32_t>(bytes.size()), c, error);
  if (error != 0) {
    AppendCharacter(out, kReplacement);
    return;
  }
  for (int32_t i = 0; i < size; ++i) out.push_back(static_cast<char>(bytes[static_cast<size_t>(i)]));
}

bool IsApostrophe(UChar32 c) { return c == '\'' || c == 0x2019; }

// Whether the letter at `i` gets a capital in a title.
bool BeginsWord(const std::vector<UChar32>& text, size_t i) {
  if (i == 0) return true;
  const UChar32 before = text[i - 1];
  if (IsApostrophe(before)) {
    return i == 1 || u_isalpha(text[i - 2]) == 0 || (i + 1 < text.size() && u_isalpha(text[i + 1]) != 0);
  }
  return u_isalnum(before) == 0 && u_charType(before) != U_NON_SPACING_MARK;
}

}  // namespace

std::string WithCase(std::string_view text, LetterCase letter_case) {
  const std::vector<UChar32> characters = Characters(text);
  std::string out;
  out.reserve(text.size());
  for (size_t i = 0; i < characters.size(); ++i) {
    const UChar32 c = characters[i];
    switch (letter_case) {
      case LetterCase::kUpper:
        AppendCharacter(out, u_toupper(c));
        break;
      case LetterCase::kLower:
        AppendCharacter(out, u_tolower(c));
        break;
      case LetterCase::kTitle:
        AppendCharacter(out, BeginsWord(characters, i) ? u_totitle(c) : u_tolower(c));
        break;
    }
  }
  return out;
}

}  // namespace wensum::ingest
