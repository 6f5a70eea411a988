#include "matching/retrieve/live_index.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/parallel.h"

namespace wensum::matching {
namespace {

constexpr size_t kShards = 16;
constexpr size_t kTablesPerShard = 4096;
constexpr size_t kAhead = 8;               // updates
constexpr size_t kParallelUpdates = 4096;  // fewer are not worth a thread

// Of a key's 64 bits: 4 for the shard, 12 for the table, 32 that stand in the slot, 16 that do not count.
size_t ShardOf(uint64_t key) { return key >> 60; }
size_t TableOf(uint64_t key) { return (key >> 48) & (kTablesPerShard - 1); }
uint32_t CheckOf(uint64_t key) { return static_cast<uint32_t>(key >> 16); }

// A slot: the check in the upper half, the payload in the lower. 0: free.
uint32_t CheckIn(uint64_t slot) { return static_cast<uint32_t>(slot >> 32); }
uint32_t PayloadIn(uint64_t slot) { return static_cast<uint32_t>(slot); }
uint64_t SlotFor(uint32_t check, uint32_t payload) { return uint64_t{check} << 32 | payload; }

}  // namespace

// Open addressing with linear probing.
struct LiveIndex::Table {
  std::unique_ptr<uint64_t[]> slots;
  uint32_t capacity = 0;
  uint32_t used = 0;

  [[nodiscard]] size_t HomeOf(uint32_t check) const { return (uint64_t{check} * capacity) >> 32; }
  [[nodiscard]] size_t Next(size_t at) const { return at + 1 == capacity ? 0 : at + 1; }

  // The slot of the check, or the free one where it belongs. There is always a free one.
  [[nodiscard]] size_t Find(uint32_t check) const {
    size_t at = HomeOf(check);
    while (slots[at] != 0 && CheckIn(slots[at]) != check) at = Next(at);
    return at;
  }

  void Reserve() {
    if ((used + 1) * uint64_t{16} <= capacity * uint64_t{14}) return;
    const uint32_t before = capacity;
    const std::unique_ptr<uint64_t[]> old = std::move(slots);
    capacity = std::max(4U, before + before / 4);
    slots = std::make_unique<uint64_t[]>(capacity);
    for (uint32_t i = 0; i < before; ++i) {
      if (old[i] != 0) slots[Find(CheckIn(old[i]))] = old[i];
    }
  }

  void Erase(size_t hole) {
    // Those behind move up, unless they are before their home then (Knuth, volume 3, 6.4, algorithm R).
    for (size_t at = Next(hole); slots[at] != 0; at = Next(at)) {
      const size_t home = HomeOf(CheckIn(slots[at]));
      const bool stays = hole <= at ? hole < home && home <= at : hole < home || home <= at;
      if (stays) continue;
      slots[hole] = slots[at];
      hole = at;
    }
    slots[hole] = 0;
    --used;
  }
};

struct LiveIndex::Shard {
  std::vector<Table> tables = std::vector<Table>(kTablesPerShard);
  HolderLists lists;
  uint64_t keys = 0;
  uint64_t hubs = 0;
  uint64_t crossings = 0;

  // Both return the number of holders now.
  uint32_t Add(uint64_t key, uint32_t holder) {
    Table& table = tables[TableOf(key)];
    table.Reserve();
    const uint32_t check = CheckOf(key);
    uint64_t& slot = table.slots[table.Find(check)];
    const uint32_t payload = PayloadIn(slot);
    if (payload == 0) {
      ++table.used;
      ++keys;
      slot = SlotFor(check, holder);
      return 1;
    }
    HolderLists::Name name = payload & ~kList;
    if ((payload & kList) == 0) {
      name = lists.Make(payload, holder);
    } else {
      lists.Add(name, holder);
    }
    slot = SlotFor(check, name | kList);
    return lists.size(name);
  }

  uint32_t Remove(uint64_t key, uint32_t holder) {
    Table& table = tables[TableOf(key)];
    const size_t at = table.Find(CheckOf(key));
    const uint32_t payload = PayloadIn(table.slots[at]);
    if ((payload & kList) == 0) {
      table.Erase(at);
      --keys;
      return 0;
    }
    HolderLists::Name name = payload & ~kList;
    lists.Remove(name, holder);
    const uint32_t left = lists.size(name);
    table.slots[at] = SlotFor(CheckOf(key), left == 1 ? lists.Dissolve(name) : name | kList);
    return left;
  }

