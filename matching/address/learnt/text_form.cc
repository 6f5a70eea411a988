#include "matching/address/learnt/text_form.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>

#include "absl/container/inlined_vector.h"
#include "base/strings.h"
#include "matching/address/words/address_text.h"
#include "model/postcode.h"

namespace wensum::matching::address {
namespace {

bool IsAscii(char c) { return static_cast<unsigned char>(c) < 0x80; }
// Bytes beyond ASCII that could not be folded are letters: of another script, or of a text that was read wrongly.
bool IsFormLetter(char c) { return IsUpper(c) || !IsAscii(c); }
bool IsWordByte(char c) { return IsFormLetter(c) || IsDigit(c); }

// Bytes of the character that begins here: 1 for a byte that begins none.
size_t LengthOfCharacter(std::string_view text) {
  const auto first = static_cast<unsigned char>(text.front());
  const size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : first >= 0xC0 ? 2 : 1;
  if (length > text.size()) {
    return 1;
  }
  for (size_t i = 1; i < length; ++i) {
    if ((static_cast<unsigned char>(text[i]) & 0xC0U) != 0x80) {
      return 1;
    }
  }
  return length;
}

// Spaces, quotation marks, dashes and the like, which say as little as their ASCII fellows.
bool IsPunctuation(std::string_view character) {
  constexpr std::array<std::string_view, 7> kLatin = {"\xC2\xA0", "\xC2\xAB", "\xC2\xAD",    "\xC2\xB4",
                                                      "\xC2\xB7", "\xC2\xBB", "\xEF\xBB\xBF"};
  for (const std::string_view one : kLatin) {
    if (character == one) {
      return true;
    }
  }
  // U+2000 to U+206F, general punctuation; U+3000, the wide space.
  return character.starts_with("\xE2\x80") || (character.starts_with("\xE2\x81") && character[2] < '\xB0') ||
         character == "\xE3\x80\x80";
}

// A byte that is no UTF-8, as a character for private use (U+F700 and on), so that it cannot join its neighbours.
std::string StrayByte(char byte) {
  const auto value = static_cast<unsigned char>(byte);
  return {'\xEF', static_cast<char>(0x9C + (value >> 6)), static_cast<char>(0x80 | (value & 0x3F))};
}

// As FoldAddress, but characters that it does not know stay as they are.
std::string Fold(std::string_view text) {
  bool ascii = true;
  for (const char c : text) {
    ascii = ascii && IsAscii(c);
  }
  if (ascii) {
    return FoldAddress(text);
  }
  std::string out;
  out.reserve(text.size());
  for (size_t i = 0; i < text.size();) {
    size_t end = i;
    while (end < text.size() && IsAscii(text[end])) {
      ++end;
    }
    out += FoldAddress(text.substr(i, end - i));
    if (end == text.size()) {
      break;
    }
    const std::string_view character = text.substr(end, LengthOfCharacter(text.substr(end)));
    const std::string folded = FoldAddress(character);
    if (character.size() == 1) {
      out += StrayByte(character.front());
    } else {
      out += folded != " " || IsPunctuation(character) ? folded : std::string(character);
    }
    i = end + character.size();
  }
  return out;
}

struct Piece {
  size_t begin = 0;
  size_t end = 0;
};
using Pieces = absl::InlinedVector<Piece, 24>;

Pieces PiecesOf(std::string_view folded) {
  Pieces pieces;
  for (size_t i = 0; i < folded.size();) {
    if (!IsWordByte(folded[i])) {
      ++i;
      continue;
    }
    const size_t begin = i;
    while (i < folded.size() && IsWordByte(folded[i])) {
      ++i;
    }
    pieces.push_back({begin, i});
  }
  return pieces;
}

std::string Squash(std::string_view text) {
  std::string out;
  for (const char c : Fold(text)) {
    if (IsWordByte(c)) {
      out.push_back(c);
    }
  }
  return out;
}

// What a postcode's field says, without its space.
struct FieldCode {
  std::string code;
  bool postcode = false;
};

FieldCode ReadField(std::string_view field) {
  if (field.empty()) {
    return {};
  }
  const std::optional<model::Postcode> read = model::Postcode::ParseRepaired(field);
  return {.code = Squash(read.has_value() ? std::string_view(read->ToString()) : field), .postcode = read.has_value()};
}

// Cuts the postcode out of a folded text.
class PostcodeCutter {
 public:
  explicit PostcodeCutter(std::string& folded) : folded_(folded), pieces_(PiecesOf(folded)) {}

