// What wensum.v1.People answers, without a transport. proto/wensum/v1/people.proto is the contract.
#ifndef WENSUM_SERVICES_PEOPLE_PEOPLE_HANDLER_H_
#define WENSUM_SERVICES_PEOPLE_PEOPLE_HANDLER_H_

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/convert/golden.h"
#include "services/register/register.h"
#include "services/rpc/call_context.h"
#include "wensum/v1/people.pb.h"

namespace wensum::people {

// Thread-safe. Each method fills an empty response. A golden record of which the caller's purpose sees no value is
// treated as if it had never been there, whatever the way it is asked for.
class PeopleHandler {
 public:
  // `reg` must outlive the handler.
  explicit PeopleHandler(const registry::Register* reg) : register_(*reg) {}

  absl::Status Get(rpc::CallContext& call, const v1::GetPersonRequest& request, v1::Person& response) const;
  absl::Status BatchGet(rpc::CallContext& call, const v1::BatchGetPeopleRequest& request,
                        v1::BatchGetPeopleResponse& response) const;
  absl::Status Lookup(rpc::CallContext& call, const v1::LookupPeopleRequest& request,
                      v1::LookupPeopleResponse& response) const;
  absl::Status BatchLookup(rpc::CallContext& call, const v1::BatchLookupPeopleRequest& request,
                           v1::BatchLookupPeopleResponse& response) const;
  absl::Status Search(rpc::CallContext& call, const v1::SearchPeopleRequest& request,
                      v1::SearchPeopleResponse& response) const;
  absl::Status Resolve(rpc::CallContext& call, const v1::ResolvePersonRequest& request,
                       v1::ResolvePersonResponse& response) const;
  absl::Status ListRevisions(rpc::CallContext& call, const v1::ListPersonRevisionsRequest& request,
                             v1::ListPersonRevisionsResponse& response) const;

 private:
  // Reads the entity that an id stands for and fills `out` for the caller's purpose: the golden record, or a Person
  // with state ENDED. `state` null: the newest. NOT_FOUND if the purpose sees none or the id was never issued.
  absl::Status Read(const rpc::CallContext& call, const registry::ReadView* state, uint64_t id, convert::View view,
                    v1::Person& out) const;
  // The same of an entity read before.
  absl::Status Fill(const rpc::CallContext& call, uint64_t anchor, storage::v1::Entity& entity, convert::View view,
                    v1::Person& out) const;
  absl::Status LookupSourceKey(const rpc::CallContext& call, const v1::SourceKey& key, convert::View view,
                               v1::LookupPeopleResponse& response) const;
  // What the key stands for; fills an empty `out` if that is a person.
  absl::StatusOr<v1::BatchLookupPeopleResponse::Status> FindBySourceKey(const rpc::CallContext& call,
                                                                        const registry::ReadView& state,
                                                                        const model::SourceKey& key, convert::View view,
                                                                        v1::Person& out) const;
  absl::Status LookupIdentifier(const rpc::CallContext& call, const v1::Identifier& identifier, convert::View view,
                                v1::LookupPeopleResponse& response) const;

  const registry::Register& register_;
};

}  // namespace wensum::people

#endif  // WENSUM_SERVICES_PEOPLE_PEOPLE_HANDLER_H_
