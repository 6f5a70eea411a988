#include "matching/resolve/live_reviews.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace wensum::matching {

void LiveReviews::Add(const RecordReview& review) {
  by_record_[review.a].push_back(review);
  by_record_[review.b].push_back(review);
  ++size_;
}

void LiveReviews::Take(RecordId record, std::vector<RecordReview>& out) {
  const auto it = by_record_.find(record);
  if (it == by_record_.end()) return;
  const auto taken = std::move(it->second);
  by_record_.erase(it);
  for (const RecordReview& review : taken) {
    out.push_back(review);
    --size_;
    const auto other = by_record_.find(review.a == record ? review.b : review.a);
    auto& of_other = other->second;
    of_other.erase(std::ranges::find(of_other, review));
    if (of_other.empty()) by_record_.erase(other);
  }
}

std::span<const RecordReview> LiveReviews::Of(RecordId record) const {
  const auto it = by_record_.find(record);
  return it == by_record_.end() ? std::span<const RecordReview>() : std::span<const RecordReview>(it->second);
}

std::vector<RecordReview> LiveReviews::All() const {
  std::vector<RecordReview> all;
  all.reserve(size_);
  for (const auto& [record, reviews] : by_record_) {
    std::ranges::copy_if(reviews, std::back_inserter(all), [&](const RecordReview& r) { return r.a == record; });
  }
  std::ranges::sort(all, {}, [](const RecordReview& review) { return std::tie(review.a, review.b); });
  return all;
}

size_t LiveReviews::memory_bytes() const {
  size_t bytes = by_record_.capacity() * (sizeof(RecordId) + sizeof(absl::InlinedVector<RecordReview, 1>) + 1);
  for (const auto& [record, reviews] : by_record_) {
    if (reviews.size() > 1) bytes += reviews.capacity() * sizeof(RecordReview);
  }
  return bytes;
}

}  // namespace wensum::matching
