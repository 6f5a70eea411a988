#include "matching/survive/survivorship.h"

namespace wensum::matching {

std::string_view RuleName(Rule rule) {
  switch (rule) {
    case Rule::kRecency:
      return "recency";
    case Rule::kSourcePriority:
      return "source_priority";
    case Rule::kAggregate:
      return "aggregate";
  }
  return "";
}

Rule DefaultRule(std::string_view group) {
  if (group == "date_of_birth" || group == "date_of_death" || group == "ni_number" || group == "organisation_name") {
    return Rule::kSourcePriority;
  }
  return group == "phones" || group == "emails" ? Rule::kAggregate : Rule::kRecency;
}

}  // namespace wensum::matching
