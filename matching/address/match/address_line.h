// One address text as tokens: folded, its postcode cut out, abbreviations brought to one form, numbers with their
// suffixes and ranges recognised, words parted and joined as the gazetteer's names have them.
#ifndef WENSUM_MATCHING_ADDRESS_MATCH_ADDRESS_LINE_H_
#define WENSUM_MATCHING_ADDRESS_MATCH_ADDRESS_LINE_H_

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>

#include "absl/container/inlined_vector.h"
#include "matching/address/match/lexicon.h"
#include "matching/address/match/names.h"
#include "matching/address/match/postcode_code.h"

namespace wensum::matching::address::match {

inline constexpr size_t kLongestMixed = 40;  // letters and digits that may be one word

enum class TokenKind : uint8_t {
  kWord,
  kNumber,  // 12, 12A
  kRange,   // 12-14, 12A TO 14
  kSlash,   // 3/12: a range, a flat and its house, or a Scottish flat
  kCode     // B12: a letter and a number
};

struct Token {
  TokenKind kind = TokenKind::kWord;
  bool comma_before = false;  // a comma, semicolon, bracket or line end stands before it
  uint8_t argument = 0;       // of the word, by its flags
  WordFlags flags = 0;        // of the word, as it is spelled here
  char prefix = 0;            // kCode: its letter
  char letter = 0;            // suffix of the number; of a word of one letter, that letter
  char end_letter = 0;        // suffix of the second number
  int32_t number = -1;
  int32_t end = -1;  // kRange, kSlash
  WordId word = kNoWord;
  std::string_view text;  // kWord: as folded

  [[nodiscard]] bool Is(WordFlags any) const { return kind == TokenKind::kWord && (flags & any) != 0; }
  [[nodiscard]] bool IsNumber() const { return kind != TokenKind::kWord; }
};
inline constexpr size_t kMostTokens = 64;  // as many as a bit mask has; an address is shorter
using Tokens = absl::InlinedVector<Token, 24>;
using TokenMask = uint64_t;
inline TokenMask MaskOf(size_t begin, size_t end) {
  return begin >= end ? 0 : (end - begin >= 64 ? ~TokenMask{0} : ((TokenMask{1} << (end - begin)) - 1) << begin);
}

// Not copyable: its tokens point into it. A few microseconds; texts beyond 2,000 bytes or kMostTokens are cut.
class AddressLine {
 public:
  // Reads a text by the words known; what `field` holds, if anything, is the postcode.
  AddressLine(std::string_view text, std::string_view field, const NameTable& names);
  // Reads a gazetteer's own text: unknown words become known, nothing is parted or joined.
  AddressLine(std::string_view text, std::string_view field, NameTable* names);
  AddressLine(const AddressLine&) = delete;
  AddressLine& operator=(const AddressLine&) = delete;

  [[nodiscard]] const Tokens& tokens() const { return tokens_; }
  [[nodiscard]] Tokens& mutable_tokens() { return tokens_; }
  [[nodiscard]] PostcodeCode postcode() const { return postcode_; }

 private:
  struct Atom;
  using Atoms = absl::InlinedVector<Atom, 32>;

  void Read(std::string_view text, std::string_view field);
  [[nodiscard]] Atoms Split() const;
  // Each adds the tokens of the atoms from `i` on and returns where to go on.
  [[nodiscard]] static size_t TelephoneAt(const Atoms& atoms, size_t i);
  size_t AddDigits(const Atoms& atoms, size_t i);
  size_t AddGlued(const Atoms& atoms, size_t i, int32_t number);
  bool PlaceFollows(const Atoms& atoms, size_t i);
  size_t AddPair(const Atoms& atoms, size_t i, int32_t number, char letter, size_t next);
  size_t AddLetters(const Atoms& atoms, size_t i);
  size_t AddMixed(const Atoms& atoms, size_t i);
  std::string_view ReadMixed(const Atoms& atoms, size_t i, size_t* next);
  void AddWord(std::string_view word);
  bool AddParted(std::string_view word);
  void AddNumber(int32_t number, char letter);
  void Push(Token token);
  void JoinNumbers();
  void JoinWords();
  void DropRepeats();
  [[nodiscard]] bool KnownName(std::string_view word) const;
  std::string_view Keep(std::string text);

  const NameTable& names_;
  NameTable* const learn_;
  std::string folded_;
  std::deque<std::string> kept_;
  Tokens tokens_;
  PostcodeCode postcode_ = 0;
  bool comma_ = false;
};

}  // namespace wensum::matching::address::match

#endif  // WENSUM_MATCHING_ADDRESS_MATCH_ADDRESS_LINE_H_
