#include "services/convert/feed_horizon.h"

#include "services/convert/times.h"

namespace wensum::convert {

void ToFeedHorizon(const storage::v1::FeedHorizon& horizon, v1::FeedHorizon& out) {
  out.set_revision(horizon.revision());
  ToTimestamp(horizon.commit_time(), *out.mutable_commit_time());
  ToTimestamp(horizon.set_time(), *out.mutable_set_time());
  out.set_actor(horizon.actor());
  out.set_reason(horizon.reason());
}

}  // namespace wensum::convert
