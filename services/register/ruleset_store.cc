#include "services/register/ruleset_store.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "base/status_macros.h"
#include "base/strings.h"
#include "services/register/core.h"
#include "storage/ruleset_keys.h"

namespace wensum::registry {
namespace {

using storage::Family;
using storage::v1::Ruleset;
using storage::v1::RulesetPeriod;

absl::StatusOr<Ruleset> ParseRuleset(std::string_view value, uint64_t number) {
  Ruleset ruleset;
  if (!ruleset.ParseFromArray(value.data(), static_cast<int>(value.size())) || ruleset.format() == 0 ||
      ruleset.format() > kRulesetFormat || ruleset.number() != number) {
    return DataLoss(Cat(RulesetName(number), " cannot be read; run `wensum verify`"));
  }
  return ruleset;
}

bool IsInForce(const Ruleset& ruleset) {
  return !ruleset.periods().empty() && !ruleset.periods().rbegin()->has_until_revision();
}

// One after the other, in order of revision.
void CheckPeriods(const std::vector<Ruleset>& rulesets, uint64_t revision,
                  const std::function<void(std::string)>& differ) {
  std::vector<std::pair<const RulesetPeriod*, uint64_t>> periods;
  for (const Ruleset& ruleset : rulesets) {
    for (const RulesetPeriod& period : ruleset.periods()) {
      periods.emplace_back(&period, ruleset.number());
    }
  }
  std::ranges::sort(periods, {}, [](const auto& period) {
    return std::tuple(period.first->from_revision(), period.first->from_time(), !period.first->has_until_revision(),
                      period.second);
  });
  for (size_t i = 0; i < periods.size(); ++i) {
    const auto& [period, number] = periods[i];
    if (period->from_revision() > revision) {
      differ(
          Cat(RulesetName(number), " is in force from revision ", period->from_revision(), " on, which is none yet"));
    }
    if (i + 1 == periods.size() ? period->has_until_revision()
                                : period->until_revision() != periods[i + 1].first->from_revision()) {
      differ(Cat("after ", RulesetName(number), ", in force from revision ", period->from_revision(),
                 " on, none follows as it should"));
    }
  }
}

}  // namespace

RulesetState StateOf(const Ruleset& ruleset) {
  if (IsInForce(ruleset)) {
    return RulesetState::kInForce;
  }
  if (ruleset.has_withdrawal()) {
    return RulesetState::kWithdrawn;
  }
  if (ruleset.has_schedule()) {
    return RulesetState::kScheduled;
  }
  return ruleset.periods().empty() ? RulesetState::kDraft : RulesetState::kSuperseded;
}

std::string RulesetName(uint64_t number) { return Cat("rulesets/", number); }

absl::StatusOr<std::vector<Ruleset>> ListRulesets(const storage::Reader& reader, uint32_t reg) {
  std::vector<Ruleset> rulesets;
  const auto it = reader.NewIterator(Family::kDecision, storage::PrefixRange(storage::RulesetPrefix(reg)));
  for (it->SeekToFirst(); it->Valid(); it->Next()) {
    WENSUM_ASSIGN_OR_RETURN(const storage::NumberedKey key, storage::ParseRulesetKey(it->key()));
    WENSUM_ASSIGN_OR_RETURN(Ruleset ruleset, ParseRuleset(it->value(), key.number));
    rulesets.push_back(std::move(ruleset));
  }
  WENSUM_RETURN_IF_ERROR(it->status());
  return rulesets;
}

absl::StatusOr<Ruleset> ReadRuleset(const storage::Reader& reader, uint32_t reg, uint64_t number) {
  WENSUM_ASSIGN_OR_RETURN(const auto value, reader.Get(Family::kDecision, storage::RulesetKey(reg, number)));
  return value.has_value() ? ParseRuleset(*value, number) : NotFound(Cat("there is no ", RulesetName(number)));
}

absl::StatusOr<std::optional<Ruleset>> RulesetInForce(const storage::Reader& reader, uint32_t reg) {
  WENSUM_ASSIGN_OR_RETURN(std::vector<Ruleset> rulesets, ListRulesets(reader, reg));
  const auto found = std::ranges::find_if(rulesets, IsInForce);
  return found == rulesets.end() ? std::nullopt : std::optional(std::move(*found));
}

void PutRuleset(uint32_t reg, const Ruleset& ruleset, storage::WriteBatch& batch) {
  batch.Put(Family::kDecision, storage::RulesetKey(reg, ruleset.number()), ruleset.SerializeAsString());
}

absl::StatusOr<std::optional<storage::v1::RulesetTrial>> ReadRulesetTrial(const storage::Reader& reader, uint32_t reg,
                                                                          uint64_t ruleset) {
  WENSUM_ASSIGN_OR_RETURN(const auto value, reader.Get(Family::kDecision, storage::RulesetTrialKey(reg, ruleset)));
  if (!value.has_value()) {
    return std::nullopt;
  }
  storage::v1::RulesetTrial trial;
  if (!trial.ParseFromString(*value) || trial.format() == 0 || trial.format() > kRulesetFormat) {
    return DataLoss(Cat("the trial of ", RulesetName(ruleset), " cannot be read: try the ruleset again"));
  }
  return trial;
}

void PutRulesetTrial(uint32_t reg, const storage::v1::RulesetTrial& trial, storage::WriteBatch& batch) {
  batch.Put(Family::kDecision, storage::RulesetTrialKey(reg, trial.ruleset()), trial.SerializeAsString());
}

void PutInForce(const RulesetAct& act, Ruleset& ruleset, Ruleset* former) {
  if (former != nullptr) {
    RulesetPeriod& ended = *former->mutable_periods()->rbegin();
    ended.set_until_revision(act.revision);
    ended.set_until_time(act.time);
    former->set_change_revision(act.revision);
  }
  RulesetPeriod& period = *ruleset.add_periods();
  period.set_from_revision(act.revision);
  period.set_from_time(act.time);
  period.set_actor(std::string(act.actor));
  period.set_caller(std::string(act.caller));
  ruleset.clear_schedule();
  ruleset.set_change_revision(act.revision);
}

absl::StatusOr<std::shared_ptr<const Survivorship>> SurvivorshipOf(const Ruleset& ruleset, const RegisterRules& rules) {
  absl::StatusOr<matching::SurvivorshipRules> parsed = ParseSurvivorshipText(ruleset.yaml(), rules);
  if (!parsed.ok()) {
    return FailedPrecondition(Cat(RulesetName(ruleset.number()),
                                  " does not fit the configuration: ", Message(parsed.status()),
                                  "; put back what the configuration had of it, or have other rules in force: those "
                                  "that `survivorship` of the configuration gives, if they are changed"));
  }
  return std::make_shared<const Survivorship>(Survivorship{.ruleset = ruleset.number(), .rules = *std::move(parsed)});
}

absl::StatusOr<RulesetAtStart> ChooseRuleset(const storage::Reader& reader, uint32_t reg, const RegisterRules& rules) {
  WENSUM_ASSIGN_OR_RETURN(std::vector<Ruleset> rulesets, ListRulesets(reader, reg));
  const auto configured = std::ranges::find_if(rulesets.rbegin(), rulesets.rend(), [](const Ruleset& ruleset) {
    return ruleset.origin() == static_cast<uint32_t>(RulesetOrigin::kConfiguration);
  });
  const auto in_force = std::ranges::find_if(rulesets, IsInForce);
  if (in_force == rulesets.end() && !rulesets.empty()) {
    return DataLoss("no ruleset is in force: restore the data directory from a backup");
  }
  RulesetAtStart start;
  if (configured != rulesets.rend() && configured->yaml() == rules.survivorship_yaml) {
    WENSUM_ASSIGN_OR_RETURN(start.survivorship, SurvivorshipOf(*in_force, rules));
    return start;
  }
  Ruleset& added = start.added.emplace();
  added.set_format(kRulesetFormat);
  added.set_number(rulesets.size() + 1);
  added.set_origin(static_cast<uint32_t>(RulesetOrigin::kConfiguration));
  added.set_yaml(rules.survivorship_yaml);
  if (in_force != rulesets.end()) {
    start.former = *in_force;
    start.changed = true;
  }
  start.survivorship = std::make_shared<const Survivorship>(
      Survivorship{.ruleset = added.number(), .rules = rules.configured_survivorship});
  return start;
}

storage::WriteBatch WritesOfStart(RulesetAtStart start, uint32_t reg, uint64_t revision, TimeMicros now) {
  storage::WriteBatch writes;
  if (!start.added.has_value()) {
    return writes;
  }
  start.added->set_time(now);
  start.added->set_revision(revision);
  PutInForce({.actor = "", .caller = "", .revision = revision, .time = now}, *start.added,
             start.former.has_value() ? &*start.former : nullptr);
  PutRuleset(reg, *start.added, writes);
  if (start.former.has_value()) {
    PutRuleset(reg, *start.former, writes);
  }
  return writes;
}

absl::StatusOr<std::shared_ptr<const Survivorship>> VerifyRulesets(const Core& core, const storage::Reader& reader,
                                                                   uint64_t revision,
                                                                   const std::function<void(std::string)>& differ) {
  std::shared_ptr<const Survivorship> survivorship = core.survivorship();
  const absl::StatusOr<std::vector<Ruleset>> rulesets = ListRulesets(reader, core.options.register_id);
  if (!rulesets.ok()) {
    differ(std::string(Message(rulesets.status())));
    return survivorship;
  }
  uint64_t in_force = 0;
  uint64_t scheduled = 0;
  for (size_t i = 0; i < rulesets->size(); ++i) {
    const Ruleset& ruleset = rulesets->at(i);
    if (ruleset.number() != i + 1) {
      differ(Cat(RulesetName(i + 1), " is missing"));
      return survivorship;
    }
    in_force = IsInForce(ruleset) ? ruleset.number() : in_force;
    scheduled += StateOf(ruleset) == RulesetState::kScheduled ? 1 : 0;
    if (ruleset.change_revision() > revision) {
      differ(Cat(RulesetName(ruleset.number()), " was changed by revision ", ruleset.change_revision(),
                 ", which is none yet"));
    }
  }
  CheckPeriods(*rulesets, revision, differ);
  if (scheduled > 1) {
    differ(Cat(scheduled, " rulesets are scheduled; there may be one"));
  }
  if (in_force != survivorship->ruleset) {
    differ(Cat(RulesetName(in_force), " is stored as in force, and the register goes by ",
               RulesetName(survivorship->ruleset)));
  }
  if (in_force != 0) {
    absl::StatusOr<std::shared_ptr<const Survivorship>> stored =
        SurvivorshipOf(rulesets->at(in_force - 1), core.options.rules);
    if (stored.ok()) {
      return stored;
    }
    differ(std::string(Message(stored.status())));
  }
  return survivorship;
}

}  // namespace wensum::registry
