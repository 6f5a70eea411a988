#include "services/decisions/proposals_service.h"

#include <utility>

#include "services/rpc/unary.h"

namespace wensum::decisions {

grpc::ServerUnaryReactor* ProposalsService::GetProposal(grpc::CallbackServerContext* transport,
                                                        const v1::GetProposalRequest* request, v1::Proposal* response) {
  return rpc::Unary(gate_, transport, "/wensum.v1.Proposals/GetProposal", request, response,
                    [this](auto&... call) { return handler_.Get(call...); });
}

grpc::ServerUnaryReactor* ProposalsService::ListProposals(grpc::CallbackServerContext* transport,
                                                          const v1::ListProposalsRequest* request,
                                                          v1::ListProposalsResponse* response) {
  return rpc::Unary(gate_, transport, "/wensum.v1.Proposals/ListProposals", request, response,
                    [this](auto&... call) { return handler_.List(call...); });
}

grpc::ServerUnaryReactor* ProposalsService::ApproveProposal(grpc::CallbackServerContext* transport,
                                                            const v1::ApproveProposalRequest* request,
                                                            v1::DecisionResult* response) {
  return rpc::UnaryAsync(
      gate_, transport, "/wensum.v1.Proposals/ApproveProposal", request, response,
      [this](rpc::CallContext& call, const v1::ApproveProposalRequest& asked, v1::DecisionResult& answer,
             ProposalsHandler::Done done) { handler_.Approve(call, asked, answer, std::move(done)); });
}

grpc::ServerUnaryReactor* ProposalsService::RejectProposal(grpc::CallbackServerContext* transport,
                                                           const v1::RejectProposalRequest* request,
                                                           v1::Proposal* response) {
  return rpc::UnaryAsync(
      gate_, transport, "/wensum.v1.Proposals/RejectProposal", request, response,
      [this](rpc::CallContext& call, const v1::RejectProposalRequest& asked, v1::Proposal& answer,
             ProposalsHandler::Done done) { handler_.Reject(call, asked, answer, std::move(done)); });
}

}  // namespace wensum::decisions
