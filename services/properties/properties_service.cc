#include "services/properties/properties_service.h"

#include <memory>
#include <utility>

#include "services/properties/match_session.h"
#include "services/rpc/bidi.h"
#include "services/rpc/unary.h"

namespace wensum::properties {

grpc::ServerUnaryReactor* PropertiesService::Get(grpc::CallbackServerContext* transport,
                                                 const v1::GetPropertyRequest* request, v1::Property* response) {
  return rpc::Unary(gate_, transport, "/wensum.v1.Properties/Get", request, response,
                    [this](auto&... call) { return handler_.Get(call...); });
}

grpc::ServerUnaryReactor* PropertiesService::BatchGet(grpc::CallbackServerContext* transport,
                                                      const v1::BatchGetPropertiesRequest* request,
                                                      v1::BatchGetPropertiesResponse* response) {
  return rpc::Unary(gate_, transport, "/wensum.v1.Properties/BatchGet", request, response,
                    [this](auto&... call) { return handler_.BatchGet(call...); });
}

grpc::ServerUnaryReactor* PropertiesService::List(grpc::CallbackServerContext* transport,
                                                  const v1::ListPropertiesRequest* request,
                                                  v1::ListPropertiesResponse* response) {
  return rpc::Unary(gate_, transport, "/wensum.v1.Properties/List", request, response,
                    [this](auto&... call) { return handler_.List(call...); });
}

grpc::ServerUnaryReactor* PropertiesService::ListByPostcode(grpc::CallbackServerContext* transport,
                                                            const v1::ListPropertiesByPostcodeRequest* request,
                                                            v1::ListPropertiesResponse* response) {
  return rpc::Unary(gate_, transport, "/wensum.v1.Properties/ListByPostcode", request, response,
                    [this](auto&... call) { return handler_.ListByPostcode(call...); });
}

grpc::ServerUnaryReactor* PropertiesService::ListUnplaced(grpc::CallbackServerContext* transport,
                                                          const v1::ListUnplacedPropertiesRequest* request,
                                                          v1::ListPropertiesResponse* response) {
  return rpc::Unary(gate_, transport, "/wensum.v1.Properties/ListUnplaced", request, response,
                    [this](auto&... call) { return handler_.ListUnplaced(call...); });
}

grpc::ServerUnaryReactor* PropertiesService::ListByStreet(grpc::CallbackServerContext* transport,
                                                          const v1::ListPropertiesByStreetRequest* request,
                                                          v1::ListPropertiesResponse* response) {
  return rpc::Unary(gate_, transport, "/wensum.v1.Properties/ListByStreet", request, response,
                    [this](auto&... call) { return handler_.ListByStreet(call...); });
}

grpc::ServerUnaryReactor* PropertiesService::ListByCrossReference(
    grpc::CallbackServerContext* transport, const v1::ListPropertiesByCrossReferenceRequest* request,
    v1::ListPropertiesResponse* response) {
  return rpc::Unary(gate_, transport, "/wensum.v1.Properties/ListByCrossReference", request, response,
                    [this](auto&... call) { return handler_.ListByCrossReference(call...); });
}

grpc::ServerUnaryReactor* PropertiesService::Nearby(grpc::CallbackServerContext* transport,
                                                    const v1::NearbyPropertiesRequest* request,
                                                    v1::NearbyPropertiesResponse* response) {
  return rpc::Unary(gate_, transport, "/wensum.v1.Properties/Nearby", request, response,
                    [this](auto&... call) { return handler_.Nearby(call...); });
}

grpc::ServerUnaryReactor* PropertiesService::Within(grpc::CallbackServerContext* transport,
                                                    const v1::WithinPropertiesRequest* request,
                                                    v1::ListPropertiesResponse* response) {
  return rpc::Unary(gate_, transport, "/wensum.v1.Properties/Within", request, response,
                    [this](auto&... call) { return handler_.Within(call...); });
}

grpc::ServerUnaryReactor* PropertiesService::GetStreet(grpc::CallbackServerContext* transport,
                                                       const v1::GetStreetRequest* request, v1::Street* response) {
  return rpc::Unary(gate_, transport, "/wensum.v1.Properties/GetStreet", request, response,
                    [this](auto&... call) { return handler_.GetStreet(call...); });
}

grpc::ServerUnaryReactor* PropertiesService::SearchStreets(grpc::CallbackServerContext* transport,
                                                           const v1::SearchStreetsRequest* request,
                                                           v1::SearchStreetsResponse* response) {
  return rpc::Unary(gate_, transport, "/wensum.v1.Properties/SearchStreets", request, response,
                    [this](auto&... call) { return handler_.SearchStreets(call...); });
}

grpc::ServerUnaryReactor* PropertiesService::GetPostcode(grpc::CallbackServerContext* transport,
                                                         const v1::GetPostcodeRequest* request,
                                                         v1::PostcodeCentroid* response) {
  return rpc::Unary(gate_, transport, "/wensum.v1.Properties/GetPostcode", request, response,
                    [this](auto&... call) { return handler_.GetPostcode(call...); });
}

grpc::ServerUnaryReactor* PropertiesService::Suggest(grpc::CallbackServerContext* transport,
                                                     const v1::SuggestPropertiesRequest* request,
                                                     v1::SuggestPropertiesResponse* response) {
  return rpc::Unary(gate_, transport, "/wensum.v1.Properties/Suggest", request, response,
                    [this](auto&... call) { return handler_.Suggest(call...); });
}

grpc::ServerUnaryReactor* PropertiesService::Match(grpc::CallbackServerContext* transport,
                                                   const v1::MatchAddressRequest* request,
                                                   v1::MatchAddressResponse* response) {
  return rpc::Unary(gate_, transport, "/wensum.v1.Properties/Match", request, response,
                    [this](auto&... call) { return handler_.Match(call...); });
}

grpc::ServerBidiReactor<v1::MatchAddressStreamRequest, v1::MatchAddressStreamResponse>* PropertiesService::MatchStream(
    grpc::CallbackServerContext* transport) {
  using Reactor = rpc::BidiReactor<v1::MatchAddressStreamRequest, v1::MatchAddressStreamResponse, MatchSession>;
  return Reactor::Start(*transport, gate_, "/wensum.v1.Properties/MatchStream",
                        [this](auto changed) { return std::make_shared<MatchSession>(&handler_, std::move(changed)); });
}

grpc::ServerUnaryReactor* PropertiesService::Compare(grpc::CallbackServerContext* transport,
                                                     const v1::ComparePropertyRequest* request,
                                                     v1::ComparePropertyResponse* response) {
  return rpc::Unary(gate_, transport, "/wensum.v1.Properties/Compare", request, response,
                    [this](auto&... call) { return handler_.Compare(call...); });
}

grpc::ServerUnaryReactor* PropertiesService::ListLinks(grpc::CallbackServerContext* transport,
                                                       const v1::ListPropertyLinksRequest* request,
                                                       v1::ListPropertyLinksResponse* response) {
  return rpc::Unary(gate_, transport, "/wensum.v1.Properties/ListLinks", request, response,
                    [this](auto&... call) { return handler_.ListLinks(call...); });
}

grpc::ServerUnaryReactor* PropertiesService::ListOccupants(grpc::CallbackServerContext* transport,
                                                           const v1::ListPropertyOccupantsRequest* request,
                                                           v1::ListPropertyOccupantsResponse* response) {
  return rpc::Unary(gate_, transport, "/wensum.v1.Properties/ListOccupants", request, response,
                    [this](auto&... call) { return handler_.ListOccupants(call...); });
}

grpc::ServerUnaryReactor* PropertiesService::GetHousehold(grpc::CallbackServerContext* transport,
                                                          const v1::GetHouseholdRequest* request,
                                                          v1::Household* response) {
  return rpc::Unary(gate_, transport, "/wensum.v1.Properties/GetHousehold", request, response,
                    [this](auto&... call) { return handler_.GetHousehold(call...); });
}

}  // namespace wensum::properties
