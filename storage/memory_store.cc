#include "storage/memory_store.h"

#include <deque>
#include <functional>
#include <map>
#include <set>
#include <utility>

#include "base/mutex.h"

namespace wensum::storage {

namespace {

// Numbers the batches; a state of the store is "all batches up to this one".
using Sequence = uint64_t;
using Value = std::shared_ptr<const std::string>;  // null: deleted

struct Version {
  Sequence sequence;
  Value value;
};

// The versions of one key, oldest first. Never empty.
using Versions = std::vector<Version>;
using FamilyMap = std::map<std::string, Versions, std::less<>>;

// The value that a reader at `at` sees, or null.
Value Visible(const Versions& versions, Sequence at) {
  for (auto it = versions.rbegin(); it != versions.rend(); ++it) {
    if (it->sequence <= at) {
      return it->value;
    }
  }
  return nullptr;
}

class MemoryStore final : public Store {
 public:
  MemoryStore() = default;
  MemoryStore(const MemoryStore&) = delete;
  MemoryStore& operator=(const MemoryStore&) = delete;

  absl::StatusOr<std::optional<std::string>> Get(Family family, std::string_view key) const override {
    ReaderLock lock(mutex_);
    return GetLocked(family, key, sequence_);
  }
  absl::StatusOr<std::vector<std::optional<std::string>>> MultiGet(
      Family family, const std::vector<std::string>& keys) const override {
    ReaderLock lock(mutex_);
    return MultiGetLocked(family, keys, sequence_);
  }
  std::unique_ptr<Iterator> NewIterator(Family family, const KeyRange& range) const override;
  std::unique_ptr<Snapshot> NewSnapshot() const override;
  absl::Status Write(const WriteBatch& batch, Durability durability) override;
  absl::Status Sync() override { return absl::OkStatus(); }
  StoreStats Stats() const override;

 private:
  friend class MemoryIterator;
  friend class MemorySnapshot;

  // A key that had an older version or became a deletion in batch `sequence`.
  struct Garbage {
    Sequence sequence;
    Family family;
    std::string key;
  };
  struct Entry {
    std::string key;
    Value value;
  };

  const FamilyMap& MapOf(Family family) const WENSUM_REQUIRES_SHARED(mutex_) {
    return families_[static_cast<size_t>(family)];
  }
  std::optional<std::string> GetLocked(Family family, std::string_view key, Sequence at) const
      WENSUM_REQUIRES_SHARED(mutex_);
  std::vector<std::optional<std::string>> MultiGetLocked(Family family, const std::vector<std::string>& keys,
                                                         Sequence at) const WENSUM_REQUIRES_SHARED(mutex_);
  // The first visible key >= `from` (> `from` if `exclusive`), or the last one <= (<) it. Bounds of `range` apply.
  std::optional<Entry> FindForward(Family family, const KeyRange& range, std::string_view from, bool exclusive,
                                   Sequence at) const WENSUM_EXCLUDES(mutex_);
  // `from` nullopt: from the end.
  std::optional<Entry> FindBackward(Family family, const KeyRange& range, std::optional<std::string_view> from,
                                    bool exclusive, Sequence at) const WENSUM_EXCLUDES(mutex_);

  // One key's newest value; null deletes it.
  void SetLocked(Family family, const std::string& key, Value value, Sequence sequence) WENSUM_REQUIRES(mutex_);
  void DeleteRangeLocked(Family family, const std::string& lower, const std::string& upper, Sequence sequence)
      WENSUM_REQUIRES(mutex_);

  // Keep, and give up, the right to read the state at a sequence.
  Sequence Pin() const WENSUM_EXCLUDES(mutex_);
  void PinAt(Sequence at) const WENSUM_EXCLUDES(mutex_);
  void Unpin(Sequence at) const WENSUM_EXCLUDES(mutex_);
  // Drops every version that no pinned state and no later reader can see.
  void CollectGarbage() const WENSUM_REQUIRES(mutex_);

