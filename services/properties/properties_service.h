// wensum.v1.Properties over gRPC.
#ifndef WENSUM_SERVICES_PROPERTIES_PROPERTIES_SERVICE_H_
#define WENSUM_SERVICES_PROPERTIES_PROPERTIES_SERVICE_H_

#include "services/properties/properties_handler.h"
#include "services/rpc/arena_messages.h"
#include "services/rpc/call_gate.h"
#include "wensum/v1/properties.grpc.pb.h"

namespace wensum::properties {

class PropertiesService final : public v1::Properties::CallbackService {
 public:
  // Both must outlive the service.
  PropertiesService(const PropertiesHandler* handler, rpc::CallGate* gate) : handler_(*handler), gate_(*gate) {
    SetMessageAllocatorFor_Get(&get_messages_);
    SetMessageAllocatorFor_Nearby(&nearby_messages_);
    SetMessageAllocatorFor_Within(&within_messages_);
  }

  grpc::ServerUnaryReactor* Get(grpc::CallbackServerContext* transport, const v1::GetPropertyRequest* request,
                                v1::Property* response) override;
  grpc::ServerUnaryReactor* BatchGet(grpc::CallbackServerContext* transport,
                                     const v1::BatchGetPropertiesRequest* request,
                                     v1::BatchGetPropertiesResponse* response) override;
  grpc::ServerUnaryReactor* List(grpc::CallbackServerContext* transport, const v1::ListPropertiesRequest* request,
                                 v1::ListPropertiesResponse* response) override;
  grpc::ServerUnaryReactor* ListByPostcode(grpc::CallbackServerContext* transport,
                                           const v1::ListPropertiesByPostcodeRequest* request,
                                           v1::ListPropertiesResponse* response) override;
  grpc::ServerUnaryReactor* ListUnplaced(grpc::CallbackServerContext* transport,
                                         const v1::ListUnplacedPropertiesRequest* request,
                                         v1::ListPropertiesResponse* response) override;
  grpc::ServerUnaryReactor* ListByStreet(grpc::CallbackServerContext* transport,
                                         const v1::ListPropertiesByStreetRequest* request,
                                         v1::ListPropertiesResponse* response) override;
  grpc::ServerUnaryReactor* ListByCrossReference(grpc::CallbackServerContext* transport,
                                                 const v1::ListPropertiesByCrossReferenceRequest* request,
                                                 v1::ListPropertiesResponse* response) override;
  grpc::ServerUnaryReactor* Nearby(grpc::CallbackServerContext* transport, const v1::NearbyPropertiesRequest* request,
                                   v1::NearbyPropertiesResponse* response) override;
  grpc::ServerUnaryReactor* Within(grpc::CallbackServerContext* transport, const v1::WithinPropertiesRequest* request,
                                   v1::ListPropertiesResponse* response) override;
  grpc::ServerUnaryReactor* GetStreet(grpc::CallbackServerContext* transport, const v1::GetStreetRequest* request,
                                      v1::Street* response) override;
  grpc::ServerUnaryReactor* SearchStreets(grpc::CallbackServerContext* transport,
                                          const v1::SearchStreetsRequest* request,
                                          v1::SearchStreetsResponse* response) override;
  grpc::ServerUnaryReactor* GetPostcode(grpc::CallbackServerContext* transport, const v1::GetPostcodeRequest* request,
                                        v1::PostcodeCentroid* response) override;
  grpc::ServerUnaryReactor* Suggest(grpc::CallbackServerContext* transport, const v1::SuggestPropertiesRequest* request,
                                    v1::SuggestPropertiesResponse* response) override;
  grpc::ServerUnaryReactor* Match(grpc::CallbackServerContext* transport, const v1::MatchAddressRequest* request,
                                  v1::MatchAddressResponse* response) override;
  grpc::ServerBidiReactor<v1::MatchAddressStreamRequest, v1::MatchAddressStreamResponse>* MatchStream(
      grpc::CallbackServerContext* transport) override;
  grpc::ServerUnaryReactor* Compare(grpc::CallbackServerContext* transport, const v1::ComparePropertyRequest* request,
                                    v1::ComparePropertyResponse* response) override;
  grpc::ServerUnaryReactor* ListLinks(grpc::CallbackServerContext* transport,
                                      const v1::ListPropertyLinksRequest* request,
                                      v1::ListPropertyLinksResponse* response) override;
  grpc::ServerUnaryReactor* ListOccupants(grpc::CallbackServerContext* transport,
                                          const v1::ListPropertyOccupantsRequest* request,
                                          v1::ListPropertyOccupantsResponse* response) override;
  grpc::ServerUnaryReactor* GetHousehold(grpc::CallbackServerContext* transport, const v1::GetHouseholdRequest* request,
                                         v1::Household* response) override;

 private:
  const PropertiesHandler& handler_;
  rpc::CallGate& gate_;
  rpc::ArenaMessages<v1::GetPropertyRequest, v1::Property> get_messages_;
  rpc::ArenaMessages<v1::NearbyPropertiesRequest, v1::NearbyPropertiesResponse> nearby_messages_;
  rpc::ArenaMessages<v1::WithinPropertiesRequest, v1::ListPropertiesResponse> within_messages_;
};

}  // namespace wensum::properties

#endif  // WENSUM_SERVICES_PROPERTIES_PROPERTIES_SERVICE_H_
