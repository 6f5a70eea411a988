#include "storage/feed_horizon.h"

#include <algorithm>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "base/status_macros.h"
#include "base/strings.h"
#include "storage/change_log.h"
#include "storage/key_codec.h"

namespace wensum::storage {
namespace {

struct CommitMoment {
  uint64_t revision = 0;
  TimeMicros time = 0;
};

std::unique_ptr<Iterator> NewTimesIterator(const Reader& reader, RegisterId reg) {
  return reader.NewIterator(Family::kMeta, PrefixRange(CommitTimesPrefix(reg)));
}

absl::Status UnreadableTimes() {
  return DataLoss("the times of former commits cannot be read; the store is damaged: restore it from a backup");
}

// What stands at a valid iterator over them. Never empty.
absl::StatusOr<std::vector<CommitMoment>> MomentsAt(const Iterator& it) {
  v1::CommitTimes times;
  const std::string_view value = it.value();
  if (!times.ParseFromArray(value.data(), static_cast<int>(value.size())) ||
      times.revision_steps_size() != times.time_steps_size()) {
    return UnreadableTimes();
  }
  if (times.format() > kFeedHorizonFormat) {
    return FailedPrecondition(Cat("the times of former commits have format ", times.format(),
                                  ", this version of Wensum reads up to ", kFeedHorizonFormat,
                                  ": use the version that wrote them, or a later one"));
  }
  std::vector<CommitMoment> moments;
  moments.reserve(static_cast<size_t>(times.revision_steps_size()) + 1);
  moments.push_back({.revision = times.first_revision(), .time = times.first_time()});
  for (int i = 0; i < times.revision_steps_size(); ++i) {
    moments.push_back({.revision = moments.back().revision + times.revision_steps(i),
                       .time = moments.back().time + static_cast<TimeMicros>(times.time_steps(i))});
  }
  return moments;
}

// The commits that are deleted next.
absl::StatusOr<std::vector<CommitMoment>> ReadNext(const Reader& reader, RegisterId reg, uint64_t from, uint64_t to) {
  std::vector<CommitMoment> moments;
  const std::unique_ptr<Iterator> it = reader.NewIterator(
      Family::kChangeLog, {.lower = ChangeLogKey(reg, from), .upper = ChangeLogKey(reg, to + 1), .once = true});
  for (it->SeekToFirst(); it->Valid() && moments.size() < kCommitTimesPerValue; it->Next()) {
    WENSUM_ASSIGN_OR_RETURN(const NumberedKey key, ParseChangeLogKey(it->key()));
    WENSUM_ASSIGN_OR_RETURN(const TimeMicros time, TimeOfEntry(*it));
    moments.push_back({.revision = key.number, .time = time});
  }
  WENSUM_RETURN_IF_ERROR(it->status());
  return moments;
}

v1::CommitTimes Packed(const std::vector<CommitMoment>& moments) {
  v1::CommitTimes times;
  times.set_format(kFeedHorizonFormat);
  times.set_first_revision(moments.front().revision);
  times.set_first_time(moments.front().time);
  for (size_t i = 1; i < moments.size(); ++i) {
    times.add_revision_steps(moments[i].revision - moments[i - 1].revision);
    times.add_time_steps(static_cast<uint64_t>(moments[i].time - moments[i - 1].time));
  }
  return times;
}

// What CheckFeedHorizon goes through, in the order of revisions.
class HorizonCheck {
 public:
  explicit HorizonCheck(const std::function<void(std::string)>& differ) : differ_(differ) {}

  void Meet(const CommitMoment& moment, std::string_view where) {
    if (moment.revision != last_.revision + 1) {
      differ_(Cat(where, " has revision ", moment.revision, " behind ", last_.revision, ", and none between"));
    }
    if (moment.time < last_.time) {
      differ_(Cat(where, " says that revision ", moment.revision, " was made before revision ", last_.revision));
    }
    last_ = moment;
  }
  [[nodiscard]] const CommitMoment& last() const { return last_; }

