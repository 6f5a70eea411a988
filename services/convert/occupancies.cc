#include "services/convert/occupancies.h"

#include "services/convert/person_details.h"
#include "services/convert/times.h"
#include "services/register/decision_store.h"
#include "services/rpc/resource_name.h"

namespace wensum::convert {

void ToOccupancy(const matching::Occupancy& occupancy, std::span<const matching::Contributor> contributors,
                 v1::Occupancy& out) {
  out.set_property(rpc::PropertyName(occupancy.uprn));
  out.set_uprn(occupancy.uprn);
  out.set_role(static_cast<v1::AddressRole>(occupancy.role));
  if (!occupancy.from.empty()) {
    ToDate(occupancy.from.ToNumber(), *out.mutable_from_date());
  }
  if (!occupancy.to.empty()) {
    ToDate(occupancy.to.ToNumber(), *out.mutable_to_date());
  }
  out.set_closed(occupancy.closed);
  out.set_contradictory(occupancy.contradictory);
  out.set_building(occupancy.building);
  for (const uint32_t contributor : occupancy.contributors) {
    ToSourceKey(contributors[contributor].record->key, *out.add_records());
  }
  if (occupancy.decision != 0) {
    out.set_decision(registry::DecisionName(occupancy.decision));
  }
}

}  // namespace wensum::convert
