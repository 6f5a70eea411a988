// Sets of numbers, most of them small, under 31-bit names.
#ifndef WENSUM_MATCHING_RETRIEVE_HOLDER_LISTS_H_
#define WENSUM_MATCHING_RETRIEVE_HOLDER_LISTS_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace wensum::matching {

// Up to 255 members stand in blocks of 4 to 256 words that are recycled; more are hashed, so that adding to and taking
// from a set of millions costs no more than from a small one. Members are not 0. Not thread-safe for writing.
class HolderLists {
 public:
  using Name = uint32_t;  // below 2^31; may change when the set does

  // A set of two different members.
  Name Make(uint32_t a, uint32_t b);
  // `holder` must not be in the set.
  void Add(Name& name, uint32_t holder);
  // `holder` must be in the set.
  void Remove(Name& name, uint32_t holder);
  // Forgets a set of one and returns its member.
  uint32_t Dissolve(Name name);

  [[nodiscard]] uint32_t size(Name name) const { return Block(name)[0] >> 8; }
  // Calls `visit(holder)` for each member, in no special order, until it returns false.
  template <typename Visit>
  void ForEach(Name name, const Visit& visit) const {
    const uint32_t* block = Block(name);
    if ((block[0] & 0xFFU) != kHashed) {
      for (uint32_t i = 1; i <= block[0] >> 8; ++i) {
        if (!visit(block[i])) return;
      }
      return;
    }
    for (const uint32_t holder : hashed_[block[1]].slots) {
      if (holder != 0 && !visit(holder)) return;
    }
  }
  void Prefetch(Name name) const { __builtin_prefetch(Block(name)); }
  [[nodiscard]] size_t memory_bytes() const;

 private:
  static constexpr uint32_t kUnit = 4;  // words
  static constexpr uint32_t kUnitsPerChunk = 1024;
  static constexpr uint32_t kClasses = 7;     // 4, 8, ... 256 words
  static constexpr uint32_t kHashed = 0xFF;   // instead of the class
  static constexpr uint32_t kUnhashAt = 100;  // members

  struct Hashed {
    std::vector<uint32_t> slots;  // 0: free
    uint32_t size = 0;
  };

  [[nodiscard]] uint32_t* Block(Name name) const {
    return chunks_[name / kUnitsPerChunk].get() + size_t{name % kUnitsPerChunk} * kUnit;
  }
  static uint32_t Words(uint32_t block_class) { return kUnit << block_class; }
  Name Allocate(uint32_t block_class);
  void Free(Name name, uint32_t block_class);
  // Moves the members to a block of the class.
  void Move(Name& name, uint32_t block_class);
  void Hash(Name& name);
  void Unhash(Name& name);
  static void Insert(Hashed& hashed, uint32_t holder);
  static void Erase(Hashed& hashed, uint32_t holder);

  // Block: word 0 is size * 256 + class, then the members; if hashed, word 1 is the place in `hashed_`.
  std::vector<std::unique_ptr<uint32_t[]>> chunks_;
  uint32_t fill_ = kUnitsPerChunk;  // the next free unit of the last chunk
  std::array<std::vector<Name>, kClasses> free_;
  std::vector<Hashed> hashed_;
  std::vector<uint32_t> free_hashed_;
};

}  // namespace wensum::matching

#endif  // WENSUM_MATCHING_RETRIEVE_HOLDER_LISTS_H_
