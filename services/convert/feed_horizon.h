// The horizon of the change feed, as the API shows it.
#ifndef WENSUM_SERVICES_CONVERT_FEED_HORIZON_H_
#define WENSUM_SERVICES_CONVERT_FEED_HORIZON_H_

#include "wensum/storage/v1/feed_horizon.pb.h"
#include "wensum/v1/admin.pb.h"

namespace wensum::convert {

// Of one above revision 0: that one is none, and is shown by no message.
void ToFeedHorizon(const storage::v1::FeedHorizon& horizon, v1::FeedHorizon& out);

}  // namespace wensum::convert

#endif  // WENSUM_SERVICES_CONVERT_FEED_HORIZON_H_
