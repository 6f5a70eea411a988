#include "services/changes/watch_session.h"

#include <algorithm>
#include <atomic>
#include <iterator>
#include <string>
#include <utility>

#include "base/status_macros.h"
#include "base/strings.h"
#include "services/changes/feed_horizon.h"
#include "services/rpc/drain.h"
#include "services/rpc/status_details.h"

namespace wensum::changes {
namespace {

constexpr int kCommitsPerRead = 64;  // then others have their turn on the executor
constexpr size_t kLowWater = 64;     // events; with fewer, the next piece is read

// Where the stream starts.
absl::StatusOr<uint64_t> StartOf(const v1::WatchChangesRequest& request, const FeedFilter& filter,
                                 const registry::Register& reg) {
  const uint64_t head = reg.revision();
  uint64_t after = request.after_revision();
  if (!request.resume_token().empty()) {
    if (after != 0) {
      return rpc::InvalidField("resume_token", "goes without after_revision: it says where to go on");
    }
    WENSUM_ASSIGN_OR_RETURN(after, filter.ParseWatchToken(request.resume_token()));
  }
  if (after > head) {
    const std::string_view field = request.resume_token().empty() ? "after_revision" : "resume_token";
    return rpc::WithReason(
        MakeStatus(absl::StatusCode::kOutOfRange,
                   Cat(field, ": revision ", after, " lies in the future; the newest revision is ", head,
                       ". If the server was restored from a backup, start again with ExportGolden")),
        rpc::reason::kRevisionInFuture, {{"revision", Cat(head)}});
  }
  WENSUM_RETURN_IF_ERROR(CheckKept(reg, after));
  return after;
}

}  // namespace

absl::StatusOr<std::shared_ptr<WatchSession>> WatchSession::Start(const rpc::CallContext& call,
                                                                  const v1::WatchChangesRequest& request,
                                                                  registry::Register* reg, rpc::Executor* executor,
                                                                  std::function<void()> changed,
                                                                  std::chrono::milliseconds bookmark_pause,
                                                                  const std::shared_ptr<ConsumerBook>& book) {
  WENSUM_ASSIGN_OR_RETURN(FeedFilter filter, FeedFilter::Parse(request.filter(), request.kinds(), call, *reg));
  if (!v1::ChangePayload_IsValid(request.payload())) {
    return rpc::InvalidField("payload", Cat("has no value ", static_cast<int>(request.payload())));
  }
  WENSUM_ASSIGN_OR_RETURN(const uint64_t after, StartOf(request, filter, *reg));
  ConsumerBook::Stream stream;
  if (!request.consumer().empty()) {
    if (book == nullptr) {
      return Internal("no account of consumers is kept here");
    }
    WENSUM_ASSIGN_OR_RETURN(stream, book->Begin(call, request, filter.hash(), after));
  }
  std::shared_ptr<WatchSession> session(
      new WatchSession(request, std::move(filter), after, reg, executor, std::move(changed), bookmark_pause));
  if (!request.consumer().empty()) {
    session->book_ = book;
    session->stream_ = std::move(stream);
  }
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
  if (session->stop_at_ == after && request.stop_at_head()) {
    session->ended_ = true;
  }
  session->ScheduleRead();
  return session;
}

WatchSession::WatchSession(const v1::WatchChangesRequest& request, FeedFilter filter, uint64_t after,
                           registry::Register* reg, rpc::Executor* executor, std::function<void()> changed,
                           std::chrono::milliseconds bookmark_pause)
    : register_(*reg),
      executor_(*executor),
      filter_(std::move(filter)),
      maker_(reg, &filter_, request.payload()),
      stop_at_(request.stop_at_head() ? reg->revision() : 0),
      bookmarks_(request.bookmarks()),
      bookmark_pause_(bookmark_pause),
      changed_(std::move(changed)),
      place_{.revision = after},
      announced_(after),
      told_(after) {}

void WatchSession::OnCommit() {
  MutexLock lock(mutex_);
  announced_ = std::max(announced_, register_.revision());
  ScheduleRead();
}

void WatchSession::ScheduleRead() {
  if (reading_ || ended_ || events_.size() >= kLowWater || bytes_ >= kMostWaitingBytes / 2 ||
      place_.revision >= announced_) {
    return;
  }
  reading_ = true;
  executor_.Run([self = shared_from_this()] { self->Read(); });
}

void WatchSession::Read() {
  Piece piece;
  uint64_t announced = 0;
  {
    ReaderLock lock(mutex_);
    if (ended_) {
      return;
    }
    piece.place = place_;
    piece.begun = begun_;
    piece.room = kMostWaiting - events_.size();  // only this thread adds events, but for a bookmark
    piece.room_bytes = kMostWaitingBytes - std::min(kMostWaitingBytes, bytes_);
    announced = announced_;
  }
  const absl::Status status = Fill(announced, piece);
  {
    MutexLock lock(mutex_);
    reading_ = false;
    if (ended_) {
      return;
    }
    place_ = piece.place;
    begun_ = std::move(piece.begun);
    if (!piece.events.empty()) {
      told_ = piece.events.back().revision();
    }
    std::move(piece.events.begin(), piece.events.end(), std::back_inserter(events_));
    bytes_ += piece.bytes;
    const bool at_end = stop_at_ != 0 && place_.revision >= stop_at_;
    if (!status.ok() || at_end) {
      if (status.ok()) {
        AddBookmark();
      }
      ended_ = true;
      begun_ = nullptr;
      status_ = status;
    }
    ScheduleBookmark();
    ScheduleRead();
  }
  changed_();
}

absl::Status WatchSession::Fill(uint64_t announced, Piece& piece) const {
  // A snapshot has all that was announced before it was taken.
  WENSUM_ASSIGN_OR_RETURN(registry::ReadView view, register_.OpenView({}));
  PersonStates states(&register_, &filter_, std::move(view));
  Place& place = piece.place;
  for (int i = 0; i < kCommitsPerRead && piece.events.size() < piece.room && piece.bytes < piece.room_bytes &&
                  place.revision < announced;
       ++i) {
    uint64_t head = 0;
    if (piece.begun == nullptr) {
      WENSUM_ASSIGN_OR_RETURN(piece.begun, ReadCommitAfter(place.revision, &head));
    }
    if (piece.begun == nullptr) {
      place.revision = std::max(place.revision, head);  // revisions that hold no events
      break;
    }
    if (piece.begun->revision > announced) {
      place.revision = announced;  // what came after the snapshot is looked at with the next one
      break;
    }
    if (stop_at_ != 0 && piece.begun->revision > stop_at_) {
      place.revision = stop_at_;  // the same
      break;
    }
    WENSUM_ASSIGN_OR_RETURN(const bool whole, Collect(*piece.begun, states, piece));
    if (whole) {
      piece.begun = nullptr;
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<std::shared_ptr<const LoggedCommit>> WatchSession::ReadCommitAfter(uint64_t revision,
                                                                                  uint64_t* head) const {
  absl::StatusOr<registry::Register::Commits> changes = register_.ReadChanges(revision, /*limit=*/1);
  if (absl::IsOutOfRange(changes.status())) {
    WENSUM_RETURN_IF_ERROR(CheckKept(register_, revision));  // the horizon came by
  }
  WENSUM_ASSIGN_OR_RETURN(registry::Register::Commits read, std::move(changes));
  *head = read.head;
  if (read.commits.empty()) {
    return nullptr;
  }
  auto& [commit_revision, commit] = read.commits.front();
  return std::make_shared<const LoggedCommit>(commit_revision, std::move(commit));
}

absl::StatusOr<bool> WatchSession::Collect(const LoggedCommit& logged, PersonStates& states, Piece& piece) const {
  const size_t before = piece.events.size();
  const auto count = static_cast<size_t>(logged.commit.events_size());
  for (size_t i = piece.place.events; i < count; ++i) {
    WENSUM_ASSIGN_OR_RETURN(std::optional<v1::ChangeEvent> event, maker_.Make(logged, i, states));
    if (!event.has_value()) {
      continue;
    }
    if (piece.events.size() >= piece.room || (piece.bytes >= piece.room_bytes && !piece.events.empty())) {
      piece.place.events = i;
      return false;
    }
    piece.bytes += event->ByteSizeLong();
    piece.events.push_back(*std::move(event));
  }
  piece.place = {.revision = logged.revision};
  if (piece.events.size() > before) {
    v1::ChangeEvent& last = piece.events.back();
    last.set_last_of_revision(true);
    last.set_resume_token(filter_.WatchToken(logged.revision));
    piece.bytes += last.resume_token().size();
  }
  return true;
}

void WatchSession::AddBookmark() {
  if (!bookmarks_ || place_.revision <= told_) {
    return;
  }
  v1::ChangeEvent& event = events_.emplace_back();
  event.set_kind(v1::CHANGE_KIND_BOOKMARK);
  event.set_revision(place_.revision);
  event.set_resume_token(filter_.WatchToken(place_.revision));
  bytes_ += event.ByteSizeLong();
  told_ = place_.revision;
}

void WatchSession::ScheduleBookmark() {
  if (!bookmarks_ || ended_ || bookmark_due_ || place_.revision <= told_) {
    return;
  }
  bookmark_due_ = true;
  executor_.RunAfter(bookmark_pause_, [weak = weak_from_this()] {
    if (const std::shared_ptr<WatchSession> alive = weak.lock()) {
      alive->OnBookmarkDue();
    }
  });
}

void WatchSession::OnBookmarkDue() {
  {
    MutexLock lock(mutex_);
    bookmark_due_ = false;
    if (ended_) {
      return;
    }
    // With events waiting the consumer moves on anyway; and there is room for the bookmark.
    if (events_.empty()) {
      AddBookmark();
    }
    ScheduleBookmark();
  }
  changed_();
}

bool WatchSession::TakeEvent(v1::ChangeEvent& event) {
  uint64_t sent = 0;
  const bool taken = Take(event, sent);
  if (book_ != nullptr && sent != 0) {
    book_->OnSent(stream_, sent);
  }
  return taken;
}

bool WatchSession::Take(v1::ChangeEvent& event, uint64_t& sent) {
  MutexLock lock(mutex_);
  sent = std::exchange(handed_, 0);
  if (events_.empty()) {
    if (ended_ && status_.ok()) {
      sent = place_.revision;  // the last revisions may hold no events
    }
    return false;
  }
  bytes_ -= std::min(bytes_, events_.front().ByteSizeLong());
  event.Swap(&events_.front());
  events_.pop_front();
  ++taken_;
  handed_ = event.last_of_revision() || event.kind() == v1::CHANGE_KIND_BOOKMARK ? event.revision() : 0;
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
    handed_ = 0;  // nobody knows whether it came
    bytes_ = 0;
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
