// MatchingHandler::ListReviewPairs.
#include <algorithm>
#include <cmath>
#include <utility>

#include "base/status_macros.h"
#include "base/strings.h"
#include "services/convert/review_pairs.h"
#include "services/matching/matching_handler.h"
#include "services/rpc/limits.h"
#include "services/rpc/page_token.h"
#include "services/rpc/status_details.h"

namespace wensum::match {
namespace {

constexpr size_t kMaxTriedOfReview = 8;  // records of a person among which the best pair is sought
constexpr size_t kReviewPage = 50;
constexpr size_t kMaxReviewPage = 500;
constexpr size_t kReviewRows = 5'000;  // after so many a page is given as it is
constexpr size_t kRowsAtOnce = 32;     // at least
constexpr int kOrdinalBits = 32;       // matching::RecordId

uint64_t PositionOf(const matching::RecordReview& review) { return uint64_t{review.a} << kOrdinalBits | review.b; }

absl::Status CheckReviewFilters(const v1::ListReviewPairsRequest& request) {
  for (int i = 0; i < request.reasons_size(); ++i) {
    if (request.reasons(i) <= v1::REVIEW_REASON_UNSPECIFIED || request.reasons(i) > v1::REVIEW_REASON_CONTESTED) {
      return rpc::InvalidField(Cat("reasons[", i, "]"),
                               Cat("has no value ", static_cast<int>(request.reasons(i)), "; give one of 1 to 7"));
    }
  }
  return request.has_min_score() && !std::isfinite(request.min_score())
             ? rpc::InvalidField("min_score", "must be a finite number")
             : absl::OkStatus();
}

bool Wanted(const v1::ListReviewPairsRequest& request, const matching::RecordReview& review) {
  if (request.has_min_score() && review.score < request.min_score()) {
    return false;
  }
  return request.reasons().empty() ||
         std::ranges::find(request.reasons(), static_cast<int>(convert::ToReason(review.reason))) !=
             request.reasons().end();
}

}  // namespace

absl::StatusOr<std::optional<std::vector<SeenRecord>>> MatchingHandler::ReviewSide(
    const Asked& asked, const registry::EntityRecord& person) const {
  const auto members = static_cast<size_t>(person.entity.members_size());
  if (!asked.sees_everything && members > kMaxMembers) {
    return std::nullopt;
  }
  WENSUM_ASSIGN_OR_RETURN(std::vector<SeenRecord> records,
                          RecordsOf(asked, person, asked.sees_everything ? kMaxTriedOfReview : kMaxMembers));
  if (!asked.sees_everything &&
      (records.size() != members ||
       !std::ranges::all_of(records, [](const SeenRecord& record) { return record.sight.everything(); }))) {
    return std::nullopt;
  }
  if (records.size() > kMaxTriedOfReview) {
    records.erase(records.begin() + kMaxTriedOfReview, records.end());
  }
  return std::optional(std::move(records));
}

absl::StatusOr<bool> MatchingHandler::ToReviewPair(const Asked& asked, const v1::ListReviewPairsRequest& request,
                                                   bool with_sentence, const registry::ReviewPair& pair,
                                                   v1::ReviewPair& out) const {
  if (!Wanted(request, pair.review)) {
    return false;
  }
  std::vector<std::vector<SeenRecord>> sides;
  for (const auto& [ordinal, ref] : {std::pair(pair.review.a, out.mutable_a()), {pair.review.b, out.mutable_b()}}) {
    WENSUM_ASSIGN_OR_RETURN(const registry::SourceVersion version, register_.GetSourceByOrdinal(asked.state, ordinal));
    convert::ToRecordRef(version, register_.ids(), *ref);
    if (asked.sees_everything && !with_sentence) {
      continue;
    }
    WENSUM_ASSIGN_OR_RETURN(const registry::EntityRecord person, register_.GetEntity(asked.state, version.anchor));
    WENSUM_ASSIGN_OR_RETURN(std::optional<std::vector<SeenRecord>> side, ReviewSide(asked, person));
    if (!side.has_value()) {
      return false;
    }
    sides.push_back(*std::move(side));
  }
  out.set_score(pair.review.score);
  out.set_probability(convert::ProbabilityOf(pair.review.score));
  out.set_reason(convert::ToReason(pair.review.reason));
  out.set_model_version(pair.model_version);
  out.set_revision(pair.revision);
  out.set_changed_revision(pair.changed_revision);
  if (with_sentence) {
    const absl::StatusOr<std::optional<v1::PairExplanation>> best = BestPair(asked, sides[0], sides[1]);
    if (!best.ok() && !absl::IsUnavailable(best.status())) {
      return best.status();
    }
    if (best.ok() && best->has_value()) {
      out.set_sentence((*best)->sentence());
    }
  }
  return true;
}

absl::Status MatchingHandler::ListReviewPairs(rpc::CallContext& call, const v1::ListReviewPairsRequest& request,
                                              v1::ListReviewPairsResponse& response) const {
  WENSUM_ASSIGN_OR_RETURN(const size_t size, rpc::PageSize(request.page_size(), kReviewPage,
                                                           request.with_sentences() ? kReviewPage : kMaxReviewPage));
  const uint64_t parameters = rpc::ParametersHash(request);
  rpc::PageCursor cursor;
  if (!request.page_token().empty()) {
    WENSUM_ASSIGN_OR_RETURN(cursor, rpc::DecodePageToken(request.page_token(), parameters));
  }
  WENSUM_RETURN_IF_ERROR(CheckReviewFilters(request));
  WENSUM_ASSIGN_OR_RETURN(const Asked asked, Open(call));
  response.set_revision(asked.state.revision());
  uint64_t looked_at = cursor.position;  // the last row that was
  uint64_t listed = cursor.position;     // the last pair that is
  size_t budget = kReviewRows;
  bool more = false;
  for (bool rows_left = true; rows_left && !more;) {
    const size_t room = size + 1 - static_cast<size_t>(response.pairs_size());
    const size_t wanted = std::max(room, kRowsAtOnce);
    WENSUM_ASSIGN_OR_RETURN(const std::vector<registry::ReviewPair> rows,
                            register_.ListReviews(asked.state, looked_at >> kOrdinalBits,
                                                  looked_at & ((uint64_t{1} << kOrdinalBits) - 1), wanted));
    rows_left = rows.size() == wanted;
    for (const registry::ReviewPair& row : rows) {
      if (budget-- == 0) {
        more = true;
        break;
      }
      WENSUM_RETURN_IF_ERROR(CheckTime(asked));
      looked_at = PositionOf(row.review);
      // One pair beyond the page is looked for: rows that are not listed must not show themselves by a token.
      const bool full = static_cast<size_t>(response.pairs_size()) == size;
      v1::ReviewPair pair;
      WENSUM_ASSIGN_OR_RETURN(const bool wanted_pair,
                              ToReviewPair(asked, request, request.with_sentences() && !full, row, pair));
      if (!wanted_pair) {
        continue;
      }
      if (full) {
        more = true;
        break;
      }
      listed = looked_at;
      call.AddResource(pair.a().person());
      call.AddResource(pair.b().person());
      *response.add_pairs() = std::move(pair);
    }
  }
  if (more) {
    const uint64_t position = response.pairs().empty() ? looked_at : listed;
    response.set_next_page_token(
        rpc::EncodePageToken({.revision = asked.state.revision(), .position = position}, parameters));
  }
  return absl::OkStatus();
}

}  // namespace wensum::match
