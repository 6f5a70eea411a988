#include "matching/retrieve/candidate_index.h"

#include <algorithm>
#include <array>
#include <bit>

#include "base/parallel.h"

namespace wensum::matching {
namespace {

constexpr size_t kContentsPerChunk = 2048;
constexpr uint32_t kBucketBits = 10;
constexpr size_t kBuckets = size_t{1} << kBucketBits;

Row RowOf(const RecordSet& records, size_t content) {
  return records.row(records.content_begin(static_cast<ContentIndex>(content)));
}

struct Entry {
  uint64_t key;
  ContentIndex content;
};

// Keys whose top bits are the number of the part, by the next kBucketBits bits.
size_t BucketOf(uint64_t key, uint32_t part_bits) { return (key << part_bits) >> (64 - kBucketBits); }
bool InPart(uint64_t key, uint32_t part, uint32_t part_bits) {
  return part_bits == 0 || (key >> (64 - part_bits)) == part;
}

struct Group {
  std::vector<uint32_t> sizes;
  std::vector<ContentIndex> holders;
  uint64_t hubs = 0;
};

// Finds the keys that two contents or more, but no more than their caps, hold among entries in the order of their
// contents.
class Grouper {
 public:
  Group Run(std::span<const Entry> entries, const KeyCaps& caps) {
    const size_t slots = std::bit_ceil(std::max<size_t>(16, entries.size() * 2));
    slots_.assign(slots, Slot{});
    slot_of_.resize(entries.size());
    const int shift = 64 - std::countr_zero(slots);
    for (size_t i = 0; i < entries.size(); ++i) {
      size_t at = (entries[i].key * 0x9E3779B97F4A7C15ULL) >> shift;
      while (slots_[at].count != 0 && slots_[at].key != entries[i].key) at = (at + 1) & (slots - 1);
      Slot& slot = slots_[at];
      slot.key = entries[i].key;
      // A content may have a key twice.
      const bool again = slot.count != 0 && slot.last == entries[i].content;
      slot_of_[i] = again ? kSkip : static_cast<uint32_t>(at);
      slot.last = entries[i].content;
      slot.count += again ? 0 : 1;
    }
    return Collect(entries, caps);
  }

 private:
  struct Slot {
    uint64_t key = 0;
    ContentIndex last = 0;
    uint32_t count = 0;
    uint32_t place = kSkip;
  };
  static constexpr uint32_t kSkip = ~uint32_t{0};

  Group Collect(std::span<const Entry> entries, const KeyCaps& caps) {
    Group group;
    uint32_t total = 0;
    for (size_t i = 0; i < entries.size(); ++i) {
      if (slot_of_[i] == kSkip) continue;
      Slot& slot = slots_[slot_of_[i]];
      if (slot.place != kSkip || slot.count < 2) continue;
      if (slot.count > caps.of(slot.key)) {
        ++group.hubs;
        slot.count = 0;
        continue;
      }
      slot.place = total;
      total += slot.count;
      group.sizes.push_back(slot.count);
    }
    group.holders.resize(total);
    for (size_t i = 0; i < entries.size(); ++i) {
      if (slot_of_[i] == kSkip) continue;
      Slot& slot = slots_[slot_of_[i]];
      if (slot.place != kSkip) group.holders[slot.place++] = entries[i].content;
    }
    return group;
  }

