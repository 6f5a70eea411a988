#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/status_macros.h"
#include "base/strings.h"
#include "services/convert/contradictions.h"
#include "services/gazetteer/property_reader.h"
#include "services/properties/properties_handler.h"
#include "services/properties/property_answers.h"
#include "services/register/address_calibration.h"
#include "services/rpc/limits.h"
#include "services/rpc/resource_name.h"
#include "services/rpc/status_details.h"

namespace wensum::properties {
namespace {

using matching::address::Candidate;
using matching::address::Match;
using matching::address::MatchOptions;
using v1::MatchAddressResponse;

constexpr size_t kMaxAddressBytes = 10'000;
constexpr size_t kMaxPostcodeBytes = 32;
constexpr size_t kMaxSourceBytes = 100;

void FillCandidate(Candidate&& candidate, MatchAddressResponse::Candidate& out) {
  out.set_uprn(candidate.uprn);
  out.set_address(std::move(candidate.address));
  out.set_score(candidate.score);
  out.set_historical(candidate.historical);
  MatchAddressResponse::Evidence& evidence = *out.mutable_evidence();
  evidence.set_postcode(candidate.evidence.postcode);
  evidence.set_street(candidate.evidence.street);
  evidence.set_number(candidate.evidence.number);
  evidence.set_unit(candidate.evidence.unit);
  evidence.set_building(candidate.evidence.building);
  evidence.set_rest(candidate.evidence.rest);
  convert::ToContradictions(candidate.contradictions, *out.mutable_contradictions());
}

absl::StatusOr<MatchOptions> OptionsOf(const v1::MatchAddressRequest& request,
                                       const registry::AddressCalibration* calibration,
                                       std::optional<matching::address::PropertyFilter>* scope) {
  constexpr size_t kDefault = 5;
  constexpr size_t kMax = 20;
  WENSUM_ASSIGN_OR_RETURN(const size_t limit,
                          rpc::PageSize(request.max_candidates(), kDefault, kMax, "max_candidates"));
  MatchOptions options{.max_candidates = limit,
                       .trust_postcode = request.postcode_trusted(),
                       .allow_historical = !request.exclude_historical()};
  if (request.has_filter()) {
    WENSUM_ASSIGN_OR_RETURN(*scope, FromFilter(request.filter()));
    (*scope)->historical = true;  // exclude_historical says it here
    options.scope = &**scope;
  }
  if (const double precision = request.precision(); precision != 0) {
    constexpr double kLeast = matching::address::kCutPrecisions.front();
    constexpr double kMost = matching::address::kCutPrecisions.back();
    if (!(precision >= kLeast && precision <= kMost)) {
      return rpc::InvalidField("precision", Cat("is ", precision, "; it must be ", kLeast, " to ", kMost, ", or 0"));
    }
    options.least_strength = registry::LeastStrengthFor(calibration, precision);
  }
  return options;
}

}  // namespace

// By the gazetteer's own rows, and by what custodians did; those that are in use.
absl::StatusOr<std::vector<uint64_t>> PropertiesHandler::SuccessorsOf(uint64_t uprn) const {
  constexpr int kHistorical = 8;
  const storage::Reader& store = *register_.store();
  const gazetteer::PropertyReader reader(store, register_.register_id());
  std::vector<uint64_t> found;
  WENSUM_ASSIGN_OR_RETURN(const auto property, reader.GetProperty(uprn, gazetteer::View::kFull));
  if (property.has_value()) {
    for (const v1::Successor& successor : property->successors()) {
      found.push_back(successor.successor_uprn());
    }
  }
  if (later_properties_ != nullptr) {
    WENSUM_ASSIGN_OR_RETURN(const std::vector<uint64_t> later, later_properties_(store, uprn));
    found.insert(found.end(), later.begin(), later.end());
  }
  std::sort(found.begin(), found.end());
  found.erase(std::unique(found.begin(), found.end()), found.end());
  std::vector<uint64_t> live;
  for (const uint64_t successor : found) {
    WENSUM_ASSIGN_OR_RETURN(const auto next, reader.GetProperty(successor, gazetteer::View::kBasic));
    if (successor != uprn && next.has_value() && next->logical_status() != kHistorical) {
      live.push_back(successor);
    }
  }
  return live;
}

absl::Status PropertiesHandler::Match(rpc::CallContext& call, const v1::MatchAddressRequest& request,
                                      v1::MatchAddressResponse& response) const {
  WENSUM_RETURN_IF_ERROR(rpc::CheckText(request.address(), kMaxAddressBytes, "address"));
  WENSUM_RETURN_IF_ERROR(rpc::CheckText(request.postcode(), kMaxPostcodeBytes, "postcode"));
  std::optional<matching::address::PropertyFilter> scope;
  const auto calibration = register_.address_calibration();
  WENSUM_ASSIGN_OR_RETURN(const MatchOptions options, OptionsOf(request, calibration.get(), &scope));
  WENSUM_RETURN_IF_ERROR(rpc::CheckText(request.source(), kMaxSourceBytes, "source"));
  if (!request.source().empty() && register_.rules().FindSource(request.source()) == nullptr) {
    return rpc::InvalidField("source", Cat(Quote(request.source()), " is not configured"));
  }
  if (Trim(request.address()).empty()) {
    return rpc::InvalidField("address", "is required: the address in one line");
  }
  response.set_revision(register_.revision());
  call.set_revision(response.revision());
  matching::address::Match match =
      register_.MatchAddress({.text = request.address(), .postcode = request.postcode()}, options, request.source());
  response.set_outcome(static_cast<v1::AddressOutcome>(match.outcome));
  response.set_none_reason(static_cast<MatchAddressResponse::NoneReason>(match.none_reason));
  if (match.uprn != 0) {
    response.set_uprn(match.uprn);
    response.set_property(rpc::PropertyName(match.uprn));
    response.set_confidence(match.learnt != 0 ? 1 : registry::ProbabilityOfMatch(calibration.get(), match.strength));
    response.set_historical(match.historical);
    call.AddResource(response.property());
  }
  if (match.learnt != 0) {
    response.set_learnt_address(registry::LearntName(match.learnt));
  }
  response.set_parent_uprn(match.parent_uprn);
  response.set_reason(std::move(match.reason));
  for (Candidate& candidate : match.candidates) {
    FillCandidate(std::move(candidate), *response.add_candidates());
  }
  if (match.historical) {
    WENSUM_ASSIGN_OR_RETURN(const std::vector<uint64_t> successors, SuccessorsOf(match.uprn));
    response.mutable_successor_uprns()->Add(successors.begin(), successors.end());
  }
  return absl::OkStatus();
}

}  // namespace wensum::properties
