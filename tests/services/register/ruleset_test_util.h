// Rulesets for tests of registers.
#ifndef WENSUM_TESTS_SERVICES_REGISTER_RULESET_TEST_UTIL_H_
#define WENSUM_TESTS_SERVICES_REGISTER_RULESET_TEST_UTIL_H_

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "services/register/mutation.h"
#include "services/register/register.h"
#include "services/register/ruleset_store.h"

namespace wensum::registry {

// Rules that differ in what they make of random people.
inline constexpr std::string_view kSurvivorships[] = {
    "{}",
    "{name: oldest, current_address: oldest, date_of_birth: frequency, phones: recency}",
    "{name: most_complete, date_of_birth: unanimous, emails: shortest, current_address: source_priority}",
    "{name: trust, trust: [{source: contact, score: 90}, {source: housing, score: 10}], date_of_birth: {rule: min, "
    "when: [{attribute: sex, present: true, rule: max}]}}",
};

// Stores a draft and returns its number.
inline uint64_t StoreRuleset(Register& reg, std::string_view yaml) {
  uint64_t number = 0;
  Mutation mutation;
  mutation.plan = [&](const PlanView& view) -> absl::StatusOr<Planned> {
    const auto all = ListRulesets(view.reader, reg.register_id());
    EXPECT_TRUE(all.ok()) << all.status();
    number = all->size() + 1;
    storage::v1::Ruleset ruleset;
    ruleset.set_format(kRulesetFormat);
    ruleset.set_number(number);
    ruleset.set_origin(static_cast<uint32_t>(RulesetOrigin::kApi));
    ruleset.set_yaml(std::string(yaml));
    ruleset.set_time(view.time);
    ruleset.set_revision(view.revision);
    ruleset.set_change_revision(view.revision);
    Planned planned;
    planned.has_revision = true;
    PutRuleset(reg.register_id(), ruleset, planned.writes);
    return planned;
  };
  const MutationResult result = reg.Commit(std::move(mutation));
  EXPECT_TRUE(result.status.ok()) << result.status;
  return number;
}

}  // namespace wensum::registry

#endif  // WENSUM_TESTS_SERVICES_REGISTER_RULESET_TEST_UTIL_H_
