// Errors in what tells one door from the next: the ways of writing unit, floor, letter, range and building.
#include <string>
#include <string_view>

#include "base/strings.h"
#include "matching/address/errors/error_kinds.h"
#include "matching/address/errors/word_tables.h"

namespace wensum::matching::address::errors {
namespace {

bool IsFlatWord(std::string_view word) {
  return !word.empty() && OtherUnitWords(ToUpperAscii(word)).data() == OtherUnitWords("FLAT").data();
}

bool IsPlainNumber(std::string_view id) { return !id.empty() && IsDigits(id); }
bool IsPlainLetter(std::string_view id) { return id.size() == 1 && IsLetter(id[0]); }
// "12A"
bool IsLettered(std::string_view id) {
  return id.size() > 1 && IsLetter(id.back()) && IsDigits(id.substr(0, id.size() - 1));
}

std::string SideWords(Random& random, std::string_view sides) {
  std::string out;
  for (const char side : sides) {
    AppendTo(out, out.empty() ? "" : " ");
    switch (side) {
      case 'L':
        out += random.Chance(0.5) ? "LEFT" : "LHS";
        break;
      case 'R':
        out += random.Chance(0.5) ? "RIGHT" : "RHS";
        break;
      case 'F':
        out += "FRONT";
        break;
      case 'B':
        out += random.Chance(0.7) ? "REAR" : "BACK";
        break;
      default:
        out += "CENTRE";
    }
  }
  return out;
}

}  // namespace

bool ChangeUnitWord(Random& random, const ListedAddresses& /*listed*/, Draft& draft) {
  AddressParts& parts = draft.said.parts;
  if (parts.unit_word.empty() || parts.unit_id.empty() || !parts.floors.empty() || !parts.sides.empty()) {
    return false;
  }
  const auto others = OtherUnitWords(ToUpperAscii(parts.unit_word));
  std::string text;
  switch (random.Below(4)) {
    case 0:
      text = Cat(parts.unit_word, parts.unit_id);  // "FLAT3"
      break;
    case 1:
      if (!IsFlatWord(parts.unit_word) || !IsPlainNumber(parts.unit_id)) {
        return false;
      }
      text = Cat("F", random.Chance(0.3) ? " " : "", parts.unit_id);
      break;
    case 2:
      text = Cat(parts.unit_word, random.Chance(0.5) ? " No " : " No.", parts.unit_id);
      break;
    default: {
      if (others.empty()) {
        return false;
      }
      text = Cat(Pick(random, others), " ", parts.unit_id);
    }
  }
  if (ToUpperAscii(text) == ToUpperAscii(parts.unit_text)) {
    return false;
  }
  draft.ChangeParts();
  parts.unit_text = std::move(text);
  return true;
}

bool CompactUnit(Random& random, const ListedAddresses& /*listed*/, Draft& draft) {
  AddressParts& parts = draft.said.parts;
  if (parts.unit_word.empty() || parts.unit_id.empty() || !parts.floors.empty() || !parts.sides.empty()) {
    return false;
  }
  draft.ChangeParts();
  if (parts.number.empty()) {  // "Flat 5, Juniper Court": "5 Juniper Court"
    parts.unit_text = parts.unit_id;
    parts.unit_word.clear();
    return true;
  }
  const bool plain = IsPlainNumber(parts.unit_id) && IsPlainNumber(parts.number);
  if (!parts.building.empty() || !plain || random.Chance(0.4)) {
    if (!plain) {  // "Flat 3a, 12b": which letter is whose would be lost
      return false;
    }
    parts.unit_text = parts.unit_id;  // "3, 12 High Road", "3 Juniper Court, 12 High Road"
    parts.unit_word.clear();
  } else {
    draft.ids_text =
        random.Chance(0.85) ? Cat(parts.unit_id, "/", parts.number) : Cat(parts.number, "/", parts.unit_id);
  }
  draft.said.loose_ids = true;
  return true;
}

bool ChangeLetterForm(Random& random, const ListedAddresses& /*listed*/, Draft& draft) {
  AddressParts& parts = draft.said.parts;
  const bool bare = !parts.has_unit() && parts.unit_word.empty();
  if (bare && IsLettered(parts.number)) {  // 12A
    const std::string digits = parts.number.substr(0, parts.number.size() - 1);
    const std::string letter = ToUpperAscii(parts.number.substr(digits.size()));
    draft.ChangeParts();
    switch (random.Below(5)) {
      case 0:
        draft.ids_text = Cat("Flat ", letter, draft.commas == Commas::kNone ? " " : ", ", digits);
        draft.said.loose_ids = true;
        break;
      case 1:
        draft.ids_text = Cat(letter, draft.commas == Commas::kNone ? " " : ", ", digits);
        draft.said.loose_ids = true;
        break;
      case 2:
        draft.ids_text = Cat(digits, "-", letter);
        break;
      default:
        draft.ids_text = Cat(digits, " ", letter);
    }
    return true;
  }
  const bool only_id = parts.floors.empty() && parts.sides.empty() && !parts.unit_word.empty();
  if (only_id && IsPlainLetter(parts.unit_id) && IsPlainNumber(parts.number) && parts.building.empty()) {
    draft.ChangeParts();
    const std::string letter = ToUpperAscii(parts.unit_id);
    draft.ids_text = random.Chance(0.6) ? Cat(parts.number, letter)
                                        : Cat(letter, draft.commas == Commas::kNone ? " " : ", ", parts.number);
    draft.said.loose_ids = true;
    return true;
  }
  if (only_id && IsLettered(parts.unit_id)) {  // "Flat 12 A"
    draft.ChangeParts();
    parts.unit_text = Cat(parts.unit_word, " ", parts.unit_id.substr(0, parts.unit_id.size() - 1), " ",
                          ToUpperAscii(parts.unit_id.substr(parts.unit_id.size() - 1)));
    return true;
  }
  return false;
}

bool ChangeFloorForm(Random& random, const ListedAddresses& /*listed*/, Draft& draft) {
  AddressParts& parts = draft.said.parts;
  const bool flat = parts.unit_word.empty() || IsFlatWord(parts.unit_word);  // a shop is no flat
  if (!flat || parts.floors.size() != 1 || FloorForms(parts.floors[0]).empty()) {
    return false;
  }
  const int floor = parts.floors[0];
  std::string text;
  if (floor >= 0 && floor <= 2 && parts.sides.empty() && parts.unit_id.empty() && random.Chance(0.2)) {
    text = floor == 0 ? "GFF" : floor == 1 ? "FFF" : "SFF";
  } else {
    const std::string sides = SideWords(random, parts.sides);
    const std::string words = Cat(Pick(random, FloorForms(floor)), sides.empty() ? "" : " ", sides);
    const std::string unit = Cat("FLAT", parts.unit_id.empty() ? "" : " ", parts.unit_id);
    text = random.Chance(0.5) || !parts.unit_id.empty() ? Cat(unit, " ", words) : Cat(words, " ", unit);
  }
  if (ToUpperAscii(text) == ToUpperAscii(parts.unit_text)) {
    return false;
  }
  draft.ChangeParts();
  parts.unit_word = "FLAT";
  parts.unit_text = std::move(text);
  return true;
}

bool ChangeRangeForm(Random& random, const ListedAddresses& /*listed*/, Draft& draft) {
  AddressParts& parts = draft.said.parts;
  const size_t dash = parts.number.find('-');
  if (dash == std::string::npos) {
    return false;
  }
  const std::string low = parts.number.substr(0, dash);
  const std::string high = parts.number.substr(dash + 1);
  draft.ChangeParts();
  switch (random.Below(7)) {
    case 0:
    case 1:
      draft.number_text = Cat(low, " - ", high);
      return true;
    case 2:
      draft.number_text = Cat(low, "/", high);
      draft.said.loose_ids = true;
      return true;
    case 3:
      draft.number_text = Cat(low, " TO ", high);
      return true;
    case 4:
      draft.number_text = Cat(low, " & ", high);
      return true;
    case 5:
      draft.number_text = Cat(low, " and ", high);
      return true;
    default:
      parts.number = low;
      return true;
  }
}

bool ChangeOrder(Random& random, const ListedAddresses& /*listed*/, Draft& draft) {
  const AddressParts& parts = draft.said.parts;
  if (!parts.has_unit() || parts.unit_word.empty() || !draft.ids_text.empty()) {
    return false;
  }
  const uint64_t choice = random.Below(3);
  if ((choice == 0 && parts.building.empty()) || (choice == 1 && parts.number.empty())) {
    return false;
  }
  draft.ChangeParts();
  draft.unit_place = choice == 0   ? UnitPlace::kBehindBuilding
                     : choice == 1 ? UnitPlace::kBehindNumber
                                   : UnitPlace::kBehindStreet;
  return true;
}

bool DropBuilding(Random& /*random*/, const ListedAddresses& /*listed*/, Draft& draft) {
  AddressParts& parts = draft.said.parts;
  if (parts.building.empty() || parts.number.empty()) {
    return false;
  }
  draft.ChangeParts();
  parts.building.clear();
  draft.said.loose_ids = draft.said.loose_ids || (parts.unit_word.empty() && !parts.unit_id.empty());
  return true;
}

bool AddBuilding(Random& random, const ListedAddresses& listed, Draft& draft) {
  AddressParts& parts = draft.said.parts;
  const std::string_view name = Pick(random, HouseNames());
  if (!parts.building.empty() || parts.number.empty() || listed.IsBuilding(name)) {
    return false;
  }
  draft.ChangeParts();
  parts.building = name;
  return true;
}

}  // namespace wensum::matching::address::errors
