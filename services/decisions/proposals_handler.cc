#include "services/decisions/proposals_handler.h"

#include <algorithm>
#include <limits>
#include <memory>
#include <utility>

#include "base/status_macros.h"
#include "base/strings.h"
#include "services/convert/sight.h"
#include "services/convert/times.h"
#include "services/decisions/decision_messages.h"
#include "services/decisions/decision_planner.h"
#include "services/decisions/decision_risks.h"
#include "services/register/decision_store.h"
#include "services/register/proposal_store.h"
#include "services/rpc/limits.h"
#include "services/rpc/page_token.h"
#include "services/rpc/request_key.h"
#include "services/rpc/resource_name.h"
#include "services/rpc/signed_write.h"
#include "services/rpc/status_details.h"
#include "services/tasks/task_actions.h"
#include "services/tasks/task_store.h"
#include "storage/overlay_reader.h"

namespace wensum::decisions {
namespace {

using registry::DecisionWrites;
using registry::Mutation;
using registry::MutationResult;
using registry::Planned;
using registry::PlanView;
using registry::ProposalState;
using storage::v1::DecisionProposal;

constexpr size_t kMaxComment = 1'000;
constexpr size_t kListPage = 20;
constexpr size_t kMaxListPage = 100;
constexpr size_t kLookedAt = 1'000;  // proposals that one page looks at

absl::StatusOr<uint64_t> ParseProposalName(std::string_view name) {
  constexpr std::string_view kProposals = "proposals/";
  const absl::StatusOr<uint64_t> number =
      name.starts_with(kProposals) ? ParseDecisionName(Cat("decisions/", name.substr(kProposals.size())), "name")
                                   : absl::StatusOr<uint64_t>(InvalidArgument(""));
  return number.ok()
             ? number
             : rpc::InvalidField("name", Cat(Quote(name, 100), " is no name of a proposal: proposals/{number}"));
}

template <typename Request>
absl::Status CheckAnswering(const Request& request) {
  absl::Status status = rpc::CheckActor(request.actor());
  status.Update(rpc::CheckText(request.comment(), kMaxComment, "comment"));
  status.Update(rpc::CheckRequestId(request.request_id()));
  if (request.etag() == 0) {
    status.Update(rpc::InvalidField("etag", "is required: that of the proposal as it was looked at"));
  }
  return status;
}

template <typename Request>
void SetAnswer(const Request& request, const std::string& caller, ProposalState state, const PlanView& view,
               DecisionProposal& proposal) {
  proposal.set_state(static_cast<uint32_t>(state));
  proposal.set_answer_actor(std::string(Trim(request.actor())));
  proposal.set_answer_caller(caller);
  proposal.set_answer_comment(request.comment());
  proposal.set_answer_time(view.time);
  proposal.set_change_revision(view.revision);
}

void Refused(const absl::Status& queued, const ProposalsHandler::Done& done) {
  if (!queued.ok()) {
    done(rpc::NotQueued(queued));
  }
}

}  // namespace

absl::StatusOr<Planned> Propose(const registry::Register& reg, const PlanView& view, const PersonSight& sight,
                                const tasks::TaskRules& rules, const storage::v1::LinkDecision& decision,
                                const std::vector<v1::DecisionRisk>& risks, v1::DecisionResult& answer) {
  WENSUM_ASSIGN_OR_RETURN(const uint64_t newest, registry::NewestProposal(view.reader, reg.register_id()));
  DecisionProposal proposal;
  proposal.set_format(registry::kProposalFormat);
  proposal.set_number(newest + 1);
  proposal.set_state(static_cast<uint32_t>(ProposalState::kProposed));
  *proposal.mutable_decision() = decision;
  for (const storage::v1::DecisionSide& side : decision.sides()) {
    WENSUM_ASSIGN_OR_RETURN(const StoredPerson person, sight.Read(side.person()));
    proposal.add_etags(person.entity.revision());
  }
  proposal.mutable_risks()->Assign(risks.begin(), risks.end());
  proposal.set_time(view.time);
  proposal.set_revision(view.revision);
  proposal.set_change_revision(view.revision);
  proposal.set_due_time(view.time + rules.Of(tasks::TaskKind::kPossibleMatch).due_days * tasks::kDay);
  Planned planned;
  planned.has_revision = true;
  registry::PutProposal(reg.register_id(), proposal, planned.writes);
  answer.set_proposal(registry::ProposalName(proposal.number()));
  answer.set_revision(view.revision);
  return planned;
}

ProposalsHandler::ProposalsHandler(registry::Register* reg, const Clock* clock, tasks::TaskRules rules)
    : register_(*reg),
      clock_(*clock),
      rules_(std::move(rules)),
      knows_all_sources_(convert::KnowsAllSources(reg->rules(), reg->Stats().by_source)) {}

absl::StatusOr<DecisionProposal> ProposalsHandler::FindWaiting(const PlanView& view, const PersonSight& sight,
                                                               uint64_t number, uint64_t etag) const {
  const std::string name = registry::ProposalName(number);
  absl::StatusOr<DecisionProposal> proposal = registry::ReadProposal(view.reader, register_.register_id(), number);
  if (!proposal.ok()) {
    return absl::IsNotFound(proposal.status()) ? rpc::UnknownResource(name) : proposal;
  }
  WENSUM_ASSIGN_OR_RETURN(const bool seen, sight.Sees(proposal->decision()));
  if (!seen) {
    return rpc::UnknownResource(name);
  }
  const auto refuse = [&name](std::string_view why) {
    return rpc::WithReason(FailedPrecondition(Cat(name, why)), rpc::reason::kProposalState);
  };
  if (proposal->state() != static_cast<uint32_t>(ProposalState::kProposed)) {
    const bool approved = proposal->state() == static_cast<uint32_t>(ProposalState::kApproved);
    return refuse(Cat(" was ", approved ? "approved" : "rejected", " already, by ", Quote(proposal->answer_actor())));
  }
  if (registry::IsExpired(*proposal, view.time)) {
    return refuse(" is expired: nobody answered it in time; propose it anew if it is still right");
  }
  if (etag != proposal->change_revision()) {
    return rpc::WithReason(Aborted(Cat("etag ", etag, " does not fit: that of ", name, " is ",
                                       proposal->change_revision(), "; read it again")),
                           rpc::reason::kEtagMismatch);
  }
  return proposal;
}

absl::StatusOr<DecisionWrites> ProposalsHandler::PlanApproved(const PlanView& view, const PersonSight& sight,
                                                              const DecisionProposal& proposal) const {
  const storage::v1::LinkDecision& decision = proposal.decision();
  for (int i = 0; i < decision.sides_size(); ++i) {
    WENSUM_ASSIGN_OR_RETURN(const StoredPerson person, sight.Read(decision.sides(i).person()));
    if (person.anchor != decision.sides(i).person() || person.entity.revision() != proposal.etags(i)) {
      return rpc::WithReason(
          Aborted(Cat(rpc::PersonName(register_.ids(), decision.sides(i).person()), " was changed since ",
                      registry::ProposalName(proposal.number()),
                      " was made: look at the people, reject it, and propose anew what is still right")),
          rpc::reason::kEtagMismatch);
    }
  }
  if (decision.task() != 0) {
    WENSUM_ASSIGN_OR_RETURN(const tasks::Task task,
                            tasks::ReadTask(view.reader, register_.register_id(), decision.task()));
    const absl::Status answer =
        tasks::CheckAnswer({.name = decision.actor(), .caller = decision.caller(), .now = view.time}, task);
    if (!answer.ok()) {
      return rpc::WithReason(answer, rpc::reason::kTaskState);
    }
  }
  return DecisionPlanner(register_, view, sight).Again(decision);
}

void ProposalsHandler::Approve(rpc::CallContext& call, const v1::ApproveProposalRequest& request,
                               v1::DecisionResult& response, Done done) {
  absl::Status status = CheckAnswering(request);
  const absl::StatusOr<uint64_t> number = ParseProposalName(request.name());
  status.Update(number.status());
  if (!status.ok()) {
    return done(status);
  }
  const auto answer = std::make_shared<v1::DecisionResult>();
  const auto beside = std::make_shared<storage::WriteBatch>();
  Mutation mutation;
  mutation.plan = [this, answer, beside, &request, number = *number, caller = call.grant().caller,
                   bit = call.purpose_bit()](const PlanView& view) -> absl::StatusOr<Planned> {
    const PersonSight sight(register_, view.reader, knows_all_sources_, bit);
    WENSUM_ASSIGN_OR_RETURN(DecisionProposal proposal, FindWaiting(view, sight, number, request.etag()));
    WENSUM_RETURN_IF_ERROR(CheckSecond(proposal.decision().actor(), request.actor(), registry::ProposalName(number)));
    WENSUM_ASSIGN_OR_RETURN(DecisionWrites writes, PlanApproved(view, sight, proposal));
    SetAnswer(request, caller, ProposalState::kApproved, view, proposal);
    proposal.set_made(view.decisions.size() + 1);
    registry::PutProposal(register_.register_id(), proposal, *beside);
    writes.add->set_approver(proposal.answer_actor());
    writes.add->set_approver_caller(caller);
    answer->set_proposal(registry::ProposalName(number));
    Planned planned;
    planned.decision = std::make_shared<DecisionWrites>(std::move(writes));
    planned.decision->preview = request.validate_only();
    planned.decision->tell = [this, answer, bit,
                              made = planned.decision.get()](const registry::DecisionEffects& effects) {
      return ToResult(register_, *made, effects, knows_all_sources_, bit, *answer);
    };
    return planned;
  };
  mutation.extra_writes = [beside](const MutationResult& /*result*/, storage::WriteBatch& batch) {
    batch.Append(std::move(*beside));
  };
  if (!request.validate_only() && rpc::SetRequestKey(call, request, mutation)) {
    mutation.make_response = [answer](const MutationResult& /*result*/) { return answer->SerializeAsString(); };
  }
  Refused(register_.Submit(std::move(mutation),
                           [answer, &call, &request, &response, done](const MutationResult& result) {
                             const absl::Status outcome = rpc::FillResponse(result, *answer, response);
                             call.AddResource(request.name());
                             if (!response.decision().name().empty()) {
                               call.AddResource(response.decision().name());
                             }
                             call.set_revision(result.revision);
                             done(outcome);
                           }),
          done);
}

void ProposalsHandler::Reject(rpc::CallContext& call, const v1::RejectProposalRequest& request, v1::Proposal& response,
                              Done done) {
  absl::Status status = CheckAnswering(request);
  const absl::StatusOr<uint64_t> number = ParseProposalName(request.name());
  status.Update(number.status());
  if (!rules_.HasDecisionReason(request.reason())) {
    status.Update(rpc::InvalidField("reason", Cat(Quote(request.reason(), 100), " is not configured; there are ",
                                                  Join(rules_.decision_reasons, ", "))));
  }
  if (!status.ok()) {
    return done(status);
  }
  const auto answer = std::make_shared<v1::Proposal>();
  Mutation mutation;
  mutation.plan = [this, answer, &request, number = *number, caller = call.grant().caller,
                   bit = call.purpose_bit()](const PlanView& view) -> absl::StatusOr<Planned> {
    const PersonSight sight(register_, view.reader, knows_all_sources_, bit);
    WENSUM_ASSIGN_OR_RETURN(DecisionProposal proposal, FindWaiting(view, sight, number, request.etag()));
    SetAnswer(request, caller, ProposalState::kRejected, view, proposal);
    proposal.set_answer_reason(request.reason());
    Planned planned;
    planned.has_revision = true;
    registry::PutProposal(register_.register_id(), proposal, planned.writes);
    WENSUM_RETURN_IF_ERROR(ToProposal(sight, proposal, view.time, *answer));
    return planned;
  };
  if (rpc::SetRequestKey(call, request, mutation)) {
    mutation.make_response = [answer](const MutationResult& /*result*/) { return answer->SerializeAsString(); };
  }
  Refused(register_.Submit(std::move(mutation),
                           [answer, &call, &request, &response, done](const MutationResult& result) {
                             const absl::Status outcome = rpc::FillResponse(result, *answer, response);
                             call.AddResource(request.name());
                             call.set_revision(result.revision);
                             done(outcome);
                           }),
          done);
}

absl::Status ProposalsHandler::ToProposal(const PersonSight& sight, const DecisionProposal& proposal, TimeMicros now,
                                          v1::Proposal& out) const {
  out.set_name(registry::ProposalName(proposal.number()));
  out.set_state(registry::IsExpired(proposal, now) ? v1::Proposal::STATE_EXPIRED
                                                   : static_cast<v1::Proposal::State>(proposal.state()));
  for (const uint32_t risk : proposal.risks()) {
    out.add_risks(static_cast<v1::DecisionRisk>(risk));
  }
  WENSUM_RETURN_IF_ERROR(ToDecision(register_, sight, proposal.decision(), *out.mutable_decision()));
  out.mutable_decision()->clear_name();
  out.mutable_decision()->clear_state();
  out.mutable_decision()->clear_decide_time();
  convert::ToTimestamp(proposal.time(), *out.mutable_create_time());
  out.set_create_revision(proposal.revision());
  convert::ToTimestamp(proposal.due_time(), *out.mutable_due_time());
  out.set_answer_actor(proposal.answer_actor());
  out.set_answer_caller(proposal.answer_caller());
  out.set_answer_reason(proposal.answer_reason());
  out.set_answer_comment(proposal.answer_comment());
  if (proposal.answer_time() != 0) {
    convert::ToTimestamp(proposal.answer_time(), *out.mutable_answer_time());
  }
  if (proposal.made() != 0) {
    out.set_made(registry::DecisionName(proposal.made()));
  }
  out.set_etag(proposal.change_revision());
  return absl::OkStatus();
}

absl::Status ProposalsHandler::Get(rpc::CallContext& call, const v1::GetProposalRequest& request,
                                   v1::Proposal& response) const {
  WENSUM_ASSIGN_OR_RETURN(const uint64_t number, ParseProposalName(request.name()));
  call.AddResource(request.name());
  WENSUM_ASSIGN_OR_RETURN(const registry::ReadView state, register_.OpenView({}));
  call.set_revision(state.revision());
  const absl::StatusOr<DecisionProposal> proposal =
      registry::ReadProposal(state.reader(), register_.register_id(), number);
  if (!proposal.ok()) {
    return absl::IsNotFound(proposal.status()) ? rpc::UnknownResource(request.name()) : proposal.status();
  }
  const PersonSight sight(register_, state.reader(), knows_all_sources_, call.purpose_bit());
  WENSUM_ASSIGN_OR_RETURN(const bool seen, sight.Sees(proposal->decision()));
  return seen ? ToProposal(sight, *proposal, clock_.Now(), response) : rpc::UnknownResource(request.name());
}

absl::Status ProposalsHandler::List(rpc::CallContext& call, const v1::ListProposalsRequest& request,
                                    v1::ListProposalsResponse& response) const {
  WENSUM_ASSIGN_OR_RETURN(const size_t limit, rpc::PageSize(request.page_size(), kListPage, kMaxListPage));
  if (!v1::Proposal::State_IsValid(request.state())) {
    return rpc::InvalidField("state", Cat("has no value ", static_cast<int>(request.state())));
  }
  const uint64_t parameters = rpc::ParametersHash(request);
  WENSUM_ASSIGN_OR_RETURN(const registry::ReadView state, register_.OpenView({}));
  call.set_revision(state.revision());
  response.set_revision(state.revision());
  WENSUM_ASSIGN_OR_RETURN(uint64_t number, registry::NewestProposal(state.reader(), register_.register_id()));
  if (!request.page_token().empty()) {
    WENSUM_ASSIGN_OR_RETURN(const rpc::PageCursor cursor, rpc::DecodePageToken(request.page_token(), parameters));
    number = std::min(number, cursor.position);
  }
  const PersonSight sight(register_, state.reader(), knows_all_sources_, call.purpose_bit());
  for (size_t looked = 0; number > 0; --number, ++looked) {
    if (looked == kLookedAt || static_cast<size_t>(response.proposals_size()) == limit) {
      response.set_next_page_token(rpc::EncodePageToken({.revision = 0, .position = number, .key = ""}, parameters));
      break;
    }
    WENSUM_ASSIGN_OR_RETURN(const DecisionProposal proposal,
                            registry::ReadProposal(state.reader(), register_.register_id(), number));
    v1::Proposal out;
    WENSUM_ASSIGN_OR_RETURN(const bool seen, sight.Sees(proposal.decision()));
    if (!seen) {
      continue;
    }
    WENSUM_RETURN_IF_ERROR(ToProposal(sight, proposal, clock_.Now(), out));
    if (request.state() == v1::Proposal::STATE_UNSPECIFIED || request.state() == out.state()) {
      call.AddResource(out.name());
      *response.add_proposals() = std::move(out);
    }
  }
  return absl::OkStatus();
}

}  // namespace wensum::decisions
