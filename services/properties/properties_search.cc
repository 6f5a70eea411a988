// Searches by words: typeahead over addresses, and streets by name.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/status_macros.h"
#include "base/strings.h"
#include "services/properties/properties_handler.h"
#include "services/properties/property_answers.h"
#include "services/rpc/limits.h"
#include "services/rpc/resource_name.h"
#include "services/rpc/status_details.h"

namespace wensum::properties {
namespace {

using matching::address::AddressIndex;
using matching::address::StreetHit;
using matching::address::Suggestion;
using matching::address::SuggestionKind;
using matching::address::SuggestQuery;

constexpr size_t kMaxInputBytes = 200;
constexpr size_t kSuggestions = 10;
constexpr size_t kMaxSuggestions = 50;
constexpr size_t kStreets = 20;
constexpr size_t kMaxStreets = 100;

// The place that the suggestions must lie in, from its resource name.
absl::Status SetWithin(std::string_view within, SuggestQuery* query) {
  if (within.empty()) {
    return absl::OkStatus();
  }
  if (within.starts_with("streets/")) {
    WENSUM_ASSIGN_OR_RETURN(const uint64_t usrn, rpc::ParseStreetName(within, "within"));
    query->within_usrn = static_cast<uint32_t>(usrn);
    return absl::OkStatus();
  }
  if (within.starts_with("properties/")) {
    WENSUM_ASSIGN_OR_RETURN(query->within_uprn, rpc::ParsePropertyName(within, "within"));
    return absl::OkStatus();
  }
  if (within.starts_with("postcodes/")) {
    WENSUM_ASSIGN_OR_RETURN(const model::Postcode postcode, rpc::ParsePostcodeName(within, "within"));
    query->within_postcode = postcode.ToString();
    return absl::OkStatus();
  }
  return rpc::InvalidField(
      "within", Cat("is ", Quote(within, 80), "; give streets/{usrn}, properties/{uprn} or postcodes/{postcode}"));
}

// What to send as `within` to see more of the suggestion.
std::string WithinOf(const Suggestion& found) {
  switch (found.kind) {
    case SuggestionKind::kBuilding:
      return rpc::PropertyName(found.uprn);
    case SuggestionKind::kStreet:
      return rpc::StreetName(found.usrn);
    case SuggestionKind::kPostcode:
      if (const absl::StatusOr<model::Postcode> postcode = model::Postcode::Parse(found.postcode); postcode.ok()) {
        return rpc::PostcodeName(*postcode);
      }
      break;
    case SuggestionKind::kProperty:
      break;
  }
  return {};
}

void ToApi(Suggestion found, v1::SuggestPropertiesResponse::Suggestion* out) {
  out->set_kind(static_cast<v1::SuggestPropertiesResponse::Suggestion::Kind>(found.kind));
  out->set_within(WithinOf(found));
  if (found.uprn != 0) {
    out->set_property(rpc::PropertyName(found.uprn));
    out->set_uprn(found.uprn);
  }
  if (found.usrn != 0) {
    out->set_street(rpc::StreetName(found.usrn));
  }
  out->set_address(std::move(found.address));
  out->set_postcode(std::move(found.postcode));
  out->set_count(static_cast<int32_t>(found.count));
}

}  // namespace

absl::Status PropertiesHandler::Suggest(rpc::CallContext& call, const v1::SuggestPropertiesRequest& request,
                                        v1::SuggestPropertiesResponse& response) const {
  WENSUM_RETURN_IF_ERROR(rpc::CheckText(request.input(), kMaxInputBytes, "input"));
  SuggestQuery query{.input = request.input()};
  WENSUM_ASSIGN_OR_RETURN(query.limit,
                          rpc::PageSize(request.max_results(), kSuggestions, kMaxSuggestions, "max_results"));
  WENSUM_ASSIGN_OR_RETURN(query.filter, FromFilter(request.filter()));
  query.filter.historical |= request.include_inactive();
  WENSUM_RETURN_IF_ERROR(SetWithin(request.within(), &query));
  response.set_revision(register_.revision());
  call.set_revision(response.revision());
  std::vector<Suggestion> suggestions;
  register_.VisitAddresses([&](const AddressIndex& index) { suggestions = index.Suggest(query); });
  for (Suggestion& found : suggestions) {
    ToApi(std::move(found), response.add_suggestions());
  }
  return absl::OkStatus();
}

absl::Status PropertiesHandler::SearchStreets(rpc::CallContext& call, const v1::SearchStreetsRequest& request,
                                              v1::SearchStreetsResponse& response) const {
  WENSUM_RETURN_IF_ERROR(rpc::CheckText(request.query(), kMaxInputBytes, "query"));
  WENSUM_RETURN_IF_ERROR(rpc::CheckText(request.locality(), kMaxInputBytes, "locality"));
  WENSUM_RETURN_IF_ERROR(rpc::CheckText(request.town(), kMaxInputBytes, "town"));
  if (Trim(request.query()).empty() && Trim(request.locality()).empty() && Trim(request.town()).empty()) {
    return rpc::InvalidField("query", "is required unless a locality or town is given: words of the street's name");
  }
  WENSUM_ASSIGN_OR_RETURN(const size_t limit,
                          rpc::PageSize(request.max_results(), kStreets, kMaxStreets, "max_results"));
  WENSUM_ASSIGN_OR_RETURN(const ReadMask mask, ReadMask::Create(request.read_mask(), v1::Street::descriptor()));
  WENSUM_ASSIGN_OR_RETURN(const registry::ReadView state, register_.OpenView({}));
  std::vector<StreetHit> hits;
  register_.VisitAddresses([&](const AddressIndex& index) {
    hits = index.SearchStreets({.text = request.query(),
                                .locality = request.locality(),
                                .town = request.town(),
                                .closed = request.include_closed(),
                                .limit = limit});
  });
  const gazetteer::PropertyReader reader(state.reader(), register_.register_id());
  for (const StreetHit& hit : hits) {
    WENSUM_ASSIGN_OR_RETURN(std::optional<v1::Street> street, reader.GetStreet(hit.usrn));
    if (street.has_value()) {
      call.AddResource(street->name());
      mask.Trim(&*street);
      *response.add_streets() = *std::move(street);
    }
  }
  response.set_revision(state.revision());
  call.set_revision(state.revision());
  return absl::OkStatus();
}

}  // namespace wensum::properties
