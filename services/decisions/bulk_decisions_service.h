// wensum.v1.BulkDecisions over gRPC.
#ifndef WENSUM_SERVICES_DECISIONS_BULK_DECISIONS_SERVICE_H_
#define WENSUM_SERVICES_DECISIONS_BULK_DECISIONS_SERVICE_H_

#include "services/decisions/bulk_handler.h"
#include "services/rpc/call_gate.h"
#include "services/rpc/executor.h"
#include "wensum/v1/bulk_decisions.grpc.pb.h"

namespace wensum::decisions {

class BulkDecisionsService final : public v1::BulkDecisions::CallbackService {
 public:
  // All must outlive the service. `workers` read.
  BulkDecisionsService(BulkHandler* handler, rpc::CallGate* gate, rpc::Executor* workers)
      : handler_(*handler), gate_(*gate), workers_(*workers) {}

  grpc::ServerUnaryReactor* CreateBulkDecision(grpc::CallbackServerContext* transport,
                                               const v1::CreateBulkDecisionRequest* request,
                                               v1::BulkDecision* response) override;
  grpc::ServerUnaryReactor* GetBulkDecision(grpc::CallbackServerContext* transport,
                                            const v1::GetBulkDecisionRequest* request,
                                            v1::BulkDecision* response) override;
  grpc::ServerUnaryReactor* ListBulkDecisions(grpc::CallbackServerContext* transport,
                                              const v1::ListBulkDecisionsRequest* request,
                                              v1::ListBulkDecisionsResponse* response) override;
  grpc::ServerUnaryReactor* ListBulkDecisionTasks(grpc::CallbackServerContext* transport,
                                                  const v1::ListBulkDecisionTasksRequest* request,
                                                  v1::ListBulkDecisionTasksResponse* response) override;
  grpc::ServerUnaryReactor* ApplyBulkDecision(grpc::CallbackServerContext* transport,
                                              const v1::ApplyBulkDecisionRequest* request,
                                              v1::BulkDecision* response) override;
  grpc::ServerUnaryReactor* StopBulkDecision(grpc::CallbackServerContext* transport,
                                             const v1::StopBulkDecisionRequest* request,
                                             v1::BulkDecision* response) override;
  grpc::ServerUnaryReactor* UndoBulkDecision(grpc::CallbackServerContext* transport,
                                             const v1::UndoBulkDecisionRequest* request,
                                             v1::BulkDecision* response) override;
  grpc::ServerUnaryReactor* WithdrawBulkDecision(grpc::CallbackServerContext* transport,
                                                 const v1::WithdrawBulkDecisionRequest* request,
                                                 v1::BulkDecision* response) override;

 private:
  BulkHandler& handler_;
  rpc::CallGate& gate_;
  rpc::Executor& workers_;
};

}  // namespace wensum::decisions

#endif  // WENSUM_SERVICES_DECISIONS_BULK_DECISIONS_SERVICE_H_
