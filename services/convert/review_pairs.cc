#include "services/convert/review_pairs.h"

#include <cmath>

#include "services/convert/person_details.h"
#include "services/rpc/resource_name.h"

namespace wensum::convert {

v1::ReviewReason ToReason(matching::ReviewReason reason) {
  return static_cast<v1::ReviewReason>(static_cast<int>(reason) + 1);
}

double ProbabilityOf(double score) { return 1 / (1 + std::exp2(-score)); }

void ToRecordRef(const registry::SourceVersion& version, const OpaqueIdCodec& ids, v1::RecordRef& out) {
  ToSourceKey(version.record.key, *out.mutable_source_key());
  out.set_person(rpc::PersonName(ids, version.anchor));
}

}  // namespace wensum::convert
