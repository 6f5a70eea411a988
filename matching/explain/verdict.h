// Why two records are one person, or two, as one answer.
#ifndef WENSUM_MATCHING_EXPLAIN_VERDICT_H_
#define WENSUM_MATCHING_EXPLAIN_VERDICT_H_

#include <cstdint>

#include "matching/resolve/live_matcher.h"

namespace wensum::matching {

enum class Verdict : uint8_t {
  kOnePerson,
  kSaysNothing,           // one of them has nothing to be compared by: an organisation, THE OCCUPIER
  kNeverCompared,         // no record of the one shares a key that few hold with a record of the other
  kBelowThreshold,        // neither the pair nor the records of the two people together score enough
  kPeopleBelowThreshold,  // the pair does, but not the records of the two people together
  kRefused,               // the score would do, but a rule or a decision is against it
  kWithheld,              // two people; why is not for the reader to know
};

struct Judgement {
  Verdict verdict = Verdict::kWithheld;
  ReviewReason refusal = ReviewReason::kScore;  // of kRefused; kContested where no rule of the two alone is against it

  friend bool operator==(const Judgement&, const Judgement&) = default;
};

// `merge_threshold`: the model's, which the explanation was made with.
Judgement JudgementOf(const LiveMatcher::Explanation& pair, double merge_threshold);

}  // namespace wensum::matching

#endif  // WENSUM_MATCHING_EXPLAIN_VERDICT_H_
