#include "matching/retrieve/posting_index.h"

#include <algorithm>

namespace wensum::matching {
namespace {

constexpr size_t kFirstSlots = 64;
constexpr uint32_t kFirstClass = 2;  // three records

// Keys are hashes already, but the table must not depend on their low bits alone being good.
size_t Spread(uint64_t key) { return static_cast<size_t>((key * 0x9E3779B97F4A7C15ULL) >> 20); }

}  // namespace

PostingIndex::PostingIndex() : keys_(kFirstSlots), values_(kFirstSlots, kEmpty), free_blocks_(32) {}

size_t PostingIndex::SlotOf(uint64_t key) const {
  const size_t mask = keys_.size() - 1;
  size_t slot = Spread(key) & mask;
  while (values_[slot] != kEmpty && keys_[slot] != key) {
    slot = (slot + 1) & mask;
  }
  return slot;
}

void PostingIndex::Prefetch(std::span<const uint64_t> keys) const {
  for (const uint64_t key : keys) {
    const size_t slot = Spread(key) & (keys_.size() - 1);
    __builtin_prefetch(&keys_[slot]);
    __builtin_prefetch(&values_[slot]);
  }
}

void PostingIndex::Reserve(size_t keys) {
  while (keys * 5 > keys_.size() * 4) {
    Grow();
  }
}

void PostingIndex::Grow() {
  std::vector<uint64_t> old_keys(keys_.size() * 2);
  std::vector<uint32_t> old_values(values_.size() * 2, kEmpty);
  old_keys.swap(keys_);
  old_values.swap(values_);
  for (size_t i = 0; i < old_keys.size(); ++i) {
    if (old_values[i] != kEmpty) {
      const size_t slot = SlotOf(old_keys[i]);
      keys_[slot] = old_keys[i];
      values_[slot] = old_values[i];
    }
  }
}

uint32_t PostingIndex::Allocate(uint32_t size_class) {
  std::vector<uint32_t>& free = free_blocks_[size_class];
  if (!free.empty()) {
    const uint32_t block = free.back();
    free.pop_back();
    return block;
  }
  const auto block = static_cast<uint32_t>(arena_.size());
  arena_.resize(arena_.size() + (size_t{1} << size_class));
  return block;
}

void PostingIndex::Free(uint32_t block, uint32_t size_class) { free_blocks_[size_class].push_back(block); }

void PostingIndex::Add(uint64_t key, uint32_t record) {
  if ((used_ + 1) * 5 > keys_.size() * 4) {
    Grow();
  }
  const size_t slot = SlotOf(key);
  const uint32_t value = values_[slot];
  if (value == kEmpty) {
    keys_[slot] = key;
    values_[slot] = record;
    ++used_;
    return;
  }
  if ((value & kBlock) == 0) {
    const uint32_t block = Allocate(kFirstClass);
    arena_[block] = 2 * 32 + kFirstClass;
    arena_[block + 1] = value;
    arena_[block + 2] = record;
    values_[slot] = kBlock | block;
    return;
  }
  uint32_t block = value & ~kBlock;
  const uint32_t size = arena_[block] / 32;
  uint32_t size_class = arena_[block] % 32;
  if (size + 1 == uint32_t{1} << size_class) {
    const uint32_t larger = Allocate(size_class + 1);
    std::copy_n(arena_.begin() + block + 1, size, arena_.begin() + larger + 1);
    Free(block, size_class);
    block = larger;
    ++size_class;
    values_[slot] = kBlock | block;
  }
  arena_[block + 1 + size] = record;
  arena_[block] = (size + 1) * 32 + size_class;
}

void PostingIndex::Remove(uint64_t key, uint32_t record) {
  const size_t slot = SlotOf(key);
  const uint32_t value = values_[slot];
  if (value == kEmpty) {
    return;
  }
  if ((value & kBlock) == 0) {
    if (value == record) {
      Erase(slot);
    }
    return;
  }
  const uint32_t block = value & ~kBlock;
  const uint32_t size = arena_[block] / 32;
  const uint32_t size_class = arena_[block] % 32;
  const auto begin = arena_.begin() + block + 1;
  const auto it = std::find(begin, begin + size, record);
  if (it == begin + size) {
    return;
  }
  *it = *(begin + size - 1);
  if (size == 2) {
    values_[slot] = *begin;
    Free(block, size_class);
  } else {
    arena_[block] = (size - 1) * 32 + size_class;
  }
}

// Knuth's deletion without tombstones: moves back every later entry of the run that may stand here.
void PostingIndex::Erase(size_t slot) {
  const size_t mask = keys_.size() - 1;
  size_t hole = slot;
  for (size_t i = (slot + 1) & mask; values_[i] != kEmpty; i = (i + 1) & mask) {
    const size_t home = Spread(keys_[i]) & mask;
    if (((i - home) & mask) >= ((i - hole) & mask)) {
      keys_[hole] = keys_[i];
      values_[hole] = values_[i];
      hole = i;
    }
  }
  values_[hole] = kEmpty;
  --used_;
}

std::span<const uint32_t> PostingIndex::Find(uint64_t key, uint32_t* single) const {
  const uint32_t value = values_[SlotOf(key)];
  if (value == kEmpty) {
    return {};
  }
  if ((value & kBlock) == 0) {
    *single = value;
    return {single, 1};
  }
  const uint32_t block = value & ~kBlock;
  return {arena_.data() + block + 1, arena_[block] / 32};
}

size_t PostingIndex::Count(uint64_t key) const {
  uint32_t single = 0;
  return Find(key, &single).size();
}

size_t PostingIndex::memory_bytes() const {
  size_t bytes = keys_.capacity() * sizeof(uint64_t) + values_.capacity() * sizeof(uint32_t) +
                 arena_.capacity() * sizeof(uint32_t);
  for (const std::vector<uint32_t>& free : free_blocks_) {
    bytes += free.capacity() * sizeof(uint32_t);
  }
  return bytes;
}

}  // namespace wensum::matching
