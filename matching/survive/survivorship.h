// Survivorship: from the source records of one entity to its golden record, with the lineage of every value.
#ifndef WENSUM_MATCHING_SURVIVE_SURVIVORSHIP_H_
#define WENSUM_MATCHING_SURVIVE_SURVIVORSHIP_H_

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/source_record.h"

namespace wensum::matching {

// How the values of one attribute compete. Values are stored: never renumber.
enum class Rule : uint8_t {
  kRecency = 1,         // newest source_time wins
  kSourcePriority = 2,  // best-ranked source wins; a source without a value falls through
  kAggregate = 3,       // all distinct values are kept, newest first
};
// "recency", "source_priority", "aggregate".
std::string_view RuleName(Rule rule);

// Which rule decides which attribute, and how the sources rank. Part of the golden state's inputs: immutable once in
// force.
struct SurvivorshipRules {
  // By attribute group: "name", "date_of_birth", "date_of_death", "sex", "ni_number", "phones", "emails",
  // "current_address", "organisation_name", "attributes". Groups not named here use the default that DefaultRule gives.
  std::map<std::string, Rule, std::less<>> rules;
  // Sources, best first. A source that is not named ranks after all that are, by name.
  std::vector<std::string> source_order;
};
// Name, sex and current address: recency. Dates, NI number, organisation name: source priority. Phones, emails:
// aggregate. Attributes: recency.
Rule DefaultRule(std::string_view group);

// How one address of a source record stands to the gazetteer.
struct ResolvedAddress {
  uint64_t uprn = 0;
  uint8_t outcome = 0;  // address::Outcome
  friend bool operator==(const ResolvedAddress&, const ResolvedAddress&) = default;
};

// One source record of the entity. The pointees must outlive the call.
struct Contributor {
  const model::SourceRecord* record = nullptr;
  std::span<const ResolvedAddress> resolved_addresses;  // one per address of the record
};

struct LosingValue {
  std::string value;
  uint32_t contributor = 0;  // index into the input
  friend bool operator==(const LosingValue&, const LosingValue&) = default;
};

struct ValueLineage {
  std::string field;  // as in the API: "person_name", "date_of_birth", "phones", "current_address", "attributes.band"
  std::string value;
  uint32_t contributor = 0;
  Rule rule = Rule::kRecency;
  std::vector<LosingValue> losing;  // other distinct values, in the order of the tie-break chain
  friend bool operator==(const ValueLineage&, const ValueLineage&) = default;
};

struct GoldenRecord {
  model::PersonDetails details;
  std::vector<ResolvedAddress> resolved_addresses;  // one per details.addresses
  int current_address = -1;                         // index into details.addresses, or -1
  std::vector<uint32_t> contributors;               // that have a value visible here, in input order
  std::vector<ValueLineage> lineage;
  friend bool operator==(const GoldenRecord&, const GoldenRecord&) = default;
};

// The golden record for one purpose: only values whose purposes contain bit `purpose` take part, so that a value the
// reader may not see can neither win nor show among the losers. Title, names and suffix survive together from one
// record; so do an address, its postcode and UPRN. Names that lose become other_names. Distinct addresses are all kept;
// the current one is the newest residence (by from_date, else source_time) that no later record of the same source
// contradicts.
//
// Tie-break chain, total: rule, source rank, source time, source name, source key, incarnation. The result does not
// depend on the order of `contributors` but for the indexes in it. Cost: linear in the number of values, but for
// sorting.
GoldenRecord Survive(std::span<const Contributor> contributors, const SurvivorshipRules& rules, int purpose);

// The golden records for all of the purposes 0 .. purpose_count - 1, each with the mask of the purposes that see
// exactly it. Purposes that see the same values share one; most entities have one in all. A purpose that sees no
// contributor at all is in no mask.
struct GoldenView {
  model::PurposeMask purposes = 0;
  GoldenRecord golden;
};
std::vector<GoldenView> SurviveForPurposes(std::span<const Contributor> contributors, const SurvivorshipRules& rules,
                                           int purpose_count);

}  // namespace wensum::matching

#endif  // WENSUM_MATCHING_SURVIVE_SURVIVORSHIP_H_
