#include "matching/retrieve/holder_lists.h"

#include <algorithm>
#include <bit>
#include <utility>

#include "base/hash.h"

namespace wensum::matching {
namespace {

constexpr size_t kFirstSlots = 400;

size_t HomeOf(uint32_t holder, size_t slots) { return ((MixBits(holder) >> 32) * slots) >> 32; }
size_t Next(size_t at, size_t slots) { return at + 1 == slots ? 0 : at + 1; }

// The least class whose blocks have room for `size` members.
uint32_t ClassFor(uint32_t size) { return std::max(2U, static_cast<uint32_t>(std::bit_width(size))) - 2; }

}  // namespace

HolderLists::Name HolderLists::Allocate(uint32_t block_class) {
  if (!free_[block_class].empty()) {
    const Name name = free_[block_class].back();
    free_[block_class].pop_back();
    return name;
  }
  const uint32_t units = 1U << block_class;
  if (kUnitsPerChunk - fill_ < units) {
    // What is left of the chunk becomes free blocks.
    for (uint32_t c = kClasses; c-- > 0;) {
      for (; kUnitsPerChunk - fill_ >= 1U << c && !chunks_.empty(); fill_ += 1U << c) {
        free_[c].push_back(static_cast<Name>(chunks_.size() - 1) * kUnitsPerChunk + fill_);
      }
    }
    chunks_.push_back(std::make_unique_for_overwrite<uint32_t[]>(size_t{kUnitsPerChunk} * kUnit));
    fill_ = 0;
  }
  const Name name = static_cast<Name>(chunks_.size() - 1) * kUnitsPerChunk + fill_;
  fill_ += units;
  return name;
}

void HolderLists::Free(Name name, uint32_t block_class) { free_[block_class].push_back(name); }

HolderLists::Name HolderLists::Make(uint32_t a, uint32_t b) {
  const Name name = Allocate(0);
  uint32_t* block = Block(name);
  block[0] = 2 << 8;
  block[1] = a;
  block[2] = b;
  return name;
}

void HolderLists::Move(Name& name, uint32_t block_class) {
  const Name to = Allocate(block_class);
  const uint32_t* from = Block(name);
  uint32_t* block = Block(to);
  const uint32_t size = from[0] >> 8;
  std::copy_n(from + 1, size, block + 1);
  Free(name, from[0] & 0xFFU);
  block[0] = size << 8 | block_class;
  name = to;
}

void HolderLists::Add(Name& name, uint32_t holder) {
  uint32_t* block = Block(name);
  if ((block[0] & 0xFFU) != kHashed && (block[0] >> 8) + 1 == Words(block[0] & 0xFFU)) {
    if ((block[0] & 0xFFU) + 1 < kClasses) {
      Move(name, (block[0] & 0xFFU) + 1);
    } else {
      Hash(name);
    }
    block = Block(name);
  }
  block[0] += 1 << 8;
  if ((block[0] & 0xFFU) == kHashed) {
    Insert(hashed_[block[1]], holder);
  } else {
    block[block[0] >> 8] = holder;
  }
}

void HolderLists::Remove(Name& name, uint32_t holder) {
  uint32_t* block = Block(name);
  const uint32_t size = block[0] >> 8;
  const uint32_t block_class = block[0] & 0xFFU;
  block[0] -= 1 << 8;
  if (block_class == kHashed) {
    Erase(hashed_[block[1]], holder);
    if (size - 1 <= kUnhashAt) Unhash(name);
    return;
  }
  *std::find(block + 1, block + 1 + size, holder) = block[size];
  // With some slack, so that a set to and fro about a limit does not move each time.
  if (block_class > 0 && 4 * size <= Words(block_class)) Move(name, block_class - 1);
}

uint32_t HolderLists::Dissolve(Name name) {
  const uint32_t* block = Block(name);
  Free(name, block[0] & 0xFFU);
  return block[1];
}

void HolderLists::Hash(Name& name) {
  uint32_t place = 0;
  if (free_hashed_.empty()) {
    place = static_cast<uint32_t>(hashed_.size());
    hashed_.emplace_back();
  } else {
    place = free_hashed_.back();
    free_hashed_.pop_back();
  }
  Hashed& hashed = hashed_[place];
  hashed.slots.assign(kFirstSlots, 0);
  const uint32_t* block = Block(name);
  const uint32_t size = block[0] >> 8;
  for (uint32_t i = 1; i <= size; ++i) Insert(hashed, block[i]);
  Free(name, block[0] & 0xFFU);
  name = Allocate(0);
  Block(name)[0] = size << 8 | kHashed;
  Block(name)[1] = place;
}

void HolderLists::Unhash(Name& name) {
  const uint32_t place = Block(name)[1];
  const uint32_t size = Block(name)[0] >> 8;
  const Name to = Allocate(ClassFor(size));
  uint32_t* block = Block(to);
  block[0] = size << 8 | ClassFor(size);
  uint32_t at = 1;
  for (const uint32_t holder : hashed_[place].slots) {
    if (holder != 0) block[at++] = holder;
  }
  hashed_[place] = {};
  free_hashed_.push_back(place);
  Free(name, 0);
  name = to;
}

void HolderLists::Insert(Hashed& hashed, uint32_t holder) {
  if ((hashed.size + 1) * uint64_t{8} > hashed.slots.size() * uint64_t{7}) {
    std::vector<uint32_t> old(hashed.slots.size() + hashed.slots.size() / 4);
    std::swap(old, hashed.slots);
    hashed.size = 0;
    for (const uint32_t moved : old) {
      if (moved != 0) Insert(hashed, moved);
    }
  }
  const size_t slots = hashed.slots.size();
  size_t at = HomeOf(holder, slots);
  while (hashed.slots[at] != 0) at = Next(at, slots);
  hashed.slots[at] = holder;
  ++hashed.size;
}

void HolderLists::Erase(Hashed& hashed, uint32_t holder) {
  const size_t slots = hashed.slots.size();
  size_t hole = HomeOf(holder, slots);
  while (hashed.slots[hole] != holder) hole = Next(hole, slots);
  // Those behind move up, unless they are before their home then (Knuth, volume 3, 6.4, algorithm R).
  for (size_t at = Next(hole, slots); hashed.slots[at] != 0; at = Next(at, slots)) {
    const size_t home = HomeOf(hashed.slots[at], slots);
    const bool stays = hole <= at ? hole < home && home <= at : hole < home || home <= at;
    if (stays) continue;
    hashed.slots[hole] = hashed.slots[at];
    hole = at;
  }
  hashed.slots[hole] = 0;
  --hashed.size;
}

size_t HolderLists::memory_bytes() const {
  size_t bytes = chunks_.size() * (size_t{kUnitsPerChunk} * kUnit * sizeof(uint32_t) + sizeof(chunks_[0]));
  for (const std::vector<Name>& names : free_) bytes += names.capacity() * sizeof(Name);
  for (const Hashed& hashed : hashed_) bytes += sizeof(Hashed) + hashed.slots.capacity() * sizeof(uint32_t);
  return bytes;
}

}  // namespace wensum::matching
