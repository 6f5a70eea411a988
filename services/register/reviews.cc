#include "services/register/reviews.h"

#include <cmath>
#include <limits>
#include <optional>
#include <string>
#include <utility>

#include "base/status_macros.h"
#include "base/strings.h"
#include "services/register/codec.h"
#include "storage/keys.h"

namespace wensum::registry {
namespace {

using storage::Family;

constexpr double kRounding = 1e-9;

bool Before(const matching::RecordReview& x, const matching::RecordReview& y) {
  return std::pair(x.a, x.b) < std::pair(y.a, y.b);
}

absl::StatusOr<ReviewPair> DecodeReview(uint64_t a, uint64_t b, std::string_view value) {
  constexpr uint64_t kMaxId = std::numeric_limits<matching::RecordId>::max();
  storage::v1::ReviewPair stored;
  if (!stored.ParseFromArray(value.data(), static_cast<int>(value.size())) || stored.format() == 0 ||
      stored.format() > kRecordFormat || stored.reason() >= matching::kReviewReasons || a >= b || b > kMaxId) {
    return DataLoss(Cat("the review pair of source records ", a, " and ", b, " cannot be read; run `wensum verify`"));
  }
  ReviewPair pair;
  pair.review = {.a = static_cast<matching::RecordId>(a),
                 .b = static_cast<matching::RecordId>(b),
                 .score = stored.score(),
                 .reason = static_cast<matching::ReviewReason>(stored.reason())};
  pair.model_version = stored.model_version();
  pair.revision = stored.revision();
  pair.changed_revision = stored.changed_revision();
  return pair;
}

std::string KeyOf(uint32_t reg, const matching::RecordReview& review) {
  return storage::ReviewPairKey(reg, review.a, review.b);
}

}  // namespace

absl::StatusOr<std::vector<ReviewPair>> ReadReviews(const storage::Reader& reader, uint32_t reg, uint64_t after_a,
                                                    uint64_t after_b, size_t limit) {
  std::vector<ReviewPair> pairs;
  const auto iterator = reader.NewIterator(Family::kEdge, storage::PrefixRange(storage::ReviewPairPrefix(reg)));
  for (iterator->Seek(storage::ReviewPairKey(reg, after_a, after_b)); iterator->Valid() && pairs.size() < limit;
       iterator->Next()) {
    WENSUM_ASSIGN_OR_RETURN(const storage::ReviewPairParts parts, storage::ParseReviewPairKey(iterator->key()));
    if (parts.a == after_a && parts.b == after_b) {
      continue;
    }
    WENSUM_ASSIGN_OR_RETURN(ReviewPair pair, DecodeReview(parts.a, parts.b, iterator->value()));
    pairs.push_back(std::move(pair));
  }
  WENSUM_RETURN_IF_ERROR(iterator->status());
  return pairs;
}

absl::StatusOr<std::optional<ReviewPair>> FindReview(const storage::Reader& reader, uint32_t reg,
                                                     const matching::RecordReview& review) {
  WENSUM_ASSIGN_OR_RETURN(const auto value, reader.Get(Family::kEdge, KeyOf(reg, review)));
  if (!value.has_value()) {
    return std::nullopt;
  }
  WENSUM_ASSIGN_OR_RETURN(ReviewPair pair, DecodeReview(review.a, review.b, *value));
  return pair;
}

absl::StatusOr<std::vector<matching::RecordReview>> OpenReviews(const storage::Reader& reader, uint32_t reg) {
  WENSUM_ASSIGN_OR_RETURN(const std::vector<ReviewPair> pairs,
                          ReadReviews(reader, reg, 0, 0, std::numeric_limits<size_t>::max()));
  std::vector<matching::RecordReview> reviews;
  reviews.reserve(pairs.size());
  for (const ReviewPair& pair : pairs) {
    reviews.push_back(pair.review);
  }
  return reviews;
}

absl::StatusOr<ReviewChanges> CompareReviews(const storage::Reader& reader, uint32_t reg,
                                             std::span<const matching::RecordReview> expected,
                                             std::string_view model_version) {
  WENSUM_ASSIGN_OR_RETURN(const std::vector<ReviewPair> stored,
                          ReadReviews(reader, reg, 0, 0, std::numeric_limits<size_t>::max()));
  ReviewChanges changes;
  auto known = stored.begin();
  for (const matching::RecordReview& review : expected) {
    for (; known != stored.end() && Before(known->review, review); ++known) {
      changes.gone.push_back(known->review);
    }
    const bool there = known != stored.end() && !Before(review, known->review);
    const bool same = there && known->review.reason == review.reason &&
                      std::abs(known->review.score - review.score) < kRounding && known->model_version == model_version;
    if (!same) {
      changes.open.push_back(review);
    }
    known += there ? 1 : 0;
  }
  for (; known != stored.end(); ++known) {
    changes.gone.push_back(known->review);
  }
  return changes;
}

absl::Status StageReviews(const storage::Reader& reader, const ReviewStamp& stamp, const ReviewChanges& changes,
                          storage::WriteBatch& batch, ReviewCounts& counts) {
  std::vector<std::string> keys;
  keys.reserve(changes.open.size());
  for (const matching::RecordReview& review : changes.open) {
    keys.push_back(KeyOf(stamp.reg, review));
  }
  WENSUM_ASSIGN_OR_RETURN(const auto former, reader.MultiGet(Family::kEdge, keys));
  for (size_t i = 0; i < keys.size(); ++i) {
    const matching::RecordReview& review = changes.open[i];
    storage::v1::ReviewPair stored;
    stored.set_format(kRecordFormat);
    stored.set_score(review.score);
    stored.set_reason(static_cast<uint32_t>(review.reason));
    stored.set_model_version(std::string(stamp.model_version));
    stored.set_revision(stamp.revision);
    stored.set_changed_revision(stamp.revision);
    ++counts[static_cast<size_t>(review.reason)];
    if (former[i].has_value()) {
      WENSUM_ASSIGN_OR_RETURN(const ReviewPair before, DecodeReview(review.a, review.b, *former[i]));
      stored.set_revision(before.revision);
      --counts[static_cast<size_t>(before.review.reason)];
    }
    batch.Put(Family::kEdge, keys[i], stored.SerializeAsString());
  }
  for (const matching::RecordReview& review : changes.gone) {
    batch.Delete(Family::kEdge, KeyOf(stamp.reg, review));
    --counts[static_cast<size_t>(review.reason)];
  }
  return absl::OkStatus();
}

ReviewCounts CountReviews(std::span<const matching::RecordReview> reviews) {
  ReviewCounts counts{};
  for (const matching::RecordReview& review : reviews) {
    ++counts[static_cast<size_t>(review.reason)];
  }
  return counts;
}

}  // namespace wensum::registry
