#include "matching/address/match/address_line.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/strings.h"
#include "matching/address/match/folded_text.h"

namespace wensum::matching::address::match {
namespace {

constexpr size_t kMostHouseDigits = 4;  // a longer number is a telephone or an account
constexpr int32_t kWidestRange = 60;    // 3-125 is a flat and its house

constexpr std::array<std::string_view, 13> kOrdinals = {"GROUND", "FIRST",    "SECOND",  "THIRD",  "FOURTH",
                                                        "FIFTH",  "SIXTH",    "SEVENTH", "EIGHTH", "NINTH",
                                                        "TENTH",  "ELEVENTH", "TWELFTH"};

int32_t ValueOf(std::string_view digits) {
  int32_t value = 0;
  for (const char c : digits) {
    value = value * 10 + (c - '0');
  }
  return value;
}

// 1ST, 22ND, 80TH; 80ST is a number and a saint.
bool IsOrdinal(int32_t number, std::string_view letters) {
  const int32_t last = number % 10;
  const bool teen = number % 100 >= 11 && number % 100 <= 13;
  return letters == (teen || last == 0 || last > 3 ? "TH" : last == 1 ? "ST" : last == 2 ? "ND" : "RD");
}

}  // namespace

struct AddressLine::Atom {
  std::string_view text;
  bool digits = false;
  char before = ' ';  // what parts it from the atom before: 0 nothing, or one of " -/&,"
};

AddressLine::AddressLine(std::string_view text, std::string_view field, const NameTable& names)
    : names_(names), learn_(nullptr) {
  Read(text, field);
}

AddressLine::AddressLine(std::string_view text, std::string_view field, NameTable* names)
    : names_(*names), learn_(names) {
  Read(text, field);
}

std::string_view AddressLine::Keep(std::string text) { return kept_.emplace_back(std::move(text)); }

void AddressLine::Read(std::string_view text, std::string_view field) {
  folded_ = FoldText(text);
  postcode_ = TakePostcode(PostcodeOfField(field), &folded_);
  const Atoms atoms = Split();
  for (size_t i = 0; i < atoms.size() && tokens_.size() < kMostTokens;) {
    comma_ = comma_ || atoms[i].before == ',';
    if (atoms[i].before == '&') {
      AddWord("AND");
    }
    i = atoms[i].digits ? AddDigits(atoms, i) : AddLetters(atoms, i);
  }
  if (tokens_.size() > kMostTokens) {
    tokens_.resize(kMostTokens);
  }
  JoinNumbers();
  if (learn_ == nullptr) {
    JoinWords();
  }
  DropRepeats();
}

AddressLine::Atoms AddressLine::Split() const {
  Atoms atoms;
  const std::string_view folded = folded_;
  char before = ' ';
  for (size_t i = 0; i < folded.size();) {
    const char c = folded[i];
    const bool digit = IsDigit(c);
    if (!digit && !IsUpper(c)) {
      if (c == ' ' || c == '-' || c == '/' || c == '&') {
        before = before == ',' ? ',' : c == ' ' && before != 0 ? before : c;
      } else {
        before = ',';
      }
      ++i;
      continue;
    }
    const size_t begin = i;
    while (i < folded.size() && (digit ? IsDigit(folded[i]) : IsUpper(folded[i]))) {
      ++i;
    }
    atoms.push_back({folded.substr(begin, i - begin), digit, before});
    before = 0;
  }
  return atoms;
}

void AddressLine::Push(Token token) {
  token.comma_before = comma_ && !tokens_.empty();
  comma_ = false;
  tokens_.push_back(token);
}

void AddressLine::AddNumber(int32_t number, char letter) {
  Token token;
  token.kind = TokenKind::kNumber;
  token.number = number;
  token.letter = letter;
  Push(token);
}

bool AddressLine::KnownName(std::string_view word) const {
  const WordId id = names_.FindWord(word);
  return id != kNoWord && names_.Known(id);
}

void AddressLine::AddWord(std::string_view word) {
  WordId id = names_.FindWord(word);
  if (id == kNoWord || !names_.Known(id)) {
    if (learn_ != nullptr) {
      id = learn_->InternWord(word);
    } else if (AddParted(word)) {
      return;
    } else {
      id = kNoWord;  // of a name that is gone: as if it had never been
    }
  }
  Token token;
  token.text = word;
  token.word = id;
  if (id != kNoWord) {
    token.flags = names_.word(id).flags;
    token.argument = names_.word(id).argument;
  }
  token.letter = word.size() == 1 ? word[0] : 0;
  Push(token);
}

// MANSFIELDROAD, MANSFIELDRD, THEGROVE, FLATA.
bool AddressLine::AddParted(std::string_view word) {
  std::pair<WordId, WordId> pair;
  if (names_.SplitJoined(word, &pair)) {
    AddWord(names_.word(pair.first).text);
    AddWord(names_.word(pair.second).text);
    return true;
  }
  if (word.size() > 5 && word.substr(0, 3) == "THE" && KnownName(word.substr(3))) {
    AddWord(word.substr(0, 3));
    AddWord(word.substr(3));
    return true;
  }
  if (word.size() >= 4) {
    const LexiconWord* const unit = FindLexiconWord(word.substr(0, word.size() - 1));
    if (unit != nullptr && (unit->flags & kUnitWord) != 0) {
      AddWord(word.substr(0, word.size() - 1));
      AddWord(word.substr(word.size() - 1));
      return true;
    }
  }
  for (size_t tail = 2; tail <= 9 && tail + 4 <= word.size(); ++tail) {
    const LexiconWord* const type = FindLexiconWord(word.substr(word.size() - tail));
    if (type == nullptr || (type->flags & kTypeWord) == 0) {
      continue;
    }
    const WordId first = names_.FindWord(word.substr(0, word.size() - tail));
    if (first != kNoWord && names_.Adjacent(first, names_.FindWord(type->canonical))) {
      AddWord(word.substr(0, word.size() - tail));
      AddWord(word.substr(word.size() - tail));
      return true;
    }
  }
  // ESATWOODROAD: misspelt and joined.
  for (const std::string_view type : {"ROAD", "STREET", "AVENUE", "CLOSE", "LANE", "DRIVE", "GARDENS", "CRESCENT"}) {
    if (word.size() > type.size() + 3 && word.substr(word.size() - type.size()) == type &&
        !names_.FindNear(word.substr(0, word.size() - type.size())).empty()) {
      AddWord(word.substr(0, word.size() - type.size()));
      AddWord(type);
      return true;
    }
  }
  return false;
}

// The atom behind a telephone number that begins with a 0; `i` if there is none.
size_t AddressLine::TelephoneAt(const Atoms& atoms, size_t i) {
  constexpr size_t kLeastDigits = 9;
  if (atoms[i].text[0] != '0' || atoms[i].text.size() < 2) {
    return i;
  }
  size_t end = i;
  size_t digits = 0;
  while (end < atoms.size() && atoms[end].digits && (end == i || atoms[end].before != ',')) {
    digits += atoms[end++].text.size();
  }
  return digits >= kLeastDigits ? end : i;
}

size_t AddressLine::AddDigits(const Atoms& atoms, size_t i) {
  const std::string_view digits = atoms[i].text;
  const size_t telephone = TelephoneAt(atoms, i);
  if (telephone != i) {
    return telephone;
  }
  const bool glued = i + 1 < atoms.size() && atoms[i + 1].before == 0;
  if (digits.size() > kMostHouseDigits) {
    return i + (glued ? 2 : 1);
  }
  const int32_t number = ValueOf(digits);
  if (glued) {
    return AddGlued(atoms, i, number);
  }
  return AddPair(atoms, i, number, 0, i + 1);
}

// 11FORD, 3SS3X: a place behind the street, though FORD is a name too.
bool AddressLine::PlaceFollows(const Atoms& atoms, size_t i) {
  size_t next = i;
  const std::string_view word = tokens_.empty() ? std::string_view() : ReadMixed(atoms, i, &next);
  const WordId id = word.empty() ? kNoWord : names_.FindWord(word);
  if (id == kNoWord || (names_.word(id).place_uses == 0 && (names_.word(id).flags & kCountyWord) == 0)) {
    return false;
  }
  const Token& last = tokens_.back();
  const bool ended = next >= atoms.size() || atoms[next].before == ',';
  const bool place_before = last.word != kNoWord && names_.word(last.word).place_uses > 0;
  return !last.IsNumber() && (ended || last.Is(kStreetType) || place_before || comma_);
}

// A number with letters right behind it: 12A, 1ST, 2F1, 2FR, 47MANSFIELD, 36CBELGRAVE, 5TREET.
size_t AddressLine::AddGlued(const Atoms& atoms, size_t i, int32_t number) {
  if (learn_ == nullptr && PlaceFollows(atoms, i)) {
    size_t next = i;
    AddWord(ReadMixed(atoms, i, &next));
    return next;
  }
  const std::string_view letters = atoms[i + 1].text;
  const bool digits_follow = i + 2 < atoms.size() && atoms[i + 2].before == 0;
  const bool floor = number >= 0 && static_cast<size_t>(number) < kOrdinals.size();
  const bool saint = letters == "ST" && learn_ == nullptr && i + 2 < atoms.size() &&
                     names_.Adjacent(names_.FindWord("ST"), names_.FindWord(atoms[i + 2].text));
  if (IsOrdinal(number, letters) && !digits_follow && !saint) {
    if (floor && number > 0) {
      AddWord(kOrdinals[static_cast<size_t>(number)]);
    } else {
      AddWord(Keep(std::string(atoms[i].text) + std::string(letters)));
    }
    return i + 2;
  }
  if (floor && letters[0] == 'F' &&
      (letters.size() == 1 ? digits_follow : letters == "FR" || letters == "FL" || letters == "FF")) {
    AddWord(kOrdinals[static_cast<size_t>(number)]);
    AddWord("FLOOR");
    AddWord(letters.size() == 1 ? "FLAT" : letters == "FR" ? "RIGHT" : letters == "FL" ? "LEFT" : "FRONT");
    return i + 2;
  }
  if (letters.size() == 1) {
    return AddPair(atoms, i, number, letters[0], i + 2);
  }
  if (learn_ == nullptr && !KnownName(letters)) {
    size_t next = i;
    const std::string_view word = ReadMixed(atoms, i, &next);
    if (!word.empty()) {
      AddWord(word);
      return next;
    }
    if (KnownName(letters.substr(1)) && (letters.size() > 3 || letters.substr(1) == "ST")) {
      AddNumber(number, letters[0]);
      AddWord(letters.substr(1));
      return i + 2;
    }
  }
  AddNumber(number, 0);
  AddWord(letters);
  return i + 2;
}

// What follows a number: the second of a range or pair, or a letter after a dash.
size_t AddressLine::AddPair(const Atoms& atoms, size_t i, int32_t number, char letter, size_t next) {
  const auto glued_after = [&](size_t k) { return k + 1 < atoms.size() && atoms[k + 1].before == 0; };
  if (next >= atoms.size()) {
    AddNumber(number, letter);
    return next;
  }
  const Atom& second = atoms[next];
  const bool dash = second.before == '-' || second.before == '/';
  if (dash && !second.digits) {
    if (second.text == "F" && !glued_after(next) && static_cast<size_t>(number) < kOrdinals.size()) {
      AddWord(kOrdinals[static_cast<size_t>(number)]);
      AddWord("FLOOR");
      return next + 1;
    }
    if (letter == 0 && second.text.size() == 1 && !glued_after(next)) {
      AddNumber(number, second.text[0]);
      return next + 1;
    }
    if (letter == 0 && learn_ == nullptr && second.text.size() > 3 && !KnownName(second.text) &&
        KnownName(second.text.substr(1))) {
      AddNumber(number, second.text[0]);
      AddWord(second.text.substr(1));
      return next + 1;
    }
    AddNumber(number, letter);
    return next;
  }
  size_t at = next;
  const bool word_between = !second.digits && (second.text == "TO" || second.text == "AND") && second.before == ' ' &&
                            next + 1 < atoms.size() && atoms[next + 1].digits && atoms[next + 1].before == ' ';
  if (word_between) {
    at = next + 1;
  } else if (!second.digits || (!dash && second.before != '&')) {
    AddNumber(number, letter);
    return next;
  }
  if (atoms[at].text.size() > kMostHouseDigits) {
    AddNumber(number, letter);
    return next;
  }
  int32_t end = ValueOf(atoms[at].text);
  if (second.before == '-' && end < number && atoms[at].text.size() < atoms[i].text.size()) {
    std::string full(atoms[i].text);
    full.replace(full.size() - atoms[at].text.size(), atoms[at].text.size(), atoms[at].text);
    end = ValueOf(full) > number ? ValueOf(full) : end;
  }
  const bool narrow = end >= number && end - number <= kWidestRange && (dash || end > number);
  if (!narrow && !dash) {
    AddNumber(number, letter);
    return next;
  }
  Token token;
  token.kind = second.before == '/' || !narrow ? TokenKind::kSlash : TokenKind::kRange;
  token.number = number;
  token.letter = letter;
  token.end = end;
  next = at + 1;
  if (next < atoms.size() && atoms[next].before == 0 && atoms[next].text.size() == 1) {
    token.end_letter = atoms[next].text[0];
    ++next;
  }
  // 12-14-16 ends at the last.
  while (token.kind == TokenKind::kRange && next < atoms.size() && atoms[next].before == '-' && atoms[next].digits &&
         atoms[next].text.size() <= kMostHouseDigits && ValueOf(atoms[next].text) > token.end) {
    token.end = ValueOf(atoms[next].text);
    ++next;
  }
  Push(token);
  return next;
}

size_t AddressLine::AddLetters(const Atoms& atoms, size_t i) {
  const std::string_view letters = atoms[i].text;
  const bool more = i + 1 < atoms.size();
  if (more && atoms[i + 1].before == '/' && letters.size() <= 2) {
    const std::string_view next = atoms[i + 1].text;
    if (letters == "C" && next == "O") {
      return i + 2;
    }
    if (letters == "R" && next == "O") {
      AddWord("REAR");
      AddWord("OF");
      return i + 2;
    }
    const std::string_view floor = letters[0] == 'G'   ? "GROUND"
                                   : letters[0] == 'T' ? "TOP"
                                   : letters[0] == 'B' ? "BASEMENT"
                                                       : "";
    if (!floor.empty() && (letters.size() == 1 || letters[1] == 'F') &&
        (next == "F" || next == "L" || next == "R" || next == "FL" || atoms[i + 1].digits)) {
      AddWord(floor);
      AddWord("FLOOR");
      if (atoms[i + 1].digits) {
        AddWord("FLAT");
        return i + 1;
      }
      if (next != "F" && next != "FL") {
        AddWord(next == "L" ? "LEFT" : "RIGHT");
      }
      return i + 2;
    }
  }
  if (more && atoms[i + 1].before == 0) {
    return AddMixed(atoms, i);
  }
  AddWord(letters);
  return i + 1;
}

// The word that glued letters and digits from `i` on are when its digits are read as letters: R0AD, S3VEN, L0NGBR1DGE.
// Empty if that makes no known word, unless digits stand between letters or a single one behind: then it is a word all
// the same.
std::string_view AddressLine::ReadMixed(const Atoms& atoms, size_t i, size_t* next) {
  size_t end = i + 1;
  size_t letters = atoms[i].digits ? 0 : atoms[i].text.size();
  size_t all = atoms[i].text.size();
  while (end < atoms.size() && atoms[end].before == 0 && all <= kLongestMixed) {
    letters += atoms[end].digits ? 0 : atoms[end].text.size();
    all += atoms[end].text.size();
    ++end;
  }
  const bool inside = end - i >= 3 && !atoms[end - 1].digits;
  const bool behind = end - i == 2 && atoms[end - 1].text.size() == 1 && !KnownName(atoms[i].text);
  const bool between = !atoms[i].digits && (inside || behind) && letters >= 3;
  if (letters < 2 || all > kLongestMixed) {
    return {};
  }
  // Each digit for the letter that it looks like; each 1 for I or L.
  std::string first;
  for (unsigned choice = 0; choice < 8; ++choice) {
    std::string word;
    unsigned ones = 0;
    for (size_t k = i; k < end; ++k) {
      for (const char c : atoms[k].text) {
        word.push_back(!IsDigit(c) ? c : c == '1' ? (choice >> ones++ & 1) != 0 ? 'L' : 'I' : "O.ZEASGTBG"[c - '0']);
      }
    }
    if (KnownName(word)) {
      *next = end;
      return Keep(std::move(word));
    }
    first = first.empty() ? std::move(word) : first;
    if (choice + 1 >= 1U << std::min(ones, 3U)) {
      break;
    }
  }
  if (!between) {
    return {};
  }
  *next = end;
  return Keep(std::move(first));
}

// Letters with digits right behind them: FLAT12, B12, R0AD.
size_t AddressLine::AddMixed(const Atoms& atoms, size_t i) {
  const std::string_view letters = atoms[i].text;
  const std::string_view digits = atoms[i + 1].text;
  const LexiconWord* const known = FindLexiconWord(letters);
  const bool letters_follow = i + 2 < atoms.size() && atoms[i + 2].before == 0;
  const LexiconWord* const unit = letters.size() < 4 ? nullptr : FindLexiconWord(letters.substr(0, letters.size() - 1));
  if (known == nullptr && unit != nullptr && (unit->flags & kUnitWord) != 0 && digits.size() <= kMostHouseDigits) {
    AddWord(letters.substr(0, letters.size() - 1));  // UNITF4
    Token code;
    code.kind = TokenKind::kCode;
    code.prefix = letters.back();
    code.number = ValueOf(digits);
    Push(code);
    return i + 2;
  }
  const bool announces = known != nullptr && (known->flags & (kUnitWord | kBlockWord | kNumberWord | kFloorWord)) != 0;
  if (learn_ == nullptr && (!announces || letters_follow)) {
    size_t next = i;
    const std::string_view word = ReadMixed(atoms, i, &next);
    if (!word.empty() && (!announces || KnownName(word))) {  // FLAT12A is no word
      AddWord(word);
      return next;
    }
  }
  if (known != nullptr || letters.size() > 1 || digits.size() > kMostHouseDigits) {
    AddWord(letters);
    return i + 1;
  }
  Token token;
  token.kind = TokenKind::kCode;
  token.prefix = letters[0];
  token.number = ValueOf(digits);
  size_t next = i + 2;
  if (letters_follow && atoms[next].text.size() == 1) {
    token.letter = atoms[next].text[0];
    ++next;
  }
  Push(token);
  return next;
}

// "12 A" is 12A, "6, A Heybridge Drive" is 6A, "144 AND A HALF" is 144 and a half.
void AddressLine::JoinNumbers() {
  Tokens joined;
  for (size_t i = 0; i < tokens_.size(); ++i) {
    joined.push_back(tokens_[i]);
    Token& token = joined.back();
    if (token.kind != TokenKind::kNumber || token.letter != 0 || i + 1 >= tokens_.size()) {
      continue;
    }
    const auto word = [&](size_t k, std::string_view text) {
      return k < tokens_.size() && tokens_[k].kind == TokenKind::kWord && tokens_[k].text == text;
    };
    if (word(i + 1, "AND") && word(i + 2, "A") && word(i + 3, "HALF")) {
      token.letter = '#';
      i += 3;
      continue;
    }
    const Token& next = tokens_[i + 1];
    if (next.kind == TokenKind::kSlash && next.number == 1 && next.end == 2 && !next.comma_before) {
      token.letter = '#';
      i += 1;
      continue;
    }
    if (next.kind != TokenKind::kWord || next.letter == 0) {
      continue;
    }
    const bool of_unit = joined.size() > 1 && joined[joined.size() - 2].Is(kUnitWord);
    const bool word_follows =
        i + 2 < tokens_.size() && tokens_[i + 2].kind == TokenKind::kWord && !tokens_[i + 2].comma_before;
    if (!next.comma_before || (word_follows && !of_unit)) {
      token.letter = next.letter;
      i += 1;
    }
  }
  tokens_ = std::move(joined);
}

// CHI GWELL is CHIGWELL, if the gazetteer has that and no CHI GWELL.
void AddressLine::JoinWords() {
  for (size_t i = 0; i + 1 < tokens_.size(); ++i) {
    Token& first = tokens_[i];
    const Token& second = tokens_[i + 1];
    if (first.kind != TokenKind::kWord || second.kind != TokenKind::kWord || second.comma_before ||
        first.text.size() + second.text.size() < 5) {
      continue;
    }
    const bool both_known = first.word != kNoWord && second.word != kNoWord;
    if (both_known && (names_.Adjacent(first.word, second.word) || names_.word(first.word).place_uses > 0 ||
                       names_.word(second.word).place_uses > 0)) {
      continue;
    }
    const std::string joined = std::string(first.text) + std::string(second.text);
    const WordId id = names_.FindWord(joined);
    if (id == kNoWord || names_.word(id).uses + names_.word(id).place_uses == 0 || names_.word(id).text != joined) {
      continue;
    }
    first.text = Keep(joined);
    first.word = id;
    first.flags = names_.word(id).flags;
    first.argument = names_.word(id).argument;
    first.letter = 0;
    tokens_.erase(tokens_.begin() + static_cast<ptrdiff_t>(i) + 1);
  }
}

// "ST ALBANS ST ALBANS" is ST ALBANS.
void AddressLine::DropRepeats() {
  for (size_t length = 1; length <= 6 && length * 2 <= tokens_.size(); ++length) {
    const size_t second = tokens_.size() - length;
    bool same = true;
    for (size_t i = 0; i < length && same; ++i) {
      const Token& a = tokens_[second - length + i];
      const Token& b = tokens_[second + i];
      same = a.kind == TokenKind::kWord && b.kind == TokenKind::kWord && a.text == b.text;
    }
    if (same) {
      tokens_.resize(second);
      return;
    }
  }
}

}  // namespace wensum::matching::address::match