  // The postcode that ends the text, without its space; empty if none does.
  [[nodiscard]] std::string Last() const {
    const size_t count = pieces_.size();
    for (const size_t parts : {size_t{1}, size_t{2}}) {
      if (count >= parts) {
        std::string text = Text(count - parts, parts);
        if (!text.empty() && model::Postcode::Parse(text).ok()) {
          return text;
        }
      }
    }
    return "";
  }

  // Blanks each place where it stands.
  void Cut(std::string_view postcode) {
    for (size_t i = 0; i < pieces_.size(); ++i) {
      for (const size_t parts : {size_t{1}, size_t{2}}) {
        if (i + parts <= pieces_.size() && Text(i, parts) == postcode) {
          const Piece cut = {pieces_[i].begin, pieces_[i + parts - 1].end};
          folded_.replace(cut.begin, cut.end - cut.begin, cut.end - cut.begin, ',');
          i += parts - 1;
          break;
        }
      }
    }
  }

 private:
  // Of that many pieces in a row, with nothing but spaces between them; else empty.
  [[nodiscard]] std::string Text(size_t first, size_t parts) const {
    std::string out;
    for (size_t i = first; i < first + parts; ++i) {
      for (size_t at = i == first ? pieces_[i].begin : pieces_[i - 1].end; at < pieces_[i].begin; ++at) {
        if (folded_[at] != ' ') {
          return "";
        }
      }
      out += folded_.substr(pieces_[i].begin, pieces_[i].end - pieces_[i].begin);
    }
    return out;
  }

  std::string& folded_;
  const Pieces pieces_;
};

// The word in full, if it is short for one: RD for ROAD. Only letters may be left out: FLAT and MAISONETTE are two
// words.
std::string_view InFull(std::string_view word, bool after_word) {
  if (word == "ST") {
    return after_word ? "STREET" : "SAINT";
  }
  if (word == "STR") {
    return "STREET";
  }
  const std::string_view full = CanonicalWord(word);
  if (full.size() <= word.size() || full.front() != word.front()) {
    return word;
  }
  size_t found = 0;
  for (const char c : full) {
    found += found < word.size() && word[found] == c ? 1 : 0;
  }
  return found == word.size() ? full : word;
}

// Words and numbers of a folded text, one space apart.
class FormWriter {
 public:
  explicit FormWriter(std::string_view folded) : text_(folded) {}

  std::string Take() && {
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (IsFormLetter(c)) {
        AddLetters();
      } else if (IsDigit(c)) {
        AddDigits();
      } else {
        if (c == '&') {
          Add("AND");
          last_ = Last::kWord;
        } else if ((c == '-' || c == '/') && BetweenNumbers()) {
          Add(text_.substr(at_, 1));
          last_ = Last::kMark;
        }
        ++at_;
      }
    }
    return std::move(out_);
  }

 private:
  enum class Last : uint8_t { kNone, kWord, kNumber, kSuffix, kMark };

  void Add(std::string_view word) {
    if (!out_.empty()) {
      out_.push_back(' ');
    }
    out_.append(word);
  }

  void AddLetters() {
    const size_t begin = at_;
    while (at_ < text_.size() && IsFormLetter(text_[at_])) {
      ++at_;
    }
    const std::string_view word = text_.substr(begin, at_ - begin);
    Add(InFull(word, last_ == Last::kWord));
    last_ = last_ == Last::kNumber && word.size() == 1 ? Last::kSuffix : Last::kWord;
  }

  // 007 and 7 are one number.
  void AddDigits() {
    while (at_ + 1 < text_.size() && text_[at_] == '0' && IsDigit(text_[at_ + 1])) {
      ++at_;
    }
    const size_t begin = at_;
    while (at_ < text_.size() && IsDigit(text_[at_])) {
      ++at_;
    }
    Add(text_.substr(begin, at_ - begin));
    last_ = Last::kNumber;
  }

  [[nodiscard]] bool BetweenNumbers() const {
    if (last_ != Last::kNumber && last_ != Last::kSuffix) {
      return false;
    }
    const size_t next = text_.find_first_not_of(' ', at_ + 1);
    return next != std::string_view::npos && IsDigit(text_[next]);
  }

  const std::string_view text_;
  size_t at_ = 0;
  Last last_ = Last::kNone;
  std::string out_;
};

}  // namespace

std::string TextForm(std::string_view text, std::string_view postcode) {
  std::string folded = Fold(text);
  FieldCode field = ReadField(postcode);
  PostcodeCutter cutter(folded);
  if (field.code.empty()) {
    field.code = cutter.Last();
    field.postcode = !field.code.empty();
  }
  if (field.postcode) {
    cutter.Cut(field.code);
  }
  std::string form = FormWriter(folded).Take();
  if (form.empty()) {
    return form;
  }
  form.push_back('\n');  // in no word
  form += field.code;
  return form;
}

}  // namespace wensum::matching::address
