// The entities of a deduplication that a person should look at first.
#ifndef WENSUM_SERVICES_DEDUPE_UNUSUAL_H_
#define WENSUM_SERVICES_DEDUPE_UNUSUAL_H_

#include <cstdint>
#include <vector>

#include "matching/resolve/cohesion.h"
#include "matching/schema/record_set.h"

namespace wensum::dedupe {

struct UnusualEntity {
  matching::RecordIndex label = 0;  // of the entity, as in Resolution
  uint32_t records = 0;
  matching::Cohesion cohesion;
};

// Those that are many or loose, in order of their labels. `labels` is by record.
std::vector<UnusualEntity> FindUnusual(const matching::RecordSet& records, const matching::PairComparer& comparer,
                                       const matching::PairScorer& scorer,
                                       const std::vector<matching::RecordIndex>& labels,
                                       const matching::UnusualBounds& bounds);

}  // namespace wensum::dedupe

#endif  // WENSUM_SERVICES_DEDUPE_UNUSUAL_H_
