#include "matching/compare/compare_address.h"

#include <algorithm>

#include "base/hash.h"
#include "base/sorted.h"
#include "matching/address/words/address_text.h"

namespace wensum::matching {
namespace {

using address::Token;
using address::TokenKind;
using address::WordClass;

constexpr size_t kTellingName = 4;

uint64_t NumberMark(const Token& token) {
  const auto part = [](int32_t number, char letter) {
    return static_cast<uint64_t>(static_cast<uint32_t>(number + 1)) << 8 | static_cast<uint8_t>(letter);
  };
  return part(token.number, token.letter) << 32 ^ part(token.end_number, token.end_letter);
}

bool Near(const std::string& a, const std::string& b) {
  return a == b || (std::min(a.size(), b.size()) >= kTellingName && address::WithinOneEdit(a, b));
}

// Each of `inner` is near one of `outer`.
bool AllFound(const std::vector<std::string>& inner, const std::vector<std::string>& outer) {
  return std::all_of(inner.begin(), inner.end(), [&outer](const std::string& word) {
    return std::any_of(outer.begin(), outer.end(), [&word](const std::string& other) { return Near(word, other); });
  });
}

bool NamesFit(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  if (a.empty() || b.empty()) return false;
  return (a.size() <= b.size() && AllFound(a, b)) || (b.size() <= a.size() && AllFound(b, a));
}

// True if neither side has a type that the other lacks, or one names none: Park Road is not Park Lane.
bool TypesFit(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  return std::includes(a.begin(), a.end(), b.begin(), b.end()) || std::includes(b.begin(), b.end(), a.begin(), a.end());
}

bool ShareName(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  return std::any_of(a.begin(), a.end(), [&b](const std::string& word) {
    return word.size() >= kTellingName && std::binary_search(b.begin(), b.end(), word);
  });
}

}  // namespace

AddressWords::AddressWords(std::string_view text) {
  const address::TokenList list(text);
  for (const Token& token : list.tokens()) {
    if (token.kind != TokenKind::kWord) {
      marks_.push_back(NumberMark(token));
      continue;
    }
    switch (token.word_class) {
      case WordClass::kStop:
      case WordClass::kNumberWord:
      case WordClass::kCounty:
      case WordClass::kUnit:
      case WordClass::kFloorWord:
        break;
      case WordClass::kFloor:
      case WordClass::kFloorFlat:  // "GFF" is the ground floor's flat
        marks_.push_back(HashCombine(static_cast<uint64_t>(WordClass::kFloor), token.argument));
        break;
      case WordClass::kSide:
      case WordClass::kRelation:
        marks_.push_back(HashCombine(static_cast<uint64_t>(token.word_class), token.hash));
        break;
      case WordClass::kStreetType:
      case WordClass::kBuildingType:
        types_.emplace_back(token.word);
        break;
      case WordClass::kPlain:
        if (token.letter != 0) {  // "FLAT A"
          marks_.push_back(static_cast<uint8_t>(token.letter));
        } else {
          names_.emplace_back(token.word);
        }
        break;
    }
  }
  SortUnique(marks_);
  SortUnique(names_);
  SortUnique(types_);
}

uint32_t AddressWords::mark_bits() const {
  uint32_t bits = 0;
  for (const uint64_t mark : marks_) bits |= uint32_t{1} << (MixBits(mark) & 31U);
  return bits;
}

AddressTextLevel CompareAddressTexts(const AddressWords& a, const AddressWords& b) {
  if (a.empty() || b.empty()) return AddressTextLevel::kNull;
  const bool same_marks = a.marks() == b.marks();
  if (same_marks && a.names() == b.names() && a.types() == b.types()) return AddressTextLevel::kExact;
  if (NamesFit(a.names(), b.names()) && TypesFit(a.types(), b.types())) {
    if (same_marks) return AddressTextLevel::kNear;
    const auto& [fewer, more] =
        std::minmax(a.marks(), b.marks(), [](const auto& x, const auto& y) { return x.size() < y.size(); });
    const bool part = !fewer.empty() && std::includes(more.begin(), more.end(), fewer.begin(), fewer.end());
    return part ? AddressTextLevel::kPart : AddressTextLevel::kSameStreet;
  }
  return ShareName(a.names(), b.names()) ? AddressTextLevel::kShared : AddressTextLevel::kDifferent;
}

}  // namespace wensum::matching
