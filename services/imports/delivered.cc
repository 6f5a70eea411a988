#include "services/imports/delivered.h"

#include <utility>

#include "base/status_macros.h"
#include "base/strings.h"
#include "storage/import_keys.h"

namespace wensum::imports {
namespace {

using storage::Family;
using storage::v1::Delivered;

constexpr uint32_t kDeliveredFormat = 1;

absl::StatusOr<Delivered> ParseDelivered(std::string_view value) {
  Delivered delivered;
  if (!delivered.ParseFromArray(value.data(), static_cast<int>(value.size())) || delivered.ordinal() == 0 ||
      delivered.format() > kDeliveredFormat) {
    return DataLoss("what a feed delivered last cannot be read");
  }
  return delivered;
}

bool SameBesidesRun(const Delivered& a, const Delivered& b) {
  return a.ordinal() == b.ordinal() && a.row_hash() == b.row_hash() && a.missing_since() == b.missing_since() &&
         a.flagged() == b.flagged() && a.ended() == b.ended();
}

}  // namespace

DeliveredTable::DeliveredTable(registry::Register* reg, std::string feed, uint64_t run)
    : register_(reg), feed_(std::move(feed)), run_(run) {}

std::string DeliveredTable::KeyOf(std::string_view hash) const {
  return storage::DeliveredKey(register_->register_id(), feed_, hash);
}

absl::StatusOr<std::vector<std::optional<Delivered>>> DeliveredTable::Read(std::span<const RowKey> keys) const {
  std::vector<std::string> stored_keys;
  stored_keys.reserve(keys.size());
  for (const RowKey& key : keys) {
    stored_keys.push_back(KeyOf(key.hash));
  }
  WENSUM_ASSIGN_OR_RETURN(const auto values, register_->store()->MultiGet(Family::kImportRun, stored_keys));
  std::vector<std::optional<Delivered>> read(keys.size());
  for (size_t i = 0; i < keys.size(); ++i) {
    if (values[i].has_value()) {
      WENSUM_ASSIGN_OR_RETURN(read[i], ParseDelivered(*values[i]));
    }
  }
  return read;
}

void DeliveredTable::See(uint64_t ordinal) {
  if (ordinal >= seen_.size()) {
    seen_.resize(ordinal + 1 + ordinal / 8, false);
  }
  seen_[ordinal] = true;
}

absl::Status DeliveredTable::Look(std::span<const RowKey> keys, std::vector<KnownKey>& out) {
  out.assign(keys.size(), {});
  {
    // Before the store is asked: a key leaves `unstored_` only once the store has it.
    MutexLock lock(mutex_);
    for (size_t i = 0; i < keys.size(); ++i) {
      if (unstored_.contains(keys[i].hash)) {
        out[i].answer = KnownKey::Answer::kRepeated;
      }
    }
  }
  WENSUM_ASSIGN_OR_RETURN(auto stored, Read(keys));
  MutexLock lock(mutex_);
  for (size_t i = 0; i < keys.size(); ++i) {
    KnownKey& known = out[i];
    if (known.answer == KnownKey::Answer::kRepeated) {
      continue;
    }
    known.last = std::move(stored[i]);
    if (!known.last.has_value()) {
      if (!unstored_.insert(keys[i].hash).second) {
        known.answer = KnownKey::Answer::kRepeated;
      }
      continue;
    }
    const Delivered& last = *known.last;
    if (Seen(last.ordinal())) {
      known.answer = KnownKey::Answer::kRepeated;
      continue;
    }
    See(last.ordinal());
    if (last.row_hash() == keys[i].row_hash && !last.ended() && !register_->IsDeleted(last.ordinal())) {
      known.answer = KnownKey::Answer::kSame;
    }
  }
  return absl::OkStatus();
}

absl::Status DeliveredTable::Mention(std::span<const RowKey> keys, DeliveredBatch& batch) {
  WENSUM_ASSIGN_OR_RETURN(const auto stored, Read(keys));
  MutexLock lock(mutex_);
  for (size_t i = 0; i < keys.size(); ++i) {
    if (!stored[i].has_value()) {
      continue;
    }
    mentioned_.insert(stored[i]->ordinal());
    if (!Seen(stored[i]->ordinal())) {
      Pass(keys[i], {.answer = KnownKey::Answer::kSame, .last = stored[i]}, batch);
    }
  }
  return absl::OkStatus();
}

void DeliveredTable::Pass(const RowKey& key, const KnownKey& known, DeliveredBatch& batch) {
  if (known.last->missing_since() != 0) {
    Delivered back = *known.last;
    back.clear_missing_since();
    batch.changed.emplace_back(key.hash, std::move(back));
  }
}

void DeliveredTable::Write(const DeliveredBatch& batch, const registry::MutationResult& result,
                           storage::WriteBatch& writes) const {
  for (const auto& [hash, delivered] : batch.changed) {
    writes.Put(Family::kImportRun, KeyOf(hash), delivered.SerializeAsString());
  }
  for (size_t i = 0; i < batch.written.size(); ++i) {
    const DeliveredBatch::Written& row = batch.written[i];
    const registry::SourceResult& answer = result.sources[i];
    Delivered next = row.last.value_or(Delivered());
    next.set_format(kDeliveredFormat);
    next.clear_missing_since();
    if (row.erases) {
      // Not there any more: somebody else deleted it.
      if (!answer.status.ok() && answer.status.code() != absl::StatusCode::kNotFound) {
        continue;
      }
      next.set_ended(true);
      next.set_row_hash(0);
      next.set_run(row.run == 0 ? run_ : row.run);
    } else if (answer.status.ok()) {
      const bool changed = answer.outcome != registry::WriteOutcome::kUnchanged;
      // What is held is looked at again until somebody decides about it.
      next.set_row_hash(answer.outcome == registry::WriteOutcome::kHeld ? 0 : row.row_hash);
      next.set_ordinal(answer.ordinal);
      next.set_run(row.run != 0 ? row.run : changed ? run_ : next.run());
      next.set_flagged(row.flagged);
      next.set_ended(false);
    } else if (!row.last.has_value()) {
      continue;
    }
    if (!row.last.has_value() || !SameBesidesRun(next, *row.last) || next.run() != row.last->run()) {
      writes.Put(Family::kImportRun, KeyOf(row.hash), next.SerializeAsString());
    }
  }
}

void DeliveredTable::Settle(const DeliveredBatch& batch, const registry::MutationResult& result) {
  MutexLock lock(mutex_);
  for (size_t i = 0; i < batch.written.size(); ++i) {
    if (!batch.written[i].last.has_value() && result.sources[i].status.ok()) {
      See(result.sources[i].ordinal);
      unstored_.erase(batch.written[i].hash);
    }
  }
}

absl::Status DeliveredTable::ForEach(
    const std::function<absl::Status(const std::string& hash, const Delivered& delivered)>& visit) const {
  const auto snapshot = register_->store()->NewSnapshot();
  storage::KeyRange range = storage::PrefixRange(storage::DeliveredPrefix(register_->register_id(), feed_));
  range.once = true;
  const auto iterator = snapshot->NewIterator(Family::kImportRun, range);
  for (iterator->SeekToFirst(); iterator->Valid(); iterator->Next()) {
    WENSUM_ASSIGN_OR_RETURN(const Delivered delivered, ParseDelivered(iterator->value()));
    WENSUM_ASSIGN_OR_RETURN(const auto parts, storage::ParseDeliveredKey(iterator->key()));
    WENSUM_RETURN_IF_ERROR(visit(std::string(parts.hash), delivered));
  }
  return iterator->status();
}

absl::StatusOr<uint64_t> DeliveredTable::ForEachAbsent(
    const std::function<absl::Status(const std::string& hash, const Delivered& delivered)>& visit) const {
  uint64_t keys = 0;
  WENSUM_RETURN_IF_ERROR(ForEach([&](const std::string& hash, const Delivered& delivered) {
    if (delivered.ended()) {
      return absl::OkStatus();
    }
    ++keys;
    {
      ReaderLock lock(mutex_);
      if (Seen(delivered.ordinal()) || mentioned_.contains(delivered.ordinal())) {
        return absl::OkStatus();
      }
    }
    return visit(hash, delivered);
  }));
  return keys;
}

}  // namespace wensum::imports
