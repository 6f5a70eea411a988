// What source systems send wrongly, again and again: as tasks of stewards.
#ifndef WENSUM_SERVICES_HEALTH_DATA_QUALITY_H_
#define WENSUM_SERVICES_HEALTH_DATA_QUALITY_H_

#include <vector>

#include "absl/status/statusor.h"
#include "services/tasks/task_rules.h"
#include "services/tasks/task_writer.h"
#include "storage/keys.h"
#include "storage/store.h"

namespace wensum::health {

// A condition for each source, field and rule (model/canonical.h) that so many of the source's live records break, as
// `bounds` say: in order of these. Of a list all places count as one field. Each record counts once. A dismissal stands
// until their number passes a power of two. One walk over all source records, about a microsecond each; the memory of
// the counts. DATA_LOSS if one cannot be read.
absl::StatusOr<std::vector<tasks::Condition>> DataQualityConditions(const storage::Reader& reader,
                                                                    storage::RegisterId reg,
                                                                    const tasks::DataQualityBounds& bounds);

}  // namespace wensum::health

#endif  // WENSUM_SERVICES_HEALTH_DATA_QUALITY_H_
