#include "matching/address/match/postcode_code.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/hash.h"
#include "base/strings.h"
#include "matching/address/match/names.h"

namespace wensum::matching::address::match {
namespace {

char AsDigit(char c) {
  switch (c) {
    case 'O':
    case 'Q':
    case 'D':
      return '0';
    case 'I':
    case 'L':
      return '1';
    case 'Z':
      return '2';
    case 'S':
      return '5';
    case 'B':
      return '8';
    default:
      return 0;
  }
}

char AsLetter(char c) {
  switch (c) {
    case '0':
      return 'O';
    case '1':
      return 'I';
    case '2':
      return 'Z';
    case '5':
      return 'S';
    case '8':
      return 'B';
    default:
      return 0;
  }
}

// Outward codes: A letter, 9 digit (BS 7666-2; Royal Mail's Programmers' Guide).
constexpr std::array<std::string_view, 6> kOutward = {"AA99", "AA9A", "AA9", "A99", "A9A", "A9"};

// Writes `text` as `shape` asks; false if it cannot be.
bool Shape(std::string_view text, std::string_view shape, bool repair, char* out) {
  if (text.size() != shape.size()) {
    return false;
  }
  for (size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    const bool fits = shape[i] == 'A' ? IsUpper(c) : IsDigit(c);
    if (!fits) {
      c = !repair ? 0 : shape[i] == 'A' ? AsLetter(c) : AsDigit(c);
    }
    if (c == 0) {
      return false;
    }
    out[i] = c;
  }
  return true;
}

PostcodeCode Pack(std::string_view outward, std::string_view inward) {
  uint64_t code = 0;
  for (size_t i = 0; i < 4; ++i) {
    code = code << 8 | static_cast<unsigned char>(i < outward.size() ? outward[i] : ' ');
  }
  for (const char c : inward) {
    code = code << 8 | static_cast<unsigned char>(c);
  }
  return code;
}

}  // namespace

PostcodeCode ReadPostcodeCode(std::string_view text, bool repair) {
  if (text.size() < 5 || text.size() > 7) {
    return 0;
  }
  const std::string_view inward = text.substr(text.size() - 3);
  const std::string_view outward = text.substr(0, text.size() - 3);
  std::array<char, 3> in{};
  if (!Shape(inward, "9AA", repair, in.data())) {
    return 0;
  }
  std::array<char, 4> out{};
  for (const bool allowed : {false, true}) {
    if (allowed && !repair) {
      break;
    }
    for (const std::string_view shape : kOutward) {
      if (Shape(outward, shape, allowed, out.data())) {
        return Pack({out.data(), outward.size()}, {in.data(), in.size()});
      }
    }
  }
  return 0;
}

// Royal Mail's areas, Crown dependencies and BFPO among them, and ZZ, which stands for abroad and for no fixed abode.
bool IsUkArea(PostcodeCode code) {
  static constexpr std::string_view kAreas =
      " AB AL B BA BB BD BF BH BL BN BR BS BT BX CA CB CF CH CM CO CR CT CV CW DA DD DE DG DH DL DN DT DY E EC EH EN "
      "EX "
      "FK FY G GL GU GY HA HD HG HP HR HS HU HX IG IM IP IV JE KA KT KW KY L LA LD LE LL LN LS LU M ME MK ML N NE NG "
      "NN "
      "NP NR NW OL OX PA PE PH PL PO PR RG RH RM S SA SE SG SK SL SM SN SO SP SR SS ST SW SY TA TD TF TN TQ TR TS TW "
      "UB "
      "W WA WC WD WF WN WR WS WV YO ZE ZZ ";
  const uint64_t area = AreaOf(code);
  std::string padded = {' ', static_cast<char>(area >> 8)};
  if ((area & 0xFF) != 0) {
    padded.push_back(static_cast<char>(area & 0xFF));
  }
  padded.push_back(' ');
  return kAreas.find(padded) != std::string_view::npos;
}

PostcodeCode PostcodeOfField(std::string_view field) {
  std::string letters;
  for (const char c : field) {
    if (IsLower(c)) {
      letters.push_back(static_cast<char>(c - 'a' + 'A'));
    } else if (IsUpper(c) || IsDigit(c)) {
      letters.push_back(c);
    }
    if (letters.size() > 16) {
      break;
    }
  }
  const PostcodeCode code = ReadPostcodeCode(letters, true);
  if (code != 0) {
    return code;
  }
  // I6G 2AA: two neighbours swapped.
  for (size_t i = 0; i + 1 < letters.size() && letters.size() >= 5 && letters.size() <= 7; ++i) {
    std::swap(letters[i], letters[i + 1]);
    const PostcodeCode swapped = ReadPostcodeCode(letters, false);
    std::swap(letters[i], letters[i + 1]);
    if (swapped != 0) {
      return swapped;
    }
  }
  if (IsOutwardCode(letters)) {
    return Pack(letters, std::string_view("\0\0\0", 3));
  }
  // "N/A" and "unknown" say nothing; anything else is compared as it stands.
  const bool mixed = std::any_of(letters.begin(), letters.end(), [](char c) { return IsDigit(c); }) &&
                     std::any_of(letters.begin(), letters.end(), [](char c) { return IsUpper(c); });
  return letters.size() >= 5 && mixed ? Hash64(letters) | uint64_t{1} << 63 : 0;
}

bool IsOutwardCode(std::string_view text) {
  std::array<char, 4> out{};
  for (const std::string_view shape : kOutward) {
    if (Shape(text, shape, false, out.data())) {
      return true;
    }
  }
  return false;
}

uint64_t AreaOf(PostcodeCode code) {
  const uint64_t first = code >> 48 & 0xFF;
  const uint64_t second = code >> 40 & 0xFF;
  return first << 8 | (second >= 'A' && second <= 'Z' ? second : 0);
}

bool OneEditApart(PostcodeCode a, PostcodeCode b) {
  if (!IsRealPostcode(a) || !IsRealPostcode(b)) {
    return false;
  }
  const auto letters = [](PostcodeCode code) {
    std::string text;
    for (int shift = 48; shift >= 0; shift -= 8) {
      const char c = static_cast<char>(code >> shift & 0xFF);
      if (c != ' ') {
        text.push_back(c);
      }
    }
    return text;
  };
  return WordDistance(letters(a), letters(b), 1) == 1;
}

std::string TextOfPostcode(PostcodeCode code) {
  std::string text;
  if (!IsRealPostcode(code)) {
    return text;
  }
  for (int shift = 48; shift >= 0; shift -= 8) {
    const char c = static_cast<char>(code >> shift & 0xFF);
    if (shift == 16) {
      text.push_back(' ');
    }
    if (c != ' ') {
      text.push_back(c);
    }
  }
  return text;
}

}  // namespace wensum::matching::address::match
