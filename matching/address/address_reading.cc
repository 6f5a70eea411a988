#include "matching/address/address_reading.h"

namespace wensum::matching::address {
namespace {

// Walks the tokens once. Each Take function consumes tokens from `next_` on if it recognises them.
class EvidenceReader {
 public:
  explicit EvidenceReader(const TokenList& list) : tokens_(list.tokens()) {}

  Evidence Read() {
    while (next_ < tokens_.size()) {
      const Token& token = tokens_[next_];
      if (token.kind != TokenKind::kWord) {
        AddNumber(token);
        ++next_;
      } else if (!TakeFloors() && !TakeUnit() && !TakeSide() && !TakeRelation()) {
        if (token.word_class != WordClass::kNumberWord || next_ + 1 == tokens_.size() ||
            tokens_[next_ + 1].kind == TokenKind::kWord) {
          evidence_.words.push_back({token.hash, next_});
        }
        ++next_;
      }
    }
    return std::move(evidence_);
  }

 private:
  [[nodiscard]] const Token* At(size_t index) const { return index < tokens_.size() ? &tokens_[index] : nullptr; }
  [[nodiscard]] bool IsClass(size_t index, WordClass word_class) const {
    const Token* const token = At(index);
    return token != nullptr && token->kind == TokenKind::kWord && token->word_class == word_class;
  }

  void AddNumber(const Token& token) {
    NumberMention mention;
    mention.position = next_;
    mention.span = {token.number, token.kind == TokenKind::kNumber ? token.number : token.end_number, token.letter,
                    token.kind == TokenKind::kNumber ? token.letter : token.end_letter};
    mention.kind = token.kind == TokenKind::kRange   ? NumberMention::Kind::kRange
                   : token.kind == TokenKind::kSlash ? NumberMention::Kind::kSlash
                                                     : NumberMention::Kind::kNumber;
    evidence_.numbers.push_back(mention);
  }

  // "GROUND FLOOR", "FIRST AND SECOND FLOORS", "LOWER GROUND FLOOR", "BASEMENT FLAT", "GFF".
  bool TakeFloors() {
    if (IsClass(next_, WordClass::kFloorFlat)) {
      evidence_.unit.floors |= static_cast<uint16_t>(1U << tokens_[next_].argument);
      evidence_.unit.kind = UnitKind::kDwelling;
      evidence_.unit_from_floor_before_flat = true;
      MarkTyped(1);
      return true;
    }
    size_t end = next_;
    uint16_t floors = 0;
    bool lower = false;
    if (tokens_[end].word == "LOWER" && IsClass(end + 1, WordClass::kFloor)) {
      lower = true;
      ++end;
    }
    while (end < tokens_.size() && (IsClass(end, WordClass::kFloor) || (floors != 0 && tokens_[end].word == "AND"))) {
      if (IsClass(end, WordClass::kFloor)) {
        const uint8_t bit = lower && tokens_[end].argument == 1 ? 0 : tokens_[end].argument;
        floors |= static_cast<uint16_t>(1U << bit);
      }
      ++end;
    }
    if (floors == 0) {
      return false;
    }
    const bool floor_word = IsClass(end, WordClass::kFloorWord);
    const bool unit_word = IsClass(end, WordClass::kUnit) && !tokens_[end].comma_before;
    const bool after_unit = typed_end_ == next_ && typed_end_ > 0 && tokens_[next_].word == "BASEMENT";
    if (!floor_word && !unit_word && !after_unit) {
      return false;  // "FIRST AVENUE", "GARDEN ST"
    }
    evidence_.unit.floors |= floors;
    MarkTyped(end - next_ + (floor_word ? 1 : 0));
    return true;
  }

  // A unit word and the number, letter or range that it binds.
  bool TakeUnit() {
    if (!IsClass(next_, WordClass::kUnit)) {
      return false;
    }
    const Token& word = tokens_[next_];
    const Token* const id = At(next_ + 1);
    const bool binds = id != nullptr && !id->comma_before &&
                       (id->kind != TokenKind::kWord || (id->letter != 0 && IsUnitLetter(next_ + 1)));
    const bool follows_name = next_ > 0 && !word.comma_before && tokens_[next_ - 1].kind == TokenKind::kWord &&
                              typed_end_ != next_ && tokens_[next_ - 1].word_class != WordClass::kStop;
    if (!binds && follows_name) {
      return false;  // "THE STUDIO", "OLD SHOP": part of a name
    }
    SetKind(static_cast<UnitKind>(word.argument));
    if (!binds || FloorFlatBeforeHouseNumber(*id)) {
      evidence_.unit_from_floor_before_flat |= binds;
      MarkTyped(1);
      return true;
    }
    Bind(*id);
    MarkTyped(2);
    return true;
  }

  // "FLAT A": A alone, but not the article of "FLAT A HOUSE" (which no gazetteer has); any letter will do.
  [[nodiscard]] bool IsUnitLetter(size_t index) const { return tokens_[index].letter != 0; }

