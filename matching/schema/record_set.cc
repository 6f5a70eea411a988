#include "matching/schema/record_set.h"

#include <algorithm>
#include <numeric>
#include <tuple>
#include <utility>

#include "base/hash.h"
#include "base/strings.h"
#include "matching/schema/value_text.h"
#include "matching/text/fold.h"

namespace wensum::matching {
namespace {

template <typename T>
std::vector<T> InOrder(std::vector<T>& from, const std::vector<uint32_t>& order) {
  std::vector<T> to;
  to.reserve(from.size());
  for (const uint32_t place : order) to.push_back(std::move(from[place]));
  return to;
}

}  // namespace

RecordSet::RecordSet(Schema schema) : schema_(std::move(schema)) {
  for (const Attribute& attribute : schema_.attributes()) {
    WordDictionary* tokens = name_tokens_.get();
    if (!IsNameType(attribute.type)) {
      text_tokens_.push_back(std::make_unique<WordDictionary>());
      tokens = text_tokens_.back().get();
    }
    dictionaries_.push_back(std::make_unique<ValueDictionary>(attribute.type, tokens));
  }
}

// The words that neither the given name nor the surname has.
ValueId RecordSet::InternOtherNames(std::string_view raw, std::span<const ValueId> row) {
  const std::string all = ValueText(AttributeType::kOtherNames, raw);
  std::vector<std::string_view> known;
  for (const int place : {schema_.given(), schema_.surname()}) {
    if (place < 0) continue;
    const ValueDictionary& names = *dictionaries_[static_cast<size_t>(place)];
    for (const std::string_view word : FoldedTokens(names[row[static_cast<size_t>(place)]].text)) known.push_back(word);
  }
  std::string rest;
  for (const std::string_view word : FoldedTokens(all)) {
    if (std::ranges::find(known, word) == known.end()) AppendTo(rest, rest.empty() ? "" : " ", word);
  }
  return dictionaries_[static_cast<size_t>(schema_.other_names())]->Intern(rest);
}

void RecordSet::Add(std::string_view key, std::span<const std::string_view> raw, std::string_view once) {
  const size_t width = schema_.size();
  const size_t begin = rows_.size();
  rows_.resize(begin + width);
  const std::span<ValueId> row(rows_.data() + begin, width);
  for (size_t i = 0; i < width; ++i) {
    if (schema_[i].type == AttributeType::kOtherNames) continue;
    row[i] = dictionaries_[i]->Intern(ValueSetText(schema_[i].type, raw[i]));
  }
  if (schema_.other_names() >= 0) {
    const auto place = static_cast<size_t>(schema_.other_names());
    row[place] = InternOtherNames(raw[place], row);
  }
  uint64_t content = width;
  for (size_t i = 0; i < width; ++i) content = HashCombine(content, Hash64((*dictionaries_[i])[row[i]].text));
  content_.push_back(content);
  keys_.emplace_back(key);
  once_.push_back(
      once.empty()
          ? 0
          : once_ids_.try_emplace(std::string(once), static_cast<uint32_t>(once_ids_.size() + 1)).first->second);
}

void RecordSet::Seal() {
  std::vector<uint32_t> order(keys_.size());
  std::iota(order.begin(), order.end(), 0U);
  std::ranges::sort(order, [this](uint32_t a, uint32_t b) {
    return std::tie(content_[a], keys_[a]) < std::tie(content_[b], keys_[b]);
  });
  keys_ = InOrder(keys_, order);
  content_ = InOrder(content_, order);
  once_ = InOrder(once_, order);
  const size_t width = schema_.size();
  std::vector<ValueId> rows;
  rows.reserve(rows_.size());
  for (const uint32_t place : order) {
    rows.insert(rows.end(), rows_.begin() + static_cast<std::ptrdiff_t>(place * width),
                rows_.begin() + static_cast<std::ptrdiff_t>((place + 1) * width));
  }
  rows_ = std::move(rows);
}

size_t RecordSet::memory_bytes() const {
  size_t bytes = name_tokens_->memory_bytes();
  for (const auto& tokens : text_tokens_) bytes += tokens->memory_bytes();
  for (const auto& dictionary : dictionaries_) bytes += dictionary->memory_bytes();
  for (const std::string& key : keys_) bytes += sizeof(key) + (key.capacity() > 15 ? key.capacity() : 0);
  return bytes + rows_.capacity() * sizeof(ValueId) + content_.capacity() * sizeof(uint64_t) +
         once_.capacity() * sizeof(uint32_t);
}

}  // namespace wensum::matching
