// What wensum.v1.Properties answers, without a transport. proto/wensum/v1/properties.proto is the contract.
#ifndef WENSUM_SERVICES_PROPERTIES_PROPERTIES_HANDLER_H_
#define WENSUM_SERVICES_PROPERTIES_PROPERTIES_HANDLER_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "gazetteer/geo/coordinates.h"
#include "services/gazetteer/property_cache.h"
#include "services/gazetteer/property_reader.h"
#include "services/gazetteer/street_cache.h"
#include "services/properties/property_answers.h"
#include "services/register/register.h"
#include "services/rpc/call_context.h"
#include "services/rpc/resource_name.h"
#include "wensum/v1/properties.pb.h"

namespace wensum::properties {

// Thread-safe. Each method fills an empty response.
class PropertiesHandler {
 public:
  // The property and all that came from it, as far as custodians' operations tell.
  using LaterProperties = std::function<absl::StatusOr<std::vector<uint64_t>>(const storage::Reader&, uint64_t uprn)>;

  // `reg` must outlive the handler. Without `later_properties` the gazetteer's own rows tell of successors alone.
  explicit PropertiesHandler(const registry::Register* reg,
                             std::shared_ptr<const llpg::CoordinateConverter> coordinates =
                                 std::make_shared<llpg::CoordinateConverter>(nullptr),
                             LaterProperties later_properties = nullptr)
      : register_(*reg), coordinates_(std::move(coordinates)), later_properties_(std::move(later_properties)) {}

  absl::Status Get(rpc::CallContext& call, const v1::GetPropertyRequest& request, v1::Property& response) const;
  absl::Status BatchGet(rpc::CallContext& call, const v1::BatchGetPropertiesRequest& request,
                        v1::BatchGetPropertiesResponse& response) const;
  absl::Status List(rpc::CallContext& call, const v1::ListPropertiesRequest& request,
                    v1::ListPropertiesResponse& response) const;
  absl::Status ListByPostcode(rpc::CallContext& call, const v1::ListPropertiesByPostcodeRequest& request,
                              v1::ListPropertiesResponse& response) const;
  absl::Status ListByStreet(rpc::CallContext& call, const v1::ListPropertiesByStreetRequest& request,
                            v1::ListPropertiesResponse& response) const;
  absl::Status ListByCrossReference(rpc::CallContext& call, const v1::ListPropertiesByCrossReferenceRequest& request,
                                    v1::ListPropertiesResponse& response) const;
  absl::Status Nearby(rpc::CallContext& call, const v1::NearbyPropertiesRequest& request,
                      v1::NearbyPropertiesResponse& response) const;
  absl::Status Within(rpc::CallContext& call, const v1::WithinPropertiesRequest& request,
                      v1::ListPropertiesResponse& response) const;
  absl::Status GetStreet(rpc::CallContext& call, const v1::GetStreetRequest& request, v1::Street& response) const;
  absl::Status SearchStreets(rpc::CallContext& call, const v1::SearchStreetsRequest& request,
                             v1::SearchStreetsResponse& response) const;
  absl::Status GetPostcode(rpc::CallContext& call, const v1::GetPostcodeRequest& request,
                           v1::PostcodeCentroid& response) const;
  absl::Status ListUnplaced(rpc::CallContext& call, const v1::ListUnplacedPropertiesRequest& request,
                            v1::ListPropertiesResponse& response) const;
  absl::Status Compare(rpc::CallContext& call, const v1::ComparePropertyRequest& request,
                       v1::ComparePropertyResponse& response) const;
  absl::Status ListLinks(rpc::CallContext& call, const v1::ListPropertyLinksRequest& request,
                         v1::ListPropertyLinksResponse& response) const;
  absl::Status ListOccupants(rpc::CallContext& call, const v1::ListPropertyOccupantsRequest& request,
                             v1::ListPropertyOccupantsResponse& response) const;
  absl::Status GetHousehold(rpc::CallContext& call, const v1::GetHouseholdRequest& request,
                            v1::Household& response) const;
  absl::Status Suggest(rpc::CallContext& call, const v1::SuggestPropertiesRequest& request,
                       v1::SuggestPropertiesResponse& response) const;
  absl::Status Match(rpc::CallContext& call, const v1::MatchAddressRequest& request,
                     v1::MatchAddressResponse& response) const;

 private:
  // In the newest state; false if there is no such property.
  absl::StatusOr<bool> FindNewest(uint64_t uprn, const Shown& shown, v1::Property& response) const;
  // properties/{uprn}: facts included in the full view of the newest state; false, and `response` empty, if there is no
  // such property. `state` null: the newest.
  absl::StatusOr<bool> FillProperty(const rpc::CallContext& call, uint64_t uprn, const Shown& shown,
                                    const registry::ReadView* state, v1::Property& response) const;

  absl::StatusOr<bool> FillEntry(const rpc::CallContext& call, const rpc::PropertyId& id, const Shown& shown,
                                 const registry::ReadView& state, gazetteer::PropertyWalk& walk,
                                 v1::Property& property) const;

  [[nodiscard]] absl::StatusOr<std::vector<uint64_t>> SuccessorsOf(uint64_t uprn) const;

  const registry::Register& register_;
  const std::shared_ptr<const llpg::CoordinateConverter> coordinates_;
  const LaterProperties later_properties_;
  mutable gazetteer::StreetCache streets_;
  mutable gazetteer::PropertyCache properties_;
};

}  // namespace wensum::properties

#endif  // WENSUM_SERVICES_PROPERTIES_PROPERTIES_HANDLER_H_
