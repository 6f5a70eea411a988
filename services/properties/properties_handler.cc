#include "services/properties/properties_handler.h"

#include <google/protobuf/util/field_mask_util.h>

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/status_macros.h"
#include "base/strings.h"
#include "model/postcode.h"
#include "model/uprn.h"
#include "services/convert/read_options.h"
#include "services/gazetteer/property_reader.h"
#include "services/properties/property_records.h"
#include "services/register/property_facts.h"
#include "services/rpc/limits.h"
#include "services/rpc/page_token.h"
#include "services/rpc/resource_name.h"
#include "services/rpc/status_details.h"

namespace wensum::properties {
namespace {

using google::protobuf::util::FieldMaskUtil;

constexpr size_t kListPage = 100;
constexpr size_t kMaxListPage = 1'000;
constexpr size_t kMaxInputBytes = 200;
constexpr size_t kMaxAddressBytes = 10'000;
constexpr size_t kMaxPostcodeBytes = 32;

absl::StatusOr<gazetteer::View> FromView(v1::PropertyView view) {
  switch (view) {
    case v1::PROPERTY_VIEW_UNSPECIFIED:
    case v1::PROPERTY_VIEW_BASIC:
      return gazetteer::View::kBasic;
    case v1::PROPERTY_VIEW_FULL:
      return gazetteer::View::kFull;
    default:
      return rpc::InvalidField("view", Cat("has no value ", static_cast<int>(view), "; give BASIC (1) or FULL (2)"));
  }
}

absl::StatusOr<model::Postcode> ParsePostcode(const std::string& text) {
  absl::StatusOr<model::Postcode> postcode = model::Postcode::Parse(text);
  return postcode.ok() ? postcode : rpc::InvalidField("postcode", Message(postcode.status()));
}

std::optional<uint64_t> AsOf(const registry::ReadView& state) {
  return state.past() ? std::optional<uint64_t>(state.revision()) : std::nullopt;
}

// One page of a list in the order of UPRNs. `list` gives UPRNs above the first argument, at most the second.
template <typename Request, typename List>
absl::Status ListPage(const registry::Register& reg, rpc::CallContext& call, const Request& request, const List& list,
                      v1::ListPropertiesResponse& response) {
  WENSUM_ASSIGN_OR_RETURN(const gazetteer::View view, FromView(request.view()));
  WENSUM_ASSIGN_OR_RETURN(const size_t limit, rpc::PageSize(request.page_size(), kListPage, kMaxListPage));
  const uint64_t parameters = rpc::ParametersHash(request);
  uint64_t after = 0;
  if (!request.page_token().empty()) {
    WENSUM_ASSIGN_OR_RETURN(const rpc::PageCursor cursor, rpc::DecodePageToken(request.page_token(), parameters));
    after = cursor.position;
  }
  WENSUM_ASSIGN_OR_RETURN(const registry::ReadView state, reg.OpenView({}));
  const gazetteer::PropertyReader reader(state.reader(), reg.register_id());
  WENSUM_ASSIGN_OR_RETURN(std::vector<uint64_t> uprns, list(reader, after, limit + 1));
  if (uprns.size() > limit) {
    uprns.resize(limit);
    response.set_next_page_token(rpc::EncodePageToken({.revision = 0, .position = uprns.back()}, parameters));
  }
  for (const uint64_t uprn : uprns) {
    WENSUM_ASSIGN_OR_RETURN(std::optional<v1::Property> property, reader.GetProperty(uprn, view));
    if (property.has_value()) {
      call.AddResource(property->name());
      *response.add_properties() = *std::move(property);
    }
  }
  response.set_revision(state.revision());
  call.set_revision(state.revision());
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<bool> PropertiesHandler::FillProperty(const rpc::CallContext& call, uint64_t uprn, gazetteer::View view,
                                                     const registry::ReadView* state, v1::Property& response) const {
  if (state != nullptr) {
    const gazetteer::PropertyReader reader(state->reader(), register_.register_id());
    WENSUM_ASSIGN_OR_RETURN(const bool found, reader.FillProperty(uprn, view, AsOf(*state), response));
    if (!found || state->past() || view != gazetteer::View::kFull) {
      return found;
    }
    WENSUM_RETURN_IF_ERROR(AddFacts(register_, state->reader(), uprn, call.purpose_bit(), response));
    return true;
  }
  const gazetteer::PropertyReader reader(*register_.store(), register_.register_id(), &streets_, register_.revision());
  WENSUM_ASSIGN_OR_RETURN(const bool found, reader.FillProperty(uprn, view, std::nullopt, response));
  if (found && view == gazetteer::View::kFull) {
    WENSUM_RETURN_IF_ERROR(AddFacts(register_, *register_.store(), uprn, call.purpose_bit(), response));
  }
  return found;
}

absl::Status PropertiesHandler::Get(rpc::CallContext& call, const v1::GetPropertyRequest& request,
                                    v1::Property& response) const {
  WENSUM_ASSIGN_OR_RETURN(const gazetteer::View view, FromView(request.view()));
  WENSUM_ASSIGN_OR_RETURN(rpc::PropertyId id, rpc::ParsePropertyOrRecordName(register_.ids(), request.name(), "name"));
  if (request.has_read_mask() && !FieldMaskUtil::IsValidFieldMask<v1::Property>(request.read_mask())) {
    return rpc::InvalidField("read_mask", Cat("names a field that Property lacks: ",
                                              Quote(FieldMaskUtil::ToString(request.read_mask()), 200)));
  }
  call.AddResource(request.name());
  std::optional<registry::ReadView> state;
  WENSUM_RETURN_IF_ERROR(convert::CheckReached(register_, request.read()));
  if (!convert::IsNewest(request.read()) || id.ordinal != 0) {
    WENSUM_ASSIGN_OR_RETURN(state, convert::OpenView(register_, request.read()));
  }
  if (id.ordinal != 0) {
    WENSUM_ASSIGN_OR_RETURN(id.uprn, FillRecord(register_, *state, id.ordinal, call.purpose_bit(), view, response));
  }
  if (id.uprn != 0) {
    WENSUM_ASSIGN_OR_RETURN(const bool found,
                            FillProperty(call, id.uprn, view, state.has_value() ? &*state : nullptr, response));
    if (!found) {
      return rpc::UnknownResource(request.name());
    }
  }
  call.set_revision(response.etag());
  if (response.name() != request.name()) {
    call.AddResource(response.name());
  }
  if (request.has_read_mask() && request.read_mask().paths_size() > 0) {
    FieldMaskUtil::TrimMessage(request.read_mask(), &response);
  }
  return absl::OkStatus();
}

absl::Status PropertiesHandler::BatchGet(rpc::CallContext& call, const v1::BatchGetPropertiesRequest& request,
                                         v1::BatchGetPropertiesResponse& response) const {
  WENSUM_ASSIGN_OR_RETURN(const gazetteer::View view, FromView(request.view()));
  WENSUM_RETURN_IF_ERROR(rpc::CheckBatch(static_cast<size_t>(request.names_size()), "names"));
  std::vector<rpc::PropertyId> ids;
  ids.reserve(static_cast<size_t>(request.names_size()));
  for (int i = 0; i < request.names_size(); ++i) {
    WENSUM_ASSIGN_OR_RETURN(const rpc::PropertyId id,
                            rpc::ParsePropertyOrRecordName(register_.ids(), request.names(i), Cat("names[", i, "]")));
    ids.push_back(id);
  }
  WENSUM_ASSIGN_OR_RETURN(const registry::ReadView state, convert::OpenView(register_, request.read()));
  for (int i = 0; i < request.names_size(); ++i) {
    auto& entry = *response.add_entries();
    entry.set_requested_name(request.names(i));
    call.AddResource(request.names(i));
    const rpc::PropertyId& id = ids[static_cast<size_t>(i)];
    v1::Property& property = *entry.mutable_property();
    absl::StatusOr<uint64_t> uprn = id.uprn;
    if (id.ordinal != 0) {
      uprn = FillRecord(register_, state, id.ordinal, call.purpose_bit(), view, property);
    }
    absl::StatusOr<bool> found = !absl::IsNotFound(uprn.status());
    if (uprn.ok() && *uprn != 0) {
      found = FillProperty(call, *uprn, view, &state, property);
    } else if (*found) {
      WENSUM_RETURN_IF_ERROR(uprn.status());
    }
    WENSUM_RETURN_IF_ERROR(found.status());
    if (!*found) {
      entry.clear_property();
    }
  }
  response.set_revision(state.revision());
  call.set_revision(state.revision());
  return absl::OkStatus();
}

absl::Status PropertiesHandler::ListByPostcode(rpc::CallContext& call,
                                               const v1::ListPropertiesByPostcodeRequest& request,
                                               v1::ListPropertiesResponse& response) const {
  WENSUM_ASSIGN_OR_RETURN(const model::Postcode postcode, ParsePostcode(request.postcode()));
  return ListPage(
      register_, call, request,
      [&postcode](const gazetteer::PropertyReader& reader, uint64_t after, size_t limit) {
        return reader.ListByPostcode(postcode.ToString(), after, limit);
      },
      response);
}

absl::Status PropertiesHandler::ListByStreet(rpc::CallContext& call, const v1::ListPropertiesByStreetRequest& request,
                                             v1::ListPropertiesResponse& response) const {
  const absl::StatusOr<model::Usrn> usrn = model::Usrn::Create(request.usrn());
  if (!usrn.ok()) {
    return rpc::InvalidField("usrn", Message(usrn.status()));
  }
  return ListPage(
      register_, call, request,
      [&usrn](const gazetteer::PropertyReader& reader, uint64_t after, size_t limit) {
        return reader.ListByStreet(usrn->value(), after, limit);
      },
      response);
}

absl::Status PropertiesHandler::GetStreet(rpc::CallContext& call, const v1::GetStreetRequest& request,
                                          v1::Street& response) const {
  WENSUM_ASSIGN_OR_RETURN(const uint64_t usrn, rpc::ParseStreetName(request.name(), "name"));
  call.AddResource(request.name());
  WENSUM_ASSIGN_OR_RETURN(const registry::ReadView state, convert::OpenView(register_, request.read()));
  const gazetteer::PropertyReader reader(state.reader(), register_.register_id());
  WENSUM_ASSIGN_OR_RETURN(std::optional<v1::Street> street, reader.GetStreet(static_cast<uint32_t>(usrn), AsOf(state)));
  if (!street.has_value()) {
    return rpc::UnknownResource(request.name());
  }
  response.Swap(&*street);
  call.set_revision(response.etag());
  return absl::OkStatus();
}

absl::Status PropertiesHandler::GetPostcode(rpc::CallContext& call, const v1::GetPostcodeRequest& request,
                                            v1::PostcodeCentroid& response) const {
  WENSUM_ASSIGN_OR_RETURN(const model::Postcode postcode, rpc::ParsePostcodeName(request.name(), "name"));
  call.AddResource(rpc::PostcodeName(postcode));
  WENSUM_ASSIGN_OR_RETURN(const registry::ReadView state, convert::OpenView(register_, request.read()));
  const gazetteer::PropertyReader reader(state.reader(), register_.register_id());
  WENSUM_ASSIGN_OR_RETURN(std::optional<v1::PostcodeCentroid> centroid,
                          reader.GetPostcode(postcode.ToString(), AsOf(state)));
  if (!centroid.has_value()) {
    return rpc::UnknownResource(request.name());
  }
  response.Swap(&*centroid);
  call.set_revision(response.etag());
  return absl::OkStatus();
}

absl::Status PropertiesHandler::ListUnplaced(rpc::CallContext& call, const v1::ListUnplacedPropertiesRequest& request,
                                             v1::ListPropertiesResponse& response) const {
  WENSUM_ASSIGN_OR_RETURN(const gazetteer::View view, FromView(request.view()));
  WENSUM_ASSIGN_OR_RETURN(const size_t limit, rpc::PageSize(request.page_size(), kListPage, kMaxListPage));
  const uint64_t parameters = rpc::ParametersHash(request);
  uint64_t after = 0;
  if (!request.page_token().empty()) {
    WENSUM_ASSIGN_OR_RETURN(const rpc::PageCursor cursor, rpc::DecodePageToken(request.page_token(), parameters));
    after = cursor.position;
  }
  WENSUM_ASSIGN_OR_RETURN(const registry::ReadView state, register_.OpenView({}));
  WENSUM_ASSIGN_OR_RETURN(std::vector<uint64_t> ordinals,
                          registry::ListPropertyRecords(state.reader(), register_.register_id(), 0, after, limit + 1));
  if (ordinals.size() > limit) {
    ordinals.resize(limit);
    response.set_next_page_token(rpc::EncodePageToken({.revision = 0, .position = ordinals.back()}, parameters));
  }
  for (const uint64_t ordinal : ordinals) {
    v1::Property property;
    const absl::Status status = FillRecord(register_, state, ordinal, call.purpose_bit(), view, property).status();
    if (absl::IsNotFound(status)) {
      continue;
    }
    WENSUM_RETURN_IF_ERROR(status);
    call.AddResource(property.name());
    *response.add_properties() = std::move(property);
  }
  response.set_revision(state.revision());
  call.set_revision(state.revision());
  return absl::OkStatus();
}

absl::Status PropertiesHandler::Suggest(rpc::CallContext& call, const v1::SuggestPropertiesRequest& request,
                                        v1::SuggestPropertiesResponse& response) const {
  constexpr size_t kDefault = 10;
  constexpr size_t kMax = 50;
  WENSUM_RETURN_IF_ERROR(rpc::CheckText(request.input(), kMaxInputBytes, "input"));
  WENSUM_ASSIGN_OR_RETURN(const size_t limit, rpc::PageSize(request.max_results(), kDefault, kMax, "max_results"));
  response.set_revision(register_.revision());
  call.set_revision(response.revision());
  for (matching::address::Suggestion& found :
       register_.SuggestAddresses(request.input(), limit, request.include_inactive())) {
    v1::SuggestPropertiesResponse::Suggestion& added = *response.add_suggestions();
    added.set_property(rpc::PropertyName(found.uprn));
    added.set_uprn(found.uprn);
    added.set_address(std::move(found.address));
    added.set_postcode(std::move(found.postcode));
  }
  return absl::OkStatus();
}

absl::Status PropertiesHandler::Match(rpc::CallContext& call, const v1::MatchAddressRequest& request,
                                      v1::MatchAddressResponse& response) const {
  constexpr size_t kDefault = 5;
  constexpr size_t kMax = 20;
  WENSUM_RETURN_IF_ERROR(rpc::CheckText(request.address(), kMaxAddressBytes, "address"));
  WENSUM_RETURN_IF_ERROR(rpc::CheckText(request.postcode(), kMaxPostcodeBytes, "postcode"));
  WENSUM_ASSIGN_OR_RETURN(const size_t limit,
                          rpc::PageSize(request.max_candidates(), kDefault, kMax, "max_candidates"));
  if (Trim(request.address()).empty()) {
    return rpc::InvalidField("address", "is required: the address in one line");
  }
  matching::address::Query query;
  query.text = request.address();
  if (!Trim(request.postcode()).empty()) {
    WENSUM_ASSIGN_OR_RETURN(const model::Postcode postcode, ParsePostcode(request.postcode()));
    query.postcode = postcode.ToString();
  }
  response.set_revision(register_.revision());
  call.set_revision(response.revision());
  matching::address::Match match = register_.MatchAddress(query, limit);
  response.set_outcome(static_cast<v1::AddressOutcome>(match.outcome));
  if (match.uprn != 0) {
    response.set_uprn(match.uprn);
    response.set_property(rpc::PropertyName(match.uprn));
    call.AddResource(response.property());
  }
  response.set_parent_uprn(match.parent_uprn);
  response.set_reason(std::move(match.reason));
  for (matching::address::Candidate& candidate : match.candidates) {
    v1::MatchAddressResponse::Candidate& added = *response.add_candidates();
    added.set_uprn(candidate.uprn);
    added.set_address(std::move(candidate.address));
    added.set_score(candidate.score);
  }
  return absl::OkStatus();
}

}  // namespace wensum::properties
