// A compact map from 64-bit keys to the sets of records that hold them.
#ifndef WENSUM_MATCHING_RETRIEVE_POSTING_INDEX_H_
#define WENSUM_MATCHING_RETRIEVE_POSTING_INDEX_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace wensum::matching {

// Open addressing with linear probing; a key held by one record costs one slot of 12 bytes, more records live in
// blocks of 2^n words that are recycled. Not thread-safe for writing. Limits: record numbers below 2^31, 2^31 words
// of blocks.
class PostingIndex {
 public:
  PostingIndex();

  // Adds a record to a key; it must not be there yet. Amortised constant.
  void Add(uint64_t key, uint32_t record);
  // Takes a record off a key; it must be there. Linear in the key's records.
  void Remove(uint64_t key, uint32_t record);

  // The records of a key, in no particular order. Valid until the next change. A lone record is returned through
  // `single`, which must live as long as the span.
  [[nodiscard]] std::span<const uint32_t> Find(uint64_t key, uint32_t* single) const;
  // Number of records of a key.
  [[nodiscard]] size_t Count(uint64_t key) const;

  // Brings the keys' slots nearer, for a caller that will soon add to them: most additions to a large index wait for
  // memory.
  void Prefetch(std::span<const uint64_t> keys) const;

  void Reserve(size_t keys);
  [[nodiscard]] size_t keys() const { return used_; }
  [[nodiscard]] size_t memory_bytes() const;

 private:
  static constexpr uint32_t kEmpty = ~uint32_t{0};
  static constexpr uint32_t kBlock = uint32_t{1} << 31;

  [[nodiscard]] size_t SlotOf(uint64_t key) const;  // its slot, or the free one where it belongs
  void Grow();
  void Erase(size_t slot);
  uint32_t Allocate(uint32_t size_class);
  void Free(uint32_t block, uint32_t size_class);

  // Slots: `values_` holds kEmpty, a record number, or kBlock + the block's place in `arena_`.
  std::vector<uint64_t> keys_;
  std::vector<uint32_t> values_;
  size_t used_ = 0;
  // Blocks: word 0 is size * 32 + size class, then the records.
  std::vector<uint32_t> arena_;
  std::vector<std::vector<uint32_t>> free_blocks_;  // by size class
};

}  // namespace wensum::matching

#endif  // WENSUM_MATCHING_RETRIEVE_POSTING_INDEX_H_
