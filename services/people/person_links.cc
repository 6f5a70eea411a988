// What the source records of a person say against the golden record.
#include <google/protobuf/arena.h>

#include <string>
#include <utility>
#include <vector>

#include "base/status_macros.h"
#include "services/convert/links.h"
#include "services/convert/read_options.h"
#include "services/people/people_handler.h"
#include "services/rpc/resource_name.h"
#include "services/rpc/status_details.h"

namespace wensum::people {

absl::StatusOr<PeopleHandler::Subject> PeopleHandler::FindSubject(rpc::CallContext& call, const std::string& name,
                                                                  const registry::ReadView& state, uint64_t id,
                                                                  storage::v1::Entity& entity) const {
  const absl::StatusOr<uint64_t> anchor =
      register_.ReadEntity(&state, id, convert::PartFor(call.purpose_bit(), convert::View::kFull), entity);
  if (!anchor.ok()) {
    return absl::IsNotFound(anchor.status()) ? rpc::UnknownResource(name) : anchor.status();
  }
  Subject subject{.anchor = *anchor};
  subject.active = !entity.ended() && !convert::IsProperty(entity) &&
                   convert::GoldenFor(std::as_const(entity), call.purpose_bit()) != nullptr;
  if (!subject.active) {
    WENSUM_ASSIGN_OR_RETURN(const bool visible, convert::Visible(register_, *anchor, entity, call.purpose_bit()));
    if (!visible || convert::IsProperty(entity)) {
      return rpc::UnknownResource(name);
    }
  }
  call.set_revision(state.revision());
  if (const std::string golden = rpc::PersonName(register_.ids(), *anchor); golden != name) {
    call.AddResource(golden);
  }
  return subject;
}

absl::Status PeopleHandler::ListLinks(rpc::CallContext& call, const v1::ListPersonLinksRequest& request,
                                      v1::ListPersonLinksResponse& response) const {
  WENSUM_ASSIGN_OR_RETURN(const uint64_t id, rpc::ParsePersonName(register_.ids(), request.name(), "name"));
  std::vector<rpc::FieldViolation> violations;
  const convert::LinkFilter filter =
      convert::ToLinkFilter(request.sources(), request.statuses(), register_, violations);
  if (!violations.empty()) {
    return rpc::InvalidFields(violations);
  }
  call.AddResource(request.name());
  WENSUM_ASSIGN_OR_RETURN(const registry::ReadView state, convert::OpenView(register_, request.read()));
  google::protobuf::Arena arena;
  auto& entity = *google::protobuf::Arena::CreateMessage<storage::v1::Entity>(&arena);
  WENSUM_ASSIGN_OR_RETURN(const Subject subject, FindSubject(call, request.name(), state, id, entity));
  response.set_name(rpc::PersonName(register_.ids(), subject.anchor));
  response.set_revision(state.revision());
  if (!subject.active) {
    return absl::OkStatus();  // the person has ended: no record is left
  }
  convert::LinkReader reader(state.reader(), register_.register_id(), call.purpose_bit(),
                             filter.WantsMissing() ? register_.given_fields() : nullptr);
  WENSUM_ASSIGN_OR_RETURN(const std::vector<matching::ValueLink> links, reader.Read(entity, state.revision()));
  convert::ToSourceLinks(
      entity, links, filter, [this](uint64_t ordinal) { return rpc::PersonName(register_.ids(), ordinal); },
      *response.mutable_links());
  return absl::OkStatus();
}

}  // namespace wensum::people
