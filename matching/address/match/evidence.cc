#include "matching/address/match/evidence.h"

#include <iterator>
#include <string_view>

namespace wensum::matching::address::match {
namespace {

// 3 for THREE; 0 for what is no number up to twelve.
int32_t NumberInWords(const Token& token) {
  constexpr std::string_view kWords[] = {"ONE",   "TWO",   "THREE", "FOUR", "FIVE",   "SIX",
                                         "SEVEN", "EIGHT", "NINE",  "TEN",  "ELEVEN", "TWELVE"};
  int32_t number = 0;
  for (size_t i = 0; i < std::size(kWords) && token.kind == TokenKind::kWord; ++i) {
    number = token.text == kWords[i] ? static_cast<int32_t>(i) + 1 : number;
  }
  return number;
}

// Reads the tokens from left to right.
class EvidenceReader {
 public:
  explicit EvidenceReader(const Tokens& tokens) : tokens_(tokens) {}
  Evidence Read();

 private:
  [[nodiscard]] bool At(size_t i, WordFlags flags) const { return i < tokens_.size() && tokens_[i].Is(flags); }
  [[nodiscard]] bool NumberAt(size_t i) const { return i < tokens_.size() && tokens_[i].IsNumber(); }
  [[nodiscard]] bool TextAt(size_t i, std::string_view text) const {
    return i < tokens_.size() && tokens_[i].kind == TokenKind::kWord && tokens_[i].text == text;
  }
  [[nodiscard]] bool LetterAt(size_t i) const {
    return i < tokens_.size() && tokens_[i].kind == TokenKind::kWord && tokens_[i].letter != 0;
  }
  [[nodiscard]] bool PartedAt(size_t i) const { return i >= tokens_.size() || tokens_[i].comma_before; }
  [[nodiscard]] bool Typed(size_t i) const { return i < tokens_.size() && (typed_ >> i & 1) != 0; }
  // A word that may belong to a name, with no comma between it and token `i`.
  [[nodiscard]] bool NameBefore(size_t i) const {
    return i > 0 && !tokens_[i].comma_before && (evidence_.names >> (i - 1) & 1) != 0;
  }
  [[nodiscard]] bool FloorWordAt(size_t i) const { return At(i, kFloorWord) || TextAt(i, "FL"); }
  size_t Type(size_t begin, size_t end) {
    typed_ |= MaskOf(begin, end);
    return end;
  }

  size_t ReadToken(size_t i);
  size_t ReadNumber(size_t i);
  // Each returns the first token that it leaves; `i` if it takes none.
  size_t ReadFloors(size_t i);
  size_t ReadOrdinals(size_t i, uint16_t* floors) const;
  size_t ReadSide(size_t i);
  size_t ReadUnit(size_t i);
  size_t BindUnit(size_t word, size_t id);
  size_t ReadBlock(size_t i);
  size_t ReadRelation(size_t i);
  [[nodiscard]] size_t NumbersFrom(size_t i) const;