  mutable Mutex mutex_;
  // Mutable: giving up a snapshot, a const operation, drops the versions it alone could see.
  mutable std::array<FamilyMap, kFamilyCount> families_ WENSUM_GUARDED_BY(mutex_);
  mutable std::deque<Garbage> garbage_ WENSUM_GUARDED_BY(mutex_);  // in order of sequence
  mutable std::multiset<Sequence> pinned_ WENSUM_GUARDED_BY(mutex_);
  mutable uint64_t bytes_ WENSUM_GUARDED_BY(mutex_) = 0;  // of all keys and versions
  Sequence sequence_ WENSUM_GUARDED_BY(mutex_) = 0;
};

// Keeps its position as a key and searches it again at every step, so that it holds no lock between steps.
class MemoryIterator final : public Iterator {
 public:
  // Takes over one pin of `at`.
  MemoryIterator(const MemoryStore* store, Family family, KeyRange range, Sequence at)
      : store_(store), family_(family), range_(std::move(range)), at_(at) {}
  ~MemoryIterator() override { store_->Unpin(at_); }
  MemoryIterator(const MemoryIterator&) = delete;
  MemoryIterator& operator=(const MemoryIterator&) = delete;

  bool Valid() const override { return current_.has_value(); }
  void Next() override { current_ = store_->FindForward(family_, range_, current_->key, /*exclusive=*/true, at_); }
  void Prev() override { current_ = store_->FindBackward(family_, range_, current_->key, /*exclusive=*/true, at_); }
  void Seek(std::string_view key) override {
    current_ = store_->FindForward(family_, range_, key, /*exclusive=*/false, at_);
  }
  void SeekForPrev(std::string_view key) override {
    current_ = store_->FindBackward(family_, range_, key, /*exclusive=*/false, at_);
  }
  void SeekToFirst() override { current_ = store_->FindForward(family_, range_, {}, /*exclusive=*/false, at_); }
  void SeekToLast() override {
    current_ = store_->FindBackward(family_, range_, std::nullopt, /*exclusive=*/false, at_);
  }
  std::string_view key() const override { return current_->key; }
  std::string_view value() const override { return *current_->value; }
  absl::Status status() const override { return absl::OkStatus(); }

 private:
  const MemoryStore* const store_;
  const Family family_;
  const KeyRange range_;
  const Sequence at_;
  std::optional<MemoryStore::Entry> current_;
};

class MemorySnapshot final : public Snapshot {
 public:
  explicit MemorySnapshot(const MemoryStore* store) : store_(store), at_(store->Pin()) {}
  ~MemorySnapshot() override { store_->Unpin(at_); }
  MemorySnapshot(const MemorySnapshot&) = delete;
  MemorySnapshot& operator=(const MemorySnapshot&) = delete;

  absl::StatusOr<std::optional<std::string>> Get(Family family, std::string_view key) const override {
    ReaderLock lock(store_->mutex_);
    return store_->GetLocked(family, key, at_);
  }
  absl::StatusOr<std::vector<std::optional<std::string>>> MultiGet(
      Family family, const std::vector<std::string>& keys) const override {
    ReaderLock lock(store_->mutex_);
    return store_->MultiGetLocked(family, keys, at_);
  }
  std::unique_ptr<Iterator> NewIterator(Family family, const KeyRange& range) const override {
    store_->PinAt(at_);
    return std::make_unique<MemoryIterator>(store_, family, range, at_);
  }

