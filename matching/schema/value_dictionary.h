// Distinct values of an attribute under dense numbers, with what comparisons need to know of each, so that text is
// looked at once per distinct value and not once per record.
#ifndef WENSUM_MATCHING_SCHEMA_VALUE_DICTIONARY_H_
#define WENSUM_MATCHING_SCHEMA_VALUE_DICTIONARY_H_

#include <cstdint>
#include <deque>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "base/huge_pages.h"
#include "base/strings.h"
#include "matching/compare/compare_address.h"
#include "matching/compare/letter_signature.h"
#include "matching/schema/schema.h"

namespace wensum::matching {

// Dense from 1; 0 is "says nothing". Numbers depend on the order of arrival: no decision may.
using ValueId = uint32_t;
using TokenId = uint32_t;  // dense from 0
inline constexpr ValueId kNoValue = 0;

// Keeps texts at addresses that stay.
class TextArena {
 public:
  std::string_view Keep(std::string_view text);
  [[nodiscard]] size_t bytes() const { return bytes_; }

 private:
  std::vector<std::unique_ptr<char[]>> blocks_;
  char* fill_ = nullptr;  // the next free byte of the last block
  size_t left_ = 0;
  size_t bytes_ = 0;
};

// Words of names, shared by all roles a name can stand in, or of the texts of one attribute.
class WordDictionary {
 public:
  struct Token {
    std::string_view text;
    LetterSignature signature;
    std::span<const uint16_t> nickname_groups;  // ascending
  };

  TokenId Intern(std::string_view text);
  [[nodiscard]] const Token& operator[](TokenId id) const { return tokens_[id]; }
  [[nodiscard]] size_t size() const { return tokens_.size(); }
  [[nodiscard]] size_t memory_bytes() const;

 private:
  TextArena arena_;
  HugeVector<Token> tokens_;
  absl::flat_hash_map<std::string_view, TokenId, TransparentStringHash, TransparentStringEqual> ids_;
};

struct alignas(64) Value {
  std::string_view text;
  uint64_t token_mask = 0;     // a bit for each token: values whose masks share no bit share no token
  uint64_t nickname_mask = 0;  // the same for nickname groups
  LetterSignature signature;
  uint32_t first_token = 0;
  uint32_t first_element = 0;
  uint16_t token_count = 0;
  uint16_t element_count = 0;

  // Several alternatives: a record's two phones, the postcodes it has had. Its text is theirs, parted; its tokens are
  // those of all; the signature says nothing.
  [[nodiscard]] bool is_set() const { return element_count > 1; }
  // Hardly ever looks at the texts of values that differ.
  [[nodiscard]] bool SameText(const Value& other) const { return signature == other.signature && text == other.text; }
};
static_assert(sizeof(Value) == 64);

// Not thread-safe for interning; const members may run concurrently.
class ValueDictionary {
 public:
  // Words of names and texts are interned in `tokens`, which must outlive the dictionary.
  ValueDictionary(const Attribute& attribute, WordDictionary* tokens);

  // The number of a value in the form that ValueSetText gives; 0 for the empty one. The elements of a set are values of
  // their own, with smaller numbers.
  ValueId Intern(std::string_view text);
  [[nodiscard]] const Value& operator[](ValueId id) const { return values_[id]; }
  [[nodiscard]] bool IsSet(ValueId id) const { return has_sets() && values_[id].is_set(); }
  // What most comparisons of two dates or houses need, by itself, where many fit a cache line: of dates PackDigits, of
  // the addresses of houses AddressWords::mark_bits. Of no sets.
  [[nodiscard]] uint32_t digest(ValueId id) const { return digests_[id]; }
  // The words of a value in order, each once: all words of names; of texts those of at least kMinTextToken bytes.
  [[nodiscard]] std::span<const TokenId> TokensOf(const Value& value) const {
    return {token_ids_.data() + value.first_token, value.token_count};
  }
  // The alternatives that a value has: of most values, the value itself.
  [[nodiscard]] std::span<const ValueId> ElementsOf(const Value& value) const {
    return {element_ids_.data() + value.first_element, value.element_count};
  }
  // What the text of a value, no set, says of a house. Only if the dictionary reads addresses.
  [[nodiscard]] const AddressWords& AddressOf(const Value& value) const {
    return addresses_[ElementsOf(value).front() - 1];
  }
  // True for texts that tell houses apart.
  [[nodiscard]] bool reads_addresses() const { return reads_addresses_; }
  [[nodiscard]] const WordDictionary& tokens() const { return *tokens_; }
  // Distinct values and one, for "says nothing".
  [[nodiscard]] size_t size() const { return values_.size(); }
  [[nodiscard]] AttributeType type() const { return type_; }
  // True if any value is a set: all others have one element.
  [[nodiscard]] bool has_sets() const { return element_ids_.size() + 1 > values_.size(); }
  [[nodiscard]] size_t memory_bytes() const;

  static constexpr size_t kMinTextToken = 4;

 private:
  void AddTokens(std::string_view text, Value& value);
  ValueId InternSet(std::string_view text);
  ValueId Keep(std::string_view text, const Value& value);

  AttributeType type_;
  bool reads_addresses_;
  WordDictionary* tokens_;
  TextArena arena_;
  HugeVector<Value> values_;
  HugeVector<uint32_t> digests_;  // by value; empty of other types
  HugeVector<TokenId> token_ids_;
  HugeVector<ValueId> element_ids_;
  std::deque<AddressWords> addresses_;  // by value from 1 on, if the dictionary reads addresses; sets have none in them
  absl::flat_hash_map<std::string_view, ValueId, TransparentStringHash, TransparentStringEqual> ids_;
};

}  // namespace wensum::matching

#endif  // WENSUM_MATCHING_SCHEMA_VALUE_DICTIONARY_H_
