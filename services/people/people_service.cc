#include "services/people/people_service.h"

#include "services/rpc/unary.h"

namespace wensum::people {

grpc::ServerUnaryReactor* PeopleService::Get(grpc::CallbackServerContext* transport,
                                             const v1::GetPersonRequest* request, v1::Person* response) {
  return rpc::Unary(gate_, transport, "/wensum.v1.People/Get", request, response,
                    [this](auto&... call) { return handler_.Get(call...); });
}

grpc::ServerUnaryReactor* PeopleService::BatchGet(grpc::CallbackServerContext* transport,
                                                  const v1::BatchGetPeopleRequest* request,
                                                  v1::BatchGetPeopleResponse* response) {
  return rpc::Unary(gate_, transport, "/wensum.v1.People/BatchGet", request, response,
                    [this](auto&... call) { return handler_.BatchGet(call...); });
}

grpc::ServerUnaryReactor* PeopleService::Lookup(grpc::CallbackServerContext* transport,
                                                const v1::LookupPeopleRequest* request,
                                                v1::LookupPeopleResponse* response) {
  return rpc::Unary(gate_, transport, "/wensum.v1.People/Lookup", request, response,
                    [this](auto&... call) { return handler_.Lookup(call...); });
}

grpc::ServerUnaryReactor* PeopleService::BatchLookup(grpc::CallbackServerContext* transport,
                                                     const v1::BatchLookupPeopleRequest* request,
                                                     v1::BatchLookupPeopleResponse* response) {
  return rpc::Unary(gate_, transport, "/wensum.v1.People/BatchLookup", request, response,
                    [this](auto&... call) { return handler_.BatchLookup(call...); });
}

grpc::ServerUnaryReactor* PeopleService::Search(grpc::CallbackServerContext* transport,
                                                const v1::SearchPeopleRequest* request,
                                                v1::SearchPeopleResponse* response) {
  return rpc::Unary(gate_, transport, "/wensum.v1.People/Search", request, response,
                    [this](auto&... call) { return handler_.Search(call...); });
}

grpc::ServerUnaryReactor* PeopleService::Resolve(grpc::CallbackServerContext* transport,
                                                 const v1::ResolvePersonRequest* request,
                                                 v1::ResolvePersonResponse* response) {
  return rpc::Unary(gate_, transport, "/wensum.v1.People/Resolve", request, response,
                    [this](auto&... call) { return handler_.Resolve(call...); });
}

grpc::ServerUnaryReactor* PeopleService::ListRevisions(grpc::CallbackServerContext* transport,
                                                       const v1::ListPersonRevisionsRequest* request,
                                                       v1::ListPersonRevisionsResponse* response) {
  return rpc::Unary(gate_, transport, "/wensum.v1.People/ListRevisions", request, response,
                    [this](auto&... call) { return handler_.ListRevisions(call...); });
}

grpc::ServerUnaryReactor* PeopleService::Compare(grpc::CallbackServerContext* transport,
                                                 const v1::ComparePersonRequest* request,
                                                 v1::ComparePersonResponse* response) {
  return rpc::Unary(gate_, transport, "/wensum.v1.People/Compare", request, response,
                    [this](auto&... call) { return handler_.Compare(call...); });
}

grpc::ServerUnaryReactor* PeopleService::ListLinks(grpc::CallbackServerContext* transport,
                                                   const v1::ListPersonLinksRequest* request,
                                                   v1::ListPersonLinksResponse* response) {
  return rpc::Unary(gate_, transport, "/wensum.v1.People/ListLinks", request, response,
                    [this](auto&... call) { return handler_.ListLinks(call...); });
}

grpc::ServerUnaryReactor* PeopleService::ListOccupancies(grpc::CallbackServerContext* transport,
                                                         const v1::ListPersonOccupanciesRequest* request,
                                                         v1::ListPersonOccupanciesResponse* response) {
  return rpc::Unary(gate_, transport, "/wensum.v1.People/ListOccupancies", request, response,
                    [this](auto&... call) { return handler_.ListOccupancies(call...); });
}

grpc::ServerUnaryReactor* PeopleService::ListRelations(grpc::CallbackServerContext* transport,
                                                       const v1::ListPersonRelationsRequest* request,
                                                       v1::ListPersonRelationsResponse* response) {
  return rpc::Unary(gate_, transport, "/wensum.v1.People/ListRelations", request, response,
                    [this](auto&... call) { return handler_.ListRelations(call...); });
}

}  // namespace wensum::people
