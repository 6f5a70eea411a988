// wensum.v1.Custodian over gRPC.
#ifndef WENSUM_SERVICES_CUSTODIAN_CUSTODIAN_SERVICE_H_
#define WENSUM_SERVICES_CUSTODIAN_CUSTODIAN_SERVICE_H_

#include "services/custodian/custodian_handler.h"
#include "services/rpc/call_gate.h"
#include "services/rpc/executor.h"
#include "wensum/v1/custodian.grpc.pb.h"

namespace wensum::custodian {

class CustodianService final : public v1::Custodian::CallbackService {
 public:
  // All must outlive the service. `workers` waits for the writer.
  CustodianService(CustodianHandler* handler, rpc::CallGate* gate, rpc::Executor* workers)
      : handler_(*handler), gate_(*gate), workers_(*workers) {}

  grpc::ServerUnaryReactor* Apply(grpc::CallbackServerContext* transport, const v1::ApplyOperationRequest* request,
                                  v1::OperationRecord* response) override;
  grpc::ServerUnaryReactor* Undo(grpc::CallbackServerContext* transport, const v1::UndoOperationRequest* request,
                                 v1::OperationRecord* response) override;
  grpc::ServerUnaryReactor* GetOperation(grpc::CallbackServerContext* transport, const v1::GetOperationRequest* request,
                                         v1::OperationRecord* response) override;
  grpc::ServerUnaryReactor* ListOperations(grpc::CallbackServerContext* transport,
                                           const v1::ListOperationsRequest* request,
                                           v1::ListOperationsResponse* response) override;
  grpc::ServerUnaryReactor* GetLineage(grpc::CallbackServerContext* transport, const v1::GetLineageRequest* request,
                                       v1::GetLineageResponse* response) override;
  grpc::ServerUnaryReactor* ListMarks(grpc::CallbackServerContext* transport, const v1::ListMarksRequest* request,
                                      v1::ListMarksResponse* response) override;
  grpc::ServerUnaryReactor* GetCase(grpc::CallbackServerContext* transport, const v1::GetCaseRequest* request,
                                    v1::NamingCase* response) override;
  grpc::ServerUnaryReactor* ListCases(grpc::CallbackServerContext* transport, const v1::ListCasesRequest* request,
                                      v1::ListCasesResponse* response) override;
  grpc::ServerUnaryReactor* ListRanges(grpc::CallbackServerContext* transport, const v1::ListRangesRequest* request,
                                       v1::ListRangesResponse* response) override;

 private:
  CustodianHandler& handler_;
  rpc::CallGate& gate_;
  rpc::Executor& workers_;
};

}  // namespace wensum::custodian

#endif  // WENSUM_SERVICES_CUSTODIAN_CUSTODIAN_SERVICE_H_
