#include "services/decisions/decisions_service.h"

#include <utility>

#include "services/rpc/unary.h"

namespace wensum::decisions {

grpc::ServerUnaryReactor* DecisionsService::MergePeople(grpc::CallbackServerContext* transport,
                                                        const v1::MergePeopleRequest* request,
                                                        v1::DecisionResult* response) {
  return rpc::UnaryAsync(gate_, transport, "/wensum.v1.Decisions/MergePeople", request, response,
                         [this](rpc::CallContext& call, const v1::MergePeopleRequest& asked, v1::DecisionResult& answer,
                                Done done) { handler_.Merge(call, asked, answer, std::move(done)); });
}

grpc::ServerUnaryReactor* DecisionsService::UnmergePerson(grpc::CallbackServerContext* transport,
                                                          const v1::UnmergePersonRequest* request,
                                                          v1::DecisionResult* response) {
  return rpc::UnaryAsync(
      gate_, transport, "/wensum.v1.Decisions/UnmergePerson", request, response,
      [this](rpc::CallContext& call, const v1::UnmergePersonRequest& asked, v1::DecisionResult& answer, Done done) {
        handler_.Unmerge(call, asked, answer, std::move(done));
      });
}

grpc::ServerUnaryReactor* DecisionsService::SplitPerson(grpc::CallbackServerContext* transport,
                                                        const v1::SplitPersonRequest* request,
                                                        v1::DecisionResult* response) {
  return rpc::UnaryAsync(gate_, transport, "/wensum.v1.Decisions/SplitPerson", request, response,
                         [this](rpc::CallContext& call, const v1::SplitPersonRequest& asked, v1::DecisionResult& answer,
                                Done done) { handler_.Split(call, asked, answer, std::move(done)); });
}

grpc::ServerUnaryReactor* DecisionsService::AssertDistinct(grpc::CallbackServerContext* transport,
                                                           const v1::AssertDistinctRequest* request,
                                                           v1::DecisionResult* response) {
  return rpc::UnaryAsync(
      gate_, transport, "/wensum.v1.Decisions/AssertDistinct", request, response,
      [this](rpc::CallContext& call, const v1::AssertDistinctRequest& asked, v1::DecisionResult& answer, Done done) {
        handler_.AssertDistinct(call, asked, answer, std::move(done));
      });
}

grpc::ServerUnaryReactor* DecisionsService::UndoDecision(grpc::CallbackServerContext* transport,
                                                         const v1::UndoDecisionRequest* request,
                                                         v1::DecisionResult* response) {
  return rpc::UnaryAsync(
      gate_, transport, "/wensum.v1.Decisions/UndoDecision", request, response,
      [this](rpc::CallContext& call, const v1::UndoDecisionRequest& asked, v1::DecisionResult& answer, Done done) {
        handler_.Undo(call, asked, answer, std::move(done));
      });
}

grpc::ServerUnaryReactor* DecisionsService::DecideTask(grpc::CallbackServerContext* transport,
                                                       const v1::DecideTaskRequest* request,
                                                       v1::DecisionResult* response) {
  return rpc::UnaryAsync(gate_, transport, "/wensum.v1.Decisions/DecideTask", request, response,
                         [this](rpc::CallContext& call, const v1::DecideTaskRequest& asked, v1::DecisionResult& answer,
                                Done done) { handler_.DecideTask(call, asked, answer, std::move(done)); });
}

grpc::ServerUnaryReactor* DecisionsService::PinValue(grpc::CallbackServerContext* transport,
                                                     const v1::PinValueRequest* request, v1::DecisionResult* response) {
  return rpc::UnaryAsync(gate_, transport, "/wensum.v1.Decisions/PinValue", request, response,
                         [this](rpc::CallContext& call, const v1::PinValueRequest& asked, v1::DecisionResult& answer,
                                Done done) { handler_.Pin(call, asked, answer, std::move(done)); });
}

grpc::ServerUnaryReactor* DecisionsService::IgnoreValue(grpc::CallbackServerContext* transport,
                                                        const v1::IgnoreValueRequest* request,
                                                        v1::DecisionResult* response) {
  return rpc::UnaryAsync(gate_, transport, "/wensum.v1.Decisions/IgnoreValue", request, response,
                         [this](rpc::CallContext& call, const v1::IgnoreValueRequest& asked, v1::DecisionResult& answer,
                                Done done) { handler_.Ignore(call, asked, answer, std::move(done)); });
}

grpc::ServerUnaryReactor* DecisionsService::OverrideValue(grpc::CallbackServerContext* transport,
                                                          const v1::OverrideValueRequest* request,
                                                          v1::DecisionResult* response) {
  return rpc::UnaryAsync(
      gate_, transport, "/wensum.v1.Decisions/OverrideValue", request, response,
      [this](rpc::CallContext& call, const v1::OverrideValueRequest& asked, v1::DecisionResult& answer, Done done) {
        handler_.Override(call, asked, answer, std::move(done));
      });
}

grpc::ServerUnaryReactor* DecisionsService::SetRecordOfTruth(grpc::CallbackServerContext* transport,
                                                             const v1::SetRecordOfTruthRequest* request,
                                                             v1::DecisionResult* response) {
  return rpc::UnaryAsync(
      gate_, transport, "/wensum.v1.Decisions/SetRecordOfTruth", request, response,
      [this](rpc::CallContext& call, const v1::SetRecordOfTruthRequest& asked, v1::DecisionResult& answer, Done done) {
        handler_.SetTruth(call, asked, answer, std::move(done));
      });
}

grpc::ServerUnaryReactor* DecisionsService::ResolveHeldUpdates(grpc::CallbackServerContext* transport,
                                                               const v1::ResolveHeldUpdatesRequest* request,
                                                               v1::DecisionResult* response) {
  return rpc::UnaryAsync(
      gate_, transport, "/wensum.v1.Decisions/ResolveHeldUpdates", request, response,
      [this](rpc::CallContext& call, const v1::ResolveHeldUpdatesRequest& asked, v1::DecisionResult& answer,
             Done done) { handler_.ResolveHeld(call, asked, answer, std::move(done)); });
}

grpc::ServerUnaryReactor* DecisionsService::ListHeldUpdates(grpc::CallbackServerContext* transport,
                                                            const v1::ListHeldUpdatesRequest* request,
                                                            v1::ListHeldUpdatesResponse* response) {
  return rpc::Unary(gate_, transport, "/wensum.v1.Decisions/ListHeldUpdates", request, response,
                    [this](auto&... call) { return handler_.ListHeld(call...); });
}

grpc::ServerUnaryReactor* DecisionsService::GetDecision(grpc::CallbackServerContext* transport,
                                                        const v1::GetDecisionRequest* request, v1::Decision* response) {
  return rpc::Unary(gate_, transport, "/wensum.v1.Decisions/GetDecision", request, response,
                    [this](auto&... call) { return handler_.Get(call...); });
}

grpc::ServerUnaryReactor* DecisionsService::ListDecisions(grpc::CallbackServerContext* transport,
                                                          const v1::ListDecisionsRequest* request,
                                                          v1::ListDecisionsResponse* response) {
  return rpc::Unary(gate_, transport, "/wensum.v1.Decisions/ListDecisions", request, response,
                    [this](auto&... call) { return handler_.List(call...); });
}

}  // namespace wensum::decisions
