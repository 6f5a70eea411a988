// What wensum.v1.Rulesets answers, without a transport. proto/wensum/v1/rulesets.proto is the contract.
#ifndef WENSUM_SERVICES_RULESETS_RULESETS_HANDLER_H_
#define WENSUM_SERVICES_RULESETS_RULESETS_HANDLER_H_

#include <functional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "services/register/mutation.h"
#include "services/register/register.h"
#include "services/rpc/call_context.h"
#include "services/rulesets/ruleset_runs.h"
#include "wensum/storage/v1/rulesets.pb.h"
#include "wensum/v1/rulesets.pb.h"

namespace wensum::rulesets {

// Thread-safe. All but Get and List wait for a commit: not for gRPC threads.
class RulesetsHandler {
 public:
  // `reg` must outlive the handler, and what `runs` needs.
  RulesetsHandler(registry::Register* reg, RulesetRuns runs) : register_(*reg), runs_(std::move(runs)) {}

  absl::Status Create(rpc::CallContext& call, const v1::CreateRulesetRequest& request, v1::Ruleset& response) const;
  absl::Status Get(rpc::CallContext& call, const v1::GetRulesetRequest& request, v1::Ruleset& response) const;
  absl::Status List(rpc::CallContext& call, const v1::ListRulesetsRequest& request,
                    v1::ListRulesetsResponse& response) const;
  absl::Status Try(rpc::CallContext& call, const v1::TryRulesetRequest& request, v1::ModelRun& response) const;
  absl::Status Activate(rpc::CallContext& call, const v1::ActivateRulesetRequest& request,
                        v1::ActivateRulesetResponse& response) const;
  absl::Status Unschedule(rpc::CallContext& call, const v1::UnscheduleRulesetRequest& request,
                          v1::Ruleset& response) const;
  absl::Status Withdraw(rpc::CallContext& call, const v1::WithdrawRulesetRequest& request, v1::Ruleset& response) const;

 private:
  // What is done to a ruleset on the writer's thread, as it is then; OK keeps it.
  using Edit = std::function<absl::Status(const registry::PlanView& view, storage::v1::Ruleset& ruleset)>;

  // Commits an edit of the ruleset with this etag, and answers with what it is then.
  absl::Status Change(rpc::CallContext& call, const std::string& name, uint64_t etag, Edit edit,
                      registry::Mutation mutation, v1::Ruleset& response) const;
  absl::Status Schedule(rpc::CallContext& call, const v1::ActivateRulesetRequest& request, v1::Ruleset& response) const;
  // Fills the response, with the text if `yaml`, as the reader has it.
  absl::Status Fill(const storage::Reader& reader, const storage::v1::Ruleset& ruleset, bool yaml,
                    v1::Ruleset& response) const;

  registry::Register& register_;
  const RulesetRuns runs_;
};

}  // namespace wensum::rulesets

#endif  // WENSUM_SERVICES_RULESETS_RULESETS_HANDLER_H_
