#include "storage/overlay_reader.h"

#include <algorithm>
#include <utility>

namespace wensum::storage {
namespace {

using Writes = std::map<std::string_view, const std::optional<std::string>*>;
using Ranges = std::vector<std::pair<std::string_view, std::string_view>>;

// The range that the key lies in, or null.
const std::pair<std::string_view, std::string_view>* RangeOf(const Ranges& ranges, std::string_view key) {
  const auto found =
      std::ranges::find_if(ranges, [key](const auto& range) { return key >= range.first && key < range.second; });
  return found == ranges.end() ? nullptr : &*found;
}

// Steps over all keys of some ranges.
class GapIterator final : public Iterator {
 public:
  GapIterator(std::unique_ptr<Iterator> base, const Ranges* gaps) : base_(std::move(base)), gaps_(gaps) {}

  [[nodiscard]] bool Valid() const override { return base_->Valid(); }
  void Next() override {
    base_->Next();
    SettleForward();
  }
  void Prev() override {
    base_->Prev();
    SettleBack();
  }
  void Seek(std::string_view key) override {
    base_->Seek(key);
    SettleForward();
  }
  void SeekForPrev(std::string_view key) override {
    base_->SeekForPrev(key);
    SettleBack();
  }
  void SeekToFirst() override {
    base_->SeekToFirst();
    SettleForward();
  }
  void SeekToLast() override {
    base_->SeekToLast();
    SettleBack();
  }
  [[nodiscard]] std::string_view key() const override { return base_->key(); }
  [[nodiscard]] std::string_view value() const override { return base_->value(); }
  [[nodiscard]] absl::Status status() const override { return base_->status(); }

 private:
  void SettleForward() {
    while (base_->Valid()) {
      const auto* const gap = RangeOf(*gaps_, base_->key());
      if (gap == nullptr) {
        return;
      }
      base_->Seek(gap->second);
    }
  }
  void SettleBack() {
    while (base_->Valid()) {
      const auto* const gap = RangeOf(*gaps_, base_->key());
      if (gap == nullptr) {
        return;
      }
      base_->SeekForPrev(gap->first);
      if (base_->Valid() && base_->key() == gap->first) {
        base_->Prev();
      }
    }
  }

  const std::unique_ptr<Iterator> base_;
  const Ranges* const gaps_;
};

// Merges the base's iterator with the overlay's map. Both sides stand at or after the current key (or, when walking
// back, at or before it); where both have a key the overlay's wins, and where the overlay deletes it both step over it.
class OverlayIterator final : public Iterator {
 public:
  OverlayIterator(std::unique_ptr<Iterator> base, const Writes* writes, KeyRange range)
      : base_(std::move(base)), writes_(writes), range_(std::move(range)), at_(writes->end()) {}

  [[nodiscard]] bool Valid() const override { return source_ != Source::kNone; }

  void Next() override {
    if (!forward_) {
      const std::string current(key());
      Seek(current);
    }
    StepForward();
    SettleForward();
  }

  void Prev() override {
    if (forward_) {
      const std::string current(key());
      SeekForPrev(current);
    }
    StepBack();
    SettleBack();
  }

  void Seek(std::string_view key) override {
    forward_ = true;
    base_->Seek(key);
    const std::string_view from = !range_.lower.empty() && key < range_.lower ? std::string_view(range_.lower) : key;
    at_ = writes_->lower_bound(from);
    SettleForward();
  }

  void SeekForPrev(std::string_view key) override {
    forward_ = false;
    base_->SeekForPrev(key);
    if (!range_.upper.empty() && key >= range_.upper) {
      at_ = writes_->lower_bound(range_.upper);
    } else {
      at_ = writes_->upper_bound(key);
    }
    at_ = at_ == writes_->begin() ? writes_->end() : std::prev(at_);
    SettleBack();
  }

  void SeekToFirst() override {
    forward_ = true;
    base_->SeekToFirst();
    at_ = writes_->lower_bound(range_.lower);
    SettleForward();
  }

  void SeekToLast() override {
    forward_ = false;
    base_->SeekToLast();
    at_ = range_.upper.empty() ? writes_->end() : writes_->lower_bound(range_.upper);
    at_ = at_ == writes_->begin() ? writes_->end() : std::prev(at_);
    SettleBack();
  }

  [[nodiscard]] std::string_view key() const override { return source_ == Source::kBase ? base_->key() : at_->first; }
  [[nodiscard]] std::string_view value() const override {
    return source_ == Source::kBase ? base_->value() : std::string_view(**at_->second);
  }
  [[nodiscard]] absl::Status status() const override { return base_->status(); }

