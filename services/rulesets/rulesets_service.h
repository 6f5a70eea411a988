// wensum.v1.Rulesets over gRPC.
#ifndef WENSUM_SERVICES_RULESETS_RULESETS_SERVICE_H_
#define WENSUM_SERVICES_RULESETS_RULESETS_SERVICE_H_

#include "services/rpc/call_gate.h"
#include "services/rpc/executor.h"
#include "services/rulesets/rulesets_handler.h"
#include "wensum/v1/rulesets.grpc.pb.h"

namespace wensum::rulesets {

class RulesetsService final : public v1::Rulesets::CallbackService {
 public:
  // All must outlive the service. `workers` wait for commits.
  RulesetsService(const RulesetsHandler* handler, rpc::CallGate* gate, rpc::Executor* workers)
      : handler_(*handler), gate_(*gate), workers_(*workers) {}

  grpc::ServerUnaryReactor* Create(grpc::CallbackServerContext* transport, const v1::CreateRulesetRequest* request,
                                   v1::Ruleset* response) override;
  grpc::ServerUnaryReactor* Get(grpc::CallbackServerContext* transport, const v1::GetRulesetRequest* request,
                                v1::Ruleset* response) override;
  grpc::ServerUnaryReactor* List(grpc::CallbackServerContext* transport, const v1::ListRulesetsRequest* request,
                                 v1::ListRulesetsResponse* response) override;
  grpc::ServerUnaryReactor* Try(grpc::CallbackServerContext* transport, const v1::TryRulesetRequest* request,
                                v1::ModelRun* response) override;
  grpc::ServerUnaryReactor* Activate(grpc::CallbackServerContext* transport, const v1::ActivateRulesetRequest* request,
                                     v1::ActivateRulesetResponse* response) override;
  grpc::ServerUnaryReactor* Unschedule(grpc::CallbackServerContext* transport,
                                       const v1::UnscheduleRulesetRequest* request, v1::Ruleset* response) override;
  grpc::ServerUnaryReactor* Withdraw(grpc::CallbackServerContext* transport, const v1::WithdrawRulesetRequest* request,
                                     v1::Ruleset* response) override;

 private:
  const RulesetsHandler& handler_;
  rpc::CallGate& gate_;
  rpc::Executor& workers_;
};

}  // namespace wensum::rulesets

#endif  // WENSUM_SERVICES_RULESETS_RULESETS_SERVICE_H_
