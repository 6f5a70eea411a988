// wensum.v1.LearntAddresses over gRPC.
#ifndef WENSUM_SERVICES_STEWARDSHIP_LEARNT_ADDRESSES_SERVICE_H_
#define WENSUM_SERVICES_STEWARDSHIP_LEARNT_ADDRESSES_SERVICE_H_

#include "services/rpc/call_gate.h"
#include "services/rpc/executor.h"
#include "services/stewardship/learnt_addresses_handler.h"
#include "wensum/v1/learnt_addresses.grpc.pb.h"

namespace wensum::stewardship {

class LearntAddressesService final : public v1::LearntAddresses::CallbackService {
 public:
  // All must outlive the service. `workers` list.
  LearntAddressesService(LearntAddressesHandler* handler, rpc::CallGate* gate, rpc::Executor* workers)
      : handler_(*handler), gate_(*gate), workers_(*workers) {}

  grpc::ServerUnaryReactor* Learn(grpc::CallbackServerContext* transport, const v1::LearnAddressRequest* request,
                                  v1::LearnAddressResponse* response) override;
  grpc::ServerUnaryReactor* Retract(grpc::CallbackServerContext* transport,
                                    const v1::RetractLearntAddressRequest* request,
                                    v1::LearnAddressResponse* response) override;
  grpc::ServerUnaryReactor* Get(grpc::CallbackServerContext* transport, const v1::GetLearntAddressRequest* request,
                                v1::LearntAddress* response) override;
  grpc::ServerUnaryReactor* List(grpc::CallbackServerContext* transport, const v1::ListLearntAddressesRequest* request,
                                 v1::ListLearntAddressesResponse* response) override;

 private:
  LearntAddressesHandler& handler_;
  rpc::CallGate& gate_;
  rpc::Executor& workers_;
};

}  // namespace wensum::stewardship

#endif  // WENSUM_SERVICES_STEWARDSHIP_LEARNT_ADDRESSES_SERVICE_H_
