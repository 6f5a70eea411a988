#include "services/register/occupants.h"

#include <algorithm>
#include <utility>

#include "base/mutex.h"
#include "base/sorted.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "services/register/decision_store.h"
#include "services/register/loader.h"
#include "storage/keys.h"
#include "storage/relation_keys.h"

namespace wensum::registry {
namespace {

using storage::Family;

constexpr size_t kRowsPerBatch = 8192;

// Walks the keys of a list beside what it should hold, sorted as the keys are; tells of what one of them lacks.
template <typename Key, typename Parse, typename Missing, typename Needless>
absl::Status CompareList(storage::Iterator& it, const std::vector<Key>& expected, const Parse& parse,
                         const Missing& missing, const Needless& needless) {
  auto next = expected.begin();
  for (it.SeekToFirst(); it.Valid(); it.Next()) {
    WENSUM_ASSIGN_OR_RETURN(const Key key, parse(it.key()));
    for (; next != expected.end() && *next < key; ++next) {
      missing(*next);
    }
    if (next != expected.end() && *next == key) {
      ++next;
    } else {
      needless(key);
    }
  }
  WENSUM_RETURN_IF_ERROR(it.status());
  std::for_each(next, expected.end(), missing);
  return absl::OkStatus();
}

}  // namespace

std::vector<uint64_t> OccupiedUprns(const DecodedSource* source) {
  std::vector<uint64_t> uprns;
  if (source == nullptr || source->state.deleted || source->record.kind == model::RecordKind::kProperty) {
    return uprns;
  }
  for (const matching::ResolvedAddress& address : source->state.resolved_addresses) {
    if (address.uprn != 0) {
      uprns.push_back(address.uprn);
    }
  }
  SortUnique(uprns);
  return uprns;
}

std::vector<std::string> RelatedKeys(const Core& core, const DecodedSource* source) {
  std::vector<std::string> keys;
  if (source == nullptr || source->state.deleted) {
    return keys;
  }
  for (const model::Relation& relation : source->record.relations) {
    keys.push_back(core.HashSourceKey(relation.other));
  }
  SortUnique(keys);
  return keys;
}

absl::StatusOr<std::vector<uint64_t>> ListOccupants(const storage::Reader& reader, uint32_t register_id, uint64_t uprn,
                                                    uint64_t after, size_t limit) {
  const auto it =
      reader.NewIterator(Family::kOccupancy, storage::PrefixRange(storage::OccupancyPrefix(register_id, uprn)));
  std::vector<uint64_t> ordinals;
  for (it->Seek(storage::OccupancyKey(register_id, uprn, after + 1)); it->Valid() && ordinals.size() < limit;
       it->Next()) {
    WENSUM_ASSIGN_OR_RETURN(const auto parts, storage::ParseOccupancyKey(it->key()));
    ordinals.push_back(parts.ordinal);
  }
  WENSUM_RETURN_IF_ERROR(it->status());
  WENSUM_ASSIGN_OR_RETURN(const std::vector<uint64_t> given, ListGivenHomes(reader, register_id, uprn, after, limit));
  ordinals.insert(ordinals.end(), given.begin(), given.end());
  SortUnique(ordinals);
  ordinals.resize(std::min(ordinals.size(), limit));
  return ordinals;
}

absl::StatusOr<std::vector<uint64_t>> ListRelated(const Core& core, const storage::Reader& reader,
                                                  const model::SourceKey& key, size_t limit) {
  const auto it = reader.NewIterator(Family::kCrosswalk, storage::PrefixRange(storage::RelationPrefix(
                                                             core.options.register_id, core.HashSourceKey(key))));
  std::vector<uint64_t> ordinals;
  for (it->SeekToFirst(); it->Valid() && ordinals.size() < limit; it->Next()) {
    WENSUM_ASSIGN_OR_RETURN(const auto parts, storage::ParseRelationKey(it->key()));
    ordinals.push_back(parts.ordinal);
  }
  WENSUM_RETURN_IF_ERROR(it->status());
  return ordinals;
}

absl::StatusOr<uint64_t> AddOccupancies(Core& core, storage::WriteBatch with_last) {
  const uint32_t reg = core.options.register_id;
  Mutex mutex;
  storage::WriteBatch batch;
  size_t in_batch = 0;
  uint64_t rows = 0;
  WENSUM_RETURN_IF_ERROR(ScanSources(core, *core.store, core.indexes.ids.size(),
                                     [&](uint64_t ordinal, const DecodedSource& source) -> absl::Status {
                                       const std::vector<uint64_t> uprns = OccupiedUprns(&source);
                                       MutexLock lock(mutex);
                                       for (const uint64_t uprn : uprns) {
                                         batch.Put(Family::kOccupancy, storage::OccupancyKey(reg, uprn, ordinal), "");
                                       }
                                       rows += uprns.size();
                                       in_batch += uprns.size();
                                       if (in_batch < kRowsPerBatch) {
                                         return absl::OkStatus();
                                       }
                                       in_batch = 0;
                                       const storage::WriteBatch full = std::exchange(batch, {});
                                       return core.store->Write(full, storage::Durability::kSync);
                                     }));
  batch.Append(std::move(with_last));
  WENSUM_RETURN_IF_ERROR(core.store->Write(batch, storage::Durability::kSync));
  return rows;
}

absl::StatusOr<uint64_t> AddGivenHomes(Core& core, storage::WriteBatch with_last) {
  WENSUM_ASSIGN_OR_RETURN(const uint64_t rows, ListAllGivenHomes(*core.store, core.options.register_id, with_last));
  WENSUM_RETURN_IF_ERROR(core.store->Write(with_last, storage::Durability::kSync));
  return rows;
}

void TiesCheck::Add(const Core& core, uint64_t ordinal, const DecodedSource& source) {
  for (const uint64_t uprn : OccupiedUprns(&source)) {
    occupancies_.emplace_back(uprn, ordinal);
  }
  for (std::string& hash : RelatedKeys(core, &source)) {
    relations_.emplace_back(std::move(hash), ordinal);
  }
}

absl::Status TiesCheck::Run(const storage::Reader& reader, uint32_t register_id,
                            const std::function<void(std::string)>& differ) {
  std::ranges::sort(occupancies_);
  std::ranges::sort(relations_);
  const auto placed =
      reader.NewIterator(Family::kOccupancy, storage::PrefixRange(storage::AllOccupanciesPrefix(register_id)));
  using Place = std::pair<uint64_t, uint64_t>;
  WENSUM_RETURN_IF_ERROR(CompareList(
      *placed, occupancies_,
      [](std::string_view key) -> absl::StatusOr<Place> {
        WENSUM_ASSIGN_OR_RETURN(const auto parts, storage::ParseOccupancyKey(key));
        return Place(parts.uprn, parts.ordinal);
      },
      [&](const Place& place) {
        differ(Cat("source record ", place.second, " is not listed as at UPRN ", place.first));
      },
      [&](const Place& place) {
        differ(Cat("source record ", place.second, " is listed as at UPRN ", place.first, " and should not be"));
      }));
  const auto related =
      reader.NewIterator(Family::kCrosswalk, storage::PrefixRange(storage::AllRelationsPrefix(register_id)));
  using Tie = std::pair<std::string, uint64_t>;
  return CompareList(
      *related, relations_,
      [](std::string_view key) -> absl::StatusOr<Tie> {
        WENSUM_ASSIGN_OR_RETURN(const auto parts, storage::ParseRelationKey(key));
        return Tie(std::string(parts.hash), parts.ordinal);
      },
      [&](const Tie& tie) {
        differ(Cat("source record ", tie.second, " is not listed under a source key that it names as related"));
      },
      [&](const Tie& tie) {
        differ(Cat("source record ", tie.second, " is listed as related to a source key that it does not name"));
      });
}

}  // namespace wensum::registry
