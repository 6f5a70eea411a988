#include "storage/overlay_reader.h"

#include <utility>

namespace wensum::storage {
namespace {

using Writes = std::map<std::string_view, const std::optional<std::string>*>;

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

void OverlayReader::Add(const WriteBatch& batch, size_t from) {
  for (size_t i = from; i < batch.writes().size(); ++i) {
    const WriteBatch::Write& write = batch.writes()[i];
    Writes& writes = writes_[static_cast<size_t>(write.family)];
    writes.insert_or_assign(writes.end(), write.key, &write.value);  // batches are mostly ordered
  }
}

absl::StatusOr<std::optional<std::string>> OverlayReader::Get(Family family, std::string_view key) const {
  const Writes& writes = writes_[static_cast<size_t>(family)];
  if (const auto found = writes.find(key); found != writes.end()) {
    return *found->second;
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
      }
    }
  }
  return values;
}

std::unique_ptr<Iterator> OverlayReader::NewIterator(Family family, const KeyRange& range) const {
  const Writes& writes = writes_[static_cast<size_t>(family)];
  auto base = base_->NewIterator(family, range);
  if (writes.empty()) {
    return base;
  }
  return std::make_unique<OverlayIterator>(std::move(base), &writes, range);
}

}  // namespace wensum::storage
