#include "matching/address/errors/refusals.h"

#include <algorithm>
#include <string>
#include <string_view>

#include "base/strings.h"
#include "matching/address/errors/error_kinds.h"
#include "matching/address/errors/word_tables.h"

namespace wensum::matching::address::errors {
namespace {

size_t DigitsOf(std::string_view id) {
  return static_cast<size_t>(std::find_if_not(id.begin(), id.end(), IsDigit) - id.begin());
}

char OtherLetter(Random& random, char letter) {
  const char upper = IsLower(letter) ? static_cast<char>(letter - 'a' + 'A') : letter;
  const char other = static_cast<char>('A' + random.Below(6));
  return other == upper ? static_cast<char>(upper == 'F' ? 'E' : upper + 1) : other;
}

// Another number or letter in the place of this one.
std::string OtherId(Random& random, std::string_view id) {
  const size_t digits = DigitsOf(id);
  if (digits == 0) {
    std::string out(id);
    if (id.size() == 1) {
      out[0] = OtherLetter(random, id[0]);
    } else {
      out += Cat(1 + random.Below(9));
    }
    return out;
  }
  const int number = ParseInteger<int>(id.substr(0, digits)).value_or(1);
  if (digits < id.size() && IsLetter(id[digits]) && random.Chance(0.6)) {
    return Cat(number, std::string(1, OtherLetter(random, id[digits])));
  }
  if (random.Chance(0.25)) {
    return Cat(number, std::string(1, static_cast<char>('A' + random.Below(4))));
  }
  const int64_t step = random.Chance(0.8) ? random.Between(1, 6) : random.Between(10, 120);
  const int64_t other = number + (random.Chance(0.6) || number <= step ? step : -step);
  return Cat(other, id.substr(digits));
}

// Writes the unit anew from what it is.
void RewriteUnit(AddressParts& parts) {
  std::string text = parts.unit_word;
  if (text.empty() && (!parts.floors.empty() || !parts.sides.empty())) {
    text = "Flat";
    parts.unit_word = text;
  }
  AppendTo(text, text.empty() || parts.unit_id.empty() ? "" : " ", parts.unit_id);
  for (const int floor : parts.floors) {
    if (const auto forms = FloorForms(floor); !forms.empty()) {
      AppendTo(text, " ", forms[0]);
    }
  }
  for (const char side : parts.sides) {
    text += side == 'L' ? " LEFT" : side == 'R' ? " RIGHT" : side == 'F' ? " FRONT" : side == 'B' ? " REAR" : " CENTRE";
  }
  parts.unit_text = std::string(Trim(text));
}

bool ChangeSide(AddressParts& parts) {
  for (char& side : parts.sides) {
    constexpr std::string_view kSides = "LRFB";
    constexpr std::string_view kOthers = "RLBF";
    if (const size_t at = kSides.find(side); at != std::string_view::npos) {
      side = kOthers[at];
      std::sort(parts.sides.begin(), parts.sides.end());
      RewriteUnit(parts);
      return true;
    }
  }
  return false;
}

std::string RandomPostcode(Random& random, std::string_view outcode) {
  constexpr std::string_view kLetters = "ABDEFGHJLNPQRSTUWXYZ";
  return Cat(outcode, " ", 1 + random.Below(9), std::string(1, kLetters[random.Below(kLetters.size())]),
             std::string(1, kLetters[random.Below(kLetters.size())]));
}

}  // namespace

bool MakeSibling(Random& random, Statement& statement) {
  AddressParts& parts = statement.parts;
  const bool unit = parts.has_unit() && random.Chance(0.75);
  if (unit && !parts.sides.empty() && random.Chance(0.6)) {
    return ChangeSide(parts);
  }
  if (unit && parts.unit_id.empty() && parts.floors.size() == 1) {
    const int floor = parts.floors[0];
    if (floor > 3) {
      return false;
    }
    parts.floors[0] = floor == 0 ? static_cast<int>(1 + random.Below(2)) : floor == -1 ? 1 : floor - 1;
    RewriteUnit(parts);
    return true;
  }
  if (unit && !parts.unit_id.empty()) {
    parts.unit_id = OtherId(random, parts.unit_id);
    RewriteUnit(parts);
    return true;
  }
  if (parts.number.empty() || parts.number.find_first_of("-/") != std::string::npos) {
    return false;
  }
  parts.number = OtherId(random, parts.number);
  return true;
}

void MakeForeign(Random& random, Statement& statement) {
  AddressParts& parts = statement.parts;
  const ForeignPlace& place = Pick(random, ForeignPlaces());
  const uint64_t kind = random.Below(4);
  if (kind != 2) {
    parts.street = Pick(random, ForeignStreets());
    parts.building.clear();
    parts.number = parts.number.empty() ? Cat(1 + random.Below(150)) : parts.number;
  }
  switch (kind) {
    case 1:
      parts.places.clear();
      statement.postcode.clear();
      break;
    case 3:
      break;
    default:
      parts.places = {std::string(place.town)};
      statement.postcode = RandomPostcode(random, place.outcode);
  }
}

bool LoseUnit(const ListedAddresses& listed, Statement& statement) {
  AddressParts& parts = statement.parts;
  constexpr size_t kEnough = 2;
  if (!parts.has_unit() || listed.CountUnits(parts) < kEnough) {
    return false;
  }
  parts.unit_text.clear();
  parts.unit_word.clear();
  parts.unit_id.clear();
  parts.floors.clear();
  parts.sides.clear();
  return true;
}

}  // namespace wensum::matching::address::errors
