// wensum.v1.Admin over gRPC.
#ifndef WENSUM_SERVICES_ADMIN_ADMIN_SERVICE_H_
#define WENSUM_SERVICES_ADMIN_ADMIN_SERVICE_H_

#include "services/admin/admin_handler.h"
#include "services/rpc/call_gate.h"
#include "wensum/v1/admin.grpc.pb.h"

namespace wensum::admin {

class AdminService final : public v1::Admin::CallbackService {
 public:
  // Both must outlive the service.
  AdminService(AdminHandler* handler, rpc::CallGate* gate) : handler_(*handler), gate_(*gate) {}

  grpc::ServerUnaryReactor* Stats(grpc::CallbackServerContext* transport, const v1::StatsRequest* request,
                                  v1::StatsResponse* response) override;
  grpc::ServerUnaryReactor* Verify(grpc::CallbackServerContext* transport, const v1::VerifyRequest* request,
                                   v1::VerifyResponse* response) override;
  grpc::ServerUnaryReactor* CompactChanges(grpc::CallbackServerContext* transport,
                                           const v1::CompactChangesRequest* request,
                                           v1::CompactChangesResponse* response) override;

 private:
  AdminHandler& handler_;
  rpc::CallGate& gate_;
};

}  // namespace wensum::admin

#endif  // WENSUM_SERVICES_ADMIN_ADMIN_SERVICE_H_
