// Why the register holds records for one person, or for two: what the matcher says of the newest state.
#ifndef WENSUM_SERVICES_REGISTER_EXPLAIN_H_
#define WENSUM_SERVICES_REGISTER_EXPLAIN_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "matching/resolve/live_matcher.h"

namespace wensum::registry {

struct Core;
struct SourceVersion;

// A record of another entity that may be of the same person.
struct OtherRecord {
  uint64_t ordinal = 0;
  uint64_t cluster = 0;  // equal for records of one entity
};

struct PairExplanation {
  matching::LiveMatcher::Explanation evidence;
  // Of the model, log2 odds: records from the first on are one person; from the second on they are for a steward.
  double merge_threshold = 0;
  double review_threshold = 0;
};

// See Register for all of them. They take the matcher's lock, shared.
absl::StatusOr<PairExplanation> ExplainPair(const Core& core, uint64_t a, uint64_t b, bool with_people);
absl::StatusOr<std::vector<matching::LiveMatcher::Step>> ExplainEntity(const Core& core, uint64_t ordinal);
absl::StatusOr<std::vector<OtherRecord>> FindOthers(const Core& core, const SourceVersion& record, size_t limit);
matching::LiveMatcher::UnusualPage FindUnusual(const Core& core, uint64_t after, const matching::UnusualBounds& bounds,
                                               size_t limit);

}  // namespace wensum::registry

#endif  // WENSUM_SERVICES_REGISTER_EXPLAIN_H_