 private:
  const std::function<void(std::string)>& differ_;
  CommitMoment last_;
};

}  // namespace

std::string FeedHorizonKey(RegisterId reg) { return Cat("feed_horizon/", KeyWriter().U32(reg).Take()); }
std::string CommitTimesPrefix(RegisterId reg) { return Cat("commit_times/", KeyWriter().U32(reg).Take()); }
std::string CommitTimesKey(RegisterId reg, uint64_t last_revision) {
  return Cat(CommitTimesPrefix(reg), KeyWriter().U64(last_revision).Take());
}

absl::StatusOr<v1::FeedHorizon> ReadFeedHorizon(const Reader& reader, RegisterId reg) {
  v1::FeedHorizon horizon;
  bool whole = true;
  WENSUM_RETURN_IF_ERROR(reader
                             .Visit(Family::kMeta, FeedHorizonKey(reg),
                                    [&](std::string_view value) {
                                      whole = horizon.ParseFromArray(value.data(), static_cast<int>(value.size()));
                                      return absl::OkStatus();
                                    })
                             .status());
  if (!whole) {
    return DataLoss("the horizon of the change feed cannot be read; the store is damaged: restore it from a backup");
  }
  if (horizon.format() > kFeedHorizonFormat) {
    return FailedPrecondition(Cat("the horizon of the change feed has format ", horizon.format(),
                                  ", this version of Wensum reads up to ", kFeedHorizonFormat,
                                  ": use the version that wrote it, or a later one"));
  }
  return horizon;
}

absl::StatusOr<size_t> AddCompaction(const Reader& reader, RegisterId reg, uint64_t to, const HorizonChange& change,
                                     WriteBatch& batch) {
  WENSUM_ASSIGN_OR_RETURN(v1::FeedHorizon horizon, ReadFeedHorizon(reader, reg));
  WENSUM_ASSIGN_OR_RETURN(const std::optional<uint64_t> newest, NewestRevision(reader, reg));
  const uint64_t last = std::min(to, newest.value_or(0) - (newest.value_or(0) > 0 ? 1 : 0));
  if (last <= horizon.revision()) {
    return size_t{0};
  }
  WENSUM_ASSIGN_OR_RETURN(const std::vector<CommitMoment> moments, ReadNext(reader, reg, horizon.revision() + 1, last));
  if (moments.empty()) {
    return size_t{0};
  }
  const CommitMoment& end = moments.back();
  batch.DeleteRange(Family::kChangeLog, ChangeLogKey(reg, horizon.revision() + 1), ChangeLogKey(reg, end.revision + 1));
  batch.Put(Family::kMeta, CommitTimesKey(reg, end.revision), Packed(moments).SerializeAsString());
  horizon.set_format(kFeedHorizonFormat);
  horizon.set_revision(end.revision);
  horizon.set_commit_time(end.time);
  horizon.set_set_time(change.time);
  horizon.set_actor(change.actor);
  horizon.set_reason(change.reason);
  batch.Put(Family::kMeta, FeedHorizonKey(reg), horizon.SerializeAsString());
  return moments.size();
}

absl::StatusOr<std::optional<TimeMicros>> CommitTime(const Reader& reader, RegisterId reg, uint64_t revision) {
  WENSUM_ASSIGN_OR_RETURN(const v1::FeedHorizon horizon, ReadFeedHorizon(reader, reg));
  if (revision > horizon.revision()) {
    const std::unique_ptr<Iterator> it =
        reader.NewIterator(Family::kChangeLog, PrefixRange(ChangeLogKey(reg, revision)));
    it->SeekToFirst();
    if (!it->Valid()) {
      WENSUM_RETURN_IF_ERROR(it->status());
      return std::optional<TimeMicros>();
    }
    WENSUM_ASSIGN_OR_RETURN(const TimeMicros time, TimeOfEntry(*it));
    return std::optional<TimeMicros>(time);
  }
  const std::unique_ptr<Iterator> it = NewTimesIterator(reader, reg);
  it->Seek(CommitTimesKey(reg, revision));
  if (!it->Valid()) {
    WENSUM_RETURN_IF_ERROR(it->status());
    return std::optional<TimeMicros>();
  }
  WENSUM_ASSIGN_OR_RETURN(const std::vector<CommitMoment> moments, MomentsAt(*it));
  const auto found = std::ranges::lower_bound(moments, revision, {}, &CommitMoment::revision);
  return found != moments.end() && found->revision == revision ? std::optional<TimeMicros>(found->time) : std::nullopt;
}

absl::StatusOr<std::optional<uint64_t>> RevisionBelowHorizon(const Reader& reader, RegisterId reg, TimeMicros time) {
  const std::unique_ptr<Iterator> it = NewTimesIterator(reader, reg);
  const auto first_of = [](const Iterator& at) -> absl::StatusOr<TimeMicros> {
    v1::CommitTimes times;
    return times.ParseFromArray(at.value().data(), static_cast<int>(at.value().size()))
               ? absl::StatusOr<TimeMicros>(times.first_time())
               : UnreadableTimes();
  };
  const auto number_of = [reg](const Iterator& at) -> absl::StatusOr<uint64_t> {
    KeyReader key(at.key().substr(CommitTimesPrefix(reg).size()));
    const uint64_t last = key.U64();
    WENSUM_RETURN_IF_ERROR(key.Finish("commit times"));
    return last;
  };
  const auto key_of = [reg](uint64_t revision) { return CommitTimesKey(reg, revision); };
  WENSUM_ASSIGN_OR_RETURN(const auto last, FindNewestUpTo(time, key_of, number_of, first_of, *it));
  if (!last.has_value()) {
    return std::optional<uint64_t>();
  }
  it->Seek(CommitTimesKey(reg, *last));
  if (!it->Valid()) {
    WENSUM_RETURN_IF_ERROR(it->status());
    return UnreadableTimes();
  }
  WENSUM_ASSIGN_OR_RETURN(const std::vector<CommitMoment> moments, MomentsAt(*it));
  const auto after = std::ranges::upper_bound(moments, time, {}, &CommitMoment::time);
  return after == moments.begin() ? std::optional<uint64_t>() : std::prev(after)->revision;
}

absl::Status CheckFeedHorizon(const Reader& reader, RegisterId reg, const std::function<void(std::string)>& differ) {
  WENSUM_ASSIGN_OR_RETURN(const v1::FeedHorizon horizon, ReadFeedHorizon(reader, reg));
  HorizonCheck check(differ);
  const std::unique_ptr<Iterator> times = NewTimesIterator(reader, reg);
  for (times->SeekToFirst(); times->Valid(); times->Next()) {
    WENSUM_ASSIGN_OR_RETURN(const std::vector<CommitMoment> moments, MomentsAt(*times));
    for (const CommitMoment& moment : moments) {
      check.Meet(moment, "what is kept of former commits");
    }
    if (times->key() != CommitTimesKey(reg, moments.back().revision)) {
      differ(Cat("the times of the commits up to revision ", moments.back().revision, " stand under another key"));
    }
  }
  WENSUM_RETURN_IF_ERROR(times->status());
  if (check.last().revision != horizon.revision() || check.last().time != horizon.commit_time()) {
    differ(Cat("the horizon of the change feed is revision ", horizon.revision(),
               ", but times of commits are kept up to ", check.last().revision));
  }
  const std::unique_ptr<Iterator> log = reader.NewIterator(
      Family::kChangeLog, {.lower = ChangeLogKey(reg, 0), .upper = ChangeLogKey(reg + 1, 0), .once = true});
  for (log->SeekToFirst(); log->Valid(); log->Next()) {
    WENSUM_ASSIGN_OR_RETURN(const NumberedKey key, ParseChangeLogKey(log->key()));
    if (key.number <= horizon.revision()) {
      differ(Cat("the change log has an entry of revision ", key.number, ", which is not above the horizon, ",
                 horizon.revision()));
      continue;
    }
    WENSUM_ASSIGN_OR_RETURN(const TimeMicros time, TimeOfEntry(*log));
    check.Meet({.revision = key.number, .time = time}, "the change log");
  }
  return log->status();
}

}  // namespace wensum::storage
