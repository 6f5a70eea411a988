// Which contents of a batch share a candidate key.
#ifndef WENSUM_MATCHING_RETRIEVE_CANDIDATE_INDEX_H_
#define WENSUM_MATCHING_RETRIEVE_CANDIDATE_INDEX_H_

#include <cstdint>
#include <span>

#include "base/huge_pages.h"
#include "matching/retrieve/candidate_features.h"
#include "matching/schema/record_set.h"

namespace wensum::matching {

struct CandidateOptions {
  KeyCaps caps;           // hubs are dropped: finer combinations cover their pairs
  uint32_t richness = 2;  // see candidate_features.h
  size_t threads = 1;
  // Keys held in memory at a time while the index is made, 16 bytes each (twice); more are worked through in parts.
  size_t keys_in_memory = size_t{1} << 25;
};

// The keys that at least two contents hold and that are no hubs, as lists both ways: records of equal content count
// once. Immutable, thread-safe; the content does not depend on the number of threads. Memory: 8 bytes for each content
// of a key kept.
class CandidateIndex {
 public:
  CandidateIndex(const RecordSet& records, const CandidateOptions& options);

  // Calls `visit(ContentIndex)` once for each candidate of `content` with a smaller number, in no special order (but
  // the same one every time). `seen` has one entry for each content of the set and belongs to the caller's thread:
  // filled with kNobody before the first call, then left alone.
  template <typename Visit>
  void ForEachEarlier(ContentIndex content, std::span<ContentIndex> seen, const Visit& visit) const {
    const std::span<const uint32_t> keys = KeysOf(content);
    for (size_t k = 0; k < keys.size(); ++k) {
      // Lists lie far apart: their places, then their beginnings, are fetched while earlier ones are read.
      if (k + 2 * kAhead < keys.size()) __builtin_prefetch(&holder_begin_[keys[k + 2 * kAhead]]);
      if (k + kAhead < keys.size()) __builtin_prefetch(holders_.data() + holder_begin_[keys[k + kAhead]]);
      for (const ContentIndex other : HoldersOf(keys[k])) {
        if (other >= content) break;
        if (seen[other] == content) continue;
        seen[other] = content;
        visit(other);
      }
    }
  }
  // True if the two contents share a key that makes pairs.
  [[nodiscard]] bool Pairs(ContentIndex a, ContentIndex b) const;
  static constexpr ContentIndex kNobody = ~ContentIndex{0};

  struct Stats {
    uint64_t keys = 0;          // of all contents together
    uint64_t keys_kept = 0;     // distinct keys within their caps
    uint64_t hub_keys = 0;      // distinct keys over their caps
    uint64_t entries_kept = 0;  // content and key
  };
  [[nodiscard]] const Stats& stats() const { return stats_; }
  [[nodiscard]] size_t memory_bytes() const;

 private:
  static constexpr size_t kAhead = 4;  // keys

  // Keys are numbered, ascending within a content.
  [[nodiscard]] std::span<const uint32_t> KeysOf(ContentIndex content) const {
    return {keys_.data() + key_begin_[content], keys_.data() + key_begin_[content + 1]};
  }
  // Ascending.
  [[nodiscard]] std::span<const ContentIndex> HoldersOf(uint32_t key) const {
    return {holders_.data() + holder_begin_[key], holders_.data() + holder_begin_[key + 1]};
  }

  void AddPart(const RecordSet& records, const CandidateFeatures& features, const CandidateOptions& options,
               uint32_t part, uint32_t part_bits);
  void Invert(size_t contents);

  HugeVector<uint64_t> holder_begin_;
  HugeVector<ContentIndex> holders_;
  HugeVector<uint64_t> key_begin_;
  HugeVector<uint32_t> keys_;
  Stats stats_;
};

}  // namespace wensum::matching

#endif  // WENSUM_MATCHING_RETRIEVE_CANDIDATE_INDEX_H_
