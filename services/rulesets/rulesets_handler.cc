#include "services/rulesets/rulesets_handler.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <vector>

#include "base/status_macros.h"
#include "base/strings.h"
#include "services/convert/rulesets.h"
#include "services/convert/times.h"
#include "services/register/ruleset_store.h"
#include "services/rpc/limits.h"
#include "services/rpc/request_key.h"
#include "services/rpc/resource_name.h"
#include "services/rpc/status_details.h"
#include "storage/request_log.h"

namespace wensum::rulesets {
namespace {

using registry::Planned;
using registry::PlanView;
using registry::RulesetState;
using storage::v1::Ruleset;

constexpr size_t kMaxYaml = 64 * 1024;
constexpr size_t kMaxNote = 1'000;
constexpr size_t kMaxActor = 100;
constexpr size_t kTrialExamples = 10;
constexpr size_t kMaxTrialExamples = 50;

absl::Status CheckActor(const std::string& actor) {
  return Trim(actor).empty() ? rpc::InvalidField("actor", "is required: the name of who acts")
                             : rpc::CheckText(actor, kMaxActor, "actor");
}

absl::Status WrongState(std::string_view message) {
  return rpc::WithReason(FailedPrecondition(message), rpc::reason::kRulesetState);
}

// The ruleset as it is, if it is still what the caller looked at.
absl::StatusOr<Ruleset> ReadFor(const storage::Reader& reader, uint32_t reg, const std::string& name, uint64_t etag) {
  WENSUM_ASSIGN_OR_RETURN(const uint64_t number, convert::ParseRulesetName(name, "name"));
  absl::StatusOr<Ruleset> ruleset = registry::ReadRuleset(reader, reg, number);
  if (!ruleset.ok()) {
    return absl::IsNotFound(ruleset.status()) ? rpc::UnknownResource(name) : ruleset.status();
  }
  if (etag != ruleset->change_revision()) {
    return rpc::WithReason(Aborted(Cat("etag ", etag, " does not fit: the revision of ", name, " is ",
                                       ruleset->change_revision(), "; read it again and decide anew")),
                           rpc::reason::kEtagMismatch);
  }
  return ruleset;
}

// Whether it may come into force, now or later.
absl::Status CheckActivation(const storage::Reader& reader, uint32_t reg, const Ruleset& ruleset,
                             const registry::RegisterRules& rules, bool without_trial) {
  const std::string name = registry::RulesetName(ruleset.number());
  const RulesetState state = registry::StateOf(ruleset);
  if (state == RulesetState::kInForce) {
    return WrongState(Cat(name, " is in force already"));
  }
  if (state == RulesetState::kWithdrawn) {
    return WrongState(Cat(name, " was withdrawn: create the rules anew if they are wanted after all"));
  }
  WENSUM_RETURN_IF_ERROR(registry::SurvivorshipOf(ruleset, rules).status());
  if (without_trial) {
    return absl::OkStatus();
  }
  WENSUM_ASSIGN_OR_RETURN(const auto trial, registry::ReadRulesetTrial(reader, reg, ruleset.number()));
  WENSUM_ASSIGN_OR_RETURN(const auto in_force, registry::RulesetInForce(reader, reg));
  const uint64_t since = in_force.has_value() ? in_force->periods().rbegin()->from_revision() : 0;
  if (trial.has_value() && in_force.has_value() && trial->in_force() == in_force->number() &&
      trial->revision() >= since) {
    return absl::OkStatus();
  }
  return rpc::WithReason(
      FailedPrecondition(Cat("nobody has seen what ", name, " would change, as golden records are since revision ",
                             since, ": try it first, or set without_trial")),
      rpc::reason::kRulesetNotTried);
}

absl::Status CheckNoneScheduled(const storage::Reader& reader, uint32_t reg, uint64_t but) {
  WENSUM_ASSIGN_OR_RETURN(const std::vector<Ruleset> rulesets, registry::ListRulesets(reader, reg));
  for (const Ruleset& other : rulesets) {
    if (other.number() != but && registry::StateOf(other) == RulesetState::kScheduled) {
      return WrongState(
          Cat(registry::RulesetName(other.number()), " is scheduled, and one may be: unschedule that one first"));
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status RulesetsHandler::Fill(const storage::Reader& reader, const Ruleset& ruleset, bool yaml,
                                   v1::Ruleset& response) const {
  WENSUM_ASSIGN_OR_RETURN(const auto trial,
                          registry::ReadRulesetTrial(reader, register_.register_id(), ruleset.number()));
  convert::ToRuleset(ruleset, trial, yaml, response);
  return absl::OkStatus();
}

absl::Status RulesetsHandler::Create(rpc::CallContext& call, const v1::CreateRulesetRequest& request,
                                     v1::Ruleset& response) const {
  WENSUM_RETURN_IF_ERROR(CheckActor(request.actor()));
  WENSUM_RETURN_IF_ERROR(rpc::CheckText(request.note(), kMaxNote, "note"));
  WENSUM_RETURN_IF_ERROR(rpc::CheckText(request.yaml(), kMaxYaml, "yaml"));
  WENSUM_RETURN_IF_ERROR(rpc::CheckRequestId(request.request_id()));
  const auto parsed = registry::ParseSurvivorshipText(request.yaml(), register_.rules());
  if (!parsed.ok()) {
    return rpc::InvalidField("yaml", Message(parsed.status()));
  }
  Ruleset ruleset;
  ruleset.set_format(registry::kRulesetFormat);
  ruleset.set_origin(static_cast<uint32_t>(registry::RulesetOrigin::kApi));
  ruleset.set_yaml(request.yaml());
  ruleset.set_note(request.note());
  ruleset.set_actor(std::string(Trim(request.actor())));
  ruleset.set_caller(call.grant().caller);
  if (request.validate_only()) {
    convert::ToRuleset(ruleset, std::nullopt, /*yaml=*/true, response);
    response.clear_name();
    response.clear_create_time();
    return absl::OkStatus();
  }
  const auto answer = std::make_shared<v1::Ruleset>();
  registry::Mutation mutation;
  mutation.plan = [this, &ruleset, answer](const PlanView& view) -> absl::StatusOr<Planned> {
    WENSUM_ASSIGN_OR_RETURN(const auto rulesets, registry::ListRulesets(view.reader, register_.register_id()));
    ruleset.set_number(rulesets.size() + 1);
    ruleset.set_time(view.time);
    ruleset.set_revision(view.revision);
    ruleset.set_change_revision(view.revision);
    convert::ToRuleset(ruleset, std::nullopt, /*yaml=*/true, *answer);
    Planned planned;
    planned.has_revision = true;
    registry::PutRuleset(register_.register_id(), ruleset, planned.writes);
    return planned;
  };
  if (rpc::SetRequestKey(call, request, mutation)) {
    mutation.make_response = [answer](const registry::MutationResult&) { return answer->SerializeAsString(); };
  }
  const registry::MutationResult result = register_.Commit(std::move(mutation));
  WENSUM_RETURN_IF_ERROR(result.status);
  if (!result.replayed_response.has_value()) {
    response = *answer;
  } else if (!response.ParseFromString(*result.replayed_response)) {
    return DataLoss("the stored answer of a repeated request_id cannot be read");
  }
  call.AddResource(response.name());
  call.set_revision(result.revision);
  return absl::OkStatus();
}

absl::Status RulesetsHandler::Get(rpc::CallContext& call, const v1::GetRulesetRequest& request,
                                  v1::Ruleset& response) const {
  WENSUM_ASSIGN_OR_RETURN(const uint64_t number, convert::ParseRulesetName(request.name(), "name"));
  call.AddResource(request.name());
  WENSUM_ASSIGN_OR_RETURN(const registry::ReadView state, register_.OpenView({}));
  call.set_revision(state.revision());
  const absl::StatusOr<Ruleset> ruleset = registry::ReadRuleset(state.reader(), register_.register_id(), number);
  if (!ruleset.ok()) {
    return absl::IsNotFound(ruleset.status()) ? rpc::UnknownResource(request.name()) : ruleset.status();
  }
  return Fill(state.reader(), *ruleset, /*yaml=*/true, response);
}

absl::Status RulesetsHandler::List(rpc::CallContext& call, const v1::ListRulesetsRequest& /*request*/,
                                   v1::ListRulesetsResponse& response) const {
  WENSUM_ASSIGN_OR_RETURN(const registry::ReadView state, register_.OpenView({}));
  call.set_revision(state.revision());
  response.set_revision(state.revision());
  WENSUM_ASSIGN_OR_RETURN(std::vector<Ruleset> rulesets,
                          registry::ListRulesets(state.reader(), register_.register_id()));
  std::ranges::reverse(rulesets);
  for (const Ruleset& ruleset : rulesets) {
    WENSUM_RETURN_IF_ERROR(Fill(state.reader(), ruleset, /*yaml=*/false, *response.add_rulesets()));
    call.AddResource(response.rulesets().rbegin()->name());
  }
  return absl::OkStatus();
}

absl::Status RulesetsHandler::Try(rpc::CallContext& call, const v1::TryRulesetRequest& request,
                                  v1::ModelRun& response) const {
  WENSUM_ASSIGN_OR_RETURN(const uint64_t number, convert::ParseRulesetName(request.name(), "name"));
  WENSUM_ASSIGN_OR_RETURN(const size_t examples,
                          rpc::PageSize(request.max_examples(), kTrialExamples, kMaxTrialExamples, "max_examples"));
  call.AddResource(request.name());
  const absl::StatusOr<Ruleset> ruleset = registry::ReadRuleset(*register_.store(), register_.register_id(), number);
  if (!ruleset.ok()) {
    return absl::IsNotFound(ruleset.status()) ? rpc::UnknownResource(request.name()) : ruleset.status();
  }
  WENSUM_RETURN_IF_ERROR(registry::SurvivorshipOf(*ruleset, register_.rules()).status());
  v1::ModelRunSpec spec;
  spec.mutable_try_ruleset()->set_ruleset(request.name());
  spec.mutable_try_ruleset()->set_max_examples(static_cast<int32_t>(std::min(examples, kMaxTrialExamples)));
  WENSUM_ASSIGN_OR_RETURN(response, runs_.start(std::move(spec), {}));
  call.AddResource(response.name());
  return absl::OkStatus();
}

absl::Status RulesetsHandler::Change(rpc::CallContext& call, const std::string& name, uint64_t etag, Edit edit,
                                     registry::Mutation mutation, v1::Ruleset& response) const {
  const auto answer = std::make_shared<v1::Ruleset>();
  mutation.plan = [this, &name, etag, edit = std::move(edit), answer](const PlanView& view) -> absl::StatusOr<Planned> {
    const uint32_t reg = register_.register_id();
    WENSUM_ASSIGN_OR_RETURN(Ruleset ruleset, ReadFor(view.reader, reg, name, etag));
    WENSUM_RETURN_IF_ERROR(edit(view, ruleset));
    ruleset.set_change_revision(view.revision);
    WENSUM_RETURN_IF_ERROR(Fill(view.reader, ruleset, /*yaml=*/true, *answer));
    Planned planned;
    planned.has_revision = true;
    registry::PutRuleset(reg, ruleset, planned.writes);
    return planned;
  };
  mutation.make_response = [answer](const registry::MutationResult&) { return answer->SerializeAsString(); };
  const registry::MutationResult result = register_.Commit(std::move(mutation));
  WENSUM_RETURN_IF_ERROR(result.status);
  if (!result.replayed_response.has_value()) {
    response = *answer;
  } else if (!response.ParseFromString(*result.replayed_response)) {
    return DataLoss("the stored answer of a repeated request_id cannot be read");
  }
  call.AddResource(response.name());
  call.set_revision(result.revision);
  return absl::OkStatus();
}

absl::Status RulesetsHandler::Schedule(rpc::CallContext& call, const v1::ActivateRulesetRequest& request,
                                       v1::Ruleset& response) const {
  const absl::StatusOr<TimeMicros> time = convert::FromTimestamp(request.effective_time());
  if (!time.ok()) {
    return rpc::InvalidField("effective_time", Message(time.status()));
  }
  registry::Mutation mutation;
  rpc::SetRequestKey(call, request, mutation);
  const auto edit = [&, time = *time](const PlanView& view, Ruleset& ruleset) -> absl::Status {
    if (time <= view.time) {
      return rpc::InvalidField("effective_time", "is past: leave it out to put the ruleset in force now");
    }
    const uint32_t reg = register_.register_id();
    WENSUM_RETURN_IF_ERROR(CheckActivation(view.reader, reg, ruleset, register_.rules(), request.without_trial()));
    WENSUM_RETURN_IF_ERROR(CheckNoneScheduled(view.reader, reg, ruleset.number()));
    storage::v1::RulesetSchedule& schedule = *ruleset.mutable_schedule();
    schedule.set_effective_time(time);
    schedule.set_actor(std::string(Trim(request.actor())));
    schedule.set_caller(call.grant().caller);
    schedule.set_time(view.time);
    schedule.set_revision(view.revision);
    return absl::OkStatus();
  };
  return Change(call, request.name(), request.etag(), edit, std::move(mutation), response);
}

absl::Status RulesetsHandler::Activate(rpc::CallContext& call, const v1::ActivateRulesetRequest& request,
                                       v1::ActivateRulesetResponse& response) const {
  WENSUM_RETURN_IF_ERROR(convert::ParseRulesetName(request.name(), "name").status());
  WENSUM_RETURN_IF_ERROR(CheckActor(request.actor()));
  WENSUM_RETURN_IF_ERROR(rpc::CheckRequestId(request.request_id()));
  if (request.has_effective_time()) {
    return Schedule(call, request, *response.mutable_ruleset());
  }
  const uint32_t reg = register_.register_id();
  const rpc::RepeatableRequest repeatable = rpc::ToRepeatable(call, request);
  // What was asked for already is answered, whatever the ruleset is by now.
  const storage::Store& store = *register_.store();
  std::optional<std::string> repeated;
  if (!repeatable.key.empty()) {
    WENSUM_ASSIGN_OR_RETURN(repeated, storage::FindRequest(store, reg, repeatable.key, repeatable.hash));
  }
  if (!repeated.has_value()) {
    WENSUM_ASSIGN_OR_RETURN(const Ruleset ruleset, ReadFor(store, reg, request.name(), request.etag()));
    WENSUM_RETURN_IF_ERROR(CheckActivation(store, reg, ruleset, register_.rules(), request.without_trial()));
  }
  v1::ModelRunSpec spec;
  v1::ActivateRulesetSpec& activate = *spec.mutable_activate_ruleset();
  activate.set_ruleset(request.name());
  activate.set_etag(request.etag());
  activate.set_actor(std::string(Trim(request.actor())));
  activate.set_caller(call.grant().caller);
  WENSUM_ASSIGN_OR_RETURN(*response.mutable_run(), runs_.start(std::move(spec), repeatable));
  call.AddResource(response.run().name());
  v1::GetRulesetRequest get;
  get.set_name(request.name());
  return Get(call, get, *response.mutable_ruleset());
}

absl::Status RulesetsHandler::Unschedule(rpc::CallContext& call, const v1::UnscheduleRulesetRequest& request,
                                         v1::Ruleset& response) const {
  if (runs_.activating(request.name())) {
    return WrongState(
        Cat("its time has come, and a run is putting ", request.name(), " in force: cancel that run first"));
  }
  const auto edit = [&request](const PlanView& /*view*/, Ruleset& ruleset) -> absl::Status {
    if (registry::StateOf(ruleset) != RulesetState::kScheduled) {
      return WrongState(Cat(request.name(), " is not scheduled"));
    }
    ruleset.clear_schedule();
    return absl::OkStatus();
  };
  return Change(call, request.name(), request.etag(), edit, {}, response);
}

absl::Status RulesetsHandler::Withdraw(rpc::CallContext& call, const v1::WithdrawRulesetRequest& request,
                                       v1::Ruleset& response) const {
  WENSUM_RETURN_IF_ERROR(CheckActor(request.actor()));
  WENSUM_RETURN_IF_ERROR(rpc::CheckText(request.comment(), kMaxNote, "comment"));
  if (runs_.activating(request.name())) {
    return WrongState(Cat("a run is putting ", request.name(), " in force: cancel that run first"));
  }
  const auto edit = [&](const PlanView& view, Ruleset& ruleset) -> absl::Status {
    const RulesetState state = registry::StateOf(ruleset);
    if (state == RulesetState::kInForce || state == RulesetState::kWithdrawn) {
      return WrongState(Cat(request.name(), state == RulesetState::kInForce ? " is in force: activate another one first"
                                                                            : " was withdrawn already"));
    }
    ruleset.clear_schedule();
    storage::v1::RulesetWithdrawal& withdrawal = *ruleset.mutable_withdrawal();
    withdrawal.set_actor(std::string(Trim(request.actor())));
    withdrawal.set_caller(call.grant().caller);
    withdrawal.set_comment(request.comment());
    withdrawal.set_time(view.time);
    withdrawal.set_revision(view.revision);
    return absl::OkStatus();
  };
  return Change(call, request.name(), request.etag(), edit, {}, response);
}

}  // namespace wensum::rulesets
