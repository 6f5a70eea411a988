#include "matching/text/fold.h"

#include <unicode/locid.h>
#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>

#include <algorithm>
#include <cstdint>

#include "base/strings.h"

namespace wensum::matching {
namespace {

bool IsApostrophe(UChar32 c) {
  switch (c) {
    case 0x27:
    case 0x60:
    case 0xB4:
    case 0x2018:
    case 0x2019:
    case 0x201B:
    case 0x2032:
    case 0x02B9:
    case 0x02BB:
    case 0x02BC:
    case 0x02C8:
    case 0xFF07:
      return true;
    default:
      return false;
  }
}

// Capital letters that NFKD leaves whole but English readers spell in ASCII. nullptr for all others.
const char* AsciiSpelling(UChar32 c) {
  switch (c) {
    case 0xC6:
      return "AE";
    case 0xD0:
    case 0x110:
      return "D";
    case 0xD8:
      return "O";
    case 0xDE:
      return "TH";
    case 0x126:
      return "H";
    case 0x131:
      return "I";
    case 0x141:
      return "L";
    case 0x14A:
      return "NG";
    case 0x152:
      return "OE";
    case 0x166:
      return "T";
    default:
      return nullptr;
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

std::string FoldUnicode(std::string_view text) {
  icu::UnicodeString unicode =
      icu::UnicodeString::fromUTF8(icu::StringPiece(text.data(), static_cast<int32_t>(text.size())));
  // Case mapping can compose and decomposition can uncover small letters, hence twice.
  unicode = Decompose(Decompose(unicode).foldCase().toUpper(icu::Locale::getRoot()));
  Collector out(text.size());
  for (int32_t i = 0; i < unicode.length();) {
    const UChar32 c = unicode.char32At(i);
    i += U16_LENGTH(c);
    if ((U_GET_GC_MASK(c) & U_GC_M_MASK) != 0 || IsApostrophe(c)) {
      continue;
    }
    if (!u_isalnum(c)) {
      out.Gap();
    } else if (const char* ascii = AsciiSpelling(c); ascii != nullptr) {
      out.Add(ascii);
    } else {
      std::string utf8;
      icu::UnicodeString(c).toUTF8String(utf8);
      out.Add(utf8);
    }
  }
  return out.Take();
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
