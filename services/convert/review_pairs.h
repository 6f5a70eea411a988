// What is told of review pairs and of the records in them.
#ifndef WENSUM_SERVICES_CONVERT_REVIEW_PAIRS_H_
#define WENSUM_SERVICES_CONVERT_REVIEW_PAIRS_H_

#include "base/opaque_id.h"
#include "matching/resolve/live_reviews.h"
#include "services/register/register.h"
#include "wensum/v1/matching.pb.h"

namespace wensum::convert {

[[nodiscard]] v1::ReviewReason ToReason(matching::ReviewReason reason);
[[nodiscard]] double ProbabilityOf(double score);  // from log2 odds
void ToRecordRef(const registry::SourceVersion& version, const OpaqueIdCodec& ids, v1::RecordRef& out);

}  // namespace wensum::convert

#endif  // WENSUM_SERVICES_CONVERT_REVIEW_PAIRS_H_
