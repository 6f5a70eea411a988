// One contest between the values of several records for the place of one attribute, or of one group of attributes.
#ifndef WENSUM_MATCHING_SURVIVE_CONTEST_H_
#define WENSUM_MATCHING_SURVIVE_CONTEST_H_

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "matching/survive/rules.h"
#include "model/source_record.h"

namespace wensum::matching {

// One record's value. Who competes fills all but `score`.
struct Candidate {
  uint32_t contributor = 0;
  const model::SourceRecord* record = nullptr;
  std::string text;     // equal for equal values; never empty
  uint32_t parts = 0;   // PartCount; for kMostComplete
  int64_t trust = 0;    // as TrustOf gives it; for kTrust
  TimeMicros date = 0;  // for kOldest
  int64_t score = 0;    // by the rule, more is better; equal scores are a tie
};

// True for the rules that order candidates by a score: all but kRecency, kSourcePriority and kAggregate, whose order is
// that of the records.
[[nodiscard]] inline bool IsScored(Rule rule) { return rule > Rule::kAggregate; }

// Scores candidates, which are in the order of the tie-break chain, and sorts them, the best first; stable. Linear but
// for sorting.
void RankCandidates(Rule rule, std::vector<Candidate>& candidates);

// True if a winner remains: not if kUnanimous finds two values.
[[nodiscard]] bool HasWinner(Rule rule, const std::vector<Candidate>& candidates);

// The trust of a value, in units of 2^-20 of a score: the entry that `rules` have for source and attribute, halved for
// every half life of `age`, which is how much older the record is than the newest one that competes: no clock. Between
// two halvings it falls linearly, in whole numbers, so that all machines agree. Then the factors of the quality rules
// that it fails. `has(attribute)` says whether the record has a value of another attribute.
int64_t TrustOf(const SurvivorshipRules& rules, std::string_view source, std::string_view attribute,
                std::string_view value, TimeMicros age, const std::function<bool(std::string_view)>& has);

}  // namespace wensum::matching

#endif  // WENSUM_MATCHING_SURVIVE_CONTEST_H_
