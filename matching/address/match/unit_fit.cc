#include "matching/address/match/unit_fit.h"

#include <algorithm>
#include <bit>

namespace wensum::matching::address::match {
namespace {

constexpr uint16_t kTop = 1U << kTopBit;
constexpr uint16_t kUpper = 0x3FFC;  // first floor to twelfth

// Dwellings and business units that sources call by each other's names.
bool Interchangeable(UnitKind kind) { return kind <= UnitKind::kSuite; }

float KindPoints(UnitKind text, UnitKind record, FitFlags* flags) {
  if (text == record) {
    return 0;
  }
  if (text == UnitKind::kAnnexe || record == UnitKind::kAnnexe) {
    *flags |= text == UnitKind::kAnnexe ? kParentOnly : kChildOnly;
    return -9;
  }
  if (text == UnitKind::kNone || record == UnitKind::kNone) {
    const UnitKind named = text == UnitKind::kNone ? record : text;
    if (named < UnitKind::kGarage) {
      return -0.2F;
    }
    *flags |= text == UnitKind::kNone ? kChildOnly : kParentOnly;  // GARAGE 12 MILL ROAD is not number 12
    return -4;
  }
  if (Interchangeable(text) && Interchangeable(record)) {
    return -0.3F;
  }
  if (text >= UnitKind::kGarage || record >= UnitKind::kGarage) {
    *flags |= kOtherUnit;
    return -12;
  }
  const auto dwelling = [](UnitKind kind) { return kind == UnitKind::kFlat || kind == UnitKind::kPenthouse; };
  if ((dwelling(text) && record == UnitKind::kShop) || (text == UnitKind::kShop && dwelling(record))) {
    *flags |= kOtherUnit;  // GROUND FLOOR FLAT and GROUND FLOOR SHOP
    return -9;
  }
  return -3.2F;
}

PartFit FitFloors(uint16_t text, uint16_t record, bool same_id, bool ids) {
  PartFit fit;
  if (text == record) {
    fit.points = text != 0 ? 3.0F : 0.0F;
    fit.agrees = text != 0;
    return fit;
  }
  if (text == 0 || record == 0) {
    if (same_id) {
      fit.points = -0.3F;
    } else if (!ids) {
      fit.points = -9;
      fit.flags = text != 0 ? kParentOnly : kChildOnly;
    }
    return fit;
  }
  if ((text & record) != 0) {
    fit.points = 3 - 0.3F * static_cast<float>(std::popcount(static_cast<unsigned>(text ^ record)));
    fit.agrees = true;
    return fit;
  }
  const uint16_t upper = text == kTop ? record : record == kTop ? text : 0;
  if (upper != 0 && (upper & ~kUpper) == 0) {
    const bool one = std::popcount(static_cast<unsigned>(upper)) == 1;
    fit.points = one ? -0.7F + 0.1F * static_cast<float>(std::countr_zero(static_cast<unsigned>(upper))) : -5.5F;
    fit.agrees = true;
    return fit;
  }
  fit.points = same_id ? -9 : -12;
  fit.flags = kOtherUnit;
  return fit;
}

PartFit FitSides(uint8_t text, uint8_t record, bool same_id) {
  PartFit fit;
  if (text == record) {
    fit.points = text != 0 ? 2.0F : 0.0F;
  } else if ((text == 0 || record == 0) && same_id) {
    fit.points = -0.5F;
  } else if (text == 0 || record == 0) {
    fit.points = text != 0 ? -8 : -5;
    fit.flags = text != 0 ? kParentOnly : 0;
  } else if ((text & record) == 0) {
    fit.points = -12;
    fit.flags = kOtherUnit;
  } else {
    fit.points = -1;
  }
  return fit;
}

bool LetterIsNumber(const Unit& letter, const Unit& number) {
  return letter.number < 0 && letter.letter >= 'A' && number.letter == 0 && number.number == letter.letter - 'A' + 1;
}

// Both have an id.
PartFit FitIds(const Unit& text, const Unit& record, bool word_given) {
  const auto end_of = [](const Unit& unit) { return unit.end > unit.number ? unit.end : -1; };
  const bool ends_alike = end_of(text) == end_of(record);
  if (text.number == record.number && text.letter == record.letter && text.prefix == record.prefix && ends_alike) {
    return {5, 0, true};
  }
  if (text.number >= 0 && record.number >= 0 && text.number == record.number) {
    if (text.prefix != record.prefix && text.prefix != 0 && record.prefix != 0) {
      return {-20, kOtherUnit, false};
    }
    if (text.letter != 0 && record.letter != 0 && text.letter != record.letter) {
      return {-20, kOtherUnit, false};
    }
    // A2 and 2A are written for each other.
    const bool swapped =
        (text.prefix != 0 && text.prefix == record.letter) || (record.prefix != 0 && record.prefix == text.letter);
    if (swapped) {
      return {2, 0, true};
    }
    const bool flat = (text.prefix == 'F' || text.prefix == 'U') && record.prefix == 0 && text.letter == record.letter;
    if (flat) {
      return {4, 0, true};
    }
    const bool text_more = text.letter != 0 || text.prefix != 0;
    if (text.letter == record.letter && text.prefix == record.prefix) {
      return {-3, text.end >= 0 ? kParentOnly : kChildOnly, true};  // 3 and 3-4
    }
    return {-3, text_more ? kParentOnly : kChildOnly, true};
  }
  if (record.end >= 0 && text.number > record.number && text.number <= record.end && record.end - record.number <= 40) {
    return {-3, kParentOnly, false};
  }
  if (LetterIsNumber(text, record) || LetterIsNumber(record, text)) {
    return {-6, static_cast<FitFlags>(word_given ? 0 : kOtherUnit), word_given};
  }
  return {-20, kOtherUnit, false};
}

}  // namespace

PartFit FitUnit(const Unit& text, const Unit& record, bool word_given) {
  PartFit fit;
  FitFlags kind_flags = 0;
  const float kind = KindPoints(text.kind, record.kind, &kind_flags);
  bool same_id = false;
  if (text.has_id() && record.has_id()) {
    fit = FitIds(text, record, word_given);
    same_id = fit.agrees;
    const PartFit floors = FitFloors(text.floors, record.floors, fit.agrees, true);
    fit.points += floors.points;
    fit.flags |= floors.flags;
  } else if (text.has_id() != record.has_id()) {
    const bool floors_agree = text.floors != 0 && (text.floors & record.floors) != 0;
    const bool floor_is_number = !text.has_id() && text.floors != 0 && record.floors == 0 && record.number > 0 &&
                                 record.number < 12 && text.floors == 1U << (record.number + 1);
    if (floor_is_number) {
      fit.points = -1;  // FLAT 2ND FLR and FLAT 2
      fit.agrees = true;
    } else if (floors_agree) {
      fit.points = -4;
      fit.agrees = !text.has_id();
      fit.flags = text.has_id() ? kParentOnly : 0;
    } else {
      fit.points = -9;
      fit.flags = text.has_id() ? kParentOnly : kChildOnly;
      if (text.floors != 0 && record.floors != 0) {
        fit.flags |= kOtherUnit;
      } else if (!text.has_id() && text.floors != 0) {
        fit.flags |= kParentOnly;  // the text names a floor, the record a flat
      }
    }
  } else {
    fit = FitFloors(text.floors, record.floors, false, false);
  }
  const PartFit sides = FitSides(text.sides, record.sides, same_id);
  fit.points += sides.points + kind;
  // Sides alone name a unit as floors do.
  fit.flags |= sides.flags | kind_flags;
  if (record.sides != 0 && text.sides == 0 && !record.has_id() && record.floors == 0 && !text.has_id()) {
    fit.flags |= kChildOnly;
  }
  if (text.has_block() && record.has_block()) {
    const bool same = text.block == record.block && text.block_letter == record.block_letter;
    fit.points += same ? 2.0F : -12.0F;
    fit.flags |= same ? 0 : kOtherUnit;
  } else if (text.has_block() != record.has_block()) {
    fit.points -= text.has_block() ? 3.0F : 2.0F;
  }
  return fit;
}

PartFit FitHouse(const House& text, const House& record) {
  const bool text_range = text.high > text.low || text.high_letter != text.low_letter;
  const bool record_range = record.high > record.low || record.high_letter != record.low_letter;
  const bool letters_alike = text.low_letter == record.low_letter;
  if (text.low == record.low && text.high == record.high && letters_alike && text.high_letter == record.high_letter) {
    return {8, 0, true};
  }
  if (!text_range && !record_range) {
    if (text.low != record.low) {
      return {-20, kOtherNumber, false};
    }
    if (text.low_letter != 0 && record.low_letter != 0) {
      return {-20, kOtherNumber, false};
    }
    return {0, text.low_letter != 0 ? kParentOnly : kChildOnly, true};
  }
  const auto end_of = [](const House& one, const House& range) {
    return (one.low == range.low && (one.low_letter == range.low_letter || one.low_letter == 0)) ||
           (one.low == range.high && (one.low_letter == range.high_letter || one.low_letter == 0));
  };
  const auto inside = [](const House& one, const House& range) {
    return one.low >= range.low && one.low <= range.high;
  };
  if (text_range != record_range) {
    const House& one = text_range ? record : text;
    const House& range = text_range ? text : record;
    if (end_of(one, range)) {
      return {text_range ? 5.0F : 6.5F, 0, true};
    }
    if (!inside(one, range)) {
      return {-20, kOtherNumber, false};
    }
    const bool same_side = (one.low - range.low) % 2 == 0 || (range.high - range.low) % 2 != 0;
    const bool letter = one.low_letter != 0;
    if (!same_side) {
      return {-20, kOtherNumber, false};
    }
    return letter ? PartFit{2, static_cast<FitFlags>(text_range ? kChildOnly : kParentOnly), true}
                  : PartFit{4.5F, 0, true};
  }
  if (std::max(text.low, record.low) <= std::min(text.high, record.high)) {
    return {4, 0, true};
  }
  return {-20, kOtherNumber, false};
}

}  // namespace wensum::matching::address::match
