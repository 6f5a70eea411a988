#include "services/decisions/given_address.h"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/status_macros.h"
#include "base/strings.h"
#include "model/canonical.h"
#include "services/convert/times.h"
#include "services/gazetteer/property_reader.h"
#include "services/rpc/status_details.h"

namespace wensum::decisions {
namespace {

constexpr const char* kGivenAddress = "details.addresses[0]";

// The property's best address, without a postcode of its own.
absl::Status TakeTextOfProperty(const registry::Register& reg, const storage::Reader& reader, uint64_t uprn,
                                model::PersonAddress& address) {
  WENSUM_ASSIGN_OR_RETURN(
      const std::optional<v1::Property> property,
      gazetteer::PropertyReader(reader, reg.register_id()).GetProperty(uprn, gazetteer::View::kBasic));
  model::PersonDetails details;
  details.addresses.emplace_back().text = property.has_value() ? property->address() : "";
  std::vector<model::FieldIssue> issues;
  model::Canonicalise(details, {}, issues);  // parts the postcode from the text
  if (details.addresses.empty() || details.addresses[0].text.empty()) {
    return rpc::InvalidField(Cat(kGivenAddress, ".text"),
                             Cat("is required: the gazetteer has no address of property ", uprn));
  }
  address.text = std::move(details.addresses[0].text);
  address.postcode = details.addresses[0].postcode;
  return absl::OkStatus();
}

}  // namespace

absl::Status CheckGivenAddress(const model::PersonDetails& details) {
  if (details.addresses.empty()) {
    return absl::OkStatus();
  }
  if (details.addresses.size() > 1) {
    return rpc::InvalidField("details.addresses", Cat("holds ", details.addresses.size(),
                                                      " addresses: give the one where the person lives now"));
  }
  const model::PersonAddress& address = details.addresses[0];
  if (address.role != model::AddressRole::kResidence) {
    return rpc::InvalidField(Cat(kGivenAddress, ".role"),
                             "is no residence: only where the person lives can be given; leave the role out");
  }
  if (!address.to_date.empty()) {
    return rpc::InvalidField(Cat(kGivenAddress, ".to_date"),
                             "is set: the address given is the current one; leave it out");
  }
  if (address.text.empty() && address.source_uprn.empty()) {
    return rpc::InvalidField(Cat(kGivenAddress, ".text"), "or source_uprn is required");
  }
  return absl::OkStatus();
}

absl::StatusOr<matching::ResolvedAddress> ResolveGivenAddress(const registry::Register& reg,
                                                              const storage::Reader& reader,
                                                              model::PersonAddress& address) {
  using matching::address::Outcome;
  const uint64_t uprn = address.source_uprn.value();
  if (uprn != 0) {
    bool known = false;
    reg.VisitAddresses([&](const matching::address::AddressIndex& index) { known = index.Contains(uprn); });
    if (!known) {
      return rpc::InvalidField(Cat(kGivenAddress, ".source_uprn"),
                               Cat("the gazetteer has no property ", uprn,
                                   " with an address; leave it out to have the address matched by its text"));
    }
    if (address.text.empty()) {
      WENSUM_RETURN_IF_ERROR(TakeTextOfProperty(reg, reader, uprn, address));
    }
    return matching::ResolvedAddress{.uprn = uprn, .outcome = static_cast<uint8_t>(Outcome::kMatched)};
  }
  const matching::address::Match match = reg.MatchAddress(
      {.text = address.text, .postcode = address.postcode.ToString()}, {.max_candidates = 0}, /*source=*/"");
  return matching::ResolvedAddress{.uprn = match.uprn, .outcome = static_cast<uint8_t>(match.outcome)};
}

void ToGivenAddress(const model::PersonAddress& address, const matching::ResolvedAddress& resolved,
                    v1::PersonAddress& out) {
  out.set_role(static_cast<v1::AddressRole>(address.role));
  out.set_text(address.text);
  out.set_postcode(address.postcode.ToString());
  out.set_source_uprn(address.source_uprn.value());
  if (!address.from_date.empty()) {
    convert::ToDate(address.from_date.ToNumber(), *out.mutable_from_date());
  }
  out.set_uprn(resolved.uprn);
  out.set_outcome(static_cast<v1::AddressOutcome>(resolved.outcome));
}

}  // namespace wensum::decisions
