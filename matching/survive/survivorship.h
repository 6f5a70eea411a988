// Survivorship: from the source records of one entity to its golden record, with the lineage of every value.
#ifndef WENSUM_MATCHING_SURVIVE_SURVIVORSHIP_H_
#define WENSUM_MATCHING_SURVIVE_SURVIVORSHIP_H_

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "matching/survive/resolved_address.h"
#include "matching/survive/rules.h"
#include "matching/survive/steward_values.h"
#include "model/source_record.h"

namespace wensum::matching {

// One source record of the entity. The pointees must outlive the call.
struct Contributor {
  const model::SourceRecord* record = nullptr;
  std::span<const ResolvedAddress> resolved_addresses;  // one per address of the record
};

struct LosingValue {
  std::string value;
  uint32_t contributor = 0;  // index into the input
  bool ignored = false;      // by a steward
  friend bool operator==(const LosingValue&, const LosingValue&) = default;
};

struct ValueLineage {
  std::string field;  // as in the API: "person_name", "date_of_birth", "phones", "current_address", "attributes.band"
  // "" if none wins although there are some: kUnanimous found two, or the record that its group goes by has none.
  std::string value;
  uint32_t contributor = 0;         // of the value; if there is none, of the record that the group goes by or the first
  Rule rule = Rule::kRecency;       // that decided: of a group, a group's; of a condition, the condition's
  std::vector<LosingValue> losing;  // other distinct values, best first
  // The rule holds the best of them as good as the winner: the chain decided. Said of IsScored rules alone; of others
  // DecidingStep finds it.
  bool tied = false;
  uint64_t decision = 0;  // of a steward, that made it win; `contributor` is what that belongs to, unless it is a pin
  friend bool operator==(const ValueLineage&, const ValueLineage&) = default;
};

// The step of the tie-break chain that decided between the winner and the best of the losing values. The name of the
// source is no step of its own: sources that are not named rank by it, so that two sources never rank alike.
enum class DecidingStep : uint8_t {
  kNone = 0,  // there is no other value, or no winner
  kRule = 1,
  kSourceRank = 2,
  kSourceDate = 3,
  kSourceKey = 4,
  kIncarnation = 5,  // or, of two addresses of one record, their order in it
};
// "", "rule", "source_rank", "source_date", "source_key", "incarnation".
std::string_view StepName(DecidingStep step);

// What decides between two records. `date` is what kRecency goes by: of the current address ResidentSince, else
// the source time; then the
// source time.
struct Contender {
  std::string_view source;
  std::string_view key;
  TimeMicros source_time = 0;
  int64_t date = 0;
};
// `tied` as in ValueLineage. Needs neither rules nor records, so that it can be told of a stored lineage.
DecidingStep DecidingStepOf(Rule rule, bool tied, const Contender& winner, const Contender& loser);
// The packed date (PartialDate::ToNumber) since when an address holds: its from_date, else the day of the source time.
int32_t ResidentSince(int32_t from_date, TimeMicros source_time);

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
// contradicts, or the best of the residences that may be current by another rule: kOldest goes by the same date, kMin
// and kMax are none for it. Conditions and groups decide as `rules` has them.
//
// What stewards decided (`steward`, the newest first) comes on top: an ignored value is taken for none, and stands at
// the end of the losing values; a pin wins over the rule, an override over that, a record of truth over all. Conditions
// see the outcome. Of a list every pinned value that a record holds is kept and stands first, the newest pin's before
// the others; so do identifiers, each type by itself. The address that is pinned, or given, is the current one; a
// pinned one counts as a residence without an end. An address that is ignored is in no list.
//
// Tie-break chain, total: rule, source rank, source time, source name, source key, incarnation. The result does not
// depend on the order of `contributors` but for the indexes in it, nor on any clock: the age that lowers a trust counts
// back from the newest source_time of those that compete for the attribute. Cost: linear in the number of values, but
// for sorting; for attributes of a source's own, times their number.
GoldenRecord Survive(std::span<const Contributor> contributors, const SurvivorshipRules& rules, int purpose,
                     std::span<const StewardValue> steward = {});

// The golden records for all of the purposes 0 .. purpose_count - 1, each with the mask of the purposes that see
// exactly it. Purposes that see the same values share one; most entities have one in all. A purpose that sees no
// contributor at all is in no mask.
struct GoldenView {
  model::PurposeMask purposes = 0;
  GoldenRecord golden;
};
std::vector<GoldenView> SurviveForPurposes(std::span<const Contributor> contributors, const SurvivorshipRules& rules,
                                           int purpose_count, std::span<const StewardValue> steward = {});

}  // namespace wensum::matching

#endif  // WENSUM_MATCHING_SURVIVE_SURVIVORSHIP_H_
