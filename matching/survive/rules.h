// The rules of survivorship: how the values of one attribute compete.
#ifndef WENSUM_MATCHING_SURVIVE_RULES_H_
#define WENSUM_MATCHING_SURVIVE_RULES_H_

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace re2 {
class RE2;
}

namespace wensum::matching {

// An attribute is named as in the configuration: "name", "date_of_birth", "date_of_death", "sex", "ni_number",
// "organisation_name", "phones", "emails", "current_address", "attributes.x" for one attribute of the source's own, and
// "attributes" for all of those that have no rule of their own.

// How the values of one attribute compete. Values are stored: never renumber.
enum class Rule : uint8_t {
  kRecency = 1,         // newest source_time wins
  kSourcePriority = 2,  // best-ranked source wins; a source without a value falls through
  kAggregate = 3,       // all distinct values of a list are kept, newest first; of anything else the newest wins
  kOldest = 4,          // oldest source_time
  kFrequency = 5,       // the value of most sources: distinct ones, not records
  kLongest = 6,         // most characters
  kShortest = 7,        // fewest characters
  kMostComplete = 8,    // most parts: of a name, a date, a list, an address, a group
  kMin = 9,             // least: decimal numbers by value and before texts, all else by bytes, which suits dates
  kMax = 10,            // greatest of the same order
  kUnanimous = 11,      // the value that all agree on; none if they do not
  kTrust = 12,          // highest trust: see SurvivorshipRules::trust
  // A steward's decision (steward_values.h); no configuration may name them.
  kPin = 13,
  kOverride = 14,
  kRecordOfTruth = 15,
};
// "recency", "source_priority", "aggregate", "oldest", "frequency", "longest", "shortest", "most_complete", "min",
// "max", "unanimous", "trust", "pin", "override", "record_of_truth".
std::string_view RuleName(Rule rule);
// All that a configuration may name.
std::span<const Rule> AllRules();
// Name, sex and current address: recency. Dates, NI number, organisation name: source priority. Phones, emails:
// aggregate. Attributes: recency.
Rule DefaultRule(std::string_view attribute);

// Replaces a rule if it holds: it looks at the golden value of another attribute, as the same purpose sees it.
struct Condition {
  std::string attribute;
  bool present = true;              // true: holds if there is a value; false: if there is none
  std::vector<std::string> values;  // if not empty: holds if the value (of a list: one of them) is one of these
  Rule rule = Rule::kRecency;
};

// Attributes that survive together: all of them are those of one record, and empty where it has none. A record competes
// if it has a value of at least one.
struct AttributeGroup {
  std::string name;
  std::vector<std::string> attributes;
  Rule rule = Rule::kRecency;
  std::vector<Condition> conditions;
};

// How far a source is trusted for an attribute; "" stands for any. The most particular entry counts: source and
// attribute, then source, then attribute.
struct TrustEntry {
  std::string source;
  std::string attribute;
  uint32_t score = 50;          // 0 to 100
  uint32_t half_life_days = 0;  // the age at which half of it is left, to kMaxHalfLifeDays; 0: does not decay
};
inline constexpr uint32_t kDefaultTrust = 50;
inline constexpr uint32_t kMaxHalfLifeDays = 36'525;

// A value that fails keeps `factor` percent of its trust. Exactly one of the tests is there.
struct QualityRule {
  std::string attribute;
  uint32_t factor = 0;                      // 0 to 100
  std::shared_ptr<const re2::RE2> pattern;  // the whole value must match
  std::vector<std::string> required;        // attributes of which the same record must have a value
  std::vector<std::string> sentinels;       // the value must be none of these
  std::string from;                         // a date must not be before this, as YYYY-MM-DD, or "" ...
  std::string until;                        // ... nor after this. A partial date is compared by the parts it has.
  friend bool operator==(const QualityRule&, const QualityRule&) = default;
};

// Which rule decides which attribute, and how the sources rank. Part of the golden state's inputs: immutable once in
// force. No attribute is in two groups, and no attribute's rule depends, directly or through others, on itself
// (FindCycle).
struct SurvivorshipRules {
  // By attribute. Those not named here use the default that DefaultRule gives, "attributes.x" that of "attributes".
  std::map<std::string, Rule, std::less<>> rules;
  // Sources, best first. A source that is not named ranks after all that are, by name.
  std::vector<std::string> source_order;
  // By attribute; the first that holds replaces the rule.
  std::map<std::string, std::vector<Condition>, std::less<>> conditions;
  std::vector<AttributeGroup> groups;
  std::vector<TrustEntry> trust;
  std::vector<QualityRule> quality;
};

// What decides an attribute: its rule, or that of its group, or that of "attributes".
struct Strategy {
  Rule rule = Rule::kRecency;
  const AttributeGroup* group = nullptr;
  std::span<const Condition> conditions;  // of `rules`
};
[[nodiscard]] Strategy StrategyOf(const SurvivorshipRules& rules, std::string_view attribute);

// Attributes of which each one's rule depends on the next one's value and the last one's on the first one's; empty if
// there are none.
[[nodiscard]] std::vector<std::string> FindCycle(const SurvivorshipRules& rules);

}  // namespace wensum::matching

#endif  // WENSUM_MATCHING_SURVIVE_RULES_H_
