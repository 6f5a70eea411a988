#include "services/admin/admin_service.h"

#include <utility>

#include "services/rpc/unary.h"

namespace wensum::admin {

grpc::ServerUnaryReactor* AdminService::Stats(grpc::CallbackServerContext* transport, const v1::StatsRequest* request,
                                              v1::StatsResponse* response) {
  return rpc::Unary(gate_, transport, "/wensum.v1.Admin/Stats", request, response,
                    [this](auto&... call) { return handler_.Stats(call...); });
}

grpc::ServerUnaryReactor* AdminService::Verify(grpc::CallbackServerContext* transport, const v1::VerifyRequest* request,
                                               v1::VerifyResponse* response) {
  return rpc::UnaryAsync(gate_, transport, "/wensum.v1.Admin/Verify", request, response,
                         [this](auto&&... call) { handler_.Verify(std::forward<decltype(call)>(call)...); });
}

grpc::ServerUnaryReactor* AdminService::CompactChanges(grpc::CallbackServerContext* transport,
                                                       const v1::CompactChangesRequest* request,
                                                       v1::CompactChangesResponse* response) {
  return rpc::UnaryAsync(gate_, transport, "/wensum.v1.Admin/CompactChanges", request, response,
                         [this](auto&&... call) { handler_.CompactChanges(std::forward<decltype(call)>(call)...); });
}

}  // namespace wensum::admin
