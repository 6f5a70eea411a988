// Who watches under a name, and what was sent to them.
#ifndef WENSUM_SERVICES_CHANGES_CONSUMER_BOOK_H_
#define WENSUM_SERVICES_CHANGES_CONSUMER_BOOK_H_

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/clock.h"
#include "base/mutex.h"
#include "services/register/register.h"
#include "services/rpc/call_context.h"
#include "services/rpc/executor.h"
#include "wensum/storage/v1/consumers.pb.h"
#include "wensum/v1/changes.pb.h"

namespace wensum::changes {

// Places are kept in memory and written beside the commits, all at once, a little later: a crash may forget the newest
// of them, and what is told was sent never was not. Purposes do not see each other's consumers. Thread-safe.
class ConsumerBook : public std::enable_shared_from_this<ConsumerBook> {
 public:
  static constexpr size_t kMostConsumers = 1'000;  // of one purpose
  static constexpr size_t kLongestName = 64;

  // All must outlive the book and the executor's tasks. `pause`: how long a place may wait to be written.
  static std::shared_ptr<ConsumerBook> Make(const registry::Register* reg, const Clock* clock, rpc::Executor* executor,
                                            std::chrono::milliseconds pause = std::chrono::seconds(5)) {
    return std::shared_ptr<ConsumerBook>(new ConsumerBook(reg, clock, executor, pause));
  }

  // INVALID_ARGUMENT for a name of other signs; empty is none, and right.
  static absl::Status CheckName(std::string_view name);

  // One stream of a consumer.
  struct Stream {
    int purpose_bit = 0;
    std::string name;
    uint64_t generation = 0;
  };
  // A stream starts behind `after`. Its consumer's account goes on if it has the same filter and leaves no gap, and
  // begins anew if not; the newest stream alone counts. `filter_hash`: of FeedFilter. RESOURCE_EXHAUSTED if there are
  // too many.
  absl::StatusOr<Stream> Begin(const rpc::CallContext& call, const v1::WatchChangesRequest& request,
                               uint64_t filter_hash, uint64_t after);
  // All events up to the revision were handed to the connection.
  void OnSent(const Stream& stream, uint64_t revision);
  // Writes what waits. Errors leave it waiting.
  absl::Status Flush();

  // By name.
  absl::StatusOr<std::vector<storage::v1::FeedConsumer>> List(int purpose_bit) const;

  // A consumer that goes on behind `revision`, and was heard of last at `active`.
  struct Place {
    int purpose_bit = 0;
    std::string name;
    uint64_t revision = 0;
    TimeMicros active = 0;
  };
  // Those of all purposes that would go on behind one of [from, to), by purpose and name.
  absl::StatusOr<std::vector<Place>> Between(uint64_t from, uint64_t to) const;

 private:
  struct Entry {
    storage::v1::FeedConsumer consumer;
    uint64_t generation = 0;
    bool waiting = false;  // to be written
  };
  using Key = std::pair<int, std::string>;

  ConsumerBook(const registry::Register* reg, const Clock* clock, rpc::Executor* executor,
               std::chrono::milliseconds pause)
      : register_(*reg), clock_(*clock), executor_(*executor), pause_(pause) {}

  // The stored ones.
  absl::StatusOr<std::map<std::string, storage::v1::FeedConsumer>> Stored(int purpose_bit) const;
  void ScheduleFlush() WENSUM_REQUIRES(mutex_);

  const registry::Register& register_;
  const Clock& clock_;
  rpc::Executor& executor_;
  const std::chrono::milliseconds pause_;
  mutable Mutex mutex_;
  std::map<Key, Entry> entries_ WENSUM_GUARDED_BY(mutex_);  // who watched since the start
  uint64_t generations_ WENSUM_GUARDED_BY(mutex_) = 0;
  bool scheduled_ WENSUM_GUARDED_BY(mutex_) = false;
};

}  // namespace wensum::changes

#endif  // WENSUM_SERVICES_CHANGES_CONSUMER_BOOK_H_
