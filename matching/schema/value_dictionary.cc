#include "matching/schema/value_dictionary.h"

#include <algorithm>
#include <cstring>
#include <string>

#include "base/hash.h"
#include "base/strings.h"
#include "matching/schema/value_text.h"
#include "matching/text/fold.h"
#include "matching/text/nicknames.h"

namespace wensum::matching {
namespace {

// Blocks double from the first size to the last, so that small dictionaries are small.
constexpr size_t kFirstBlockBytes = 1024;
constexpr size_t kBlockBytes = 64 * 1024;
// Some three lists of two or three marks and words each.
constexpr size_t kAddressBytes = sizeof(AddressWords) + 160;
// Words or alternatives of one value; the rest of a longer one is compared as text alone.
constexpr size_t kMostParts = 0xFFFF;

bool HasTokens(AttributeType type) { return IsNameType(type) || type == AttributeType::kText; }

}  // namespace

std::string_view TextArena::Keep(std::string_view text) {
  if (text.size() > left_) {
    left_ = std::max(std::min(kBlockBytes, kFirstBlockBytes << std::min<size_t>(blocks_.size(), 8)), text.size());
    blocks_.push_back(std::make_unique_for_overwrite<char[]>(left_));
    bytes_ += left_;
    fill_ = blocks_.back().get();
  }
  std::memcpy(fill_, text.data(), text.size());
  const std::string_view kept(fill_, text.size());
  fill_ += text.size();
  left_ -= text.size();
  return kept;
}

TokenId WordDictionary::Intern(std::string_view text) {
  if (const auto it = ids_.find(text); it != ids_.end()) return it->second;
  const auto id = static_cast<TokenId>(tokens_.size());
  const std::string_view kept = arena_.Keep(text);
  tokens_.push_back({kept, LetterSignature(kept), NicknameGroups(kept)});
  ids_.emplace(kept, id);
  return id;
}

size_t WordDictionary::memory_bytes() const {
  return arena_.bytes() + tokens_.capacity() * sizeof(Token) + ids_.capacity() * (sizeof(std::string_view) + 8);
}

ValueDictionary::ValueDictionary(const Attribute& attribute, WordDictionary* tokens)
    : type_(attribute.type),
      reads_addresses_(attribute.type == AttributeType::kText && attribute.address == AddressPart::kHouse),
      tokens_(tokens),
      values_(1),
      digests_(type_ == AttributeType::kDate || reads_addresses_ ? 1 : 0) {}

ValueId ValueDictionary::Keep(std::string_view text, const Value& value) {
  const auto id = static_cast<ValueId>(values_.size());
  Value& kept = values_.emplace_back(value);
  kept.text = arena_.Keep(text);
  ids_.emplace(kept.text, id);
  if (reads_addresses_) {
    digests_.push_back(addresses_.emplace_back(kept.is_set() ? std::string_view() : kept.text).mark_bits());
  }
  if (type_ == AttributeType::kDate) digests_.push_back(kept.is_set() ? 0 : PackDigits(kept.text));
  return id;
}

void ValueDictionary::AddTokens(std::string_view text, Value& value) {
  value.first_token = static_cast<uint32_t>(token_ids_.size());
  if (!HasTokens(type_)) return;
  for (const std::string_view word : FoldedTokens(text)) {
    if (type_ == AttributeType::kText && word.size() < kMinTextToken) continue;
    const TokenId token = tokens_->Intern(word);
    if (std::find(token_ids_.begin() + value.first_token, token_ids_.end(), token) != token_ids_.end()) continue;
    if (token_ids_.size() - value.first_token == kMostParts) break;
    token_ids_.push_back(token);
    value.token_mask |= uint64_t{1} << (MixBits(token) & 63U);
    for (const uint16_t group : (*tokens_)[token].nickname_groups) value.nickname_mask |= uint64_t{1} << (group & 63U);
  }
  value.token_count = static_cast<uint16_t>(token_ids_.size() - value.first_token);
}

ValueId ValueDictionary::InternSet(std::string_view text) {
  std::vector<ValueId> elements;
  std::string words;
  for (const std::string_view element : Split(text, kAlternativeSeparator)) {
    if (elements.size() == kMostParts) break;
    elements.push_back(Intern(element));
    AppendTo(words, " ", element);
  }
  Value value;
  AddTokens(words, value);
  value.first_element = static_cast<uint32_t>(element_ids_.size());
  value.element_count = static_cast<uint16_t>(elements.size());
  element_ids_.insert(element_ids_.end(), elements.begin(), elements.end());
  return Keep(text, value);
}

ValueId ValueDictionary::Intern(std::string_view text) {
  if (text.empty()) return kNoValue;
  if (const auto it = ids_.find(text); it != ids_.end()) return it->second;
  if (text.find(kAlternativeSeparator) != std::string_view::npos) return InternSet(text);
  Value value;
  value.signature = LetterSignature(text);
  AddTokens(text, value);
  value.first_element = static_cast<uint32_t>(element_ids_.size());
  value.element_count = 1;
  element_ids_.push_back(static_cast<ValueId>(values_.size()));
  return Keep(text, value);
}

size_t ValueDictionary::memory_bytes() const {
  return arena_.bytes() + values_.capacity() * sizeof(Value) + digests_.capacity() * sizeof(uint32_t) +
         token_ids_.capacity() * sizeof(TokenId) + element_ids_.capacity() * sizeof(ValueId) +
         ids_.capacity() * (sizeof(std::string_view) + 8) + addresses_.size() * kAddressBytes;
}

}  // namespace wensum::matching
