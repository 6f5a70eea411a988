#include "services/register/recompute.h"

#include <algorithm>
#include <set>
#include <vector>

#include "base/status_macros.h"
#include "services/register/loader.h"
#include "services/register/slice.h"

namespace wensum::registry {
namespace {

constexpr size_t kRecordsPerBatch = 4096;

absl::Status RecomputeRange(Core& core, uint64_t begin, uint64_t end) {
  const uint64_t revision = core.revision.load(std::memory_order_relaxed) + 1;
  WENSUM_ASSIGN_OR_RETURN(const TimeMicros now, NextCommitTime(core));
  Slice slice(core, revision, now);
  for (uint64_t ordinal = begin; ordinal < end; ++ordinal) {
    if (core.indexes.live[ordinal]) {
      WENSUM_RETURN_IF_ERROR(slice.Restamp(ordinal));
    }
  }
  WENSUM_RETURN_IF_ERROR(slice.Resolve());
  if (!slice.changed()) {
    return absl::OkStatus();
  }
  const storage::WriteBatch batch = slice.TakeBatch();
  WENSUM_RETURN_IF_ERROR(core.store->Write(batch, storage::Durability::kSync));
  core.revision.store(revision, std::memory_order_release);
  return absl::OkStatus();
}

}  // namespace

absl::Status RecomputeGolden(Core& core) {
  // Entities that reach over the end of a range are computed once for each range; the second time they come out the
  // same.
  const uint64_t end = core.indexes.ids.size() + 1;
  for (uint64_t begin = 1; begin < end; begin += kRecordsPerBatch) {
    WENSUM_RETURN_IF_ERROR(RecomputeRange(core, begin, std::min(end, begin + kRecordsPerBatch)));
  }
  return absl::OkStatus();
}

}  // namespace wensum::registry