  void Prefetch(uint64_t key) const {
    const Table& table = tables[TableOf(key)];
    if (table.capacity > 0) __builtin_prefetch(table.slots.get() + table.HomeOf(CheckOf(key)));
  }

  void Apply(std::span<const Update> updates, const KeyCaps& caps, std::vector<uint64_t>& crossed) {
    for (size_t i = 0; i < updates.size(); ++i) {
      if (i + 2 * kAhead < updates.size()) __builtin_prefetch(&tables[TableOf(updates[i + 2 * kAhead].key)]);
      if (i + kAhead < updates.size()) Prefetch(updates[i + kAhead].key);
      const Update& update = updates[i];
      const uint32_t count = update.add ? Add(update.key, update.holder) : Remove(update.key, update.holder);
      const uint32_t cap = caps.of(update.key);
      if (count != (update.add ? cap + 1 : cap)) continue;
      crossed.push_back(update.key);
      ++crossings;
      update.add ? ++hubs : --hubs;
    }
  }
};

LiveIndex::LiveIndex(KeyCaps caps) : caps_(caps) {
  for (size_t i = 0; i < kShards; ++i) shards_.push_back(std::make_unique<Shard>());
}
LiveIndex::~LiveIndex() = default;
LiveIndex::LiveIndex(LiveIndex&&) noexcept = default;
LiveIndex& LiveIndex::operator=(LiveIndex&&) noexcept = default;

void LiveIndex::Apply(std::span<const Update> updates, size_t threads, std::vector<uint64_t>& crossings) {
  std::array<size_t, kShards + 1> begin{};
  for (const Update& update : updates) ++begin[ShardOf(update.key) + 1];
  for (size_t i = 0; i < kShards; ++i) begin[i + 1] += begin[i];
  std::vector<Update> sorted(updates.size());
  std::array<size_t, kShards + 1> at = begin;
  for (const Update& update : updates) sorted[at[ShardOf(update.key)]++] = update;
  std::array<std::vector<uint64_t>, kShards> crossed;
  ParallelFor(kShards, updates.size() < kParallelUpdates ? 1 : threads, 1, [&](size_t shard, size_t) {
    shards_[shard]->Apply({sorted.data() + begin[shard], sorted.data() + begin[shard + 1]}, caps_, crossed[shard]);
  });
  for (const std::vector<uint64_t>& of_shard : crossed) {
    crossings.insert(crossings.end(), of_shard.begin(), of_shard.end());
  }
}

LiveIndex::Found LiveIndex::Find(uint64_t key) const {
  const Shard& shard = *shards_[ShardOf(key)];
  const Table& table = shard.tables[TableOf(key)];
  if (table.capacity == 0) return {};
  return {.payload = PayloadIn(table.slots[table.Find(CheckOf(key))]), .lists = &shard.lists};
}

uint32_t LiveIndex::Count(uint64_t key) const {
  const Found found = Find(key);
  if (found.payload == 0) return 0;
  return (found.payload & kList) == 0 ? 1 : found.lists->size(found.payload & ~kList);
}

void LiveIndex::PrefetchTable(uint64_t key) const { __builtin_prefetch(&shards_[ShardOf(key)]->tables[TableOf(key)]); }

void LiveIndex::Prefetch(uint64_t key) const { shards_[ShardOf(key)]->Prefetch(key); }

uint64_t LiveIndex::keys() const {
  uint64_t total = 0;
  for (const auto& shard : shards_) total += shard->keys;
  return total;
}

uint64_t LiveIndex::hubs() const {
  uint64_t total = 0;
  for (const auto& shard : shards_) total += shard->hubs;
  return total;
}

uint64_t LiveIndex::crossings() const {
  uint64_t total = 0;
  for (const auto& shard : shards_) total += shard->crossings;
  return total;
}

size_t LiveIndex::memory_bytes() const {
  size_t bytes = 0;
  for (const auto& shard : shards_) {
    bytes += shard->lists.memory_bytes() + kTablesPerShard * sizeof(Table);
    for (const Table& table : shard->tables) bytes += table.capacity * sizeof(uint64_t);
  }
  return bytes;
}

}  // namespace wensum::matching
