// Which sources a register takes records from, what their values may be used for, and how golden values are chosen.
#ifndef WENSUM_SERVICES_REGISTER_RULES_H_
#define WENSUM_SERVICES_REGISTER_RULES_H_

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "matching/survive/survivorship.h"
#include "model/source_record.h"

namespace wensum::registry {

struct SourceRules {
  std::string name;
  model::PurposeMask purposes = model::kAllPurposes;
  // The source holds nobody twice, as an electoral register does: two of its records are two people unless dates of
  // birth or NI numbers say otherwise. Declare it only where it is true: a wrong declaration keeps real duplicates
  // apart.
  bool holds_person_once = false;
  // Updates that look like another person wait for a steward (matching/another_person.h). Off only where a key never
  // stands for one person, or where systems before this one look.
  bool guards_overlays = true;
  // Exceptions by field of Person ("ni_number", "attributes.band"), sorted.
  std::vector<std::pair<std::string, model::PurposeMask>> field_purposes;
};

// What the configuration says. Immutable once a register is open; a change recomputes every golden record at the next
// start.
struct RegisterRules {
  // Bit i of a PurposeMask is purposes[i]. At least one, at most 64. Purposes are only ever added at the end.
  std::vector<std::string> purposes;
  // In order of rank, best first.
  std::vector<SourceRules> sources;
  // As configured. What golden records are decided by is Register::survivorship(), which changes in a running server.
  matching::SurvivorshipRules configured_survivorship;
  // The text of that, without comments and spacing; "{}" if there is none.
  std::string survivorship_yaml = "{}";
  // The text that all of it was read from, kept in the meta record.
  std::string yaml;

  [[nodiscard]] const SourceRules* FindSource(std::string_view name) const;
  // A stable number of the source if it holds nobody twice, else 0 (matching::PersonFeatures::unique_source).
  [[nodiscard]] uint32_t UniqueSource(std::string_view name) const;
  // The bit of a purpose, or -1.
  [[nodiscard]] int PurposeBit(std::string_view purpose) const;
};

// Reads the keys `purposes`, `sources` and `survivorship` of a YAML text (docs/configuration.md). Unknown keys,
// repeated names and unknown rules are INVALID_ARGUMENT with line and column.
absl::StatusOr<RegisterRules> ParseRegisterRules(std::string_view yaml);

// The rules of survivorship that golden records are decided by, and the number of the ruleset that has them.
struct Survivorship {
  uint64_t ruleset = 0;
  matching::SurvivorshipRules rules;
};

// Reads a text that says what stands under `survivorship` in the configuration, with or without that key; sources rank
// as `rules` order them. INVALID_ARGUMENT with line and column as above, also for sources that `rules` do not know.
absl::StatusOr<matching::SurvivorshipRules> ParseSurvivorshipText(std::string_view yaml, const RegisterRules& rules);

// The rules that `wensum serve` uses when its configuration has none: one purpose, and the sources of the sample city.
std::string_view DefaultRulesYaml();

}  // namespace wensum::registry

#endif  // WENSUM_SERVICES_REGISTER_RULES_H_
