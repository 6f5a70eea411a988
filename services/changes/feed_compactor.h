// Drops the oldest events of the feed: by hand, and for the configuration.
#ifndef WENSUM_SERVICES_CHANGES_FEED_COMPACTOR_H_
#define WENSUM_SERVICES_CHANGES_FEED_COMPACTOR_H_

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/clock.h"
#include "services/changes/consumer_book.h"
#include "services/register/register.h"
#include "services/rpc/call_context.h"
#include "services/rpc/request_key.h"
#include "storage/store.h"
#include "wensum/v1/admin.pb.h"

namespace wensum::changes {

// What the configuration says of events.
struct FeedKeeping {
  uint32_t keep_days = 0;       // for how long they are kept; 0: for ever
  uint32_t consumer_days = 30;  // for how long a consumer that is behind is waited for
};

// Goes in small commits beside those of the register, none of which waits for it; each sets the horizon in the batch
// that deletes what lies below, so that it may be cut off anywhere. Thread-safe: one compaction at a time.
class FeedCompactor {
 public:
  // All must outlive the compactor.
  FeedCompactor(registry::Register* reg, std::shared_ptr<ConsumerBook> book, const Clock* clock)
      : register_(*reg), book_(std::move(book)), clock_(*clock) {}

  // Admin.CompactChanges. Errors are those of the .proto.
  absl::Status Compact(rpc::CallContext& call, const v1::CompactChangesRequest& request,
                       v1::CompactChangesResponse& response);

  // What a look for the configuration did.
  struct Kept {
    uint64_t dropped = 0;                      // revisions
    std::vector<ConsumerBook::Place> waiting;  // consumers that are waited for
    std::vector<ConsumerBook::Place> passed;   // and that were not, as nothing was heard of them for too long
  };
  // Drops what is older than `keep_days`, counted from the last midnight (UTC), but nothing that a consumer still needs
  // to which something was sent, or which began to watch, within `consumer_days`. Ends early, without an error, once
  // `stop` says so. Does nothing while another compaction runs.
  absl::StatusOr<Kept> Keep(const FeedKeeping& keeping, absl::FunctionRef<bool()> stop);

 private:
  // The newest revision committed before the time that may be dropped, 0 if there is none.
  absl::StatusOr<uint64_t> NewestBefore(TimeMicros time) const;
  // Checks the request and says up to which revision it drops.
  absl::StatusOr<uint64_t> TargetOf(const v1::CompactChangesRequest& request) const;
  absl::Status RefuseBehind(const std::vector<ConsumerBook::Place>& behind, uint64_t to) const;
  // Drops up to `to`; the last batch has `more` too. Returns how many revisions.
  absl::StatusOr<uint64_t> DropTo(uint64_t to, const std::string& actor, const std::string& reason,
                                  absl::FunctionRef<bool()> stop, absl::FunctionRef<void(storage::WriteBatch&)> more);
  absl::Status Run(rpc::CallContext& call, const v1::CompactChangesRequest& request,
                   const rpc::RepeatableRequest& repeatable, v1::CompactChangesResponse& response);

  registry::Register& register_;
  const std::shared_ptr<ConsumerBook> book_;
  const Clock& clock_;
  std::atomic<bool> running_{false};
};

}  // namespace wensum::changes

#endif  // WENSUM_SERVICES_CHANGES_FEED_COMPACTOR_H_
