// The batch engine as the textbook version of the live matcher.
#ifndef WENSUM_TESTS_REFERENCE_BATCH_PARTITION_H_
#define WENSUM_TESTS_REFERENCE_BATCH_PARTITION_H_

#include <cstddef>
#include <span>
#include <vector>

#include "matching/resolve/agglomerate.h"
#include "matching/resolve/live_records.h"
#include "matching/score/linkage_model.h"

namespace wensum::reference {

// Records are named by their places.
struct BatchOutcome {
  struct Review {
    size_t a = 0;
    size_t b = 0;
    double score = 0;
    matching::ReviewReason reason = matching::ReviewReason::kScore;
  };
  std::vector<std::vector<size_t>> clusters;  // each sorted, the list sorted
  std::vector<Review> reviews;                // in no special order
};

// Which of the records are one person, and which pairs of people wait for a steward. No decisions.
BatchOutcome ResolveBatch(const matching::LinkageModel& model, std::span<const matching::LinkageRecord> records,
                          size_t threads = 1);

}  // namespace wensum::reference

#endif  // WENSUM_TESTS_REFERENCE_BATCH_PARTITION_H_
