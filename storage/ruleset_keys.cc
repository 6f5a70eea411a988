#include "storage/ruleset_keys.h"

#include "storage/key_codec.h"

namespace wensum::storage {
namespace {

// Tags after the register. Part of the format: never change or reuse one.
constexpr uint8_t kRuleset = 'R';
constexpr uint8_t kRulesetTrial = 'T';

KeyWriter RulesetStart(RegisterId reg, uint8_t tag) {
  KeyWriter writer;
  writer.U32(reg).U8(tag);
  return writer;
}

}  // namespace

std::string RulesetKey(RegisterId reg, uint64_t number) { return RulesetStart(reg, kRuleset).U64(number).Take(); }
std::string RulesetPrefix(RegisterId reg) { return RulesetStart(reg, kRuleset).Take(); }
std::string RulesetTrialKey(RegisterId reg, uint64_t ruleset) {
  return RulesetStart(reg, kRulesetTrial).U64(ruleset).Take();
}
std::string RulesetTrialPrefix(RegisterId reg) { return RulesetStart(reg, kRulesetTrial).Take(); }

absl::StatusOr<NumberedKey> ParseRulesetKey(std::string_view key) {
  return ParseTagged<NumberedKey>(key, kRuleset, "ruleset", &NumberedKey::number);
}

absl::StatusOr<NumberedKey> ParseRulesetTrialKey(std::string_view key) {
  return ParseTagged<NumberedKey>(key, kRulesetTrial, "trial of a ruleset", &NumberedKey::number);
}

}  // namespace wensum::storage
