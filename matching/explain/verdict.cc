#include "matching/explain/verdict.h"

namespace wensum::matching {

Judgement JudgementOf(const LiveMatcher::Explanation& pair, double merge_threshold) {
  if (pair.same_cluster) return {Verdict::kOnePerson};
  if (pair.says_nothing) return {Verdict::kSaysNothing};
  const bool people_enough = pair.cluster_score >= merge_threshold;
  // Where there are no other records, the resolution's own arithmetic decides.
  const bool pair_enough = pair.cluster_records > 2 ? pair.score >= merge_threshold : people_enough;
  // Two people who differ in their NI numbers are that whatever else is missing.
  const bool settled = pair.cluster_refusal == ReviewReason::kDistinct || pair.cluster_refusal == ReviewReason::kUnique;
  if ((pair_enough || people_enough) && settled) return {Verdict::kRefused, pair.cluster_refusal};
  if (!pair.clusters_compared) return {Verdict::kNeverCompared};
  if (people_enough) {
    const bool by_rule = pair.cluster_refusal != ReviewReason::kScore;
    return {Verdict::kRefused, by_rule ? pair.cluster_refusal : ReviewReason::kContested};
  }
  if (!pair_enough) return {Verdict::kBelowThreshold};
  if (pair.refusal != ReviewReason::kScore) return {Verdict::kRefused, pair.refusal};
  return {Verdict::kPeopleBelowThreshold};
}

}  // namespace wensum::matching