  const Tokens& tokens_;
  Evidence evidence_;
  TokenMask typed_ = 0;
  bool context_next_ = false;
};

Evidence EvidenceReader::Read() {
  for (size_t i = 0; i < tokens_.size();) {
    i = ReadToken(i);
  }
  return evidence_;
}

size_t EvidenceReader::ReadToken(size_t i) {
  if (tokens_[i].IsNumber()) {
    return ReadNumber(i);
  }
  if (tokens_[i].Is(kNumberWord) && (NumberAt(i + 1) || LetterAt(i + 1))) {
    return Type(i, i + 1);
  }
  if (TextAt(i, "F") && NumberAt(i + 1) && (i == 0 || PartedAt(i)) && !PartedAt(i + 1)) {
    return BindUnit(i, i + 1);  // F 8, WENSUM HOUSE
  }
  if (tokens_[i].flags != 0 || TextAt(i, "NEXT") || TextAt(i, "PO")) {
    for (const auto read : {&EvidenceReader::ReadRelation, &EvidenceReader::ReadFloors, &EvidenceReader::ReadSide,
                            &EvidenceReader::ReadUnit, &EvidenceReader::ReadBlock}) {
      const size_t next = (this->*read)(i);
      if (next != i) {
        return next;
      }
    }
    if (tokens_[i].Is(kTitle)) {
      evidence_.noise |= MaskOf(i, i + 1);
    }
  }
  if (LetterAt(i) && i > 0 && tokens_[i - 1].Is(kTitle)) {
    evidence_.noise |= MaskOf(i, i + 1);  // MRS E CLARKE
  } else if (LetterAt(i) && evidence_.loose_letter == 0) {
    if (At(i + 1, kBlockWord) && !PartedAt(i + 1)) {
      evidence_.unit.block_letter = tokens_[i].letter;
      return Type(i, i + 2);
    }
    evidence_.loose_letter = tokens_[i].letter;
    evidence_.loose_position = static_cast<uint8_t>(i);
  }
  evidence_.names |= MaskOf(i, i + 1);
  return i + 1;
}

size_t EvidenceReader::ReadNumber(size_t i) {
  const Token& token = tokens_[i];
  Numeral numeral;
  numeral.kind = token.kind;
  numeral.span = {token.number, token.end >= 0 ? token.end : token.number, token.letter,
                  token.end >= 0 ? token.end_letter : token.letter};
  numeral.prefix = token.prefix;
  numeral.position = static_cast<uint8_t>(i);
  numeral.contextual = context_next_;
  context_next_ = false;
  if (evidence_.numbers.size() < 6) {
    evidence_.numbers.push_back(numeral);
  }
  return Type(i, i + 1);
}

size_t EvidenceReader::NumbersFrom(size_t i) const {
  size_t count = 0;
  for (; i < tokens_.size(); ++i) {
    count += tokens_[i].IsNumber() ? 1 : 0;
  }
  return count;
}

// FIRST, FIRST AND SECOND, FIRST TO THIRD, LOWER GROUND; sets the bits and returns the token after them.
size_t EvidenceReader::ReadOrdinals(size_t i, uint16_t* floors) const {
  uint8_t last = 0;
  bool fill = false;
  size_t end = i;
  for (size_t k = i; k < tokens_.size();) {
    size_t at = k;
    bool lower = false;
    if ((TextAt(at, "LOWER") || TextAt(at, "UPPER")) && At(at + 1, kFloorOrdinal) &&
        tokens_[at + 1].argument == kGroundBit) {
      lower = TextAt(at, "LOWER");
      ++at;
    }
    if (!At(at, kFloorOrdinal | kFloorName)) {
      break;
    }
    const uint8_t argument = lower ? kBasementBit : tokens_[at].argument;
    if (argument == kGardenArgument) {
      *floors |= 3;
    } else {
      *floors |= static_cast<uint16_t>(1U << argument);
      for (uint8_t bit = last; fill && bit < argument && argument <= 13; ++bit) {
        *floors |= static_cast<uint16_t>(1U << bit);
      }
      last = argument;
    }
    end = at + 1;
    k = end;
    if (FloorWordAt(k)) {
      end = ++k;
    }
    fill = TextAt(k, "TO");
    if (fill || TextAt(k, "AND")) {
      ++k;
    } else if (!At(k, kFloorOrdinal) || tokens_[k].comma_before) {
      break;
    }
  }
  return end;
}

size_t EvidenceReader::ReadFloors(size_t i) {
  if (tokens_[i].Is(kFloorFlat) && (i == 0 || PartedAt(i) || NumberAt(i + 1) || Typed(i - 1))) {
    evidence_.unit.floors |= static_cast<uint16_t>(1U << tokens_[i].argument);
    evidence_.unit_word = true;
    evidence_.floor_before_unit = true;
    evidence_.unit.kind = evidence_.unit.kind == UnitKind::kNone ? UnitKind::kFlat : evidence_.unit.kind;
    return Type(i, i + 1);
  }
  uint16_t floors = 0;
  const size_t end = ReadOrdinals(i, &floors);
  if (end == i) {
    return i;
  }
  const bool says_floor = FloorWordAt(end - 1);
  const bool in_name = NameBefore(i) && !(tokens_[i - 1].Is(kStreetType) && At(end, kUnitWord));  // MILL ROAD TOP FLAT
  const bool always = tokens_[i].Is(kFloorName) && !(At(end, kTypeWord) && !PartedAt(end)) && !in_name;
  const bool before_unit = At(end, kUnitWord) && !PartedAt(end) && !in_name;
  const bool after_unit =
      i > 0 && tokens_[i - 1].Is(kUnitWord) && Typed(i - 1) &&
      (PartedAt(end) || NumberAt(end) || At(end, kSideWord | kFloorWord) || tokens_[i].argument == kGroundBit);
  const bool leads = i == 0 && (NumberAt(end) || (At(end, kSideWord) && end + 1 < tokens_.size()));
  const bool garden = tokens_[i].argument == kGardenArgument && tokens_[i].Is(kFloorOrdinal);
  if (!says_floor && !always && !before_unit && (garden || (!after_unit && !leads))) {
    return i;
  }
  evidence_.unit.floors |= floors;
  return Type(i, end);
}

size_t EvidenceReader::ReadSide(size_t i) {
  if (!tokens_[i].Is(kSideWord) || (TextAt(i + 1, "OF") && tokens_[i].argument == 3)) {
    return i;
  }
  size_t end = i + 1;
  while (TextAt(end, "HAND") || TextAt(end, "SIDE")) {
    ++end;
  }
  const bool beside = (i > 0 && Typed(i - 1) && !tokens_[i - 1].IsNumber()) || end > i + 1 ||
                      (!NameBefore(i) && (At(end, kUnitWord | kFloorWord | kFloorName | kSideWord) ||
                                          (At(end, kFloorOrdinal) && FloorWordAt(end + 1))));  // DOVE FITNESS CENTRE
  const bool before_number = NumberAt(end) && (i == 0 || PartedAt(i));
  const bool apart = i > 0 && PartedAt(i) && PartedAt(end) && i + 1 < tokens_.size();
  if (!beside && !before_number && !apart) {
    return i;
  }
  evidence_.unit.sides |= static_cast<uint8_t>(1U << tokens_[i].argument);
  return Type(i, end);
}

size_t EvidenceReader::ReadUnit(size_t i) {
  if (tokens_[i].Is(kPluralUnit)) {
    const bool list = (i == 0 || PartedAt(i)) && NumberAt(i + 1) && !PartedAt(i + 1) && NumbersFrom(i + 1) > 1;
    return list ? BindUnit(i, i + 1) : i;
  }
  if (!tokens_[i].Is(kUnitWord)) {
    return i;
  }
  const auto kind = static_cast<UnitKind>(tokens_[i].argument);
  size_t id = i + 1;
  while (At(id, kNumberWord)) {
    ++id;
  }
  const bool has_id =
      id < tokens_.size() && !PartedAt(id) && (NumberAt(id) || LetterAt(id) || NumberInWords(tokens_[id]) > 0);
  const bool plot = kind == UnitKind::kPlot && PartedAt(i) && PartedAt(id) && NumberAt(id) && NumbersFrom(id) == 1;
  if (plot || (kind == UnitKind::kPlot && i == 0 && NumberAt(id))) {
    evidence_.unit_word = true;
    evidence_.unit.kind = kind;
    return BindUnit(i, id);  // PLOT, 1 SWIFT ROAD
  }
  const bool dwelling = kind == UnitKind::kFlat || kind == UnitKind::kAnnexe || kind == UnitKind::kPenthouse;
  const bool floor_follows = id < tokens_.size() && !PartedAt(id) && At(id, kFloorName | kFloorOrdinal | kSideWord);
  if (!has_id && !floor_follows) {
    const bool in_name = (NameBefore(i) && kind != UnitKind::kAnnexe && !TextAt(i - 1, "THE")) ||
                         (!dwelling && id < tokens_.size() && !PartedAt(id));
    if (in_name || (!dwelling && i > 0 && !Typed(i - 1))) {
      return i;
    }
  }
  evidence_.unit_word = true;
  evidence_.unit.kind = kind;
  if (!has_id) {
    return Type(i, id);
  }
  const bool after_floor = i > 0 && Typed(i - 1) && !tokens_[i - 1].IsNumber() && !tokens_[i - 1].Is(kUnitWord) &&
                           (evidence_.unit.floors != 0 || evidence_.unit.sides != 0);
  if (after_floor && NumberAt(id) && evidence_.numbers.empty() && NumbersFrom(id) == 1) {
    evidence_.floor_before_unit = true;
    return Type(i, id);
  }
  return BindUnit(i, id);
}

size_t EvidenceReader::BindUnit(size_t word, size_t id) {
  Unit& unit = evidence_.unit;
  evidence_.unit_word = true;
  if (unit.has_id()) {
    return Type(word, id);  // "FLAT 3 UNIT 5": the first names it; the other is a number of the text
  }
  const Token& token = tokens_[id];
  if (token.kind == TokenKind::kSlash && NumbersFrom(id) == 1) {
    return Type(word, id);  // FLAT 3/12 HIGH STREET
  }
  unit.letter = token.letter;
  if (token.IsNumber()) {
    unit.number = token.number;
    unit.end = token.end;
    unit.prefix = token.prefix;
  } else if (NumberInWords(token) > 0) {
    unit.number = NumberInWords(token);
  }
  return Type(word, id + 1);
}

size_t EvidenceReader::ReadBlock(size_t i) {
  if (!tokens_[i].Is(kBlockWord) || PartedAt(i + 1)) {
    return i;
  }
  if (NumberAt(i + 1) && tokens_[i + 1].kind == TokenKind::kNumber) {
    evidence_.unit.block = static_cast<int16_t>(tokens_[i + 1].number);
    evidence_.unit.block_letter = tokens_[i + 1].letter;
  } else if (LetterAt(i + 1)) {
    evidence_.unit.block_letter = tokens_[i + 1].letter;
  } else {
    return i;
  }
  return Type(i, i + 2);
}

Relations RelationOf(std::string_view word) {
  constexpr std::pair<std::string_view, Relations> kWords[] = {
      {"REAR", kBehind}, {"BEHIND", kBehind},     {"ADJACENT", kBeside}, {"ADJOINING", kBeside}, {"BESIDE", kBeside},
      {"NEXT", kBeside}, {"OPPOSITE", kOpposite}, {"ABOVE", kAbove},     {"BELOW", kBelow}};
  for (const auto& [text, relation] : kWords) {
    if (word == text) {
      return relation;
    }
  }
  return 0;
}

size_t EvidenceReader::ReadRelation(size_t i) {
  size_t end = i;
  if (tokens_[i].Is(kSideWord) && tokens_[i].argument == 3 && TextAt(i + 1, "OF")) {
    end = i + 2;
  } else if (tokens_[i].Is(kRelationWord)) {
    if (TextAt(i + 1, "THE") && !NumberAt(i + 2) && i + 2 < tokens_.size() && !TextAt(i, "LAND") &&
        !TextAt(i, "SITE")) {
      return Type(i, i + 3);  // FLAT ABOVE THE SHOP, 30A
    }
    if (At(i + 1, kUnitWord) && !PartedAt(i + 1) && tokens_[i + 1].argument == static_cast<uint8_t>(UnitKind::kShop)) {
      return Type(i, i + 2);  // FLAT ABOVE SHOP 606A
    }
    const bool ground = TextAt(i, "LAND") || TextAt(i, "SITE");
    const bool follows = At(i + 1, kStopWord | kRelationWord) || (At(i + 1, kSideWord) && TextAt(i + 2, "OF"));
    end = i + 1;
    while (TextAt(end, "TO") || TextAt(end, "OF") || TextAt(end, "AT")) {
      ++end;
    }
    const bool in_name = NameBefore(i) && !NumberAt(end);  // SUBSTATION ADJACENT TO 12 is none
    if ((ground && !follows) || in_name || (!ground && !follows && !NumberAt(i + 1))) {
      return i;
    }
  } else if ((TextAt(i, "NEXT") && TextAt(i + 1, "TO")) || (TextAt(i, "PO") && TextAt(i + 1, "BOX"))) {
    end = i + 2;
  }
  if (end == i) {
    return i;
  }
  evidence_.relation = true;
  evidence_.relations |= RelationOf(tokens_[i].text);
  context_next_ = true;
  return Type(i, end);
}

// --- Readings ---

class ReadingMaker {
 public:
  explicit ReadingMaker(const Evidence& evidence) : evidence_(evidence) {}
  Readings Make();

