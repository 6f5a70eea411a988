// The records of a live register in comparable form: which records there are, which of them say the same, which stand
// in one cluster, and what stewards have decided about them.
#ifndef WENSUM_MATCHING_RESOLVE_LIVE_RECORDS_H_
#define WENSUM_MATCHING_RESOLVE_LIVE_RECORDS_H_

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "base/huge_pages.h"
#include "matching/schema/value_store.h"

namespace wensum::matching {

// A record's number: dense, from 1, in the order first seen. Never part of any decision, only a name.
using RecordId = uint32_t;
// The number of what one or several records say, from 1; reused when no record says it any more.
using ContentId = uint32_t;

// A record for matching.
struct LinkageRecord {
  std::vector<std::string> values;  // by attribute, in the form that ValueSetText gives
  std::string key;                  // orders records of equal content: the record's name in its source; distinct
  std::string once;                 // see RecordSet::Add
};

// A steward's decision about two records. It is in force while both are present and may be given before they are.
struct RecordLink {
  enum class Kind : uint8_t {
    kNone = 0,    // no decision any more
    kMust = 1,    // one person, whatever the scores
    kCannot = 2,  // two people: their clusters never merge by themselves
  };
  RecordId a = 0;
  RecordId b = 0;
  Kind kind = Kind::kNone;
};

// Not thread-safe for writing; const members may run concurrently.
class LiveRecords {
 public:
  explicit LiveRecords(Schema schema);

  // The record must not be present. Returns its content, which is new if it has one record.
  ContentId Put(RecordId id, const LinkageRecord& record);
  // The record must be present. Returns its content, which stays, maybe without records, until it is dropped.
  ContentId Remove(RecordId id);
  // Makes the number of a content without records free.
  void Drop(ContentId content);

  [[nodiscard]] bool Has(RecordId id) const { return id < records_.size() && records_[id].content != 0; }
  [[nodiscard]] size_t size() const { return size_; }
  // All records' numbers are below it.
  [[nodiscard]] RecordId end() const { return static_cast<RecordId>(records_.size()); }
  [[nodiscard]] ContentId content_of(RecordId id) const { return records_[id].content; }
  [[nodiscard]] const std::string& key(RecordId id) const { return keys_[id]; }
  [[nodiscard]] uint32_t once(RecordId id) const { return records_[id].once; }

  // All contents' numbers are below it.
  [[nodiscard]] ContentId content_end() const { return static_cast<ContentId>(contents_.size()); }
  [[nodiscard]] Row row(ContentId content) const { return {rows_[content].values.data(), values_.schema().size()}; }
  [[nodiscard]] uint64_t hash(ContentId content) const { return contents_[content].hash; }
  [[nodiscard]] uint32_t count(ContentId content) const { return contents_[content].count; }
  // The content with the hash; 0: none. Contents of equal hashes are taken for equal.
  [[nodiscard]] ContentId Find(uint64_t hash) const;
  // Calls `visit(RecordId)` for the records of the content, in no special order.
  template <typename Visit>
  void ForEachRecord(ContentId content, const Visit& visit) const {
    for (RecordId id = contents_[content].first; id != 0; id = records_[id].next) visit(id);
  }
  // The same in the order of their keys.
  void RecordsOf(ContentId content, std::vector<RecordId>& out) const;
  // True if `a` comes before `b` by content and key: the order of a RecordSet.
  [[nodiscard]] bool RankBefore(RecordId a, RecordId b) const;

  // Clusters: the smallest number of each record's cluster, and a ring through its records.
  [[nodiscard]] RecordId cluster(RecordId id) const { return records_[id].cluster; }
  void SetCluster(std::span<const RecordId> members);  // ascending
  void ForgetCluster(RecordId id) { records_[id].cluster = records_[id].ring = 0; }
  // Puts a present record into the cluster of `label`, a present record or itself. For start-up.
  void JoinCluster(RecordId id, RecordId label);
  template <typename Visit>
  void ForEachInCluster(RecordId id, const Visit& visit) const {
    RecordId at = id;
    do {
      visit(at);
      at = records_[at].ring;
    } while (at != id);
  }

  void SetLink(const RecordLink& link);
  using Links = std::vector<std::pair<RecordId, RecordLink::Kind>>;
  // The decisions about a record, whether the others are present or not.
  [[nodiscard]] const Links& links(RecordId id) const;
  // True if a decision about the record is in force.
  [[nodiscard]] bool Decided(RecordId id) const;
  [[nodiscard]] bool has_links() const { return !links_.empty(); }

  [[nodiscard]] const ValueStore& values() const { return values_; }
  [[nodiscard]] size_t memory_bytes() const;

 private:
  struct Record {
    ContentId content = 0;  // 0: not present
    RecordId next = 0;      // of the content
    RecordId previous = 0;
    uint32_t once = 0;
    RecordId cluster = 0;
    RecordId ring = 0;
  };
  struct Content {
    uint64_t hash = 0;
    RecordId first = 0;
    uint32_t count = 0;
  };

  ContentId ContentFor(Row row, std::string_view key);
  uint32_t OnceFor(const std::string& once);

  ValueStore values_;
  HugeVector<Record> records_;
  std::vector<std::string> keys_;
  size_t size_ = 0;
  HugeVector<Content> contents_;
  HugeVector<KeptRow> rows_;
  std::vector<ContentId> free_contents_;
  absl::flat_hash_map<uint64_t, ContentId> by_hash_;
  absl::flat_hash_map<std::string, uint32_t> once_ids_;
  absl::flat_hash_map<RecordId, Links> links_;
};

}  // namespace wensum::matching

#endif  // WENSUM_MATCHING_RESOLVE_LIVE_RECORDS_H_
