// What wensum.v1.Proposals answers, without a transport. proto/wensum/v1/proposals.proto is the contract.
#ifndef WENSUM_SERVICES_DECISIONS_PROPOSALS_HANDLER_H_
#define WENSUM_SERVICES_DECISIONS_PROPOSALS_HANDLER_H_

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/clock.h"
#include "services/decisions/person_sight.h"
#include "services/register/decision_writes.h"
#include "services/register/mutation.h"
#include "services/register/register.h"
#include "services/rpc/call_context.h"
#include "services/tasks/task_rules.h"
#include "wensum/storage/v1/proposals.pb.h"
#include "wensum/v1/proposals.pb.h"

namespace wensum::decisions {

// What DecisionsHandler writes instead of a decision that needs a second steward; fills `answer`.
absl::StatusOr<registry::Planned> Propose(const registry::Register& reg, const registry::PlanView& view,
                                          const PersonSight& sight, const tasks::TaskRules& rules,
                                          const storage::v1::LinkDecision& decision,
                                          const std::vector<v1::DecisionRisk>& risks, v1::DecisionResult& answer);

// Thread-safe. The writing methods return once the write is queued and call `done` exactly once, perhaps on the
// register's thread, when it is durable or refused; call, request and response must live until then.
class ProposalsHandler {
 public:
  using Done = std::function<void(const absl::Status&)>;

  // `reg` and `clock`, by which proposals expire, must outlive the handler.
  ProposalsHandler(registry::Register* reg, const Clock* clock, tasks::TaskRules rules);

  absl::Status Get(rpc::CallContext& call, const v1::GetProposalRequest& request, v1::Proposal& response) const;
  absl::Status List(rpc::CallContext& call, const v1::ListProposalsRequest& request,
                    v1::ListProposalsResponse& response) const;
  void Approve(rpc::CallContext& call, const v1::ApproveProposalRequest& request, v1::DecisionResult& response,
               Done done);
  void Reject(rpc::CallContext& call, const v1::RejectProposalRequest& request, v1::Proposal& response, Done done);

 private:
  // One that waits for an answer, with this etag.
  absl::StatusOr<storage::v1::DecisionProposal> FindWaiting(const registry::PlanView& view, const PersonSight& sight,
                                                            uint64_t number, uint64_t etag) const;
  absl::StatusOr<registry::DecisionWrites> PlanApproved(const registry::PlanView& view, const PersonSight& sight,
                                                        const storage::v1::DecisionProposal& proposal) const;
  absl::Status ToProposal(const PersonSight& sight, const storage::v1::DecisionProposal& proposal, TimeMicros now,
                          v1::Proposal& out) const;

  registry::Register& register_;
  const Clock& clock_;
  const tasks::TaskRules rules_;
  const bool knows_all_sources_;
};

}  // namespace wensum::decisions

#endif  // WENSUM_SERVICES_DECISIONS_PROPOSALS_HANDLER_H_
