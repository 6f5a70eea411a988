#include "services/decisions/bulk_decisions_service.h"

#include <utility>

#include "services/rpc/unary.h"

namespace wensum::decisions {

using Done = BulkHandler::Done;

grpc::ServerUnaryReactor* BulkDecisionsService::CreateBulkDecision(grpc::CallbackServerContext* transport,
                                                                   const v1::CreateBulkDecisionRequest* request,
                                                                   v1::BulkDecision* response) {
  return rpc::UnaryAsync(
      gate_, transport, "/wensum.v1.BulkDecisions/CreateBulkDecision", request, response,
      [this](rpc::CallContext& call, const v1::CreateBulkDecisionRequest& asked, v1::BulkDecision& answer, Done done) {
        workers_.Run([this, &call, &asked, &answer, done = std::move(done)]() mutable {
          handler_.Create(call, asked, answer, std::move(done));
        });
      });
}

grpc::ServerUnaryReactor* BulkDecisionsService::GetBulkDecision(grpc::CallbackServerContext* transport,
                                                                const v1::GetBulkDecisionRequest* request,
                                                                v1::BulkDecision* response) {
  return rpc::UnaryAsync(
      gate_, transport, "/wensum.v1.BulkDecisions/GetBulkDecision", request, response,
      [this](rpc::CallContext& call, const v1::GetBulkDecisionRequest& asked, v1::BulkDecision& answer, Done done) {
        workers_.Run(
            [this, &call, &asked, &answer, done = std::move(done)] { done(handler_.Get(call, asked, answer)); });
      });
}

grpc::ServerUnaryReactor* BulkDecisionsService::ListBulkDecisions(grpc::CallbackServerContext* transport,
                                                                  const v1::ListBulkDecisionsRequest* request,
                                                                  v1::ListBulkDecisionsResponse* response) {
  return rpc::UnaryAsync(gate_, transport, "/wensum.v1.BulkDecisions/ListBulkDecisions", request, response,
                         [this](rpc::CallContext& call, const v1::ListBulkDecisionsRequest& asked,
                                v1::ListBulkDecisionsResponse& answer, Done done) {
                           workers_.Run([this, &call, &asked, &answer, done = std::move(done)] {
                             done(handler_.List(call, asked, answer));
                           });
                         });
}

grpc::ServerUnaryReactor* BulkDecisionsService::ListBulkDecisionTasks(grpc::CallbackServerContext* transport,
                                                                      const v1::ListBulkDecisionTasksRequest* request,
                                                                      v1::ListBulkDecisionTasksResponse* response) {
  return rpc::UnaryAsync(gate_, transport, "/wensum.v1.BulkDecisions/ListBulkDecisionTasks", request, response,
                         [this](rpc::CallContext& call, const v1::ListBulkDecisionTasksRequest& asked,
                                v1::ListBulkDecisionTasksResponse& answer, Done done) {
                           workers_.Run([this, &call, &asked, &answer, done = std::move(done)] {
                             done(handler_.ListTasks(call, asked, answer));
                           });
                         });
}

grpc::ServerUnaryReactor* BulkDecisionsService::ApplyBulkDecision(grpc::CallbackServerContext* transport,
                                                                  const v1::ApplyBulkDecisionRequest* request,
                                                                  v1::BulkDecision* response) {
  return rpc::UnaryAsync(
      gate_, transport, "/wensum.v1.BulkDecisions/ApplyBulkDecision", request, response,
      [this](rpc::CallContext& call, const v1::ApplyBulkDecisionRequest& asked, v1::BulkDecision& answer, Done done) {
        handler_.Apply(call, asked, answer, std::move(done));
      });
}

grpc::ServerUnaryReactor* BulkDecisionsService::StopBulkDecision(grpc::CallbackServerContext* transport,
                                                                 const v1::StopBulkDecisionRequest* request,
                                                                 v1::BulkDecision* response) {
  return rpc::UnaryAsync(
      gate_, transport, "/wensum.v1.BulkDecisions/StopBulkDecision", request, response,
      [this](rpc::CallContext& call, const v1::StopBulkDecisionRequest& asked, v1::BulkDecision& answer, Done done) {
        handler_.Stop(call, asked, answer, std::move(done));
      });
}

grpc::ServerUnaryReactor* BulkDecisionsService::UndoBulkDecision(grpc::CallbackServerContext* transport,
                                                                 const v1::UndoBulkDecisionRequest* request,
                                                                 v1::BulkDecision* response) {
  return rpc::UnaryAsync(
      gate_, transport, "/wensum.v1.BulkDecisions/UndoBulkDecision", request, response,
      [this](rpc::CallContext& call, const v1::UndoBulkDecisionRequest& asked, v1::BulkDecision& answer, Done done) {
        handler_.Undo(call, asked, answer, std::move(done));
      });
}

grpc::ServerUnaryReactor* BulkDecisionsService::WithdrawBulkDecision(grpc::CallbackServerContext* transport,
                                                                     const v1::WithdrawBulkDecisionRequest* request,
                                                                     v1::BulkDecision* response) {
  return rpc::UnaryAsync(
      gate_, transport, "/wensum.v1.BulkDecisions/WithdrawBulkDecision", request, response,
      [this](rpc::CallContext& call, const v1::WithdrawBulkDecisionRequest& asked, v1::BulkDecision& answer,
             Done done) { handler_.Withdraw(call, asked, answer, std::move(done)); });
}

}  // namespace wensum::decisions
