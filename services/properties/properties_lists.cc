// Lists of properties: by filter, postcode, street and cross reference, around a point and inside an area.
#include <cmath>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/status_macros.h"
#include "base/strings.h"
#include "matching/address/polygon.h"
#include "matching/address/property_table.h"
#include "model/uprn.h"
#include "services/properties/places.h"
#include "services/properties/properties_handler.h"
#include "services/properties/property_answers.h"
#include "services/properties/property_records.h"
#include "services/register/property_facts.h"
#include "services/rpc/limits.h"
#include "services/rpc/page_token.h"
#include "services/rpc/status_details.h"

namespace wensum::properties {
namespace {

using matching::address::AddressIndex;
using matching::address::FactsMatcher;
using matching::address::Polygon;
using matching::address::PropertyPage;

constexpr size_t kMaxSource = 64;
constexpr size_t kMaxReference = 256;
constexpr double kDefaultRadius = 100;
constexpr double kMaxRadius = 1'000;
constexpr size_t kNeighbours = 20;
constexpr size_t kMaxNeighbours = 100;

// What every list request says beside what it lists.
struct ListTerms {
  Shown shown;
  size_t limit = 0;
  uint64_t parameters = 0;  // hash
  uint64_t position = 0;    // where the page token stands; 0 at the start
};

template <typename Request>
absl::StatusOr<ListTerms> ReadTerms(const Request& request, Shown shown) {
  ListTerms terms;
  terms.shown = shown;
  WENSUM_ASSIGN_OR_RETURN(terms.limit, rpc::PageSize(request.page_size(), kListPage, kMaxListPage));
  terms.parameters = rpc::ParametersHash(request);
  if (!request.page_token().empty()) {
    WENSUM_ASSIGN_OR_RETURN(const rpc::PageCursor cursor, rpc::DecodePageToken(request.page_token(), terms.parameters));
    terms.position = cursor.position;
  }
  return terms;
}

// Answers with a page: `find(state, terms)` gives it.
template <typename Request, typename Find>
absl::Status AnswerPage(const registry::Register& reg, const Places& places, rpc::CallContext& call,
                        const Request& request, const Find& find, v1::ListPropertiesResponse& response) {
  WENSUM_ASSIGN_OR_RETURN(const Shown shown, FromShown(request));
  WENSUM_ASSIGN_OR_RETURN(const ListTerms terms, ReadTerms(request, shown));
  WENSUM_ASSIGN_OR_RETURN(const ReadMask mask, ReadMask::Create(request.read_mask(), v1::Property::descriptor()));
  WENSUM_ASSIGN_OR_RETURN(const registry::ReadView state, reg.OpenView({}));
  WENSUM_ASSIGN_OR_RETURN(const PropertyPage page, find(state, terms));
  WENSUM_RETURN_IF_ERROR(PropertyLister(reg, places, state, terms.shown, mask, &call).ReadAll(page.uprns, response));
  if (page.more) {
    response.set_next_page_token(rpc::EncodePageToken({.revision = 0, .position = page.next}, terms.parameters));
    response.set_scan_limited(page.spent);
  }
  response.set_revision(state.revision());
  call.set_revision(state.revision());
  return absl::OkStatus();
}

// The same for lists that stand in the store in the order of UPRNs: `list(reader, after, limit)`.
template <typename Request, typename List>
absl::Status AnswerStoredPage(const registry::Register& reg, const Places& places, rpc::CallContext& call,
                              const Request& request, const List& list, v1::ListPropertiesResponse& response) {
  return AnswerPage(
      reg, places, call, request,
      [&](const registry::ReadView& state, const ListTerms& terms) -> absl::StatusOr<PropertyPage> {
        const gazetteer::PropertyReader reader(state.reader(), reg.register_id());
        PropertyPage page;
        WENSUM_ASSIGN_OR_RETURN(page.uprns, list(reader, terms.position, terms.limit + 1));
        if (page.uprns.size() > terms.limit) {
          page.uprns.pop_back();
          page.more = true;
          page.next = page.uprns.back();
        }
        return page;
      },
      response);
}

}  // namespace

absl::Status PropertiesHandler::List(rpc::CallContext& call, const v1::ListPropertiesRequest& request,
                                     v1::ListPropertiesResponse& response) const {
  WENSUM_ASSIGN_OR_RETURN(const auto filter, FromFilter(request.filter()));
  return AnswerPage(
      register_, Places(*coordinates_), call, request,
      [&](const registry::ReadView& /*state*/, const ListTerms& terms) -> absl::StatusOr<PropertyPage> {
        PropertyPage page;
        register_.VisitAddresses([&](const AddressIndex& index) {
          page = index.properties().List(terms.position, terms.limit, FactsMatcher(filter));
        });
        return page;
      },
      response);
}

absl::Status PropertiesHandler::ListByPostcode(rpc::CallContext& call,
                                               const v1::ListPropertiesByPostcodeRequest& request,
                                               v1::ListPropertiesResponse& response) const {
  WENSUM_ASSIGN_OR_RETURN(const model::Postcode postcode, ParsePostcode(request.postcode()));
  return AnswerStoredPage(
      register_, Places(*coordinates_), call, request,
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
  return AnswerStoredPage(
      register_, Places(*coordinates_), call, request,
      [&usrn](const gazetteer::PropertyReader& reader, uint64_t after, size_t limit) {
        return reader.ListByStreet(usrn->value(), after, limit);
      },
      response);
}

absl::Status PropertiesHandler::ListByCrossReference(rpc::CallContext& call,
                                                     const v1::ListPropertiesByCrossReferenceRequest& request,
                                                     v1::ListPropertiesResponse& response) const {
  WENSUM_RETURN_IF_ERROR(rpc::CheckText(request.source(), kMaxSource, "source"));
  WENSUM_RETURN_IF_ERROR(rpc::CheckText(request.cross_reference(), kMaxReference, "cross_reference"));
  if (request.cross_reference().empty()) {
    return rpc::InvalidField("cross_reference", "is required: the other system's key of the property");
  }
  return AnswerStoredPage(
      register_, Places(*coordinates_), call, request,
      [&request](const gazetteer::PropertyReader& reader, uint64_t after, size_t limit) {
        return reader.ListByXref(request.source(), request.cross_reference(), after, limit);
      },
      response);
}

absl::Status PropertiesHandler::Nearby(rpc::CallContext& call, const v1::NearbyPropertiesRequest& request,
                                       v1::NearbyPropertiesResponse& response) const {
  if (!request.has_centre()) {
    return rpc::InvalidField("centre", "is required: x and y in the system that crs names");
  }
  WENSUM_ASSIGN_OR_RETURN(const Places places, Places::Create(*coordinates_, request.crs()));
  WENSUM_ASSIGN_OR_RETURN(const auto centre, places.Point(request.centre(), "centre"));
  const double radius = request.has_radius_metres() ? request.radius_metres() : kDefaultRadius;
  if (!(radius > 0 && radius <= kMaxRadius)) {  // NaN too
    return rpc::InvalidField("radius_metres", Cat("is ", radius,
                                                  "; give more than 0 and at most 1,000, or leave it out "
                                                  "for 100"));
  }
  WENSUM_ASSIGN_OR_RETURN(const size_t limit,
                          rpc::PageSize(request.max_results(), kNeighbours, kMaxNeighbours, "max_results"));
  WENSUM_ASSIGN_OR_RETURN(const auto filter, FromFilter(request.filter()));
  WENSUM_ASSIGN_OR_RETURN(const Shown shown, FromShown(request));
  WENSUM_ASSIGN_OR_RETURN(const ReadMask mask, ReadMask::Create(request.read_mask(), v1::Property::descriptor()));
  WENSUM_ASSIGN_OR_RETURN(const registry::ReadView state, register_.OpenView({}));
  std::vector<matching::address::Neighbour> neighbours;
  register_.VisitAddresses([&](const AddressIndex& index) {
    neighbours = index.properties().Nearby(centre, radius, limit, FactsMatcher(filter));
  });
  std::vector<uint64_t> uprns;
  std::vector<v1::Property*> properties;
  for (const matching::address::Neighbour& neighbour : neighbours) {
    v1::NearbyPropertiesResponse::Neighbour& added = *response.add_neighbours();
    added.set_distance_metres(neighbour.metres);
    uprns.push_back(neighbour.uprn);
    properties.push_back(added.mutable_property());
  }
  WENSUM_ASSIGN_OR_RETURN(const std::vector<bool> found,
                          PropertyLister(register_, places, state, shown, mask, &call).Read(uprns, properties));
  DropUnfound(found, response.mutable_neighbours());
  response.set_revision(state.revision());
  call.set_revision(state.revision());
  return absl::OkStatus();
}

absl::Status PropertiesHandler::Within(rpc::CallContext& call, const v1::WithinPropertiesRequest& request,
                                       v1::ListPropertiesResponse& response) const {
  WENSUM_ASSIGN_OR_RETURN(const Places places, Places::Create(*coordinates_, request.crs()));
  WENSUM_ASSIGN_OR_RETURN(const Polygon area, places.Area(request));
  WENSUM_ASSIGN_OR_RETURN(const auto filter, FromFilter(request.filter()));
  return AnswerPage(
      register_, places, call, request,
      [&](const registry::ReadView& /*state*/, const ListTerms& terms) -> absl::StatusOr<PropertyPage> {
        PropertyPage page;
        register_.VisitAddresses([&](const AddressIndex& index) {
          page = index.properties().Within(area, terms.position, terms.limit, FactsMatcher(filter));
        });
        return page;
      },
      response);
}

absl::Status PropertiesHandler::ListUnplaced(rpc::CallContext& call, const v1::ListUnplacedPropertiesRequest& request,
                                             v1::ListPropertiesResponse& response) const {
  WENSUM_ASSIGN_OR_RETURN(const gazetteer::View view, FromView(request.view()));
  WENSUM_ASSIGN_OR_RETURN(const ListTerms terms, ReadTerms(request, {.view = view, .forms = std::nullopt}));
  WENSUM_ASSIGN_OR_RETURN(const registry::ReadView state, register_.OpenView({}));
  WENSUM_ASSIGN_OR_RETURN(
      std::vector<uint64_t> ordinals,
      registry::ListPropertyRecords(state.reader(), register_.register_id(), 0, terms.position, terms.limit + 1));
  if (ordinals.size() > terms.limit) {
    ordinals.pop_back();
    response.set_next_page_token(rpc::EncodePageToken({.revision = 0, .position = ordinals.back()}, terms.parameters));
  }
  for (const uint64_t ordinal : ordinals) {
    v1::Property property;
    const absl::Status status = FillRecord(register_, state, ordinal, call.purpose_bit(), view, property).status();
    if (absl::IsNotFound(status)) {
      continue;  // not for this purpose
    }
    WENSUM_RETURN_IF_ERROR(status);
    call.AddResource(property.name());
    *response.add_properties() = std::move(property);
  }
  response.set_revision(state.revision());
  call.set_revision(state.revision());
  return absl::OkStatus();
}

}  // namespace wensum::properties
