#include "matching/address/words/address_text.h"

#include <algorithm>
#include <array>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "base/hash.h"
#include "base/strings.h"

namespace wensum::matching::address {
namespace {

struct WordEntry {
  std::string_view word;
  std::string_view canonical;
  WordClass word_class;
  uint8_t argument = 0;
};

constexpr auto kType = WordClass::kStreetType;
constexpr auto kHouse = WordClass::kBuildingType;
constexpr uint8_t Kind(UnitKind kind) { return static_cast<uint8_t>(kind); }

// Abbreviations are those met in council extracts (design note, part 2, 3.2). One canonical word each.
constexpr WordEntry kWords[] = {
    {"ROAD", "ROAD", kType},
    {"RD", "ROAD", kType},
    {"STREET", "ST", kType},
    {"STR", "ST", kType},
    {"SAINT", "ST", kType},
    {"ST", "ST", kType},
    {"AVENUE", "AVENUE", kType},
    {"AVE", "AVENUE", kType},
    {"AV", "AVENUE", kType},
    {"AVEN", "AVENUE", kType},
    {"LANE", "LANE", kType},
    {"LN", "LANE", kType},
    {"LA", "LANE", kType},
    {"CLOSE", "CLOSE", kType},
    {"CL", "CLOSE", kType},
    {"CLS", "CLOSE", kType},
    {"DRIVE", "DRIVE", kType},
    {"DR", "DRIVE", kType},
    {"DRV", "DRIVE", kType},
    {"COURT", "COURT", kType},
    {"CT", "COURT", kType},
    {"CRT", "COURT", kType},
    {"PLACE", "PLACE", kType},
    {"PL", "PLACE", kType},
    {"SQUARE", "SQUARE", kType},
    {"SQ", "SQUARE", kType},
    {"TERRACE", "TERRACE", kType},
    {"TER", "TERRACE", kType},
    {"TERR", "TERRACE", kType},
    {"TCE", "TERRACE", kType},
    {"GARDENS", "GARDENS", kType},
    {"GDNS", "GARDENS", kType},
    {"GDN", "GARDENS", kType},
    {"GDS", "GARDENS", kType},
    {"CRESCENT", "CRESCENT", kType},
    {"CRES", "CRESCENT", kType},
    {"CRESC", "CRESCENT", kType},
    {"CR", "CRESCENT", kType},
    {"GROVE", "GROVE", kType},
    {"GR", "GROVE", kType},
    {"GRV", "GROVE", kType},
    {"GREEN", "GREEN", kType},
    {"GRN", "GREEN", kType},
    {"HILL", "HILL", kType},
    {"WAY", "WAY", kType},
    {"WALK", "WALK", kType},
    {"WLK", "WALK", kType},
    {"WK", "WALK", kType},
    {"ROW", "ROW", kType},
    {"YARD", "YARD", kType},
    {"YD", "YARD", kType},
    {"PARK", "PARK", kType},
    {"PK", "PARK", kType},
    {"RISE", "RISE", kType},
    {"VIEW", "VIEW", kType},
    {"MEWS", "MEWS", kType},
    {"PLAIN", "PLAIN", kType},
    {"LOKE", "LOKE", kType},
    {"ALLEY", "ALLEY", kType},
    {"PASSAGE", "PASSAGE", kType},
    {"QUAY", "QUAY", kType},
    {"BOULEVARD", "BOULEVARD", kType},
    {"BLVD", "BOULEVARD", kType},
    {"BVLD", "BOULEVARD", kType},
    {"PARADE", "PARADE", kType},
    {"PDE", "PARADE", kType},
    {"VALE", "VALE", kType},
    {"CHASE", "CHASE", kType},
    {"ESTATE", "ESTATE", kType},
    {"EST", "ESTATE", kType},
    {"HEIGHTS", "HEIGHTS", kHouse},
    {"HTS", "HEIGHTS", kHouse},
    {"HOUSE", "HOUSE", kHouse},
    {"HSE", "HOUSE", kHouse},
    {"HO", "HOUSE", kHouse},
    {"BUILDING", "BUILDING", kHouse},
    {"BLDG", "BUILDING", kHouse},
    {"BUILDINGS", "BUILDINGS", kHouse},
    {"BLDGS", "BUILDINGS", kHouse},
    {"COTTAGE", "COTTAGE", kHouse},
    {"COTT", "COTTAGE", kHouse},
    {"COTTAGES", "COTTAGES", kHouse},
    {"COTTS", "COTTAGES", kHouse},
    {"LODGE", "LODGE", kHouse},
    {"MANSIONS", "MANSIONS", kHouse},
    {"TOWER", "TOWER", kHouse},
    {"HALL", "HALL", kHouse},
    {"FARM", "FARM", kHouse},
    {"BARN", "BARN", kHouse},
    {"CENTRE", "CENTRE", kHouse},
    {"CENTER", "CENTRE", kHouse},
    {"CTR", "CENTRE", kHouse},
    {"BLOCK", "BLOCK", kHouse},
    {"BLK", "BLOCK", kHouse},
    {"APARTMENTS", "APARTMENTS", kHouse},
    {"APTS", "APARTMENTS", kHouse},
    {"FLATS", "FLATS", kHouse},
    {"MOUNT", "MOUNT", WordClass::kPlain},
    {"MT", "MOUNT", WordClass::kPlain},
    {"GREAT", "GREAT", WordClass::kPlain},
    {"GT", "GREAT", WordClass::kPlain},
    {"LITTLE", "LITTLE", WordClass::kPlain},
    {"LT", "LITTLE", WordClass::kPlain},
    {"UPPER", "UPPER", WordClass::kPlain},
    {"UPR", "UPPER", WordClass::kPlain},
    {"LOWER", "LOWER", WordClass::kPlain},
    {"LWR", "LOWER", WordClass::kPlain},
    {"FLAT", "FLAT", WordClass::kUnit, Kind(UnitKind::kDwelling)},
    {"FLT", "FLAT", WordClass::kUnit, Kind(UnitKind::kDwelling)},
    {"APARTMENT", "FLAT", WordClass::kUnit, Kind(UnitKind::kDwelling)},
    {"APT", "FLAT", WordClass::kUnit, Kind(UnitKind::kDwelling)},
    {"APPT", "FLAT", WordClass::kUnit, Kind(UnitKind::kDwelling)},
    {"MAISONETTE", "FLAT", WordClass::kUnit, Kind(UnitKind::kDwelling)},
    {"MAIS", "FLAT", WordClass::kUnit, Kind(UnitKind::kDwelling)},
    {"UNIT", "UNIT", WordClass::kUnit, Kind(UnitKind::kUnit)},
    {"STUDIO", "STUDIO", WordClass::kUnit, Kind(UnitKind::kDwelling)},
    {"ROOM", "ROOM", WordClass::kUnit, Kind(UnitKind::kRoom)},
    {"RM", "ROOM", WordClass::kUnit, Kind(UnitKind::kRoom)},
    {"BEDSIT", "BEDSIT", WordClass::kUnit, Kind(UnitKind::kRoom)},
    {"SHOP", "SHOP", WordClass::kUnit, Kind(UnitKind::kShop)},
    {"SUITE", "SUITE", WordClass::kUnit, Kind(UnitKind::kOffice)},
    {"OFFICE", "OFFICE", WordClass::kUnit, Kind(UnitKind::kOffice)},
    {"GARAGE", "GARAGE", WordClass::kUnit, Kind(UnitKind::kGarage)},
    {"ANNEXE", "ANNEXE", WordClass::kUnit, Kind(UnitKind::kAnnexe)},
    {"ANNEX", "ANNEXE", WordClass::kUnit, Kind(UnitKind::kAnnexe)},
    {"PENTHOUSE", "PENTHOUSE", WordClass::kUnit, Kind(UnitKind::kPenthouse)},
    {"BASEMENT", "BASEMENT", WordClass::kFloor, 0},
    {"BSMT", "BASEMENT", WordClass::kFloor, 0},
    {"BST", "BASEMENT", WordClass::kFloor, 0},
    {"LGND", "BASEMENT", WordClass::kFloor, 0},
    {"GROUND", "GROUND", WordClass::kFloor, 1},
    {"GND", "GROUND", WordClass::kFloor, 1},
    {"GRD", "GROUND", WordClass::kFloor, 1},
    {"GRND", "GROUND", WordClass::kFloor, 1},
    {"FIRST", "FIRST", WordClass::kFloor, 2},
    {"SECOND", "SECOND", WordClass::kFloor, 3},
    {"THIRD", "THIRD", WordClass::kFloor, 4},
    {"FOURTH", "FOURTH", WordClass::kFloor, 5},
    {"FIFTH", "FIFTH", WordClass::kFloor, 6},
    {"SIXTH", "SIXTH", WordClass::kFloor, 7},
    {"SEVENTH", "SEVENTH", WordClass::kFloor, 8},
    {"EIGHTH", "EIGHTH", WordClass::kFloor, 9},
    {"NINTH", "NINTH", WordClass::kFloor, 10},
    {"TENTH", "TENTH", WordClass::kFloor, 11},
    {"GARDEN", "GARDEN", WordClass::kFloor, 13},
    {"TOP", "TOP", WordClass::kFloor, 14},
    {"ATTIC", "ATTIC", WordClass::kFloor, 15},
    {"GFF", "GFF", WordClass::kFloorFlat, 1},
    {"FFF", "FFF", WordClass::kFloorFlat, 2},
    {"SFF", "SFF", WordClass::kFloorFlat, 3},
    {"TFF", "TFF", WordClass::kFloorFlat, 14},
    {"FLOOR", "FLOOR", WordClass::kFloorWord},
    {"FLOORS", "FLOOR", WordClass::kFloorWord},
    {"FLR", "FLOOR", WordClass::kFloorWord},
    {"FLRS", "FLOOR", WordClass::kFloorWord},
    {"LEFT", "LEFT", WordClass::kSide, 0},
    {"LHS", "LEFT", WordClass::kSide, 0},
    {"RIGHT", "RIGHT", WordClass::kSide, 1},
    {"RHS", "RIGHT", WordClass::kSide, 1},
    {"FRONT", "FRONT", WordClass::kSide, 2},
    {"FT", "FRONT", WordClass::kSide, 2},
    {"REAR", "REAR", WordClass::kSide, 3},
    {"RR", "REAR", WordClass::kSide, 3},
    {"BACK", "REAR", WordClass::kSide, 3},
    {"CENTRAL", "MIDDLE", WordClass::kSide, 4},
    {"MIDDLE", "MIDDLE", WordClass::kSide, 4},
    {"ADJ", "ADJACENT", WordClass::kRelation},
    {"ADJACENT", "ADJACENT", WordClass::kRelation},
    {"ADJOINING", "ADJACENT", WordClass::kRelation},
    {"OPP", "OPPOSITE", WordClass::kRelation},
    {"OPPOSITE", "OPPOSITE", WordClass::kRelation},
    {"BEHIND", "BEHIND", WordClass::kRelation},
    {"ABOVE", "ABOVE", WordClass::kRelation},
    {"OVER", "ABOVE", WordClass::kRelation},
    {"LAND", "LAND", WordClass::kRelation},
    {"SITE", "SITE", WordClass::kRelation},
    {"PLOT", "PLOT", WordClass::kRelation},
    {"OF", "OF", WordClass::kStop},
    {"AND", "AND", WordClass::kStop},
    {"AT", "AT", WordClass::kStop},
    {"NO", "NO", WordClass::kNumberWord},
    {"NOS", "NO", WordClass::kNumberWord},
    {"NUMBER", "NO", WordClass::kNumberWord},
    {"UK", "UK", WordClass::kCounty},
    {"ENGLAND", "ENGLAND", WordClass::kCounty},
    {"NORFOLK", "NORFOLK", WordClass::kCounty},
    {"SUFFOLK", "SUFFOLK", WordClass::kCounty},
    {"ESSEX", "ESSEX", WordClass::kCounty},
    {"KENT", "KENT", WordClass::kCounty},
    {"CAMBRIDGESHIRE", "CAMBRIDGESHIRE", WordClass::kCounty},
    {"CAMBS", "CAMBRIDGESHIRE", WordClass::kCounty},
    {"LINCOLNSHIRE", "LINCOLNSHIRE", WordClass::kCounty},
    {"LINCS", "LINCOLNSHIRE", WordClass::kCounty},
    {"SURREY", "SURREY", WordClass::kCounty},
    {"HERTFORDSHIRE", "HERTFORDSHIRE", WordClass::kCounty},
    {"HERTS", "HERTFORDSHIRE", WordClass::kCounty},
};

struct KnownWord {
  const WordEntry* entry;
  uint64_t hash;
};

const absl::flat_hash_map<std::string_view, KnownWord, TransparentStringHash, TransparentStringEqual>& WordTable() {
  static const auto* const table = [] {
    auto* words = new absl::flat_hash_map<std::string_view, KnownWord, TransparentStringHash, TransparentStringEqual>();
    for (const WordEntry& entry : kWords) {
      words->emplace(entry.word, KnownWord{&entry, Hash64(entry.canonical)});
    }
    return words;
  }();
  return *table;
}

// Ordinals below eleven, as words; others stay as they are.
std::string_view OrdinalWord(int32_t number) {
  static constexpr std::array<std::string_view, 10> kOrdinals = {"FIRST", "SECOND",  "THIRD",  "FOURTH", "FIFTH",
                                                                 "SIXTH", "SEVENTH", "EIGHTH", "NINTH",  "TENTH"};
  return number >= 1 && number <= 10 ? kOrdinals[static_cast<size_t>(number - 1)] : std::string_view();
}

bool IsOrdinalEnding(std::string_view letters) {
  return letters == "ST" || letters == "ND" || letters == "RD" || letters == "TH";
}

// The base letters of U+00C0 to U+017F; '2' stands for the ligatures of LigatureLetters.
constexpr std::string_view kLatinBase =
    "AAAAAA2CEEEEIIIIDNOOOOO OUUUUY22AAAAAA2CEEEEIIIIDNOOOOO OUUUUY2Y"
    "AAAAAACCCCCCCCDDDDEEEEEEEEEEGGGGGGGGHHHHIIIIIIIIII22JJKKKLLLLLLL"
    "LLLNNNNNNNNNOOOOOO22RRRRRRSSSSSSSSTTTTTTUUUUUUUUUUUUWWYYYZZZZZZS";
static_assert(kLatinBase.size() == 0x180 - 0xC0);

std::string_view LigatureLetters(uint32_t rune) {
  switch (rune) {
    case 0xC6:
    case 0xE6:
      return "AE";
    case 0xDF:
      return "SS";
    case 0xDE:
    case 0xFE:
      return "TH";
    case 0x132:
    case 0x133:
      return "IJ";
    default:
      return "OE";
  }
}

void FoldRune(uint32_t rune, std::string& out) {
  if (rune >= 0xC0 && rune < 0x180) {
    const char base = kLatinBase[rune - 0xC0];
    if (base == '2') {
      out.append(LigatureLetters(rune));
    } else {
      out.push_back(base);
    }
  } else if (rune >= 0x2010 && rune <= 0x2015) {
    out.push_back('-');
  } else if (rune == 0x2018 || rune == 0x2019 || rune == 0x201B || (rune >= 0x300 && rune < 0x370)) {
    // Apostrophes and combining accents vanish.
  } else {
    out.push_back(' ');
  }
}

void FoldByte(char c, std::string& out) {
  if (IsLower(c)) {
    out.push_back(static_cast<char>(c - 'a' + 'A'));
  } else if (IsUpper(c) || IsDigit(c)) {
    out.push_back(c);
  } else if (c == '\'' || c == '`') {
    // Apostrophes vanish: KING'S and KINGS are one word.
  } else if (std::string_view("-/&,;:()\n").find(c) != std::string_view::npos) {
    out.push_back(c);
  } else if (c == '@') {
    out.append(" AT ");
  } else if (c == '+') {
    out.push_back('&');
  } else {
    out.push_back(' ');
  }
}

}  // namespace

std::string FoldAddress(std::string_view text) {
  std::string out;
  out.reserve(text.size() + 8);
  for (size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte < 0x80) {
      FoldByte(text[i], out);
      continue;
    }
    const size_t length = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : 2;
    uint32_t rune = byte & (0xFFU >> (length + 1));
    bool whole = byte >= 0xC0 && i + length <= text.size();
    for (size_t k = 1; k < length && whole; ++k) {
      const auto next = static_cast<unsigned char>(text[i + k]);
      whole = (next & 0xC0U) == 0x80;  // else a rune was cut off, and the byte is a character of its own
      rune = (rune << 6) | (next & 0x3FU);
    }
    if (!whole) {
      out.push_back(' ');
      continue;
    }
    FoldRune(rune, out);
    i += length - 1;
  }
  return out;
}

