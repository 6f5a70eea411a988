// The keys of rulesets. As keys.h; what stands under each is in docs/storage-format.md.
#ifndef WENSUM_STORAGE_RULESET_KEYS_H_
#define WENSUM_STORAGE_RULESET_KEYS_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "storage/keys.h"

namespace wensum::storage {

// Family decision. Versions of the rules of survivorship: register | 'R' | number
std::string RulesetKey(RegisterId reg, uint64_t number);
std::string RulesetPrefix(RegisterId reg);

// Family decision. The newest finished trial of each: register | 'T' | number of the ruleset
std::string RulesetTrialKey(RegisterId reg, uint64_t ruleset);
std::string RulesetTrialPrefix(RegisterId reg);

absl::StatusOr<NumberedKey> ParseRulesetKey(std::string_view key);
absl::StatusOr<NumberedKey> ParseRulesetTrialKey(std::string_view key);

}  // namespace wensum::storage

#endif  // WENSUM_STORAGE_RULESET_KEYS_H_
