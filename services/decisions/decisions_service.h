// wensum.v1.Decisions over gRPC.
#ifndef WENSUM_SERVICES_DECISIONS_DECISIONS_SERVICE_H_
#define WENSUM_SERVICES_DECISIONS_DECISIONS_SERVICE_H_

#include "services/decisions/decisions_handler.h"
#include "services/rpc/call_gate.h"
#include "wensum/v1/decisions.grpc.pb.h"

namespace wensum::decisions {

class DecisionsService final : public v1::Decisions::CallbackService {
 public:
  // Both must outlive the service.
  DecisionsService(DecisionsHandler* handler, rpc::CallGate* gate) : handler_(*handler), gate_(*gate) {}

  grpc::ServerUnaryReactor* MergePeople(grpc::CallbackServerContext* transport, const v1::MergePeopleRequest* request,
                                        v1::DecisionResult* response) override;
  grpc::ServerUnaryReactor* UnmergePerson(grpc::CallbackServerContext* transport,
                                          const v1::UnmergePersonRequest* request,
                                          v1::DecisionResult* response) override;
  grpc::ServerUnaryReactor* SplitPerson(grpc::CallbackServerContext* transport, const v1::SplitPersonRequest* request,
                                        v1::DecisionResult* response) override;
  grpc::ServerUnaryReactor* AssertDistinct(grpc::CallbackServerContext* transport,
                                           const v1::AssertDistinctRequest* request,
                                           v1::DecisionResult* response) override;
  grpc::ServerUnaryReactor* UndoDecision(grpc::CallbackServerContext* transport, const v1::UndoDecisionRequest* request,
                                         v1::DecisionResult* response) override;
  grpc::ServerUnaryReactor* DecideTask(grpc::CallbackServerContext* transport, const v1::DecideTaskRequest* request,
                                       v1::DecisionResult* response) override;
  grpc::ServerUnaryReactor* PinValue(grpc::CallbackServerContext* transport, const v1::PinValueRequest* request,
                                     v1::DecisionResult* response) override;
  grpc::ServerUnaryReactor* IgnoreValue(grpc::CallbackServerContext* transport, const v1::IgnoreValueRequest* request,
                                        v1::DecisionResult* response) override;
  grpc::ServerUnaryReactor* OverrideValue(grpc::CallbackServerContext* transport,
                                          const v1::OverrideValueRequest* request,
                                          v1::DecisionResult* response) override;
  grpc::ServerUnaryReactor* SetRecordOfTruth(grpc::CallbackServerContext* transport,
                                             const v1::SetRecordOfTruthRequest* request,
                                             v1::DecisionResult* response) override;
  grpc::ServerUnaryReactor* ResolveHeldUpdates(grpc::CallbackServerContext* transport,
                                               const v1::ResolveHeldUpdatesRequest* request,
                                               v1::DecisionResult* response) override;
  grpc::ServerUnaryReactor* ListHeldUpdates(grpc::CallbackServerContext* transport,
                                            const v1::ListHeldUpdatesRequest* request,
                                            v1::ListHeldUpdatesResponse* response) override;
  grpc::ServerUnaryReactor* GetDecision(grpc::CallbackServerContext* transport, const v1::GetDecisionRequest* request,
                                        v1::Decision* response) override;
  grpc::ServerUnaryReactor* ListDecisions(grpc::CallbackServerContext* transport,
                                          const v1::ListDecisionsRequest* request,
                                          v1::ListDecisionsResponse* response) override;

 private:
  DecisionsHandler& handler_;
  rpc::CallGate& gate_;
};

}  // namespace wensum::decisions

#endif  // WENSUM_SERVICES_DECISIONS_DECISIONS_SERVICE_H_