std::string_view CanonicalWord(std::string_view word) {
  const auto& table = WordTable();
  const auto found = table.find(word);
  return found == table.end() ? word : found->second.entry->canonical;
}

bool WithinOneEdit(std::string_view a, std::string_view b) {
  if (a.size() > b.size()) {
    std::swap(a, b);
  }
  if (b.size() - a.size() > 1) {
    return false;
  }
  size_t prefix = 0;
  while (prefix < a.size() && a[prefix] == b[prefix]) {
    ++prefix;
  }
  const std::string_view rest_a = a.substr(prefix);
  const std::string_view rest_b = b.substr(prefix);
  if (rest_a.size() < rest_b.size()) {
    return rest_a == rest_b.substr(1);
  }
  if (rest_a.empty() || rest_a.substr(1) == rest_b.substr(1)) {
    return true;
  }
  return rest_a.size() >= 2 && rest_a[0] == rest_b[1] && rest_a[1] == rest_b[0] && rest_a.substr(2) == rest_b.substr(2);
}

TokenList::TokenList(std::string_view text) : folded_(FoldAddress(text.substr(0, kMaxBytes))) {
  Split();
  JoinNumbers();
}

// Cuts the folded text into pieces of letters and digits. '-' and '/' stay as one-character words for JoinNumbers when
// they stand beside a digit, and separate otherwise.
void TokenList::Split() {
  const std::string_view text = folded_;
  size_t i = 0;
  while (i < text.size() && tokens_.size() < kMaxTokens) {
    const char c = text[i];
    if (IsUpper(c) || IsDigit(c)) {
      const size_t begin = i;
      while (i < text.size() && (IsUpper(text[i]) || IsDigit(text[i]))) {
        ++i;
      }
      AddPiece(text.substr(begin, i - begin));
      continue;
    }
    if (c == ' ') {
      ++i;
      continue;
    }
    if (c == '-' || c == '/') {
      AddWord(text.substr(i, 1));
    } else if (c == '&') {
      AddWord("AND");
    } else {
      comma_ = true;
    }
    ++i;
  }
}