  std::vector<Slot> slots_;
  std::vector<uint32_t> slot_of_;
};

}  // namespace

CandidateIndex::CandidateIndex(const RecordSet& records, const CandidateOptions& options) : holder_begin_(1) {
  const CandidateFeatures features(&records.values());
  // How many keys there are, from a part of the contents.
  std::vector<uint64_t> sample;
  const size_t step = std::max<size_t>(1, records.contents() / 1000);
  size_t sampled = 0;
  for (size_t i = 0; i < records.contents(); i += step, ++sampled) {
    features.AppendKeys(RowOf(records, i), options.richness, sample);
  }
  const double expected = sampled == 0 ? 0
                                       : static_cast<double>(sample.size()) * static_cast<double>(records.contents()) /
                                             static_cast<double>(sampled);
  uint32_t part_bits = 0;
  while (part_bits < 8 &&
         expected / static_cast<double>(1U << part_bits) > static_cast<double>(options.keys_in_memory)) {
    ++part_bits;
  }
  for (uint32_t part = 0; part < (1U << part_bits); ++part) AddPart(records, features, options, part, part_bits);
  Invert(records.contents());
  stats_.keys_kept = holder_begin_.size() - 1;
  stats_.entries_kept = holders_.size();
}

void CandidateIndex::AddPart(const RecordSet& records, const CandidateFeatures& features,
                             const CandidateOptions& options, uint32_t part, uint32_t part_bits) {
  const size_t chunks = records.contents() / kContentsPerChunk + 1;
  std::vector<std::vector<Entry>> found(chunks);
  std::vector<std::vector<uint32_t>> counts(chunks);
  ParallelFor(records.contents(), options.threads, kContentsPerChunk, [&](size_t begin, size_t end) {
    std::vector<Entry>& mine = found[begin / kContentsPerChunk];
    std::vector<uint32_t>& count = counts[begin / kContentsPerChunk];
    count.assign(kBuckets, 0);
    std::vector<uint64_t> keys;
    for (size_t i = begin; i < end; ++i) {
      keys.clear();
      features.AppendKeys(RowOf(records, i), options.richness, keys);
      for (const uint64_t key : keys) {
        if (!InPart(key, part, part_bits)) continue;
        mine.push_back({key, static_cast<ContentIndex>(i)});
        ++count[BucketOf(key, part_bits)];
      }
    }
  });
  // Where each chunk's share of each bucket begins.
  std::vector<size_t> bucket_begin(kBuckets + 1);
  size_t total = 0;
  std::vector<std::vector<size_t>> at(chunks);
  for (size_t chunk = 0; chunk < chunks; ++chunk) {
    at[chunk].resize(kBuckets);
    counts[chunk].resize(kBuckets);
  }
  for (size_t bucket = 0; bucket < kBuckets; ++bucket) {
    bucket_begin[bucket] = total;
    for (size_t chunk = 0; chunk < chunks; ++chunk) {
      at[chunk][bucket] = total;
      total += counts[chunk][bucket];
    }
  }
  bucket_begin[kBuckets] = total;
  stats_.keys += total;
  std::vector<Entry> entries(total);
  ParallelFor(chunks, options.threads, 1, [&](size_t begin, size_t end) {
    for (size_t chunk = begin; chunk < end; ++chunk) {
      for (const Entry& entry : found[chunk]) entries[at[chunk][BucketOf(entry.key, part_bits)]++] = entry;
      found[chunk] = {};
    }
  });
  std::vector<Group> groups(kBuckets);
  ParallelFor(kBuckets, options.threads, 16, [&](size_t begin, size_t end) {
    Grouper grouper;
    for (size_t bucket = begin; bucket < end; ++bucket) {
      groups[bucket] =
          grouper.Run({entries.data() + bucket_begin[bucket], entries.data() + bucket_begin[bucket + 1]}, options.caps);
    }
  });
  for (const Group& group : groups) {
    for (const uint32_t size : group.sizes) holder_begin_.push_back(holder_begin_.back() + size);
    holders_.insert(holders_.end(), group.holders.begin(), group.holders.end());
    stats_.hub_keys += group.hubs;
  }
}

void CandidateIndex::Invert(size_t contents) {
  key_begin_.assign(contents + 1, 0);
  for (const ContentIndex content : holders_) ++key_begin_[content + 1];
  for (size_t i = 0; i < contents; ++i) key_begin_[i + 1] += key_begin_[i];
  keys_.resize(holders_.size());
  std::vector<uint64_t> next(key_begin_.begin(), key_begin_.end() - 1);
  for (uint32_t key = 0; key + 1 < holder_begin_.size(); ++key) {
    for (const ContentIndex content : HoldersOf(key)) keys_[next[content]++] = key;
  }
}

bool CandidateIndex::Pairs(ContentIndex a, ContentIndex b) const {
  const std::span<const uint32_t> of_a = KeysOf(a);
  const std::span<const uint32_t> of_b = KeysOf(b);
  for (size_t i = 0, k = 0; i < of_a.size() && k < of_b.size();) {
    if (of_a[i] == of_b[k]) return true;
    of_a[i] < of_b[k] ? ++i : ++k;
  }
  return false;
}

size_t CandidateIndex::memory_bytes() const {
  return (holder_begin_.capacity() + key_begin_.capacity()) * sizeof(uint64_t) +
         (holders_.capacity() + keys_.capacity()) * sizeof(uint32_t);
}

}  // namespace wensum::matching
