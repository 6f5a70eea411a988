// The batch engine as the textbook version of the live matcher.
#ifndef WENSUM_TESTS_REFERENCE_BATCH_PARTITION_H_
#define WENSUM_TESTS_REFERENCE_BATCH_PARTITION_H_

#include <cstddef>
#include <span>
#include <vector>

#include "matching/resolve/live_records.h"
#include "matching/score/linkage_model.h"

namespace wensum::reference {

// Which of the records are one person: places in `records`, each cluster sorted, the list sorted. No decisions.
std::vector<std::vector<size_t>> BatchPartition(const matching::LinkageModel& model,
                                                std::span<const matching::LinkageRecord> records, size_t threads = 1);

}  // namespace wensum::reference

#endif  // WENSUM_TESTS_REFERENCE_BATCH_PARTITION_H_
