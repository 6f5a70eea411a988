// The change log: what each commit changed, by revision. The public change feed and as-of reads by time use it. Its
// oldest entries may be deleted: feed_horizon.h.
#ifndef WENSUM_STORAGE_CHANGE_LOG_H_
#define WENSUM_STORAGE_CHANGE_LOG_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
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

// When the commit at a valid iterator over the log was made, without a look at its events: it may hold thousands.
absl::StatusOr<TimeMicros> TimeOfEntry(const Iterator& it);

// Of rows that stand in the order of revisions and so in that of times: the number of the newest whose time is not
// after `time`; nullopt if there is none. `key_of` a number, `number_of` and `time_of` the row at a valid iterator.
// Binary search: reads at most 64 rows.
absl::StatusOr<std::optional<uint64_t>> FindNewestUpTo(
    TimeMicros time, absl::FunctionRef<std::string(uint64_t number)> key_of,
    absl::FunctionRef<absl::StatusOr<uint64_t>(const Iterator& it)> number_of,
    absl::FunctionRef<absl::StatusOr<TimeMicros>(const Iterator& it)> time_of, Iterator& it);

// The newest revision committed at or before `time`; nullopt if there is none. Knows the commits below the horizon too
// (feed_horizon.h). `reader` must be of one state. Binary search: reads at most 64 commits, twice for a time below the
// horizon.
absl::StatusOr<std::optional<uint64_t>> RevisionAt(const Reader& reader, RegisterId reg, TimeMicros time);

}  // namespace wensum::storage

#endif  // WENSUM_STORAGE_CHANGE_LOG_H_
