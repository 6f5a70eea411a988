#include "matching/text/transliterate.h"

#include <algorithm>
#include <array>
#include <iterator>

namespace wensum::matching {
namespace {

struct Letter {
  char32_t code;
  std::string_view latin;
};

// By code.
constexpr Letter kLatinLetters[] = {
    {0xC6, "AE"},  {0xD0, "D"},   {0xD8, "O"},   {0xDE, "TH"},  {0x110, "D"},  {0x126, "H"},  {0x131, "I"},
    {0x138, "K"},  {0x141, "L"},  {0x14A, "NG"}, {0x152, "OE"}, {0x166, "T"},  {0x181, "B"},  {0x182, "B"},
    {0x186, "O"},  {0x187, "C"},  {0x189, "D"},  {0x18A, "D"},  {0x18B, "D"},  {0x18E, "E"},  {0x18F, "A"},
    {0x190, "E"},  {0x191, "F"},  {0x193, "G"},  {0x194, "G"},  {0x196, "I"},  {0x197, "I"},  {0x198, "K"},
    {0x19D, "N"},  {0x19F, "O"},  {0x1A4, "P"},  {0x1A9, "SH"}, {0x1AC, "T"},  {0x1AE, "T"},  {0x1B1, "U"},
    {0x1B2, "V"},  {0x1B3, "Y"},  {0x1B5, "Z"},  {0x1B7, "ZH"}, {0x1E4, "G"},  {0x1F6, "HV"}, {0x1F7, "W"},
    {0x21C, "Y"},  {0x220, "N"},  {0x222, "OU"}, {0x224, "Z"},  {0x23A, "A"},  {0x23B, "C"},  {0x23D, "L"},
    {0x23E, "T"},  {0x241, ""},   {0x243, "B"},  {0x244, "U"},  {0x245, "V"},  {0x246, "E"},  {0x248, "J"},
    {0x24A, "Q"},  {0x24C, "R"},  {0x24E, "Y"},  {0x2C60, "L"}, {0x2C62, "L"}, {0x2C63, "P"}, {0x2C64, "R"},
    {0x2C67, "H"}, {0x2C69, "K"}, {0x2C6B, "Z"}, {0x2C6D, "A"}, {0x2C6E, "M"}, {0x2C6F, "A"}, {0x2C72, "W"},
    {0x2C7E, "S"}, {0x2C7F, "Z"}, {0xA740, "K"}, {0xA748, "L"}, {0xA74A, "O"}, {0xA74C, "O"}, {0xA78D, "H"},
    {0xA7AA, "H"}, {0xA7AD, "L"}, {0xA7C4, "C"}, {0xA7C5, "S"}, {0xA7C6, "Z"},
};

// By code. Letters with a breve, two dots or an acute have been taken apart and their marks dropped.
constexpr Letter kCyrillicLetters[] = {
    {0x402, "D"}, {0x404, "YE"}, {0x405, "DZ"}, {0x406, "I"},  {0x408, "J"},  {0x409, "LJ"}, {0x40A, "NJ"},
    {0x40B, "C"}, {0x40F, "DZ"}, {0x410, "A"},  {0x411, "B"},  {0x412, "V"},  {0x413, "G"},  {0x414, "D"},
    {0x415, "E"}, {0x416, "ZH"}, {0x417, "Z"},  {0x418, "I"},  {0x419, "I"},  {0x41A, "K"},  {0x41B, "L"},
    {0x41C, "M"}, {0x41D, "N"},  {0x41E, "O"},  {0x41F, "P"},  {0x420, "R"},  {0x421, "S"},  {0x422, "T"},
    {0x423, "U"}, {0x424, "F"},  {0x425, "KH"}, {0x426, "TS"}, {0x427, "CH"}, {0x428, "SH"}, {0x429, "SHCH"},
    {0x42A, ""},  {0x42B, "Y"},  {0x42C, ""},   {0x42D, "E"},  {0x42E, "YU"}, {0x42F, "YA"}, {0x460, "O"},
    {0x462, "E"}, {0x466, "YA"}, {0x46A, "U"},  {0x46E, "KS"}, {0x470, "PS"}, {0x472, "F"},  {0x474, "I"},
    {0x490, "G"}, {0x492, "G"},  {0x494, "G"},  {0x496, "ZH"}, {0x498, "Z"},  {0x49A, "K"},  {0x49C, "K"},
    {0x49E, "K"}, {0x4A0, "K"},  {0x4A2, "N"},  {0x4A4, "NG"}, {0x4A6, "P"},  {0x4A8, "O"},  {0x4AA, "S"},
    {0x4AC, "T"}, {0x4AE, "U"},  {0x4B0, "U"},  {0x4B2, "H"},  {0x4B4, "TS"}, {0x4B6, "J"},  {0x4B8, "J"},
    {0x4BA, "H"}, {0x4BC, "CH"}, {0x4BE, "CH"}, {0x4C0, ""},   {0x4C3, "K"},  {0x4C5, "L"},  {0x4C7, "N"},
    {0x4C9, "N"}, {0x4CB, "CH"}, {0x4CD, "M"},  {0x4D4, "AE"}, {0x4D8, "A"},  {0x4E0, "DZ"}, {0x4E8, "O"},
};

// From capital alpha on; the code between rho and sigma is no letter.
constexpr std::array<std::string_view, 25> kGreekLetters = {"A", "V", "G", "D", "E",  "Z",  "I", "TH", "I",
                                                            "K", "L", "M", "N", "X",  "O",  "P", "R",  "",
                                                            "S", "T", "Y", "F", "CH", "PS", "O"};
constexpr char32_t kAlpha = 0x391;
constexpr char32_t kGamma = 0x393;
constexpr char32_t kEpsilon = 0x395;
constexpr char32_t kEta = 0x397;
constexpr char32_t kMu = 0x39C;
constexpr char32_t kXi = 0x39E;
constexpr char32_t kOmicron = 0x39F;
constexpr char32_t kPi = 0x3A0;
constexpr char32_t kNoLetter = 0x3A2;
constexpr char32_t kUpsilon = 0x3A5;
constexpr char32_t kChi = 0x3A7;
constexpr char32_t kOmega = 0x3A9;

bool IsGreek(char32_t c) { return c >= kAlpha && c <= kOmega && c != kNoLetter; }

// Letters before which AU, EU and IU are spoken with a V.
bool IsVoiced(char32_t c) {
  return IsGreek(c) && std::u32string_view(U"ΑΒΓΔΕΖΗΙΛΜΝΟΡΥΩ").find(c) != std::u32string_view::npos;
}

template <size_t N>
LatinSpelling FindLetter(const Letter (&letters)[N], char32_t code) {
  const auto it = std::lower_bound(std::begin(letters), std::end(letters), code,
                                   [](const Letter& letter, char32_t wanted) { return letter.code < wanted; });
  return it == std::end(letters) || it->code != code ? LatinSpelling{} : LatinSpelling{it->latin, 1};
}

LatinSpelling SpellGreek(std::u32string_view text, size_t at) {
  const char32_t c = text[at];
  const char32_t next = at + 1 < text.size() ? text[at + 1] : U' ';
  if (next == kUpsilon) {
    const bool voiced = at + 2 < text.size() && IsVoiced(text[at + 2]);
    if (c == kOmicron) return {"OU", 2};
    if (c == kAlpha) return {voiced ? "AV" : "AF", 2};
    if (c == kEpsilon) return {voiced ? "EV" : "EF", 2};
    if (c == kEta) return {voiced ? "IV" : "IF", 2};
  }
  if (c == kGamma) {
    if (next == kGamma) return {"NG", 2};
    if (next == kXi) return {"NX", 2};
    if (next == kChi) return {"NCH", 2};
  }
  if (c == kMu && next == kPi && (at == 0 || text[at - 1] == U' ')) return {"B", 2};
  return {kGreekLetters[c - kAlpha], 1};
}

}  // namespace

LatinSpelling SpellInLatin(std::u32string_view text, size_t at) {
  const char32_t c = text[at];
  if (c < 0x80) return {};
  if (IsGreek(c)) return SpellGreek(text, at);
  return c >= 0x400 && c < 0x530 ? FindLetter(kCyrillicLetters, c) : FindLetter(kLatinLetters, c);
}

}  // namespace wensum::matching
