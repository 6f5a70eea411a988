#include "services/changes/feed_compactor.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/status_macros.h"
#include "base/strings.h"
#include "services/convert/feed_horizon.h"
#include "services/convert/times.h"
#include "services/rpc/limits.h"
#include "services/rpc/signed_write.h"
#include "services/rpc/status_details.h"
#include "storage/change_log.h"
#include "storage/feed_horizon.h"
#include "storage/request_log.h"

namespace wensum::changes {
namespace {

constexpr TimeMicros kDay = TimeMicros{86'400} * 1'000'000;
constexpr uint32_t kMostDays = 36'500;
constexpr size_t kMaxCompactionReason = 500;  // bytes

// Ends the run that it was made for.
class Running {
 public:
  explicit Running(std::atomic<bool>& flag) : flag_(flag) {}
  ~Running() { flag_ = false; }
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;

 private:
  std::atomic<bool>& flag_;
};

absl::Status CheckSigned(const v1::CompactChangesRequest& request) {
  WENSUM_RETURN_IF_ERROR(rpc::CheckActor(request.actor()));
  if (Trim(request.reason()).empty()) {
    return rpc::InvalidField("reason", "is required: why events are dropped");
  }
  WENSUM_RETURN_IF_ERROR(rpc::CheckText(request.reason(), kMaxCompactionReason, "reason"));
  return rpc::CheckRequestId(request.request_id());
}

}  // namespace

absl::StatusOr<uint64_t> FeedCompactor::NewestBefore(TimeMicros time) const {
  const std::unique_ptr<storage::Snapshot> snapshot = register_.store()->NewSnapshot();
  WENSUM_ASSIGN_OR_RETURN(const auto found, storage::RevisionAt(*snapshot, register_.register_id(), time - 1));
  WENSUM_ASSIGN_OR_RETURN(const auto newest, storage::NewestRevision(*snapshot, register_.register_id()));
  return newest.value_or(0) == 0 ? 0 : std::min(found.value_or(0), *newest - 1);
}

absl::StatusOr<uint64_t> FeedCompactor::TargetOf(const v1::CompactChangesRequest& request) const {
  const uint64_t before = request.before_revision();
  const uint32_t days = request.older_than_days();
  if ((before == 0) == (days == 0)) {
    return rpc::InvalidField("before_revision", "or older_than_days must be given, and not both");
  }
  if (days > kMostDays) {
    return rpc::InvalidField("older_than_days", Cat("is ", days, "; give 1 to ", kMostDays));
  }
  if (days != 0) {
    return NewestBefore(clock_.Now() - TimeMicros{days} * kDay);
  }
  if (const uint64_t newest = register_.revision(); before > newest) {
    return rpc::WithReason(MakeStatus(absl::StatusCode::kOutOfRange,
                                      Cat("before_revision: ", before, " lies in the future; the newest revision is ",
                                          newest, ", and is always kept")),
                           rpc::reason::kRevisionInFuture, {{"revision", Cat(newest)}});
  }
  return before - 1;
}

absl::Status FeedCompactor::RefuseBehind(const std::vector<ConsumerBook::Place>& behind, uint64_t to) const {
  std::vector<std::string> names;
  names.reserve(behind.size());
  for (const ConsumerBook::Place& place : behind) {
    names.push_back(Cat(Quote(place.name), " (purpose ",
                        register_.rules().purposes[static_cast<size_t>(place.purpose_bit)], ") is at revision ",
                        place.revision));
  }
  const ConsumerBook::Place& first = behind.front();
  return rpc::WithReason(
      FailedPrecondition(Cat("consumers still need events up to revision ", to, ": ", Join(names, ", "),
                             ". Wait for them, drop less, or set `force`: they then start again with ExportGolden")),
      rpc::reason::kConsumerBehind,
      {{"consumer", first.name},
       {"purpose", register_.rules().purposes[static_cast<size_t>(first.purpose_bit)]},
       {"revision", Cat(first.revision)}});
}

absl::StatusOr<uint64_t> FeedCompactor::DropTo(uint64_t to, const std::string& actor, const std::string& reason,
                                               absl::FunctionRef<bool()> stop,
                                               absl::FunctionRef<void(storage::WriteBatch&)> more) {
  storage::Store& store = *register_.store();
  const storage::RegisterId reg = register_.register_id();
  uint64_t dropped = 0;
  for (bool last = false; !last && !stop();) {
    storage::WriteBatch batch;
    WENSUM_ASSIGN_OR_RETURN(const size_t commits,
                            storage::AddCompaction(*store.NewSnapshot(), reg, to,
                                                   {.time = clock_.Now(), .actor = actor, .reason = reason}, batch));
    last = commits < storage::kCommitTimesPerValue;
    if (last) {
      more(batch);
    }
    if (!batch.empty()) {
      WENSUM_RETURN_IF_ERROR(store.Write(batch, storage::Durability::kSync));
    }
    dropped += commits;
  }
  return dropped;
}

absl::Status FeedCompactor::Run(rpc::CallContext& call, const v1::CompactChangesRequest& request,
                                const rpc::RepeatableRequest& repeatable, v1::CompactChangesResponse& response) {
  const storage::RegisterId reg = register_.register_id();
  storage::Store& store = *register_.store();
  if (!repeatable.key.empty()) {
    WENSUM_ASSIGN_OR_RETURN(const auto answer, storage::FindRequest(store, reg, repeatable.key, repeatable.hash));
    if (answer.has_value()) {
      return response.ParseFromString(*answer) ? absl::OkStatus()
                                               : DataLoss("the stored answer of a repeated request_id cannot be read");
    }
  }
  WENSUM_ASSIGN_OR_RETURN(const uint64_t to, TargetOf(request));
  call.AddResource(Cat("changes/", to + 1));
  call.set_revision(register_.revision());
  WENSUM_ASSIGN_OR_RETURN(storage::v1::FeedHorizon horizon, storage::ReadFeedHorizon(store, reg));
  if (to > horizon.revision()) {
    WENSUM_ASSIGN_OR_RETURN(const std::vector<ConsumerBook::Place> behind, book_->Between(horizon.revision(), to));
    if (!behind.empty() && !request.force()) {
      return RefuseBehind(behind, to);
    }
    for (const ConsumerBook::Place& place : behind) {
      v1::ConsumerBehind& out = *response.add_consumers_behind();
      out.set_purpose(register_.rules().purposes[static_cast<size_t>(place.purpose_bit)]);
      out.set_name(place.name);
      out.set_revision(place.revision);
      convert::ToTimestamp(place.active, *out.mutable_active_time());
    }
    WENSUM_ASSIGN_OR_RETURN(const auto time, storage::CommitTime(*store.NewSnapshot(), reg, to));
    response.set_dropped_revisions(to - horizon.revision());
    horizon.set_revision(to);
    horizon.set_commit_time(time.value_or(0));
    horizon.set_set_time(clock_.Now());
    horizon.set_actor(request.actor());
    horizon.set_reason(request.reason());
  }
  if (horizon.revision() != 0) {
    convert::ToFeedHorizon(horizon, *response.mutable_feed_horizon());
  }
  if (request.validate_only()) {
    return absl::OkStatus();
  }
  bool whole = false;
  const auto dropped = DropTo(
      to, request.actor(), request.reason(), [&call] { return call.expired() || call.cancelled(); },
      [&](storage::WriteBatch& batch) {
        whole = true;
        if (!repeatable.key.empty()) {
          storage::PutRequest(reg, repeatable.key, repeatable.hash, clock_.Now(), response.SerializeAsString(), batch);
        }
      });
  WENSUM_RETURN_IF_ERROR(dropped.status());
  return whole ? absl::OkStatus()
               : MakeStatus(absl::StatusCode::kDeadlineExceeded,
                            Cat("the call ended after ", *dropped, " revisions were dropped: ask again for the rest"));
}

absl::Status FeedCompactor::Compact(rpc::CallContext& call, const v1::CompactChangesRequest& request,
                                    v1::CompactChangesResponse& response) {
  WENSUM_RETURN_IF_ERROR(CheckSigned(request));
  if (running_.exchange(true)) {
    return rpc::WithReason(FailedPrecondition("events are being dropped already; wait for that to end"),
                           rpc::reason::kCompactionRunning);
  }
  const Running running(running_);
  v1::CompactChangesResponse answer;
  WENSUM_RETURN_IF_ERROR(Run(call, request, rpc::ToRepeatable(call, request), answer));
  response = std::move(answer);
  return absl::OkStatus();
}

absl::StatusOr<FeedCompactor::Kept> FeedCompactor::Keep(const FeedKeeping& keeping, absl::FunctionRef<bool()> stop) {
  Kept kept;
  if (keeping.keep_days == 0 || running_.exchange(true)) {
    return kept;
  }
  const Running running(running_);
  const TimeMicros now = clock_.Now();
  const TimeMicros midnight = now - (now % kDay + kDay) % kDay;
  WENSUM_ASSIGN_OR_RETURN(uint64_t to, NewestBefore(midnight - TimeMicros{keeping.keep_days} * kDay));
  WENSUM_ASSIGN_OR_RETURN(const storage::v1::FeedHorizon horizon,
                          storage::ReadFeedHorizon(*register_.store(), register_.register_id()));
  if (to <= horizon.revision()) {
    return kept;
  }
  WENSUM_ASSIGN_OR_RETURN(kept.passed, book_->Between(horizon.revision(), to));
  const auto waiting = std::ranges::stable_partition(kept.passed, [&](const ConsumerBook::Place& place) {
    return place.active < now - TimeMicros{keeping.consumer_days} * kDay;
  });
  kept.waiting.assign(waiting.begin(), waiting.end());
  kept.passed.erase(waiting.begin(), waiting.end());
  for (const ConsumerBook::Place& place : kept.waiting) {
    to = std::min(to, place.revision);
  }
  std::erase_if(kept.passed, [to](const ConsumerBook::Place& place) { return place.revision >= to; });
  WENSUM_ASSIGN_OR_RETURN(
      kept.dropped, DropTo(to, "", Cat("keep_days: ", keeping.keep_days), stop, [](storage::WriteBatch& /*batch*/) {}));
  return kept;
}

}  // namespace wensum::changes
