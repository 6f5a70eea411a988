#include "services/convert/decided_places.h"

#include <utility>

#include "base/status_macros.h"
#include "base/strings.h"
#include "matching/survive/fields.h"
#include "matching/survive/survivorship.h"
#include "services/register/codec.h"
#include "services/register/decision_store.h"
#include "services/register/property_facts.h"

namespace wensum::convert {
namespace {

absl::StatusOr<matching::DecidedPlaces::Home> ReadHome(const storage::Reader& reader, uint32_t register_id,
                                                       const storage::v1::Golden& golden,
                                                       const storage::v1::ValueLineage& lineage) {
  const auto at = static_cast<int>(golden.current_address()) - 1;
  if (at >= golden.details().addresses_size() || at >= golden.resolved_addresses_size()) {
    return DataLoss(Cat("a golden record has no address ", at, ", which is its current one; run `wensum verify`"));
  }
  const absl::StatusOr<storage::v1::LinkDecision> decision =
      registry::ReadDecision(reader, register_id, lineage.decision());
  if (!decision.ok()) {
    return absl::IsNotFound(decision.status())
               ? DataLoss(Cat(registry::DecisionName(lineage.decision()),
                              ", which a golden record names, is missing; run `wensum verify`"))
               : decision.status();
  }
  matching::DecidedPlaces::Home home;
  home.decision = lineage.decision();
  home.given = static_cast<matching::Rule>(lineage.rule()) != matching::Rule::kPin;
  home.address = std::move(registry::DecodeDetails(golden.details()).addresses[static_cast<size_t>(at)]);
  const storage::v1::ResolvedAddress& resolved = golden.resolved_addresses(at);
  home.resolved = {.uprn = resolved.uprn(), .outcome = static_cast<uint8_t>(resolved.outcome())};
  home.since = registry::UnpackDate(matching::ResidentSince(home.address.from_date.ToNumber(), decision->time()));
  return home;
}

}  // namespace

absl::StatusOr<matching::DecidedPlaces> ReadDecidedPlaces(const storage::Reader& reader, uint32_t register_id,
                                                          const storage::v1::Golden& golden) {
  storage::v1::Lineage lineage;
  if (!lineage.ParseFromString(golden.lineage())) {
    return DataLoss("the lineage of a golden record cannot be read; run `wensum verify`");
  }
  matching::DecidedPlaces places;
  for (storage::v1::ValueLineage& value : *lineage.mutable_values()) {
    if (!matching::IsAddressAttribute(value.field())) {
      continue;
    }
    if (value.field() == "current_address" && value.decision() != 0 && registry::ShowsPlace(golden)) {
      WENSUM_ASSIGN_OR_RETURN(places.home, ReadHome(reader, register_id, golden, value));
    }
    for (storage::v1::Losing& losing : *value.mutable_losing()) {
      if (losing.ignored()) {
        places.ignored.push_back({.contributor = losing.member(), .address = std::move(*losing.mutable_value())});
      }
    }
  }
  return places;
}

}  // namespace wensum::convert
