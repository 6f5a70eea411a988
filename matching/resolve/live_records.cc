#include "matching/resolve/live_records.h"

#include <algorithm>
#include <array>

namespace wensum::matching {

LiveRecords::LiveRecords(Schema schema) : values_(std::move(schema)), records_(1), keys_(1), contents_(1), rows_(1) {}

uint32_t LiveRecords::OnceFor(const std::string& once) {
  if (once.empty()) return 0;
  return once_ids_.try_emplace(once, static_cast<uint32_t>(once_ids_.size() + 1)).first->second;
}

ContentId LiveRecords::ContentFor(Row row, std::string_view key) {
  const uint64_t hash = values_.ContentHash(row, key);
  const auto [it, is_new] = by_hash_.try_emplace(hash, 0);
  if (!is_new) return it->second;
  ContentId content = 0;
  if (free_contents_.empty()) {
    content = static_cast<ContentId>(contents_.size());
    contents_.emplace_back();
    rows_.emplace_back();
  } else {
    content = free_contents_.back();
    free_contents_.pop_back();
  }
  it->second = content;
  contents_[content] = {.hash = hash};
  std::ranges::copy(row, rows_[content].values.begin());
  return content;
}

ContentId LiveRecords::Put(RecordId id, const LinkageRecord& record) {
  const size_t width = values_.schema().size();
  std::array<std::string_view, kMaxAttributes> texts;
  std::array<ValueId, kMaxAttributes> row{};
  for (size_t i = 0; i < width; ++i) texts[i] = record.values[i];
  values_.Intern({texts.data(), width}, {row.data(), width});
  if (id >= records_.size()) {
    records_.resize(size_t{id} + 1);
    keys_.resize(size_t{id} + 1);
  }
  Record& entry = records_[id];
  entry.content = ContentFor({row.data(), width}, record.key);
  entry.once = OnceFor(record.once);
  entry.previous = 0;
  Content& content = contents_[entry.content];
  entry.next = content.first;
  if (content.first != 0) records_[content.first].previous = id;
  content.first = id;
  ++content.count;
  keys_[id] = record.key;
  if (entry.cluster == 0) entry.cluster = entry.ring = id;
  ++size_;
  return entry.content;
}

ContentId LiveRecords::Remove(RecordId id) {
  Record& record = records_[id];
  const ContentId content = record.content;
  if (record.previous != 0) {
    records_[record.previous].next = record.next;
  } else {
    contents_[content].first = record.next;
  }
  if (record.next != 0) records_[record.next].previous = record.previous;
  record.content = 0;
  --contents_[content].count;
  --size_;
  return content;
}

void LiveRecords::Drop(ContentId content) {
  by_hash_.erase(contents_[content].hash);
  contents_[content] = {};
  free_contents_.push_back(content);
}

ContentId LiveRecords::Find(uint64_t hash) const {
  const auto it = by_hash_.find(hash);
  return it == by_hash_.end() ? 0 : it->second;
}

void LiveRecords::RecordsOf(ContentId content, std::vector<RecordId>& out) const {
  out.clear();
  ForEachRecord(content, [&out](RecordId id) { out.push_back(id); });
  std::ranges::sort(out, [this](RecordId a, RecordId b) { return keys_[a] < keys_[b]; });
}

bool LiveRecords::RankBefore(RecordId a, RecordId b) const {
  const uint64_t hash_a = contents_[records_[a].content].hash;
  const uint64_t hash_b = contents_[records_[b].content].hash;
  return hash_a != hash_b ? hash_a < hash_b : keys_[a] < keys_[b];
}

void LiveRecords::SetCluster(std::span<const RecordId> members) {
  for (size_t i = 0; i < members.size(); ++i) {
    records_[members[i]].cluster = members[0];
    records_[members[i]].ring = members[i + 1 == members.size() ? 0 : i + 1];
  }
}

void LiveRecords::JoinCluster(RecordId id, RecordId label) {
  Record& record = records_[id];
  record.cluster = label;
  record.ring = id;
  if (label == id) return;
  record.ring = records_[label].ring;
  records_[label].ring = id;
}

void LiveRecords::SetLink(const RecordLink& link) {
  if (link.a == link.b) return;
  const auto set = [this, &link](RecordId from, RecordId to) {
    Links& of_record = links_[from];
    std::erase_if(of_record, [to](const auto& entry) { return entry.first == to; });
    if (link.kind != RecordLink::Kind::kNone) {
      of_record.emplace_back(to, link.kind);
    } else if (of_record.empty()) {
      links_.erase(from);
    }
  };
  set(link.a, link.b);
  set(link.b, link.a);
}

const LiveRecords::Links& LiveRecords::links(RecordId id) const {
  static const Links& none = *new Links;
  if (links_.empty()) return none;
  const auto it = links_.find(id);
  return it == links_.end() ? none : it->second;
}

bool LiveRecords::Decided(RecordId id) const {
  return std::ranges::any_of(links(id), [this](const auto& link) { return Has(link.first); });
}

size_t LiveRecords::memory_bytes() const {
  constexpr size_t kMapSlot = 1;
  size_t bytes = values_.memory_bytes() + records_.capacity() * sizeof(Record) +
                 contents_.capacity() * sizeof(Content) + rows_.capacity() * sizeof(KeptRow) +
                 free_contents_.capacity() * sizeof(ContentId) + keys_.capacity() * sizeof(std::string) +
                 by_hash_.capacity() * (sizeof(uint64_t) * 2 + kMapSlot);
  for (const std::string& key : keys_) bytes += key.capacity() > 15 ? key.capacity() + 1 : 0;
  for (const auto& [id, of_record] : links_) {
    bytes += sizeof(id) + sizeof(of_record) + of_record.capacity() * sizeof(of_record[0]);
  }
  return bytes;
}

}  // namespace wensum::matching
