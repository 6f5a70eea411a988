// The register's single writer: a queue, a thread, and group commit.
#ifndef WENSUM_SERVICES_REGISTER_WRITER_H_
#define WENSUM_SERVICES_REGISTER_WRITER_H_

#include <cstdint>
#include <deque>
#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "base/mutex.h"
#include "services/register/core.h"
#include "services/register/mutation.h"
#include "services/register/prepare.h"
#include "services/register/slice.h"

namespace wensum::registry {

// Applies mutations in the order queued. Mutations that wait together share a commit as long as no record is written
// twice in it: a second write to one record starts the next commit, so that every accepted version has a revision of
// its own.
class Writer {
 public:
  using Done = std::function<void(MutationResult)>;

  explicit Writer(Core& core);
  // Applies what is queued, then stops.
  ~Writer();
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  // See Register::Submit. With `wait`, waits for room instead of refusing.
  absl::Status Submit(Mutation mutation, Done done, bool wait) WENSUM_EXCLUDES(queue_mutex_);

  // A commit that shares its batch with no mutation. Each is called once, in this order, on the writer's thread; none
  // after one that failed.
  struct OwnCommit {
    std::function<absl::Status(Slice& slice)> stage;
    // Adds writes that stand or fall with it. `revision` is the newest one if the slice changed nothing.
    std::function<void(uint64_t revision, TimeMicros time, storage::WriteBatch& batch)> add;
    // The batch is durable; readers have not been told yet.
    std::function<void()> written;
  };
  // Queues the commit before all mutations that wait, and waits for it. After a failure nothing of it was written, and
  // the indexes are loaded anew from the store before the next commit. UNAVAILABLE if the register shuts down.
  absl::Status CommitAlone(const OwnCommit& commit) WENSUM_EXCLUDES(queue_mutex_);
  // Runs `body` on the writer's thread between two commits, before all mutations that wait, and waits for its end.
  // After a commit that failed the indexes are loaded anew before, unless the store fails still. UNAVAILABLE, without
  // having run it, if the register shuts down.
  absl::Status RunBetweenCommits(const std::function<void()>& body) WENSUM_EXCLUDES(queue_mutex_);

  // Calls `body` while no commit is under way.
  void WithWritesHeld(const std::function<void()>& body) WENSUM_EXCLUDES(commit_mutex_);

  // Calls `wake` after every commit, until Unsubscribe with the number returned. Unsubscribe returns once no call is
  // under way.
  uint64_t Subscribe(std::function<void(uint64_t)> wake) WENSUM_EXCLUDES(wake_mutex_);
  void Unsubscribe(uint64_t subscription) WENSUM_EXCLUDES(wake_mutex_);

 private:
  struct Queued {
    Mutation mutation;
    std::vector<PreparedSource> sources;
    std::vector<gazetteer::PreparedRow> rows;
    Done done;
    MutationResult result;
    size_t weight = 0;
    std::function<absl::Status()> alone;  // instead of a mutation
  };
  using Group = std::vector<std::unique_ptr<Queued>>;

  // The commit being put together, and whose parts it holds.
  struct Open {
    std::unique_ptr<Slice> slice;
    bool has_rows = false;  // staged and not yet applied
    bool has_sources = false;
    bool resolved = false;
    std::vector<std::pair<Queued*, size_t>> staged;  // mutation and index of its source write
    std::vector<Queued*> holders;                    // mutations with a part in this commit
    std::vector<Queued*> completed;                  // of which this commit holds the last part
    absl::flat_hash_set<std::string> keys;           // written in this commit: source keys and request ids
  };

  void Run();
  // After a start, while nothing is queued: has the matcher find what it would otherwise find when a write needs it.
  void WarmUp() WENSUM_EXCLUDES(queue_mutex_, commit_mutex_);
  Group TakeGroup() WENSUM_EXCLUDES(queue_mutex_);
  // Queues what is done in a group of its own, and waits for it.
  absl::Status RunAlone(std::function<absl::Status()> alone) WENSUM_EXCLUDES(queue_mutex_);
  absl::Status WriteOwn(const OwnCommit& commit) WENSUM_REQUIRES(commit_mutex_);
  void Process(Group group) WENSUM_REQUIRES(commit_mutex_);
  absl::Status Stage(Queued& queued) WENSUM_REQUIRES(commit_mutex_);
  // Runs the mutation's plan against all that was written before, and commits what it wants.
  absl::Status StagePlan(Queued& queued) WENSUM_REQUIRES(commit_mutex_);
  // Commits a decision of stewards, or shows what it would do.
  absl::Status StageDecision(Queued& queued, DecisionWrites& writes) WENSUM_REQUIRES(commit_mutex_);
  absl::Status StageRows(Queued& queued) WENSUM_REQUIRES(commit_mutex_);
  absl::Status StageSources(Queued& queued) WENSUM_REQUIRES(commit_mutex_);
  // True if the mutation is answered without being applied: a repeated request id, or an atomic mutation with a bad
  // record.
  absl::StatusOr<bool> AnsweredAtOnce(Queued& queued) WENSUM_REQUIRES(commit_mutex_);
  absl::Status CheckPreconditions(Queued& queued) WENSUM_REQUIRES(commit_mutex_);
  // Opens the next commit unless one is open. After a failure it first makes the indexes agree with the store again.
  absl::Status EnsureOpen() WENSUM_REQUIRES(commit_mutex_);
  // Writes what is open. On failure every mutation with a part in it fails, and the indexes are marked to be loaded
  // anew.
  void Flush() WENSUM_REQUIRES(commit_mutex_);
  absl::Status WriteOpen() WENSUM_REQUIRES(commit_mutex_);
  void AddRequest(Queued& queued, TimeMicros now, storage::WriteBatch& batch) WENSUM_REQUIRES(commit_mutex_);
  void Publish(const Slice& slice, uint64_t revision) WENSUM_REQUIRES(commit_mutex_);
  void Fail(const absl::Status& status) WENSUM_REQUIRES(commit_mutex_);
  // Calls `done`, unless it was called before: a mutation that fails is answered before any later one is written.
  void Answer(Queued& queued, MutationResult result) WENSUM_REQUIRES(commit_mutex_);
  absl::Status Recover() WENSUM_REQUIRES(commit_mutex_);

  Core& core_;

  Mutex queue_mutex_;
  CondVar queue_filled_;
  CondVar queue_drained_;
  std::deque<std::unique_ptr<Queued>> queue_ WENSUM_GUARDED_BY(queue_mutex_);
  size_t queued_weight_ WENSUM_GUARDED_BY(queue_mutex_) = 0;
  bool stopping_ WENSUM_GUARDED_BY(queue_mutex_) = false;

  Mutex commit_mutex_;
  Open open_ WENSUM_GUARDED_BY(commit_mutex_);
  uint64_t open_revision_ WENSUM_GUARDED_BY(commit_mutex_) = 0;
  TimeMicros open_time_ WENSUM_GUARDED_BY(commit_mutex_) = 0;
  TimeMicros last_time_ WENSUM_GUARDED_BY(commit_mutex_) = 0;
  bool broken_ WENSUM_GUARDED_BY(commit_mutex_) = false;  // the indexes may hold what the store does not

  Mutex wake_mutex_;
  std::list<std::pair<uint64_t, std::function<void(uint64_t)>>> wakes_ WENSUM_GUARDED_BY(wake_mutex_);
  uint64_t next_subscription_ WENSUM_GUARDED_BY(wake_mutex_) = 1;

  std::thread thread_;
};

}  // namespace wensum::registry

#endif  // WENSUM_SERVICES_REGISTER_WRITER_H_
