// wensum.v1.People over gRPC: passes every call through the gate to the handler.
#ifndef WENSUM_SERVICES_PEOPLE_PEOPLE_SERVICE_H_
#define WENSUM_SERVICES_PEOPLE_PEOPLE_SERVICE_H_

#include "services/people/people_handler.h"
#include "services/rpc/arena_messages.h"
#include "services/rpc/call_gate.h"
#include "wensum/v1/people.grpc.pb.h"

namespace wensum::people {

class PeopleService final : public v1::People::CallbackService {
 public:
  // Both must outlive the service.
  PeopleService(const PeopleHandler* handler, rpc::CallGate* gate) : handler_(*handler), gate_(*gate) {
    SetMessageAllocatorFor_Get(&get_messages_);
  }

  grpc::ServerUnaryReactor* Get(grpc::CallbackServerContext* transport, const v1::GetPersonRequest* request,
                                v1::Person* response) override;
  grpc::ServerUnaryReactor* BatchGet(grpc::CallbackServerContext* transport, const v1::BatchGetPeopleRequest* request,
                                     v1::BatchGetPeopleResponse* response) override;
  grpc::ServerUnaryReactor* Lookup(grpc::CallbackServerContext* transport, const v1::LookupPeopleRequest* request,
                                   v1::LookupPeopleResponse* response) override;
  grpc::ServerUnaryReactor* BatchLookup(grpc::CallbackServerContext* transport,
                                        const v1::BatchLookupPeopleRequest* request,
                                        v1::BatchLookupPeopleResponse* response) override;
  grpc::ServerUnaryReactor* Search(grpc::CallbackServerContext* transport, const v1::SearchPeopleRequest* request,
                                   v1::SearchPeopleResponse* response) override;
  grpc::ServerUnaryReactor* Resolve(grpc::CallbackServerContext* transport, const v1::ResolvePersonRequest* request,
                                    v1::ResolvePersonResponse* response) override;
  grpc::ServerUnaryReactor* ListRevisions(grpc::CallbackServerContext* transport,
                                          const v1::ListPersonRevisionsRequest* request,
                                          v1::ListPersonRevisionsResponse* response) override;
  grpc::ServerUnaryReactor* Compare(grpc::CallbackServerContext* transport, const v1::ComparePersonRequest* request,
                                    v1::ComparePersonResponse* response) override;
  grpc::ServerUnaryReactor* ListLinks(grpc::CallbackServerContext* transport, const v1::ListPersonLinksRequest* request,
                                      v1::ListPersonLinksResponse* response) override;
  grpc::ServerUnaryReactor* ListOccupancies(grpc::CallbackServerContext* transport,
                                            const v1::ListPersonOccupanciesRequest* request,
                                            v1::ListPersonOccupanciesResponse* response) override;
  grpc::ServerUnaryReactor* ListRelations(grpc::CallbackServerContext* transport,
                                          const v1::ListPersonRelationsRequest* request,
                                          v1::ListPersonRelationsResponse* response) override;

 private:
  const PeopleHandler& handler_;
  rpc::CallGate& gate_;
  rpc::ArenaMessages<v1::GetPersonRequest, v1::Person> get_messages_;
};

}  // namespace wensum::people

#endif  // WENSUM_SERVICES_PEOPLE_PEOPLE_SERVICE_H_
