#include "matching/text/fold.h"

#include <unicode/locid.h>
#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <unicode/uscript.h>

#include <algorithm>
#include <cstdint>

#include "base/strings.h"
#include "matching/text/transliterate.h"

namespace wensum::matching {
namespace {

// Signs within a word: apostrophes, primes and the letters that stand for them in transliterations.
bool IsApostrophe(UChar32 c) {
  switch (c) {
    case 0x27:
    case 0x60:
    case 0xB4:
    case 0x2B9:
    case 0x2BA:
    case 0x2BB:
    case 0x2BC:
    case 0x2BD:
    case 0x2BE:
    case 0x2BF:
    case 0x2C0:
    case 0x2C1:
    case 0x2C8:
    case 0x2EE:
    case 0x55A:
    case 0x5F3:
    case 0x5F4:
    case 0x640:  // Arabic lengthening
    case 0x2018:
    case 0x2019:
    case 0x201B:
    case 0x2032:
    case 0x2033:
    case 0xA78B:
    case 0xA78C:
    case 0xFF07:
      return true;
    default:
      return false;
  }
}

// True for a mark that is written on a letter and left out in comparable text. The vowel signs of the scripts of India
// and South East Asia and the voicing marks of Japanese are marks too, but without them names are other names.
bool IsDroppedMark(UChar32 c) {
  constexpr UChar32 kVoiced = 0x3099;
  constexpr UChar32 kHalfVoiced = 0x309A;
  if ((U_GET_GC_MASK(c) & U_GC_M_MASK) == 0 || c == kVoiced || c == kHalfVoiced) return false;
  UErrorCode error = U_ZERO_ERROR;
  switch (uscript_getScript(c, &error)) {
    case USCRIPT_INHERITED:
    case USCRIPT_ARABIC:
    case USCRIPT_CYRILLIC:
    case USCRIPT_GREEK:
    case USCRIPT_HEBREW:
    case USCRIPT_LATIN:
    case USCRIPT_SYRIAC:
      return true;
    default:
      return false;
  }
}

// Letters of one sound that writers and keyboards of the Arabic script use for one another.
UChar32 UsualLetter(UChar32 c) {
  switch (c) {
    case 0x629:  // teh marbuta
    case 0x6C1:
    case 0x6D5:
      return 0x647;  // heh
    case 0x649:      // alef maksura
    case 0x6CC:      // Farsi yeh
      return 0x64A;
    case 0x6A9:  // keheh
      return 0x643;
    case 0x671:  // alef wasla
      return 0x627;
    default:
      return c;
  }
}

// Collects letters and digits, with one space for each run of anything else between them.
class Collector {
 public:
  explicit Collector(size_t size_hint) { out_.reserve(size_hint); }
  void Gap() { gap_ = !out_.empty(); }
  void Add(std::string_view piece) {
    if (gap_) {
      out_.push_back(' ');
      gap_ = false;
    }
    out_.append(piece);
  }
  std::string Take() { return std::move(out_); }

 private:
  std::string out_;
  bool gap_ = false;
};

std::string FoldAscii(std::string_view text) {
  Collector out(text.size());
  for (char c : text) {
    if (IsLower(c)) {
      c = static_cast<char>(c - 'a' + 'A');
    }
    if (IsUpper(c) || IsDigit(c)) {
      out.Add(std::string_view(&c, 1));
    } else if (c != '\'' && c != '`') {
      out.Gap();
    }
  }
  return out.Take();
}

icu::UnicodeString Decompose(const icu::UnicodeString& text) {
  UErrorCode error = U_ZERO_ERROR;
  const icu::Normalizer2* nfkd = icu::Normalizer2::getNFKDInstance(error);
  if (U_FAILURE(error)) {
    return text;
  }
  icu::UnicodeString out = nfkd->normalize(text, error);
  return U_FAILURE(error) ? text : out;
}

// The letters in Latin spelling where there is one, with one space for each run of spaces.
std::string JoinLetters(const icu::UnicodeString& text, size_t size_hint) {
  std::u32string letters;
  for (int32_t i = 0; i < text.length(); i += U16_LENGTH(text.char32At(i))) {
    letters.push_back(static_cast<char32_t>(text.char32At(i)));
  }
  Collector out(size_hint);
  for (size_t i = 0; i < letters.size();) {
    if (letters[i] == U' ') {
      out.Gap();
      ++i;
    } else if (const LatinSpelling latin = SpellInLatin(letters, i); latin.letters > 0) {
      if (!latin.text.empty()) out.Add(latin.text);
      i += latin.letters;
    } else {
      std::string utf8;
      icu::UnicodeString(static_cast<UChar32>(letters[i])).toUTF8String(utf8);
      out.Add(utf8);
      ++i;
    }
  }
  return out.Take();
}

std::string FoldUnicode(std::string_view text) {
  icu::UnicodeString unicode =
      icu::UnicodeString::fromUTF8(icu::StringPiece(text.data(), static_cast<int32_t>(text.size())));
  // Case mapping can compose and decomposition can uncover small letters, hence twice.
  unicode = Decompose(Decompose(unicode).foldCase().toUpper(icu::Locale::getRoot()));
  icu::UnicodeString kept;  // a space for all that is no letter or digit
  bool has_marks = false;
  for (int32_t i = 0; i < unicode.length();) {
    const UChar32 c = unicode.char32At(i);
    i += U16_LENGTH(c);
    if (IsDroppedMark(c) || IsApostrophe(c) || u_charType(c) == U_FORMAT_CHAR) continue;
    const bool mark = (U_GET_GC_MASK(c) & U_GC_M_MASK) != 0;
    has_marks |= mark;
    const int32_t digit = u_charDigitValue(c);
    if (digit >= 0) {
      kept.append(static_cast<UChar32>('0' + digit));
    } else {
      kept.append(mark || u_isalnum(c) ? UsualLetter(c) : UChar32{' '});
    }
  }
  return JoinLetters(has_marks ? Decompose(kept) : kept, text.size());  // marks that have met anew want their order
}

}  // namespace

std::string FoldText(std::string_view text) {
  const bool ascii = std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
  return ascii ? FoldAscii(text) : FoldUnicode(text);
}

std::vector<std::string_view> FoldedTokens(std::string_view folded) {
  std::vector<std::string_view> tokens;
  size_t begin = 0;
  while (begin < folded.size()) {
    const size_t end = std::min(folded.find(' ', begin), folded.size());
    if (end > begin) {
      tokens.push_back(folded.substr(begin, end - begin));
    }
    begin = end + 1;
  }
  return tokens;
}

}  // namespace wensum::matching