void TokenList::AddPiece(std::string_view piece) {
  size_t digits = 0;
  while (digits < piece.size() && IsDigit(piece[digits])) {
    ++digits;
  }
  if (digits == 0) {
    const size_t letters = static_cast<size_t>(
        std::find_if(piece.begin(), piece.end(), [](char c) { return IsDigit(c); }) - piece.begin());
    if (letters == piece.size()) {
      AddWord(piece);
    } else {
      AddLettersThenDigits(piece.substr(0, letters), piece.substr(letters));
    }
    return;
  }
  const std::string_view rest = piece.substr(digits);
  if (digits > 6) {
    AddWord(piece);
  } else if (rest.empty()) {
    AddNumber(piece, 0);
  } else if (rest.size() == 1) {
    AddNumber(piece.substr(0, digits), rest[0]);
  } else if (IsOrdinalEnding(rest)) {
    const std::string_view ordinal = OrdinalWord(ParseInteger<int32_t>(piece.substr(0, digits)).value_or(0));
    AddWord(ordinal.empty() ? piece : ordinal);
  } else {  // "47MANSFIELD"
    AddNumber(piece.substr(0, digits), 0);
    AddPiece(rest);
  }
}

void TokenList::AddLettersThenDigits(std::string_view letters, std::string_view rest) {
  const bool one_letter = letters.size() == 1;
  if (one_letter && IsDigits(rest) && rest.size() <= 4) {  // "B12": number 12, letter B
    AddNumber(rest, letters[0]);
  } else {  // "FLAT12A"
    AddWord(letters);
    AddPiece(rest);
  }
}