 private:
  enum class Source { kNone, kBase, kOverlay, kBoth };

  [[nodiscard]] bool OverlayInRange() const {
    return at_ != writes_->end() && (range_.upper.empty() || at_->first < range_.upper) && at_->first >= range_.lower;
  }

  void StepForward() {
    if (source_ == Source::kBase || source_ == Source::kBoth) {
      base_->Next();
    }
    if (source_ == Source::kOverlay || source_ == Source::kBoth) {
      ++at_;
    }
  }

  void StepBack() {
    if (source_ == Source::kBase || source_ == Source::kBoth) {
      base_->Prev();
    }
    if (source_ == Source::kOverlay || source_ == Source::kBoth) {
      at_ = at_ == writes_->begin() ? writes_->end() : std::prev(at_);
    }
  }

  // Chooses the side whose key comes first in the direction of the walk.
  void Choose() {
    const bool overlay = OverlayInRange();
    if (!base_->Valid() && !overlay) {
      source_ = Source::kNone;
    } else if (!overlay) {
      source_ = Source::kBase;
    } else if (!base_->Valid()) {
      source_ = Source::kOverlay;
    } else {
      const int order = base_->key().compare(at_->first);
      if (order == 0) {
        source_ = Source::kBoth;
      } else {
        source_ = (order < 0) == forward_ ? Source::kBase : Source::kOverlay;
      }
    }
  }

  void SettleForward() {
    for (Choose(); OnDeletion(); Choose()) {
      StepForward();
    }
  }

  void SettleBack() {
    for (Choose(); OnDeletion(); Choose()) {
      StepBack();
    }
  }

  [[nodiscard]] bool OnDeletion() const {
    return (source_ == Source::kOverlay || source_ == Source::kBoth) && !at_->second->has_value();
  }

  std::unique_ptr<Iterator> base_;
  const Writes* writes_;
  KeyRange range_;
  Writes::const_iterator at_;
  bool forward_ = true;
  Source source_ = Source::kNone;
};

}  // namespace

bool OverlayReader::IsDropped(Family family, std::string_view key) const {
  return RangeOf(dropped_[static_cast<size_t>(family)], key) != nullptr;
}

void OverlayReader::Add(const WriteBatch& batch, size_t from) {
  for (size_t i = from; i < batch.writes().size(); ++i) {
    const WriteBatch::Write& write = batch.writes()[i];
    Writes& writes = writes_[static_cast<size_t>(write.family)];
    if (!write.range_end.empty()) {
      writes.erase(writes.lower_bound(write.key), writes.lower_bound(write.range_end));
      dropped_[static_cast<size_t>(write.family)].emplace_back(write.key, write.range_end);
      continue;
    }
    writes.insert_or_assign(writes.end(), write.key, &write.value);  // batches are mostly ordered
  }
}

absl::StatusOr<std::optional<std::string>> OverlayReader::Get(Family family, std::string_view key) const {
  const Writes& writes = writes_[static_cast<size_t>(family)];
  if (const auto found = writes.find(key); found != writes.end()) {
    return *found->second;
  }
  if (IsDropped(family, key)) {
    return std::nullopt;
  }
  return base_->Get(family, key);
}

absl::StatusOr<std::vector<std::optional<std::string>>> OverlayReader::MultiGet(
    Family family, const std::vector<std::string>& keys) const {
  auto values = base_->MultiGet(family, keys);
  if (values.ok()) {
    const Writes& writes = writes_[static_cast<size_t>(family)];
    for (size_t i = 0; i < keys.size(); ++i) {
      if (const auto found = writes.find(keys[i]); found != writes.end()) {
        (*values)[i] = *found->second;
      } else if (IsDropped(family, keys[i])) {
        (*values)[i].reset();
      }
    }
  }
  return values;
}

std::unique_ptr<Iterator> OverlayReader::NewIterator(Family family, const KeyRange& range) const {
  const Writes& writes = writes_[static_cast<size_t>(family)];
  auto base = base_->NewIterator(family, range);
  if (const Ranges& dropped = dropped_[static_cast<size_t>(family)]; !dropped.empty()) {
    base = std::make_unique<GapIterator>(std::move(base), &dropped);
  }
  if (writes.empty()) {
    return base;
  }
  return std::make_unique<OverlayIterator>(std::move(base), &writes, range);
}

}  // namespace wensum::storage
