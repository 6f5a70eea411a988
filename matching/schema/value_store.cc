#include "matching/schema/value_store.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "base/hash.h"
#include "base/strings.h"
#include "matching/schema/value_text.h"
#include "matching/text/fold.h"

namespace wensum::matching {

ValueStore::ValueStore(Schema schema) : schema_(std::move(schema)) {
  for (const Attribute& attribute : schema_.attributes()) {
    WordDictionary* tokens = name_tokens_.get();
    if (!IsNameType(attribute.type)) {
      text_tokens_.push_back(std::make_unique<WordDictionary>());
      tokens = text_tokens_.back().get();
    }
    dictionaries_.push_back(std::make_unique<ValueDictionary>(attribute, tokens));
  }
}

void ValueStore::InternRaw(std::span<const std::string_view> raw, std::span<ValueId> row) {
  std::array<std::string, kMaxAttributes> texts;
  std::array<std::string_view, kMaxAttributes> values;
  for (size_t i = 0; i < schema_.size(); ++i) {
    texts[i] = ValueSetText(schema_[i].type, raw[i]);
    values[i] = texts[i];
  }
  Intern({values.data(), schema_.size()}, row);
}

void ValueStore::Intern(std::span<const std::string_view> values, std::span<ValueId> row) {
  for (size_t i = 0; i < schema_.size(); ++i) {
    if (schema_[i].type != AttributeType::kOtherNames) row[i] = dictionaries_[i]->Intern(values[i]);
  }
  if (schema_.other_names() < 0) return;
  const auto place = static_cast<size_t>(schema_.other_names());
  row[place] = InternOtherNames(values[place], row);
}

ValueId ValueStore::InternOtherNames(std::string_view value, Row row) {
  std::vector<std::string_view> known;
  for (const int place : {schema_.given(), schema_.surname()}) {
    if (place < 0) continue;
    const ValueDictionary& names = *dictionaries_[static_cast<size_t>(place)];
    for (const std::string_view word : FoldedTokens(names[row[static_cast<size_t>(place)]].text)) known.push_back(word);
  }
  std::string rest;
  for (const std::string_view word : FoldedTokens(value)) {
    if (std::ranges::find(known, word) == known.end()) AppendTo(rest, rest.empty() ? "" : " ", word);
  }
  return dictionaries_[static_cast<size_t>(schema_.other_names())]->Intern(rest);
}

uint64_t ValueStore::ContentHash(Row row, std::string_view key) const {
  uint64_t content = schema_.size();
  if (std::ranges::all_of(row, [](ValueId value) { return value == kNoValue; }))
    return HashCombine(content, Hash64(key));
  for (size_t i = 0; i < schema_.size(); ++i) content = HashCombine(content, Hash64((*dictionaries_[i])[row[i]].text));
  return content;
}

size_t ValueStore::memory_bytes() const {
  size_t bytes = name_tokens_->memory_bytes();
  for (const auto& tokens : text_tokens_) bytes += tokens->memory_bytes();
  for (const auto& dictionary : dictionaries_) bytes += dictionary->memory_bytes();
  return bytes;
}

}  // namespace wensum::matching
