#include "matching/schema/record_set.h"

#include <algorithm>
#include <numeric>
#include <tuple>
#include <utility>

namespace wensum::matching {
namespace {

template <typename List>
List InOrder(List& from, const std::vector<uint32_t>& order) {
  List to;
  to.reserve(from.size());
  for (const uint32_t place : order) to.push_back(std::move(from[place]));
  return to;
}

}  // namespace

RecordSet::RecordSet(Schema schema) : values_(std::move(schema)) {}

void RecordSet::Add(std::string_view key, std::span<const std::string_view> raw, std::string_view once) {
  const std::span<ValueId> row(rows_.emplace_back().values.data(), schema().size());
  values_.InternRaw(raw, row);
  content_.push_back(values_.ContentHash(row, key));
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
  rows_ = InOrder(rows_, order);
  content_of_.resize(keys_.size());
  content_begin_.assign(1, 0);
  for (RecordIndex i = 0; i < keys_.size(); ++i) {
    if (i > 0 && content_[i] != content_[i - 1]) content_begin_.push_back(i);
    content_of_[i] = static_cast<ContentIndex>(content_begin_.size() - 1);
  }
  if (!keys_.empty()) content_begin_.push_back(static_cast<RecordIndex>(keys_.size()));
}

size_t RecordSet::memory_bytes() const {
  size_t bytes = values_.memory_bytes();
  for (const std::string& key : keys_) bytes += sizeof(key) + (key.capacity() > 15 ? key.capacity() : 0);
  return bytes + rows_.capacity() * sizeof(KeptRow) + content_.capacity() * sizeof(uint64_t) +
         (once_.capacity() + content_of_.capacity() + content_begin_.capacity()) * sizeof(uint32_t);
}

}  // namespace wensum::matching
