#include "services/register/ruleset_scan.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/mutex.h"
#include "base/parallel.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "services/register/codec.h"
#include "services/register/entity_builder.h"
#include "services/register/loader.h"
#include "storage/keys.h"

namespace wensum::registry {
namespace {

using storage::Family;

constexpr size_t kRebuildGrain = 1'024;
constexpr size_t kEntitiesAtOnce = 64;

using Stored = std::pair<uint64_t, storage::v1::Entity>;

// Adds the entity unless it is a redirect or the end of one.
absl::Status AddActive(uint64_t id, std::string_view value, std::vector<Stored>& out) {
  WENSUM_ASSIGN_OR_RETURN(storage::v1::Entity entity, DecodeEntity(value, Cat("entity ", id)));
  if (entity.redirect() == 0 && !entity.ended()) {
    entity.clear_revision();
    out.emplace_back(id, std::move(entity));
  }
  return absl::OkStatus();
}

absl::Status Rebuild(const RulesetScan& scan, std::span<const Stored> entities, const RebuiltVisitor& visit) {
  const uint32_t reg = scan.core.options.register_id;
  std::vector<std::string> keys;
  for (const auto& [anchor, entity] : entities) {
    for (const storage::v1::Member& member : entity.members()) {
      keys.push_back(storage::SourceKey(reg, member.ordinal()));
    }
  }
  WENSUM_ASSIGN_OR_RETURN(const auto values, scan.reader.MultiGet(Family::kSource, keys));
  size_t next = 0;
  for (const auto& [anchor, entity] : entities) {
    std::vector<DecodedSource> sources;
    sources.reserve(static_cast<size_t>(entity.members_size()));
    std::vector<std::pair<uint64_t, const DecodedSource*>> members;
    for (const storage::v1::Member& member : entity.members()) {
      const std::string what = Cat("source record ", member.ordinal());
      const std::optional<std::string>& value = values[next++];
      if (!value.has_value()) {
        return DataLoss(Cat(what, " is missing; run `wensum verify`"));
      }
      WENSUM_ASSIGN_OR_RETURN(DecodedSource source, DecodeSource(*value, what));
      sources.push_back(std::move(source));
      members.emplace_back(member.ordinal(), &sources.back());
    }
    visit(anchor, entity, BuildEntity(members, scan.core.options.rules, scan.rules, scan.values));
  }
  return absl::OkStatus();
}

absl::Status RebuildAll(const RulesetScan& scan, std::span<const Stored> entities, const RebuiltVisitor& visit) {
  for (; !entities.empty(); entities = entities.subspan(std::min(kEntitiesAtOnce, entities.size()))) {
    WENSUM_RETURN_IF_ERROR(Rebuild(scan, entities.first(std::min(kEntitiesAtOnce, entities.size())), visit));
  }
  return absl::OkStatus();
}

// Does `range` for ranges of [0, count) on several threads; the first error is the answer.
absl::Status InRanges(const Core& core, size_t count, const std::function<absl::Status(size_t, size_t)>& range) {
  Mutex mutex;
  absl::Status first;
  ParallelFor(count, ScanThreads(core), kRebuildGrain, [&](size_t begin, size_t end) {
    const absl::Status status = range(begin, end);
    MutexLock lock(mutex);
    first.Update(status);
  });
  return first;
}

}  // namespace

absl::Status ScanRebuilt(const RulesetScan& scan, uint64_t first, uint64_t end, const RebuiltVisitor& visit) {
  const uint32_t reg = scan.core.options.register_id;
  return InRanges(scan.core, end - first, [&](size_t from, size_t until) -> absl::Status {
    const auto it = scan.reader.NewIterator(Family::kEntity, {.lower = storage::EntityKey(reg, first + from),
                                                              .upper = storage::EntityKey(reg, first + until),
                                                              .once = true});
    std::vector<Stored> entities;
    for (it->SeekToFirst(); it->Valid(); it->Next()) {
      WENSUM_ASSIGN_OR_RETURN(const storage::NumberedKey key, storage::ParseEntityKey(it->key()));
      WENSUM_RETURN_IF_ERROR(AddActive(key.number, it->value(), entities));
      if (entities.size() == kEntitiesAtOnce) {
        WENSUM_RETURN_IF_ERROR(RebuildAll(scan, entities, visit));
        entities.clear();
      }
    }
    WENSUM_RETURN_IF_ERROR(it->status());
    return RebuildAll(scan, entities, visit);
  });
}

absl::Status ScanRebuilt(const RulesetScan& scan, std::span<const uint64_t> ids, const RebuiltVisitor& visit) {
  const uint32_t reg = scan.core.options.register_id;
  return InRanges(scan.core, ids.size(), [&](size_t from, size_t until) -> absl::Status {
    std::vector<std::string> keys;
    for (const uint64_t id : ids.subspan(from, until - from)) {
      keys.push_back(storage::EntityKey(reg, id));
    }
    WENSUM_ASSIGN_OR_RETURN(const auto values, scan.reader.MultiGet(Family::kEntity, keys));
    std::vector<Stored> entities;
    for (size_t i = 0; i < values.size(); ++i) {
      if (values[i].has_value()) {
        WENSUM_RETURN_IF_ERROR(AddActive(ids[from + i], *values[i], entities));
      }
    }
    return RebuildAll(scan, entities, visit);
  });
}

}  // namespace wensum::registry