void TokenList::AddWord(std::string_view word) {
  Token token;
  token.comma_before = std::exchange(comma_, false);
  const auto& table = WordTable();
  const auto found = table.find(word);
  if (found == table.end()) {
    token.word = word;
    token.hash = Hash64(word);
  } else {
    token.word = found->second.entry->canonical;
    token.hash = found->second.hash;
    token.word_class = found->second.entry->word_class;
    token.argument = found->second.entry->argument;
  }
  token.letter = word.size() == 1 && IsUpper(word[0]) ? word[0] : '\0';
  tokens_.push_back(token);
}

void TokenList::AddNumber(std::string_view digits, char letter) {
  Token token;
  token.kind = TokenKind::kNumber;
  token.comma_before = std::exchange(comma_, false);
  token.number = ParseInteger<int32_t>(digits).value_or(0);
  token.letter = letter;
  tokens_.push_back(token);
}

namespace {

constexpr int32_t kWidestRange = 60;  // house numbers; wider pairs are two numbers

bool IsMark(const Token& token, char mark) {
  return token.kind == TokenKind::kWord && token.word.size() == 1 && token.word[0] == mark;
}

// 484-94 means 484-494.
int32_t CompletedEnd(int32_t begin, int32_t end) {
  if (end >= begin) {
    return end;
  }
  for (const int32_t power : {10, 100}) {
    const int32_t completed = begin / power * power + end;
    if (end < power && completed > begin) {
      return completed;
    }
  }
  return end;
}

// The letter that follows a number as its suffix ("12 A", "12-A", "12/A").
bool TakesLetter(const Token& number, const Token& letter) {
  return number.kind == TokenKind::kNumber && number.letter == 0 && letter.kind == TokenKind::kWord &&
         letter.letter != 0 && !letter.comma_before;
}

}  // namespace

