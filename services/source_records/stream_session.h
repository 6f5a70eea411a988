// The life of one bulk-loading stream, without a transport.
#ifndef WENSUM_SERVICES_SOURCE_RECORDS_STREAM_SESSION_H_
#define WENSUM_SERVICES_SOURCE_RECORDS_STREAM_SESSION_H_

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "absl/status/status.h"
#include "base/mutex.h"
#include "services/register/register.h"
#include "services/rpc/call_context.h"
#include "services/rpc/executor.h"
#include "wensum/v1/source_records.pb.h"

namespace wensum::source_records {

struct StreamLimits {
  size_t in_flight = 2'000;                      // records read whose acknowledgement is not yet sent
  size_t group = 128;                            // records of one mutation
  size_t mutations = 4;                          // under way before records are held back to form groups
  std::chrono::microseconds retry_pause{2'000};  // before a full register is tried again
};

// Takes records in, groups them into mutations in the order in which they came, and hands out acknowledgements. The
// faster records come, the larger the groups. Reading stops while too many are in flight, or the register's queue is
// full, and goes on by itself. Thread-safe; OnMessage is called by one thread at a time.
class StreamSession : public std::enable_shared_from_this<StreamSession> {
 public:
  // `changed` is called, with no lock held, whenever one of WantsMessage, TakeResponse or outcome may have a new
  // answer; possibly on the register's thread, so it must not block. Register and executor must outlive the session.
  static std::shared_ptr<StreamSession> Create(registry::Register* reg, rpc::Executor* executor, StreamLimits limits,
                                               std::function<void()> changed);

  // True if the transport is to read the next message.
  [[nodiscard]] bool WantsMessage() const;
  void OnMessage(const v1::StreamSourceRecordsRequest& message);
  // The client has sent all it wants to.
  void OnEnd();
  // The client is gone: what was submitted is still written, what waits is dropped, and nobody is told. From now on the
  // session touches neither register nor executor, but for what it is in the middle of.
  void Cancel();
  // The server is going away: no more is read, what was read is acknowledged, and the stream ends with UNAVAILABLE.
  void Drain();

  // The next acknowledgement, if there is one. `more` tells whether another waits.
  bool TakeResponse(v1::StreamSourceRecordsResponse& response, bool& more);
  // Set once nothing more will come; the status to end the stream with.
  [[nodiscard]] std::optional<absl::Status> outcome() const;

  // For the audit: how many records were accepted and refused, and the newest revision that took some.
  void Describe(rpc::CallContext& call) const;
  [[nodiscard]] uint64_t accepted() const;
  [[nodiscard]] uint64_t refused() const;
  // Of the last commit that took records of this stream.
  [[nodiscard]] uint64_t last_revision() const;

 private:
  struct Item {
    uint64_t sequence = 0;
    registry::SourceWrite write;
    std::vector<model::FieldIssue> issues;
  };

  StreamSession(registry::Register* reg, rpc::Executor* executor, StreamLimits limits, std::function<void()> changed);

  void SubmitPending();
  void OnCommitted(const std::vector<Item>& items, const registry::MutationResult& result);
  void Refuse(uint64_t sequence, const absl::Status& status) WENSUM_REQUIRES(mutex_);

  registry::Register& register_;
  rpc::Executor& executor_;
  const StreamLimits limits_;
  const std::function<void()> changed_;

  mutable Mutex mutex_;
  std::deque<Item> pending_ WENSUM_GUARDED_BY(mutex_);  // read, not yet submitted
  std::deque<v1::StreamSourceRecordsResponse> responses_ WENSUM_GUARDED_BY(mutex_);
  size_t submitted_ WENSUM_GUARDED_BY(mutex_) = 0;  // records
  size_t mutations_ WENSUM_GUARDED_BY(mutex_) = 0;
  bool submitting_ WENSUM_GUARDED_BY(mutex_) = false;  // a thread is in SubmitPending
  bool backing_off_ WENSUM_GUARDED_BY(mutex_) = false;
  bool ended_ WENSUM_GUARDED_BY(mutex_) = false;
  bool draining_ WENSUM_GUARDED_BY(mutex_) = false;
  bool cancelled_ WENSUM_GUARDED_BY(mutex_) = false;
  absl::Status failure_ WENSUM_GUARDED_BY(mutex_);
  uint64_t accepted_ WENSUM_GUARDED_BY(mutex_) = 0;
  uint64_t refused_ WENSUM_GUARDED_BY(mutex_) = 0;
  uint64_t last_revision_ WENSUM_GUARDED_BY(mutex_) = 0;
};

}  // namespace wensum::source_records

#endif  // WENSUM_SERVICES_SOURCE_RECORDS_STREAM_SESSION_H_