 private:
  void Add(const Unit& unit, const Numeral* house, float penalty, bool leaves = false);
  void AddHouse(const Unit& unit, House house, size_t position, float penalty, bool leaves = false);
  [[nodiscard]] Unit UnitOf(const Numeral& numeral) const;
  void AddUnitGiven();
  void AddOne(const Numeral& numeral, float penalty, bool leaves);
  void AddSeveral();

  const Evidence& evidence_;
  absl::InlinedVector<Numeral, 6> numbers_;  // without repeats
  const Numeral* repeat_ = nullptr;          // the second of two equal numbers
  Readings readings_;
};

void ReadingMaker::AddHouse(const Unit& unit, House house, size_t position, float penalty, bool leaves) {
  Reading reading;
  reading.unit = unit;
  reading.house = house;
  reading.penalty = penalty;
  reading.house_position = house.empty() ? static_cast<int8_t>(-1) : static_cast<int8_t>(position);
  reading.leaves_number = leaves;
  reading.unit_given = evidence_.unit_word && evidence_.unit.has_id();
  readings_.push_back(reading);
}

void ReadingMaker::Add(const Unit& unit, const Numeral* house, float penalty, bool leaves) {
  AddHouse(unit, house == nullptr ? House() : house->span, house == nullptr ? 0 : house->position, penalty, leaves);
  readings_.back().contextual = house != nullptr && house->contextual;
}

Unit ReadingMaker::UnitOf(const Numeral& numeral) const {
  Unit unit = evidence_.unit;
  unit.number = numeral.span.low;
  unit.end = numeral.kind == TokenKind::kNumber || numeral.kind == TokenKind::kCode ? -1 : numeral.span.high;
  unit.letter = numeral.span.low_letter;
  unit.prefix = numeral.prefix;
  return unit;
}

Readings ReadingMaker::Make() {
  for (const Numeral& numeral : evidence_.numbers) {
    bool repeated = false;
    for (const Numeral& other : numbers_) {
      repeated |= other.span.low == numeral.span.low && other.span.high == numeral.span.high &&
                  other.span.low_letter == numeral.span.low_letter && other.prefix == numeral.prefix;
    }
    if (!repeated) {
      numbers_.push_back(numeral);
    } else {
      repeat_ = &numeral;
    }
  }
  if (evidence_.unit.has_id()) {
    AddUnitGiven();
  } else if (numbers_.empty()) {
    Add(evidence_.unit, nullptr, 0);
    if (evidence_.loose_letter != 0) {
      Unit unit = evidence_.unit;
      unit.letter = evidence_.loose_letter;
      Add(unit, nullptr, -1);
    }
  } else if (numbers_.size() == 1) {
    AddOne(numbers_[0], 0, false);
    if (repeat_ != nullptr && repeat_->kind == TokenKind::kNumber) {
      Add(UnitOf(*repeat_), repeat_, -0.5F);  // flat 3 of number 3
    }
  } else {
    AddSeveral();
  }
  if (readings_.size() > kMostReadings) {
    readings_.resize(kMostReadings);
  }
  return readings_;
}

void ReadingMaker::AddUnitGiven() {
  const Unit& unit = evidence_.unit;
  Unit bare = unit;
  bare.number = bare.end = -1;
  bare.letter = bare.prefix = 0;
  if (numbers_.empty()) {
    Add(unit, nullptr, 0);
    if (unit.number >= 0 && unit.prefix == 0) {
      // "FLAT 12A, HIGH STREET" may be a flat at 12, or a house.
      const House house{unit.number, unit.end >= 0 ? unit.end : unit.number, unit.letter, unit.letter};
      AddHouse(bare, house, 0, -3);
      if (unit.letter != 0) {
        Unit letter = bare;
        letter.letter = unit.letter;
        AddHouse(letter, {unit.number, unit.number, 0, 0}, 0, -3);
      }
    }
    return;
  }
  const size_t count = numbers_.size();
  for (size_t i = count; i-- > 0;) {
    const Numeral& numeral = numbers_[i];
    const float penalty = (count > 1 ? -1.0F : 0.0F) + (i + 1 < count ? -0.5F : 0.0F);
    if (numeral.kind == TokenKind::kSlash) {
      const bool range = numeral.span.high > numeral.span.low && numeral.span.high - numeral.span.low <= 30;
      Add(unit, &numeral, penalty + (range ? 0.0F : -4.0F));
      AddHouse(unit, {numeral.span.high, numeral.span.high, numeral.span.high_letter, numeral.span.high_letter},
               numeral.position, penalty - 1);
      continue;
    }
    Add(unit, &numeral, penalty);
    if (numeral.span.low_letter != 0 && unit.number < 0) {
      // "FLAT A, 12B": B may be the flat's.
      continue;
    }
    if (numeral.kind == TokenKind::kNumber && unit.number < 0 && numeral.span.low_letter == 0) {
      AddHouse(bare, {numeral.span.low, numeral.span.low, unit.letter, unit.letter}, numeral.position, penalty - 1.5F);
    }
    if (unit.number >= 0 && unit.letter == 0 && numeral.span.low_letter != 0 && numeral.kind == TokenKind::kNumber) {
      Unit lettered = unit;  // FLAT 3, 12A: flat 3 of 12A, less often flat 3A of 12
      lettered.letter = numeral.span.low_letter;
      AddHouse(lettered, {numeral.span.low, numeral.span.low, 0, 0}, numeral.position, penalty - 5);
    }
  }
  Add(unit, nullptr, -6, true);
}

void ReadingMaker::AddOne(const Numeral& numeral, float penalty, bool leaves) {
  const Unit& stated = evidence_.unit;
  const House& span = numeral.span;
  if (numeral.kind == TokenKind::kCode) {
    Add(UnitOf(numeral), nullptr, penalty, leaves);
    Unit plain = UnitOf(numeral);
    plain.prefix = 0;
    if (numeral.prefix == 'F' || numeral.prefix == 'U') {
      Add(plain, nullptr, penalty - 0.3F, leaves);
    }
    Unit letter = stated;
    letter.letter = numeral.prefix;
    AddHouse(letter, {span.low, span.low, span.low_letter, span.low_letter}, numeral.position, penalty - 1.5F, leaves);
    return;
  }
  if (numeral.kind == TokenKind::kSlash) {
    // 12/14 may be a range; 1/15 is flat 1 of number 15.
    const bool range = span.high > span.low && span.high - span.low <= 8 && (span.high - span.low) % 2 == 0;
    Unit first = stated;
    first.number = span.low;
    first.letter = span.low_letter;
    Unit second = stated;
    second.number = span.high;
    second.letter = span.high_letter;
    const bool neighbours = span.high == span.low + 1;  // 20/21, of both sides or of a terrace
    AddHouse(stated, span, numeral.position,
             penalty + (range        ? 0.0F
                        : neighbours ? -1.0F
                                     : -4.0F),
             leaves || !(range || neighbours));
    AddHouse(first, {span.high, span.high, span.high_letter, span.high_letter}, numeral.position, penalty - 0.5F,
             leaves);
    AddHouse(second, {span.low, span.low, span.low_letter, span.low_letter}, numeral.position, penalty - 3, leaves);
    return;
  }
  if (evidence_.loose_letter != 0 && evidence_.loose_position + 1 == numeral.position && span.low_letter == 0) {
    // "A, 133 FULLWELL AVENUE": 133A, or flat A of 133.
    Unit unit = stated;
    unit.letter = evidence_.loose_letter;
    AddHouse(stated, {span.low, span.high, unit.letter, unit.letter}, numeral.position, penalty - 0.3F, leaves);
    AddHouse(unit, span, numeral.position, penalty - 0.3F, leaves);
    AddHouse(stated, span, numeral.position, penalty - 6, true);
    return;
  }
  Add(stated, &numeral, penalty, leaves);
  if (numeral.contextual) {
    return;
  }
  if (numeral.kind == TokenKind::kRange) {
    Unit unit = stated;
    unit.number = span.low;
    unit.letter = span.low_letter;
    AddHouse(unit, {span.high, span.high, span.high_letter, span.high_letter}, numeral.position, penalty - 2.5F,
             leaves);
    readings_.back().unit_position = static_cast<int8_t>(numeral.position);
    Add(UnitOf(numeral), nullptr, penalty - 1, leaves);
    readings_.back().unit_position = static_cast<int8_t>(numeral.position);
    return;
  }
  Add(UnitOf(numeral), nullptr, penalty - (evidence_.floor_before_unit ? 2.0F : 0.2F), leaves || repeat_ != nullptr);
  readings_.back().unit_position = static_cast<int8_t>(numeral.position);
  if (span.low_letter != 0 && span.low_letter != '#') {
    Unit unit = stated;
    unit.letter = span.low_letter;
    AddHouse(unit, {span.low, span.low, 0, 0}, numeral.position, penalty - 1.5F, leaves);
  } else if (evidence_.loose_letter != 0) {
    Unit unit = stated;
    unit.letter = evidence_.loose_letter;
    AddHouse(unit, span, numeral.position, penalty - 0.5F, leaves);
    AddHouse(stated, {span.low, span.low, evidence_.loose_letter, evidence_.loose_letter}, numeral.position,
             penalty - 1, leaves);
  }
}

void ReadingMaker::AddSeveral() {
  const size_t count = numbers_.size();
  for (size_t house = count; house-- > 0;) {
    for (size_t unit = 0; unit < count; ++unit) {
      if (unit == house || numbers_[unit].contextual) {
        continue;
      }
      float penalty = unit < house ? 0.0F : -4.0F;
      penalty += house + 1 < count ? -1.0F : 0.0F;
      const bool leaves = count > 2;
      const Numeral& at = numbers_[house];
      Unit of = UnitOf(numbers_[unit]);
      if (at.kind == TokenKind::kCode) {
        continue;
      }
      if (numbers_[unit].kind == TokenKind::kSlash) {
        // 3/2, 41 DUMMY ROAD: flat 2 on floor 3, or flat 3/2.
        Unit scottish = evidence_.unit;
        scottish.number = of.end;
        if (of.number >= 0 && of.number <= 12) {
          scottish.floors |= static_cast<uint16_t>(1U << (of.number + 1));
        }
        Add(scottish, &at, penalty - 0.2F, leaves);
      }
      if (at.kind == TokenKind::kSlash && !(at.span.high > at.span.low && at.span.high - at.span.low <= 30)) {
        penalty -= 4;
      }
      Add(of, &at, penalty - (leaves ? 2.0F : 0.0F), leaves);
      if (of.letter != 0 && at.span.low_letter == 0 && of.number >= 0 && of.number == at.span.low) {
        Unit letter = evidence_.unit;
        letter.letter = of.letter;
        Add(letter, &at, penalty, leaves);
      }
    }
  }
  for (size_t i = count; i-- > 0;) {
    AddOne(numbers_[i], i + 1 < count ? -7.0F : -6.0F, true);
  }
}

}  // namespace

Evidence ReadEvidence(const Tokens& tokens) { return EvidenceReader(tokens).Read(); }

Readings MakeReadings(const Evidence& evidence) { return ReadingMaker(evidence).Make(); }

}  // namespace wensum::matching::address::match