// Joins numbers with the letters, ranges and slashes that stand between them.
void TokenList::JoinNumbers() {
  absl::InlinedVector<Token, 24> joined;
  for (size_t i = 0; i < tokens_.size(); ++i) {
    const Token& token = tokens_[i];
    const bool dash = IsMark(token, '-');
    const bool slash = IsMark(token, '/');
    Token* const last = joined.empty() ? nullptr : &joined.back();
    const Token* const next = i + 1 < tokens_.size() ? &tokens_[i + 1] : nullptr;
    if (last != nullptr && TakesLetter(*last, token)) {
      last->letter = token.letter;
      continue;
    }
    if ((dash || slash) && last != nullptr && next != nullptr && TakesLetter(*last, *next)) {
      last->letter = next->letter;
      ++i;
      continue;
    }
    const bool range_word = dash || token.word == "TO" || token.word == "AND";
    if (token.kind == TokenKind::kWord && (range_word || slash) && !token.comma_before && last != nullptr &&
        last->kind == TokenKind::kNumber && next != nullptr && next->kind == TokenKind::kNumber &&
        !next->comma_before) {
      const int32_t end = dash ? CompletedEnd(last->number, next->number) : next->number;
      const bool ascending = (end > last->number && end - last->number <= kWidestRange) ||
                             (end == last->number && next->letter > last->letter);  // 92-92A
      if (slash || dash || ascending) {
        last->kind = slash || !ascending ? TokenKind::kSlash : TokenKind::kRange;
        last->end_number = end;
        last->end_letter = next->letter;
        if (i + 2 < tokens_.size() && last->end_letter == 0 && TakesLetter(*next, tokens_[i + 2])) {
          last->end_letter = tokens_[i + 2].letter;
          ++i;
        }
        ++i;
        continue;
      }
    }
    if (!dash && !slash) {
      joined.push_back(token);
    }
  }
  tokens_ = std::move(joined);
}

}  // namespace wensum::matching::address
