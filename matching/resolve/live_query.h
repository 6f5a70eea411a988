// What readers ask of a live matcher.
#ifndef WENSUM_MATCHING_RESOLVE_LIVE_QUERY_H_
#define WENSUM_MATCHING_RESOLVE_LIVE_QUERY_H_

#include <span>
#include <string>
#include <utility>
#include <vector>

#include "matching/resolve/live_component.h"
#include "matching/resolve/live_matcher.h"

namespace wensum::matching {

// See LiveMatcher for all of them. The view's graph must have been made with `model`.
std::vector<LiveMatcher::Candidate> FindLiveCandidates(const LiveView& view, const LinkageModel& model,
                                                       std::span<const std::string> values, size_t limit);
std::vector<RecordId> SearchLiveCandidates(const LiveView& view, std::span<const std::string> values, size_t budget);
LiveMatcher::Explanation ExplainLivePair(const LiveView& view, const LinkageModel& model, ComponentResolver& resolver,
                                         std::pair<RecordId, RecordId> pair, bool with_clusters);
std::vector<LiveMatcher::Step> ExplainLiveCluster(const LiveView& view, ComponentResolver& resolver, RecordId id);
LiveMatcher::Unusual LookAtCluster(const LiveView& view, RecordId id, uint32_t least);
LiveMatcher::UnusualPage FindUnusualClusters(const LiveView& view, RecordId after, const UnusualBounds& bounds,
                                             size_t limit, uint64_t budget);

}  // namespace wensum::matching

#endif  // WENSUM_MATCHING_RESOLVE_LIVE_QUERY_H_
