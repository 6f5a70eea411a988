// Survivorship by the book: for each attribute the record that no other record beats. Quadratic and slow.
#ifndef WENSUM_TESTS_REFERENCE_SURVIVE_REFERENCE_H_
#define WENSUM_TESTS_REFERENCE_SURVIVE_REFERENCE_H_

#include <map>
#include <span>
#include <string>
#include <vector>

#include "matching/survive/survivorship.h"

namespace wensum::reference {

// What becomes of one attribute, by configuration name ("name", "attributes.band", "current_address"), of identifiers
// of one type ("identifiers.nhs_number"), and of all "addresses": each as its role's number, a colon and its text.
struct Outcome {
  std::vector<std::string> values;  // sorted; more than one of lists alone
  int contributor = -1;             // whose values they are; -1 if there are none or kAggregate has several
  matching::Rule rule = matching::Rule::kRecency;
  matching::DecidingStep step = matching::DecidingStep::kNone;
  std::vector<std::string> losing;   // sorted; without those that are ignored
  std::string first;                 // of a list of which a steward pinned or gave values: the one that comes first
  std::vector<std::string> ignored;  // "VALUE of CONTRIBUTOR", sorted
  friend bool operator==(const Outcome&, const Outcome&) = default;
};

// All attributes of which a record has a visible value, or for which a steward gave one.
std::map<std::string, Outcome> SurviveByTheBook(std::span<const matching::Contributor> contributors,
                                                const matching::SurvivorshipRules& rules, int purpose,
                                                std::span<const matching::StewardValue> steward = {});

}  // namespace wensum::reference

#endif  // WENSUM_TESTS_REFERENCE_SURVIVE_REFERENCE_H_
