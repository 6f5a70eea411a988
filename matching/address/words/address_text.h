// Tokens of an address text: folded to capital ASCII, abbreviations brought to one form, numbers with their suffixes
// and ranges recognised. The first step of reading both a query and the gazetteer's own texts.
#ifndef WENSUM_MATCHING_ADDRESS_WORDS_ADDRESS_TEXT_H_
#define WENSUM_MATCHING_ADDRESS_WORDS_ADDRESS_TEXT_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/container/inlined_vector.h"

namespace wensum::matching::address {

// What a word may mean in an address. A word has one class, by the table in address_text.cc.
enum class WordClass : uint8_t {
  kPlain,
  kStreetType,    // ROAD, AVENUE
  kBuildingType,  // HOUSE, COTTAGE
  kUnit,          // FLAT, SHOP; argument: UnitKind
  kFloor,         // GROUND, FIRST; argument: bit number of the floor
  kFloorFlat,     // GFF; argument: bit number of the floor
  kFloorWord,     // FLOOR
  kSide,          // LEFT; argument: bit number of the side
  kRelation,      // ADJACENT, OPPOSITE, LAND: the number that follows is context, not identity
  kStop,          // OF, AND
  kNumberWord,    // NO, NUMBER: announces a number
  kCounty,        // NORFOLK, ENGLAND: says nothing
};

// Values are arguments of WordClass::kUnit. Dwellings (FLAT, APARTMENT) are one kind.
enum class UnitKind : uint8_t { kNone = 0, kDwelling, kUnit, kRoom, kShop, kOffice, kGarage, kAnnexe, kPenthouse };

enum class TokenKind : uint8_t { kWord, kNumber, kRange, kSlash };

struct Token {
  TokenKind kind = TokenKind::kWord;
  WordClass word_class = WordClass::kPlain;
  uint8_t argument = 0;
  bool comma_before = false;  // a comma, semicolon, bracket or line end stands before it
  char letter = 0;            // suffix of a number; the letter of a word of one letter
  char end_letter = 0;        // suffix of the second number of a range
  int32_t number = -1;        // kNumber, kRange, kSlash
  int32_t end_number = -1;    // kRange, kSlash
  uint64_t hash = 0;          // of `word`, stable
  std::string_view word;      // kWord: the canonical word
};

// The tokens of one text. Not copyable: tokens point into it.
class TokenList {
 public:
  static constexpr size_t kMaxTokens = 96;  // an address is shorter; what follows is ignored
  static constexpr size_t kMaxBytes = 2000;

  explicit TokenList(std::string_view text);
  TokenList(const TokenList&) = delete;
  TokenList& operator=(const TokenList&) = delete;

  [[nodiscard]] const absl::InlinedVector<Token, 24>& tokens() const { return tokens_; }

 private:
  void Split();
  void AddPiece(std::string_view piece);
  void AddWord(std::string_view word);
  void AddNumber(std::string_view digits, char letter);
  void AddLettersThenDigits(std::string_view letters, std::string_view rest);
  void JoinNumbers();

  std::string folded_;
  absl::InlinedVector<Token, 24> tokens_;
  bool comma_ = false;
};

// Latin letters without their accents in capitals, apostrophes gone, dashes of any length '-', everything else that is
// no letter, digit or one of "-/&,;:()\n" a space.
std::string FoldAddress(std::string_view text);

// The canonical form of one folded word ("RD" -> "ROAD", "STREET" -> "ST", for ST may also mean SAINT).
std::string_view CanonicalWord(std::string_view word);

// True if the texts are equal or one insertion, deletion, substitution or swap of neighbours apart (optimal string
// alignment distance of at most 1). Linear time.
bool WithinOneEdit(std::string_view a, std::string_view b);

}  // namespace wensum::matching::address

#endif  // WENSUM_MATCHING_ADDRESS_WORDS_ADDRESS_TEXT_H_
