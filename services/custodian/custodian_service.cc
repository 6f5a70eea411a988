#include "services/custodian/custodian_service.h"

#include <utility>

#include "services/rpc/unary.h"

namespace wensum::custodian {

grpc::ServerUnaryReactor* CustodianService::Apply(grpc::CallbackServerContext* transport,
                                                  const v1::ApplyOperationRequest* request,
                                                  v1::OperationRecord* response) {
  return rpc::UnaryAsync(
      gate_, transport, "/wensum.v1.Custodian/Apply", request, response,
      [this](rpc::CallContext& call, const v1::ApplyOperationRequest& asked, v1::OperationRecord& answer, Done done) {
        handler_.Apply(call, asked, answer, std::move(done));
      });
}

grpc::ServerUnaryReactor* CustodianService::Undo(grpc::CallbackServerContext* transport,
                                                 const v1::UndoOperationRequest* request,
                                                 v1::OperationRecord* response) {
  return rpc::UnaryAsync(
      gate_, transport, "/wensum.v1.Custodian/Undo", request, response,
      [this](rpc::CallContext& call, const v1::UndoOperationRequest& asked, v1::OperationRecord& answer, Done done) {
        handler_.Undo(call, asked, answer, std::move(done));
      });
}

grpc::ServerUnaryReactor* CustodianService::GetOperation(grpc::CallbackServerContext* transport,
                                                         const v1::GetOperationRequest* request,
                                                         v1::OperationRecord* response) {
  return rpc::Unary(gate_, transport, "/wensum.v1.Custodian/GetOperation", request, response,
                    [this](auto&... call) { return handler_.GetOperation(call...); });
}

grpc::ServerUnaryReactor* CustodianService::ListOperations(grpc::CallbackServerContext* transport,
                                                           const v1::ListOperationsRequest* request,
                                                           v1::ListOperationsResponse* response) {
  return rpc::Unary(gate_, transport, "/wensum.v1.Custodian/ListOperations", request, response,
                    [this](auto&... call) { return handler_.ListOperations(call...); });
}

grpc::ServerUnaryReactor* CustodianService::GetLineage(grpc::CallbackServerContext* transport,
                                                       const v1::GetLineageRequest* request,
                                                       v1::GetLineageResponse* response) {
  return rpc::Unary(gate_, transport, "/wensum.v1.Custodian/GetLineage", request, response,
                    [this](auto&... call) { return handler_.GetLineage(call...); });
}

grpc::ServerUnaryReactor* CustodianService::ListMarks(grpc::CallbackServerContext* transport,
                                                      const v1::ListMarksRequest* request,
                                                      v1::ListMarksResponse* response) {
  return rpc::Unary(gate_, transport, "/wensum.v1.Custodian/ListMarks", request, response,
                    [this](auto&... call) { return handler_.ListMarks(call...); });
}

grpc::ServerUnaryReactor* CustodianService::GetCase(grpc::CallbackServerContext* transport,
                                                    const v1::GetCaseRequest* request, v1::NamingCase* response) {
  return rpc::Unary(gate_, transport, "/wensum.v1.Custodian/GetCase", request, response,
                    [this](auto&... call) { return handler_.GetCase(call...); });
}

grpc::ServerUnaryReactor* CustodianService::ListCases(grpc::CallbackServerContext* transport,
                                                      const v1::ListCasesRequest* request,
                                                      v1::ListCasesResponse* response) {
  return rpc::Unary(gate_, transport, "/wensum.v1.Custodian/ListCases", request, response,
                    [this](auto&... call) { return handler_.ListCases(call...); });
}

grpc::ServerUnaryReactor* CustodianService::ListRanges(grpc::CallbackServerContext* transport,
                                                       const v1::ListRangesRequest* request,
                                                       v1::ListRangesResponse* response) {
  return rpc::UnaryAsync(
      gate_, transport, "/wensum.v1.Custodian/ListRanges", request, response,
      [this](rpc::CallContext& call, const v1::ListRangesRequest& asked, v1::ListRangesResponse& answer, Done done) {
        workers_.Run(
            [this, &call, &asked, &answer, done = std::move(done)] { done(handler_.ListRanges(call, asked, answer)); });
      });
}

}  // namespace wensum::custodian