 private:
  const MemoryStore* const store_;
  const Sequence at_;
};

std::optional<std::string> MemoryStore::GetLocked(Family family, std::string_view key, Sequence at) const {
  const FamilyMap& map = MapOf(family);
  const auto found = map.find(key);
  if (found == map.end()) {
    return std::nullopt;
  }
  const Value value = Visible(found->second, at);
  return value == nullptr ? std::nullopt : std::optional<std::string>(*value);
}

std::vector<std::optional<std::string>> MemoryStore::MultiGetLocked(Family family, const std::vector<std::string>& keys,
                                                                    Sequence at) const {
  std::vector<std::optional<std::string>> values;
  values.reserve(keys.size());
  for (const std::string& key : keys) {
    values.push_back(GetLocked(family, key, at));
  }
  return values;
}

std::optional<MemoryStore::Entry> MemoryStore::FindForward(Family family, const KeyRange& range, std::string_view from,
                                                           bool exclusive, Sequence at) const {
  ReaderLock lock(mutex_);
  const FamilyMap& map = MapOf(family);
  auto it = from < range.lower ? map.lower_bound(range.lower)
            : exclusive        ? map.upper_bound(from)
                               : map.lower_bound(from);
  for (; it != map.end() && (range.upper.empty() || it->first < range.upper); ++it) {
    if (Value value = Visible(it->second, at); value != nullptr) {
      return Entry{it->first, std::move(value)};
    }
  }
  return std::nullopt;
}

std::optional<MemoryStore::Entry> MemoryStore::FindBackward(Family family, const KeyRange& range,
                                                            std::optional<std::string_view> from, bool exclusive,
                                                            Sequence at) const {
  ReaderLock lock(mutex_);
  const FamilyMap& map = MapOf(family);
  // `it` is one past the candidates.
  auto it = map.end();
  if (!range.upper.empty() && (!from || *from >= range.upper)) {
    it = map.lower_bound(range.upper);
  } else if (from) {
    it = exclusive ? map.lower_bound(*from) : map.upper_bound(*from);
  }
  while (it != map.begin()) {
    --it;
    if (it->first < range.lower) {
      break;
    }
    if (Value value = Visible(it->second, at); value != nullptr) {
      return Entry{it->first, std::move(value)};
    }
  }
  return std::nullopt;
}

std::unique_ptr<Iterator> MemoryStore::NewIterator(Family family, const KeyRange& range) const {
  return std::make_unique<MemoryIterator>(this, family, range, Pin());
}

std::unique_ptr<Snapshot> MemoryStore::NewSnapshot() const { return std::make_unique<MemorySnapshot>(this); }

void MemoryStore::SetLocked(Family family, const std::string& key, Value value, Sequence sequence) {
  const auto [it, inserted] = families_[static_cast<size_t>(family)].try_emplace(key);
  Versions& versions = it->second;
  if (inserted) {
    bytes_ += key.size();
  }
  if (!versions.empty() && versions.back().sequence == sequence) {  // a later write to one key wins
    bytes_ -= versions.back().value ? versions.back().value->size() : 0;
    versions.pop_back();
  }
  if (!inserted || value == nullptr) {
    garbage_.push_back({sequence, family, key});
  }
  bytes_ += value ? value->size() : 0;
  versions.push_back({sequence, std::move(value)});
}

void MemoryStore::DeleteRangeLocked(Family family, const std::string& lower, const std::string& upper,
                                    Sequence sequence) {
  const FamilyMap& map = MapOf(family);
  for (auto it = map.lower_bound(lower); it != map.end() && it->first < upper; ++it) {
    if (it->second.back().value != nullptr) {
      SetLocked(family, it->first, nullptr, sequence);  // adds no key
    }
  }
}

absl::Status MemoryStore::Write(const WriteBatch& batch, Durability) {
  MutexLock lock(mutex_);
  const Sequence sequence = sequence_ + 1;
  for (const WriteBatch::Write& write : batch.writes()) {
    if (!write.range_end.empty()) {
      DeleteRangeLocked(write.family, write.key, write.range_end, sequence);
    } else {
      SetLocked(write.family, write.key, write.value ? std::make_shared<const std::string>(*write.value) : nullptr,
                sequence);
    }
  }
  sequence_ = sequence;
  CollectGarbage();
  return absl::OkStatus();
}

StoreStats MemoryStore::Stats() const {
  ReaderLock lock(mutex_);
  StoreStats stats;
  stats.memory_bytes = bytes_;
  for (size_t i = 0; i < kFamilyCount; ++i) {
    stats.approximate_keys[i] = families_[i].size();
  }
  return stats;
}

Sequence MemoryStore::Pin() const {
  MutexLock lock(mutex_);
  pinned_.insert(sequence_);
  return sequence_;
}

void MemoryStore::PinAt(Sequence at) const {
  MutexLock lock(mutex_);
  pinned_.insert(at);
}

void MemoryStore::Unpin(Sequence at) const {
  MutexLock lock(mutex_);
  pinned_.erase(pinned_.find(at));
  CollectGarbage();
}

void MemoryStore::CollectGarbage() const {
  const Sequence oldest = pinned_.empty() ? sequence_ : *pinned_.begin();
  for (; !garbage_.empty() && garbage_.front().sequence <= oldest; garbage_.pop_front()) {
    FamilyMap& map = families_[static_cast<size_t>(garbage_.front().family)];
    const auto it = map.find(garbage_.front().key);
    if (it == map.end()) {
      continue;
    }
    Versions& versions = it->second;
    size_t keep = versions.size() - 1;  // the version that the oldest reader sees
    while (keep > 0 && versions[keep].sequence > oldest) {
      --keep;
    }
    for (size_t i = 0; i < keep; ++i) {
      bytes_ -= versions[i].value ? versions[i].value->size() : 0;
    }
    versions.erase(versions.begin(), versions.begin() + static_cast<std::ptrdiff_t>(keep));
    if (versions.size() == 1 && versions.front().value == nullptr && versions.front().sequence <= oldest) {
      bytes_ -= it->first.size();
      map.erase(it);
    }
  }
}

}  // namespace

std::unique_ptr<Store> NewMemoryStore() { return std::make_unique<MemoryStore>(); }

}  // namespace wensum::storage
