#include "services/changes/watch_session.h"

#include <algorithm>
#include <atomic>
#include <iterator>
#include <string>
#include <utility>

#include "base/status_macros.h"
#include "base/strings.h"
#include "services/convert/golden.h"
#include "services/convert/times.h"
#include "services/register/property_facts.h"
#include "services/rpc/drain.h"
#include "services/rpc/resource_name.h"
#include "services/rpc/status_details.h"

namespace wensum::changes {
namespace {

constexpr int kCommitsPerRead = 64;  // then others have their turn on the executor
constexpr size_t kLowWater = 64;     // events; with fewer, the next piece is read

bool IsPersonKind(uint32_t kind) {
  return (kind >= v1::CHANGE_KIND_PERSON_CREATED && kind <= v1::CHANGE_KIND_PERSON_ENDED) ||
         kind == v1::CHANGE_KIND_ID_ANCHORED;
}

bool IsPropertyRecordKind(uint32_t kind) {
  return kind >= v1::CHANGE_KIND_PROPERTY_RECORD_CREATED && kind <= v1::CHANGE_KIND_PROPERTY_RECORD_ENDED;
}

bool IsStreetKind(uint32_t kind) {
  return kind >= v1::CHANGE_KIND_STREET_CREATED && kind <= v1::CHANGE_KIND_STREET_DELETED;
}

}  // namespace

absl::StatusOr<std::shared_ptr<WatchSession>> WatchSession::Start(const rpc::CallContext& call,
                                                                  const v1::WatchChangesRequest& request,
                                                                  registry::Register* reg, rpc::Executor* executor,
                                                                  std::function<void()> changed) {
  std::vector<rpc::FieldViolation> violations;
  for (int i = 0; i < request.kinds_size(); ++i) {
    if (!v1::ChangeKind_IsValid(request.kinds(i)) || request.kinds(i) == v1::CHANGE_KIND_UNSPECIFIED) {
      violations.push_back({Cat("kinds[", i, "]"), Cat("has no value ", static_cast<int>(request.kinds(i)))});
    }
  }
  if (!violations.empty()) {
    return rpc::InvalidFields(violations);
  }
  const uint64_t head = reg->revision();
  if (request.after_revision() > head) {
    return rpc::WithReason(
        MakeStatus(absl::StatusCode::kOutOfRange, Cat("after_revision: ", request.after_revision(),
                                                      " lies in the future; the newest revision is ", head)),
        rpc::reason::kRevisionInFuture, {{"revision", Cat(head)}});
  }
  std::shared_ptr<WatchSession> session(
      new WatchSession(request, call.purpose_bit(), reg, executor, std::move(changed)));
  // The writer's thread never holds the session, which might then be destroyed there; it queues at most one wake-up.
  const std::weak_ptr<WatchSession> weak = session;
  const auto queued = std::make_shared<std::atomic<bool>>(false);
  session->subscription_ = reg->Subscribe([weak, queued, executor](uint64_t /*revision*/) {
    if (!queued->exchange(true)) {
      executor->Run([weak, queued] {
        queued->store(false);
        if (const std::shared_ptr<WatchSession> alive = weak.lock()) {
          alive->OnCommit();
        }
      });
    }
  });
  MutexLock lock(session->mutex_);
  session->announced_ = std::max(session->announced_, reg->revision());
  if (session->stop_at_ == request.after_revision() && request.stop_at_head()) {
    session->ended_ = true;
  }
  session->ScheduleRead();
  return session;
}

WatchSession::WatchSession(const v1::WatchChangesRequest& request, int purpose_bit, registry::Register* reg,
                           rpc::Executor* executor, std::function<void()> changed)
    : register_(*reg),
      executor_(*executor),
      purpose_bit_(purpose_bit),
      stop_at_(request.stop_at_head() ? reg->revision() : 0),
      changed_(std::move(changed)),
      place_{.revision = request.after_revision()},
      announced_(request.after_revision()) {
  if (request.kinds_size() > 0) {
    kinds_.resize(static_cast<size_t>(v1::ChangeKind_MAX) + 1);
    for (const int kind : request.kinds()) {
      kinds_[static_cast<size_t>(kind)] = true;
    }
  }
}

void WatchSession::OnCommit() {
  MutexLock lock(mutex_);
  announced_ = std::max(announced_, register_.revision());
  ScheduleRead();
}

void WatchSession::ScheduleRead() {
  if (reading_ || ended_ || events_.size() >= kLowWater || place_.revision >= announced_) {
    return;
  }
  reading_ = true;
  executor_.Run([self = shared_from_this()] { self->Read(); });
}

void WatchSession::Read() {
  Place place;
  std::shared_ptr<const LoggedCommit> begun;
  size_t room = 0;  // only this thread adds events
  uint64_t announced = 0;
  {
    ReaderLock lock(mutex_);
    if (ended_) {
      return;
    }
    place = place_;
    begun = begun_;
    room = kMostWaiting - events_.size();
    announced = announced_;
  }
  std::deque<v1::ChangeEvent> events;
  absl::Status status;
  for (int i = 0; i < kCommitsPerRead && events.size() < room && place.revision < announced; ++i) {
    uint64_t head = 0;
    if (begun == nullptr) {
      absl::StatusOr<std::shared_ptr<const LoggedCommit>> read = ReadCommitAfter(place.revision, &head);
      if (!read.ok()) {
        status = read.status();
        break;
      }
      begun = *std::move(read);
    }
    if (begun == nullptr) {
      place.revision = std::max(place.revision, head);  // revisions that hold no events
      break;
    }
    if (stop_at_ != 0 && begun->first > stop_at_) {
      place.revision = stop_at_;  // the same
      break;
    }
    const absl::StatusOr<bool> whole = Collect(*begun, room, place, events);
    if (!whole.ok()) {
      status = whole.status();
      break;
    }
    if (*whole) {
      begun = nullptr;
    }
  }
  {
    MutexLock lock(mutex_);
    reading_ = false;
    if (ended_) {
      return;
    }
    place_ = place;
    begun_ = std::move(begun);
    std::move(events.begin(), events.end(), std::back_inserter(events_));
    if (!status.ok() || (stop_at_ != 0 && place.revision >= stop_at_)) {
      ended_ = true;
      begun_ = nullptr;
      status_ = status;
    }
    ScheduleRead();
  }
  changed_();
}

absl::StatusOr<std::shared_ptr<const WatchSession::LoggedCommit>> WatchSession::ReadCommitAfter(uint64_t revision,
                                                                                                uint64_t* head) const {
  WENSUM_ASSIGN_OR_RETURN(registry::Register::Commits read, register_.ReadChanges(revision, /*limit=*/1));
  *head = read.head;
  return read.commits.empty() ? nullptr : std::make_shared<const LoggedCommit>(std::move(read.commits.front()));
}

absl::StatusOr<bool> WatchSession::Collect(const LoggedCommit& logged, size_t room, Place& place,
                                           std::deque<v1::ChangeEvent>& events) const {
  const auto& [revision, commit] = logged;
  const size_t before = events.size();
  const auto count = static_cast<size_t>(commit.events_size());
  for (size_t i = place.events; i < count; ++i) {
    const storage::v1::ChangeEvent& stored = commit.events(static_cast<int>(i));
    WENSUM_ASSIGN_OR_RETURN(const bool wanted, Wanted(stored));
    if (!wanted) {
      continue;
    }
    if (events.size() >= room) {
      place.events = i;
      return false;
    }
    v1::ChangeEvent& event = events.emplace_back();
    event.set_revision(revision);
    convert::ToTimestamp(commit.time(), *event.mutable_commit_time());
    WENSUM_RETURN_IF_ERROR(ToEvent(stored, event));
  }
  place = {.revision = revision};
  if (events.size() > before) {
    events.back().set_last_of_revision(true);
  }
  return true;
}

absl::StatusOr<bool> WatchSession::Wanted(const storage::v1::ChangeEvent& event) const {
  if (!kinds_.empty() && (event.kind() >= kinds_.size() || !kinds_[event.kind()])) {
    return false;
  }
  const bool personal = IsPersonKind(event.kind()) || IsPropertyRecordKind(event.kind());
  if (!personal || register_.rules().purposes.size() == 1) {
    return true;
  }
  const absl::StatusOr<registry::EntityRecord> record = register_.GetNewestEntity(event.id());
  if (!record.ok()) {
    return record.status().code() == absl::StatusCode::kNotFound ? absl::StatusOr<bool>(false) : record.status();
  }
  return convert::Visible(register_, *record, purpose_bit_);
}

absl::Status WatchSession::ToEvent(const storage::v1::ChangeEvent& stored, v1::ChangeEvent& event) const {
  event.set_kind(static_cast<v1::ChangeKind>(stored.kind()));
  if (IsPropertyRecordKind(stored.kind())) {
    event.set_name(rpc::PropertyRecordName(register_.ids(), stored.id()));
    if (stored.other() != 0) {
      WENSUM_ASSIGN_OR_RETURN(const registry::ReadView state, register_.OpenView({}));
      WENSUM_ASSIGN_OR_RETURN(const registry::SourceVersion record, register_.GetSourceByOrdinal(state, stored.id()));
      if (registry::ShowsPlace(record.record, purpose_bit_)) {
        event.set_property(rpc::PropertyName(stored.other()));
      }
    }
    return absl::OkStatus();
  }
  if (!IsPersonKind(stored.kind())) {
    event.set_name(IsStreetKind(stored.kind()) ? rpc::StreetName(stored.id()) : rpc::PropertyName(stored.id()));
    return absl::OkStatus();
  }
  event.set_name(rpc::PersonName(register_.ids(), stored.id()));
  if (stored.kind() == v1::CHANGE_KIND_PERSON_MERGED) {
    event.set_merged_into(rpc::PersonName(register_.ids(), stored.other()));
  } else if (stored.kind() == v1::CHANGE_KIND_PERSON_SPLIT) {
    event.set_split_from(rpc::PersonName(register_.ids(), stored.other()));
  }
  return absl::OkStatus();
}

bool WatchSession::TakeEvent(v1::ChangeEvent& event) {
  MutexLock lock(mutex_);
  if (events_.empty()) {
    return false;
  }
  event.Swap(&events_.front());
  events_.pop_front();
  ++taken_;
  ScheduleRead();
  return true;
}

std::optional<absl::Status> WatchSession::outcome() const {
  ReaderLock lock(mutex_);
  if (!ended_ || (status_.ok() && !events_.empty())) {
    return std::nullopt;
  }
  return status_;
}

void WatchSession::Cancel() {
  {
    MutexLock lock(mutex_);
    ended_ = true;
    events_.clear();
    begun_ = nullptr;
    status_ = MakeStatus(absl::StatusCode::kCancelled, "the caller went away");
  }
  changed_();
}

void WatchSession::Drain() {
  {
    MutexLock lock(mutex_);
    if (!ended_) {
      ended_ = true;
      begun_ = nullptr;
      status_ = rpc::ShuttingDown();
    }
  }
  changed_();
}

uint64_t WatchSession::events() const {
  ReaderLock lock(mutex_);
  return taken_;
}

size_t WatchSession::waiting() const {
  ReaderLock lock(mutex_);
  return events_.size();
}

uint64_t WatchSession::revision() const {
  ReaderLock lock(mutex_);
  return place_.revision;
}

}  // namespace wensum::changes
