#include "services/register/recompute.h"

#include <algorithm>
#include <limits>
#include <memory>
#include <set>
#include <span>
#include <utility>
#include <vector>

#include "base/mutex.h"
#include "base/status_macros.h"
#include "services/register/address_questions.h"
#include "services/register/loader.h"
#include "services/register/reviews.h"
#include "services/register/slice.h"
#include "services/register/weak_entities.h"
#include "services/tasks/task_store.h"

namespace wensum::registry {
namespace {

constexpr size_t kRecordsPerBatch = 4096;

absl::Status WriteSlice(Core& core, Slice& slice, uint64_t revision, storage::WriteBatch more = {}) {
  WENSUM_RETURN_IF_ERROR(slice.Resolve());
  if (!slice.changed()) {
    return more.empty() ? absl::OkStatus() : core.store->Write(more, storage::Durability::kSync);
  }
  storage::WriteBatch batch = slice.TakeBatch();
  batch.Append(std::move(more));
  WENSUM_RETURN_IF_ERROR(core.store->Write(batch, storage::Durability::kSync));
  core.revision.store(revision, std::memory_order_release);
  return absl::OkStatus();
}

// Clusters depend on the rules too: which sources hold nobody twice.
absl::Status Repartition(Core& core) {
  std::vector<matching::LiveMatcher::Change> changes;
  Mutex mutex;
  WENSUM_RETURN_IF_ERROR(ScanSources(
      core, *core.store, core.indexes.ids.size(), [&](uint64_t ordinal, const DecodedSource& source) -> absl::Status {
        if (!source.state.deleted) {
          matching::LinkageRecord record =
              LinkageRecordOf(core.options.rules, source.record, source.state.resolved_addresses);
          MutexLock lock(mutex);
          changes.push_back({.id = static_cast<matching::RecordId>(ordinal), .record = std::move(record)});
        }
        return absl::OkStatus();
      }));
  std::sort(changes.begin(), changes.end(), [](const auto& a, const auto& b) { return a.id < b.id; });
  const std::shared_ptr<const matching::LinkageModel> model = core.model();
  auto matcher = std::make_unique<matching::LiveMatcher>(model.get(), ScanThreads(core));
  matching::LiveMatcher::Outcome outcome = matcher->Apply(std::move(changes), core.indexes.decisions.Links());
  std::vector<std::vector<uint64_t>> clusters;
  clusters.reserve(outcome.clusters.size());
  for (const std::vector<matching::RecordId>& cluster : outcome.clusters) {
    clusters.emplace_back(cluster.begin(), cluster.end());
  }
  const ReviewCounts reviews = CountReviews(outcome.reviews);
  const matching::LiveMatcher* const found = matcher.get();  // which only this thread uses
  {
    MutexLock lock(core.indexes.matcher_mutex);
    core.indexes.matcher = std::move(matcher);
    core.indexes.matcher_model = model;
  }
  const uint64_t revision = core.revision.load(std::memory_order_relaxed) + 1;
  WENSUM_ASSIGN_OR_RETURN(const TimeMicros now, NextCommitTime(core));
  Slice slice(core, revision, now);
  slice.SetPartition(std::move(clusters), std::move(outcome.reviews), model->version, found);
  WENSUM_RETURN_IF_ERROR(WriteSlice(core, slice, revision));
  MutexLock lock(core.indexes.counts_mutex);
  core.indexes.counts.reviews = reviews;
  return absl::OkStatus();
}

absl::Status RecomputeRange(Core& core, uint64_t begin, uint64_t end) {
  const uint64_t revision = core.revision.load(std::memory_order_relaxed) + 1;
  WENSUM_ASSIGN_OR_RETURN(const TimeMicros now, NextCommitTime(core));
  Slice slice(core, revision, now);
  for (uint64_t ordinal = begin; ordinal < end; ++ordinal) {
    if (core.indexes.live[ordinal]) {
      WENSUM_RETURN_IF_ERROR(slice.Restamp(ordinal));
    }
  }
  return WriteSlice(core, slice, revision);
}

// Live records whose addresses match other properties, or with another outcome, than stored. Ascending.
absl::StatusOr<std::vector<uint64_t>> FindStaleMatches(const Core& core) {
  std::vector<uint64_t> stale;
  Mutex mutex;
  WENSUM_RETURN_IF_ERROR(ScanSources(
      core, *core.store, core.indexes.ids.size(), [&](uint64_t ordinal, const DecodedSource& source) -> absl::Status {
        if (!source.state.deleted && ResolveAddresses(source.record.details, source.record.key.source, core.indexes) !=
                                         source.state.resolved_addresses) {
          MutexLock lock(mutex);
          stale.push_back(ordinal);
        }
        return absl::OkStatus();
      }));
  std::ranges::sort(stale);
  return stale;
}

absl::Status RematchBatch(Core& core, std::span<const uint64_t> ordinals, storage::WriteBatch more) {
  const uint64_t revision = core.revision.load(std::memory_order_relaxed) + 1;
  WENSUM_ASSIGN_OR_RETURN(const TimeMicros now, NextCommitTime(core));
  Slice slice(core, revision, now);
  WENSUM_RETURN_IF_ERROR(slice.Rematch(ordinals));
  WENSUM_RETURN_IF_ERROR(WriteSlice(core, slice, revision, std::move(more)));
  MutexLock lock(core.indexes.counts_mutex);
  RegisterStats& counts = core.indexes.counts;
  counts.entities += static_cast<uint64_t>(slice.deltas().entities);  // may fall: modulo 2^64
  for (size_t i = 0; i < counts.reviews.size(); ++i) {
    counts.reviews[i] += slice.deltas().reviews[i];
  }
  return absl::OkStatus();
}

absl::Status RaiseBatch(Core& core, std::span<const ReviewPair> pairs, storage::WriteBatch more) {
  const uint64_t revision = core.revision.load(std::memory_order_relaxed) + 1;
  WENSUM_ASSIGN_OR_RETURN(const TimeMicros now, NextCommitTime(core));
  Slice slice(core, revision, now);
  slice.RaiseTasks(pairs);
  return WriteSlice(core, slice, revision, std::move(more));
}

// Live records with an address that is matched to no property. Ascending.
absl::StatusOr<std::vector<uint64_t>> FindAsking(const Core& core) {
  std::vector<uint64_t> asking;
  Mutex mutex;
  WENSUM_RETURN_IF_ERROR(ScanSources(core, *core.store, core.indexes.ids.size(),
                                     [&](uint64_t ordinal, const DecodedSource& source) -> absl::Status {
                                       if (!QuestionsOf(core, &source).empty()) {
                                         MutexLock lock(mutex);
                                         asking.push_back(ordinal);
                                       }
                                       return absl::OkStatus();
                                     }));
  std::ranges::sort(asking);
  return asking;
}

absl::Status AskBatch(Core& core, std::span<const uint64_t> ordinals, storage::WriteBatch more) {
  const uint64_t revision = core.revision.load(std::memory_order_relaxed) + 1;
  WENSUM_ASSIGN_OR_RETURN(const TimeMicros now, NextCommitTime(core));
  Slice slice(core, revision, now);
  WENSUM_RETURN_IF_ERROR(slice.AskStored(ordinals));
  return WriteSlice(core, slice, revision, std::move(more));
}

absl::Status ConflictBatch(Core& core, std::span<const uint64_t> anchors, storage::WriteBatch more) {
  const uint64_t revision = core.revision.load(std::memory_order_relaxed) + 1;
  WENSUM_ASSIGN_OR_RETURN(const TimeMicros now, NextCommitTime(core));
  Slice slice(core, revision, now);
  WENSUM_RETURN_IF_ERROR(slice.AskConflicts(anchors));
  return WriteSlice(core, slice, revision, std::move(more));
}

absl::Status WeaknessBatch(Core& core, std::span<const uint64_t> anchors, storage::WriteBatch more) {
  const uint64_t revision = core.revision.load(std::memory_order_relaxed) + 1;
  WENSUM_ASSIGN_OR_RETURN(const TimeMicros now, NextCommitTime(core));
  Slice slice(core, revision, now);
  WENSUM_RETURN_IF_ERROR(slice.AskWeakness(anchors));
  return WriteSlice(core, slice, revision, std::move(more));
}

// Does what `batch` does to some thousand of `all` at a time; the last time with `with_last`.
absl::Status InBatches(Core& core, std::span<const uint64_t> all, storage::WriteBatch with_last,
                       absl::Status (*batch)(Core&, std::span<const uint64_t>, storage::WriteBatch)) {
  for (; all.size() > kRecordsPerBatch; all = all.subspan(kRecordsPerBatch)) {
    WENSUM_RETURN_IF_ERROR(batch(core, all.first(kRecordsPerBatch), {}));
  }
  return batch(core, all, std::move(with_last));
}

}  // namespace

absl::StatusOr<uint64_t> RaiseReviewTasks(Core& core, storage::WriteBatch with_last) {
  WENSUM_ASSIGN_OR_RETURN(const std::vector<ReviewPair> pairs,
                          ReadReviews(*core.store, core.options.register_id, 0, 0, std::numeric_limits<size_t>::max()));
  std::span<const ReviewPair> left = pairs;
  for (; left.size() > kRecordsPerBatch; left = left.subspan(kRecordsPerBatch)) {
    WENSUM_RETURN_IF_ERROR(RaiseBatch(core, left.first(kRecordsPerBatch), {}));
  }
  WENSUM_RETURN_IF_ERROR(RaiseBatch(core, left, std::move(with_last)));
  return pairs.size();
}

absl::StatusOr<uint64_t> RaiseAddressTasks(Core& core, storage::WriteBatch with_last) {
  WENSUM_ASSIGN_OR_RETURN(const std::vector<uint64_t> asking, FindAsking(core));
  WENSUM_RETURN_IF_ERROR(InBatches(core, asking, std::move(with_last), AskBatch));
  return asking.size();
}

absl::StatusOr<uint64_t> RematchAddresses(Core& core, storage::WriteBatch with_last) {
  WENSUM_ASSIGN_OR_RETURN(const std::vector<uint64_t> stale, FindStaleMatches(core));
  WENSUM_RETURN_IF_ERROR(InBatches(core, stale, std::move(with_last), RematchBatch));
  return stale.size();
}

absl::Status RecomputeForRules(Core& core) {
  WENSUM_RETURN_IF_ERROR(Repartition(core));
  // Entities that reach over the end of a range are computed once for each range; the second time they come out the
  // same.
  const uint64_t end = core.indexes.ids.size() + 1;
  for (uint64_t begin = 1; begin < end; begin += kRecordsPerBatch) {
    WENSUM_RETURN_IF_ERROR(RecomputeRange(core, begin, std::min(end, begin + kRecordsPerBatch)));
  }
  const auto& sizes = core.indexes.entity_size;
  MutexLock lock(core.indexes.counts_mutex);
  core.indexes.counts.entities =
      static_cast<uint64_t>(std::count_if(sizes.begin(), sizes.end(), [](uint32_t size) { return size > 0; }));
  return absl::OkStatus();
}

absl::StatusOr<uint64_t> RaiseConflictTasks(Core& core, storage::WriteBatch with_last) {
  std::vector<uint64_t> anchors;
  for (uint64_t anchor = 0; anchor < core.indexes.entity_size.size(); ++anchor) {
    if (core.indexes.entity_size[anchor] > 1) {
      anchors.push_back(anchor);
    }
  }
  WENSUM_RETURN_IF_ERROR(InBatches(core, anchors, std::move(with_last), ConflictBatch));
  return anchors.size();
}

absl::StatusOr<uint64_t> RaiseWeakTasks(Core& core, storage::WriteBatch with_last) {
  std::set<uint64_t> anchors;
  for (uint64_t anchor = 0; anchor < core.indexes.entity_size.size(); ++anchor) {
    if (core.indexes.entity_size[anchor] >= FewestWeak(core.options.tasks.weak_entity)) {
      anchors.insert(anchor);
    }
  }
  // By other bounds, fewer records were enough.
  WENSUM_ASSIGN_OR_RETURN(const auto held,
                          tasks::ListCauses(*core.store, core.options.register_id, tasks::TaskKind::kWeakEntity));
  for (const auto& [cause, number] : held) {
    WENSUM_ASSIGN_OR_RETURN(const tasks::Task task, tasks::ReadTask(*core.store, core.options.register_id, number));
    anchors.insert(core.indexes.ids.Resolve(task.facts().weak_entity().first()));
  }
  const std::vector<uint64_t> all(anchors.begin(), anchors.end());
  WENSUM_RETURN_IF_ERROR(InBatches(core, all, std::move(with_last), WeaknessBatch));
  return all.size();
}

}  // namespace wensum::registry
