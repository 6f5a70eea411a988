// Rulesets, and what runs tell of them, as the API does.
#ifndef WENSUM_SERVICES_CONVERT_RULESETS_H_
#define WENSUM_SERVICES_CONVERT_RULESETS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/opaque_id.h"
#include "services/register/rules.h"
#include "services/register/ruleset_work.h"
#include "wensum/storage/v1/rulesets.pb.h"
#include "wensum/v1/ruleset_runs.pb.h"
#include "wensum/v1/rulesets.pb.h"

namespace wensum::convert {

// INVALID_ARGUMENT, naming `field`, for anything but "rulesets/{number}".
absl::StatusOr<uint64_t> ParseRulesetName(std::string_view name, std::string_view field);

// Fills an empty `out`, with the text if `yaml`. `trial`: the newest one, if there is one.
void ToRuleset(const storage::v1::Ruleset& ruleset, const std::optional<storage::v1::RulesetTrial>& trial, bool yaml,
               v1::Ruleset& out);

// DATA_LOSS if the lineage of an example cannot be read. Examples are told for all purposes.
absl::Status ToResult(const registry::RulesetTrial& trial, const registry::RegisterRules& rules,
                      const OpaqueIdCodec& ids, v1::TryRulesetResult& out);
void ToResult(const registry::RulesetActivation& activation, v1::ActivateRulesetResult& out);
// Leaves the examples that a purpose sees, with its own values.
void CutExamples(std::string_view purpose, v1::TryRulesetResult& result);

}  // namespace wensum::convert

#endif  // WENSUM_SERVICES_CONVERT_RULESETS_H_
