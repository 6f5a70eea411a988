// What the feed tells of one person, and to whom it was told.
#ifndef WENSUM_SERVICES_CHANGES_TOLD_LIST_H_
#define WENSUM_SERVICES_CHANGES_TOLD_LIST_H_

#include "absl/status/status.h"
#include "services/changes/consumer_book.h"
#include "services/register/register.h"
#include "services/rpc/call_context.h"
#include "wensum/v1/changes.pb.h"

namespace wensum::changes {

// Fill empty responses; errors are those of the .proto. ListTold costs a look at each version of each id of the person
// and at every id that was ever handed on, and for each event told what Watch costs, once more for each consumer.
absl::Status ListTold(rpc::CallContext& call, const v1::ListToldRequest& request, const registry::Register& reg,
                      const ConsumerBook& book, v1::ListToldResponse& response);
absl::Status ListConsumers(rpc::CallContext& call, const registry::Register& reg, const ConsumerBook& book,
                           v1::ListConsumersResponse& response);

}  // namespace wensum::changes

#endif  // WENSUM_SERVICES_CHANGES_TOLD_LIST_H_
