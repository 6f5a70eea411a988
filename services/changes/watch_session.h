// The life of one watch over the change feed, without a transport.
#ifndef WENSUM_SERVICES_CHANGES_WATCH_SESSION_H_
#define WENSUM_SERVICES_CHANGES_WATCH_SESSION_H_

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>

#include "absl/status/status.h"
#include "base/mutex.h"
#include "services/changes/consumer_book.h"
#include "services/changes/event_maker.h"
#include "services/changes/feed_filter.h"
#include "services/register/register.h"
#include "services/rpc/call_context.h"
#include "services/rpc/executor.h"
#include "wensum/v1/changes.pb.h"

namespace wensum::changes {

// Hands out events one by one, reading the log commit by commit as they are taken, so that a slow consumer holds back
// nobody. It costs the memory of kMostWaiting events or kMostWaitingBytes, whichever is less, and of the one commit
// whose events did not all find room: that is kept until they do, so that no commit is read twice. A commit only wakes
// the session; it reads on the executor. What the events tell: see EventMaker. Thread-safe.
class WatchSession : public std::enable_shared_from_this<WatchSession> {
 public:
  static constexpr size_t kMostWaiting = 1'024;
  static constexpr size_t kMostWaitingBytes = 4 * 1'024 * 1'024;

  // `changed` is called, with no lock held, on the executor, when TakeEvent or outcome may have a new answer. Register
  // and executor must outlive the session. `bookmark_pause`: between two bookmarks. INVALID_ARGUMENT: unknown kind,
  // source or field, a token of something else; OUT_OF_RANGE: starts in the future, or below the horizon of the feed,
  // which a session that is under way ends with too once the horizon has passed it. `book`: where what was sent is
  // kept, needed if the request names a consumer; its errors too.
  static constexpr std::chrono::milliseconds kBookmarkPause{1'000};
  static absl::StatusOr<std::shared_ptr<WatchSession>> Start(const rpc::CallContext& call,
                                                             const v1::WatchChangesRequest& request,
                                                             registry::Register* reg, rpc::Executor* executor,
                                                             std::function<void()> changed,
                                                             std::chrono::milliseconds bookmark_pause = kBookmarkPause,
                                                             const std::shared_ptr<ConsumerBook>& book = nullptr);

  // The next event, if there is one now. To ask says that the one taken before was sent.
  bool TakeEvent(v1::ChangeEvent& event);
  // Set once nothing more will come; the status to end the stream with.
  [[nodiscard]] std::optional<absl::Status> outcome() const;
  // The client is gone: nothing more is read.
  void Cancel();
  // The server is going away: ends with UNAVAILABLE.
  void Drain();

  [[nodiscard]] uint64_t events() const;
  // Events read and not yet taken: never more than kMostWaiting.
  [[nodiscard]] size_t waiting() const;
  // Up to where the log was read.
  [[nodiscard]] uint64_t revision() const;

 private:
  WatchSession(const v1::WatchChangesRequest& request, FeedFilter filter, uint64_t after, registry::Register* reg,
               rpc::Executor* executor, std::function<void()> changed, std::chrono::milliseconds bookmark_pause);

  // Takes an event off the queue, and the revision up to which all was sent by now; 0: nothing new.
  bool Take(v1::ChangeEvent& event, uint64_t& sent);
  void OnCommit();
  void ScheduleRead() WENSUM_REQUIRES(mutex_);
  void Read();
  // The first commit behind the revision; null if there is none, and then `*head` is the newest revision. Reads the
  // log.
  absl::StatusOr<std::shared_ptr<const LoggedCommit>> ReadCommitAfter(uint64_t revision, uint64_t* head) const;
  // Where in the log a session stands: behind this revision, and this many events of the commit after it.
  struct Place {
    uint64_t revision = 0;
    size_t events = 0;
  };
  // What one Read takes from the log.
  struct Piece {
    Place place;
    std::shared_ptr<const LoggedCommit> begun;
    std::deque<v1::ChangeEvent> events;
    size_t room = 0;  // events
    size_t bytes = 0;
    size_t room_bytes = 0;
  };
  // Reads until there is no room, nothing more to read, or others should have their turn.
  absl::Status Fill(uint64_t announced, Piece& piece) const;
  // Appends events of the commit from piece.place on, and moves the place: behind the commit, or, if it answers false,
  // to the first event for which there is no room.
  absl::StatusOr<bool> Collect(const LoggedCommit& logged, PersonStates& states, Piece& piece) const;
  void AddBookmark() WENSUM_REQUIRES(mutex_);
  // Sends a bookmark later, if there is one to send then.
  void ScheduleBookmark() WENSUM_REQUIRES(mutex_);
  void OnBookmarkDue();

  registry::Register& register_;
  rpc::Executor& executor_;
  const FeedFilter filter_;
  const EventMaker maker_;
  const uint64_t stop_at_;  // 0: never
  const bool bookmarks_;
  const std::chrono::milliseconds bookmark_pause_;
  const std::function<void()> changed_;
  std::unique_ptr<registry::Register::Subscription> subscription_;  // set by Start
  std::shared_ptr<ConsumerBook> book_;                              // the same; null if the request names no consumer
  ConsumerBook::Stream stream_;                                     // the same

  mutable Mutex mutex_;
  std::deque<v1::ChangeEvent> events_ WENSUM_GUARDED_BY(mutex_);
  size_t bytes_ WENSUM_GUARDED_BY(mutex_) = 0;                           // of events_
  Place place_ WENSUM_GUARDED_BY(mutex_);                                // up to where the log was read
  std::shared_ptr<const LoggedCommit> begun_ WENSUM_GUARDED_BY(mutex_);  // that place_ is in; null if in none
  uint64_t announced_ WENSUM_GUARDED_BY(mutex_);                         // newest revision known of
  uint64_t told_ WENSUM_GUARDED_BY(mutex_);                              // that the newest event or bookmark is of
  bool bookmark_due_ WENSUM_GUARDED_BY(mutex_) = false;                  // one is scheduled
  bool reading_ WENSUM_GUARDED_BY(mutex_) = false;                       // a read is queued or running
  bool ended_ WENSUM_GUARDED_BY(mutex_) = false;
  absl::Status status_ WENSUM_GUARDED_BY(mutex_);
  uint64_t taken_ WENSUM_GUARDED_BY(mutex_) = 0;
  uint64_t handed_ WENSUM_GUARDED_BY(mutex_) = 0;  // the revision that the event taken last was the last of; else 0
};

}  // namespace wensum::changes

#endif  // WENSUM_SERVICES_CHANGES_WATCH_SESSION_H_
