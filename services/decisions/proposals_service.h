// wensum.v1.Proposals over gRPC.
#ifndef WENSUM_SERVICES_DECISIONS_PROPOSALS_SERVICE_H_
#define WENSUM_SERVICES_DECISIONS_PROPOSALS_SERVICE_H_

#include "services/decisions/proposals_handler.h"
#include "services/rpc/call_gate.h"
#include "wensum/v1/proposals.grpc.pb.h"

namespace wensum::decisions {

class ProposalsService final : public v1::Proposals::CallbackService {
 public:
  // Both must outlive the service.
  ProposalsService(ProposalsHandler* handler, rpc::CallGate* gate) : handler_(*handler), gate_(*gate) {}

  grpc::ServerUnaryReactor* GetProposal(grpc::CallbackServerContext* transport, const v1::GetProposalRequest* request,
                                        v1::Proposal* response) override;
  grpc::ServerUnaryReactor* ListProposals(grpc::CallbackServerContext* transport,
                                          const v1::ListProposalsRequest* request,
                                          v1::ListProposalsResponse* response) override;
  grpc::ServerUnaryReactor* ApproveProposal(grpc::CallbackServerContext* transport,
                                            const v1::ApproveProposalRequest* request,
                                            v1::DecisionResult* response) override;
  grpc::ServerUnaryReactor* RejectProposal(grpc::CallbackServerContext* transport,
                                           const v1::RejectProposalRequest* request, v1::Proposal* response) override;

 private:
  ProposalsHandler& handler_;
  rpc::CallGate& gate_;
};

}  // namespace wensum::decisions

#endif  // WENSUM_SERVICES_DECISIONS_PROPOSALS_SERVICE_H_
