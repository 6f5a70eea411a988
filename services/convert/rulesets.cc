#include "services/convert/rulesets.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "base/status_macros.h"
#include "base/strings.h"
#include "matching/survive/rules.h"
#include "services/convert/golden.h"
#include "services/convert/times.h"
#include "services/register/ruleset_store.h"
#include "services/rpc/resource_name.h"
#include "services/rpc/status_details.h"

namespace wensum::convert {
namespace {

using Lineages = std::map<std::string, std::vector<v1::ValueLineage>>;  // by field

// The lineage that a purpose sees; none if it sees nobody.
absl::StatusOr<Lineages> LineagesFor(uint64_t anchor, const storage::v1::Entity& entity, const OpaqueIdCodec& ids,
                                     int purpose_bit) {
  Lineages lineages;
  if (GoldenFor(entity, purpose_bit) == nullptr) {
    return lineages;
  }
  storage::v1::Entity texts = entity;
  v1::Person person;
  WENSUM_RETURN_IF_ERROR(ToPerson(anchor, texts, ids, purpose_bit, View::kFull, person));
  for (v1::ValueLineage& value : *person.mutable_lineage()) {
    if (!value.value().empty()) {
      lineages[value.field()].push_back(std::move(value));
    }
  }
  return lineages;
}

bool SameValues(const std::vector<v1::ValueLineage>& a, const std::vector<v1::ValueLineage>& b) {
  return std::ranges::equal(a, b, {}, &v1::ValueLineage::value, &v1::ValueLineage::value);
}

void AddValues(std::vector<v1::ValueLineage>& from, google::protobuf::RepeatedPtrField<v1::ValueLineage>& out) {
  for (v1::ValueLineage& value : from) {
    *out.Add() = std::move(value);
  }
}

// What changes for one purpose.
absl::Status FillExample(const registry::RulesetExample& example, const OpaqueIdCodec& ids, int purpose_bit,
                         v1::RulesetExample& out) {
  WENSUM_ASSIGN_OR_RETURN(Lineages before, LineagesFor(example.anchor, example.before, ids, purpose_bit));
  WENSUM_ASSIGN_OR_RETURN(Lineages after, LineagesFor(example.anchor, example.after, ids, purpose_bit));
  std::set<std::string> fields;
  for (const Lineages* lineages : {&before, &after}) {
    for (const auto& [field, values] : *lineages) {
      fields.insert(field);
    }
  }
  for (const std::string& field : fields) {
    if (SameValues(before[field], after[field])) {
      continue;
    }
    v1::RulesetExampleValue& value = *out.add_values();
    value.set_field(field);
    AddValues(before[field], *value.mutable_before());
    AddValues(after[field], *value.mutable_after());
  }
  return absl::OkStatus();
}

// Purposes that see the same share an entry.
absl::Status AddExamples(const registry::RulesetExample& example, const registry::RegisterRules& rules,
                         const OpaqueIdCodec& ids, v1::TryRulesetResult& out) {
  std::map<std::pair<const storage::v1::Golden*, const storage::v1::Golden*>, std::vector<size_t>> views;
  std::vector<std::pair<const storage::v1::Golden*, const storage::v1::Golden*>> order;
  for (size_t bit = 0; bit < rules.purposes.size(); ++bit) {
    const std::pair view{GoldenFor(example.before, static_cast<int>(bit)),
                         GoldenFor(example.after, static_cast<int>(bit))};
    std::vector<size_t>& bits = views[view];
    if (bits.empty()) {
      order.push_back(view);
    }
    bits.push_back(bit);
  }
  for (const auto& view : order) {
    const std::vector<size_t>& bits = views.at(view);
    v1::RulesetExample told;
    WENSUM_RETURN_IF_ERROR(FillExample(example, ids, static_cast<int>(bits.front()), told));
    if (told.values().empty()) {
      continue;
    }
    told.set_person(rpc::PersonName(ids, example.anchor));
    for (const size_t bit : bits) {
      told.add_purposes(rules.purposes[bit]);
    }
    *out.add_examples() = std::move(told);
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<uint64_t> ParseRulesetName(std::string_view name, std::string_view field) {
  constexpr std::string_view kRulesets = "rulesets/";
  const std::optional<uint64_t> number =
      name.starts_with(kRulesets) ? ParseInteger<uint64_t>(name.substr(kRulesets.size())) : std::nullopt;
  if (!number.has_value() || *number == 0) {
    return rpc::InvalidField(field,
                             Cat("is ", Quote(name, 100), "; expected ", kRulesets, "{number}, a number from 1"));
  }
  return *number;
}

void ToRuleset(const storage::v1::Ruleset& ruleset, const std::optional<storage::v1::RulesetTrial>& trial, bool yaml,
               v1::Ruleset& out) {
  out.set_name(registry::RulesetName(ruleset.number()));
  out.set_state(static_cast<v1::Ruleset::State>(registry::StateOf(ruleset)));
  out.set_origin(static_cast<v1::Ruleset::Origin>(ruleset.origin()));
  if (yaml) {
    out.set_yaml(ruleset.yaml());
  }
  out.set_note(ruleset.note());
  out.set_actor(ruleset.actor());
  out.set_caller(ruleset.caller());
  ToTimestamp(ruleset.time(), *out.mutable_create_time());
  out.set_revision(ruleset.revision());
  out.set_etag(ruleset.change_revision());
  if (ruleset.has_schedule()) {
    ToTimestamp(ruleset.schedule().effective_time(), *out.mutable_effective_time());
    out.set_schedule_actor(ruleset.schedule().actor());
  }
  if (ruleset.has_withdrawal()) {
    ToTimestamp(ruleset.withdrawal().time(), *out.mutable_withdraw_time());
    out.set_withdraw_actor(ruleset.withdrawal().actor());
    out.set_withdraw_comment(ruleset.withdrawal().comment());
  }
  for (const storage::v1::RulesetPeriod& period : ruleset.periods()) {
    v1::Ruleset::Period& told = *out.add_periods();
    told.set_from_revision(period.from_revision());
    ToTimestamp(period.from_time(), *told.mutable_from_time());
    if (period.has_until_revision()) {
      told.set_until_revision(period.until_revision());
      ToTimestamp(period.until_time(), *told.mutable_until_time());
    }
    told.set_actor(period.actor());
    told.set_caller(period.caller());
  }
  if (trial.has_value()) {
    v1::Ruleset::Trial& told = *out.mutable_trial();
    told.set_run(Cat("modelRuns/", trial->run()));
    told.set_revision(trial->revision());
    told.set_in_force(registry::RulesetName(trial->in_force()));
    ToTimestamp(trial->time(), *told.mutable_time());
  }
}

absl::Status ToResult(const registry::RulesetTrial& trial, const registry::RegisterRules& rules,
                      const OpaqueIdCodec& ids, v1::TryRulesetResult& out) {
  out.set_ruleset(registry::RulesetName(trial.ruleset));
  out.set_in_force(registry::RulesetName(trial.in_force));
  out.set_revision(trial.revision);
  out.set_people(trial.people);
  out.set_changed(trial.changed);
  out.set_rewritten(trial.rewritten);
  for (size_t bit = 0; bit < trial.changed_by_purpose.size(); ++bit) {
    v1::TryRulesetResult::PurposeChanges& told = *out.add_by_purpose();
    told.set_purpose(rules.purposes[bit]);
    told.set_people(trial.changed_by_purpose[bit]);
  }
  for (const auto& [field, changes] : trial.by_attribute) {
    v1::TryRulesetResult::FieldChanges& told = *out.add_by_field();
    told.set_field(field);
    told.set_changed(changes.changed);
    told.set_gained(changes.gained);
    told.set_lost(changes.lost);
  }
  std::map<std::string_view, uint64_t> by_name;
  for (const auto& [rule, values] : trial.won_by_rule) {
    by_name[matching::RuleName(static_cast<matching::Rule>(rule))] += values;
  }
  for (const auto& [rule, values] : by_name) {
    v1::TryRulesetResult::RuleWins& told = *out.add_won_by_rule();
    told.set_rule(std::string(rule));
    told.set_values(values);
  }
  for (const registry::RulesetExample& example : trial.examples) {
    WENSUM_RETURN_IF_ERROR(AddExamples(example, rules, ids, out));
  }
  return absl::OkStatus();
}

void ToResult(const registry::RulesetActivation& activation, v1::ActivateRulesetResult& out) {
  out.set_ruleset(registry::RulesetName(activation.ruleset));
  out.set_former_ruleset(registry::RulesetName(activation.former));
  out.set_revision(activation.revision);
  out.set_rewritten(activation.rewritten);
  out.set_caught_up(activation.caught_up);
  out.set_switch_seconds(static_cast<double>(activation.switch_micros) * 1e-6);
}

void CutExamples(std::string_view purpose, v1::TryRulesetResult& result) {
  google::protobuf::RepeatedPtrField<v1::RulesetExample> seen;
  for (v1::RulesetExample& example : *result.mutable_examples()) {
    if (std::ranges::find(example.purposes(), purpose) != example.purposes().end()) {
      example.clear_purposes();
      example.add_purposes(std::string(purpose));
      *seen.Add() = std::move(example);
    }
  }
  result.mutable_examples()->Swap(&seen);
}

}  // namespace wensum::convert
