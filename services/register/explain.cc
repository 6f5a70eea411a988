#include "services/register/explain.h"

#include <algorithm>
#include <limits>

#include "base/mutex.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "services/register/codec.h"
#include "services/register/core.h"

namespace wensum::registry {
namespace {

// The record's number for the matcher, which must hold it.
absl::StatusOr<matching::RecordId> RecordIn(const matching::LiveMatcher& matcher, uint64_t ordinal) {
  const auto id = static_cast<matching::RecordId>(ordinal);
  if (ordinal > std::numeric_limits<matching::RecordId>::max() || !matcher.Has(id)) {
    return NotFound(Cat("source record ", ordinal, " takes no part in matching: it is deleted, or was never stored"));
  }
  return id;
}

}  // namespace

absl::StatusOr<PairExplanation> ExplainPair(const Core& core, uint64_t a, uint64_t b, bool with_people) {
  ReaderLock lock(core.indexes.matcher_mutex);
  const matching::LiveMatcher& matcher = *core.indexes.matcher;
  WENSUM_ASSIGN_OR_RETURN(const matching::RecordId x, RecordIn(matcher, a));
  WENSUM_ASSIGN_OR_RETURN(const matching::RecordId y, RecordIn(matcher, b));
  const matching::ResolutionRules& rules = core.indexes.matcher_model->parameters.rules;
  return PairExplanation{.evidence = matcher.Explain(x, y, with_people),
                         .merge_threshold = rules.merge_threshold,
                         .review_threshold = rules.review_threshold};
}

absl::StatusOr<std::vector<matching::LiveMatcher::Step>> ExplainEntity(const Core& core, uint64_t ordinal) {
  ReaderLock lock(core.indexes.matcher_mutex);
  const matching::LiveMatcher& matcher = *core.indexes.matcher;
  WENSUM_ASSIGN_OR_RETURN(const matching::RecordId id, RecordIn(matcher, ordinal));
  return matcher.ExplainCluster(id);
}

absl::StatusOr<std::vector<OtherRecord>> FindOthers(const Core& core, const SourceVersion& record, size_t limit) {
  std::vector<matching::ResolvedAddress> resolved;
  for (const storage::v1::ResolvedAddress& address : record.stored.resolved_addresses()) {
    resolved.push_back({.uprn = address.uprn(), .outcome = static_cast<uint8_t>(address.outcome())});
  }
  const matching::LinkageRecord query = LinkageRecordOf(core.options.rules, record.record, resolved);
  ReaderLock lock(core.indexes.matcher_mutex);
  const matching::LiveMatcher& matcher = *core.indexes.matcher;
  WENSUM_ASSIGN_OR_RETURN(const matching::RecordId id, RecordIn(matcher, record.ordinal));
  const matching::RecordId own = matcher.ClusterOf(id);
  std::vector<OtherRecord> others;
  // Members of the record's own cluster come first as a rule, and may be many.
  size_t wanted = limit;
  size_t found = 0;
  do {
    wanted *= 2;
    others.clear();
    const auto candidates = matcher.FindCandidates(query.values, wanted);
    found = candidates.size();
    for (const auto& candidate : candidates) {
      const matching::RecordId cluster = matcher.ClusterOf(candidate.id);
      if (cluster != own && others.size() < limit) {
        others.push_back({.ordinal = candidate.id, .cluster = cluster});
      }
    }
  } while (others.size() < limit && found == wanted);
  return others;
}

matching::LiveMatcher::UnusualPage FindUnusual(const Core& core, uint64_t after, const matching::UnusualBounds& bounds,
                                               size_t limit) {
  constexpr uint64_t kBudget = 10'000;  // some milliseconds, for which writes wait
  constexpr uint64_t kNoRecord = std::numeric_limits<matching::RecordId>::max();
  ReaderLock lock(core.indexes.matcher_mutex);
  return core.indexes.matcher->FindUnusual(static_cast<matching::RecordId>(std::min(after, kNoRecord - 1)), bounds,
                                           limit, kBudget);
}

}  // namespace wensum::registry
