// The cluster pairs of a live register that wait for a steward.
#ifndef WENSUM_MATCHING_RESOLVE_LIVE_REVIEWS_H_
#define WENSUM_MATCHING_RESOLVE_LIVE_REVIEWS_H_

#include <cstdint>
#include <span>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/inlined_vector.h"
#include "matching/resolve/agglomerate.h"
#include "matching/resolve/live_records.h"

namespace wensum::matching {

// Two clusters, each named by its first record in order of content and key; a < b.
struct RecordReview {
  RecordId a = 0;
  RecordId b = 0;
  double score = 0;
  ReviewReason reason = ReviewReason::kScore;

  friend bool operator==(const RecordReview&, const RecordReview&) = default;
};

// Not thread-safe for writing.
class LiveReviews {
 public:
  // The pair must not be there.
  void Add(const RecordReview& review);
  // Takes out every pair with a side named `record`, and appends them to `out`.
  void Take(RecordId record, std::vector<RecordReview>& out);
  // The pairs with a side named `record`, in no order.
  [[nodiscard]] std::span<const RecordReview> Of(RecordId record) const;
  // Ascending.
  [[nodiscard]] std::vector<RecordReview> All() const;
  [[nodiscard]] size_t size() const { return size_; }
  [[nodiscard]] size_t memory_bytes() const;

 private:
  // By either side.
  absl::flat_hash_map<RecordId, absl::InlinedVector<RecordReview, 1>> by_record_;
  size_t size_ = 0;
};

}  // namespace wensum::matching

#endif  // WENSUM_MATCHING_RESOLVE_LIVE_REVIEWS_H_
