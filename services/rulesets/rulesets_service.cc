#include "services/rulesets/rulesets_service.h"

#include <string_view>
#include <utility>

#include "services/rpc/unary.h"

namespace wensum::rulesets {
namespace {

using rpc::CallContext;

// Answers on a worker: the method waits for a commit.
template <typename Request, typename Response>
grpc::ServerUnaryReactor* OnWorker(rpc::CallGate& gate, rpc::Executor& workers, const RulesetsHandler& handler,
                                   grpc::CallbackServerContext* transport, std::string_view method,
                                   const Request* request, Response* response,
                                   absl::Status (RulesetsHandler::*handle)(CallContext&, const Request&, Response&)
                                       const) {
  return rpc::UnaryAsync(gate, transport, method, request, response,
                         [&](CallContext& call, const Request& asked, Response& answer, auto done) {
                           workers.Run([&handler, handle, &call, &asked, &answer, done = std::move(done)] {
                             done((handler.*handle)(call, asked, answer));
                           });
                         });
}

}  // namespace

grpc::ServerUnaryReactor* RulesetsService::Create(grpc::CallbackServerContext* transport,
                                                  const v1::CreateRulesetRequest* request, v1::Ruleset* response) {
  return OnWorker(gate_, workers_, handler_, transport, "/wensum.v1.Rulesets/Create", request, response,
                  &RulesetsHandler::Create);
}

grpc::ServerUnaryReactor* RulesetsService::Get(grpc::CallbackServerContext* transport,
                                               const v1::GetRulesetRequest* request, v1::Ruleset* response) {
  return rpc::Unary(gate_, transport, "/wensum.v1.Rulesets/Get", request, response,
                    [this](auto&... call) { return handler_.Get(call...); });
}

grpc::ServerUnaryReactor* RulesetsService::List(grpc::CallbackServerContext* transport,
                                                const v1::ListRulesetsRequest* request,
                                                v1::ListRulesetsResponse* response) {
  return rpc::Unary(gate_, transport, "/wensum.v1.Rulesets/List", request, response,
                    [this](auto&... call) { return handler_.List(call...); });
}

grpc::ServerUnaryReactor* RulesetsService::Try(grpc::CallbackServerContext* transport,
                                               const v1::TryRulesetRequest* request, v1::ModelRun* response) {
  return OnWorker(gate_, workers_, handler_, transport, "/wensum.v1.Rulesets/Try", request, response,
                  &RulesetsHandler::Try);
}

grpc::ServerUnaryReactor* RulesetsService::Activate(grpc::CallbackServerContext* transport,
                                                    const v1::ActivateRulesetRequest* request,
                                                    v1::ActivateRulesetResponse* response) {
  return OnWorker(gate_, workers_, handler_, transport, "/wensum.v1.Rulesets/Activate", request, response,
                  &RulesetsHandler::Activate);
}

grpc::ServerUnaryReactor* RulesetsService::Unschedule(grpc::CallbackServerContext* transport,
                                                      const v1::UnscheduleRulesetRequest* request,
                                                      v1::Ruleset* response) {
  return OnWorker(gate_, workers_, handler_, transport, "/wensum.v1.Rulesets/Unschedule", request, response,
                  &RulesetsHandler::Unschedule);
}

grpc::ServerUnaryReactor* RulesetsService::Withdraw(grpc::CallbackServerContext* transport,
                                                    const v1::WithdrawRulesetRequest* request, v1::Ruleset* response) {
  return OnWorker(gate_, workers_, handler_, transport, "/wensum.v1.Rulesets/Withdraw", request, response,
                  &RulesetsHandler::Withdraw);
}

}  // namespace wensum::rulesets
