#include "services/custodian/number_blocks.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "base/status_macros.h"
#include "base/strings.h"
#include "wensum/storage/v1/operations.pb.h"

namespace wensum::custodian {
namespace {

using storage::Family;

constexpr uint32_t kBlockFormat = 1;
constexpr uint64_t kMaxUsrn = UINT32_MAX;  // of a key

std::string AllRowsPrefix(storage::RegisterId reg, NumberKind kind) {
  return kind == NumberKind::kUprn ? storage::AllPropertyRowsPrefix(reg) : storage::AllStreetRowsPrefix(reg);
}

// The number that a row's key belongs to.
absl::StatusOr<uint64_t> NumberOf(std::string_view row_key, NumberKind kind) {
  WENSUM_ASSIGN_OR_RETURN(const storage::RowKeyParts parts, kind == NumberKind::kUprn
                                                                ? storage::ParsePropertyRowKey(row_key)
                                                                : storage::ParseStreetRowKey(row_key));
  return parts.id;
}

}  // namespace

absl::StatusOr<NumberBlocks> NumberBlocks::Load(const storage::Reader& reader, storage::RegisterId reg,
                                                NumberKind kind) {
  NumberBlocks blocks(reg, kind);
  const auto it = reader.NewIterator(Family::kDecision,
                                     storage::PrefixRange(storage::NumberBlockPrefix(reg, static_cast<uint8_t>(kind))));
  for (it->SeekToFirst(); it->Valid(); it->Next()) {
    WENSUM_ASSIGN_OR_RETURN(const storage::NumberBlockParts key, storage::ParseNumberBlockKey(it->key()));
    storage::v1::NumberBlock block;
    if (!block.ParseFromArray(it->value().data(), static_cast<int>(it->value().size())) ||
        block.format() != kBlockFormat || block.last() < key.first) {
      return DataLoss(Cat("the block of numbers from ", key.first,
                          " is damaged or of a newer version; restore the data directory from a backup"));
    }
    blocks.stored_.emplace(key.first, block.last());
  }
  WENSUM_RETURN_IF_ERROR(it->status());
  blocks.blocks_ = blocks.stored_;
  return blocks;
}

uint64_t NumberBlocks::NextOutside(uint64_t number) const {
  auto block = blocks_.upper_bound(number);
  if (block == blocks_.begin()) {
    return number;
  }
  --block;
  return block->second < number ? number : block->second + 1;  // blocks do not touch
}

uint64_t NumberBlocks::CountOutside(uint64_t first, uint64_t last) const {
  uint64_t outside = last - first + 1;
  for (const auto& [begin, end] : blocks_) {
    if (begin <= last && end >= first) {
      outside -= std::min(end, last) - std::max(begin, first) + 1;
    }
  }
  return outside;
}

void NumberBlocks::Add(uint64_t number) {
  if (Contains(number)) {
    return;
  }
  auto next = blocks_.lower_bound(number);
  uint64_t last = number;
  if (next != blocks_.end() && next->first == number + 1) {
    last = next->second;
    next = blocks_.erase(next);
  }
  if (next != blocks_.begin()) {
    if (const auto former = std::prev(next); former->second + 1 == number) {
      former->second = last;
      return;
    }
  }
  blocks_.emplace(number, last);
}

void NumberBlocks::AddWrites(storage::WriteBatch& batch) const {
  const auto key = [this](uint64_t first) { return storage::NumberBlockKey(reg_, static_cast<uint8_t>(kind_), first); };
  for (const auto& [first, last] : stored_) {
    if (!blocks_.contains(first)) {
      batch.Delete(Family::kDecision, key(first));
    }
  }
  for (const auto& [first, last] : blocks_) {
    if (const auto stored = stored_.find(first); stored == stored_.end() || stored->second != last) {
      storage::v1::NumberBlock block;
      block.set_format(kBlockFormat);
      block.set_last(last);
      batch.Put(Family::kDecision, key(first), block.SerializeAsString());
    }
  }
}

NumbersInUse::NumbersInUse(const storage::Reader& reader, storage::RegisterId reg, NumberKind kind)
    : reg_(reg), kind_(kind) {
  const storage::KeyRange range = storage::PrefixRange(AllRowsPrefix(reg, kind));
  rows_.it = reader.NewIterator(Family::kProperty, range);
  history_.it = reader.NewIterator(Family::kPropertyHistory, range);
  history_.history = true;
}

absl::Status NumbersInUse::Read(Walk& walk) const {
  walk.at.reset();
  if (!walk.it->Valid()) {
    return walk.it->status();
  }
  std::string_view key = walk.it->key();
  if (walk.history) {
    WENSUM_ASSIGN_OR_RETURN(const storage::PropertyHistoryParts version, storage::ParsePropertyHistoryKey(key));
    key = version.row_key;
  }
  WENSUM_ASSIGN_OR_RETURN(walk.at, NumberOf(key, kind_));
  return absl::OkStatus();
}

absl::StatusOr<std::optional<uint64_t>> NumbersInUse::Advance(Walk& walk, uint64_t number) const {
  constexpr int kSteps = 32;  // rows of a few properties: a step costs a fraction of a seek
  if (walk.placed && number >= walk.asked) {
    walk.asked = number;
    for (int i = 0; i < kSteps; ++i) {
      if (!walk.at.has_value() || *walk.at >= number) {
        return walk.at;
      }
      walk.it->Next();
      WENSUM_RETURN_IF_ERROR(Read(walk));
    }
  }
  walk.it->Seek(kind_ == NumberKind::kUprn ? storage::PropertyRowPrefix(reg_, number)
                                           : storage::StreetRowPrefix(reg_, static_cast<uint32_t>(number)));
  walk.placed = true;
  walk.asked = number;
  WENSUM_RETURN_IF_ERROR(Read(walk));
  return walk.at;
}

absl::StatusOr<std::optional<uint64_t>> NumbersInUse::NextFrom(uint64_t number) {
  if (kind_ == NumberKind::kUsrn && number > kMaxUsrn) {
    return std::optional<uint64_t>();
  }
  WENSUM_ASSIGN_OR_RETURN(const std::optional<uint64_t> now, Advance(rows_, number));
  WENSUM_ASSIGN_OR_RETURN(const std::optional<uint64_t> former, Advance(history_, number));
  if (!now.has_value() || !former.has_value()) {
    return now.has_value() ? now : former;
  }
  return std::min(now, former);
}

absl::StatusOr<bool> NumbersInUse::Contains(uint64_t number) {
  WENSUM_ASSIGN_OR_RETURN(const std::optional<uint64_t> next, NextFrom(number));
  return next == number;
}

}  // namespace wensum::custodian
