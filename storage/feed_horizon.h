// How far back the change log tells: the horizon, and what is kept of the commits below it.
//
// The log's entries are only ever deleted from the oldest on, in batches that set the horizon and keep the times of the
// commits: whoever reads the log and then the horizon knows whether anything was gone. States of the register as of any
// revision or time do not need the entries. What stands under each key is in docs/storage-format.md.
#ifndef WENSUM_STORAGE_FEED_HORIZON_H_
#define WENSUM_STORAGE_FEED_HORIZON_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/clock.h"
#include "storage/keys.h"
#include "storage/store.h"
#include "wensum/storage/v1/feed_horizon.pb.h"

namespace wensum::storage {

// What this version writes. Reading a later one gives FAILED_PRECONDITION; an unreadable value, DATA_LOSS.
inline constexpr uint32_t kFeedHorizonFormat = 1;
// Commits whose times stand in one value.
inline constexpr size_t kCommitTimesPerValue = 1'024;

// Family meta. "feed_horizon/" | register
std::string FeedHorizonKey(RegisterId reg);
// "commit_times/" | register | last revision
std::string CommitTimesKey(RegisterId reg, uint64_t last_revision);
std::string CommitTimesPrefix(RegisterId reg);

// Revision 0: the log has all commits.
absl::StatusOr<v1::FeedHorizon> ReadFeedHorizon(const Reader& reader, RegisterId reg);

// Who moves the horizon, and why.
struct HorizonChange {
  TimeMicros time = 0;
  std::string actor;
  std::string reason;
};

// Adds to the batch what deletes the next commits up to revision `to`, at most kCommitTimesPerValue of them: their
// entries, the horizon and their times. The newest commit is never deleted: the log says which it is. Returns how many
// it deletes. `reader` must be of one state, and of the newest but for later commits: one caller at a time.
absl::StatusOr<size_t> AddCompaction(const Reader& reader, RegisterId reg, uint64_t to, const HorizonChange& change,
                                     WriteBatch& batch);

// When the commit of a revision was made, wherever that stands now; nullopt if there is none. Costs a seek or two.
// `reader` must be of one state.
absl::StatusOr<std::optional<TimeMicros>> CommitTime(const Reader& reader, RegisterId reg, uint64_t revision);

// The newest revision at or before `time` of those below the horizon; nullopt if there is none.
absl::StatusOr<std::optional<uint64_t>> RevisionBelowHorizon(const Reader& reader, RegisterId reg, TimeMicros time);

// Whether the log, the horizon and the times of commits agree: no entry up to the horizon, one for each later revision,
// and one time for each earlier one, none before the one before. Reads the log once. Tells `differ` of each difference.
absl::Status CheckFeedHorizon(const Reader& reader, RegisterId reg, const std::function<void(std::string)>& differ);

}  // namespace wensum::storage

#endif  // WENSUM_STORAGE_FEED_HORIZON_H_
