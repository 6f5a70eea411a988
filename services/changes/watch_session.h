// The life of one watch over the change feed, without a transport.
#ifndef WENSUM_SERVICES_CHANGES_WATCH_SESSION_H_
#define WENSUM_SERVICES_CHANGES_WATCH_SESSION_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "base/mutex.h"
#include "services/register/register.h"
#include "services/rpc/call_context.h"
#include "services/rpc/executor.h"
#include "wensum/v1/changes.pb.h"

namespace wensum::changes {

// Hands out events one by one, reading the log commit by commit as they are taken, so that a slow consumer holds back
// nobody. It costs the memory of kMostWaiting events, and of the one commit whose events did not all find room: that is
// kept until they do, so that no commit is read twice. A commit only wakes the session; it reads on the executor.
// Events of people of whom the caller's purpose may see nothing are left out. Thread-safe.
class WatchSession : public std::enable_shared_from_this<WatchSession> {
 public:
  static constexpr size_t kMostWaiting = 1'024;

  // `changed` is called, with no lock held, on the executor, when TakeEvent or outcome may have a new answer. Register
  // and executor must outlive the session. INVALID_ARGUMENT: unknown kind; OUT_OF_RANGE: starts in the future.
  static absl::StatusOr<std::shared_ptr<WatchSession>> Start(const rpc::CallContext& call,
                                                             const v1::WatchChangesRequest& request,
                                                             registry::Register* reg, rpc::Executor* executor,
                                                             std::function<void()> changed);

  // The next event, if there is one now.
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
  WatchSession(const v1::WatchChangesRequest& request, int purpose_bit, registry::Register* reg,
               rpc::Executor* executor, std::function<void()> changed);

  void OnCommit();
  void ScheduleRead() WENSUM_REQUIRES(mutex_);
  void Read();
  // One of the log, with its revision.
  using LoggedCommit = std::pair<uint64_t, storage::v1::Commit>;
  // The first commit behind the revision; null if there is none, and then `*head` is the newest revision. Reads the
  // log.
  absl::StatusOr<std::shared_ptr<const LoggedCommit>> ReadCommitAfter(uint64_t revision, uint64_t* head) const;
  // Where in the log a session stands: behind this revision, and this many events of the commit after it.
  struct Place {
    uint64_t revision = 0;
    size_t events = 0;
  };
  // Appends events of the commit from place.events on, and moves the place: behind the commit, or, if it answers false,
  // to the first event for which there is no room.
  absl::StatusOr<bool> Collect(const LoggedCommit& logged, size_t room, Place& place,
                               std::deque<v1::ChangeEvent>& events) const;
  absl::StatusOr<bool> Wanted(const storage::v1::ChangeEvent& event) const;
  absl::Status ToEvent(const storage::v1::ChangeEvent& stored, v1::ChangeEvent& event) const;

  registry::Register& register_;
  rpc::Executor& executor_;
  const int purpose_bit_;
  const uint64_t stop_at_;   // 0: never
  std::vector<bool> kinds_;  // by number; empty: all
  const std::function<void()> changed_;
  std::unique_ptr<registry::Register::Subscription> subscription_;  // set by Start

  mutable Mutex mutex_;
  std::deque<v1::ChangeEvent> events_ WENSUM_GUARDED_BY(mutex_);
  Place place_ WENSUM_GUARDED_BY(mutex_);                                // up to where the log was read
  std::shared_ptr<const LoggedCommit> begun_ WENSUM_GUARDED_BY(mutex_);  // that place_ is in; null if in none
  uint64_t announced_ WENSUM_GUARDED_BY(mutex_);                         // newest revision known of
  bool reading_ WENSUM_GUARDED_BY(mutex_) = false;                       // a read is queued or running
  bool ended_ WENSUM_GUARDED_BY(mutex_) = false;
  absl::Status status_ WENSUM_GUARDED_BY(mutex_);
  uint64_t taken_ WENSUM_GUARDED_BY(mutex_) = 0;
};

}  // namespace wensum::changes

#endif  // WENSUM_SERVICES_CHANGES_WATCH_SESSION_H_
