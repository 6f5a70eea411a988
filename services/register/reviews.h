// The stored review pairs: two people each that may be one, and wait for a steward. Derived from the records as golden
// records are, and written in the same batch.
#ifndef WENSUM_SERVICES_REGISTER_REVIEWS_H_
#define WENSUM_SERVICES_REGISTER_REVIEWS_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "matching/resolve/live_reviews.h"
#include "services/register/register.h"
#include "storage/store.h"

namespace wensum::registry {

// The pairs after (`after_a`, `after_b`) in order of their ordinals, at most `limit`. DATA_LOSS for a row that this
// version cannot read.
absl::StatusOr<std::vector<ReviewPair>> ReadReviews(const storage::Reader& reader, uint32_t reg, uint64_t after_a,
                                                    uint64_t after_b, size_t limit);
// The pair as it is stored; nullopt if it is not.
absl::StatusOr<std::optional<ReviewPair>> FindReview(const storage::Reader& reader, uint32_t reg,
                                                     const matching::RecordReview& review);
// All of them, as the matcher knows them.
absl::StatusOr<std::vector<matching::RecordReview>> OpenReviews(const storage::Reader& reader, uint32_t reg);

// As LiveMatcher::Outcome has them: pairs that are new or changed, and pairs that are no more.
struct ReviewChanges {
  std::vector<matching::RecordReview> open;
  std::vector<matching::RecordReview> gone;
};

// What turns the stored pairs into `expected`, which is sorted. A pair scored by another model is changed; a score that
// differs by less than a billionth is not: another build may round otherwise.
absl::StatusOr<ReviewChanges> CompareReviews(const storage::Reader& reader, uint32_t reg,
                                             std::span<const matching::RecordReview> expected,
                                             std::string_view model_version);

struct ReviewStamp {
  uint32_t reg = 0;
  std::string_view model_version;
  uint64_t revision = 0;  // of the commit
};
// Adds the changes to a batch. `reader` is the state before it: a pair that is open already keeps the revision it was
// opened at. Adds to `counts` what the commit changes.
absl::Status StageReviews(const storage::Reader& reader, const ReviewStamp& stamp, const ReviewChanges& changes,
                          storage::WriteBatch& batch, ReviewCounts& counts);

ReviewCounts CountReviews(std::span<const matching::RecordReview> reviews);

}  // namespace wensum::registry

#endif  // WENSUM_SERVICES_REGISTER_REVIEWS_H_
