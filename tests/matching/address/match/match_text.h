// What the matcher reads out of a text, as short texts that tests compare.
#ifndef WENSUM_TESTS_MATCHING_ADDRESS_MATCH_MATCH_TEXT_H_
#define WENSUM_TESTS_MATCHING_ADDRESS_MATCH_MATCH_TEXT_H_

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "base/strings.h"
#include "matching/address/match/address_line.h"
#include "matching/address/match/evidence.h"
#include "matching/address/match/names.h"
#include "matching/address/match/record.h"

namespace wensum::matching::address::match {

inline std::string WithLetter(int32_t number, char letter) {
  std::string text = number >= 0 ? Cat(number) : "";
  if (letter != 0) text.push_back(letter);
  return text;
}

// 12A, 12-14B; "-" if there is none.
inline std::string Print(const House& house) {
  if (house.empty()) return "-";
  std::string text = WithLetter(house.low, house.low_letter);
  if (house.high != house.low || house.high_letter != house.low_letter) {
    AppendTo(text, "-", WithLetter(house.high, house.high_letter));
  }
  return text;
}

// Words as they stand, numbers in brackets, a comma where one parts two tokens: "[12A] MILL RD, NORWICH".
inline std::string Print(const Tokens& tokens) {
  std::string out;
  for (const Token& token : tokens) {
    if (!out.empty()) out.append(token.comma_before ? ", " : " ");
    if (token.kind == TokenKind::kWord) {
      out.append(token.text);
      continue;
    }
    out.push_back('[');
    if (token.prefix != 0) out.push_back(token.prefix);
    out.append(WithLetter(token.number, token.letter));
    if (token.end >= 0) AppendTo(out, token.kind == TokenKind::kSlash ? '/' : '-', token.end);
    if (token.end_letter != 0) out.push_back(token.end_letter);
    out.push_back(']');
  }
  return out;
}

// "FLAT B12A, floors 01, left, block 3"; "-" if nothing is known of it. Floors: B, G, 1, 2 ... 12 as a to c, T(op) and
// A(ttic).
inline std::string Print(const Unit& unit) {
  constexpr std::array<std::string_view, 14> kKinds = {"",     "FLAT",    "UNIT",      "STUDIO", "SUITE",
                                                       "ROOM", "SHOP",    "PENTHOUSE", "ANNEXE", "GARAGE",
                                                       "PLOT", "CARAVAN", "MOORING",   "PARKING"};
  constexpr std::string_view kFloors = "BG123456789abcTA";
  constexpr std::array<std::string_view, 5> kSides = {"left", "right", "front", "rear", "centre"};
  std::vector<std::string> parts;
  std::string id(1, unit.prefix);
  id = unit.prefix == 0 ? "" : id;
  id += WithLetter(unit.number, unit.letter);
  if (unit.end >= 0) AppendTo(id, "/", unit.end);
  const std::string kind(kKinds.at(static_cast<size_t>(unit.kind)));
  if (!kind.empty() || !id.empty()) parts.push_back(kind.empty() || id.empty() ? kind + id : Cat(kind, " ", id));
  if (unit.floors != 0) {
    std::string floors = "floors ";
    for (size_t bit = 0; bit < kFloors.size(); ++bit) {
      if ((unit.floors >> bit & 1) != 0) floors.push_back(kFloors[bit]);
    }
    parts.push_back(floors);
  }
  for (size_t bit = 0; bit < kSides.size(); ++bit) {
    if ((unit.sides >> bit & 1) != 0) parts.emplace_back(kSides.at(bit));
  }
  if (unit.has_block()) parts.push_back(Cat("block ", WithLetter(unit.block, unit.block_letter)));
  return parts.empty() ? "-" : Join(parts, ", ");
}

// The words of a name, an empty text for none.
inline std::string Print(const NameWords& words, const NameTable& names) {
  std::vector<std::string> text;
  for (const WordId word : words) text.push_back(names.word(word).text);
  return Join(text, " ");
}

}  // namespace wensum::matching::address::match

#endif  // WENSUM_TESTS_MATCHING_ADDRESS_MATCH_MATCH_TEXT_H_
