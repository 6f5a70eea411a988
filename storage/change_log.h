// The change log: what each commit changed, by revision. The public change feed, replication and as-of reads use it.
#ifndef WENSUM_STORAGE_CHANGE_LOG_H_
#define WENSUM_STORAGE_CHANGE_LOG_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "base/clock.h"
#include "storage/keys.h"
#include "storage/store.h"
#include "wensum/storage/v1/log.pb.h"

namespace wensum::storage {

// The format that AppendCommit writes. Reading a later one gives FAILED_PRECONDITION; an unreadable value, DATA_LOSS.
inline constexpr uint32_t kCommitFormat = 1;

struct LoggedCommit {
  uint64_t revision = 0;
  v1::Commit commit;
};

// Adds the commit to the batch that holds what it tells of. `revision` and `commit.time` must not be below those of the
// commit before. Sets `commit.format`.
void AppendCommit(RegisterId reg, uint64_t revision, v1::Commit commit, WriteBatch& batch);

// Up to `limit` commits with revision >= `from`, in order. Revisions may have gaps.
absl::StatusOr<std::vector<LoggedCommit>> ReadCommits(const Reader& reader, RegisterId reg, uint64_t from,
                                                      size_t limit);

// The oldest and newest revisions that the log holds; nullopt if it is empty.
absl::StatusOr<std::optional<uint64_t>> OldestRevision(const Reader& reader, RegisterId reg);
absl::StatusOr<std::optional<uint64_t>> NewestRevision(const Reader& reader, RegisterId reg);

// The newest revision committed at or before `time`; nullopt if the log holds none. Binary search: reads at most 64
// commits.
absl::StatusOr<std::optional<uint64_t>> RevisionAt(const Reader& reader, RegisterId reg, TimeMicros time);

}  // namespace wensum::storage

#endif  // WENSUM_STORAGE_CHANGE_LOG_H_
