#include <chrono>

#include "matching/survive/contest.h"
#include "matching/survive/survivorship.h"

namespace wensum::matching {

std::string_view StepName(DecidingStep step) {
  switch (step) {
    case DecidingStep::kNone:
      return "";
    case DecidingStep::kRule:
      return "rule";
    case DecidingStep::kSourceRank:
      return "source_rank";
    case DecidingStep::kSourceDate:
      return "source_date";
    case DecidingStep::kSourceKey:
      return "source_key";
    case DecidingStep::kIncarnation:
      return "incarnation";
  }
  return "";
}

DecidingStep DecidingStepOf(Rule rule, bool tied, const Contender& winner, const Contender& loser) {
  const bool same_source = winner.source == loser.source;
  const bool by_rule = IsScored(rule) ? !tied
                       : rule == Rule::kSourcePriority
                           ? !same_source
                           : winner.date != loser.date || winner.source_time != loser.source_time;
  if (by_rule) {
    return DecidingStep::kRule;
  }
  if (!same_source) {
    return DecidingStep::kSourceRank;
  }
  if (winner.source_time != loser.source_time) {
    return DecidingStep::kSourceDate;
  }
  return winner.key != loser.key ? DecidingStep::kSourceKey : DecidingStep::kIncarnation;
}

int32_t ResidentSince(int32_t from_date, TimeMicros source_time) {
  if (from_date != 0) {
    return from_date;
  }
  const auto day = std::chrono::floor<std::chrono::days>(
      std::chrono::sys_time<std::chrono::microseconds>(std::chrono::microseconds(source_time)));
  const std::chrono::year_month_day date(day);
  return static_cast<int32_t>(date.year()) * 10000 + static_cast<int32_t>(static_cast<unsigned>(date.month())) * 100 +
         static_cast<int32_t>(static_cast<unsigned>(date.day()));
}

}  // namespace wensum::matching
