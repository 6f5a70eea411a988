#include "services/stewardship/learnt_addresses_service.h"

#include <utility>

#include "services/rpc/unary.h"

namespace wensum::stewardship {

grpc::ServerUnaryReactor* LearntAddressesService::Learn(grpc::CallbackServerContext* transport,
                                                        const v1::LearnAddressRequest* request,
                                                        v1::LearnAddressResponse* response) {
  return rpc::UnaryAsync(
      gate_, transport, "/wensum.v1.LearntAddresses/Learn", request, response,
      [this](rpc::CallContext& call, const v1::LearnAddressRequest& asked, v1::LearnAddressResponse& answer,
             LearntAddressesHandler::Done done) { handler_.Learn(call, asked, answer, std::move(done)); });
}

grpc::ServerUnaryReactor* LearntAddressesService::Retract(grpc::CallbackServerContext* transport,
                                                          const v1::RetractLearntAddressRequest* request,
                                                          v1::LearnAddressResponse* response) {
  return rpc::UnaryAsync(
      gate_, transport, "/wensum.v1.LearntAddresses/Retract", request, response,
      [this](rpc::CallContext& call, const v1::RetractLearntAddressRequest& asked, v1::LearnAddressResponse& answer,
             LearntAddressesHandler::Done done) { handler_.Retract(call, asked, answer, std::move(done)); });
}

grpc::ServerUnaryReactor* LearntAddressesService::Get(grpc::CallbackServerContext* transport,
                                                      const v1::GetLearntAddressRequest* request,
                                                      v1::LearntAddress* response) {
  return rpc::Unary(gate_, transport, "/wensum.v1.LearntAddresses/Get", request, response,
                    [this](auto&... call) { return handler_.Get(call...); });
}

grpc::ServerUnaryReactor* LearntAddressesService::List(grpc::CallbackServerContext* transport,
                                                       const v1::ListLearntAddressesRequest* request,
                                                       v1::ListLearntAddressesResponse* response) {
  return rpc::UnaryAsync(gate_, transport, "/wensum.v1.LearntAddresses/List", request, response,
                         [this](rpc::CallContext& call, const v1::ListLearntAddressesRequest& asked,
                                v1::ListLearntAddressesResponse& answer, LearntAddressesHandler::Done done) {
                           workers_.Run([this, &call, &asked, &answer, done = std::move(done)] {
                             done(handler_.List(call, asked, answer));
                           });
                         });
}

}  // namespace wensum::stewardship
