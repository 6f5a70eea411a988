#include "services/properties/properties_handler.h"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/status_macros.h"
#include "base/strings.h"
#include "services/convert/read_options.h"
#include "services/properties/places.h"
#include "services/properties/property_answers.h"
#include "services/properties/property_records.h"
#include "services/rpc/limits.h"
#include "services/rpc/resource_name.h"
#include "services/rpc/status_details.h"

namespace wensum::properties {
absl::Status PropertiesHandler::Get(rpc::CallContext& call, const v1::GetPropertyRequest& request,
                                    v1::Property& response) const {
  WENSUM_ASSIGN_OR_RETURN(const Shown shown, FromShown(request));
  WENSUM_ASSIGN_OR_RETURN(rpc::PropertyId id, rpc::ParsePropertyOrRecordName(register_.ids(), request.name(), "name"));
  WENSUM_ASSIGN_OR_RETURN(const ReadMask mask, ReadMask::Create(request.read_mask(), v1::Property::descriptor()));
  call.AddResource(request.name());
  std::optional<registry::ReadView> state;
  if (convert::IsNewest(request.read()) && id.ordinal == 0) {
    WENSUM_RETURN_IF_ERROR(convert::CheckReached(register_, request.read()));
  } else {
    WENSUM_ASSIGN_OR_RETURN(state, convert::OpenView(register_, request.read()));
  }
  if (id.ordinal != 0) {
    WENSUM_ASSIGN_OR_RETURN(id.uprn,
                            FillRecord(register_, *state, id.ordinal, call.purpose_bit(), shown.view, response));
  }
  if (id.uprn != 0) {
    WENSUM_ASSIGN_OR_RETURN(const bool found,
                            FillProperty(call, id.uprn, shown, state.has_value() ? &*state : nullptr, response));
    if (!found) {
      return rpc::UnknownResource(request.name());
    }
  }
  call.set_revision(response.etag());
  if (response.name() != request.name()) {
    call.AddResource(response.name());
  }
  mask.Trim(&response);
  return absl::OkStatus();
}

absl::StatusOr<bool> PropertiesHandler::FillProperty(const rpc::CallContext& call, uint64_t uprn, const Shown& shown,
                                                     const registry::ReadView* state, v1::Property& response) const {
  absl::StatusOr<bool> found = false;
  if (state == nullptr) {
    found = FindNewest(uprn, shown, response);
  } else {
    const gazetteer::PropertyReader reader(state->reader(), register_.register_id());
    found = reader.FillProperty(uprn, shown.view, AsOf(*state), response, shown.forms_or_null());
    Places(*coordinates_).Locate(response);
  }
  const bool past = state != nullptr && state->past();
  if (found.ok() && *found && shown.view == gazetteer::View::kFull && !past) {
    const storage::Reader& reader = state == nullptr ? *register_.store() : state->reader();
    WENSUM_RETURN_IF_ERROR(AddFacts(register_, reader, uprn, call.purpose_bit(), response));
  }
  return found;
}

absl::StatusOr<bool> PropertiesHandler::FindNewest(uint64_t uprn, const Shown& shown, v1::Property& response) const {
  const uint64_t revision = register_.gazetteer_revision();
  // Forms are asked for seldom and are large: they are composed anew.
  const bool cached = !shown.forms.has_value();
  if (cached && properties_.Find(uprn, shown.view, revision, &response)) {
    return true;
  }
  const gazetteer::PropertyReader reader(*register_.store(), register_.register_id(), &streets_, revision);
  WENSUM_ASSIGN_OR_RETURN(const bool found,
                          reader.FillProperty(uprn, shown.view, std::nullopt, response, shown.forms_or_null()));
  if (found) {
    Places(*coordinates_).Locate(response);
    if (cached) {
      properties_.Insert(uprn, shown.view, revision, response);
    }
  }
  return found;
}

absl::Status PropertiesHandler::BatchGet(rpc::CallContext& call, const v1::BatchGetPropertiesRequest& request,
                                         v1::BatchGetPropertiesResponse& response) const {
  WENSUM_ASSIGN_OR_RETURN(const Shown shown, FromShown(request));
  WENSUM_ASSIGN_OR_RETURN(const ReadMask mask, ReadMask::Create(request.read_mask(), v1::Property::descriptor()));
  WENSUM_RETURN_IF_ERROR(rpc::CheckBatch(static_cast<size_t>(request.names_size()), "names"));
  std::vector<rpc::PropertyId> ids;
  ids.reserve(static_cast<size_t>(request.names_size()));
  for (int i = 0; i < request.names_size(); ++i) {
    WENSUM_ASSIGN_OR_RETURN(const rpc::PropertyId id,
                            rpc::ParsePropertyOrRecordName(register_.ids(), request.names(i), Cat("names[", i, "]")));
    ids.push_back(id);
  }
  WENSUM_ASSIGN_OR_RETURN(const registry::ReadView state, convert::OpenView(register_, request.read()));
  gazetteer::PropertyWalk walk(state.reader(), register_.register_id());
  for (int i = 0; i < request.names_size(); ++i) {
    auto& entry = *response.add_entries();
    entry.set_requested_name(request.names(i));
    call.AddResource(request.names(i));
    v1::Property& property = *entry.mutable_property();
    const absl::StatusOr<bool> found = FillEntry(call, ids[static_cast<size_t>(i)], shown, state, walk, property);
    WENSUM_RETURN_IF_ERROR(found.status());
    if (*found) {
      mask.Trim(&property);
    } else {
      entry.clear_property();
    }
  }
  response.set_revision(state.revision());
  call.set_revision(state.revision());
  return absl::OkStatus();
}

// One property of a batch; `walk` is over the newest state of `state`.
absl::StatusOr<bool> PropertiesHandler::FillEntry(const rpc::CallContext& call, const rpc::PropertyId& id,
                                                  const Shown& shown, const registry::ReadView& state,
                                                  gazetteer::PropertyWalk& walk, v1::Property& property) const {
  uint64_t uprn = id.uprn;
  if (id.ordinal != 0) {
    const absl::StatusOr<uint64_t> placed =
        FillRecord(register_, state, id.ordinal, call.purpose_bit(), shown.view, property);
    if (absl::IsNotFound(placed.status())) {
      return false;
    }
    WENSUM_RETURN_IF_ERROR(placed.status());
    if (*placed == 0) {
      return true;
    }
    uprn = *placed;
  }
  if (state.past()) {
    return FillProperty(call, uprn, shown, &state, property);
  }
  WENSUM_ASSIGN_OR_RETURN(const bool found, walk.FillProperty(uprn, shown.view, property, shown.forms_or_null()));
  Places(*coordinates_).Locate(property);
  if (found && shown.view == gazetteer::View::kFull) {
    WENSUM_RETURN_IF_ERROR(AddFacts(register_, state.reader(), uprn, call.purpose_bit(), property));
  }
  return found;
}

absl::Status PropertiesHandler::GetStreet(rpc::CallContext& call, const v1::GetStreetRequest& request,
                                          v1::Street& response) const {
  WENSUM_ASSIGN_OR_RETURN(const uint64_t usrn, rpc::ParseStreetName(request.name(), "name"));
  WENSUM_ASSIGN_OR_RETURN(const ReadMask mask, ReadMask::Create(request.read_mask(), v1::Street::descriptor()));
  call.AddResource(request.name());
  WENSUM_ASSIGN_OR_RETURN(const registry::ReadView state, convert::OpenView(register_, request.read()));
  const gazetteer::PropertyReader reader(state.reader(), register_.register_id());
  WENSUM_ASSIGN_OR_RETURN(std::optional<v1::Street> street, reader.GetStreet(static_cast<uint32_t>(usrn), AsOf(state)));
  if (!street.has_value()) {
    return rpc::UnknownResource(request.name());
  }
  response.Swap(&*street);
  call.set_revision(response.etag());
  mask.Trim(&response);
  return absl::OkStatus();
}

absl::Status PropertiesHandler::GetPostcode(rpc::CallContext& call, const v1::GetPostcodeRequest& request,
                                            v1::PostcodeCentroid& response) const {
  WENSUM_ASSIGN_OR_RETURN(const model::Postcode postcode, rpc::ParsePostcodeName(request.name(), "name"));
  WENSUM_ASSIGN_OR_RETURN(const ReadMask mask,
                          ReadMask::Create(request.read_mask(), v1::PostcodeCentroid::descriptor()));
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
  mask.Trim(&response);
  return absl::OkStatus();
}

}  // namespace wensum::properties
