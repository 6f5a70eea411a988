// What wensum.v1.People answers, without a transport. proto/wensum/v1/people.proto is the contract.
#ifndef WENSUM_SERVICES_PEOPLE_PEOPLE_HANDLER_H_
#define WENSUM_SERVICES_PEOPLE_PEOPLE_HANDLER_H_

#include <google/protobuf/repeated_field.h>

#include <cstdint>
#include <functional>
#include <set>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/convert/golden.h"
#include "services/register/register.h"
#include "services/rpc/call_context.h"
#include "storage/store.h"
#include "wensum/storage/v1/decisions.pb.h"
#include "wensum/v1/people.pb.h"

namespace wensum::people {

// Thread-safe. Each method fills an empty response. A golden record of which the caller's purpose sees no value is
// treated as if it had never been there, whatever the way it is asked for.
class PeopleHandler {
 public:
  // Whether the purpose may know of a decision of stewards, in the newest state that the reader shows.
  using DecisionSeen = std::function<absl::StatusOr<bool>(const storage::Reader& reader,
                                                          const storage::v1::LinkDecision& decision, int purpose_bit)>;

  // `reg` must outlive the handler. Without `decision_seen` Compare tells of no decisions.
  explicit PeopleHandler(const registry::Register* reg, DecisionSeen decision_seen = nullptr)
      : register_(*reg), decision_seen_(std::move(decision_seen)) {}

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
  absl::Status Compare(rpc::CallContext& call, const v1::ComparePersonRequest& request,
                       v1::ComparePersonResponse& response) const;
  absl::Status ListLinks(rpc::CallContext& call, const v1::ListPersonLinksRequest& request,
                         v1::ListPersonLinksResponse& response) const;
  absl::Status ListOccupancies(rpc::CallContext& call, const v1::ListPersonOccupanciesRequest& request,
                               v1::ListPersonOccupanciesResponse& response) const;
  absl::Status ListRelations(rpc::CallContext& call, const v1::ListPersonRelationsRequest& request,
                             v1::ListPersonRelationsResponse& response) const;

 private:
  // Whom a call about a person's records is about.
  struct Subject {
    uint64_t anchor = 0;
    bool active = false;  // false: the person has ended, no record is left
  };
  // Finds the person that an id stands for and fills `entity` with the purpose's part of it, members and lineage
  // included; notes it in the call. NOT_FOUND, naming `name`, as for Read.
  absl::StatusOr<Subject> FindSubject(rpc::CallContext& call, const std::string& name, const registry::ReadView& state,
                                      uint64_t id, storage::v1::Entity& entity) const;
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

  // The full view, or an empty message if the purpose sees nobody there.
  absl::StatusOr<v1::Person> ReadIfSeen(const rpc::CallContext& call, const registry::ReadView& state,
                                        uint64_t id) const;
  // The records of `after` that `before` lacks, and whose they were in the state of `before`.
  absl::Status AddMoves(const rpc::CallContext& call, const v1::Person& before, const v1::Person& after,
                        const registry::ReadView& before_state,
                        google::protobuf::RepeatedPtrField<v1::MemberMove>& joined) const;
  // Those made or taken back after the first revision and up to the second, that name one of the records.
  absl::Status AddDecisions(const rpc::CallContext& call, const std::set<uint64_t>& records, uint64_t after_revision,
                            uint64_t up_to_revision, v1::ComparePersonResponse& response) const;

  const registry::Register& register_;
  const DecisionSeen decision_seen_;
};

}  // namespace wensum::people

#endif  // WENSUM_SERVICES_PEOPLE_PEOPLE_HANDLER_H_
