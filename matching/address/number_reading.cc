#include "matching/address/number_reading.h"

namespace wensum::matching::address {
namespace {

void AddReading(const UnitParts& unit, const NumberMention* house, int penalty, bool implied, Readings* readings) {
  Reading reading;
  reading.unit = unit;
  if (house != nullptr) {
    reading.house = house->span;
    reading.house_position = house->position;
  }
  reading.penalty = penalty;
  reading.implied_unit = implied;
  readings->push_back(reading);
}

UnitParts UnitOf(int32_t number, char letter) {
  UnitParts unit;
  unit.number = number;
  unit.letter = letter;
  return unit;
}

void AddReadingsOfOneNumber(const NumberMention& number, const TokenList& list, Readings* readings) {
  const auto& tokens = list.tokens();
  const NumberSpan& span = number.span;
  NumberMention house = number;
  if (number.kind != NumberMention::Kind::kNumber) {
    const bool slash = number.kind == NumberMention::Kind::kSlash;
    if (!slash || span.high > span.low) {
      AddReading({}, &number, slash ? 1 : 0, false, readings);
    }
    house.span = {span.high, span.high, span.high_letter, span.high_letter};
    AddReading(UnitOf(span.low, span.low_letter), &house, slash ? 0 : 3, true, readings);
    return;
  }
  AddReading({}, &number, 0, false, readings);
  if (span.low_letter != 0) {
    house.span = {span.low, span.low, 0, 0};
    AddReading(UnitOf(-1, span.low_letter), &house, 2, true, readings);
  } else if (number.position > 0 && tokens[number.position - 1].letter != 0 &&
             tokens[number.position - 1].kind == TokenKind::kWord) {
    AddReading(UnitOf(-1, tokens[number.position - 1].letter), &number, 1, true, readings);
  }
  AddReading(UnitOf(span.low, span.low_letter), nullptr, 1, true, readings);
}

}  // namespace

Readings MakeReadings(const Evidence& evidence, const TokenList& list) {
  Readings readings;
  const auto& numbers = evidence.numbers;
  if (numbers.empty()) {
    AddReading(evidence.unit, nullptr, 0, false, &readings);
    return readings;
  }
  const NumberMention& last = numbers.back();
  if (!evidence.unit.empty()) {
    AddReading(evidence.unit, &last, numbers.size() > 1 ? 2 : 0, false, &readings);
    if (evidence.unit_from_floor_before_flat && numbers.size() == 1 && evidence.unit.number < 0) {
      UnitParts unit = evidence.unit;
      unit.number = last.span.low;
      unit.letter = last.span.low_letter;
      AddReading(unit, nullptr, 1, false, &readings);
    }
    return readings;
  }
  if (numbers.size() > 1) {
    const NumberMention& before = numbers[numbers.size() - 2];
    if (before.span == last.span) {
      AddReading({}, &last, 0, false, &readings);
    }
    AddReading(UnitOf(before.span.low, before.span.low_letter), &last, 1, true, &readings);
    return readings;
  }
  AddReadingsOfOneNumber(last, list, &readings);
  return readings;
}

HouseRelation CompareHouses(const NumberSpan& text, const NumberSpan& record) {
  if (text.empty() || record.empty()) {
    return text.empty() && record.empty() ? HouseRelation::kBothSilent
           : text.empty()                 ? HouseRelation::kTextSilent
                                          : HouseRelation::kRecordSilent;
  }
  if (text == record) {
    return HouseRelation::kExact;
  }
  const bool text_single = text.low == text.high && text.low_letter == text.high_letter;
  const bool record_single = record.low == record.high && record.low_letter == record.high_letter;
  if (text_single && record_single) {
    return text.low == record.low && record.low_letter == 0 ? HouseRelation::kTextCloser : HouseRelation::kOther;
  }
  const NumberSpan& range = text_single ? record : text;
  const NumberSpan& other = text_single ? text : record;
  if (text_single || record_single) {
    const bool end = (other.low == range.low && other.low_letter == range.low_letter) ||
                     (other.low == range.high && other.low_letter == range.high_letter);
    // One side of a street has numbers of one parity.
    const bool inside = other.low_letter == 0 && other.low > range.low && other.low < range.high &&
                        (other.low - range.low) % 2 == 0 && text_single;
    return end || inside ? HouseRelation::kWithin : HouseRelation::kOther;
  }
  return HouseRelation::kOther;
}

}  // namespace wensum::matching::address