  void SetKind(UnitKind kind) {
    if (evidence_.unit.kind == UnitKind::kNone || evidence_.unit.kind == UnitKind::kDwelling) {
      evidence_.unit.kind = kind;
    }
  }

  // In "GROUND FLOOR FLAT 14 X ROAD" the only number is that of the house.
  [[nodiscard]] bool FloorFlatBeforeHouseNumber(const Token& id) const {
    if (evidence_.unit.floors == 0 || id.kind != TokenKind::kNumber || typed_end_ != next_) {
      return false;
    }
    for (size_t i = next_ + 2; i < tokens_.size(); ++i) {
      if (tokens_[i].kind != TokenKind::kWord) {
        return false;
      }
    }
    return evidence_.numbers.empty();
  }

  void Bind(const Token& id) {
    UnitParts& unit = evidence_.unit;
    if (id.kind == TokenKind::kWord) {
      unit.letter = id.letter;
      return;
    }
    if (unit.number >= 0) {  // a second unit number: leave it among the numbers
      ++next_;
      AddNumber(id);
      --next_;
      return;
    }
    unit.number = id.number;
    unit.letter = id.letter;
    if (id.kind == TokenKind::kRange) {
      unit.end_number = id.end_number;
    } else if (id.kind == TokenKind::kSlash) {  // "FLAT 2/14": 14 is the house
      NumberMention house;
      house.position = next_ + 1;
      house.span = {id.end_number, id.end_number, id.end_letter, id.end_letter};
      evidence_.numbers.push_back(house);
    }
  }

  // LEFT, REAR and so on, beside floor or unit words alone ("FRONT ST" is a street).
  bool TakeSide() {
    if (!IsClass(next_, WordClass::kSide)) {
      return false;
    }
    const bool before = IsClass(next_ + 1, WordClass::kUnit) || IsClass(next_ + 1, WordClass::kFloorWord);
    const bool after = typed_end_ == next_ && next_ > 0;
    if (!before && !after) {
      return false;
    }
    evidence_.unit.sides |= static_cast<uint8_t>(1U << tokens_[next_].argument);
    MarkTyped(1);
    return true;
  }

  bool TakeRelation() {
    if (tokens_[next_].word == "REAR" && At(next_ + 1) != nullptr && tokens_[next_ + 1].word == "OF") {
      evidence_.relation = true;
      MarkTyped(2);
      return true;
    }
    if (tokens_[next_].letter == 'R' && At(next_ + 1) != nullptr && tokens_[next_ + 1].letter == 'O') {  // R/O
      evidence_.relation = true;
      MarkTyped(2);
      return true;
    }
    if (!IsClass(next_, WordClass::kRelation)) {
      return false;
    }
    evidence_.relation = true;
    MarkTyped(1);
    return true;
  }

  void MarkTyped(size_t count) {
    next_ += count;
    typed_end_ = next_;
  }

  const absl::InlinedVector<Token, 24>& tokens_;
  Evidence evidence_;
  size_t next_ = 0;
  size_t typed_end_ = 0;  // end of the last floor, unit or side phrase
};

bool KindsAgree(UnitKind text, UnitKind record) {
  if (text == record || text == UnitKind::kNone || record == UnitKind::kNone) {
    return true;
  }
  // UNIT is said of flats, shops, offices and garages alike; an annexe is no such thing.
  return (text == UnitKind::kUnit && record != UnitKind::kAnnexe) ||
         (record == UnitKind::kUnit && text != UnitKind::kAnnexe);
}

}  // namespace

Evidence ReadEvidence(const TokenList& list) { return EvidenceReader(list).Read(); }

UnitRelation CompareUnits(const UnitParts& text, const UnitParts& record) {
  if (text.empty() && record.empty()) {
    return UnitRelation::kEqual;
  }
  if (text.empty()) {
    return UnitRelation::kRecordOnly;
  }
  if (record.empty()) {
    return UnitRelation::kTextOnly;
  }
  if (!KindsAgree(text.kind, record.kind)) {
    return UnitRelation::kContradicts;
  }
  if (!text.has_id() && record.has_id()) {
    return UnitRelation::kRecordOnly;
  }
  if (text.number != record.number || text.end_number != record.end_number || text.letter != record.letter) {
    return UnitRelation::kContradicts;
  }
  const bool has_number = text.number >= 0 || text.letter != 0;
  if ((text.floors != 0 && record.floors != 0 && text.floors != record.floors) ||
      (text.sides != 0 && record.sides != 0 && text.sides != record.sides)) {
    return UnitRelation::kContradicts;
  }
  if (text.floors == record.floors && text.sides == record.sides) {
    return UnitRelation::kEqual;
  }
  return has_number ? UnitRelation::kEqualWeak : UnitRelation::kContradicts;
}

}  // namespace wensum::matching::address
